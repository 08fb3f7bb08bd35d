package words_test

import (
	"testing"

	"gongbao/internal/fault"
	"gongbao/internal/words"
)

var errShort = fault.New(fault.Excessive, "imports.busy", "too many imports are running",
	"{count} imports are running or coming in")

func TestARefusalIsToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	refusal := errShort.Case(fault.Args{"count": 4})
	for _, test := range []struct {
		accept string
		want   words.Told
	}{
		{"en", words.Told{
			Sentence: "too many imports are running", Detail: "4 imports are running or coming in",
			Remedy: "start it again when another has ended",
		}},
		{"zh-CN", words.Told{
			Sentence: "同时进行的导入任务过多", Detail: "正有 4 个导入任务在进行或上传", Remedy: "请待其他任务结束后再提交",
		}},
	} {
		if got := words.Accepted(test.accept).Tell(refusal); got != test.want {
			t.Errorf("%s: %+v", test.accept, got)
		}
	}
	rule := errShort.From(errShort)
	if got := words.Chinese.Tell(rule).Detail; got != "" {
		t.Errorf("no case was said, and %q is told", got)
	}
}

func TestAFieldIsToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	allowed := []string{"underwriter", "claims"}
	for _, test := range []struct{ said, english, chinese string }{
		{"the amount must be above zero", "the amount must be above zero", "金额必须大于零"},
		{"{given} is none of {allowed}", "x is none of underwriter, claims", "x 不属于 underwriter、claims"},
		{"nobody has translated {given}", "nobody has translated x", "nobody has translated x"},
	} {
		refusal := errShort.At("a", fault.Message(test.said), fault.Args{"given": "x", "allowed": allowed})
		english, chinese := words.English.TellField(refusal.Fields[0]), words.Chinese.TellField(refusal.Fields[0])
		if english.Message != test.english || chinese.Message != test.chinese || chinese.Path != "a" {
			t.Errorf("%q is %q and %q", test.said, english.Message, chinese.Message)
		}
	}
}

// TestCodesAndRulesAreNamed: what an argument is a code of is named in Chinese, and a product rule is said.
func TestCodesAndRulesAreNamed(t *testing.T) {
	t.Parallel()
	closed := fault.New(fault.Conflict, "claims.claim_closed", "no", "{claim} is {claim_state}").
		Case(fault.Args{"claim": "IC-C1", "claim_state": "withdrawn"})
	if got := words.Chinese.Tell(closed).Detail; got != "IC-C1 现为："+words.Chinese.ClaimStates.Withdrawn {
		t.Errorf("the state is %q", got)
	}
	decided := fault.New(fault.Conflict, "coinsurance.bank_details_decided", "no", "they are {bank_state}").
		Case(fault.Args{"bank_state": "rejected"})
	if got := words.Chinese.Tell(decided).Detail; got != "现为："+words.Chinese.BankStates.Rejected {
		t.Errorf("the state is %q", got)
	}
	const code = "first_set.qualified"
	rule := fault.Say("{rule}: {sentence} ({source}); {remedy}",
		fault.Args{"rule": code, "sentence": "first", "source": "财建", "remedy": "do"})
	chinese := words.Chinese.Rules[code]
	if got := words.Chinese.Say(rule); got != code+": "+chinese.Sentence+" (财建); "+chinese.Remedy {
		t.Errorf("the rule is %q", got)
	}
	if got := words.English.Say(rule); got != code+": first (财建); do" {
		t.Errorf("the rule is %q", got)
	}
}

func TestANameIsFoundByItsCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ got, want string }{
		{words.Name(words.English.PolicyStates, "in_force"), "in force"},
		{words.Name(words.Chinese.PolicyStates, "in_force"), "有效"},
		{words.Name(words.Chinese.Accounts, "output_vat_pending"), "待转销项税额"},
		{words.Name(words.Chinese.Events, "claims.clock_missed"), "逾期"},
		{words.Name(words.Chinese.Roles, "gardener"), "gardener"},
	} {
		if test.got != test.want {
			t.Errorf("%q, not %q", test.got, test.want)
		}
	}
}

func TestTheEnvironmentNamesALanguage(t *testing.T) {
	t.Parallel()
	for locale, wanted := range map[string]string{
		"": "", "C": "", "C.UTF-8": "", "POSIX": "", "de_DE.UTF-8": "",
		"en_GB.UTF-8": "en", "zh_CN.UTF-8": "zh-CN", "zh": "zh-CN",
	} {
		got := ""
		if read, ok := words.OfLocale(func(name string) string { return map[string]string{"LANG": locale}[name] }); ok {
			got = read.Language
		}
		if got != wanted {
			t.Errorf("%q: %q, not %q", locale, got, wanted)
		}
	}
}

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
	old := errShort.With("four of %d", 4)
	if got := words.Chinese.Tell(old).Detail; got != "four of 4" {
		t.Errorf("a detail without names is lost: %q", got)
	}
}

// TestACaseWithoutNamesIsOnlyToldWhereItWasSaid: such a sentence is one case of the rule, and not what the rule says.
func TestACaseWithoutNamesIsOnlyToldWhereItWasSaid(t *testing.T) {
	t.Parallel()
	rule := fault.New(fault.Unavailable, "identity.keys_unavailable", "no keys", "too many wait for them")
	for name, test := range map[string]struct {
		refusal *fault.Fault
		want    string
	}{
		"no case": {rule, ""}, "its cause": {rule.From(errShort), ""}, "a field": {rule.At("keys", "none"), ""},
		"the case": {rule.Case(nil), "等待取得公钥的请求过多"},
	} {
		if got := words.Chinese.Tell(test.refusal).Detail; got != test.want {
			t.Errorf("%s: %q", name, got)
		}
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

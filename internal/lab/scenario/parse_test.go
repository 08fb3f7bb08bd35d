package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/product"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, name := range CaseNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := Case(name)
			if err != nil || len(file.Lines) == 0 {
				t.Fatalf("%d lines: %v", len(file.Lines), err)
			}
		})
	}
	t.Run("OK what is left out has its default", func(t *testing.T) {
		t.Parallel()
		file, err := Parse("x", []byte("\ufeff# 注释\r\n2026-01-01 pool IC industry=integrated_circuits\r\n"+
			"2026-01-01 policy P1 pool=IC line=first_set start=2026-01-01 "+
			"end=2026-12-31 premium=1 limit=2.5 insured=\"甲 # 乙\" # tail\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		policy := file.Lines[1].Statement.(Policy)
		if policy.Insured != "甲 # 乙" || policy.VAT.String() != "0.06" || policy.Deductible.String() != "0.00" {
			t.Errorf("got %+v", policy)
		}
		if file.Lines[1].Number != 3 {
			t.Errorf("line %d", file.Lines[1].Number)
		}
	})
	t.Run("OK outcome, as and effective", func(t *testing.T) {
		t.Parallel()
		line, err := ParseLine("x", "2026-01-01 issue P1 as=B effective=2026-01-02 => error access.forbidden")
		if err != nil {
			t.Fatal(err)
		}
		if line.Outcome != "access.forbidden" || line.As != "B" || line.Effective.String() != "2026-01-02" {
			t.Errorf("got %+v", line)
		}
	})
}

func TestParseRefused(t *testing.T) {
	t.Parallel()
	const policy = "2026-01-01 policy P1 pool=IC line=first_set start=2026-01-01 end=2026-12-31 premium=1 " +
		"limit=1 insured=x"
	const members, pool = "2026-01-01 member A 甲\n", "2026-01-01 pool IC industry=life_health\n"
	const claim = "2026-01-01 claim C1 policy=P1 loss=2026-01-01\n"
	tests := []struct {
		name, source string
		line, column int
		message      string
	}{
		{"no date", "issue P1", 1, 1, "date"},
		{"a day that is none", "2026-02-30 issue P1", 1, 1, "date"},
		{"a date that goes back", "2026-01-02 issue P1\n2026-01-01 issue P1", 2, 1, "goes back"},
		{"no verb", "2026-01-01", 1, 11, "verb"},
		{"an unknown verb", "2026-01-01 insure P1", 1, 12, "insure"},
		{"an unknown key", "2026-01-01 issue P1 colour=red", 1, 21, "colour"},
		{"a key twice", "2026-01-01 issue P1 as=A as=B", 1, 26, "twice"},
		{"a word too many", "2026-01-01 issue P1 P2", 1, 21, "too many"},
		{"a word missing", "2026-01-01 receive P1", 1, 22, "amount is missing"},
		{"three decimals", "2026-01-01 receive P1 1.005", 1, 23, "amount"},
		{"a negative amount", "2026-01-01 receive P1 -1.00", 1, 23, "negative"},
		{"a float", "2026-01-01 receive P1 1e3", 1, 23, "amount"},
		{"thousands signs", "2026-01-01 receive P1 1,000.00", 1, 23, "amount"},
		{"a quote that is not closed", `2026-01-01 member A "甲`, 1, 23, "not closed"},
		{"no UTF-8", "2026-01-01 member A \xff", 1, 21, "UTF-8"},
		{"an unknown industry", "2026-01-01 pool IC industry=farming", 1, 20, "industry"},
		{"no industry", "2026-01-01 pool IC", 1, 19, "industry= is missing"},
		{"a version without v", "2026-01-01 agreement IC 1 from=2026-01-01 shares=A:100%", 1, 25, "version"},
		{"a share without a member", "2026-01-01 agreement IC v1 from=2026-01-01 shares=100%", 1, 44, "shares"},
		{"nine decimals of a share", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:0.123456789", 1, 44, "shares"},
		{
			"nine decimals of a rate", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 issuing_fee=0.0000001%",
			1, 55, "issuing_fee",
		},
		{"an unknown residue policy", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 residue=me", 1, 55, "residue"},
		{"an unknown netting", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 netting=some", 1, 55, "netting"},
		{"an unknown line", strings.Replace(policy, "first_set", "marine", 1), 1, 30, "line"},
		{"no premium", strings.Replace(policy, " premium=1", "", 1), 1, 94, "premium= is missing"},
		{"an instalment without a day", policy + " instalments=60000.00", 1, 105, "instalments"},
		{"a basis that is none", "2026-01-01 endorse P1 E1 premium=-1 basis=half", 1, 37, "basis"},
		{"a period that is none", "2026-01-01 statement IC 2026-13", 1, 25, "period"},
		{"a quarter that is none", "2026-01-01 statement IC 2026-Q5", 1, 25, "period"},
		{"a quarter to close", "2026-01-01 close_period IC 2026-Q1", 1, 28, "month"},
		{"nothing to reserve", "2026-01-01 reserve C1", 1, 22, "missing"},
		{"an unknown expectation", "2026-01-01 expect luck", 1, 19, "luck"},
		{"an unknown stream", "2026-01-01 expect portion P1 love A 1.00", 1, 30, "stream"},
		{"an unknown account", "2026-01-01 expect balance A purse 1.00", 1, 29, "account"},
		{"an unknown state", "2026-01-01 expect state P1 happy", 1, 28, "state"},
		{"an unknown clock", "2026-01-01 expect clock C1 lunch 2026-01-01", 1, 28, "clock"},
		{"a count that is none", "2026-01-01 expect event a.b many", 1, 29, "number"},
		{"an event without a wing", "2026-01-01 expect event issued 1", 1, 25, "event"},
		{"an outcome that is none", "2026-01-01 issue P1 => maybe", 1, 21, "=>"},
		{"an error without a code", "2026-01-01 issue P1 => error", 1, 21, "=>"},
		{"a code without a wing", "2026-01-01 issue P1 => error oops", 1, 21, "=>"},
		{"an error of an expectation", "2026-01-01 expect verified => error no.such_code", 1, 28, "expectation"},
		{"an unknown pool", "2026-01-01 close_period IC 2026-01", 1, 25, "no pool IC"},
		{"a policy in an unknown pool", policy, 1, 22, "no pool IC"},
		{"a statement of an unknown pool", pool + "2026-01-01 statement LH 2026-01", 2, 22, "no pool LH"},
		{"an unknown member", pool + "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:100%", 2, 44, "no member A"},
		{"an unknown leader", members + pool + "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 leader=B", 3, 55,
			"no member B"},
		{"an unknown follower", "2026-01-01 accept P1 B", 1, 22, "no member B"},
		{"an unknown payer", "2026-01-01 paid_call C1 B 1.00 => error coinsurance.not_a_follower", 1, 25, "no member B"},
		{"an unknown actor", "2026-01-01 issue P1 as=B => error access.forbidden", 1, 21, "no member B"},
		{"a member that was refused", "2026-01-01 member A x => error coinsurance.member_exists\n" +
			"2026-01-01 accept P1 A", 2, 22, "no member A"},
		{"a member twice", members + "2026-01-01 member A x => error coinsurance.member_exists", 2, 19, "member A already"},
		{"a pool twice", pool + pool, 2, 17, "pool IC already"},
		{"a policy twice", pool + policy + "\n" + policy, 3, 19, "policy P1 already"},
		{"a claim twice", claim + claim, 2, 18, "claim C1 already"},
		{"a policy of a claim's name", pool + claim + strings.Replace(policy, "P1", "C1", 1), 3, 19, "claim C1 already"},
		{"a capacity of a stranger", members + pool + "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 " +
			"capacities=B:1.00", 3, 55, "not among the shares"},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("x.txt", []byte(test.source))
			failure, ok := errors.AsType[*ParseError](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if failure.Line != test.line || failure.Column != test.column || !strings.Contains(failure.Message, test.message) {
				t.Errorf("got %v, wanted %d:%d and %q", failure, test.line, test.column, test.message)
			}
		})
	}
}

// TestSharedCases compares the embedded cases and calendar with the shared ones, where those lie beside the module.
func TestSharedCases(t *testing.T) {
	t.Parallel()
	shared := filepath.Join("..", "..", "..", "..", "shared")
	pairs := map[string]string{
		filepath.Join("..", "..", "calendar", "cn-workdays.csv"): filepath.Join(shared, "data", "cn-workdays.csv"),
	}
	for _, name := range CaseNames() {
		pairs[name] = filepath.Join(shared, "cases-v2", filepath.Base(name))
	}
	faults, err := filepath.Glob(filepath.Join("faults", "*.txt"))
	if err != nil || len(faults) == 0 {
		t.Fatalf("%d faults, %v", len(faults), err)
	}
	for _, name := range faults {
		pairs[name] = filepath.Join(shared, "faults", "ledger", filepath.Base(name))
	}
	for ours, theirs := range pairs {
		wanted, err := os.ReadFile(theirs)
		if errors.Is(err, os.ErrNotExist) {
			continue // a clone of the module alone has nothing to compare with
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(ours)
		if err != nil || string(got) != string(wanted) {
			t.Errorf("%s differs from %s: %v", ours, theirs, err)
		}
	}
}

// Every term of an agreement and of a contract is a key.
func TestEveryTermIsAKey(t *testing.T) {
	t.Parallel()
	const beside = "Facts" // in parts
	for verb, terms := range map[string]any{"agreement": coinsurance.Terms{}, "policy": insurance.Contract{}} {
		a := newArgs(nil, 0)
		verbs[verb](a)
		for field := range reflect.TypeOf(terms).Fields() {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !a.asked[key] && !strings.Contains(beside, field.Name) {
				t.Errorf("%s has no key %s", verb, key)
			}
		}
	}
	a := newArgs(nil, 0)
	a.facts()
	if facts := reflect.TypeFor[product.Facts]().NumField(); len(a.asked) != facts {
		t.Errorf("%d facts have keys, of %d", len(a.asked), facts)
	}
}

// What an agreement says in keys is what is proposed.
func TestAnAgreementInKeys(t *testing.T) {
	t.Parallel()
	file, err := Parse("x", []byte("2026-01-01 member A 甲\n2026-01-01 member B 乙\n"+
		"2026-01-01 pool IC industry=life_health\n2026-01-01 agreement IC v1 from=2026-01-01 shares=A:60%,B:40% "+
		"claim_shares=B:30%,A:70% cost_shares=A:100% capacities=B:5.00 vat_invoice=issuer late_interest=4.35% pay_days=7 "+
		"second_lead=B second_lead_from=9.00 evidence=required management_fee=1% currency=CNY "+
		"silence=confirms ring_fence=line_year"))
	if err != nil {
		t.Fatal(err)
	}
	s := file.Lines[3].Statement.(Agreement)
	var table []string
	for _, row := range s.Shares {
		table = append(table, fmt.Sprintln(row.Member, row.Premium, row.Claim, row.Cost, row.Capacity))
	}
	if got := strings.Join(table, ""); got != "A 0.6 0.7 1 <nil>\nB 0.4 0.3 0 5.00\n" {
		t.Errorf("shares %s", got)
	}
	if s.Terms.VATInvoice != "issuer" || s.Terms.LateInterest.String() != "0.0435" || s.Terms.PayDays != 7 ||
		s.Terms.SecondLead != "B" || s.Terms.SecondLeadFrom.String() != "9.00" || s.Terms.Evidence != "required" ||
		s.Terms.ManagementFee.String() != "0.01" || s.Terms.Netting != "none" || s.Terms.Currency != "CNY" ||
		s.Terms.Silence != "confirms" || s.Terms.RingFence != "line_year" {
		t.Errorf("terms %+v", s.Terms)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range CaseNames() {
		source, err := embedded.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		file, err := Parse("fuzz", source)
		if err != nil {
			if _, ok := errors.AsType[*ParseError](err); !ok {
				t.Fatalf("not a ParseError: %v", err)
			}
			return
		}
		var text strings.Builder
		for _, line := range file.Lines {
			text.WriteString(line.Text + "\n")
		}
		again, err := Parse("again", []byte(text.String()))
		if err != nil || len(again.Lines) != len(file.Lines) {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
	})
}

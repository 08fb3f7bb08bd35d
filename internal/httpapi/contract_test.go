package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// given are the terms whose value is not free, by their path; every other term is given one by its type.
var given = map[string]any{
	"line": "first_set", "start": calendar.MustDate("2026-03-01"), "end": calendar.MustDate("2027-02-28"),
	"premium": money.MustAmount("1000.01"), "limit": money.MustAmount("4000000.00"), "renews": "IC-P0",
	"consent_digest": strings.Repeat("a", 64), "catalogue_edition": "2025", "catalogue_item": "1.1", "unit_basis": "set",
	"instalments": []insurance.Instalment{
		{Due: calendar.MustDate("2026-03-01"), Amount: money.MustAmount("600.01")},
		{Due: calendar.MustDate("2026-09-01"), Amount: money.MustAmount("400.00")},
	},
}

// fill gives every field below a value its own value, none of them zero. A type it does not know fails the test.
func fill(t *testing.T, value reflect.Value, path string, count *int) {
	t.Helper()
	*count++
	if known, is := given[path]; is {
		value.Set(reflect.ValueOf(known))
		return
	}
	switch place := value.Addr().Interface().(type) {
	case *string:
		*place = fmt.Sprintf("T-%d", *count)
	case *int:
		*place = *count
	case **bool:
		*place = new(true)
	case *money.Amount:
		*place = money.MustAmount(fmt.Sprintf("%d.01", *count))
	case **money.Amount:
		*place = new(money.MustAmount(fmt.Sprintf("%d.01", *count)))
	case *money.Rate:
		*place = money.MustRate(fmt.Sprintf("1.%d%%", *count))
	case *calendar.Date:
		*place = calendar.MustDate("2026-01-01").AddDays(*count)
	default:
		if value.Kind() != reflect.Struct {
			t.Fatalf("%s: no value is known for a %s", path, value.Type())
		}
		for i := range value.NumField() {
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
			fill(t, value.Field(i), name, count)
		}
	}
}

// cells are the terms as files and scenarios write them, by name.
func cells(t *testing.T, contract insurance.Contract, between string) map[string]string {
	t.Helper()
	text, err := json.Marshal(contract)
	if err != nil {
		t.Fatal(err)
	}
	var terms map[string]any
	if err := json.Unmarshal(text, &terms); err != nil {
		t.Fatal(err)
	}
	facts, _ := terms["facts"].(map[string]any)
	delete(terms, "facts")
	maps.Copy(terms, facts)
	written := map[string]string{}
	for name, term := range terms {
		switch term := term.(type) {
		case bool:
			written[name] = map[bool]string{true: "yes", false: "no"}[term]
		case []any:
			var parts []string
			for _, instalment := range contract.Instalments {
				parts = append(parts, instalment.Due.String()+":"+instalment.Amount.String())
			}
			written[name] = strings.Join(parts, between)
		default:
			written[name] = fmt.Sprint(term)
		}
	}
	return written
}

// TestNoRoadLosesATerm sends a contract of which every term is given, found by reflection, by each road that makes a
// policy, and finds every term in the policy and in what is announced of it.
func TestNoRoadLosesATerm(t *testing.T) {
	t.Parallel()
	var contract insurance.Contract
	count := 0
	fill(t, reflect.ValueOf(&contract).Elem(), "", &count)
	d := openDoor(t)

	body, err := json.Marshal(struct {
		Pool   string `json:"pool"`
		Number string `json:"number"`
		insurance.Contract
	}{"IC", "IC-T1", contract})
	if err != nil {
		t.Fatal(err)
	}
	d.post(leader, "/v1/policies", string(body))
	kept(t, "the API", d.db.DB, "IC-T1", insurance.EventPolicyQuoted, contract)

	importTerms(t, d, contract)
	kept(t, "a file", d.db.DB, "IC-T2", insurance.EventPolicyImported, contract)

	kept(t, "a scenario", playTerms(t, contract), "IC-T3", insurance.EventPolicyQuoted, contract)

	d.post(leader, "/v1/policies/IC-T1/receipts", `{"amount":"2000.00"}`)
	d.post(leader, "/v1/policies/IC-T1/issue", "")
	d.post(leader, "/v1/policies/IC-T1/renewal", `{"number":"IC-T4","end":"2027-12-31","premium":"900.00"}`)
	next := contract
	next.Starts, next.Ends = calendar.MustDate("2027-03-01"), calendar.MustDate("2027-12-31")
	next.Premium, next.Instalments, next.Renews = money.MustAmount("900.00"), nil, "IC-T1"
	kept(t, "a renewal", d.db.DB, "IC-T4", insurance.EventPolicyQuoted, next)
}

// importTerms imports the contract as IC-T2, each term in the column of its name.
func importTerms(t *testing.T, d *door, contract insurance.Contract) {
	t.Helper()
	written := cells(t, contract, ";")
	written["pool"], written["number"] = "IC", "IC-T2"
	names := slices.Sorted(maps.Keys(written))
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = written[name]
	}
	report, err := insurance.NewService(d.db.DB, d.clock).ImportPolicies(t.Context(), insurance.ImportPolicies{
		By: clerk, Source: strings.NewReader(strings.Join(names, ",") + "\n" + strings.Join(values, ",") + "\n"),
	})
	if err != nil {
		t.Fatalf("a file: %v %+v", err, report)
	}
}

// playTerms plays the contract as IC-T3, each term as a key of its name.
func playTerms(t *testing.T, contract insurance.Contract) *pg.DB {
	t.Helper()
	statement := "2026-03-02 policy T3 pool=IC"
	written := cells(t, contract, ",")
	for _, name := range slices.Sorted(maps.Keys(written)) {
		statement += fmt.Sprintf(" %s=%q", name, written[name])
	}
	file, err := scenario.Parse("terms", []byte(`2026-03-02 member A "甲"
2026-03-02 member B "乙"
2026-03-02 pool IC industry=integrated_circuits
2026-03-02 agreement IC v1 from=2026-01-01 shares=A:60%,B:40%
2026-03-02 catalogue first_set 2025 1.1 "示例装备" from=2025-01-01
`+statement+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	db := testdb.Open(t).DB
	err = scenario.NewPlayer(db).Play(t.Context(), file, func(result scenario.Result) {
		if !result.OK {
			t.Errorf("%s", result)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// kept wants the contract in a policy and in what was announced of it.
func kept(t *testing.T, road string, db *pg.DB, number, event string, contract insurance.Contract) {
	t.Helper()
	policy, err := insurance.FindPolicy(t.Context(), db, number)
	if err != nil {
		t.Fatalf("%s: %v", road, err)
	}
	same(t, road+": the policy", policy.Contract, contract)
	var common []byte
	err = pg.Row(t.Context(), db, "SELECT common FROM event WHERE pool = 'IC' AND subject = $1 AND type = $2",
		[]any{policy.Subject(), event}, &common)
	var announced struct {
		Data struct {
			Detail insurance.Contract `json:"detail"`
		} `json:"data"`
	}
	if err == nil {
		err = json.Unmarshal(common, &announced)
	}
	if err != nil {
		t.Fatalf("%s: %v", road, err)
	}
	same(t, road+": the event", announced.Data.Detail, contract)
}

// same names every term that is another than it was.
func same(t *testing.T, where string, got, wanted insurance.Contract) {
	t.Helper()
	is, was := reflect.ValueOf(got), reflect.ValueOf(wanted)
	for i := range was.NumField() {
		if !reflect.DeepEqual(is.Field(i).Interface(), was.Field(i).Interface()) {
			t.Errorf("%s has lost %s: got %+v, wanted %+v", where, was.Type().Field(i).Name, is.Field(i), was.Field(i))
		}
	}
}

package bordereau_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/bordereau"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

var (
	clerk    = testzone.Clerk
	handler  = access.Person("he", access.Member, "A", access.Claims)
	follower = access.Person("he", access.Member, "B", access.Reader)
	stranger = access.Person("he", access.Member, "X", access.Reader)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func yuan(text string) *money.Amount {
	amount := money.MustAmount(text)
	return &amount
}

type desk struct {
	*testing.T

	db     *testdb.Database
	clock  *clock.Manual
	claims *claims.Service
}

// done fails the test when the call before it was refused.
func (d *desk) done(_ any, err error) {
	d.Helper()
	must(d, err)
}

// newDesk has two claims of a pool of A (60 %) and B, with payments in January and February.
func newDesk(t *testing.T) *desk {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	d := &desk{T: t, db: db, clock: manual, claims: claims.NewService(db.DB, manual)}
	testzone.Found(t, db.DB, manual, coinsurance.Terms{},
		testzone.Share{Member: "A", Share: "60%"}, testzone.Share{Member: "B", Share: "40%"})
	contract := testzone.Contract()
	contract.Line, contract.Insured, contract.Deductible = "first_set", "=刻蚀机厂", money.Amount{}
	testzone.Issue(t, db.DB, manual, "IC-P1", contract)
	for _, number := range []string{"IC-C1", "IC-C2"} {
		d.open(number)
	}
	d.pay("IC-C1", claims.PayClaim{Indemnity: *yuan("100.00"), Expense: claims.Expense{Adjuster: *yuan("10.00")}})
	manual.Set(calendar.MustDate("2026-02-03").Noon())
	d.pay("IC-C1", claims.PayClaim{Indemnity: *yuan("50.00"), Expense: claims.Expense{Legal: *yuan("7.00")}})
	d.done(d.claims.RecoverClaim(t.Context(), claims.RecoverClaim{
		Command: as(handler, "IC-C1"), Recovery: *yuan("20.00"),
	}))
	return d
}

func (d *desk) open(number string) {
	d.Helper()
	on := as(handler, number)
	d.done(d.claims.OpenClaim(d.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: handler},
		Policy:  "IC-P1", Number: number, LossDay: calendar.MustDate("2026-01-02"),
	}))
	d.done(d.claims.ReserveClaim(d.Context(), claims.ReserveClaim{
		Command: on, Indemnity: yuan("1000.00"), Expense: yuan("100.00"),
	}))
	d.done(d.claims.AssessClaim(d.Context(), claims.AssessClaim{Command: on, Loss: yuan("900.00")}))
	d.done(d.claims.ApproveClaim(d.Context(), claims.ApproveClaim{
		Command: on, Indemnity: yuan("800.00"), Expense: yuan("90.00"),
	}))
}

func (d *desk) pay(number string, cmd claims.PayClaim) {
	d.Helper()
	cmd.Command = as(handler, number)
	d.done(d.claims.PayClaim(d.Context(), cmd))
}

func (d *desk) list(by access.Principal, q bordereau.Question) (*bordereau.Bordereau, error) {
	q.Pool = "IC"
	return bordereau.Of(d.Context(), d.db, by, d.clock.Now(), q)
}

var february = calendar.MustMonth("2026-02")

// The figures of a month, counted by hand.
func TestBordereau(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	if len(list.Lines) != 2 {
		t.Fatalf("%+v", list.Lines)
	}
	one := list.Lines[0]
	for what, pair := range map[string][2]string{
		"paid in the month, all":   {one.All.Month.Indemnity.String(), "50.00"},
		"paid in the month, own":   {one.Own.Month.Indemnity.String(), "20.00"},
		"paid to date, own":        {one.Own.ToDate.Indemnity.String(), "60.00"},
		"adjusters in the month":   {one.Own.Month.Adjuster.String(), "0.00"},
		"adjusters to date":        {one.Own.ToDate.Adjuster.String(), "4.00"},
		"lawyers in the month":     {one.Own.Month.Legal.String(), "2.80"},
		"recovered, own":           {one.Own.ToDate.Recovery.String(), "8.00"},
		"outstanding, all":         {one.All.OutstandingPayment.String(), "850.00"},
		"outstanding expense, own": {one.Own.OutstandingExpenses.String(), "33.20"},
		"incurred, all":            {one.All.Incurred.String(), "1100.00"},
		"incurred, own":            {one.Own.Incurred.String(), "440.00"},
		"incurred of both, own":    {list.Total.Own.Incurred.String(), "880.00"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s, wanted %s", what, pair[0], pair[1])
		}
	}
	january, err := d.list(follower, bordereau.Question{Member: "B", Month: calendar.MustMonth("2026-01")})
	must(t, err)
	if got := january.Lines[0].Own; got.ToDate.Indemnity != *yuan("40.00") || got.Month != got.ToDate {
		t.Errorf("January: %+v", got)
	}
}

// What is known of a claim besides its figures is what was known at the instant.
func TestBordereauSaysWhereAClaimStood(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	open, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	d.clock.Set(calendar.MustDate("2026-02-20").Noon())
	d.pay("IC-C2", claims.PayClaim{Indemnity: *yuan("800.00"), Expense: claims.Expense{Other: *yuan("90.00")}})
	d.done(d.claims.CloseClaim(t.Context(), claims.CloseClaim{Command: as(handler, "IC-C2")}))
	said := func(list *bordereau.Bordereau) string {
		claim := list.Lines[1]
		return fmt.Sprintf("%s %s %s %s", claim.Notified, claim.State, claim.Closed, claim.Currency)
	}
	if got := said(open); got != "2026-01-02 approved  CNY" {
		t.Errorf("while it was open: %s", got)
	}
	closed, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	if got := said(closed); got != "2026-01-02 closed 2026-02-20 CNY" {
		t.Errorf("when it was closed: %s", got)
	}
	again, err := d.list(follower, bordereau.Question{Member: "B", Month: february, Known: open.Known})
	must(t, err)
	if said(again) != said(open) {
		t.Errorf("as it was known: %s", said(again))
	}
	paid := closed.Lines[0].Own
	if paid.Previous.Indemnity != *yuan("40.00") || paid.Previous.Adjuster != *yuan("4.00") ||
		!paid.Previous.Legal.IsZero() {
		t.Errorf("before February: %+v", paid.Previous)
	}
}

// An issued list is made again exactly, whatever has happened since.
func TestBordereauMadeAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	issued, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	d.clock.Set(calendar.MustDate("2026-02-20").Noon())
	d.pay("IC-C2", claims.PayClaim{Indemnity: *yuan("1.00")})
	again, err := d.list(follower, bordereau.Question{Member: "B", Month: february, Known: issued.Known})
	must(t, err)
	now, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	text := func(b *bordereau.Bordereau) string {
		written, err := json.Marshal(b)
		must(t, err)
		return string(written)
	}
	if text(again) != text(issued) || text(now) == text(issued) {
		t.Errorf("issued %s\nagain  %s", text(issued), text(again))
	}
}

func TestWhoSeesABordereau(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	question := bordereau.Question{Member: "B", Month: february}
	for name, by := range map[string]access.Principal{"the leader": handler, "the manager": clerk} {
		if list, err := d.list(by, question); err != nil || len(list.Lines) != 2 {
			t.Errorf("%s: %+v %v", name, list, err)
		}
	}
	if _, err := d.list(stranger, question); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("a stranger: %v", err)
	}
	question.Member = "A"
	if list, err := d.list(follower, question); err != nil || len(list.Lines) != 0 {
		t.Errorf("a follower sees of the leader: %+v %v", list, err)
	}
	if _, err := bordereau.Of(t.Context(), d.db, clerk, d.clock.Now(), bordereau.Question{Pool: "XX"}); !errors.Is(
		err, coinsurance.ErrPoolNotFound,
	) {
		t.Errorf("no pool: %v", err)
	}
}

// As a table each claim is a row and the totals the last; no name becomes a formula.
func TestBordereauAsATable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list, err := d.list(follower, bordereau.Question{Member: "B", Month: february})
	must(t, err)
	var file bytes.Buffer
	must(t, list.Write(&file, sheet.CSV))
	table, marked := bytes.CutPrefix(file.Bytes(), []byte("\ufeff"))
	if !marked {
		t.Error("no byte-order mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	must(t, err)
	last, incurred := rows[len(rows)-1], slices.Index(rows[0], "own_incurred")
	if len(rows) != 4 || rows[1][2] != "'=刻蚀机厂" || last[0] != "total" || last[incurred] != "880.00" {
		t.Errorf("%v", rows)
	}
	var book bytes.Buffer
	must(t, list.Write(&book, sheet.XLSX))
	reader, err := sheet.Open(&book, sheet.Ways{}, func() (columns []sheet.Column) {
		for _, heading := range rows[0] {
			columns = append(columns, sheet.May(heading, ""))
		}
		return columns
	}())
	must(t, err)
	row, bad, err := reader.Next()
	must(t, err)
	if len(bad) > 0 || row.Text("claim") != "IC-C1" || *row.Amount("own_incurred") != money.MustAmount("440.00") ||
		row.Day("loss_day", calendar.Date{}).String() != rows[1][4] ||
		!strings.Contains(row.Text("insured"), "刻蚀机厂") {
		t.Errorf("%+v %v", row, bad)
	}
	must(t, reader.Close())
}

// as is what a person says of a claim, besides the matter itself.
func as(who access.Principal, number string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: who}, Claim: number}
}

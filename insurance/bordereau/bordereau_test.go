package bordereau_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/insurance/bordereau"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/zone"
)

const policy = "IC-P1"

var (
	leading  = access.Person("li", access.Member, "A", access.Underwriter)
	operator = access.Person("op", access.Operator, "", access.Administrator)
	follower = access.Person("he", access.Member, "B", access.Reader)
)

type desk struct {
	*testing.T

	db       *testdb.Database
	clock    *clock.Manual
	policies *insurance.Service
}

func (d *desk) done(_ any, err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// newDesk has a policy of 12,000.00 in two instalments under A (60 %) and B, that is endorsed, paid and cancelled
// in 2026.
func newDesk(t *testing.T) *desk {
	t.Helper()
	db, now := testdb.Open(t), clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	d := &desk{T: t, db: db, clock: now, policies: insurance.NewService(db.DB, now)}
	testzone.Found(t, db.DB, now, coinsurance.Terms{IssuingFee: money.MustRate("2%"), FeeVAT: money.MustRate("6%")},
		testzone.Share{Member: "A", Share: "60%"}, testzone.Share{Member: "B", Share: "40%"})
	testzone.Register(t, db.DB, now, "C")
	contract := testzone.Contract()
	contract.Insured, contract.Premium, contract.Commission = "=晶圆厂", money.MustAmount("12000.00"), money.MustRate("10%")
	contract.Instalments = []insurance.Instalment{
		{Due: calendar.MustDate("2026-01-02"), Amount: money.MustAmount("6000.00")},
		{Due: calendar.MustDate("2026-07-01"), Amount: money.MustAmount("6000.00")},
	}
	d.done(d.policies.QuotePolicy(t.Context(), insurance.QuotePolicy{
		Command: idempotency.By(leading), Pool: "IC", Number: policy, Contract: contract,
	}))
	d.receive("6360.00")
	d.done(d.policies.IssuePolicy(t.Context(), insurance.IssuePolicy{Command: idempotency.By(leading), Policy: policy}))
	d.on("2026-02-01")
	d.done(d.policies.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
		Command: idempotency.By(leading), Policy: policy, Endorsement: "E1", Premium: money.MustAmount("-500.00"),
	}))
	d.on("2026-07-01")
	d.done(d.policies.RunDay(t.Context(), testzone.Clerk)) // the instalment's VAT falls due, which is no transaction
	d.receive("5830.00")
	d.on("2026-10-01")
	d.done(d.policies.CancelPolicy(t.Context(), insurance.CancelPolicy{Command: idempotency.By(leading), Policy: policy}))
	return d
}

// reinstate takes the cancellation back.
func (d *desk) reinstate() {
	d.Helper()
	d.done(d.policies.ReinstatePolicy(d.Context(), insurance.ReinstatePolicy{
		Command: idempotency.By(leading), Policy: policy,
	}))
}

func (d *desk) on(day string) { d.clock.Set(calendar.MustDate(day).Noon()) }

func (d *desk) receive(amount string) {
	d.Helper()
	d.done(d.policies.ReceivePremium(d.Context(), insurance.ReceivePremium{
		Command: idempotency.By(leading), Policy: policy, Amount: money.MustAmount(amount),
	}))
}

func asked(member, months string) bordereau.Question {
	period, err := calendar.ParseMonths(months)
	if err != nil {
		panic(err)
	}
	return bordereau.Question{Pool: "IC", Member: member, Months: period}
}

const everything = 1000

func (d *desk) list(by access.Principal, q bordereau.Question) *bordereau.Bordereau {
	d.Helper()
	list, err := bordereau.Of(d.Context(), d.db, by, d.clock.Now(), q, 0, everything)
	d.done(list, err)
	return list
}

// said is a line in short.
func said(l *bordereau.PremiumRow) string {
	return fmt.Sprintf("%s %s %s %d/%d %s: %s+%s of %s+%s, received %s+%s, fee %s+%s, commission %s, due %s", l.Period,
		l.Transaction, l.Endorsement, l.Instalment, l.Instalments, l.Due, l.NetPremium, l.VAT, l.NetPremium100, l.VAT100,
		l.NetReceived, l.VATReceived, l.IssuingFee, l.IssuingFeeVAT, l.Commission, l.NetDue)
}

// The lines of half a year, counted by hand.
func TestPremiumBordereau(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := d.list(follower, asked("B", "2026-01..2026-09"))
	var got []string
	for i := range list.Lines {
		got = append(got, said(&list.Lines[i]))
	}
	want := []string{
		"2026-01 new  1/2 2026-01-02: 4800.00+288.00 of 12000.00+720.00, received 2400.00+144.00, " +
			"fee 48.00+2.88, commission 240.00, due 2253.12",
		"2026-02 endorsement E1 0/2 : -200.00+-12.00 of -500.00+-30.00, received 0.00+0.00, " +
			"fee 0.00+0.00, commission 0.00, due 0.00",
		"2026-07 instalment  2/2 2026-07-01: 0.00+0.00 of 0.00+0.00, received 2200.00+132.00, " +
			"fee 44.00+2.64, commission 220.00, due 2065.36",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if list.Count != 3 || list.Total.NetPremium.String() != "4600.00" || list.Total.NetDue.String() != "4318.48" {
		t.Errorf("%+v", list.Total)
	}
	line := list.Lines[0]
	if line.Leader != "A" || line.Share != money.MustShare("40%") || line.AgreementVersion != 1 || line.Insured != "=晶圆厂" {
		t.Errorf("%+v", line)
	}
}

// The members' parts of every line add up to the whole, and what is due to what the book says they owe each other.
func TestBordereauxAddUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.reinstate()
	var receipt uuid.UUID
	d.done(nil, d.db.NewRaw("SELECT max(id::text)::uuid FROM event WHERE type = ?", insurance.EventPremiumReceived).
		Scan(t.Context(), &receipt))
	d.done(d.policies.ReversePremium(t.Context(), insurance.ReversePremium{
		Command: idempotency.By(leading), Policy: policy, Event: receipt, Reason: "示例",
	}))
	ours, theirs := d.list(testzone.Clerk, asked("A", "2026")), d.list(testzone.Clerk, asked("B", "2026"))
	var kinds []string
	for i, line := range ours.Lines {
		kinds = append(kinds, string(line.Transaction))
		other := theirs.Lines[i]
		if line.NetPremium.Add(other.NetPremium) != line.NetPremium100 || line.VAT.Add(other.VAT) != line.VAT100 ||
			!line.NetDue.Add(other.NetDue).IsZero() {
			t.Errorf("%s and %s", said(&line), said(&other))
		}
	}
	if got := strings.Join(kinds, " "); got != "new endorsement instalment cancellation reinstatement reversal" {
		t.Errorf("got %s", got)
	}
	owed, err := ledger.ViewOwed(t.Context(), d.db, testzone.Clerk, "A", "B", ledger.BalanceQuery{Pool: "IC"})
	d.done(owed, err)
	if owed.Balance != theirs.Total.NetDue {
		t.Errorf("A owes B %s, the list says %s", owed.Balance, theirs.Total.NetDue)
	}
}

// A line says on which statement it stands, once that is issued, and whether it is open, held or settled there.
func TestALineSaysWhereItIsSettled(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	desk, by := settlement.NewService(d.db.DB, d.clock), idempotency.By(testzone.Clerk)
	says := func(want ...string) {
		t.Helper()
		var got []string
		for _, line := range d.list(follower, asked("B", "2026-01..2026-09")).Lines {
			got = append(got, line.Statement+" "+line.State)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	d.done(desk.DrawStatement(t.Context(), settlement.DrawStatement{Command: by, Pool: "IC", Period: "2026-Q1"}))
	says(" open", " ", " open")
	d.done(desk.IssueStatement(t.Context(), settlement.IssueStatement{Command: by, Pool: "IC", Period: "2026-Q1"}))
	says("2026-Q1/1 open", " ", " open")
	disputed := idempotency.By(access.Person("qian", access.Member, "B", access.Settlement))
	d.done(desk.RaiseQuery(t.Context(), settlement.RaiseQuery{
		Command: disputed, Pool: "IC", Period: "2026-Q1", Member: "B", Subject: policy, Reason: settlement.ReasonAmount,
	}))
	says("2026-Q1/1 held", " ", " open")
	d.done(desk.ResolveQueries(t.Context(), settlement.ResolveQueries{
		Command: disputed, Pool: "IC", Period: "2026-Q1", Member: "B", Subject: policy,
	}))
	for _, member := range []string{"A", "B"} {
		d.done(desk.ConfirmStatement(t.Context(), settlement.ConfirmStatement{
			Command: idempotency.By(access.Person("qian", access.Member, member, access.Settlement)),
			Pool:    "IC", Period: "2026-Q1", Member: member,
		}))
	}
	run, err := desk.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
		Command: by, Pool: "IC", Period: "2026-Q1",
	})
	d.done(run, err)
	says("2026-Q1/1 open", " ", " open")
	d.done(desk.ApproveSettlement(t.Context(), settlement.ApproveSettlement{
		Command: idempotency.By(testzone.Checker), Pool: "IC", Number: run.Number,
	}))
	says("2026-Q1/1 settled", " ", " open")
	statement, err := settlement.StatementOf(t.Context(), d.db, "IC", "2026-Q1")
	d.done(statement, err)
	totals, err := settlement.TotalsOf(t.Context(), d.db, statement)
	d.done(totals, err)
	if due := d.list(follower, asked("B", "2026-Q1")).Total.NetDue; totals[1].Movement != due {
		t.Errorf("the statement has %s, the list %s", totals[1].Movement, due)
	}
}

// A list that was issued is made again, whatever has happened since; it is read page by page.
func TestBordereauMadeAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text := func(b *bordereau.Bordereau) string {
		written, err := json.Marshal(b)
		d.done(written, err)
		return string(written)
	}
	question := asked("B", "2026-07..2026-12")
	issued := d.list(follower, question)
	d.on("2026-10-20")
	d.reinstate()
	if now := d.list(follower, question); now.Count != issued.Count+1 {
		t.Errorf("%d lines after %d", now.Count, issued.Count)
	}
	question.Known = issued.Known
	if again := d.list(follower, question); text(again) != text(issued) {
		t.Errorf("issued %s\nagain  %s", text(issued), text(again))
	}
	page, err := bordereau.Of(t.Context(), d.db, follower, d.clock.Now(), question, 1, 1)
	d.done(page, err)
	if len(page.Lines) != 1 || page.Total != issued.Total || page.Lines[0].Transaction != bordereau.Cancellation {
		t.Errorf("%+v", page)
	}
}

func TestWhoSeesABordereau(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, test := range map[string]struct {
		by     access.Principal
		pool   string
		member string
		wanted error
	}{
		"Err another member's":     {follower, "IC", "A", access.ErrForbidden},
		"Err a follower's, leader": {leading, "IC", "B", access.ErrForbidden},
		"Err the operator":         {operator, "IC", "B", access.ErrForbidden},
		"Err no pool":              {testzone.Clerk, "XX", "B", coinsurance.ErrPoolNotFound},
		"Err no member":            {testzone.Clerk, "IC", "D", zone.ErrMemberNotFound},
	} {
		question := asked(test.member, "2026")
		question.Pool = test.pool
		if _, err := bordereau.Of(t.Context(), d.db, test.by, d.clock.Now(), question, 0, 1); !errors.Is(err, test.wanted) {
			t.Errorf("%s: %v", name, err)
		}
		var file bytes.Buffer
		err := bordereau.Write(t.Context(), d.db, test.by, d.clock.Now(), question, sheet.CSV, &file)
		if !errors.Is(err, test.wanted) || file.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, file.Len())
		}
	}
	regulator := access.Person("xu", access.Regulator, "", access.Reader)
	if list := d.list(regulator, asked("B", "2026")); list.Count != 4 {
		t.Errorf("the regulator sees %d lines", list.Count)
	}
	if list := d.list(testzone.Clerk, asked("C", "2026")); list.Count != 0 {
		t.Errorf("of a member of another pool: %d lines", list.Count)
	}
}

// As a table each transaction is a row and the totals the last; no name becomes a formula.
func TestBordereauAsATable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	write := func(format sheet.Format) *bytes.Buffer {
		var file bytes.Buffer
		question := asked("B", "2026-01..2026-09")
		d.done(nil, bordereau.Write(t.Context(), d.db, follower, d.clock.Now(), question, format, &file))
		return &file
	}
	table, marked := bytes.CutPrefix(write(sheet.CSV).Bytes(), []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	d.done(rows, err)
	if !marked || len(rows) != 5 {
		t.Fatalf("%v", rows)
	}
	want := []string{
		"2026-01", "IC", "1", "A", "B", "40%", policy, "", "new", "2026-01-02", "2026-01-02T12:00:00+08:00", "rd_liability",
		"'=晶圆厂", "2026-01-02", "2026-12-31", "1000000.00", "1", "2", "2026-01-02", "12000.00", "720.00", "4800.00", "288.00",
		"2400.00", "144.00", "48.00", "2.88", "240.00", "2253.12", "", "open",
	}
	if diff := cmp.Diff(want, rows[1]); diff != "" {
		t.Error(diff)
	}
	last := rows[4]
	if last[0] != "total" || last[21] != "4600.00" || last[28] != "4318.48" || last[15] != "" {
		t.Errorf("%v", last)
	}
	book, err := excelize.OpenReader(write(sheet.XLSX))
	d.done(book, err)
	for cell, want := range map[string]string{"U2": "720", "F2": "0.4", "J2": "46024", "AC5": "4318.48", "G5": ""} {
		if got, err := book.GetCellValue("Sheet1", cell, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s is %q, %v", cell, got, err)
		}
	}
	if named, err := book.GetCellValue("columns", "B8"); err != nil || named != "保单号" {
		t.Errorf("the column is called %q, %v", named, err)
	}
}

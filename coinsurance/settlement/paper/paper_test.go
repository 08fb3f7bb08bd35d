package paper_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/zone"
)

var folder = flag.String("print", "", "also write the papers into this folder, to be looked at")

var (
	leading  = access.Person("li", access.Member, "A", access.Settlement)
	follower = access.Person("he", access.Member, "B", access.Settlement)
)

const period = "2026-01"

// office is a pool of A (60 %), B and C with two policies of 1,000.00 and their papers.
type office struct {
	*testing.T

	db       *testdb.Database
	now      *clock.Manual
	settle   *settlement.Service
	papers   *paper.Service
	folder   string        // of the store
	day      calendar.Date // of confirmations of balances
	by, then idempotency.Command
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{
		T: t, db: testdb.Open(t), now: clock.NewManual(calendar.MustDate("2026-01-05").Noon()), folder: t.TempDir(),
		by: idempotency.By(testzone.Clerk), then: idempotency.By(testzone.Checker), day: calendar.MustDate("2026-01-31"),
	}
	o.settle = settlement.NewService(o.db.DB, o.now)
	store, err := filestore.OpenFolder(o.folder)
	o.done(store, err)
	o.papers = paper.NewService(o.db.DB, store, o.now)
	testzone.Found(t, o.db.DB, o.now, coinsurance.Terms{
		Netting: coinsurance.NettingBilateral, IssuingFee: money.MustRate("2%"), FeeVAT: money.MustRate("6%"),
	}, testzone.Share{Member: "A", Share: "60%"}, testzone.Share{Member: "B", Share: "25%"},
		testzone.Share{Member: "C", Share: "15%"})
	for _, number := range []string{"IC-P1", "IC-P2"} {
		contract := testzone.Contract()
		contract.Premium, contract.Insured = money.MustAmount("1000.00"), "=武汉示例晶圆制造有限公司"
		testzone.Issue(t, o.db.DB, o.now, number, contract)
	}
	return o
}

func (o *office) done(_ any, err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) draw() {
	o.Helper()
	o.done(o.settle.DrawStatement(o.Context(), settlement.DrawStatement{Command: o.by, Pool: "IC", Period: period}))
}

func (o *office) issue() {
	o.Helper()
	o.done(o.settle.IssueStatement(o.Context(), settlement.IssueStatement{Command: o.by, Pool: "IC", Period: period}))
}

// write writes what is due, and wants so many papers.
func (o *office) write(wanted int) {
	o.Helper()
	written, err := o.papers.WriteDue(o.Context())
	o.done(written, err)
	if written != wanted {
		o.Errorf("%d papers were written, wanted %d", written, wanted)
	}
}

// request asks for A's and another's balances as of the day.
func (o *office) request(member string, known time.Time) *settlement.BalanceConfirmation {
	o.Helper()
	asked, err := o.settle.RequestConfirmation(o.Context(), settlement.RequestConfirmation{
		Command: idempotency.By(leading), Pool: "IC", Debtor: "A", Creditor: member, Day: o.day, Known: known,
	})
	o.done(asked, err)
	return asked
}

// sound wants that verify finds nothing.
func (o *office) sound() {
	o.Helper()
	if found := o.findings(); len(found) > 0 {
		o.Errorf("verify finds %v", found)
	}
}

func (o *office) findings() (found []ledger.Finding) {
	o.Helper()
	store := filestore.ReadFolder(o.folder)
	report, err := ledger.Verify(o.Context(), o.db.DB, ledger.VerifyOptions{
		Checks: slices.Concat(settlement.Checks(), paper.Checks(store)),
	})
	o.done(report, err)
	return report.Findings
}

// run has IC-P2 queried by B, all confirm, and the run approved.
func (o *office) run() {
	o.Helper()
	o.done(o.settle.RaiseQuery(o.Context(), settlement.RaiseQuery{
		Command: idempotency.By(follower), Pool: "IC", Period: period, Member: "B", Subject: "IC-P2",
		Reason: settlement.ReasonShare,
	}))
	for _, member := range []string{"A", "B", "C"} {
		o.done(o.settle.ConfirmStatement(o.Context(), settlement.ConfirmStatement{
			Command: idempotency.By(access.Person("qian", access.Member, member, access.Settlement)),
			Pool:    "IC", Period: period, Member: member,
		}))
	}
	run, err := o.settle.ProposeSettlement(o.Context(), settlement.ProposeSettlement{
		Command: o.by, Pool: "IC", Period: period,
	})
	o.done(run, err)
	o.done(o.settle.ApproveSettlement(o.Context(), settlement.ApproveSettlement{
		Command: o.then, Pool: "IC", Number: run.Number,
	}))
}

// opened is one way of asking for a paper.
type opened func(by access.Principal, member string, format sheet.Format) (*paper.IssuedFile, io.ReadCloser, error)

func (o *office) statement(by access.Principal, member string, format sheet.Format) (
	*paper.IssuedFile, io.ReadCloser, error,
) {
	return o.papers.OpenStatement(o.Context(), by, "IC", period, member, format)
}

func (o *office) letter(by access.Principal, member string, format sheet.Format) (
	*paper.IssuedFile, io.ReadCloser, error,
) {
	return o.papers.OpenLetter(o.Context(), by, "IC", period, member, format)
}

func (o *office) confirmation(by access.Principal, member string, format sheet.Format) (
	*paper.IssuedFile, io.ReadCloser, error,
) {
	return o.papers.OpenConfirmation(o.Context(), by, paper.Balances{
		Pool: "IC", Debtor: "A", Creditor: member, Day: o.day,
	}, format)
}

// read gives a paper's bytes, and looks at their hash.
func (o *office) read(open opened, by access.Principal, member string, format sheet.Format) []byte {
	o.Helper()
	issued, body, err := open(by, member, format)
	o.done(issued, err)
	content, err := io.ReadAll(body)
	o.done(content, err)
	o.done(nil, body.Close())
	if int64(len(content)) != issued.Size || !strings.HasSuffix(issued.Name, "."+string(format)) {
		o.Errorf("%s has %d bytes, %d are said", issued.Name, len(content), issued.Size)
	}
	if *folder != "" {
		o.done(nil, os.WriteFile(filepath.Join(*folder, issued.Name), content, 0o600))
	}
	return content
}

func (o *office) table(open opened, by access.Principal, member string) [][]string {
	o.Helper()
	content, marked := bytes.CutPrefix(o.read(open, by, member, sheet.CSV), []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	o.done(rows, err)
	if !marked {
		o.Error("no byte-order mark")
	}
	return rows
}

// column is what stands in a column, below its header.
func column(rows [][]string, code string) (cells []string) {
	at := slices.Index(rows[0], code)
	for _, row := range rows[1:] {
		cells = append(cells, row[at])
	}
	return cells
}

// A member's statement, counted by hand: B's 25 % of 1,000.00 and its VAT, less 2 % and the fee's VAT, twice.
func TestAStatementAddsUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	o.write(3)
	rows := o.table(o.statement, follower, "B")
	for code, want := range map[string][]string{
		"policy": {"IC-P1", "IC-P1", "IC-P2", "IC-P2", ""}, "group": {"fee", "premium", "fee", "premium", ""},
		"counterparty": {"A", "A", "A", "A", ""}, "insured": append(slices.Repeat([]string{"'=武汉示例晶圆制造有限公司"}, 4), ""),
		"share":          {"25%", "25%", "25%", "25%", ""},
		"to_date_100":    {"8.48", "1060.00", "8.48", "1060.00", ""},
		"effective_from": append(slices.Repeat([]string{"2026-01-05"}, 4), ""),
		"net":            {"-5.30", "265.00", "-5.30", "265.00", "519.40"},
	} {
		if diff := cmp.Diff(want, column(rows, code)); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
	totals, err := settlement.StatementOf(t.Context(), o.db, "IC", period)
	o.done(totals, err)
	members, err := settlement.TotalsOf(t.Context(), o.db, totals)
	o.done(members, err)
	if members[1].Movement.String() != "519.40" {
		t.Errorf("the statement says %s", members[1].Movement)
	}
}

// A letter shows what a run takes, which payments follow, and what it left out; a confirmation what the book says.
func TestALetterAndAConfirmationAddUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	o.run()
	o.now.Set(calendar.MustDate("2026-02-05").Noon())
	o.request("B", time.Time{})
	o.write(7)
	letter := o.table(o.letter, follower, "B")
	if got := column(letter, "amount"); !slices.Equal(got, []string{"259.70", "259.70"}) {
		t.Errorf("the letter has %v", letter)
	}
	balances := o.table(o.confirmation, leading, "B")
	owed, err := ledger.Owes(t.Context(), o.db, "A", "B", ledger.BalanceQuery{Pool: "IC"})
	o.done(owed, err)
	if got := column(balances, "net"); !slices.Equal(got, []string{"-10.60", "530.00", owed.Balance.String()}) {
		t.Errorf("the confirmation has %v, the book %s", balances, owed.Balance)
	}
}

// Bytes that were altered are never handed out.
func TestADamagedPaperIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	o.write(3)
	o.read(o.statement, follower, "B", sheet.CSV)
	o.done(nil, filepath.WalkDir(o.folder, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return errors.Join(os.Chmod(name, 0o600), os.WriteFile(name, []byte("other"), 0o600))
	}))
	if _, _, err := o.statement(follower, "B", sheet.CSV); !errors.Is(err, paper.ErrPaperDamaged) {
		t.Errorf("got %v", err)
	}
	if found := o.findings(); len(found) != 9 || found[0].Check != "papers_are_as_kept" {
		t.Errorf("verify finds %v", found)
	}
}

func TestRefusalsOfPapers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	refused := func(what string, open opened, by access.Principal, member string, wanted error) {
		t.Helper()
		if _, _, err := open(by, member, sheet.CSV); !errors.Is(err, wanted) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("nothing is drawn", o.statement, follower, "B", settlement.ErrStatementNotFound)
	o.draw()
	refused("nothing is issued", o.statement, follower, "B", settlement.ErrStatementNotIssued)
	o.issue()
	refused("another member's", o.statement, follower, "A", access.ErrForbidden)
	refused("another member's letter", o.letter, follower, "A", access.ErrForbidden)
	refused("balances of others", o.confirmation, access.Person("x", access.Member, "C", access.Settlement), "B",
		access.ErrForbidden)
	refused("no run", o.letter, follower, "B", settlement.ErrSettlementNotFound)
	if _, _, err := o.statement(follower, "B", "doc"); !errors.Is(err, paper.ErrPaperInvalid) {
		t.Errorf("another format: %v", err)
	}
	refused("with a stranger", o.confirmation, leading, "X", zone.ErrMemberNotFound)
	refused("a stranger's", o.statement, testzone.Clerk, "X", zone.ErrMemberNotFound)
	o.done(o.settle.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
		Command: o.by, Pool: "IC", Period: period, ConfirmedOnly: true,
	}))
	refused("a run that nobody approved", o.letter, follower, "B", settlement.ErrSettlementNotFound)
}

package paper_test

import (
	"bytes"
	"context"
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
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/migrations"
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

// A paper is written once, after the act that it is of, and reading writes nothing: what happens later changes nothing
// in it.
func TestAPaperIsWrittenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	if _, _, err := o.statement(follower, "B", paper.PDF); !errors.Is(err, paper.ErrPaperNotWritten) {
		t.Errorf("before it is written: %v", err)
	}
	o.sound()
	o.write(3)
	o.write(0)
	o.sound()
	first := map[sheet.Format][]byte{}
	formats := []sheet.Format{paper.PDF, sheet.XLSX, sheet.CSV}
	for _, format := range formats {
		first[format] = o.read(o.statement, follower, "B", format)
	}
	if !bytes.HasPrefix(first[paper.PDF], []byte("%PDF-")) || !bytes.HasPrefix(first[sheet.XLSX], []byte("PK")) {
		t.Error("a paper is not what it is called")
	}
	o.now.Set(calendar.MustDate("2026-02-05").Noon())
	testzone.Register(t, o.db.DB, o.now, "D")
	o.run()
	o.write(3)
	for _, format := range formats {
		if !bytes.Equal(first[format], o.read(o.statement, testzone.Clerk, "B", format)) {
			t.Errorf("the %s is another one the second time", format)
		}
	}
	o.read(o.letter, follower, "B", paper.PDF)
	o.read(o.letter, follower, "B", sheet.XLSX)
	o.read(o.statement, leading, "A", paper.PDF)
	o.kept(6 * len(formats))
	o.sound()
}

// kept wants so many files, of which no two have the same bytes.
func (o *office) kept(wanted int) {
	o.Helper()
	kept := 0
	o.done(nil, paper.Kept(o.Context(), o.db, func(filestore.Digest, int64) error {
		kept++
		return nil
	}))
	if kept != wanted {
		o.Errorf("%d files are kept, wanted %d", kept, wanted)
	}
}

// A writer that dies before it keeps a paper leaves it due, and the next writes the same bytes.
func TestAPaperIsWrittenAfterACrash(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	dying, err := filestore.OpenFolder(o.folder)
	o.done(dying, err)
	first := paper.NewService(o.db.DB, &failing{Store: dying, puts: 5}, o.now)
	if written, err := first.WriteDue(t.Context()); written != 1 || !errors.Is(err, errStore) {
		t.Fatalf("%d papers were written, %v", written, err)
	}
	o.sound()
	o.now.Set(o.now.Now().Add(time.Hour))
	o.write(2)
	o.sound()
	o.kept(9)
	entries := 0
	o.done(nil, filepath.WalkDir(o.folder, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			entries++
		}
		return err
	}))
	if entries != 9 {
		t.Errorf("the store has %d files: what was written before the crash is not what was written after", entries)
	}
}

// failing is a store that breaks after so many files.
type failing struct {
	filestore.Store

	puts int
}

var errStore = errors.New("no room")

func (f *failing) Put(ctx context.Context, from io.Reader, most int64) (filestore.Digest, int64, error) {
	if f.puts--; f.puts < 0 {
		return filestore.Digest{}, 0, errStore
	}
	return f.Store.Put(ctx, from, most)
}

// A letter says where a payee was paid when the run was approved, whatever is given before it is written.
func TestALetterHasTheBankDetailsOfTheApproval(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	insurers := zone.NewService(o.db.DB, o.now)
	give := func(number int64, account string) {
		t.Helper()
		o.done(insurers.ProposeBank(t.Context(), zone.ProposeBank{
			Command: o.by, Member: "B", Bank: "示例银行", CNAPS: "104521003456", AccountName: "B财险", AccountNumber: account,
		}))
		o.done(insurers.DecideBank(t.Context(), zone.DecideBank{
			Command: o.then, Member: "B", Number: number, Approve: true,
		}))
		o.done(insurers.ConfirmBank(t.Context(), zone.ConfirmBank{
			Command: idempotency.By(follower), Member: "B", Number: number,
		}))
	}
	give(1, "6222000011112222")
	o.now.Set(o.now.Now().Add(time.Hour))
	o.draw()
	o.issue()
	o.run()
	o.now.Set(o.now.Now().Add(time.Hour))
	give(2, "6222000099998888")
	o.write(6)
	for _, cell := range column(o.table(o.letter, follower, "B"), "payable_to") {
		if cell != "" && !strings.HasSuffix(cell, "2222") {
			t.Errorf("the letter pays to %s", cell)
		}
	}
}

// Who asks twice for a confirmation of balances is given the first as long as the book has not changed between the two;
// an instant says which.
func TestAConfirmationIsAskedForOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.now.Set(calendar.MustDate("2026-02-05").Noon())
	if _, _, err := o.confirmation(leading, "B", sheet.CSV); !errors.Is(err, paper.ErrPaperNotFound) {
		t.Errorf("before anybody asked: %v", err)
	}
	first := o.request("B", time.Time{})
	if _, _, err := o.confirmation(leading, "B", sheet.CSV); !errors.Is(err, paper.ErrPaperNotWritten) {
		t.Errorf("before it is written: %v", err)
	}
	o.sound()
	o.write(1)
	o.now.Set(o.now.Now().Add(time.Hour))
	again := o.request("B", time.Time{})
	exactly := o.request("B", first.Known)
	if !again.Known.Equal(first.Known) || !exactly.Known.Equal(first.Known) {
		t.Errorf("asked for %v, then %v and %v", first, again, exactly)
	}
	o.write(0)
	text := o.read(o.confirmation, follower, "B", sheet.CSV)
	contract := testzone.Contract()
	contract.Premium = money.MustAmount("100.00")
	testzone.Issue(t, o.db.DB, o.now, "IC-P3", contract)
	o.now.Set(o.now.Now().Add(time.Hour))
	if !o.request("B", time.Time{}).Known.Equal(first.Known) {
		t.Error("a policy that counts after the day makes another confirmation")
	}
	o.day = calendar.DateOf(o.now.Now())
	first = o.request("B", time.Time{})
	o.now.Set(o.now.Now().Add(time.Hour))
	testzone.Issue(t, o.db.DB, o.now, "IC-P4", contract)
	o.now.Set(o.now.Now().Add(time.Hour))
	if later := o.request("B", time.Time{}); !later.Known.After(first.Known) {
		t.Errorf("the book has changed, and the answer is %v", later)
	}
	o.write(2)
	o.sound()
	if bytes.Equal(text, o.read(o.confirmation, follower, "B", sheet.CSV)) {
		t.Error("the latest is the first still")
	}
}

// A book in which papers were written when they were read is brought over: what it has stays as it is, what it lacks is
// written, all of it is announced, and it verifies before and after.
func TestABookOfBeforeGetsItsPapers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	o.run()
	o.now.Set(calendar.MustDate("2026-02-05").Noon())
	store, err := filestore.OpenFolder(o.folder)
	o.done(store, err)
	digest, size, err := store.Put(t.Context(), strings.NewReader("as it was written then"), 100)
	o.done(digest, err)
	o.done(nil, pg.InTx(t.Context(), o.db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := pg.Exec(ctx, tx, "DELETE FROM paper_due"); err != nil {
			return err
		}
		for _, kept := range [][3]string{
			{"statement", period + "/1", "B"}, {"confirmation", "B/2026-01-31/2026-02-05T03:00:00.5Z", "A"},
			{"statement", period + "/1", "X"}, // who was no member of it
		} {
			pg.Insert(tx, &paper.IssuedFile{
				Pool: "IC", Kind: settlement.PaperKind(kept[0]), Reference: kept[1], Member: kept[2], Format: sheet.CSV,
				Name: "before.csv", Size: size, Hash: digest[:], Recorded: o.now.Now(), Actor: "he@B",
			})
		}
		return nil
	}))
	testzone.Register(t, o.db.DB, o.now, "X")
	text, err := migrations.Files.ReadFile("20261130000900_papers_due.tx.up.sql")
	o.done(text, err)
	for part := range strings.SplitSeq(string(text), "--bun:split") {
		if strings.Contains(part, "INSERT INTO") {
			_, err := pg.Exec(t.Context(), o.db.Superuser, part)
			o.done(nil, err)
		}
	}
	for _, wanted := range []int{1, 0} {
		announced, err := o.settle.AnnounceConfirmations(t.Context(), testzone.Clerk)
		if o.done(announced, err); announced != wanted {
			t.Errorf("%d confirmations were announced, wanted %d", announced, wanted)
		}
	}
	o.sound()
	o.write(8)
	o.sound()
	for _, open := range []opened{o.statement, o.confirmation} {
		if text := o.read(open, follower, "B", sheet.CSV); string(text) != "as it was written then" {
			t.Errorf("what was handed out before is %.40q now", text)
		}
		o.read(open, follower, "B", paper.PDF)
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

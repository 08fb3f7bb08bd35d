package paper_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/calendar"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/migrations"
	"gongbao/zone"
)

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

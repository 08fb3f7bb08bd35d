package demo

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"github.com/xuri/excelize/v2"

	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/ledger"
)

// TestAQuarterIsSettledThroughABank settles a quarter and a month of the sample's pools, and wants in the book and on
// the shelf what the demo says.
func TestAQuarterIsSettledThroughABank(t *testing.T) {
	t.Parallel()
	s := opened(t, nil)
	screen, figures := played(t, s)
	for i := range figures.Settled {
		if run := &figures.Settled[i]; run.Held != "" {
			throughTheBank(t, s, run)
			onTheShelf(t, figures.Shelf, run)
		}
	}
	for _, said := range []string{"comes back (AC04 账户已销户)", "G2-F1.xml", figures.Shelf} {
		if !strings.Contains(screen, said) {
			t.Errorf("the screen does not say %q:\n%s", said, screen)
		}
	}
	sound(t, s)
	if again, _ := played(t, s); again != screen {
		t.Errorf("shown again it says\n%s\nafter\n%s", again, screen)
	}
}

func sound(t *testing.T, s *show) {
	t.Helper()
	report, err := ledger.Verify(t.Context(), s.house.DB, ledger.VerifyOptions{Checks: launch.Checks(s.house.Store)})
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("verified: %v %v", report.Findings, err)
	}
}

// A demo that was killed when it had made its payment file, and is shown a day later, makes another in its place.
func TestADemoThatWasCutOffGoesOn(t *testing.T) {
	t.Parallel()
	manual := clock.NewManual(clock.System{}.Now())
	s := opened(t, manual)
	shelf, err := openShelf(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shelf.Close() })
	quarter, _ := lastQuarter(calendar.DateOf(manual.Now()))
	r := &settling{Service: s.house.Settlement, house: s.house, shelf: shelf, pool: demoPool}
	approved, _, err := r.approve(t.Context(), quarter, true)
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := r.filing(t.Context(), quarter, approved.Payments)
	if err == nil {
		_, err = r.MakeFile(t.Context(), cmd)
	}
	if err != nil {
		t.Fatal(err)
	}
	manual.Set(manual.Now().AddDate(0, 0, 1))
	screen, figures := played(t, s)
	for i := range figures.Settled {
		if b := figures.Settled[i].Bank; b != nil && figures.Settled[i].Pool == demoPool && b.File != "G2-F2" {
			t.Errorf("it was paid by %+v", b)
		}
	}
	sound(t, s)
	if again, _ := played(t, s); again != screen {
		t.Errorf("shown again it says\n%s\nafter\n%s", again, screen)
	}
}

// opened founds the sample's pools with a small book.
func opened(t *testing.T, time clock.Clock) *show {
	t.Helper()
	c := &launch.Config{Data: t.TempDir(), Clock: time}
	h, err := c.Open(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	if _, err := sample.Found(t.Context(), h.DB, h.Clock); err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	if err := sample.WriteBook(&book, 300, sampleSeed, lastMonth()); err != nil {
		t.Fatal(err)
	}
	_, err = h.Insurance.ImportPolicies(t.Context(), insurance.ImportPolicies{By: sample.Clerk, Source: &book})
	if err != nil {
		t.Fatal(err)
	}
	return &show{house: h, folder: c.Data}
}

func played(t *testing.T, s *show) (screen string, figures Figures) {
	t.Helper()
	var out bytes.Buffer
	if err := s.settle(t.Context(), &out, &figures); err != nil {
		t.Fatal(err)
	}
	if len(figures.Settled) != 2*len(sample.PoolCodes()) {
		t.Fatalf("settled %+v", figures.Settled)
	}
	for _, run := range figures.Settled {
		if run.State != settlement.Completed || run.Items == 0 {
			t.Errorf("%s of pool %s is %s with %d items", run.Period, run.Pool, run.State, run.Items)
		}
	}
	return out.String(), figures
}

// throughTheBank wants all orders of a run executed, one of them at the second attempt, and both banks to agree.
func throughTheBank(t *testing.T, s *show, run *settled) {
	t.Helper()
	b := run.Bank
	if b == nil || b.Payments != len(run.Payments) || b.Amount != run.Paid || b.NextFile == "" || b.Why == "" ||
		b.Again != run.Payments[0].ID+"-2" || b.CameBack != run.Payments[0].ID+"-1" {
		t.Errorf("pool %s through a bank: %+v of %+v", run.Pool, b, run.Payments)
	}
	checks, err := settlement.CheckPayments(t.Context(), s.house.DB.Of(run.Pool), sample.Clerk, run.Pool)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checks {
		if slices.Contains(idsOf(run.Payments), check.Order) && check.Agrees != settlement.CheckAgrees {
			t.Errorf("expected, debited, credited and booked differ: %+v", check)
		}
	}
}

// onTheShelf wants the files that the demo names to be there and to be what it says.
func onTheShelf(t *testing.T, folder string, run *settled) {
	t.Helper()
	if len(run.Files) != 9 {
		t.Errorf("on the shelf of pool %s: %+v", run.Pool, run.Files)
	}
	workbook, err := excelize.OpenFile(filepath.Join(folder, run.Files[0].Name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = workbook.Close() }()
	rows, err := workbook.GetRows(workbook.GetSheetList()[0])
	if err != nil || len(rows) < 3 {
		t.Errorf("%s has %d rows: %v", run.Files[0].Name, len(rows), err)
	}
	shelf, err := openShelf(filepath.Dir(folder))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = shelf.Close() }()
	for _, one := range run.Files {
		begins := map[string]string{".pdf": "%PDF", ".xml": "<?xml", ".xlsx": "PK"}[filepath.Ext(one.Name)]
		file, err := shelf.Open(one.Name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil || !bytes.HasPrefix(text, []byte(begins)) {
			t.Errorf("%s begins with %q: %v", one.Name, text[:min(len(text), 8)], err)
		}
	}
	if run.Files[3].Name != run.Bank.File+".xml" {
		t.Errorf("the payment file is %s", run.Files[3].Name)
	}
}

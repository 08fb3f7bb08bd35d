package imports_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/imports"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/sheet"
)

var clerk = access.Person("clerk", access.Manager, "", access.Settlement)

// gate is work that waits to be let through, or for its runner to close.
func gate(open chan struct{}, err error) imports.Work {
	return func(ctx context.Context, file *os.File, told func(int, int64)) (sheet.Report, error) {
		if text, err := io.ReadAll(file); err != nil || string(text) != "code,name\n" {
			return sheet.Report{}, fmt.Errorf("%q %w", text, err)
		}
		told(1, 5)
		select {
		case <-open:
			return sheet.Report{Rows: 3, Imported: 3, BadRows: []sheet.BadRow{}}, err
		case <-ctx.Done():
			return sheet.Report{BadRows: []sheet.BadRow{}}, ctx.Err()
		}
	}
}

// table is a file to be imported.
func table(t *testing.T) imports.File {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("code,name\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	return imports.File{Kind: "members", File: file, Size: 10}
}

// closed says whether somebody has closed the file.
func closed(file imports.File) bool { return errors.Is(file.File.Close(), os.ErrClosed) }

func TestRunner(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	runner := imports.NewRunner(db.DB, clock.NewManual(calendar.MustDate("2026-01-01").Noon()), zerolog.Nop())
	open := make(chan struct{})
	file := table(t)
	start := func(err error) *imports.Run { return begin(t, runner, file, gate(open, err)) }
	left, err := runner.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	left.Leave() // a file that never came keeps nobody out
	left.Leave()
	good := start(nil)
	first := file
	file = table(t)
	bad := start(errors.New("the disk is full"))
	if _, err := runner.Reserve(); !errors.Is(err, imports.ErrBusy) {
		t.Errorf("a third: %v", err)
	}
	if run, err := runner.Find(t.Context(), clerk, good.ID); err != nil || run.State != imports.Running {
		t.Errorf("while it runs: %v %+v", err, run)
	}
	if _, err := runner.Find(t.Context(), clerk, uuid.Must(uuid.NewV7())); !errors.Is(err, imports.ErrNotFound) {
		t.Errorf("an import that never was: %v", err)
	}
	other := access.Person("x", access.Member, "A", access.Settlement)
	if _, err := runner.Find(t.Context(), other, good.ID); !errors.Is(err, imports.ErrNotFound) {
		t.Errorf("another organisation's import: %v", err)
	}
	close(open)
	awaitEnd(t, runner, good.ID)
	awaitEnd(t, runner, bad.ID)
	runner.Close()
	if !closed(first) || !closed(file) {
		t.Error("an import has ended and its file is open")
	}
	if run, err := runner.Find(t.Context(), clerk, good.ID); err != nil || run.State != imports.Done ||
		run.Report.Imported != 3 || run.Bytes != 10 || run.Ended == nil {
		t.Errorf("once it has ended: %v %+v", err, run)
	}
	run, err := runner.Find(t.Context(), clerk, bad.ID)
	if err != nil || run.State != imports.Failed || run.Problem.Code != imports.ErrFailed.Code {
		t.Errorf("our mistake: %v %+v", err, run)
	}
	if runs, err := runner.List(t.Context(), other, 10); err != nil || len(runs) != 0 {
		t.Errorf("another organisation's list: %v %v", err, runs)
	}
}

func begin(t *testing.T, runner *imports.Runner, file imports.File, work imports.Work) *imports.Run {
	t.Helper()
	place, err := runner.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	defer place.Leave()
	run, err := place.Start(t.Context(), clerk, file, work)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// awaitEnd asks until an import runs no more.
func awaitEnd(t *testing.T, runner *imports.Runner, id uuid.UUID) {
	t.Helper()
	for state := imports.Running; state == imports.Running; {
		run, err := runner.Find(t.Context(), clerk, id)
		if err != nil {
			t.Fatal(err)
		}
		state = run.State
	}
}

func TestCloseUndoesWhatRuns(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	runner := imports.NewRunner(db.DB, clock.NewManual(calendar.MustDate("2026-01-01").Noon()), zerolog.Nop())
	place, err := runner.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	file := table(t)
	run, err := place.Start(t.Context(), clerk, file, gate(make(chan struct{}), nil))
	if err != nil {
		t.Fatal(err)
	}
	runner.Close()
	if ended, err := runner.Find(t.Context(), clerk, run.ID); err != nil || ended.State != imports.Interrupted {
		t.Errorf("%v %+v", err, ended)
	}
}

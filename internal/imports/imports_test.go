package imports_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/imports"
	"gongbao/internal/sheet"
	"gongbao/internal/testdb"
)

var clerk = access.Person("clerk", access.Manager, "", access.Settlement)

// gate is work that waits to be let through, or for its runner to close.
func gate(open chan struct{}, err error) imports.Work {
	return func(ctx context.Context, told func(int, int64)) (sheet.Report, error) {
		told(1, 5)
		select {
		case <-open:
			return sheet.Report{Rows: 3, Imported: 3, BadRows: []sheet.BadRow{}}, err
		case <-ctx.Done():
			return sheet.Report{BadRows: []sheet.BadRow{}}, ctx.Err()
		}
	}
}

func TestRunner(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	runner := imports.NewRunner(db.DB, clock.NewManual(calendar.MustDate("2026-01-01").Noon()), zerolog.Nop())
	open := make(chan struct{})
	start := func(err error) *imports.Run {
		t.Helper()
		run, startErr := runner.Start(t.Context(), clerk, "members", 10, false, gate(open, err))
		if startErr != nil {
			t.Fatal(startErr)
		}
		return run
	}
	good, bad := start(nil), start(errors.New("the disk is full"))
	_, err := runner.Start(t.Context(), clerk, "members", 10, false, gate(open, nil))
	if !errors.Is(err, imports.ErrBusy) {
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
	for _, id := range []uuid.UUID{good.ID, bad.ID} {
		for state := imports.Running; state == imports.Running; {
			run, err := runner.Find(t.Context(), clerk, id)
			if err != nil {
				t.Fatal(err)
			}
			state = run.State
		}
	}
	runner.Close()
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

func TestCloseUndoesWhatRuns(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	runner := imports.NewRunner(db.DB, clock.NewManual(calendar.MustDate("2026-01-01").Noon()), zerolog.Nop())
	run, err := runner.Start(t.Context(), clerk, "members", 10, false, gate(make(chan struct{}), nil))
	if err != nil {
		t.Fatal(err)
	}
	runner.Close()
	if ended, err := runner.Find(t.Context(), clerk, run.ID); err != nil || ended.State != imports.Interrupted {
		t.Errorf("%v %+v", err, ended)
	}
}

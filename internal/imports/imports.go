// Package imports runs imports in the background and says how far each is. What it keeps is in the database, so that
// any process can be asked, and one that died while it imported is not taken for alive.
package imports

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

const (
	atOnce   = 2                      // imports of one process
	beatTime = 500 * time.Millisecond // at least, between two notes of how far it is
	deadTime = time.Minute            // without a sign of life
)

// Work is what an import does with its file; told is to be called now and then.
type Work func(ctx context.Context, file *os.File, told func(rows int, bytes int64)) (sheet.Report, error)

// Runner runs imports in this process.
type Runner struct {
	db    *pg.DB
	clock clock.Clock
	log   zerolog.Logger
	slots chan struct{}
	group sync.WaitGroup
	ctx   context.Context //nolint:containedctx // the life of what runs after a request has been answered
	stop  context.CancelFunc
}

// NewRunner is a runner whose imports end with Close.
func NewRunner(db *pg.DB, clock clock.Clock, log zerolog.Logger) *Runner {
	r := &Runner{db: db, clock: clock, log: log, slots: make(chan struct{}, atOnce)}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// Close undoes what is running, and waits for it.
func (r *Runner) Close() {
	r.stop()
	r.group.Wait()
}

// Place is where one import may run. Its file comes in once it is there, so that none comes in vain.
type Place struct {
	runner *Runner
	leave  func()
}

// Reserve gives a place, to be left. It refuses with imports.busy when others are taken.
func (r *Runner) Reserve() (*Place, error) {
	select {
	case r.slots <- struct{}{}:
		return &Place{runner: r, leave: sync.OnceFunc(func() { <-r.slots })}, nil
	default:
		return nil, ErrBusy.Case(fault.Args{"count": atOnce})
	}
}

// Leave gives the place back; when an import has begun in it, the import does so at its end.
func (p *Place) Leave() {
	if p.leave != nil {
		p.leave()
	}
}

// File is what an import reads. The import closes it, also when it could not begin.
type File struct {
	Kind   string
	File   *os.File
	Size   int64 // bytes
	DryRun bool
}

// Start begins an import and answers at once.
func (p *Place) Start(ctx context.Context, by access.Principal, file File, work Work) (*Run, error) {
	r := p.runner
	now := r.clock.Now()
	run := &Run{
		ID: uuid.Must(uuid.NewV7()), Kind: file.Kind, Organisation: by.Organisation, Person: by.Subject, State: Running,
		DryRun: file.DryRun, Size: file.Size, Started: now, Beat: now, Contract: pg.Contract,
	}
	err := pg.InTx(ctx, r.db, func(_ context.Context, tx *pg.Tx) error {
		pg.Insert(tx, run)
		return nil
	})
	if err != nil {
		_ = file.File.Close() // it was only read
		return nil, err
	}
	leave := p.leave
	p.leave = nil
	r.group.Go(func() {
		defer leave()
		defer func() { _ = file.File.Close() }()
		r.carry(run.ID, file.File, work)
	})
	return run, nil
}

// carry does the work and writes down what came of it.
func (r *Runner) carry(id uuid.UUID, file *os.File, work Work) {
	var last time.Time
	report, err := work(r.ctx, file, func(rows int, bytes int64) {
		if now := r.clock.Now(); now.Sub(last) >= beatTime {
			last = now
			r.note(progress.With(progressArgs{id, rows, bytes, now}))
		}
	})
	if r.ctx.Err() != nil && errors.Is(err, context.Canceled) { // undone, because the process ends
		r.note(breakOff.With(breakOffArgs{id, r.clock.Now().Add(-2 * deadTime)}))
		return
	}
	state, problem := Done, []byte(nil)
	if err != nil {
		refusal, ok := errors.AsType[*fault.Fault](err)
		if state = Refused; !ok {
			state, refusal = Failed, ErrFailed
			r.log.Error().Err(err).Stringer("import", id).Msg("an import failed; nothing of it was written")
		}
		problem, err = json.Marshal(Refusal{
			Code: refusal.Code, Title: refusal.Message, Detail: refusal.Detail, Errors: refusal.Fields,
		})
		if err != nil {
			r.log.Error().Err(err).Msg("write down why an import was refused")
		}
	}
	written, err := json.Marshal(report)
	if err != nil {
		r.log.Error().Err(err).Msg("write down the report of an import")
	}
	r.note(endRun.With(endArgs{
		ID: id, State: state, Rows: report.Rows, Report: string(written), Problem: string(problem), Now: r.clock.Now(),
	}))
}

// note writes with the runner's own handle: what is noted is seen before the import has ended, and after it was undone.
func (r *Runner) note(what pg.Bound) {
	if err := what.Write(context.WithoutCancel(r.ctx), r.db, nil); err != nil {
		r.log.Error().Err(err).Msg("write down how far an import is")
	}
}

// Find reads an import of the caller's organisation; imports.not_found for any other.
func (r *Runner) Find(ctx context.Context, by access.Principal, id uuid.UUID) (*Run, error) {
	run, err := pg.Found[Run](ctx, r.db, oneRun.With(runArgs{id, by.Organisation}))
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, ErrNotFound.Case(fault.Args{"id": id})
	}
	if run.State == Done { // who reads that deletes his file
		err = pg.Durable(ctx, r.db)
	}
	return r.asOfNow(run), err
}

// List reads the newest imports of the caller's organisation.
func (r *Runner) List(ctx context.Context, by access.Principal, most int) ([]Run, error) {
	runs, err := pg.Listed[Run](ctx, r.db, newest.With(newestArgs{by.Organisation, most}))
	if err != nil {
		return nil, err
	}
	for i := range runs {
		r.asOfNow(&runs[i])
	}
	if slices.ContainsFunc(runs, func(run Run) bool { return run.State == Done }) {
		err = pg.Durable(ctx, r.db)
	}
	return runs, err
}

func (r *Runner) asOfNow(run *Run) *Run {
	if run.State == Running && r.clock.Now().Sub(run.Beat) > deadTime {
		run.State = Interrupted
	}
	if run.State == Done && run.Report != nil && run.Report.Bad > 0 {
		run.State = Partly
	}
	return run
}

package backup

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/feed"
	"gongbao/internal/filestore"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// RestoreOptions say what is restored and where to.
type RestoreOptions struct {
	DB         *pg.DB // the owner's login, of an empty database
	Path       string
	Migrations fs.FS
	Store      filestore.Store // of documents; nil leaves them in the file
	Clear      bool            // what an unfinished restore has left may be dropped
	Person     string          // who restores
	Reason     string
	Checks     []ledger.Check // what verify proves besides the book
	Clock      clock.Clock
	Progress   Progress
}

// Restored is what a restore came to.
type Restored struct {
	Taken
	Migrated []string      `json:"migrated"` // after it, from the backup's level to this program's
	Verified ledger.Report `json:"verified"`

	BroughtOver periodend.BroughtOver `json:"brought_over"` // by the steps that come after the migrations
}

// Restore brings a backup back into an empty database and verifies the book. From before its first step to after its
// last one the database is marked as unfinished, and nothing opens it. It refuses what Check refuses, and:
// backup.schema_newer, backup.restore_running, backup.restore_unfinished, backup.database_not_empty,
// backup.not_restored.
func Restore(ctx context.Context, options RestoreOptions) (*Restored, error) {
	checked, err := Check(ctx, options.Path, options.Progress) // before anything is written
	if err != nil {
		return nil, err
	}
	if err := knownMigrations(options.Migrations, checked.Migrations); err != nil {
		return nil, err
	}
	free, err := claim(ctx, options.DB)
	if err != nil {
		return nil, err
	}
	defer free()
	if err := mark(ctx, options.DB, options.Clear); err != nil {
		return nil, err
	}
	restored := &Restored{Taken: *checked}
	l := &loader{RestoreOptions: options, wanted: &checked.Manifest}
	if err := l.load(ctx); err != nil {
		return nil, err
	}
	if restored.Migrated, err = pg.Migrate(ctx, options.DB, options.Migrations); err != nil {
		return nil, err
	}
	restored.BroughtOver, err = periodend.BringOver(ctx, options.DB, options.Clock, func(step string, done, of int) {
		options.Progress.note(step, int64(done), int64(of))
	})
	if err != nil {
		return nil, err
	}
	restored.Verified, err = ledger.Verify(ctx, options.DB, ledger.VerifyOptions{
		Checks: options.Checks, Progress: func(check string, done, of int) {
			options.Progress.note("verify "+check, int64(done), int64(of))
		},
	})
	if err == nil && len(restored.Verified.Findings) > 0 {
		err = ErrNotRestored.Case(fault.Args{"finding": restored.Verified.Findings[0]})
	}
	if err != nil {
		return nil, err
	}
	return restored, l.unmark(ctx)
}

// unmark writes down that the database was restored, and takes the mark away, both or neither.
func (l *loader) unmark(ctx context.Context) error {
	return pg.InTx(ctx, l.DB, func(ctx context.Context, tx *pg.Tx) error {
		err := feed.RecordStep(ctx, tx, feed.RecoveryStep{
			Step: feed.RecoveryRestored, Person: l.Person, Reason: l.Reason, Recorded: l.Clock.Now(),
			Finding: map[string]any{"taken": l.wanted.Taken, "pools": l.wanted.Pools},
		})
		if err != nil {
			return err
		}
		_, err = takeMarkAway.With(pg.None{}).Exec(ctx, tx)
		return err
	})
}

// loader writes what it is shown into a database of the backup's own schema.
type loader struct {
	RestoreOptions

	ctx    context.Context //nolint:containedctx // the life of one restore
	wanted *Manifest
	rows   int64
}

func (l *loader) load(ctx context.Context) error {
	l.ctx = ctx
	if _, err := pg.MigrateTo(ctx, l.DB, l.Migrations, l.wanted.Migrations); err != nil {
		return err
	}
	file, err := open(l.Path)
	if err != nil {
		return err
	}
	defer func() { _ = file.file.Close() }()
	manifest, err := file.walk(ctx, l, nil)
	if err != nil {
		return err
	}
	if !manifest.same(l.wanted) {
		return ErrAltered.Case(fault.Args{"path": l.Path})
	}
	if _, err := analyze.With(pg.None{}).Exec(ctx, l.DB); err != nil {
		return fmt.Errorf("count what was restored: %w", err)
	}
	return l.compare(ctx)
}

// plan makes every table empty, also of what a migration put there; a table that is not as the backup's was is refused.
func (l *loader) plan(plan *Manifest) error {
	there, err := tables(l.ctx, l.DB)
	if err != nil {
		return err
	}
	for i := range there {
		same := func(table Table) bool {
			return table.Name == there[i].Name && slices.Equal(table.Columns, there[i].Columns)
		}
		if len(plan.Tables) != len(there) || !slices.ContainsFunc(plan.Tables, same) {
			return ErrNotRestored.Case(fault.Args{"table": there[i].Name})
		}
	}
	if _, err = l.DB.Pool.Exec(l.ctx, emptied(there)); err != nil {
		return fmt.Errorf("empty the tables: %w", err)
	}
	return nil
}

// table lets Postgres read a table.
func (l *loader) table(table *Table, rows io.Reader) (int64, error) {
	conn, err := l.DB.Pool.Acquire(l.ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	from := &noted{from: rows, note: func(rows int64) {
		l.rows += rows
		l.Progress.note(table.Name, l.rows, l.wanted.Rows())
	}}
	told, err := conn.Conn().PgConn().CopyFrom(l.ctx, from, table.in())
	from.end() // when the connection breaks, the driver leaves its reader alone
	if err != nil {
		return 0, fmt.Errorf("copy the table %s: %w", table.Name, err)
	}
	return told.RowsAffected(), nil
}

// document puts a document into the store. It may be there already; it is the same.
func (l *loader) document(digest filestore.Digest, size int64, body io.Reader) error {
	if l.Store == nil {
		return nil
	}
	kept, _, err := l.Store.Put(l.ctx, body, size)
	if err == nil && kept != digest {
		err = ErrMalformed.Case(fault.Args{"document": digest})
	}
	l.Progress.note("documents", l.rows, l.wanted.Rows())
	return err
}

// compare wants of every pool exactly the positions of the manifest, dense, each with an event of its hash.
func (l *loader) compare(ctx context.Context) error {
	found, err := pools(ctx, l.DB)
	if err != nil {
		return err
	}
	if !slices.Equal(found, l.wanted.Pools) {
		return ErrNotRestored.Case(fault.Args{"pools": found, "wanted": l.wanted.Pools})
	}
	return sound(ctx, l.DB, ErrNotRestored)
}

// noted is a reader that says how many rows went through, and gives nothing more once it is ended.
type noted struct {
	from io.Reader
	note func(rows int64)

	mutex sync.Mutex // held while it reads
	ended bool
}

// end waits for a read that is under way, and lets no other begin.
func (n *noted) end() {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.ended = true
}

func (n *noted) Read(into []byte) (int, error) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.ended {
		return 0, io.ErrClosedPipe
	}
	read, err := n.from.Read(into)
	var counted lines
	_, _ = counted.Write(into[:read]) // it only counts
	n.note(int64(counted))
	return read, err
}

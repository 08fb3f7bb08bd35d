package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/sheet"
)

const importSeed = 20261125

// benchImport imports a book of policies from CSV, each round into an empty ledger.
func benchImport(ctx context.Context, r *run) error {
	var file bytes.Buffer
	month := calendar.DateOf(clock.System{}.Now()).Month().First().AddDays(-1).Month()
	if err := sample.WriteBook(&file, r.Size.Rows, importSeed, month); err != nil {
		return err
	}
	memory, done := r.watch("import")
	var ours, base []float64
	var cost, floorCost costs
	var rows int64
	for round := range r.Size.Rounds {
		took, floor, copied, err := importOnce(ctx, r, memory, file.Bytes(), round, &cost, &floorCost)
		if err != nil {
			return err
		}
		ours, base, rows = append(ours, perSecond(r.Size.Rows, took)), append(base, perSecond(r.Size.Rows, floor)), copied
	}
	done()
	r.add(Line{
		Bench: "import", What: fmt.Sprintf("import of %s policies from CSV", figure(float64(r.Size.Rows))),
		Unit: "policies/s", Floor: fmt.Sprintf("COPY of the same %s rows, binary", figure(float64(rows))),
		Target: ratioAtLeast(0.35, 0.7),
	}.cost(cost, floorCost), ours, base)
	return nil
}

// importOnce imports the file into an empty ledger and then copies the rows that it made into the floor's tables.
func importOnce(
	ctx context.Context, r *run, memory *peak, file []byte, round int, cost, floorCost *costs,
) (ours, base time.Duration, rows int64, err error) {
	h, err := open(ctx, r)
	if err != nil {
		return 0, 0, 0, err
	}
	defer h.close(ctx)
	doing := fmt.Sprintf("import: round %d", round+1)
	begun := clock.Stopwatch()
	err = h.weigh(ctx, memory, cost, r.Size.Rows, func() error {
		return h.importFile(ctx, bytes.NewReader(file), func(rows int, _ int64) { r.Told(doing, rows, r.Size.Rows) })
	})
	if err != nil {
		return 0, 0, 0, err
	}
	ours = clock.Since(begun)
	dumps, rows, err := h.dump(ctx)
	if err != nil {
		return 0, 0, 0, err
	}
	err = h.weigh(ctx, new(peak), floorCost, r.Size.Rows, func() (err error) {
		base, err = h.floor.load(ctx, dumps)
		return err
	})
	return ours, base, rows, err
}

func (h *house) importFile(ctx context.Context, file io.Reader, told func(int, int64)) error {
	_, err := h.insurance.ImportPolicies(ctx, insurance.ImportPolicies{
		By: sample.Clerk, Source: file, Ways: sheet.Ways{Progress: told},
	})
	return err
}

// dump writes every table that has rows to a file, as COPY reads it fastest.
func (h *house) dump(ctx context.Context) (dumps map[string]string, rows int64, err error) {
	conn, err := h.db.Pool.Acquire(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer conn.Release()
	dumps = map[string]string{}
	for _, table := range h.floor.tables {
		name := filepath.Join(h.folder, table+".copy")
		file, err := os.Create(name)
		if err != nil {
			return nil, 0, err
		}
		tag, err := conn.Conn().PgConn().CopyTo(ctx, file, "COPY "+table+" TO STDOUT (FORMAT binary)")
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, 0, err
		}
		if tag.RowsAffected() > 0 {
			dumps[table] = name
			rows += tag.RowsAffected()
		}
	}
	return dumps, rows, nil
}

// load copies the files into the floor's tables in one transaction, as an import is one.
func (f *floor) load(ctx context.Context, dumps map[string]string) (time.Duration, error) {
	begun := clock.Stopwatch()
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		for _, table := range f.tables {
			if name, there := dumps[table]; there {
				if err := copyFile(ctx, tx, f.schema+"."+table, name); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return clock.Since(begun), err
}

func copyFile(ctx context.Context, tx pgx.Tx, table, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = tx.Conn().PgConn().CopyFrom(ctx, file, "COPY "+table+" FROM STDIN (FORMAT binary)")
	return err
}

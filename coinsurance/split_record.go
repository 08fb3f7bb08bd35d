package coinsurance

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Subject is what is split, with the facts that a statement prints: it never looks up.
type Subject struct {
	Pool, Number  string // policy or claim
	Insured, Line string
	From, To      calendar.Date // the policy's period
	LossDay       calendar.Date // of a claim
}

// StreamSplit is one stream's to-date total with every member's portion of it, as recorded with its working.
type StreamSplit struct {
	Stream  ledger.Stream
	Members []string
	Split   Split
}

// SplitRecord is what is kept of one event's splits.
type SplitRecord struct {
	Subject          Subject
	Event            uuid.UUID
	AgreementVersion int
	SubjectVersion   int64 // the subject's version: the order of its splits
	Streams          []StreamSplit
}

// columnsOfSplit in the order of values().
var columnsOfSplit = []string{
	"pool", "subject", "event", "agreement_version", "place", "insured", "line", "period_from", "period_to", "loss_day",
	"stream", "residue_policy", "total", "members", "portions", "products", "residue", "taken_by",
}

const commonColumns = 10 // the first columns are the same for all streams of a record

// RecordSplits queues the splits of one event.
func RecordSplits(tx *pg.Tx, record SplitRecord) {
	if len(record.Streams) == 0 {
		return
	}
	args := record.common()
	for _, stream := range record.Streams {
		args = append(args, stream.values()...)
	}
	tx.Queue(insertSplits(len(record.Streams)), args...)
}

// CopySplits writes the splits of many events by COPY, inside the transaction.
func CopySplits(ctx context.Context, tx *pg.Tx, records []SplitRecord) error {
	next, rows := 0, [][]any(nil)
	splits := pgx.CopyFromFunc(func() (row []any, err error) {
		for len(rows) == 0 {
			if next == len(records) {
				return nil, nil
			}
			for _, stream := range records[next].Streams {
				rows = append(rows, append(records[next].common(), stream.values()...))
			}
			next++
		}
		row, rows = rows[0], rows[1:]
		return row, nil
	})
	return tx.Native(func(conn *pgx.Conn) error {
		return pg.Copy(ctx, conn, "split", columnsOfSplit, splits)
	})
}

func (r SplitRecord) common() []any {
	return []any{
		r.Subject.Pool, r.Subject.Number, r.Event, r.AgreementVersion, r.SubjectVersion,
		r.Subject.Insured, r.Subject.Line, r.Subject.From.SQL(), r.Subject.To.SQL(), r.Subject.LossDay.SQL(),
	}
}

func (p StreamSplit) values() []any {
	portions := make([]int64, len(p.Split.Portions))
	for i, portion := range p.Split.Portions {
		portions[i] = portion.Fen()
	}
	products := make([]string, len(p.Split.Products))
	for i, product := range p.Split.Products {
		products[i] = product.String()
	}
	taken := p.Split.TakenBy
	if taken == nil {
		taken = []string{}
	}
	return []any{
		string(p.Stream), string(
			p.Split.Residue,
		), p.Split.Total.Fen(), p.Members, portions, products, p.Split.Rest.Fen(), taken,
	}
}

var splitInserts sync.Map // number of streams → statement

func insertSplits(streams int) string {
	if statement, ok := splitInserts.Load(streams); ok {
		return statement.(string) //nolint:forcetypeassert // the map holds nothing else
	}
	rows := make([]string, streams)
	perStream := len(columnsOfSplit) - commonColumns
	for i := range rows {
		marks := make([]string, len(columnsOfSplit))
		for c := range marks {
			number := c + 1
			if c >= commonColumns {
				number += i * perStream
			}
			marks[c] = fmt.Sprintf("$%d", number)
		}
		marks[commonColumns] += "::stream"
		rows[i] = "(" + strings.Join(marks, ", ") + ")"
	}
	statement := "INSERT INTO split (" + strings.Join(columnsOfSplit, ", ") + ") VALUES " + strings.Join(rows, ", ")
	splitInserts.Store(streams, statement)
	return statement
}

// PortionAt reads a member's to-date portion of one stream of a subject as last recorded; zero when there is none.
func PortionAt(
	ctx context.Context, handle bun.IDB, pool, subject string, stream ledger.Stream, member string,
) (money.Amount, error) {
	var fen int64
	err := pg.Row(ctx, handle, `SELECT coalesce(portions[array_position(members, $4)], 0) FROM split
		WHERE pool = $1 AND subject = $2 AND stream = $3::stream ORDER BY place DESC LIMIT 1`,
		[]any{pool, subject, string(stream), member}, &fen)
	if pg.NoRows(err) {
		return money.Amount{}, nil
	}
	return money.Fen(fen), err
}

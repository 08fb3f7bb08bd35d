package coinsurance

import (
	"context"

	"github.com/google/uuid"
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

	Leader, Servicer string // of a claim: both see every member's portion, beside who leads the agreement
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

// splitRow is a split as it is kept: one stream of one version of its subject.
type splitRow struct {
	bun.BaseModel `bun:"table:split"`

	Pool             string        `bun:"pool,pk"`
	Subject          string        `bun:"subject,pk"`
	Stream           ledger.Stream `bun:"stream,pk"`
	SubjectVersion   int64         `bun:"subject_version,pk"`
	Event            uuid.UUID     `bun:"event"`
	AgreementVersion int           `bun:"agreement_version"`
	Insured          string        `bun:"insured"`
	Line             string        `bun:"line"`
	From             calendar.Date `bun:"period_from"`
	To               calendar.Date `bun:"period_to"`
	LossDay          calendar.Date `bun:"loss_day"`
	Residue          Residue       `bun:"residue_policy"`
	Total            money.Amount  `bun:"total"` // to date
	Members          []string      `bun:"members,array"`
	Portions         []int64       `bun:"portions,array"` // to date, in fen
	Products         []string      `bun:"products,array"` // none where portions are computed and not split
	Rest             money.Amount  `bun:"residue"`
	TakenBy          []string      `bun:"taken_by,array"`
}

// rows are the record as it is kept, a row for each stream.
func (r *SplitRecord) rows(rows []splitRow) []splitRow {
	for i := range r.Streams {
		stream := &r.Streams[i]
		portions := make([]int64, len(stream.Split.Portions))
		for member, portion := range stream.Split.Portions {
			portions[member] = portion.Fen()
		}
		products := make([]string, len(stream.Split.Products))
		for member, product := range stream.Split.Products {
			products[member] = product.String()
		}
		rows = append(rows, splitRow{
			Pool: r.Subject.Pool, Subject: r.Subject.Number, Stream: stream.Stream, SubjectVersion: r.SubjectVersion,
			Event: r.Event, AgreementVersion: r.AgreementVersion, Insured: r.Subject.Insured, Line: r.Subject.Line,
			From: r.Subject.From, To: r.Subject.To, LossDay: r.Subject.LossDay, Residue: stream.Split.Residue,
			Total: stream.Split.Total, Members: stream.Members, Portions: portions, Products: products,
			Rest: stream.Split.Rest, TakenBy: stream.Split.TakenBy,
		})
	}
	return rows
}

// ofEvent are the columns in which the splits of one event agree.
var ofEvent = pg.ColumnsShared[splitRow](
	"pool", "subject", "subject_version", "event", "agreement_version", "insured", "line", "period_from", "period_to",
	"loss_day")

// RecordSplits queues the splits of one event, and tells a rehearsal of them.
func RecordSplits(tx *pg.Tx, record SplitRecord) {
	pg.InsertAll(tx, record.rows(make([]splitRow, 0, len(record.Streams))), ofEvent)
	pg.Tell(tx, record)
}

// CopySplits writes the splits of many events by COPY, inside the transaction, and tells a rehearsal of them.
func CopySplits(ctx context.Context, tx *pg.Tx, records []SplitRecord) error {
	var rows []splitRow
	for i := range records {
		rows = records[i].rows(rows)
		pg.Tell(tx, records[i])
	}
	return pg.CopyRows(ctx, tx, rows)
}

type portionKey struct{ Pool, Subject, Stream, Member string }

var portionAt = pg.SQL[portionKey](files, "PortionAt")

// PortionAt reads a member's to-date portion of one stream of a subject as last recorded; zero when there is none.
func PortionAt(
	ctx context.Context, handle bun.IDB, pool, subject string, stream ledger.Stream, member string,
) (money.Amount, error) {
	var portion money.Amount
	err := portionAt.With(portionKey{pool, subject, string(stream), member}).Row(ctx, handle, &portion)
	if pg.NoRows(err) {
		return money.Amount{}, nil
	}
	return portion, err
}

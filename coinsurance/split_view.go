package coinsurance

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/ledger"
)

// Portion is a member's part of one stream's to-date total.
type Portion struct {
	Stream ledger.Stream `bun:"stream" json:"stream"`
	Member string        `bun:"member" json:"member"`
	Total  money.Amount  `bun:"total"  json:"total"` // at 100 %
	Amount money.Amount  `bun:"amount" json:"amount"`
}

// PortionsOf lists the to-date portions of a subject as last recorded, as far as they may be seen.
func PortionsOf(ctx context.Context, handle bun.IDB, pool, subject string, visibility Visibility) ([]Portion, error) {
	portions := []Portion{}
	err := handle.NewRaw(`
		WITH latest AS (SELECT DISTINCT ON (stream) stream, total, members, portions FROM split
			WHERE pool = ?0 AND subject = ?1 ORDER BY stream, place DESC)
		SELECT latest.stream::text AS stream, each.member, latest.total, each.amount
		FROM latest, unnest(latest.members, latest.portions) WITH ORDINALITY AS each (member, amount, place)
		WHERE ?2 OR each.member = ?3 ORDER BY latest.stream, each.place`,
		pool, subject, visibility.All, visibility.Member).Scan(ctx, &portions)
	return portions, err
}

// RecordedSplit is how one to-date total was divided, with what is needed to do it again by hand.
type RecordedSplit struct {
	SubjectVersion   int64             `json:"place"` // the subject's version when it was divided
	Event            uuid.UUID         `json:"event"`
	Stream           ledger.Stream     `json:"stream"`
	AgreementVersion int               `json:"agreement_version"`
	Residue          Residue           `json:"residue_policy"`
	Total            money.Amount      `json:"total"` // to date, at 100 %
	Rest             money.Amount      `json:"rest"`  // what rounding left over
	TakenBy          []string          `json:"rest_taken_by"`
	Lines            []RecordedPortion `json:"portions"`
}

// RecordedPortion is one member's line of a split.
type RecordedPortion struct {
	Member  string       `json:"member"`
	Product string       `json:"product,omitempty"` // share × total in fen, exact; none where a portion is computed
	Portion money.Amount `json:"portion"`           // to date
}

// splitRow is a row of the table split.
type splitRow struct {
	Place            int64     `bun:"place"`
	Event            uuid.UUID `bun:"event"`
	Stream           string    `bun:"stream"`
	AgreementVersion int       `bun:"agreement_version"`
	Residue          Residue   `bun:"residue_policy"`
	Total            int64     `bun:"total"`
	Members          []string  `bun:"members,array"`
	Portions         []int64   `bun:"portions,array"`
	Products         []string  `bun:"products,array"`
	Rest             int64     `bun:"residue"`
	TakenBy          []string  `bun:"taken_by,array"`
}

// RecordedSplits lists a subject's splits after one of its versions, oldest first, as far as they may be seen. A page
// has at most limit splits and never ends inside a version, so the next page begins after its last version.
func RecordedSplits(
	ctx context.Context, handle bun.IDB, pool, subject string, visibility Visibility, after int64, limit int,
) ([]RecordedSplit, error) {
	var rows []splitRow
	err := handle.NewRaw(`
		SELECT place, event, stream::text AS stream, agreement_version, residue_policy, total, members, portions, products,
			residue, taken_by
		FROM split WHERE pool = ? AND subject = ? AND place > ? ORDER BY place, split.stream LIMIT ?`,
		pool, subject, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	if n := len(rows); n > 0 && n == limit && rows[0].Place != rows[n-1].Place {
		last := rows[n-1].Place
		for rows[len(rows)-1].Place == last {
			rows = rows[:len(rows)-1]
		}
	}
	workings := make([]RecordedSplit, 0, len(rows))
	for i := range rows {
		workings = append(workings, rows[i].working(visibility))
	}
	return workings, nil
}

func (r *splitRow) working(visibility Visibility) RecordedSplit {
	working := RecordedSplit{
		SubjectVersion: r.Place, Event: r.Event, Stream: ledger.Stream(r.Stream), AgreementVersion: r.AgreementVersion,
		Residue: r.Residue, Total: money.Fen(r.Total), Rest: money.Fen(r.Rest), TakenBy: []string{},
	}
	for _, taker := range r.TakenBy {
		if visibility.All || taker == visibility.Member {
			working.TakenBy = append(working.TakenBy, taker)
		}
	}
	for i, member := range r.Members {
		if !visibility.All && member != visibility.Member {
			continue
		}
		line := RecordedPortion{Member: member, Portion: money.Fen(r.Portions[i])}
		if i < len(r.Products) {
			line.Product = r.Products[i]
		}
		working.Lines = append(working.Lines, line)
	}
	return working
}

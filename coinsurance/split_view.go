package coinsurance

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Portion is a member's part of one stream's to-date total.
type Portion struct {
	Stream ledger.Stream `bun:"stream" json:"stream"`
	Member string        `bun:"member" json:"member"`
	Total  money.Amount  `bun:"total"  json:"total"` // at 100 %
	Amount money.Amount  `bun:"amount" json:"amount"`
}

type (
	splitSubject struct{ Pool, Subject string }
	splitPage    struct {
		Pool, Subject string
		After         int64
		Limit         int
	}
)

var (
	newestSplits    = pg.Select[splitRow, splitSubject](files, "NewestSplits")
	splitsOfSubject = pg.Select[splitRow, splitPage](files, "SplitsOfSubject")
)

// PortionsOf lists the to-date portions of a subject as last recorded, as far as they may be seen.
func PortionsOf(ctx context.Context, handle bun.IDB, pool, subject string, visible Visibility) ([]Portion, error) {
	rows, err := pg.Listed[splitRow](ctx, handle, newestSplits.With(splitSubject{pool, subject}))
	portions := []Portion{}
	for i := range rows {
		for member, code := range rows[i].Members {
			if visible.Includes(code) {
				portions = append(portions, Portion{
					Stream: rows[i].Stream, Member: code, Total: rows[i].Total,
					Amount: rows[i].Total.Like(rows[i].Portions[member]),
				})
			}
		}
	}
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

// RecordedSplits lists a subject's splits after one of its versions, oldest first, as far as they may be seen. A page
// has at most limit splits and never ends inside a version, so the next page begins after its last version.
func RecordedSplits(
	ctx context.Context, handle bun.IDB, pool, subject string, visible Visibility, after int64, limit int,
) ([]RecordedSplit, error) {
	page := splitPage{Pool: pool, Subject: subject, After: after, Limit: limit}
	rows, err := pg.Listed[splitRow](ctx, handle, splitsOfSubject.With(page))
	if err != nil {
		return nil, err
	}
	if n := len(rows); n > 0 && n == limit && rows[0].SubjectVersion != rows[n-1].SubjectVersion {
		last := rows[n-1].SubjectVersion
		for rows[len(rows)-1].SubjectVersion == last {
			rows = rows[:len(rows)-1]
		}
	}
	splits := make([]RecordedSplit, 0, len(rows))
	for i := range rows {
		splits = append(splits, rows[i].recorded(visible))
	}
	return splits, nil
}

// SeenBy lists the splits of a record that is only rehearsed as RecordedSplits will list them, as far as the principal
// may see them: none to who has no portion and leads neither the agreement nor the claim.
func (r *SplitRecord) SeenBy(ctx context.Context, handle bun.IDB, by access.Principal) ([]RecordedSplit, error) {
	if len(r.Streams) == 0 {
		return nil, nil
	}
	agreement, err := AgreementVersion(ctx, handle, r.Subject.Pool, r.AgreementVersion)
	if err != nil {
		return nil, err
	}
	visible := agreement.Visibility(by)
	visible.All = visible.All || by.IsMember(r.Subject.Leader) || by.IsMember(r.Subject.Servicer)
	var seen []RecordedSplit
	for _, row := range r.rows(nil) {
		if split := row.recorded(visible); len(split.Lines) > 0 {
			seen = append(seen, split)
		}
	}
	return seen, nil
}

func (r *splitRow) recorded(visible Visibility) RecordedSplit {
	split := RecordedSplit{
		SubjectVersion: r.SubjectVersion, Event: r.Event, Stream: r.Stream, AgreementVersion: r.AgreementVersion,
		Residue: r.Residue, Total: r.Total, Rest: r.Rest, TakenBy: []string{},
	}
	for _, taker := range r.TakenBy {
		if visible.Includes(taker) {
			split.TakenBy = append(split.TakenBy, taker)
		}
	}
	for i, member := range r.Members {
		if !visible.Includes(member) {
			continue
		}
		line := RecordedPortion{Member: member, Portion: money.Fen(r.Portions[i])}
		if i < len(r.Products) {
			line.Product = r.Products[i]
		}
		split.Lines = append(split.Lines, line)
	}
	return split
}

package settlement

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// ItemWorking is what the items of a subject on a statement come of, as it was known at the statement's cut 计算过程: to a
// member of its own items.
type ItemWorking struct {
	Period    string        `json:"period"`
	Issue     int           `json:"issue"`
	Cut       time.Time     `json:"cut"`
	Policy    string        `json:"policy"`
	Claim     string        `json:"claim,omitempty"`
	Insured   string        `json:"insured,omitempty"`
	Line      string        `json:"line,omitempty"`
	Starts    calendar.Date `json:"start"`
	Ends      calendar.Date `json:"end"`
	LossDay   calendar.Date `json:"loss_day"`
	Owed      []WorkingItem `json:"owed"`
	Totals    []StreamTotal `json:"totals"`
	Portions  []ItemPortion `json:"portions"`
	Movements []ItemPosting `json:"postings"`
}

// WorkingItem is an item, with the share of whoever does not act for the other.
type WorkingItem struct {
	Policy           string       `bun:"policy"            json:"-"`
	Claim            string       `bun:"claim"             json:"-"`
	Group            Group        `bun:"grp"               json:"group"`
	A                string       `bun:"a"                 json:"a"`
	B                string       `bun:"b"                 json:"b"`
	AOwes            money.Amount `bun:"a_owes"            json:"a_owes"`
	BOwes            money.Amount `bun:"b_owes"            json:"b_owes"`
	Currency         string       `bun:"currency"          json:"currency"`
	Sharer           string       `bun:"sharer"            json:"share_of,omitempty"`
	Share            money.Share  `bun:"share"             json:"share"`
	AgreementVersion int          `bun:"agreement_version" json:"agreement_version"`
	Postings         int          `bun:"postings"          json:"postings"`
}

// StreamTotal is a total to date at 100 %, and how what rounding left over of it was given.
type StreamTotal struct {
	Group            Group               `json:"group"`
	Stream           ledger.Stream       `json:"stream"`
	Total            money.Amount        `json:"total"`
	AgreementVersion int                 `json:"agreement_version"`
	Residue          coinsurance.Residue `json:"residue_policy"`
	Rest             money.Amount        `json:"rest"`
	TakenBy          []string            `json:"rest_taken_by"`
	Event            uuid.UUID           `json:"event"` // that changed the total last
}

// ItemPortion is a member's portion of such a total.
type ItemPortion struct {
	Stream  ledger.Stream `json:"stream"`
	Member  string        `json:"member"`
	Product string        `json:"product,omitempty"` // share × total in yuan, exact; none where a portion is computed
	Portion money.Amount  `json:"portion"`           // to date
}

// ItemPosting is a posting that the statement took in.
type ItemPosting struct {
	Group        Group          `bun:"-"            json:"group"`
	Effective    calendar.Date  `bun:"effective"    json:"effective"`
	Book         string         `bun:"book"         json:"book"`
	Debit        ledger.Account `bun:"debit"        json:"debit"`
	Credit       ledger.Account `bun:"credit"       json:"credit"`
	Counterparty string         `bun:"counterparty" json:"counterparty"`
	Amount       money.Amount   `bun:"amount"       json:"amount"`
	Currency     string         `bun:"currency"     json:"currency"`
	Stream       ledger.Stream  `bun:"stream"       json:"stream"`
	Type         string         `bun:"kind"         json:"type"` // of the event
	Event        uuid.UUID      `bun:"event"        json:"event"`
	Recorded     time.Time      `bun:"recorded"     json:"recorded"`
}

// workingSplit is how a stream was divided last.
type workingSplit struct {
	Stream           ledger.Stream       `bun:"stream"`
	Event            uuid.UUID           `bun:"event"`
	AgreementVersion int                 `bun:"agreement_version"`
	Residue          coinsurance.Residue `bun:"residue_policy"`
	Total            money.Amount        `bun:"total"`
	Members          []string            `bun:"members,array"`
	Portions         []int64             `bun:"portions,array"`
	Products         []string            `bun:"products,array"`
	Rest             money.Amount        `bun:"residue"`
	TakenBy          []string            `bun:"taken_by,array"`
	Insured          string              `bun:"insured"`
	Line             string              `bun:"line"`
	Starts           calendar.Date       `bun:"period_from"`
	Ends             calendar.Date       `bun:"period_to"`
	LossDay          calendar.Date       `bun:"loss_day"`
}

type (
	workingArgs struct {
		Pool         string
		Statement    int
		Subject, Own string
		Grp          Group
	}
	splitArgs struct {
		Pool, Subject string
		Cut           time.Time
	}
	postingArgs struct {
		Pool, Policy, Claim, Own string
		Cut                      time.Time
		Ends                     calendar.Date
		Cuts                     []time.Time
		EndsBefore               []string
	}
)

var (
	workingItems    = pg.Select[WorkingItem, workingArgs](files, "WorkingItems")
	workingSplits   = pg.Select[workingSplit, splitArgs](files, "WorkingSplits")
	workingPostings = pg.Select[ItemPosting, postingArgs](files, "WorkingPostings")
)

// ViewWorking reads what the items of a subject come of, or those of one of its groups. It refuses as ViewStatement
// does, and with coinsurance.subject_not_found where there is no item.
func ViewWorking(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, period, subject string, group Group,
) (*ItemWorking, error) {
	view, err := ViewStatement(ctx, handle, by, pool, period, 0)
	if err != nil {
		return nil, err
	}
	own, _ := onlyOf(by) // it was asked before
	working := &ItemWorking{
		Period: period, Issue: view.Issue, Cut: view.Cut, Totals: []StreamTotal{}, Portions: []ItemPortion{},
	}
	var splits []workingSplit
	var reads pg.Reads
	pg.ListIn(&reads, workingItems.With(workingArgs{pool, view.Number, subject, own, group}), &working.Owed)
	pg.ListIn(&reads, workingSplits.With(splitArgs{pool, subject, view.Cut}), &splits)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	if len(working.Owed) == 0 {
		return nil, ErrSubjectNotFound.Case(fault.Args{"subject": subject, "period": period})
	}
	working.Policy, working.Claim = working.Owed[0].Policy, working.Owed[0].Claim
	if err := working.divide(ctx, handle, by, pool, splits); err != nil {
		return nil, err
	}
	return working, working.post(ctx, handle, &view.Statement, own)
}

// has says that one of the items is of the group.
func (w *ItemWorking) has(group Group) bool {
	return slices.ContainsFunc(w.Owed, func(item WorkingItem) bool { return item.Group == group })
}

// divide shows the totals of the items' streams and their portions, as far as these may be seen.
func (w *ItemWorking) divide(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, splits []workingSplit,
) error {
	for i := range splits {
		split := &splits[i]
		w.Insured, w.Line = split.Insured, split.Line
		w.Starts, w.Ends, w.LossDay = split.Starts, split.Ends, split.LossDay
		group := groupOf(split.Stream)
		if !w.has(group) {
			continue
		}
		agreement, err := coinsurance.AgreementVersion(ctx, handle, pool, split.AgreementVersion)
		if err != nil {
			return err
		}
		visible := agreement.Visibility(by)
		w.Totals = append(w.Totals, StreamTotal{
			Group: group, Stream: split.Stream, Total: split.Total, AgreementVersion: split.AgreementVersion,
			Residue: split.Residue, Rest: split.Rest, Event: split.Event,
			TakenBy: slices.DeleteFunc(split.TakenBy, func(member string) bool { return !visible.Includes(member) }),
		})
		for at, member := range split.Members {
			if !visible.Includes(member) {
				continue
			}
			portion := ItemPortion{Stream: split.Stream, Member: member, Portion: split.Total.Like(split.Portions[at])}
			if at < len(split.Products) {
				portion.Product = inYuan(split.Products[at])
			}
			w.Portions = append(w.Portions, portion)
		}
	}
	return nil
}

// inYuan is an exact product in the unit of the amounts that stand beside it. It is kept in fen.
func inYuan(fen string) string {
	exact, err := decimal.NewFromString(fen)
	if err != nil {
		return fen
	}
	yuan := exact.Shift(-fenDecimals)
	return yuan.StringFixed(max(fenDecimals, -yuan.Exponent()))
}

const fenDecimals = 2 // of a yuan

// post shows the postings of the items.
func (w *ItemWorking) post(ctx context.Context, handle bun.IDB, statement *Statement, own string) error {
	all, err := Statements(ctx, handle, statement.Pool)
	if err != nil {
		return err
	}
	taken := extentOf(all, statement)
	w.Movements, err = pg.Listed[ItemPosting](ctx, handle, workingPostings.With(postingArgs{
		Pool: statement.Pool, Policy: w.Policy, Claim: w.Claim, Own: own, Cut: taken.cut, Ends: taken.ends,
		Cuts: taken.before.Cuts, EndsBefore: taken.before.EndsBefore,
	}))
	for i := range w.Movements {
		w.Movements[i].Group = groupOf(w.Movements[i].Stream)
	}
	w.Movements = slices.DeleteFunc(w.Movements, func(posting ItemPosting) bool { return !w.has(posting.Group) })
	return err
}

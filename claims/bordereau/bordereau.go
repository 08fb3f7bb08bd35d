package bordereau

import (
	"context"
	"embed"
	"time"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

//go:embed sql/*.sql
var folder embed.FS

var claimsInBooks = pg.Select[row, wanted](pg.Load(folder), "ClaimsInBooks")

// wanted are the arguments of the statement.
type wanted struct {
	Pool, Member string
	Month        calendar.Month
	Known        time.Time
	All          bool   // claims, or those only that the reader leads or services
	Reader       string // the organisation of whoever asks
}

// Question says which list is wanted.
type Question struct {
	Pool   string
	Member string
	Month  calendar.Month // accounting month
	Known  time.Time      // as known at this instant; now when zero
}

// Bordereau is a member's list for a month.
type Bordereau struct {
	Pool   string         `json:"pool"`
	Member string         `json:"member"`
	Month  calendar.Month `json:"month"`
	Known  time.Time      `json:"known"` // ask with it, and the list is made again as it is
	Lines  []ClaimRow     `json:"lines"`
	Total  Figures        `json:"total"`
}

// ClaimRow is one claim.
type ClaimRow struct {
	Claim    string        `json:"claim"`
	Policy   string        `json:"policy"`
	Insured  string        `json:"insured"`
	Product  string        `json:"line"`
	LossDay  calendar.Date `json:"loss_day"`
	Filed    calendar.Date `json:"filed"`
	Servicer string        `json:"servicer"`

	Figures

	Notified   calendar.Date `json:"notified"` // first notice, which files the claim
	Closed     calendar.Date `json:"closed"`   // when it was closed, refused or withdrawn; none while it is not
	State      claims.State  `json:"state"`    // as known at the instant
	Occurrence string        `json:"occurrence,omitempty"`
	Currency   string        `json:"currency"`
	Statement  string        `json:"statement,omitempty"` // that has what moved in the month; "" while none is issued
}

// Figures are a claim's amounts at 100 % and the member's portion of them.
type Figures struct {
	All Amounts `json:"all"`
	Own Amounts `json:"own"`
}

// Amounts are what moved in the month, what stands to date, and what is outstanding at its end.
type Amounts struct {
	Month               Paid         `json:"month"`
	Previous            Paid         `json:"previous"` // to date before the month
	ToDate              Paid         `json:"to_date"`
	OutstandingPayment  money.Amount `json:"outstanding_indemnity"`
	OutstandingExpenses money.Amount `json:"outstanding_expense"`
	Incurred            money.Amount `json:"incurred"` // indemnity and expense, paid to date and outstanding
}

// Paid is money by stream.
type Paid struct {
	Indemnity money.Amount `json:"indemnity"`
	Adjuster  money.Amount `json:"adjuster"`
	Expert    money.Amount `json:"expert"`
	Legal     money.Amount `json:"legal"`
	Other     money.Amount `json:"other"`
	Recovery  money.Amount `json:"recovery"`
	Salvage   money.Amount `json:"salvage"`
}

// places maps a stream to its place in a list of payments; what is outstanding has its own.
var places = map[ledger.Stream]func(*Paid) *money.Amount{
	ledger.Indemnity:       func(p *Paid) *money.Amount { return &p.Indemnity },
	ledger.ExpenseAdjuster: func(p *Paid) *money.Amount { return &p.Adjuster },
	ledger.ExpenseExpert:   func(p *Paid) *money.Amount { return &p.Expert },
	ledger.ExpenseLegal:    func(p *Paid) *money.Amount { return &p.Legal },
	ledger.ExpenseOther:    func(p *Paid) *money.Amount { return &p.Other },
	ledger.Recovery:        func(p *Paid) *money.Amount { return &p.Recovery },
	ledger.Salvage:         func(p *Paid) *money.Amount { return &p.Salvage },
}

// add takes in what a stream moved in the month and stands at.
func (a *Amounts) add(stream ledger.Stream, month, toDate money.Amount) {
	switch stream {
	case ledger.OutstandingIndemnity:
		a.OutstandingPayment = a.OutstandingPayment.Add(toDate)
	case ledger.OutstandingExpense:
		a.OutstandingExpenses = a.OutstandingExpenses.Add(toDate)
	default:
		place := places[stream]
		*place(&a.Month), *place(&a.ToDate) = place(&a.Month).Add(month), place(&a.ToDate).Add(toDate)
		*place(&a.Previous) = place(&a.ToDate).Sub(*place(&a.Month))
	}
	if stream != ledger.Recovery && stream != ledger.Salvage {
		a.Incurred = a.Incurred.Add(toDate)
	}
}

// row is what one stream of one claim comes to.
type row struct {
	Claim    string        `bun:"claim"`
	Policy   string        `bun:"policy"`
	Insured  string        `bun:"insured"`
	Product  string        `bun:"line"`
	LossDay  calendar.Date `bun:"loss_day"`
	Filed    calendar.Date `bun:"filed"`
	Servicer string        `bun:"servicer"`
	Stream   ledger.Stream `bun:"stream"`
	AllMonth money.Amount  `bun:"all_month"`
	AllToDay money.Amount  `bun:"all_to_date"`
	OwnMonth money.Amount  `bun:"own_month"`
	OwnToDay money.Amount  `bun:"own_to_date"`

	Closed     calendar.Date `bun:"closed"`
	State      claims.State  `bun:"state"`
	Occurrence string        `bun:"occurrence"`
	Currency   string        `bun:"currency"`
	Statement  string        `bun:"statement"`
}

// Of makes the list. It refuses: coinsurance.pool_not_found, access.forbidden (neither the member, who manages or
// supervises, nor a member of the pool, who sees the claims it leads or services).
func Of(ctx context.Context, handle bun.IDB, by access.Principal, now time.Time, q Question) (*Bordereau, error) {
	seen, err := coinsurance.ViewAgreements(ctx, handle, by, q.Pool)
	if err != nil {
		return nil, err
	}
	may := by.MayRead(q.Member)
	if !may && len(seen) == 0 {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen_of": q.Member})
	}
	list := &Bordereau{Pool: q.Pool, Member: q.Member, Month: q.Month, Known: q.Known, Lines: []ClaimRow{}}
	if list.Known.IsZero() {
		list.Known = now
	}
	rows, err := pg.Listed[row](ctx, handle, claimsInBooks.With(wanted{
		Pool: q.Pool, Member: q.Member, Month: q.Month, Known: list.Known, All: may, Reader: by.Organisation,
	}))
	for _, r := range rows {
		if n := len(list.Lines); n == 0 || list.Lines[n-1].Claim != r.Claim {
			list.Lines = append(list.Lines, ClaimRow{
				Claim: r.Claim, Policy: r.Policy, Insured: r.Insured, Product: r.Product, LossDay: r.LossDay, Filed: r.Filed,
				Servicer: r.Servicer, Notified: r.Filed, Closed: r.Closed, State: r.State, Occurrence: r.Occurrence,
				Currency: r.Currency, Statement: r.Statement,
			})
		}
		line := &list.Lines[len(list.Lines)-1]
		for _, figures := range []*Figures{&line.Figures, &list.Total} {
			figures.All.add(r.Stream, r.AllMonth, r.AllToDay)
			figures.Own.add(r.Stream, r.OwnMonth, r.OwnToDay)
		}
	}
	return list, err
}

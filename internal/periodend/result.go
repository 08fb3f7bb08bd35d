package periodend

import (
	"context"
	"embed"
	"time"

	"github.com/shopspring/decimal"
	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// resultKey asks for the result of a pool.
type resultKey struct {
	Pool, Member string // "" for every member
	From, To     calendar.Month
	Known        time.Time
}

var resultOfPool = pg.Select[resultRow, resultKey](pg.Load(folder), "ResultOfPool")

// resultRow is what a member's books say of a month.
type resultRow struct {
	Month         calendar.Month `bun:"period"`
	Member        string         `bun:"book"`
	Written       money.Amount   `bun:"written"`
	HeldBack      money.Amount   `bun:"held_back"`
	Paid          money.Amount   `bun:"paid"`
	Expense       money.Amount   `bun:"expense"`
	Recovered     money.Amount   `bun:"recovered"`
	Outstanding   money.Amount   `bun:"outstanding"`
	Commission    money.Amount   `bun:"commission"`
	FeesEarned    money.Amount   `bun:"fees_earned"`
	FeesPaid      money.Amount   `bun:"fees_paid"`
	ManagementFee money.Amount   `bun:"management_fee"`
	Interest      money.Amount   `bun:"interest"`
}

// ResultQuestion says which result is wanted.
type ResultQuestion struct {
	Pool   string
	Months calendar.Months // accounting months
	Known  time.Time       // as known at this instant; now when zero
}

// Result is how a pool did 共保体经营结果, month by month and member by member, as far as the caller may see it.
type Result struct {
	Pool    string          `json:"pool"`
	Period  calendar.Months `json:"period"`
	Known   time.Time       `json:"known"`   // ask with it, and the result is made again as it is
	Lines   []ResultLine    `json:"lines"`   // each member's months
	Months  []ResultLine    `json:"months"`  // of all members that the caller sees
	Members []ResultLine    `json:"members"` // of all months
	Total   ResultFigures   `json:"total"`
}

// ResultLine is one month, one member, or a month of a member.
type ResultLine struct {
	Month  calendar.Month `json:"month"`
	Member string         `json:"member,omitempty"`

	ResultFigures
}

// ResultFigures are premium earned, claims incurred and what is left after the fees.
type ResultFigures struct {
	Written          money.Amount `json:"written"`
	UnearnedChange   money.Amount `json:"unearned_change"` // what was held back more; below zero where less is
	Earned           money.Amount `json:"earned"`
	ClaimsPaid       money.Amount `json:"claims_paid"`
	ClaimExpense     money.Amount `json:"claim_expense"`
	Recovered        money.Amount `json:"recovered"` // from third parties and by salvage
	ReserveChange    money.Amount `json:"reserve_change"`
	Incurred         money.Amount `json:"incurred"`
	LossRatio        *LossRatio   `json:"loss_ratio"` // incurred by earned; none where nothing was earned
	Commission       money.Amount `json:"commission"`
	IssuingFeeEarned money.Amount `json:"issuing_fee_earned"`
	IssuingFeePaid   money.Amount `json:"issuing_fee_paid"`
	ManagementFee    money.Amount `json:"management_fee"`
	Interest         money.Amount `json:"interest"` // earned less paid
	Result           money.Amount `json:"result"`
}

// LossRatio is a fraction with four decimals, rounded half away from zero.
type LossRatio = decimal.Decimal

const ratioDecimals = 4

// PoolResult refuses: coinsurance.pool_not_found, access.forbidden (the operator, and a member that no version of the
// pool's agreement has). A member sees its own books.
func PoolResult(
	ctx context.Context, handle bun.IDB, by access.Principal, now time.Time, q ResultQuestion,
) (*Result, error) {
	seen, err := coinsurance.ViewAgreements(ctx, handle, by, q.Pool)
	if err != nil {
		return nil, err
	}
	key := resultKey{Pool: q.Pool, From: q.Months.From, To: q.Months.To, Known: q.Known}
	if by.Kind == access.Member {
		key.Member = by.Organisation
	}
	if !by.MayRead(key.Member) || by.Kind == access.Member && len(seen) == 0 {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen_of": q.Pool})
	}
	if key.Known.IsZero() {
		key.Known = now
	}
	result := &Result{Pool: q.Pool, Period: q.Months, Known: key.Known, Lines: []ResultLine{}}
	rows, err := pg.Listed[resultRow](ctx, handle, resultOfPool.With(key))
	for _, row := range rows {
		result.Lines = append(result.Lines, ResultLine{Month: row.Month, Member: row.Member, ResultFigures: row.figures()})
	}
	result.addUp()
	return result, err
}

func (r *resultRow) figures() ResultFigures {
	figures := ResultFigures{
		Written: r.Written, UnearnedChange: r.HeldBack, ClaimsPaid: r.Paid, ClaimExpense: r.Expense, Recovered: r.Recovered,
		ReserveChange: r.Outstanding, Commission: r.Commission, IssuingFeeEarned: r.FeesEarned, IssuingFeePaid: r.FeesPaid,
		ManagementFee: r.ManagementFee, Interest: r.Interest,
	}
	figures.draw()
	return figures
}

// draw computes what follows from the books' figures.
func (f *ResultFigures) draw() {
	f.Earned = f.Written.Sub(f.UnearnedChange)
	f.Incurred = money.Sum(f.ClaimsPaid, f.ClaimExpense, f.ReserveChange).Sub(f.Recovered)
	f.Result = money.Sum(f.Earned, f.IssuingFeeEarned, f.Interest).
		Sub(money.Sum(f.Incurred, f.Commission, f.IssuingFeePaid, f.ManagementFee))
	f.LossRatio = nil
	if f.Earned.Sign() > 0 {
		ratio := f.Incurred.Decimal().DivRound(f.Earned.Decimal(), ratioDecimals)
		f.LossRatio = &ratio
	}
}

// add takes in another line; the ratio is that of the sums.
func (f *ResultFigures) add(more *ResultFigures) {
	added := more.amounts()
	for i, place := range f.amounts() {
		*place = place.Add(*added[i])
	}
	f.draw()
}

// amounts are the books' figures, each at its place; the others follow from them.
func (f *ResultFigures) amounts() []*money.Amount {
	return []*money.Amount{
		&f.Written, &f.UnearnedChange, &f.ClaimsPaid, &f.ClaimExpense, &f.Recovered, &f.ReserveChange, &f.Commission,
		&f.IssuingFeeEarned, &f.IssuingFeePaid, &f.ManagementFee, &f.Interest,
	}
}

// addUp makes the totals by month, by member and of all.
func (r *Result) addUp() {
	r.Months = totalsBy(r.Lines, func(l *ResultLine) ResultLine { return ResultLine{Month: l.Month} })
	r.Members = totalsBy(r.Lines, func(l *ResultLine) ResultLine { return ResultLine{Member: l.Member} })
	for i := range r.Lines {
		r.Total.add(&r.Lines[i].ResultFigures)
	}
}

// totalsBy adds lines up by what they have in common, in the order in which that first appears.
func totalsBy(lines []ResultLine, head func(*ResultLine) ResultLine) []ResultLine {
	totals, at := []ResultLine{}, map[[2]string]int{}
	for i := range lines {
		total := head(&lines[i])
		key := [2]string{total.Month.String(), total.Member}
		if _, known := at[key]; !known {
			at[key] = len(totals)
			totals = append(totals, total)
		}
		totals[at[key]].add(&lines[i].ResultFigures)
	}
	return totals
}

package settlement

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ageFrom are the days past due from which an amount is in each bucket of an ageing but the first, which is not past
// due: 1–30, 31–60, 61–90, 91–180, 181 and more. On these days the payer of an order is reminded as well.
var ageFrom = [...]int{1, 31, 61, 91, 181}

// Buckets are amounts by how long they are past due 账龄.
type Buckets struct {
	NotDue    money.Amount `json:"not_due"`
	To30      money.Amount `json:"days_1_30"`
	To60      money.Amount `json:"days_31_60"`
	To90      money.Amount `json:"days_61_90"`
	To180     money.Amount `json:"days_91_180"`
	Beyond180 money.Amount `json:"days_181"`
	Total     money.Amount `json:"total"`
}

// add counts an amount so many days past due.
func (b *Buckets) add(amount money.Amount, days int) {
	buckets := [...]*money.Amount{&b.NotDue, &b.To30, &b.To60, &b.To90, &b.To180, &b.Beyond180}
	at := buckets[reached(days)]
	*at, b.Total = at.Add(amount), b.Total.Add(amount)
}

// reached is how many of the limits so many days past due have reached.
func reached(days int) int {
	n, found := slices.BinarySearch(ageFrom[:], days)
	if found {
		n++
	}
	return n
}

// Ageing is what is not paid of the orders of a pool by the end of a day, by how long it is past due 账龄分析.
type Ageing struct {
	Pool   string        `json:"pool"`
	Day    calendar.Date `json:"day"`
	Orders []AgedOrder   `json:"orders"`
	Debts  []AgedDebt    `json:"debts"`
	Total  Buckets       `json:"total"`
}

// AgedOrder is an order of which something is not paid.
type AgedOrder struct {
	Order  string        `json:"order"`
	Payer  string        `json:"payer"`
	Payee  string        `json:"payee"`
	Amount money.Amount  `json:"amount"`
	Left   money.Amount  `json:"left"`
	Due    calendar.Date `json:"due"`
	Days   int           `json:"days"` // past due; 0 for what is not
}

// AgedDebt is what one member is to pay another.
type AgedDebt struct {
	Payer string `json:"payer"`
	Payee string `json:"payee"`
	Buckets
}

// AgeingOf is the ageing of a pool by the end of a day; today where the day is left out. A member sees the orders that
// it pays or receives. It refuses: access.forbidden (the operator), coinsurance.pool_not_found.
func (s *Service) AgeingOf(
	ctx context.Context, by access.Principal, pool string, day calendar.Date,
) (*Ageing, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("payment orders")})
	}
	handle := s.db.Of(pool)
	if _, err := coinsurance.FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	if day.IsZero() {
		day = calendar.DateOf(s.clock.Now())
	}
	lives, err := livesOf(ctx, handle, pool)
	if err != nil {
		return nil, err
	}
	return age(pool, day, slices.DeleteFunc(lives, func(order orderLife) bool {
		return by.Kind == access.Member && !by.IsMember(order.Payer) && !by.IsMember(order.Payee)
	})), nil
}

// livesOf reads all orders of a pool.
func livesOf(ctx context.Context, handle bun.IDB, pool string) ([]orderLife, error) {
	var reads pg.Reads
	lives := livesIn(&reads, pool, lastDay)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	return lives(), nil
}

// lastDay lies behind every day on which an order may be due.
var lastDay = calendar.MustDate("9999-12-31")

// age sorts what is not paid by the end of a day by how long it is past due.
func age(pool string, day calendar.Date, orders []orderLife) *Ageing {
	found := &Ageing{Pool: pool, Day: day, Orders: []AgedOrder{}, Debts: []AgedDebt{}}
	for i := range orders {
		order := &orders[i]
		left := order.unpaid(day)
		if left.IsZero() {
			continue
		}
		days := max(0, order.Due.DaysUntil(day))
		found.Orders = append(found.Orders, AgedOrder{
			Order: order.ID, Payer: order.Payer, Payee: order.Payee, Amount: order.Amount, Left: left, Due: order.Due,
			Days: days,
		})
		at := slices.IndexFunc(found.Debts, func(d AgedDebt) bool {
			return d.Payer == order.Payer && d.Payee == order.Payee
		})
		if at < 0 {
			at = len(found.Debts)
			found.Debts = append(found.Debts, AgedDebt{Payer: order.Payer, Payee: order.Payee})
		}
		found.Debts[at].add(left, days)
		found.Total.add(left, days)
	}
	slices.SortFunc(found.Debts, AgedDebt.compare)
	return found
}

func (d AgedDebt) compare(other AgedDebt) int {
	return cmp.Or(cmp.Compare(d.Payer, other.Payer), cmp.Compare(d.Payee, other.Payee))
}

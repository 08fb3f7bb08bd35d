package ledger

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Question asks for a balance on two clocks: what counted by a business day, as it was known at an instant.
type Question struct {
	Book      string
	Account   Account
	Pool      string        // "" for every pool
	Policy    string        // "" for every policy
	Claim     string        // "" for every claim
	With      string        // the other member; "" for all
	Effective calendar.Date // postings that count by that day; none for all
	Known     time.Time     // postings recorded by that instant; zero for now
}

// Answer is a balance.
type Answer struct {
	Debit   money.Amount `json:"debit"`
	Credit  money.Amount `json:"credit"`
	Balance money.Amount `json:"balance"` // positive on the account's normal side
	Final   bool         `json:"final"`   // whatever comes, this answer stays the same
	// Databases, when there are several, were asked one after the other: the answer is of no single moment, unless it
	// is final.
	Databases int `json:"databases,omitempty"`
}

// sums adds up one account ($2) of one book ($1). From each pool's newest usable kept balance on, only what is
// effective after its month, and what was back-dated into it since, is added. A kept balance is usable when its month
// ended by the effective day ($7), the close was known by the instant ($8), and no policy ($4) or claim ($5) is asked
// for.
//
// What was known at an instant is decided by the feed: an event that has a position is known at the position's
// instant, one that waits for it at its own.
const sums = `
	WITH head AS (
		SELECT h.pool, s.period, coalesce((s.period + interval '1 month - 1 day')::date, '-infinity'::date) AS last
		FROM period_head AS h LEFT JOIN LATERAL (
			SELECT period FROM period_seal AS s
			WHERE s.pool = h.pool AND $4 = '' AND $5 = ''
				AND ($7::date IS NULL OR (s.period + interval '1 month - 1 day')::date <= $7::date)
				AND ($8::timestamptz IS NULL OR coalesce((SELECT known FROM feed_position AS f
					WHERE f.pool = s.pool AND f.event = s.event), s.sealed) <= $8::timestamptz)
			ORDER BY period DESC LIMIT 1) AS s ON true
		WHERE $3 = '' OR h.pool = $3)
	SELECT coalesce(sum(debit), 0)::bigint, coalesce(sum(credit), 0)::bigint FROM (
		SELECT b.debit, b.credit FROM head JOIN balance_snapshot AS b ON b.pool = head.pool AND b.period = head.period
			WHERE b.book = $1 AND b.account = $2::text::account AND ($6 = '' OR b.counterparty = $6)
		UNION ALL
		SELECT p.amount, 0 FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.debit = $2::text::account
			AND p.effective > head.last` + filters + `
		UNION ALL
		SELECT 0, p.amount FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.credit = $2::text::account
			AND p.effective > head.last` + filters + `
		UNION ALL
		SELECT p.amount, 0 FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.debit = $2::text::account
			AND p.period > p.effective AND p.effective <= head.last AND p.period > head.period` + filters + `
		UNION ALL
		SELECT 0, p.amount FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.credit = $2::text::account
			AND p.period > p.effective AND p.effective <= head.last AND p.period > head.period` + filters + `
	) AS moved`

const filters = `
			WHERE ($4 = '' OR p.policy = $4) AND ($5 = '' OR p.claim = $5) AND ($6 = '' OR p.counterparty = $6)
				AND ($7::date IS NULL OR p.effective <= $7::date)
				AND ($8::timestamptz IS NULL OR coalesce((SELECT known FROM feed_position AS f
					WHERE f.pool = p.pool AND f.event = p.journal), p.recorded) <= $8::timestamptz)`

// Balance answers a question. Without Known it tells what is known now, and that is never final.
// Over several databases each is asked in turn: see Answer.Databases.
func Balance(ctx context.Context, handle bun.IDB, q Question) (Answer, error) {
	pool := q.Pool
	if of, _, found := strings.Cut(q.Policy+q.Claim, "-"); pool == "" && found { // a number names its pool
		pool = of
	}
	parts := pg.Parts(handle, pool)
	if len(parts) == 1 {
		return balance(ctx, parts[0], q)
	}
	total := Answer{Final: true, Databases: len(parts)}
	for _, part := range parts {
		answer, err := balance(ctx, part, q)
		if err != nil {
			return Answer{}, err
		}
		total = total.add(answer)
	}
	return total, nil
}

func (a Answer) add(b Answer) Answer {
	return Answer{
		Debit: a.Debit.Add(b.Debit), Credit: a.Credit.Add(b.Credit), Balance: a.Balance.Add(b.Balance),
		Final: a.Final && b.Final, Databases: max(a.Databases, b.Databases),
	}
}

func balance(ctx context.Context, handle bun.IDB, q Question) (Answer, error) {
	// Whether it is final is asked first: what becomes final in between only adds to what is read after.
	final, err := isFinal(ctx, handle, q)
	if err != nil {
		return Answer{}, err
	}
	args := []any{q.Book, string(q.Account), q.Pool, q.Policy, q.Claim, q.With, q.Effective.SQL(), nil}
	if !q.Known.IsZero() {
		args[7] = q.Known
	}
	var debit, credit int64
	if err := pg.Row(ctx, handle, sums, args, &debit, &credit); err != nil {
		return Answer{}, err
	}
	answer := Answer{Debit: money.Fen(debit), Credit: money.Fen(credit), Final: final}
	answer.Balance = answer.Debit.Sub(answer.Credit)
	if byAccount[q.Account].Normal == Credit {
		answer.Balance = answer.Balance.Neg()
	}
	return answer, nil
}

// isFinal says that every position still to come, in the pools asked about, will be known later than the instant.
func isFinal(ctx context.Context, handle bun.IDB, q Question) (bool, error) {
	if q.Known.IsZero() {
		return false, nil
	}
	var final bool
	err := pg.Row(ctx, handle, `SELECT coalesce(bool_and(coalesce(h.watermark >= $2, false)), true)
		FROM period_head AS p LEFT JOIN feed_head AS h ON h.pool = p.pool WHERE $1 = '' OR p.pool = $1`,
		[]any{q.Pool, q.Known}, &final)
	return final, err
}

// Owes is what one member owes another, net of what the other owes it: due_to − due_from − advance paid + advance
// received in the debtor's book. Book, Account and With of the question are not looked at.
func Owes(ctx context.Context, handle bun.IDB, debtor, creditor string, q Question) (Answer, error) {
	q.Book, q.With = debtor, creditor
	total := Answer{Final: !q.Known.IsZero()}
	for _, account := range []Account{DueToCoinsurer, ClaimAdvanceReceived, DueFromCoinsurer, ClaimAdvancePaid} {
		q.Account = account
		answer, err := Balance(ctx, handle, q)
		if err != nil {
			return Answer{}, err
		}
		total = total.add(answer)
	}
	total.Balance = total.Credit.Sub(total.Debit)
	return total, nil
}

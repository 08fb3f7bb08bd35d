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

// BalanceQuery asks for a balance by two dates: what counted by a business day, as it was known at an instant.
type BalanceQuery struct {
	Book         string
	Account      Account
	Pool         string        // "" for every pool
	Policy       string        // "" for every policy
	Claim        string        // "" for every claim
	Counterparty string        // the other member; "" for all
	Effective    calendar.Date // postings that count by that day; none for all
	Known        time.Time     // postings recorded by that instant; zero for now
}

// Balance is what stands in an account.
type Balance struct {
	Debit   money.Amount `json:"debit"`
	Credit  money.Amount `json:"credit"`
	Balance money.Amount `json:"balance"` // positive on the account's normal side
	Final   bool         `json:"final"`   // whatever comes, this answer stays the same
	// Databases, when there are several, were asked one after the other: the answer is of no single moment, unless it
	// is final.
	Databases int `json:"databases,omitempty"`
}

// ofAccount adds up one account ($2) of one book ($1) in a pool ($3) or all, with one counterparty ($4) or all, by a
// day ($5), as known at an instant ($6); "infinity" is no bound. What a sealed month says is kept: its balances at the
// end, and what it moved by day. So these are added:
//
//   - the balances kept at the close of the last sealed month that has ended by the day (head.base);
//   - when the day is in a month that is sealed too, what that month moved by the day;
//   - what later sealed months moved that was back-dated to the day or before;
//   - the postings that no seal takes in: those effective after the last sealed month (head.last), and those back-dated
//     into it or before.
//
// Only seals count that were known at the instant. What was known at an instant is decided by the feed: an event that
// has a position is known at the position's instant, one that waits for it at its own.
const ofAccount = `
	WITH head AS (
		SELECT h.pool, s.period AS closed, coalesce(s.last, '-infinity'::date) AS last,
			CASE WHEN s.last <= $5::date THEN s.period
				ELSE (date_trunc('month', $5::date + 1) - interval '1 month')::date END AS base
		FROM period_head AS h LEFT JOIN LATERAL (
			SELECT period, (period + interval '1 month - 1 day')::date AS last FROM period_seal AS s
			WHERE s.pool = h.pool AND coalesce((SELECT known FROM feed_position AS f
				WHERE f.pool = s.pool AND f.event = s.event), s.sealed) <= $6::timestamptz
			ORDER BY period DESC LIMIT 1) AS s ON true
		WHERE $3 = '' OR h.pool = $3)
	SELECT coalesce(sum(debit), 0)::bigint, coalesce(sum(credit), 0)::bigint FROM (
		SELECT b.debit, b.credit FROM head JOIN balance_snapshot AS b ON b.pool = head.pool AND b.period = head.base
			WHERE head.base <= head.closed AND b.book = $1 AND b.account = $2::text::account
				AND ($4 = '' OR b.counterparty = $4)
		UNION ALL
		SELECT t.debit, t.credit FROM head JOIN turnover AS t ON t.pool = head.pool
				AND t.period = (head.base + interval '1 month')::date
			WHERE t.period <= head.closed AND t.book = $1 AND t.account = $2::text::account
				AND t.effective <= $5::date AND ($4 = '' OR t.counterparty = $4)
		UNION ALL
		SELECT t.debit, t.credit FROM head JOIN turnover AS t ON t.pool = head.pool AND t.period > t.effective
			WHERE t.period > (head.base + interval '1 month')::date AND t.period <= head.closed
				AND t.book = $1 AND t.account = $2::text::account
				AND t.effective <= $5::date AND ($4 = '' OR t.counterparty = $4)
		UNION ALL
		SELECT p.amount, 0 FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.debit = $2::text::account
			AND p.effective > head.last AND p.effective <= $5::date` + ofAccountOnly + `
		UNION ALL
		SELECT 0, p.amount FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.credit = $2::text::account
			AND p.effective > head.last AND p.effective <= $5::date` + ofAccountOnly + `
		UNION ALL
		SELECT p.amount, 0 FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.debit = $2::text::account
			AND ` + lateBackdated + ofAccountOnly + `
		UNION ALL
		SELECT 0, p.amount FROM head JOIN posting AS p ON p.pool = head.pool AND p.book = $1 AND p.credit = $2::text::account
			AND ` + lateBackdated + ofAccountOnly + `
	) AS moved`

// lateBackdated are back-dated postings that no seal took in. Adding nothing to the day keeps it from being looked up
// in the index of all postings: that of the back-dated ones is much the smaller.
const lateBackdated = `p.period > p.effective AND p.period > head.closed
				AND p.effective + 0 <= head.last AND p.effective + 0 <= $5::date`

const ofAccountOnly = `
			WHERE ($4 = '' OR p.counterparty = $4)` + knownBy

const knownBy = ` AND coalesce((SELECT known FROM feed_position AS f
				WHERE f.pool = p.pool AND f.event = p.journal), p.recorded) <= $6::timestamptz`

// ofSubject adds up what one policy ($7) or claim ($8) moved in an account, posting by posting: there are few.
const ofSubject = `
	SELECT coalesce(sum(amount) FILTER (WHERE debit = $2::text::account), 0)::bigint,
		coalesce(sum(amount) FILTER (WHERE credit = $2::text::account), 0)::bigint
	FROM posting AS p
	WHERE p.book = $1 AND $2::text::account IN (p.debit, p.credit) AND ($3 = '' OR p.pool = $3)
		AND ($4 = '' OR p.counterparty = $4) AND p.effective <= $5::date` + knownBy

// BalanceOf answers a query. Without Known it tells what is known now, and that is never final.
// Over several databases each is asked in turn: see Answer.Databases.
func BalanceOf(ctx context.Context, handle bun.IDB, q BalanceQuery) (Balance, error) {
	pool := q.Pool
	if of, _, found := strings.Cut(q.Policy+q.Claim, "-"); pool == "" && found { // a number names its pool
		pool = of
	}
	q.Pool = pool
	parts := pg.Parts(handle, pool)
	if len(parts) == 1 {
		return balance(ctx, parts[0], q)
	}
	total := Balance{Final: true, Databases: len(parts)}
	for _, part := range parts {
		answer, err := balance(ctx, part, q)
		if err != nil {
			return Balance{}, err
		}
		total = total.add(answer)
	}
	return total, nil
}

func (a Balance) add(b Balance) Balance {
	return Balance{
		Debit: a.Debit.Add(b.Debit), Credit: a.Credit.Add(b.Credit), Balance: a.Balance.Add(b.Balance),
		Final: a.Final && b.Final, Databases: max(a.Databases, b.Databases),
	}
}

func balance(ctx context.Context, handle bun.IDB, q BalanceQuery) (Balance, error) {
	// Whether it is final is asked first: what becomes final in between only adds to what is read after.
	final, err := isFinal(ctx, handle, q)
	if err != nil {
		return Balance{}, err
	}
	var debit, credit int64
	query, args := q.sums()
	if err := pg.Row(ctx, handle, query, args, &debit, &credit); err != nil {
		return Balance{}, err
	}
	answer := Balance{Debit: money.Fen(debit), Credit: money.Fen(credit), Final: final}
	answer.Balance = answer.Debit.Sub(answer.Credit)
	if byAccount[q.Account].Normal == Credit {
		answer.Balance = answer.Balance.Neg()
	}
	return answer, nil
}

// sums is the statement that adds up what the question asks for, and what it is given.
func (q BalanceQuery) sums() (query string, args []any) {
	effective, known := "infinity", "infinity"
	if !q.Effective.IsZero() {
		effective = q.Effective.String()
	}
	if !q.Known.IsZero() {
		known = q.Known.Format(time.RFC3339Nano)
	}
	args = []any{q.Book, string(q.Account), q.Pool, q.Counterparty, effective, known}
	switch {
	case q.Claim != "":
		args = append(args, q.Claim, q.Policy)
		return ofSubject + " AND p.claim <> '' AND p.claim = $7 AND ($8 = '' OR p.policy = $8)", args
	case q.Policy != "":
		return ofSubject + " AND p.policy = $7", append(args, q.Policy)
	}
	return ofAccount, args
}

// isFinal says that every position still to come, in the pools asked about, will be known later than the instant.
func isFinal(ctx context.Context, handle bun.IDB, q BalanceQuery) (bool, error) {
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
func Owes(ctx context.Context, handle bun.IDB, debtor, creditor string, q BalanceQuery) (Balance, error) {
	q.Book, q.Counterparty = debtor, creditor
	total := Balance{Final: !q.Known.IsZero()}
	for _, account := range []Account{DueToCoinsurer, ClaimAdvanceReceived, DueFromCoinsurer, ClaimAdvancePaid} {
		q.Account = account
		answer, err := BalanceOf(ctx, handle, q)
		if err != nil {
			return Balance{}, err
		}
		total = total.add(answer)
	}
	total.Balance = total.Credit.Sub(total.Debit)
	return total, nil
}

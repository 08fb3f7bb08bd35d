package claims

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/insurance"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Checks are what verify proves of this wing: that the book agrees with the splits, and the splits with the claims.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "claim_postings_agree_with_portions", Run: query(postingsAgree)},
		{Name: "splits_agree_with_claims", Run: query(splitsAgree)},
		{Name: "expense_kinds_agree_with_claims", Run: query(kindsAgree)},
		{Name: "payments_agree_with_claims", Run: query(paymentsAgree)},
		{Name: "cash_calls_agree_with_postings", Run: query(callsAgree)},
		{Name: "policies_know_their_claims", Run: notesAgree},
	}
}

// query runs a statement that gives one row per fault: pool, subject, text.
func query(statement string) func(context.Context, bun.IDB, func(ledger.Finding)) error {
	return func(ctx context.Context, handle bun.IDB, report func(ledger.Finding)) error {
		return pg.Rows(ctx, handle, statement, nil, func(rows *sql.Rows) error {
			var pool, subject, text string
			if err := rows.Scan(&pool, &subject, &text); err != nil {
				return err
			}
			report(ledger.Finding{Pool: pool, Subject: subject, Text: fmt.Sprintf("%s: %s", subject, text)})
			return nil
		})
	}
}

// notesAgree: what insurance knows of each claim is what the claim says. Insurance reads its own notes.
func notesAgree(ctx context.Context, handle bun.IDB, report func(ledger.Finding)) error {
	type key struct{ pool, number string }
	wanted := map[key]insurance.ClaimNote{}
	err := pg.Rows(ctx, handle, `SELECT pool, number, policy, loss_day, state, approved_indemnity, paid_indemnity,
			paid_expense FROM claim`, nil, func(rows *sql.Rows) error {
		var c Claim
		err := rows.Scan(&c.Pool, &c.Number, &c.Policy, &c.LossDay, &c.Status, &c.ApprovedIndemnity, &c.PaidIndemnity,
			&c.PaidExpense)
		wanted[key{c.Pool, c.Number}] = noteOf(&c)
		return err
	})
	if err != nil {
		return err
	}
	tell := func(pool, number, text string) {
		report(ledger.Finding{Pool: pool, Subject: number, Text: number + ": " + text})
	}
	err = insurance.EachClaimNote(ctx, handle, func(note insurance.ClaimNote) error {
		at := key{note.Pool, note.Claim}
		if wanted[at] != note {
			tell(note.Pool, note.Claim, "the policy "+note.Policy+" knows it otherwise than it is")
		}
		delete(wanted, at)
		return nil
	})
	for at, note := range wanted {
		tell(at.pool, at.number, "the policy "+note.Policy+" does not know it")
	}
	return err
}

// postingsAgree: for each stream of a claim, what a member's book says on the stream's own account is the portion of
// the newest split. Of recoveries and salvage, what was posted before their accounts were closed counts with what is
// posted now; the journal that brought the closed accounts over is of no claim.
const postingsAgree = `
	WITH rule (posted, stream, account, sign) AS (VALUES
		('indemnity'::stream, 'indemnity'::stream, 'claims_paid'::account, 1),
		('expense_adjuster', 'expense', 'claim_expense', 1), ('expense_expert', 'expense', 'claim_expense', 1),
		('expense_legal', 'expense', 'claim_expense', 1), ('expense_other', 'expense', 'claim_expense', 1),
		('recovery', 'recovery', 'claims_recovered', -1), ('salvage', 'salvage', 'salvage_recovered', -1),
		('recovery', 'recovery', 'recovery_income', -1), ('salvage', 'salvage', 'salvage_income', -1),
		('outstanding_indemnity', 'outstanding_indemnity', 'outstanding_claims_reserve', -1),
		('outstanding_expense', 'outstanding_expense', 'outstanding_claims_reserve', -1)),
	posted AS (
		SELECT p.pool, p.claim AS subject, rule.stream, p.book AS member,
			sum(rule.sign * CASE WHEN p.debit = rule.account THEN p.amount ELSE -p.amount END) AS amount
		FROM posting AS p JOIN rule ON rule.posted = p.stream AND rule.account IN (p.debit, p.credit)
		WHERE p.claim <> '' GROUP BY 1, 2, 3, 4),
	newest AS (
		SELECT DISTINCT ON (pool, subject, stream) pool, subject, stream, members, portions
		FROM split ORDER BY pool, subject, stream, place DESC),
	portion AS (
		SELECT n.pool, n.subject, n.stream, each.member, each.amount
		FROM newest AS n JOIN (SELECT DISTINCT stream FROM rule) AS rule USING (stream),
			unnest(n.members, n.portions) AS each (member, amount))
	SELECT coalesce(portion.pool, posted.pool), coalesce(portion.subject, posted.subject),
		coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
		': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
	FROM portion FULL JOIN posted USING (pool, subject, stream, member)
	WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)`

// splitsAgree: the newest split of each stream is that of the claim's own total.
const splitsAgree = `
	WITH total (pool, number, stream, amount) AS (
		SELECT pool, number, each.stream::stream, each.amount FROM claim, LATERAL (VALUES
			('indemnity', paid_indemnity), ('expense', paid_expense), ('recovery', recovery), ('salvage', salvage),
			('reserve_indemnity', estimate_indemnity), ('reserve_expense', estimate_expense),
			('outstanding_indemnity', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
				ELSE greatest(0, estimate_indemnity - paid_indemnity) END),
			('outstanding_expense', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
				ELSE greatest(0, estimate_expense - paid_expense) END)) AS each (stream, amount))
	SELECT total.pool, total.number,
		total.stream || ' is ' || total.amount || ' fen, split was ' || coalesce(newest.total, 0)
	FROM total LEFT JOIN LATERAL (
		SELECT total FROM split
		WHERE split.pool = total.pool AND split.subject = total.number AND split.stream = total.stream
		ORDER BY place DESC LIMIT 1) AS newest ON true
	WHERE total.amount <> coalesce(newest.total, 0)`

// kindsAgree: over all books, each kind of expense is what the claim says of it.
const kindsAgree = `
	WITH total (pool, number, stream, amount) AS (
		SELECT pool, number, each.stream::stream, each.amount FROM claim, LATERAL (VALUES
			('expense_adjuster', paid_adjuster), ('expense_expert', paid_expert), ('expense_legal', paid_legal),
			('expense_other', paid_expense - paid_adjuster - paid_expert - paid_legal)) AS each (stream, amount)),
	posted AS (
		SELECT pool, claim AS number, stream,
			sum(CASE WHEN debit = 'claim_expense' THEN amount WHEN credit = 'claim_expense' THEN -amount ELSE 0 END) AS amount
		FROM posting WHERE stream IN ('expense_adjuster', 'expense_expert', 'expense_legal', 'expense_other')
		GROUP BY 1, 2, 3)
	SELECT coalesce(total.pool, posted.pool), coalesce(total.number, posted.number), stream || ' is ' ||
		coalesce(total.amount, 0) || ' fen, the books say ' || coalesce(posted.amount, 0)
	FROM total FULL JOIN posted USING (pool, number, stream)
	WHERE coalesce(total.amount, 0) <> coalesce(posted.amount, 0)`

// paymentsAgree: a claim's payments add up to what it says is paid.
const paymentsAgree = `
	WITH listed AS (
		SELECT pool, claim AS number, sum(indemnity) AS indemnity, sum(adjuster) AS adjuster, sum(expert) AS expert,
			sum(legal) AS legal, sum(other) AS other, count(*) AS payments
		FROM claim_payment GROUP BY 1, 2)
	SELECT pool, number, 'its payments add up to another amount than it says is paid'
	FROM claim LEFT JOIN listed USING (pool, number)
	WHERE (paid_indemnity, paid_adjuster, paid_expert, paid_legal,
			paid_expense - paid_adjuster - paid_expert - paid_legal, claim.payments)
		IS DISTINCT FROM (coalesce(indemnity, 0), coalesce(adjuster, 0), coalesce(expert, 0), coalesce(legal, 0),
			coalesce(other, 0), coalesce(listed.payments, 0))`

// callsAgree: what a member's book says it paid ahead, and owes for paying late, is what its calls say.
const callsAgree = `
	WITH posted AS (
		SELECT pool, claim, book AS member,
			sum(CASE WHEN credit = 'cash' THEN amount WHEN debit = 'cash' THEN -amount ELSE 0 END)
				FILTER (WHERE stream = 'cash_call' AND 'claim_advance_paid' IN (debit, credit)) AS paid,
			sum(CASE WHEN debit = 'interest_expense' THEN amount WHEN credit = 'interest_expense' THEN -amount ELSE 0 END)
				FILTER (WHERE stream = 'late_interest') AS interest
		FROM posting WHERE claim <> '' AND stream IN ('cash_call', 'late_interest') GROUP BY 1, 2, 3)
	SELECT coalesce(call.pool, posted.pool), coalesce(call.claim, posted.claim), coalesce(call.member, posted.member) ||
		' paid ' || coalesce(call.paid, 0) || ' fen towards calls and owes ' || coalesce(call.interest, 0) ||
		' of interest, its book says ' || coalesce(posted.paid, 0) || ' and ' || coalesce(posted.interest, 0)
	FROM claim_call AS call FULL JOIN posted USING (pool, claim, member)
	WHERE coalesce(call.paid, 0) <> coalesce(posted.paid, 0) OR coalesce(call.interest, 0) <> coalesce(posted.interest, 0)`

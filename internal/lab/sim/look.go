package sim

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/pg"
)

// Every query gives the same five columns: a subject, up to three words that name a figure, and the figure as text.
const (
	// balances adds up the postings of a pool ($1) by subject and account: first as they were posted, then by side.
	balances = `
		SELECT CASE WHEN p.claim = '' THEN p.policy ELSE p.claim END AS subject, e.account::text, p.book,
			CASE WHEN e.account IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_paid', 'claim_advance_received')
				THEN p.counterparty ELSE '' END, sum(e.amount)::text
		FROM (SELECT p.policy, p.claim, p.debit, p.credit, p.book, p.counterparty, sum(p.amount) AS amount
			FROM posting AS p WHERE p.pool = $1`
	balancesBy = ` GROUP BY 1, 2, 3, 4, 5, 6) AS p
		CROSS JOIN LATERAL (VALUES (p.debit, p.amount), (p.credit, -p.amount)) AS e (account, amount) GROUP BY 1, 2, 3, 4`

	// portions are those of the newest split of each stream.
	portions = `
		SELECT n.subject, n.stream, each.member, '', each.amount::text FROM (
			SELECT DISTINCT ON (subject, stream) subject, stream::text AS stream, members, portions FROM split
			WHERE pool = $1`
	portionsBy = ` ORDER BY subject, stream, subject_version DESC) AS n,
		unnest(n.members, n.portions) AS each (member, amount)`

	// untimed leaves out what is announced because time has passed: the auditor foretells what people do.
	untimed = ` AND type NOT LIKE 'claims.clock_%' AND type NOT IN ('coinsurance.statement_overdue',
		'coinsurance.query_escalated', 'coinsurance.order_overdue')`
	announced = ` SELECT split_part(subject, '/', 2) AS subject, type, '', '', count(*)::text FROM event
		WHERE pool = $1` + untimed
	announcedBy = ` GROUP BY subject, type`

	policyFacts = `
		SELECT number AS subject, f.name, '', '', coalesce(f.value, 'none') FROM policy AS p CROSS JOIN LATERAL (VALUES
			('state', p.state), ('net_premium', p.net_premium::text), ('vat_due', p.vat_due::text),
			('received', p.received::text), ('returned', p.returned::text), ('collector', p.collector),
			('agreement_version', p.agreement_version::text), ('version', p.version::text),
			('cancelled', p.cancelled::text), ('on_risk', p.on_risk::text)) AS f (name, value)
		WHERE p.pool = $1`
	claimFacts = `
		SELECT number AS subject, f.name, '', '', coalesce(f.value, 'none') FROM claim AS c CROSS JOIN LATERAL (VALUES
			('state', c.state), ('loss_day', c.loss_day::text), ('filed', c.filed::text),
			('papers', c.documents_complete_on::text),
			('loss', c.loss::text), ('estimate_indemnity', c.estimate_indemnity::text),
			('estimate_expense', c.estimate_expense::text), ('approved_indemnity', c.approved_indemnity::text),
			('approved_expense', c.approved_expense::text), ('paid_indemnity', c.paid_indemnity::text),
			('paid_expense', c.paid_expense::text), ('recovery', c.recovery::text), ('salvage', c.salvage::text),
			('approved', c.approved::text), ('refused', c.refused::text), ('major', c.major::text),
			('noticed', c.noticed::text), ('called', c.called::text)) AS f (name, value)
		WHERE c.pool = $1`
)

// Kinds of figures of a policy or claim.
const (
	kindFact    = "fact"
	kindPortion = "portion"
	kindBalance = "balance"
	kindEvent   = "event"
)

// The look at one policy ($2, its number) or claim ($3) of a pool: all kinds at once.
var (
	policyLook = oneLook(policyFacts+` AND p.number = $2`, ` AND subject = $2`, ` AND p.policy = $2 AND p.claim = ''`,
		` AND subject = 'policy/' || $2`)
	claimLook = oneLook(claimFacts+` AND c.number = $3`, ` AND subject = $3`, ` AND p.policy = $2 AND p.claim = $3`,
		` AND subject = 'claim/' || $3`)
)

func oneLook(facts, ofPortions, ofBalances, ofEvents string) string {
	return together([]part{
		{kindFact, facts}, {kindPortion, portions + ofPortions + portionsBy},
		{kindBalance, balances + ofBalances + balancesBy}, {kindEvent, announced + ofEvents + announcedBy},
	})
}

// part is the query of one kind of figures.
type part struct{ kind, query string }

// together asks for several kinds at once.
func together(parts []part) string {
	look := ""
	for _, part := range parts {
		if look != "" {
			look += " UNION ALL "
		}
		look += `SELECT '` + part.kind + `', q.subject, q.a, q.b, q.c, q.v FROM (` + part.query +
			`) AS q (subject, a, b, c, v)`
	}
	return look
}

// figure names a figure of a subject.
type figure struct{ kind, a, b, c string }

// figures are what is seen of a subject, or expected of it. A zero and a count of none are left out.
type figures map[figure]string

// add notes a figure that the ledger gave.
func (f figures) add(kind, a, b, c, value string) {
	if kind != kindFact && value == "0" {
		return
	}
	f[figure{kind, a, b, c}] = value
}

// foretold are the figures that the auditor expects, of the kinds asked for.
func foretold(s *auditor.Standing, kinds ...string) figures {
	f := figures{}
	for _, kind := range kinds {
		switch kind {
		case kindFact:
			for _, fact := range s.Facts {
				f[figure{kindFact, fact.Name, "", ""}] = fact.Value
			}
		case kindPortion:
			for key, amount := range s.Sheet.Portions {
				f.add(kindPortion, key.Stream, key.Member, "", strconv.FormatInt(amount, 10))
			}
		case kindBalance:
			for key, amount := range s.Sheet.Balances {
				f.add(kindBalance, key.Name, key.Book, key.With, strconv.FormatInt(amount, 10))
			}
		case kindEvent:
			for name, count := range s.Events {
				f.add(kindEvent, name, "", "", strconv.Itoa(count))
			}
		}
	}
	return f
}

// look reads everything of one policy or claim.
func look(ctx context.Context, db *pg.DB, s *auditor.Standing) (figures, error) {
	if s.Claim != "" {
		return figuresOf(ctx, db, claimLook, s.Pool, s.Pool+"-"+s.Policy, s.Pool+"-"+s.Claim)
	}
	return figuresOf(ctx, db, policyLook, s.Pool, s.Pool+"-"+s.Policy)
}

// figuresOf reads what a look gives. The statement is prepared once per connection, because it is asked after every
// step.
func figuresOf(ctx context.Context, db *pg.DB, look string, args ...any) (figures, error) {
	rows, err := db.Pool.Query(ctx, look, append([]any{pgx.QueryExecModeCacheStatement}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := figures{}
	for rows.Next() {
		var kind, subject, a, b, c, value string
		if err := rows.Scan(&kind, &subject, &a, &b, &c, &value); err != nil {
			return nil, err
		}
		seen.add(kind, a, b, c, value)
	}
	return seen, rows.Err()
}

// bulk runs a query that is ordered by subject, and calls each with all that is seen of one.
func bulk(
	ctx context.Context, db *pg.DB, kind, query string, args []any, each func(subject string, seen figures) error,
) error {
	rows, err := db.Pool.Query(ctx, query+" ORDER BY subject", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	current, seen := "", figures{}
	for rows.Next() {
		var subject, a, b, c, value string
		if err := rows.Scan(&subject, &a, &b, &c, &value); err != nil {
			return err
		}
		if subject != current && current != "" {
			if err := each(current, seen); err != nil {
				return err
			}
			seen = figures{}
		}
		current = subject
		seen.add(kind, a, b, c, value)
	}
	if err := rows.Err(); err != nil || current == "" {
		return err
	}
	return each(current, seen)
}

package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongbao/claims"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/ledger"
)

// dateOf is the auditor's day as the house has it.
func dateOf(day auditor.Day) (calendar.Date, error) { return calendar.ParseDate(day.String()) }

// verbOf is the first word of a statement, as differences name it.
func verbOf(act auditor.Act) string {
	verb, _, _ := strings.Cut(auditor.Verb(act), " ")
	return verb
}

// kinds of figures of a subject, in the order in which they are compared.
var kinds = []string{kindPortion, kindBalance, kindEvent, kindFact}

// touched compares all figures of one policy or claim.
func (s *session) touched(ctx context.Context, standing *auditor.Standing) (*Difference, error) {
	seen, err := look(ctx, s.eyes, standing)
	if err != nil {
		return nil, err
	}
	return compare(standing.Pool, standing.Name(), foretold(standing, kinds...), seen, kinds...), nil
}

// kept compares the balances that a close kept.
func (s *session) kept(ctx context.Context, kept *auditor.Kept) (*Difference, error) {
	seen := figures{}
	err := bulk(ctx, s.db, kindBalance, `
		SELECT period::text AS subject, account::text, book, CASE WHEN account IN ('due_to_coinsurer',
			'due_from_coinsurer', 'claim_advance_paid', 'claim_advance_received') THEN counterparty ELSE '' END,
			sum(debit - credit)::text
		FROM balance_snapshot WHERE pool = $1 AND period = $2::text::date GROUP BY 1, 2, 3, 4`,
		[]any{kept.Pool, kept.Month.First().String()}, func(_ string, of figures) error {
			seen = of
			return nil
		})
	if err != nil {
		return nil, err
	}
	difference := compare(kept.Pool, kept.Month.String(), totals(kept.Balances), seen, kindBalance)
	if difference != nil {
		difference.Kind = kindKept
	}
	return difference, nil
}

// errFound ends a bulk read early.
var errFound = errors.New("a difference was found")

// Sums of a pool: of its postings by account and counterparty, where that counts, and by day before it; of its events.
const (
	ofAccounts = `SELECT p.pool AS subject, e.account::text, p.book, ` + inAccounts
	ofDays     = `SELECT p.pool AS subject, e.account::text, p.book, p.effective::text || ' ' || ` + inAccounts
	inAccounts = `CASE WHEN e.account IN ('due_to_coinsurer',
			'due_from_coinsurer', 'claim_advance_paid', 'claim_advance_received') THEN p.counterparty ELSE '' END,
			sum(e.amount)::text
		FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit, p.amount), (p.credit, -p.amount)) AS e (account, amount)
		WHERE p.pool = $1 GROUP BY 1, 2, 3, 4`
	ofEvents = `SELECT pool AS subject, type, '', '', count(*)::text FROM event
		WHERE pool = $1` + untimed + ` GROUP BY 1, 2`
)

// whole compares every account of every pool, what each moved by on every day, and the counts of events.
func (s *session) whole(ctx context.Context) (*Difference, error) {
	for _, pool := range s.pools() {
		for _, part := range []struct {
			kind, of, query string
			foretold        figures
		}{
			{kindTotal, kindBalance, ofAccounts, totals(pool.Balances())},
			{kindDated, kindBalance, ofDays, dated(pool.Dated())},
			{kindCount, kindEvent, ofEvents, counts(pool.Events())},
		} {
			seen := figures{}
			err := bulk(ctx, s.db, part.of, part.query, []any{pool.Code}, func(_ string, of figures) error {
				seen = of
				return nil
			})
			if err != nil {
				return nil, err
			}
			if difference := compare(pool.Code, "", part.foretold, seen, part.of); difference != nil {
				difference.Kind = part.kind
				return difference, nil
			}
		}
	}
	return nil, nil
}

func (s *session) pools() []*auditor.Pool {
	var all []*auditor.Pool
	for _, pool := range s.book.Pools {
		all = append(all, pool)
	}
	slices.SortFunc(all, func(a, b *auditor.Pool) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// every compares all figures of every statement, policy and claim: one read for each pool and kind, whatever their
// number.
func (s *session) every(ctx context.Context) (*Difference, error) {
	for _, pool := range s.pools() {
		if difference, err := s.papers(ctx, pool); difference != nil || err != nil {
			return difference, err
		}
		for _, read := range []struct {
			kind, query string
			of          int // how many must be seen; -1 for any
		}{
			{kindFact, policyFacts, len(pool.Policies)}, {kindFact, claimFacts, len(pool.Claims)},
			{kindPortion, portions + portionsBy, -1}, {kindBalance, balances + ` AND p.policy <> ''` + balancesBy, -1},
			{kindEvent, announced + ` AND subject ~ '^(policy|claim)/'` + announcedBy, len(pool.Policies) + len(pool.Claims)},
		} {
			difference, err := s.everyOf(ctx, pool, read.kind, read.query, read.of)
			if difference != nil || err != nil {
				return difference, err
			}
		}
	}
	return nil, nil
}

func (s *session) everyOf(
	ctx context.Context, pool *auditor.Pool, kind, query string, of int,
) (*Difference, error) {
	var found *Difference
	number := 0
	err := bulk(ctx, s.db, kind, query, []any{pool.Code}, func(subject string, seen figures) error {
		number++
		name := strings.TrimPrefix(subject, pool.Code+"-")
		standing := s.book.Standing(name)
		if standing == nil {
			found = &Difference{Kind: kind, Pool: pool.Code, Subject: name, Foretold: "nothing", Found: "something"}
			return errFound
		}
		if found = compare(pool.Code, name, foretold(standing, kind), seen, kind); found != nil {
			return errFound
		}
		return nil
	})
	switch {
	case found != nil:
		return found, nil
	case err == nil && of >= 0 && number != of:
		return &Difference{
			Kind: kind, Pool: pool.Code, Figure: "subjects", Foretold: fmt.Sprint(of), Found: fmt.Sprint(number),
		}, nil
	default:
		return nil, err
	}
}

// verified has the ledger prove itself.
func (s *session) verified(ctx context.Context) (*Difference, error) {
	checks := slices.Concat(
		insurance.Checks(), settlement.Checks(), claims.Checks(), []ledger.Check{claims.DeadlineCheck()},
	)
	report, err := ledger.Verify(ctx, s.db, ledger.VerifyOptions{Checks: checks})
	if err != nil || len(report.Findings) == 0 {
		return nil, err
	}
	first := report.Findings[0]
	return &Difference{
		Kind: kindVerify, Pool: first.Pool, Subject: first.Subject, Figure: first.Check, Foretold: "verified",
		Found: first.Text, figure: figure{kind: kindVerify, a: first.Check},
	}, nil
}

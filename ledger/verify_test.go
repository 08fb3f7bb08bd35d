package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

const tamperings = 1000

// victim is the posting that is tampered with.
type victim struct {
	Pool    string `bun:"pool"`
	Journal string `bun:"journal"`
	Line    int    `bun:"line"`
}

var errUndo = errors.New("undo")

// tampered says what verify finds after a change behind the book's back, which is then undone.
func (s *shelf) tampered(statement string, args ...any) (findings []ledger.Finding) {
	s.Helper()
	err := pg.InTx(s.Context(), s.db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := pg.Exec(ctx, tx, statement, args...); err != nil {
			return err
		}
		report, err := ledger.Verify(ctx, tx, ledger.VerifyOptions{})
		if err != nil {
			return err
		}
		findings = report.Findings
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		s.Fatalf("%s: %v", statement, err)
	}
	return findings
}

// TestTampering changes one random posting behind the service's back, as the superuser, a thousand times: altered,
// deleted, repeated, or moved to another account or pool. Verify names the journal and the line each time.
func TestTampering(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	for i := range 12 {
		day := calendar.MustDate("2026-01-05").AddDays(4 * i).String()
		policy := fmt.Sprintf("IC-P%d", i)
		s.post(day, append(portion([]string{"B", "C"}[i%2], "40.00", policy), receipt("100.00", policy))...)
	}
	if findings := s.findings(); len(findings) > 0 {
		t.Fatalf("the book does not verify before anything was tampered with: %v", findings)
	}
	var victims []victim
	err := s.db.Superuser.NewRaw(`SELECT pool, journal::text, line FROM posting ORDER BY 1, 2, 3`).
		Scan(t.Context(), &victims)
	if err != nil {
		t.Fatal(err)
	}
	const seed = 42
	dice := rand.New(rand.NewPCG(seed, seed))
	for i := range tamperings {
		v := victims[dice.IntN(len(victims))]
		kind, statement := tampering(dice)
		if findings := s.tampered(statement, v.Pool, v.Journal, v.Line); !named(findings, v, kind) {
			t.Errorf("tampering %d of seed %d: %s of line %d of journal %s was not named: %v", i, seed, kind, v.Line,
				v.Journal, findings)
		}
	}
	if findings := s.findings(); len(findings) > 0 {
		t.Errorf("the book does not verify after every tampering was undone: %v", findings)
	}
}

// tampering draws what is done to the posting $1, $2, $3.
func tampering(dice *rand.Rand) (kind, statement string) {
	const which = ` WHERE pool = $1 AND journal = $2::uuid AND line = $3`
	altered := []string{
		"amount = amount + 1",
		"amount = amount * 2",
		"effective = effective + 1",
		"period = (period + interval '1 month')::date",
		"recorded = recorded + interval '1 microsecond'",
		"stream = CASE stream WHEN 'vat' THEN 'net_premium' ELSE 'vat' END::stream",
		"agreement_version = agreement_version + 1",
		"book = 'STRANGER'",
		"policy = policy || 'x'",
		"claim = 'C1'",
		"currency = 'USD'",
		"mirror = mirror + 1000",
		"counterparty = 'STRANGER'",
	}
	switch dice.IntN(5) {
	case 0:
		return "deleting", `DELETE FROM posting` + which
	case 1:
		return "repeating", `INSERT INTO posting SELECT pool, journal, line + 5000, mirror, amount, recorded, effective,
			period, debit, credit, stream, agreement_version, book, counterparty, policy, claim, currency FROM posting` + which
	case 2:
		side := []string{"debit", "credit"}[dice.IntN(2)]
		other := map[string]string{"debit": "credit", "credit": "debit"}[side]
		return "moving", `UPDATE posting SET ` + side + ` = (SELECT a FROM unnest(enum_range(NULL::account)) AS a
			WHERE a NOT IN (posting.debit, posting.credit)
			ORDER BY hashtext(a::text || line) LIMIT 1)` + which + ` AND ` + other + ` IS NOT NULL`
	case 3: //nolint:mnd // the last but one of the five
		return "moving away", `UPDATE posting SET pool = 'LH'` + which
	default:
		return "altering", `UPDATE posting SET ` + altered[dice.IntN(len(altered))] + which
	}
}

func named(findings []ledger.Finding, v victim, kind string) bool {
	line := fmt.Sprintf("line %d ", v.Line)
	if kind == "repeating" {
		line = fmt.Sprintf("line %d ", v.Line+5000)
	}
	for _, finding := range findings {
		if finding.Subject == v.Journal && strings.Contains(finding.Text, line) {
			return true
		}
	}
	return false
}

// TestKeptTampering changes what a close kept, behind the service's back. Verify names the month and what is wrong.
func TestKeptTampering(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-03-02")
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	s.post("2026-02-10", receipt("20.00", "IC-P2"))
	s.seal("2026-01")
	s.now = s.now.Add(time.Hour)
	s.seal("2026-02")
	const one = ` WHERE pool = 'IC' AND period = '2026-02-01' AND book = 'A' AND account = 'cash'`
	const (
		turnover = "the turnover of cash in the book of A"
		balance  = "the kept balance of cash in the book of A"
		seal     = "was sealed with"
	)
	for name, tt := range map[string]struct{ statement, wanted string }{
		"a day moved more":         {`UPDATE turnover SET credit = credit + 1` + one, turnover},
		"a day moved earlier":      {`UPDATE turnover SET effective = effective - 1000` + one, turnover},
		"a day moved nothing":      {`DELETE FROM turnover` + one, turnover},
		"a day in another money":   {`UPDATE turnover SET currency = 'USD'` + one, turnover},
		"a balance is larger":      {`UPDATE balance_snapshot SET debit = debit + 1` + one, balance},
		"a balance is gone":        {`DELETE FROM balance_snapshot` + one, balance},
		"a balance of other money": {`UPDATE balance_snapshot SET currency = 'USD'` + one, balance},
		"an open month moved": {`INSERT INTO turnover SELECT pool, period + interval '1 month', effective, book, account,
			counterparty, debit, credit, currency FROM turnover` + one, turnover},
		"a seal counts more": {`UPDATE period_seal SET postings = postings + 1 WHERE period = '2026-02-01'`, seal},
		"a seal is gone":     {`DELETE FROM period_seal WHERE period = '2026-02-01'`, "has no seal"},
		"a month is closed and not sealed": {`UPDATE period_head SET closed = closed + interval '1 month'`,
			"not the last sealed one"},
		"a sealed month is being closed": {`UPDATE period_head SET closing = closed`, "does not follow the last closed one"},
		"a later month is being closed": {`UPDATE period_head SET closing = closed + interval '2 months'`,
			"does not follow the last closed one"},
		"a kept balance is in a pool of its own": {`UPDATE balance_snapshot SET pool = 'LH'` + one, balance},
	} {
		t.Run("Err "+name, func(t *testing.T) {
			t.Parallel()
			findings := s.tampered(tt.statement)
			if !slices.ContainsFunc(findings, func(f ledger.Finding) bool { return strings.Contains(f.Text, tt.wanted) }) {
				t.Errorf("not named: %v", findings)
			}
		})
	}
}

// TestBrokenPairs are what the mirrors of two books, and the events, say against each other.
func TestBrokenPairs(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	journal := s.post("2026-01-15", portion("B", "40.00", "IC-P1")...)
	for name, tt := range map[string]struct{ statement, wanted string }{
		"half a pair is in another money": {`UPDATE posting SET currency = 'USD' WHERE book = 'B' AND journal = $1`,
			"is no mirror"},
		"what is due is not due": {`UPDATE posting SET amount = amount + 1 WHERE book = 'B' AND journal = $1`,
			"A says 4000 fen are due to B, which says 4001"},
		"an advance is none": {`UPDATE posting SET credit = 'claim_advance_received' WHERE book = 'A' AND journal = $1`,
			"A says 4000 fen are advance to B, which says 0"},
		"the event is gone":   {`DELETE FROM event WHERE id = $1`, "the event is missing"},
		"the journal is gone": {`DELETE FROM journal WHERE id = $1`, "belongs to no journal"},
		"the event tells another digest": {`UPDATE event SET common = convert_to(replace(convert_from(common, 'UTF8'),
			'"digest":"', '"digest":"00'), 'UTF8') WHERE id = $1`, "the event tells another digest"},
	} {
		t.Run("Err "+name, func(t *testing.T) {
			t.Parallel()
			findings := s.tampered(tt.statement, journal)
			if !slices.ContainsFunc(findings, func(f ledger.Finding) bool { return strings.Contains(f.Text, tt.wanted) }) {
				t.Errorf("not named: %v", findings)
			}
		})
	}
}

// TestVerifyTellsItsWay: the progress names every check once, in order, whatever the number of pools; a check of one's
// own is asked pool by pool.
func TestVerifyTellsItsWay(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	s.in(func(_ context.Context, tx *pg.Tx) error { ledger.OpenPool(tx, "LH"); return nil })
	var pools, names []string
	mine := ledger.Check{Name: "mine", Run: func(
		_ context.Context, _ bun.IDB, pool string, report func(ledger.Finding),
	) error {
		pools = append(pools, pool)
		report(ledger.Finding{Subject: "x", Text: "looks odd"})
		return nil
	}}
	report, err := ledger.Verify(t.Context(), s.db, ledger.VerifyOptions{
		Checks:   []ledger.Check{mine},
		Progress: func(check string, done, of int) { names = append(names, fmt.Sprintf("%s %d/%d", check, done, of)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		"journals 0/5", "postings_without_journal 1/5", "mirrors 2/5", "sums 3/5", "mine 4/5", " 5/5",
	}
	if !slices.Equal(names, wanted) || !slices.Equal(pools, []string{"IC", "LH"}) {
		t.Errorf("progress %q, pools %q", names, pools)
	}
	if len(report.Findings) != 2 || report.Findings[1].String() != "mine: LH: looks odd" {
		t.Errorf("found %v", report.Findings)
	}
}

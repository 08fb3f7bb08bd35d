package sample_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
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

// TestTampering changes one random posting behind the service's back, as the superuser, a thousand times: altered,
// deleted, repeated or moved to another account. Verify names the journal and the line each time.
func TestTampering(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	book(t, db, 12)
	if findings := verify(t, db); len(findings) > 0 {
		t.Fatalf("the book does not verify before anything was tampered with: %v", findings)
	}
	var victims []victim
	if err := db.Superuser.NewRaw(
		`SELECT pool, journal::text, line FROM posting ORDER BY 1, 2, 3`,
	).Scan(t.Context(), &victims); err != nil {
		t.Fatal(err)
	}
	const seed = 42
	dice := rand.New(rand.NewPCG(seed, seed))
	for i := range tamperings {
		v := victims[dice.IntN(len(victims))]
		kind, statement := tampering(dice)
		err := pg.InTx(t.Context(), db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
			if _, err := pg.Exec(ctx, tx, statement, v.Pool, v.Journal, v.Line); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
			report, err := ledger.Verify(ctx, tx, ledger.VerifyOptions{})
			if err != nil {
				return err
			}
			if !named(report.Findings, v, kind) {
				t.Errorf(
					"tampering %d of seed %d: %s of line %d of journal %s was not named: %v", i, seed, kind, v.Line,
					v.Journal, report.Findings,
				)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
	}
	if findings := verify(t, db); len(findings) > 0 {
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
	switch dice.IntN(4) {
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

func verify(t *testing.T, db *testdb.Database) []ledger.Finding {
	t.Helper()
	report, err := ledger.Verify(t.Context(), db, ledger.VerifyOptions{Checks: insurance.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}

// book founds the sample zone and imports a sample book of policies.
func book(t *testing.T, db *testdb.Database, policies int) *clock.Manual {
	t.Helper()
	manual := clock.NewManual(calendar.MustDate("2026-07-01").Noon())
	if _, err := sample.Found(t.Context(), db.DB, manual); err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := sample.WriteBook(&file, policies, 1, calendar.MustMonth("2026-06")); err != nil {
		t.Fatal(err)
	}
	_, err := insurance.NewService(db.DB, manual).ImportPolicies(t.Context(), insurance.ImportPolicies{
		By: sample.Clerk, Source: strings.NewReader(file.String()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return manual
}

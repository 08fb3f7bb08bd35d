package settlement_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

const tamperings = 1000

// tamperedTables are the tables that are tampered with, and what makes another row of a copy.
var tamperedTables = map[string]string{
	"statement": "number", "statement_item": "policy", "statement_member": "member", "statement_answer": "member",
	"statement_query": "number", "settlement": "number", "settlement_skip": "policy", "settlement_late": "policy",
	"payment_order": "id", "settlement_clearing": "number", "late_interest": "number",
}

// tamperedUnwinding are those of a run that is unwound.
var tamperedUnwinding = map[string]string{
	"settlement": "number", "payment_order": "id", "order_movement": "number", "settlement_clearing": "number",
}

// tamperedPayments are those of payments, and of whom they are paid to.
var tamperedPayments = map[string]string{
	"payment_order": "id", "payment_file": "number", "payment_attempt": "attempt", "bank_file": "sha256",
	"bank_entry": "key", "bank_match": "number", "order_movement": "number", "bank_details": "number",
	"bank_details_confirmation": "number",
	"payment_mandate":           "number",
}

// column is one of a table, with what kind of value it has.
type column struct{ table, name, kind string }

// other is another value of the column's kind.
func (c column) other(dice *rand.Rand) string {
	states := map[string][]string{
		"statement.state": {"drawn", "issued"}, "statement_answer.state": {"issued", "confirmed", "deemed_confirmed"},
		"statement_query.state":  {"open", "answered", "escalated", "resolved"},
		"statement_query.reason": {"share", "amount", "other"}, "settlement.netting": {"none", "bilateral", "multilateral"},
		"settlement.ring_fence": {"none", "line", "year"}, "settlement_skip.why": {"held", "not_confirmed", "taken"},
		"settlement.state":    {"proposed", "approved", "completed", "unwound"},
		"payment_order.state": {"open", "accepted", "part_paid", "executed", "returned"},
		"payment_file.state":  {"made", "released", "void"}, "bank_match.how": {"end_to_end", "reference", "person", "undo"},
		"payment_attempt.state": {"made", "released", "accepted", "rejected", "void"},
		"bank_details.state":    {"proposed", "approved", "rejected"},
		"payment_mandate.state": {"proposed", "given", "rejected", "withdrawn"},
	}
	if c.name == "grp" {
		states[c.table+".grp"] = []string{"premium", "fee", "commission", "claims", "interest"}
	}
	if list := states[c.table+"."+c.name]; list != nil {
		return "'" + list[dice.IntN(len(list))] + "'"
	}
	switch c.kind {
	case "text":
		return c.name + " || 'x'"
	case "boolean":
		return "NOT " + c.name
	case "uuid":
		return "gen_random_uuid()"
	case "ARRAY":
		return c.name + "[2:]"
	case "bytea":
		return "sha256(" + c.name + ")"
	case "timestamp with time zone":
		return "coalesce(" + c.name + ", now()) + interval '1 microsecond'"
	case "date":
		return "coalesce(" + c.name + ", '2026-01-01') + 1"
	default:
		return c.name + " + 1"
	}
}

// tampering draws what is done to the row that stands at a place.
func tampering(dice *rand.Rand, keys map[string]string, columns []column, place string) (kind, statement string) {
	of := columns[0].table
	where := fmt.Sprintf(" WHERE ctid = '%s'", place)
	switch dice.IntN(6) {
	case 0:
		return "deleting", "DELETE FROM " + of + where
	case 1:
		var names, values []string
		for _, c := range columns {
			value := c.name
			switch {
			case c.name == keys[of] && c.kind == "text":
				value = c.name + " || '-9'"
			case c.name == keys[of] && c.kind == "bytea":
				value = "sha256(" + c.name + ")"
			case c.name == keys[of]:
				value = c.name + " + 1000"
			case of == "statement" && c.name == "period":
				value = "period || 'x'"
			}
			names, values = append(names, c.name), append(values, value)
		}
		return "repeating", fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", of,
			strings.Join(names, ", "), strings.Join(values, ", "), of+where)
	case 2:
		return "moving away", "UPDATE " + of + " SET pool = 'LH'" + where
	default:
		c := columns[dice.IntN(len(columns))]
		for c.name == "pool" {
			c = columns[dice.IntN(len(columns))]
		}
		value := c.other(dice)
		return "altering " + c.name, fmt.Sprintf("UPDATE %s SET %s = %s%s AND %s IS DISTINCT FROM %s", of, c.name, value,
			where, c.name, value)
	}
}

// story fills every table that is tampered with: a run that leaves out what is disputed, with a payment that is
// returned and made again; a run of pairs that have confirmed, which takes late what is resolved; a statement that is
// only drawn.
func (l *life) story(t *testing.T) {
	t.Helper()
	query := func(member, period, policy string) {
		t.Helper()
		must(t, second(l.s.RaiseQuery(t.Context(), settlement.RaiseQuery{
			Command: staff(member), Pool: "IC", Period: period, Member: member, Subject: policy, Remark: "金额不符",
		})))
	}
	next := func(policy string) {
		t.Helper()
		l.now.Set(l.now.Now().Add(24 * time.Hour))
		contract := testzone.Contract()
		contract.Premium = money.MustAmount("777.77")
		testzone.Issue(t, l.db.DB, l.now, policy, contract)
		l.now.Set(l.now.Now().Add(time.Hour))
	}
	must(t, second(l.s.DrawStatement(t.Context(), settlement.DrawStatement{
		Command: l.clerk, Pool: "IC", Period: "2026-01", Ahead: true,
	})))
	l.issue(t, "2026-01", "A", "B", "C")
	query("B", "2026-01", "IC-P1")
	run := l.approve(t, l.propose(t).Number)
	pay := func(order settlement.PaymentOrder, amount money.Amount) {
		t.Helper()
		must(t, second(l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
			Command: l.other, Pool: "IC", Order: order.ID, Amount: amount,
		})))
	}
	pay(run.Payments[0], run.Payments[0].Amount)
	must(t, second(l.s.ReturnOrder(t.Context(), settlement.ReturnOrder{
		Command: l.other, Pool: "IC", Order: run.Payments[0].ID,
	})))
	must(t, second(l.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
		Command: l.other, Pool: "IC", Number: run.Number,
	})))
	must(t, second(l.s.ResolveQueries(t.Context(), settlement.ResolveQueries{
		Command: staff("B"), Pool: "IC", Period: "2026-01", Member: "B", Subject: "IC-P1",
	})))
	next("IC-P3")
	for _, period := range []string{"2026-02", "2026-03"} {
		must(t, second(l.s.DrawStatement(t.Context(), settlement.DrawStatement{
			Command: l.clerk, Pool: "IC", Period: period, Ahead: true,
		})))
		if period == "2026-02" {
			l.issue(t, period, "A", "B")
			query("B", period, "IC-P3")
			l.now.Set(l.now.Now().Add(time.Second)) // what is done at the instant of the proposal may have been done after it
			proposed, err := l.s.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
				Command: l.clerk, Pool: "IC", Period: period, ConfirmedOnly: true,
			})
			must(t, err)
			part := l.approve(t, proposed.Number)
			pay(part.Payments[0], money.MustAmount("1.00"))
			next("IC-P4")
		}
	}
	l.now.Set(calendar.MustDate("2026-04-01").Noon()) // what is left of the last run is overdue
	must(t, second(l.s.BookInterest(t.Context(), settlement.BookInterest{
		Command: l.clerk, Pool: "IC", Month: calendar.MustMonth("2026-03"),
	})))
}

// issue issues a statement, and has members confirm it.
func (l *life) issue(t *testing.T, period string, members ...string) {
	t.Helper()
	must(t, second(l.s.IssueStatement(t.Context(), settlement.IssueStatement{
		Command: l.clerk, Pool: "IC", Period: period,
	})))
	for _, member := range members {
		must(t, second(l.s.ConfirmStatement(t.Context(), settlement.ConfirmStatement{
			Command: staff(member), Pool: "IC", Period: period, Member: member,
		})))
	}
}

var errUndo = errors.New("undo")

// tampered says what the checks of settlement find after a change behind the service's back, which is then undone. It
// is false where the database refuses the change, or there is nothing to change.
func tampered(t *testing.T, db *testdb.Database, statement string) (findings []ledger.Finding, done bool) {
	t.Helper()
	err := pg.InTx(t.Context(), db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
		result, err := pg.Exec(ctx, tx, statement)
		if err != nil {
			return err
		}
		if done = result > 0; !done {
			return errUndo
		}
		for _, check := range slices.Concat(zone.Checks(), settlement.Checks()) {
			pools := []string{"IC", "LH"}
			if check.Zone {
				pools = []string{pg.Zone}
			}
			for _, pool := range pools {
				err := check.Run(ctx, tx, pool, func(f ledger.Finding) { findings = append(findings, f) })
				if err != nil {
					return fmt.Errorf("%s: %w", check.Name, err)
				}
			}
		}
		return errUndo
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (strings.HasPrefix(refused.Code, "23") || refused.Code == "42501") {
		return nil, false
	}
	if !errors.Is(err, errUndo) {
		t.Fatalf("%s: %v", statement, err)
	}
	return findings, done
}

// TestTampering changes one random row of settlement's tables behind the service's back, as the superuser, a thousand
// times: altered in one column, deleted, repeated under another key, or moved to another pool. Verify names something
// each time.
func TestTampering(t *testing.T) {
	t.Parallel()
	l := newLifeOf(t, coinsurance.Terms{Netting: coinsurance.NettingNone, LateInterest: money.MustRate("12%")})
	l.story(t)
	l.verified(t)
	tamper(t, l.db, tamperedTables)
	l.verified(t)
}

// TestTamperingWithAnUnwoundRun does the same to a run of which a part was paid and is given back.
func TestTamperingWithAnUnwoundRun(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingMultilateral)
	l.draw(t)
	run := l.approve(t, l.propose(t).Number)
	l.pay(t, run.Payments[0], money.MustAmount("1.00"))
	for _, order := range l.unwind(t, run.Number).Payments {
		if order.OppositeOf != "" {
			l.pay(t, order, order.Amount)
		}
	}
	l.stands(t, run.Number, settlement.Unwound)
	next := l.approve(t, l.propose(t).Number)
	must(t, second(l.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
		Command: l.other, Pool: "IC", Number: next.Number,
	})))
	l.verified(t)
	tamper(t, l.db, tamperedUnwinding)
	l.verified(t)
}

// TestTamperingWithPayments does the same to payment files, entries of accounts, allocations, bank details and
// mandates.
func TestTamperingWithPayments(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.story()
	b.verified()
	tamper(t, b.db, tamperedPayments)
	b.verified()
}

// tamper changes a random row of some tables, of which it knows what makes another row of a copy, so many times.
func tamper(t *testing.T, db *testdb.Database, keys map[string]string) {
	t.Helper()
	tables := slices.Sorted(maps.Keys(keys))
	places, columns := map[string][]string{}, map[string][]column{}
	for _, table := range tables {
		var rows []string
		must(t, db.Superuser.NewRaw(`SELECT ctid::text FROM `+table+` ORDER BY ctid`).Scan(t.Context(), &rows))
		if len(rows) == 0 {
			t.Fatalf("%s has no row", table)
		}
		places[table] = rows
		var list []column
		must(t, pg.Rows(t.Context(), db.Superuser, `SELECT column_name, data_type FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`, []any{table},
			func(rows *sql.Rows) error {
				c := column{table: table}
				err := rows.Scan(&c.name, &c.kind)
				list = append(list, c)
				return err
			}))
		columns[table] = list
	}
	const seed = 42
	dice := rand.New(rand.NewPCG(seed, seed))
	for i := 0; i < tamperings; {
		table := tables[dice.IntN(len(tables))]
		rows := places[table]
		kind, statement := tampering(dice, keys, columns[table], rows[dice.IntN(len(rows))])
		findings, done := tampered(t, db, statement)
		if !done {
			continue
		}
		if i++; len(findings) == 0 {
			t.Errorf("tampering %d of seed %d: %s of %s was not named: %s", i, seed, kind, table, statement)
		}
	}
}

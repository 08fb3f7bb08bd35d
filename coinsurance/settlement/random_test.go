package settlement_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// gambler asks for anything in any order, with everything that may be wrong about it.
type gambler struct {
	*life
	*rand.Rand

	policies int
}

// TestRandomCommands: whatever is asked, a refusal is one that the house knows and leaves every row as it was, and
// after every step the book verifies. Over all seeds every command is both done and refused.
func TestRandomCommands(t *testing.T) {
	t.Parallel()
	const commands = 140
	done, refused := map[string]int{}, map[string]int{}
	for seed, terms := range []coinsurance.Terms{
		{Netting: coinsurance.NettingNone, RingFence: coinsurance.FenceLine},
		{Netting: coinsurance.NettingBilateral, LateInterest: money.MustRate("12%"), Silence: coinsurance.SilenceConfirms},
		{Netting: coinsurance.NettingMultilateral, RingFence: coinsurance.FenceYear, LateInterest: money.MustRate("5%")},
	} {
		g := &gambler{newLifeOf(t, terms), rand.New(rand.NewPCG(uint64(seed), 15)), 2}
		g.begin(t, seed)
		for range commands {
			g.pass(t)
			before := g.rows(t)
			name := g.choose()
			err := gambles[name](g, t)
			switch {
			case err == nil:
				done[name]++
				g.holds(t)
			case fault.CodeOf(err) == "internal":
				t.Fatalf("seed %d: %s: %v", seed, name, err)
			default:
				refused[name]++
				if after := g.rows(t); after != before {
					t.Fatalf("seed %d: %s was refused, %v, and changed\n%s\ninto\n%s", seed, name, err, before, after)
				}
			}
			if t.Failed() {
				t.Fatalf("seed %d: after %s", seed, name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(gambles)) {
		if done[name] == 0 || refused[name] == 0 {
			t.Errorf("%s was done %d times and refused %d times", name, done[name], refused[name])
		}
	}
}

// gambles are the commands by name. Each is asked with what a gambler draws.
var gambles = map[string]func(g *gambler, t *testing.T) error{
	"draw": func(g *gambler, t *testing.T) error {
		return second(g.s.DrawStatement(t.Context(), settlement.DrawStatement{
			Command: g.said(), Pool: "IC", Period: g.period(), Ahead: true,
		}))
	},
	"issue": func(g *gambler, t *testing.T) error {
		return second(g.s.IssueStatement(t.Context(), settlement.IssueStatement{
			Command: g.said(), Pool: "IC", Period: g.period(),
		}))
	},
	"cancel": func(g *gambler, t *testing.T) error {
		return second(g.s.CancelStatement(t.Context(), settlement.CancelStatement{
			Command: g.said(), Pool: "IC", Period: g.latest(t), Reason: g.reason(),
		}))
	},
	"query": func(g *gambler, t *testing.T) error {
		member := g.member()
		return second(g.s.RaiseQuery(t.Context(), settlement.RaiseQuery{
			Command: g.saidOf(member), Pool: "IC", Period: g.period(), Member: member, Subject: g.subject(),
			Group: g.group(), Remark: g.reason(),
		}))
	},
	"resolve": func(g *gambler, t *testing.T) error {
		period, member, subject := g.disputed(t)
		return second(g.s.ResolveQueries(t.Context(), settlement.ResolveQueries{
			Command: g.saidOf(member), Pool: "IC", Period: period, Member: member, Subject: subject,
		}))
	},
	"confirm": func(g *gambler, t *testing.T) error {
		member := g.member()
		return second(g.s.ConfirmStatement(t.Context(), settlement.ConfirmStatement{
			Command: g.saidOf(member), Pool: "IC", Period: g.period(), Member: member,
		}))
	},
	"propose": func(g *gambler, t *testing.T) error {
		return second(g.s.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
			Command: g.said(), Pool: "IC", Period: g.period(), ConfirmedOnly: g.IntN(2) == 0,
		}))
	},
	"approve": func(g *gambler, t *testing.T) error {
		return second(g.s.ApproveSettlement(t.Context(), settlement.ApproveSettlement{
			Command: g.said(), Pool: "IC", Number: g.run(t, true),
		}))
	},
	"withdraw": func(g *gambler, t *testing.T) error {
		return second(g.s.WithdrawSettlement(t.Context(), settlement.WithdrawSettlement{
			Command: g.said(), Pool: "IC", Number: g.run(t, true), Reason: g.reason(),
		}))
	},
	"complete": func(g *gambler, t *testing.T) error {
		return second(g.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
			Command: g.said(), Pool: "IC", Number: g.run(t, false),
		}))
	},
	"execute": func(g *gambler, t *testing.T) error {
		order, amount := g.order(t, false)
		return second(g.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
			Command: g.said(), Pool: "IC", Order: order, Amount: amount,
		}))
	},
	"return": func(g *gambler, t *testing.T) error {
		order, _ := g.order(t, true)
		return second(g.s.ReturnOrder(t.Context(), settlement.ReturnOrder{Command: g.said(), Pool: "IC", Order: order}))
	},
	"interest": func(g *gambler, t *testing.T) error {
		month := calendar.DateOf(g.now.Now()).Month()
		if g.IntN(3) > 0 {
			month = month.First().AddDays(-1).Month()
		}
		return second(g.s.BookInterest(t.Context(), settlement.BookInterest{Command: g.said(), Pool: "IC", Month: month}))
	},
}

// begin goes some way by itself: the first gambler has orders to pay, the second a statement that all have confirmed.
func (g *gambler) begin(t *testing.T, gamblers int) {
	t.Helper()
	if gamblers < 2 {
		g.draw(t)
	}
	if gamblers < 1 {
		g.approve(t, g.propose(t).Number)
	}
}

// pass lets some days pass now and then, and a policy come.
func (g *gambler) pass(t *testing.T) {
	t.Helper()
	if g.IntN(6) == 0 {
		g.now.Set(g.now.Now().AddDate(0, 0, 1+g.IntN(12)))
		must(t, second(g.s.RunClocks(t.Context(), testzone.Clerk)))
	}
	if g.IntN(15) == 0 && g.policies < 6 {
		g.policies++
		line := []string{"rd_liability", "concept_verification"}[g.IntN(2)]
		g.insure(t, fmt.Sprintf("IC-P%d", g.policies), line, calendar.DateOf(g.now.Now()).String(), "2027-06-30")
	}
}

// choose picks what is asked.
func (g *gambler) choose() string {
	names := slices.Sorted(maps.Keys(gambles))
	names = append(names, "confirm", "confirm", "confirm", "propose", "approve", "approve", "execute", "execute",
		"execute",
		"return", "return", "complete", "issue", "issue", "cancel", "draw", "resolve", "query", "query")
	return names[g.IntN(len(names))]
}

// said is mostly one of two clerks; now and then a stranger, one who saw another version, or a wrong day.
func (g *gambler) said() idempotency.Command {
	said := []idempotency.Command{g.clerk, g.other, g.other}[g.IntN(3)]
	switch g.IntN(24) {
	case 0:
		said = staff("B")
	case 1:
		said = idempotency.By(access.Person("reader", access.Manager, "", access.Reader))
	}
	return g.spoiled(said)
}

func (g *gambler) spoiled(said idempotency.Command) idempotency.Command {
	switch g.IntN(40) {
	case 0:
		said.IfVersion = 99
	case 1:
		said.Effective = calendar.DateOf(g.now.Now()).AddDays(3)
	case 2:
		said.Effective = calendar.MustDate("2020-02-02")
	}
	return said
}

func (g *gambler) saidOf(member string) idempotency.Command {
	if g.IntN(10) == 0 {
		return g.spoiled(staff("C"))
	}
	return g.spoiled(staff(member))
}

func (g *gambler) one(often []string, seldom ...string) string {
	if g.IntN(9) == 0 {
		return seldom[g.IntN(len(seldom))]
	}
	return often[g.IntN(len(often))]
}

func (g *gambler) period() string {
	return g.one([]string{"2026-01", "2026-02"}, "2026-13", "2026-Q1", "2026-Q2", "2019-01", "2026-07", "")
}

// latest is the period of the statement that was drawn last, mostly.
func (g *gambler) latest(t *testing.T) string {
	t.Helper()
	statements, err := settlement.Statements(t.Context(), g.db, "IC")
	must(t, err)
	standing := slices.DeleteFunc(statements, func(s settlement.Statement) bool {
		return s.State == settlement.StatementCancelled
	})
	if len(standing) == 0 || g.IntN(5) == 0 {
		return g.period()
	}
	return standing[len(standing)-1].Period
}

func (g *gambler) member() string { return g.one([]string{"A", "B", "C"}, "Z", "") }

func (g *gambler) subject() string {
	return g.one([]string{"IC-P1", "IC-P2"}, "IC-P99", "", "'; --")
}

func (g *gambler) reason() string {
	return g.one([]string{"重新核对"}, "", strings.Repeat("长", 3000), "\x00")
}

func (g *gambler) group() settlement.Group {
	return settlement.Group(g.one([]string{"", "", "premium"}, "fees", "claims"))
}

// disputed is what somebody disputes, mostly.
func (g *gambler) disputed(t *testing.T) (period, member, subject string) {
	t.Helper()
	period, member, subject = g.period(), g.member(), g.subject()
	if g.IntN(5) == 0 {
		return period, member, subject
	}
	must(t, pg.Row(t.Context(), g.db, `SELECT coalesce(max(period), $1), coalesce(max(member), $2),
			coalesce(max(subject), $3)
		FROM (SELECT s.period, q.member, q.subject FROM statement_query AS q
			JOIN statement AS s ON s.pool = q.pool AND s.number = q.statement
			WHERE q.state <> 'resolved' AND s.state = 'issued' ORDER BY s.number DESC, q.number LIMIT 1) AS one`,
		[]any{period, member, subject}, &period, &member, &subject))
	return period, member, subject
}

// run is the number of one that is there, mostly, and of one that nobody has decided, where there is one.
func (g *gambler) run(t *testing.T, undecided bool) int {
	t.Helper()
	runs, err := settlement.Settlements(t.Context(), g.db, "IC")
	must(t, err)
	if len(runs) == 0 || g.IntN(10) == 0 {
		return g.IntN(3) * 50
	}
	for _, run := range runs {
		if undecided && run.State == settlement.Proposed {
			return run.Number
		}
	}
	return runs[len(runs)-1-min(g.IntN(len(runs)), g.IntN(len(runs)))].Number
}

// order is one that is there, mostly paid or not as is asked, with some of what is left of it, or an amount that may
// not be.
func (g *gambler) order(t *testing.T, paid bool) (id string, amount money.Amount) {
	t.Helper()
	runs, err := settlement.Settlements(t.Context(), g.db, "IC")
	must(t, err)
	var orders []settlement.PaymentOrder
	for i := range runs {
		of, err := settlement.OrdersOf(t.Context(), g.db, &runs[i])
		must(t, err)
		orders = append(orders, of...)
	}
	if len(orders) == 0 || g.IntN(10) == 0 {
		return "G9-9-9", money.Fen(1)
	}
	order := orders[g.IntN(len(orders))]
	for tries := 0; tries < 6 && order.Executed.IsZero() == paid; tries++ {
		order = orders[g.IntN(len(orders))]
	}
	left := order.Amount.Fen() - order.Executed.Fen()
	return order.ID, money.Fen([]int64{left, left, left / 2, left/3 + 1, left + 1, 0, -left}[g.IntN(7)])
}

// rows is a digest of every row of every table.
func (g *gambler) rows(t *testing.T) string {
	t.Helper()
	tables := slices.Concat(migrations.AppendOnly, migrations.Mutable, migrations.Queues)
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf(`SELECT '%s ' || count(*) || ' ' || coalesce(sum(hashtextextended(r::text, 0)), 0) AS one
			FROM %s AS r`, table, table)
	}
	var digest string
	must(t, pg.Row(t.Context(), g.db, "SELECT string_agg(one, E'\\n' ORDER BY one) FROM ("+
		strings.Join(parts, " UNION ALL ")+") AS each", nil, &digest))
	return digest
}

// holds proves the book, and that over all books clearing and what is owed come to zero.
func (g *gambler) holds(t *testing.T) {
	t.Helper()
	g.verified(t)
	var clearing, owed int64
	must(t, pg.Row(t.Context(), g.db, `SELECT
		coalesce(sum(e.amount) FILTER (WHERE e.account = 'settlement_clearing'), 0)::bigint,
		coalesce(sum(e.amount) FILTER (WHERE e.account IN ('due_to_coinsurer', 'due_from_coinsurer')), 0)::bigint
		FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit::text, p.amount), (p.credit::text, -p.amount))
			AS e (account, amount)`,
		nil, &clearing, &owed))
	if clearing != 0 || owed != 0 {
		t.Errorf("over all books clearing comes to %d and what is owed to %d", clearing, owed)
	}
}

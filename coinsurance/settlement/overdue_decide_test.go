package settlement

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

var (
	timer = access.Person("scheduler", access.Manager, "", access.Settlement)
	date  = calendar.MustDate
)

func yuan(text string) money.Amount { return money.MustAmount(text) }

// lifeOf is an order of A to B that was made on the first day of 2026 and is due by a day, with what was paid when.
func lifeOf(id, amount, due, rate string, moved ...[2]string) orderLife {
	made := date("2026-01-01").Noon()
	life := orderLife{
		PaymentOrder: PaymentOrder{
			Pool: "IC", ID: id, Payer: "A", Payee: "B", Amount: yuan(amount), Currency: "CNY", Due: date(due),
			State: OrderOpen,
		},
		run: &Settlement{Pool: "IC", Number: 1, AgreementVersion: 1, Approved: &made}, rate: money.MustRate(rate),
	}
	for i, one := range moved {
		life.moved = append(life.moved, OrderMovement{
			Order: id, Number: int64(i + 2), Effective: date(one[0]), Amount: yuan(one[1]),
		})
		life.Executed = life.Executed.Add(yuan(one[1]))
	}
	return life
}

func TestLateInterestIsCountedByDay(t *testing.T) {
	t.Parallel()
	void := lifeOf("G1-1-5", "365000.00", "2026-03-10", "10%")
	void.State, void.Recorded = OrderVoid, date("2026-03-12").Noon()
	for _, test := range []struct {
		name   string
		orders []orderLife
		want   string // of March 2026
	}{
		{"OK due on the 10th and paid on the 12th is two days",
			[]orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%", [2]string{"2026-03-12", "365000.00"})}, "200.00"},
		{"OK paid on its day", []orderLife{
			lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%", [2]string{"2026-03-10", "365000.00"}),
		}, ""},
		{"OK paid in two parts, the rest not yet",
			[]orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%", [2]string{"2026-03-12", "182500.00"})}, "1150.00"},
		{"OK due in the month before", []orderLife{lifeOf("G1-1-1", "365000.00", "2026-02-27", "10%")}, "3100.00"},
		{"OK due on the last day", []orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-31", "10%")}, ""},
		{"OK paid in time and returned", []orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%",
			[2]string{"2026-03-09", "365000.00"}, [2]string{"2026-03-29", "-365000.00"})}, "200.00"},
		{"OK void from the 12th on", []orderLife{void}, "200.00"},
		{"OK without interest", []orderLife{lifeOf("G1-1-1", "365000.00", "2026-02-27", "0")}, ""},
		{"OK rounded once for the pair: three times a third of a fen", []orderLife{
			lifeOf("G1-1-1", "1.22", "2026-03-30", "100%"), lifeOf("G1-1-2", "1.22", "2026-03-30", "100%"),
			lifeOf("G1-1-3", "1.21", "2026-03-30", "100%"),
		}, "0.01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, due := range interestDue(test.orders, nil, calendar.MustMonth("2026-03")) {
				if due.Month == calendar.MustMonth("2026-03") {
					got += due.Amount.String()
				}
			}
			if got != test.want {
				t.Errorf("got %q, wanted %q", got, test.want)
			}
		})
	}
}

// What is known later of a month that is booked is booked as a difference, and asked again nothing is.
func TestLateInterestFollowsWhatIsKnown(t *testing.T) {
	t.Parallel()
	march := calendar.MustMonth("2026-03")
	first := interestDue([]orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%")}, nil, march)
	if len(first) != 1 || first[0].Amount != yuan("2100.00") || first[0].Number != 1 || len(first[0].Overdue) != 1 {
		t.Fatalf("got %+v", first)
	}
	paid := []orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%", [2]string{"2026-03-12", "365000.00"})}
	second := interestDue(paid, first, march)
	if len(second) != 1 || second[0].Amount != yuan("-1900.00") || second[0].Number != 2 {
		t.Fatalf("got %+v", second)
	}
	if third := interestDue(paid, append(first, second...), march.Next()); len(third) != 0 {
		t.Errorf("got %+v", third)
	}
	if gone := interestDue(nil, first, march); len(gone) != 1 || gone[0].Amount != yuan("-2100.00") {
		t.Errorf("of an order that is gone: %+v", gone)
	}
}

// anyLives are a few orders of A and C to B, due in the first half of 2026, with payments and returns on any days.
func anyLives(t *rapid.T) (orders []orderLife) {
	begin := date("2026-01-01")
	for n := range rapid.IntRange(1, 6).Draw(t, "orders") {
		rate := rapid.SampledFrom([]string{"0", "3.65%", "7.3%"}).Draw(t, "rate")
		life := lifeOf(fmt.Sprint(n), "1.00", "2026-01-01", rate)
		life.Amount = money.Fen(rapid.Int64Range(1, 100_000_000).Draw(t, "amount"))
		life.Due = begin.AddDays(rapid.IntRange(0, 170).Draw(t, "due"))
		life.Payer = rapid.SampledFrom([]string{"A", "C"}).Draw(t, "payer")
		for range rapid.IntRange(0, 4).Draw(t, "payments") {
			moved := money.Fen(rapid.Int64Range(-life.Executed.Fen(), life.left().Fen()).Draw(t, "paid"))
			life.moved = append(life.moved, OrderMovement{
				Effective: begin.AddDays(rapid.IntRange(0, 190).Draw(t, "on")), Amount: moved,
			})
			life.Executed = life.Executed.Add(moved)
		}
		slices.SortStableFunc(life.moved, func(a, b OrderMovement) int { return -a.Effective.DaysUntil(b.Effective) })
		orders = append(orders, life)
	}
	return orders
}

// countedByDay is the interest by month and payer, in fen, as somebody counts it who goes through the days.
func countedByDay(orders []orderLife, through calendar.Month) map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	for i := range orders {
		for day := orders[i].Due.AddDays(1); !day.After(through.Last()); day = day.AddDays(1) {
			owed := new(big.Rat).SetInt64(orders[i].Amount.Fen())
			for _, moved := range orders[i].moved {
				if moved.Effective.Before(day) {
					owed.Sub(owed, new(big.Rat).SetInt64(moved.Amount.Fen()))
				}
			}
			if owed.Sign() <= 0 {
				continue
			}
			key := day.Month().String() + orders[i].Payer
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], owed.Mul(owed, big.NewRat(orders[i].rate.E8(), 36_500_000_000)))
		}
	}
	return sums
}

// Whatever is paid when, and however often it is booked, what is booked of a month and pair is what is counted by plain
// arithmetic, rounded once.
func TestLateInterestIsPlainArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders, last := anyLives(t), calendar.MustMonth("2026-06")
		var booked []LateInterest
		for month := calendar.MustMonth("2026-01"); !month.After(last); month = month.Next() {
			if month == last || rapid.Bool().Draw(t, "booked after it") {
				booked = append(booked, interestDue(orders, booked, month)...)
			}
		}
		if again := interestDue(orders, booked, last); len(again) != 0 {
			t.Fatalf("asked again: %+v", again)
		}
		got := map[string]int64{}
		for _, row := range booked {
			got[row.Month.String()+row.Debtor] += row.Amount.Fen()
		}
		for key, sum := range countedByDay(orders, last) {
			up := new(big.Rat).Add(new(big.Rat).Add(sum, sum), big.NewRat(1, 1)) // half up; none is below zero
			wanted := new(big.Int).Quo(up.Num(), new(big.Int).Mul(up.Denom(), big.NewInt(2))).Int64()
			if got[key] != wanted {
				t.Fatalf("%s: booked %d, counted %s", key, got[key], sum.FloatString(4))
			}
			delete(got, key)
		}
		if len(got) != 0 {
			t.Fatalf("booked, and nothing was overdue: %v", got)
		}
	})
}

func TestInterestIsBookedOfAMonthThatHasEnded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, month string
		want        error
	}{
		{"OK", "2026-03", nil},
		{"ErrMonthNotEnded", "2026-04", ErrMonthNotEnded},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := BookInterest{Command: idempotency.By(timer), Pool: "IC", Month: calendar.MustMonth(test.month)}
			known := &owing{orders: []orderLife{lifeOf("G1-1-1", "365000.00", "2026-03-10", "10%")}}
			decided, err := decideInterest(known, cmd, date("2026-04-01").Start())
			if !errors.Is(err, test.want) || err == nil && len(decided.answer) != 1 {
				t.Errorf("got %+v, %v", decided.answer, err)
			}
		})
	}
}

func TestAgeing(t *testing.T) {
	t.Parallel()
	var orders []orderLife
	for i, days := range []int{-3, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 999} {
		due := date("2028-12-31").AddDays(-days)
		orders = append(orders, lifeOf(fmt.Sprint(i), "1.00", due.String(), "0"))
	}
	orders = append(orders, lifeOf("paid", "1.00", "2028-12-01", "0", [2]string{"2028-12-31", "1.00"}))
	orders[0].Payer, orders[0].Payee = "B", "A"
	got := age("IC", date("2028-12-31"), orders)
	two := yuan("2.00")
	want := Buckets{
		NotDue: two, To30: two, To60: two, To90: two, To180: two, Beyond180: two, Total: yuan("12.00"),
	}
	if got.Total != want || len(got.Orders) != 12 || len(got.Debts) != 2 || got.Debts[0].NotDue != yuan("1.00") ||
		got.Debts[1].Total != yuan("1.00") || got.Debts[1].Payer != "B" {
		t.Errorf("got %+v", got)
	}
	if before := age("IC", date("2028-12-30"), orders); len(before.Orders) != 13 {
		t.Errorf("a day before: %+v", before.Orders)
	}
}

// issuedTo is a statement that was issued, to be confirmed by 10 March 2026.
func issuedTo(silence coinsurance.Silence, members ...string) *onStatement {
	known := &onStatement{statement: &Statement{
		Pool: "IC", Number: 1, Period: "2026-02", Issue: 1, State: StatementIssued, Version: 3, Silence: silence,
		ConfirmBy: date("2026-03-10"), Recorded: date("2026-03-01").Noon(),
	}}
	for _, member := range members {
		known.answers = append(known.answers, Answer{Pool: "IC", Statement: 1, Member: member, State: AnswerOpen})
	}
	return known
}

func TestWhatTimeMakesOfAStatement(t *testing.T) {
	t.Parallel()
	const none, confirms = coinsurance.SilenceNone, coinsurance.SilenceConfirms
	query := func(member string, state QueryState, parties ...string) Query {
		return Query{
			Number: 1, Subject: "P1", Member: member, State: state, Parties: strings.Join(parties, " "),
			AnswerBy: date("2026-03-20"),
		}
	}
	for _, test := range []struct {
		name    string
		silence coinsurance.Silence
		query   *Query
		day     string
		before  func(*onStatement)
		want    []string // member or query, and what became of it
	}{
		{"OK the last day is not over", none, nil, "2026-03-10", nil, nil},
		{"OK it is over", none, nil, "2026-03-11", nil, []string{"A overdue", "B overdue", "C overdue"}},
		{"OK said once", none, nil, "2026-03-12", func(o *onStatement) {
			o.answers[0].Overdue, o.answers[1].State = new(time.Time), AnswerConfirmed
		}, []string{"C overdue"}},
		{"OK silence confirms", confirms, nil, "2026-03-11", func(o *onStatement) { o.answers[0].State = AnswerConfirmed },
			[]string{"B deemed_confirmed", "C deemed_confirmed"}},
		{"OK an own query speaks", none, new(query("A", QueryAnswered, "A", "B")), "2026-03-11", nil,
			[]string{"B overdue", "C overdue"}},
		{"OK silence confirms nothing that is disputed", confirms, new(query("A", QueryEscalated, "A", "B")),
			"2026-03-11", nil, []string{"C deemed_confirmed"}},
		{"OK a query that is resolved speaks no more", confirms, new(query("A", QueryResolved, "A", "B")), "2026-03-11",
			nil, []string{"A deemed_confirmed", "B deemed_confirmed", "C deemed_confirmed"}},
		{"OK the query's time is over too", none, new(query("A", QueryOpen, "A", "B")), "2026-03-21", nil,
			[]string{"B overdue", "C overdue", "query 1 escalated"}},
		{"OK a query that was answered is not escalated", none, new(query("A", QueryAnswered, "A", "B")), "2026-03-21", nil,
			[]string{"B overdue", "C overdue"}},
		{"OK not before it is issued", confirms, nil, "2026-03-11", func(o *onStatement) {
			o.statement.State = StatementDrawn
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			known := issuedTo(test.silence, "A", "B", "C")
			if test.query != nil {
				known.queries = []Query{*test.query}
			}
			if test.before != nil {
				test.before(known)
			}
			decided := decideOverdue(known, timer, date(test.day).Start())
			var got []string
			for i, announced := range decided.facts {
				if announced.SubjectVersion != known.statement.Version+int64(i)+1 {
					t.Errorf("version %d", announced.SubjectVersion)
				}
				switch data := announced.Data.(type) {
				case AnswerData:
					what := string(data.Answer)
					if announced.Type == EventStatementOverdue {
						what = "overdue"
					}
					got = append(got, data.Member+" "+what)
				case QueryData:
					got = append(got, fmt.Sprintf("query %d %s", data.Query.Number, data.Query.State))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, wanted %q", got, test.want)
			}
		})
	}
}

func TestPayersAreReminded(t *testing.T) {
	t.Parallel()
	order := func(due string, reminded int, state OrderState) PaymentOrder {
		return PaymentOrder{Pool: "IC", ID: "G1-1-1", Payer: "A", Payee: "B", Amount: yuan("5.00"), Executed: yuan("2.00"),
			Due: date(due), State: state, Reminded: reminded, Version: 4}
	}
	for _, test := range []struct {
		name  string
		order PaymentOrder
		want  int // days past due that are announced; 0 for none
	}{
		{"OK on its day", order("2026-06-30", 0, OrderOpen), 0},
		{"OK a day later", order("2026-06-29", 0, OrderOpen), 1},
		{"OK told already", order("2026-06-01", 1, OrderFiled), 0},
		{"OK a month later, once more", order("2026-05-30", 1, OrderPartPaid), 31},
		{"OK nobody looked for a long time", order("2026-01-01", 0, OrderReturned), 180},
		{"OK the last time", order("2025-12-31", 4, OrderRejected), 181},
		{"OK no more after that", order("2025-01-01", 5, OrderOpen), 0},
		{"OK paid", order("2026-01-01", 0, OrderExecuted), 0},
		{"OK void", order("2026-01-01", 0, OrderVoid), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decided := decideReminders([]PaymentOrder{test.order}, timer, date("2026-06-30").Start())
			if test.want == 0 && len(decided.facts) == 0 {
				return
			}
			data, is := decided.facts[0].Data.(OverdueData)
			if !is || data.Days != test.want || data.Left != yuan("3.00") || decided.answer[0].Version != 5 {
				t.Errorf("got %+v", decided.facts)
			}
		})
	}
}

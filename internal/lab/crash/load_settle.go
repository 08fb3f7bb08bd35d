package crash

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// The steps of settlement that are struck while they are in flight.
const (
	stepDraw     = "draw"
	stepRun      = "run"
	stepFile     = "file"
	stepRead     = "read"
	stepClearing = "clearing"
	stepOther    = "other" // what is struck only by chance
)

// aims are the steps that are aimed at.
var aims = []string{stepDraw, stepRun, stepFile, stepRead, stepClearing}

// settlePatience is how long a clerk waits for an answer: to bring a thousand items to zero takes longer than to issue
// a policy.
const settlePatience = 30 * time.Second

// Settling is what a service settles with.
type Settling struct {
	DB          *pg.DB
	Zone        *zone.Service
	Coinsurance *coinsurance.Service
	Settlement  *settlement.Service
	Periods     *periodend.Service
	First       calendar.Month // that is settled; none in a drill without settlement
}

// settler settles one month after the other of every pool, as clerks, members and banks do. What it sends follows from
// the month and from answers alone, and every command has a key of its own: whoever takes over after a kill sends the
// month's commands from the first on, and each that was done before gets the answer that was given then.
type settler struct{ stream }

func newSettler(l Load, said *lines) *settler {
	return &settler{stream{Load: l, said: said, patience: settlePatience}}
}

// settles are the pools in turn, each with the months it has behind it.
type settles struct {
	pool   string
	months int
	broken bool // off, in the midst of a month
}

// run settles until the context ends.
func (s *settler) run(ctx context.Context) error {
	all, err := s.begun(ctx)
	if err != nil {
		return err
	}
	for _, one := range all { // first what was broken off
		if one.broken {
			if err := s.month(ctx, one.pool, one.months); err != nil {
				return err
			}
			one.months++
		}
	}
	for {
		for _, one := range all {
			if err := s.month(ctx, one.pool, one.months); err != nil {
				return err
			}
			one.months++
		}
	}
}

// Finish settles to its end what killed services have left in the midst of a month.
func (l Load) Finish(ctx context.Context) error {
	s := newSettler(l, &lines{out: l.Out})
	all, err := s.begun(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if !one.broken {
			continue
		}
		if err := s.month(ctx, one.pool, one.months); err != nil {
			return err
		}
	}
	return nil
}

// begun says how far every pool is: in the midst of the month of its last statement, or behind it where the month's
// last command has been answered.
func (s *settler) begun(ctx context.Context) ([]*settles, error) {
	return insist(ctx, &s.stream, func(ctx context.Context) ([]*settles, error) {
		var all []*settles
		for _, pool := range pools {
			drawn, err := settlement.Statements(ctx, s.DB.Of(pool.code), pool.code)
			if err != nil {
				return nil, err
			}
			at := &settles{pool: pool.code}
			if all = append(all, at); len(drawn) == 0 {
				at.broken = true // it may have traded already
				continue
			}
			for month := s.First; month.String() != drawn[len(drawn)-1].Period; month = month.Next() {
				at.months++
			}
			var over bool
			err = pg.Row(ctx, s.DB.Of(pool.code),
				`SELECT EXISTS (SELECT FROM idempotency WHERE pool = $1 AND key = $2)`,
				[]any{pool.code, keyOf(pool.code, at.months, "end")}, &over)
			if err != nil {
				return nil, err
			}
			if at.broken = !over; over {
				at.months++
			}
		}
		return all, nil
	})
}

// keyOf is the key of a command of a pool's month. No two commands have the same.
func keyOf(pool string, month int, step string) string {
	return fmt.Sprintf("settle-%s-%d-%s", pool, month, step)
}

// refusal is the answer of a command that was refused for good, as a settler has foreseen.
const refusal = "-"

// send sends a command of a step, under its key, until there is an answer. It says when the command begins, and what
// was answered: to whoever sends it again the same must be said. What came of a bank's file is said once only.
func send[A any](
	ctx context.Context, s *settler, step, key string, command func(context.Context) (A, error),
) (A, error) {
	s.said.say(wordBegun, step, key, clock.Stopwatch().UnixNano())
	answer, err := insist(ctx, &s.stream, command)
	if ctx.Err() != nil {
		return answer, ctx.Err()
	}
	told := refusal
	if _, once := any(answer).(*settlement.BankReport); !once && err == nil {
		body, err := json.Marshal(answer)
		if err != nil {
			return answer, err
		}
		told = digestOf(body)
	}
	s.said.say(wordAnswered, key, clock.Stopwatch().UnixNano(), told)
	if err != nil {
		return answer, fmt.Errorf("%s: %w", key, err)
	}
	return answer, rest(ctx, breath)
}

func digestOf(answer []byte) string { return fmt.Sprintf("%x", sha256.Sum256(answer)) }

// The people of the pool manager, and of a member.
var (
	clerk   = access.Person("crash-clerk", access.Manager, "", access.Settlement)
	checker = access.Person("crash-checker", access.Manager, "", access.Settlement)
	rival   = access.Person("crash-rival", access.Manager, "", access.Settlement)
)

func treasurer(member string) access.Principal {
	return access.Person("crash-treasurer", access.Member, member, access.Settlement)
}

// month is a month of a pool that is settled.
type month struct {
	*settler

	pool   string
	number int
	period string

	members  []string                  // of the pool, in the order of the share table
	disputed string                    // a subject
	orders   []settlement.PaymentOrder // of the run
	run      int                       // its number
	filed    []transfer                // what banks were asked to pay
}

// month takes a pool's month from its business to its close.
func (s *settler) month(ctx context.Context, pool string, number int) error {
	period := s.First
	for range number {
		period = period.Next()
	}
	m := &month{settler: s, pool: pool, number: number, period: period.String()}
	m.disputed = m.policy(1)
	for _, part := range []func(context.Context) error{
		m.trade, m.agree, m.draw, m.dispute, m.confirm, m.propose, m.file, m.pay, m.complete, m.comeBack, m.end,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// said is what a command says beside its own matter.
func (m *month) said(by access.Principal, step string) (key string, said idempotency.Command) {
	key = keyOf(m.pool, m.number, step)
	return key, idempotency.Command{By: by, IdempotencyKey: key}
}

// every says that this is one of so many months: what differs from month to month takes turns.
func (m *month) every(months int) bool { return m.number%months == 0 }

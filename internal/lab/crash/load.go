package crash

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

const (
	callers = 4                    // at once in one service
	breath  = 4 * time.Millisecond // between two commands of a caller: the machine has Kafka to run as well
)

// Load is what a service under load works with.
type Load struct {
	Settling

	Insurance *insurance.Service
	Claims    *claims.Service
	Relay     *relay.Relay
	Name      string    // in the numbers of its policies; no other service has it
	Out       io.Writer // hears what is acknowledged and published
	Insistent bool      // repeats what is refused for now, with the same key, until it is answered
}

// Run sends policies and claims through their lives, and settles month after month where it is to, until the context
// ends or a command fails. Every command that is acknowledged is said, and how far the relay got.
func (l Load) Run(asked context.Context) error {
	ctx, cancel := context.WithCancelCause(asked)
	defer cancel(nil)
	var group sync.WaitGroup
	said := &lines{out: l.Out}
	for caller := range callers {
		group.Go(func() {
			s := stream{
				Load: l, said: said, name: fmt.Sprintf("%s-%d", l.Name, caller), patience: answerTime,
			}
			cancel(s.run(ctx))
		})
	}
	group.Go(func() { l.followRelay(ctx, said) })
	group.Go(func() { cancel(l.advanceDeadlines(ctx)) })
	if !l.First.IsZero() {
		group.Go(func() { cancel(newSettler(l, said).run(ctx)) })
	}
	group.Wait()
	if asked.Err() != nil {
		return nil // it was asked to end
	}
	return context.Cause(ctx)
}

// advanceDeadlines is the scheduler, in a hurry.
func (l Load) advanceDeadlines(ctx context.Context) error {
	by := access.Person("scheduler", access.Manager, "", access.Settlement)
	for {
		if _, err := l.Claims.RunDeadlines(ctx, by); err != nil {
			if code := fault.CodeOf(pg.Refusal(err)); !l.Insistent || !mayRepeat(code) {
				return err
			}
		}
		if err := rest(ctx, 10*breath); err != nil {
			return err
		}
	}
}

// followRelay says how many events the relay has published, whenever that changes.
func (l Load) followRelay(ctx context.Context, said *lines) {
	for before := int64(-1); ; {
		change := l.Relay.Changed()
		status := l.Relay.Status()
		var published int64
		for _, position := range status.Published {
			published += position
		}
		if status.State == relay.StatePublishing && published != before {
			said.say(wordPublished, published)
			before = published
		}
		select {
		case <-ctx.Done():
			return
		case <-change:
		}
	}
}

// The words of a service.
const (
	wordAcknowledged = "acknowledged" // and the subject as the feed names it, and its version
	wordPublished    = "published"    // and how many events the topic has
	wordRefused      = "refused"      // and the code, which tells the caller to come back
	wordCleared      = "cleared"      // a command that was in doubt has its answer
	wordBegun        = "begun"        // and a step of settlement, the command's key, and when
	wordAnswered     = "answered"     // and the key, when, and a digest of the answer
)

// lines writes one line at a time, in one stroke, so that a service that is killed leaves no half of two.
type lines struct {
	mutex sync.Mutex
	out   io.Writer
}

func (l *lines) say(words ...any) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, _ = l.out.Write(fmt.Appendln(nil, words...)) // nobody listens any more: then nobody counts either
}

// stream sends one policy after the other through its life, with a claim.
type stream struct {
	Load
	said     *lines
	name     string
	patience time.Duration // with which an answer is waited for
}

// pool is one of the sample zone, with who writes and who handles claims there.
type pool struct{ code, issuer, servicer string }

var pools = []pool{
	{"LH", "DONGHU", "DONGHU"}, {"IC", "SHAHU", "SHAHU"}, {"OE", "TANGXUN", "NANHU"},
}

func (s *stream) run(ctx context.Context) error {
	for i := 0; ; i++ {
		pool := pools[i%len(pools)]
		number := fmt.Sprintf("%s-K%s-%d", pool.code, s.name, i)
		by := access.Person("crash", access.Member, pool.issuer, access.Underwriter)
		if err := s.policy(ctx, pool.code, number, by); err != nil {
			return err
		}
		by = access.Person("crash", access.Member, pool.servicer, access.Claims)
		if err := s.claim(ctx, number, by, i%2 == 1); err != nil {
			return err
		}
	}
}

// rest gives the machine to others for a moment; the context's error when it has ended.
func rest(ctx context.Context, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// policy takes a policy from its quotation to its cancellation.
func (s *stream) policy(ctx context.Context, pool, number string, by access.Principal) error {
	premium := money.Fen(100_001 + int64(len(number)))
	for _, command := range []func(context.Context) (*insurance.Policy, error){
		func(ctx context.Context) (*insurance.Policy, error) {
			return s.Insurance.QuotePolicy(ctx, insurance.QuotePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: "1-" + number},
				Pool:    pool, Number: number, Contract: insurance.Contract{
					Line: "pilot_test", Insured: "示例", Premium: premium, Starts: calendar.MustDate("2026-01-01"),
					Ends: calendar.MustDate("2026-12-31"), VAT: money.MustRate("6%"),
					Commission: money.MustRate("5%"), SumInsured: money.MustAmount("100000.00"),
				},
			})
		},
		func(ctx context.Context) (*insurance.Policy, error) {
			return s.Insurance.ReceivePremium(ctx, insurance.ReceivePremium{
				Command: idempotency.Command{By: by, IdempotencyKey: "2-" + number},
				Policy:  number, Amount: premium.Add(money.Apply(money.MustRate("6%"), premium)),
			})
		},
		func(ctx context.Context) (*insurance.Policy, error) {
			return s.Insurance.IssuePolicy(ctx, insurance.IssuePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: "3-" + number}, Policy: number,
			})
		},
		func(ctx context.Context) (*insurance.Policy, error) {
			return s.Insurance.EndorsePolicy(ctx, insurance.EndorsePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: "4-" + number, Effective: calendar.MustDate("2026-06-01")},
				Policy:  number, Endorsement: "E1", Premium: money.Fen(-777),
			})
		},
		func(ctx context.Context) (*insurance.Policy, error) {
			return s.Insurance.CancelPolicy(ctx, insurance.CancelPolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: "5-" + number, Effective: calendar.MustDate("2026-08-01")},
				Policy:  number,
			})
		},
	} {
		policy, err := insist(ctx, s, command)
		if err != nil {
			return err
		}
		s.said.say(wordAcknowledged, policy.Subject(), policy.Version)
		if err := rest(ctx, breath); err != nil {
			return err
		}
	}
	return nil
}

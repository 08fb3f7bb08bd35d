package insurance

import (
	"context"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// command is what a use case on a policy is asked with: it embeds idempotency.Command.
type command interface {
	policy() string // the number of the policy it is about
	Said() idempotency.Command
	Scope(pool, operation string, clock clock.Clock) idempotency.Scope
}

// useCase is what one command does otherwise than the others. K is what its decision knows besides the policy.
type useCase[C command, K any] struct {
	check  func(cmd C) error                                                 // refuses what can be told from the command alone; nil for nothing
	ahead  bool                                                              // the effective day may lie ahead
	may    func(by access.Principal, agreement *coinsurance.Agreement) error // mayUnderwrite when nil
	load   func(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd C) (K, error)
	decide func(p *lockedPolicy, cmd C, known K) (Decision, error) // pure: it neither reads nor writes
}

// nothing is what a decision knows that needs to know no more than the policy.
type nothing struct{}

// Decision is what a command comes to: the policy after it, what is announced and posted, and what is kept beside it.
type Decision struct {
	Event     string // the type of the fact
	After     Policy
	Effective calendar.Date
	Detail    any             // what the fact says besides the figures
	Rule      func(*movement) // which postings it makes; nil for none
	Reverses  *uuid.UUID      // the event it takes back
	Splits    []coinsurance.StreamSplit

	Item     *PremiumItem // a new part of the premium
	Note     *Note
	Approval *Approval
	Answer   *followerAnswer
}

// change takes a policy through one use case: once → lock → load → decide → write → post → announce. It refuses, in
// this order, what the command's check finds, a policy that is not there, a written day that no posting may bear,
// whoever may not act on the policy, one that has changed since the caller saw it, and what the decision finds. A policy
// whose first day has come goes on risk before anything else happens to it.
func change[C command, K any](ctx context.Context, s *Service, cmd C, use useCase[C, K]) (*Policy, error) {
	if use.check != nil {
		if err := use.check(cmd); err != nil {
			return nil, err
		}
	}
	scope := cmd.Scope(PoolOf(cmd.policy()), idempotency.OperationOf("insurance", cmd), s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
		p, err := lock(ctx, tx, s.clock, cmd.policy())
		if err != nil {
			return nil, err
		}
		known, err := use.prepare(ctx, tx, p, cmd)
		if err != nil {
			return nil, err
		}
		decided, err := use.decide(p, cmd, known)
		if err != nil {
			return nil, err
		}
		return &decided.After, p.book(ctx, tx, cmd.Said().By, decided)
	})
}

// prepare admits the command, lets the policy begin, and loads what the decision needs to know.
func (use useCase[C, K]) prepare(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd C) (known K, err error) {
	may := use.may
	if may == nil {
		may = mayUnderwrite
	}
	if err := p.admit(cmd.Said(), use.ahead, may); err != nil {
		return known, err
	}
	if err := p.begin(ctx, tx, cmd.Said().By); err != nil || use.load == nil {
		return known, err
	}
	return use.load(ctx, tx, p, cmd)
}

// book writes, posts and announces what was decided, all in the transaction's one batch.
func (p *lockedPolicy) book(ctx context.Context, tx *pg.Tx, by access.Principal, decided Decision) error {
	event := p.event(by, decided)
	result := event.work()
	if err := decided.write(tx, p, by); err != nil {
		return err
	}
	sealed, err := ledger.Post(ctx, tx, p.period, result.journal)
	if err != nil {
		return err
	}
	coinsurance.RecordSplits(tx, result.splits)
	return outbox.Append(ctx, tx, event.fact(&result, sealed))
}

// event is what was decided as an event in the policy's life. Before issue a policy is bound to no agreement.
func (p *lockedPolicy) event(by access.Principal, decided Decision) *policyEvent {
	event := &policyEvent{
		kind: decided.Event, id: fact.NewID(p.now), by: by, before: *p.policy, after: decided.After,
		effective: decided.Effective, period: p.period, rule: decided.Rule, data: decided.Detail,
		reverses: decided.Reverses, extra: decided.Splits, plain: decided.Answer != nil,
	}
	if decided.After.Signed() {
		event.agreement = p.agreement
	}
	return event
}

// write queues the policy as it is after the decision, and what is kept beside it.
func (d *Decision) write(tx *pg.Tx, p *lockedPolicy, by access.Principal) error {
	pg.Update(tx, &d.After, progress)
	if d.Item != nil {
		pg.Insert(tx, d.Item)
	}
	if d.Note != nil {
		pg.Insert(tx, d.Note)
	}
	if d.Approval != nil {
		pg.Insert(tx, d.Approval)
	}
	if d.Answer != nil {
		return coinsurance.RecordDecision(
			tx, p.agreement, d.After.Number, d.Answer.member, d.Answer.decision, d.After.Recorded, by)
	}
	return nil
}

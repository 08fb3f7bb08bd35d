package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
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
	check func(cmd C) error // refuses what can be told from the command alone; nil for nothing
	ahead bool              // the effective day may lie ahead

	// may refuses whoever may not act; mayUnderwrite when nil.
	may func(by access.Principal, agreement *coinsurance.Agreement) error
	// load reads what the decision needs to know besides the policy; nil for nothing.
	load func(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd C) (K, error)
	// decide is pure: it neither reads nor writes.
	decide func(p *lockedPolicy, cmd C, known K) (Decision, error)
	// record queues what another wing keeps of it; nil for nothing.
	record func(tx *pg.Tx, p *lockedPolicy, cmd C)
}

// nothing is what a decision knows that needs to know no more than the policy.
type nothing struct{}

// change takes a policy through one use case: once → lock → load → decide → write → post → announce. It refuses, in
// this order, what the command's check finds, a policy that is not there, a written day that no posting may bear,
// whoever may not act on the policy, one that has changed since the caller saw it, and what the decision finds. A
// policy whose first day has come goes on risk before anything else happens to it.
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
		if use.record != nil {
			use.record(tx, p, cmd)
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
	decided.write(tx)
	sealed, err := ledger.Post(ctx, tx, p.Period, result.journal)
	if err != nil {
		return err
	}
	coinsurance.RecordSplits(tx, result.splits)
	return outbox.Append(ctx, tx, event.fact(&result, sealed))
}

// write queues the policy as it is after the decision, and what is kept beside it.
func (d *Decision) write(tx *pg.Tx) {
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
}

// begin puts a policy issued ahead on risk 起保 when its first day has come: it books what an issue on that day would
// have booked, dated that day. Everything else that happens to the policy comes after.
func (p *lockedPolicy) begin(ctx context.Context, tx *pg.Tx, by access.Principal) error {
	if !p.Policy.Begins(p.today) {
		return nil
	}
	decided := p.incept()
	err := p.book(ctx, tx, by, decided)
	p.Policy = &decided.After
	return err
}

// LockPolicy locks a policy; ErrPolicyNotFound when there is none of that number. One whose first day has come goes on
// risk, by whoever acts.
func LockPolicy(
	ctx context.Context, tx *pg.Tx, clock clock.Clock, by access.Principal, number string,
) (*Locked, error) {
	p, err := lock(ctx, tx, clock, number)
	if err != nil {
		return nil, err
	}
	err = p.begin(ctx, tx, by)
	if !p.Policy.Signed() {
		p.Agreement = nil // it is bound to none
	}
	return &p.Locked, err
}

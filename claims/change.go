package claims

import (
	"context"
	"errors"

	"gongbao/claims/cashcall"
	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/claims/worksheet"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// Command is what every command on a claim says. The command of a use case embeds it, and with it what most use cases
// have in common; a use case says only what it does otherwise.
type Command struct {
	idempotency.Command

	Claim string `json:"claim"`
}

// command is a use case on a claim. Its name is that of its type: PayClaim is claims.pay_claim where it counts once.
type command interface {
	about() Command
	check() error                 // refuses what can be told from the command alone
	may(*lockedClaim) error       // refuses whoever may not ask for it
	load(*pg.Reads, *lockedClaim) // asks for what the decision looks at besides the claim and what belongs to it
	decide(*Outcome) error        // makes the outcome of it, or refuses; it reads nothing and writes nothing
}

func (c Command) about() Command { return c }

func (Command) check() error { return nil }

func (c Command) may(l *lockedClaim) error { return mayHandle(c.By, l) }

func (Command) load(*pg.Reads, *lockedClaim) {}

// change takes a claim through one use case: once → lock → load → decide → write → post → announce. It refuses, in this
// order, what the command's check finds, a claim that is not there, a written day that no posting may bear, whoever may
// not act on the claim, one that has changed since the caller saw it, and what the decision finds.
func (s *Service) change(ctx context.Context, cmd command) (*Claim, error) {
	if err := cmd.check(); err != nil {
		return nil, err
	}
	about := cmd.about()
	scope := about.Scope(insurance.PoolOf(about.Claim), idempotency.OperationOf("claims", cmd), s.clock)
	claim, err := idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Claim, error) {
		locked, err := lockFor(ctx, tx, s.clock, about, cmd.may)
		if err != nil {
			return nil, err
		}
		if err := locked.load(ctx, tx, cmd.load); err != nil {
			return nil, err
		}
		outcome := begin(locked, about.By)
		if err := cmd.decide(outcome); err != nil {
			return nil, err
		}
		return outcome.keep(ctx, tx)
	})
	return claim, broken(err, about.Claim)
}

// keep adds what follows to what was decided, and writes, posts and announces all of it.
func (o *Outcome) keep(ctx context.Context, tx *pg.Tx) (*Claim, error) {
	if err := o.ensue(); err != nil {
		return nil, err
	}
	o.write(tx)
	posted, err := o.post(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &o.after, o.announce(ctx, tx, posted)
}

// lockFor locks and loads a claim for a person.
func lockFor(
	ctx context.Context, tx *pg.Tx, clock clock.Clock, about Command, may func(*lockedClaim) error,
) (*lockedClaim, error) {
	l, err := lock(ctx, tx, clock, about.Claim)
	if err != nil {
		return nil, err
	}
	if err := l.date("effective", about.Effective, l.today); err != nil {
		return nil, err
	}
	if err := may(l); err != nil {
		return nil, err
	}
	if about.IfVersion != 0 && about.IfVersion != l.before.Version {
		return nil, ErrClaimChanged.Case(fault.Args{"claim": about.Claim, "version": l.before.Version})
	}
	return l, nil
}

// lock locks and loads, whoever asks; ErrClaimNotFound when there is no claim of that number. Locks are taken in one
// order everywhere, the period, the policy, the claim, and in one round trip; the clock is read after them.
func lock(ctx context.Context, tx *pg.Tx, clock clock.Clock, number string) (*lockedClaim, error) {
	of := claimNumber{insurance.PoolOf(number), number}
	policy, err := policyOf(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	l := new(lockedClaim)
	var workdays func() calendar.Workdays
	under, err := insurance.LockPolicyWith(ctx, tx, policy, func(reads *pg.Reads) {
		pg.FindIn(reads, lockClaim.With(of), &l.before)
		l.kept.in(reads, of.Pool, number)
		workdays = zone.WorkdaysIn(reads)
	})
	switch {
	case err != nil && !errors.Is(err, insurance.ErrPolicyNotFound):
		return nil, err
	case l.before == nil || l.before.Policy != policy: // the number that was kept is that of a claim that is gone
		pg.Drop(tx, of)
		return nil, pg.ErrAgain
	case err != nil:
		return nil, err
	}
	l.stand(under)
	l.workdays = workdays()
	l.read(clock.Now())
	return l, nil
}

// policyOf is the number of the policy that a claim is of; ErrClaimNotFound when there is no claim of that number. A
// claim's policy never changes, so the number is kept once it was read, and the claim's next lock is one round trip. It
// may outlive the claim, when a server lost its last commits; so whoever locks the claim compares.
func policyOf(ctx context.Context, tx *pg.Tx, of claimNumber) (string, error) {
	if of.Pool == "" {
		return "", ErrClaimNotFound.Case(fault.Args{"claim": of.Number})
	}
	if policy, kept := pg.Kept[string](tx, of); kept {
		return policy, nil
	}
	var policy string
	err := policyOfClaim.With(of).Row(ctx, tx, &policy)
	if pg.NoRows(err) {
		return "", ErrClaimNotFound.Case(fault.Args{"claim": of.Number})
	}
	if err == nil {
		pg.Keep(tx, of, policy)
	}
	return policy, err
}

// stand has the claim stand on its policy.
func (l *lockedClaim) stand(under *insurance.Locked) {
	l.policy, l.agreement, l.period, l.dates = under.Policy, under.Agreement, under.Period, under.Dates
}

// in asks for what belongs to a claim, among other reads.
func (k *kept) in(reads *pg.Reads, pool, claim string) {
	cashcall.In(reads, pool, claim, &k.calls)
	notice.In(reads, pool, claim, &k.notices)
	pg.ListIn(reads, queriesOfClaim.With(claimKey{pool, claim}), &k.queries)
	worksheet.In(reads, pool, claim, &k.worksheet)
	deadline.In(reads, pool, claim, &k.deadlines)
}

// load runs what a command asks for, in one round trip, or in none.
func (l *lockedClaim) load(ctx context.Context, tx *pg.Tx, ask func(*pg.Reads, *lockedClaim)) error {
	var reads pg.Reads
	ask(&reads, l)
	return reads.Run(ctx, tx)
}

// write queues the claim with what belongs to it, and what insurance must know of it. A claim that is there keeps what
// never changes; a new one whose number another one took meanwhile undoes the transaction.
func (o *Outcome) write(tx *pg.Tx) {
	c := &o.after
	if o.before.Version == 0 {
		pg.Insert(tx, c)
	} else {
		pg.Update(tx, c, claimChanges)
	}
	if note := noteOf(c); o.before.Version == 0 || note != noteOf(o.before) {
		insurance.NoteClaim(tx, note)
	}
	if o.payment != nil {
		pg.Insert(tx, o.payment)
	}
	if o.word != nil {
		o.word.Pool, o.word.Subject, o.word.Version, o.word.Recorded = c.Pool, c.Subject(), c.Version, o.now
		zone.Countersign(tx, o.word)
	}
	worksheet.Write(tx, c.Pool, c.Number, o.kept.worksheet, o.sheet, c.ApprovedIndemnity)
	o.calls.Write(tx, c.Pool, c.Number)
	o.notices.Write(tx, c.Pool, c.Number)
	for _, place := range o.asked {
		q := &o.queries[place]
		q.Pool, q.Claim = c.Pool, c.Number
		pg.Put(tx, q)
	}
	o.deadlines.Write(tx, c.Pool, c.Number)
	if o.evidence != nil {
		pg.Put(tx, o.evidence)
	}
	if o.aggregated != nil {
		pg.Update(tx, o.aggregated, occurrenceMajor)
	}
}

// post posts the difference between what the claim stood at and stands at, and keeps the splits.
func (o *Outcome) post(ctx context.Context, tx *pg.Tx) (ledger.Posted, error) {
	m := &movement{
		agreement: o.agreement, servicer: o.servicer(), payer: o.payer, policy: o.after.Policy, claim: o.after.Number,
		before: o.was, after: o.is,
	}
	post(m)
	posted, err := ledger.Post(ctx, tx, o.period, ledger.Journal{
		Pool: o.after.Pool, ID: o.id, Kind: o.event, Effective: o.effective, Recorded: o.after.Recorded, By: o.by.Subject,
		Pass: o.pass, Reverses: o.reverses, Postings: m.entries.Postings(),
	})
	if err == nil {
		coinsurance.RecordSplits(tx, o.splits())
	}
	return posted, err
}

// splits are the workings of every stream whose total moved.
func (o *Outcome) splits() coinsurance.SplitRecord {
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{
			Pool: o.after.Pool, Number: o.after.Number, Insured: o.policy.Insured, Line: o.policy.Line,
			From: o.policy.Starts, To: o.policy.Ends, LossDay: o.after.LossDay,
			Leader: o.after.Leader, Servicer: o.after.Servicer,
		},
		Event: o.id, AgreementVersion: o.agreement.Version, SubjectVersion: o.version,
	}
	for stream := range streamCount {
		if o.was.Totals[stream] != o.is.Totals[stream] {
			record.Streams = append(record.Streams, o.is.working(o.agreement, stream))
		}
	}
	return record
}

// announce appends the step's event, then what follows from it.
func (o *Outcome) announce(ctx context.Context, tx *pg.Tx, posted ledger.Posted) error {
	step := o.fact(o.event, o.version, o.detail)
	step.Journal, step.Sections = posted.Seal(), o.sections(posted)
	if err := outbox.Append(ctx, tx, step); err != nil {
		return err
	}
	return o.announceFollowing(ctx, tx)
}

// announceFollowing appends what follows from the step.
func (o *Outcome) announceFollowing(ctx context.Context, tx *pg.Tx) error {
	for _, announced := range o.follows {
		if err := outbox.Append(ctx, tx, announced); err != nil {
			return err
		}
	}
	return nil
}

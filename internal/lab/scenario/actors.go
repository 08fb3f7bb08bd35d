package scenario

import (
	"context"
	"errors"
	"sync/atomic"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
)

// actors remembers who acts where a statement names nobody, so that it is not looked up for every statement. Of a
// policy that is bound to an agreement it never changes; of others only an agreement or the issue changes it.
type actors struct {
	agreements   *atomic.Int64               // how often an agreement changed; shared with the players beside
	seen         int64                       // of these changes
	underwriters map[string]access.Principal // by the policy's number
	handlers     map[string]access.Principal // by the policy's number, once it is bound
	policies     map[string]string           // claim → its policy
}

func newActors(agreements *atomic.Int64) *actors {
	return &actors{
		agreements: agreements, underwriters: map[string]access.Principal{}, handlers: map[string]access.Principal{},
		policies: map[string]string{},
	}
}

// agreed says that an agreement changed: whoever would act on a policy that is not bound may be another one now.
func (a *actors) agreed() { a.agreements.Add(1) }

// current is what is remembered of underwriters, unless an agreement has changed since.
func (a *actors) current() map[string]access.Principal {
	if now := a.agreements.Load(); now != a.seen {
		a.seen, a.underwriters = now, map[string]access.Principal{}
	}
	return a.underwriters
}

func (a *actors) forgetPolicy(number string) { delete(a.underwriters, number) }

// underwriter is a person of the issuer that the policy would come under; where no agreement says who that is, of the
// issuer today, and before any agreement of the first member. It is certain when the first holds: the issuer today is
// another one tomorrow.
func (p *Player) underwriter(
	ctx context.Context, pool string, starts calendar.Date,
) (by access.Principal, certain bool, err error) {
	for i, day := range []calendar.Date{starts, calendar.DateOf(p.clock.Now())} {
		agreement, err := coinsurance.AgreementAt(ctx, p.db.Of(pool), pool, day)
		if err == nil {
			return staff(agreement.Issuer), i == 0, nil
		}
		if !errors.Is(err, coinsurance.ErrNoAgreementInForce) {
			return access.Principal{}, false, err
		}
	}
	if len(p.members) > 0 {
		return staff(p.members[0]), false, nil
	}
	return staff("nobody"), false, nil
}

// policyUnderwriter is the underwriter of a policy in the book; for one that is not there, of whoever asks.
func (p *Player) policyUnderwriter(ctx context.Context, number string) (access.Principal, error) {
	if by, known := p.actors.current()[number]; known {
		return by, nil
	}
	policy, err := insurance.FindPolicy(ctx, p.of(number), number)
	if errors.Is(err, insurance.ErrPolicyNotFound) {
		return staff("nobody"), nil
	}
	if err != nil {
		return access.Principal{}, err
	}
	by, certain := access.Principal{}, true
	if policy.AgreementVersion == 0 {
		by, certain, err = p.underwriter(ctx, policy.Pool, policy.Starts)
	} else {
		var agreement *coinsurance.Agreement
		agreement, err = coinsurance.AgreementVersion(ctx, p.of(number), policy.Pool, policy.AgreementVersion)
		if err == nil {
			by = staff(agreement.Issuer)
		}
	}
	if err == nil && certain {
		p.actors.underwriters[number] = by
	}
	return by, err
}

// handler is a person of the servicer of the agreement a policy is bound to; of nobody where there is none.
func (p *Player) handler(ctx context.Context, policy string) (access.Principal, error) {
	if by, known := p.actors.handlers[policy]; known {
		return by, nil
	}
	found, err := insurance.FindPolicy(ctx, p.of(policy), policy)
	if errors.Is(err, insurance.ErrPolicyNotFound) || err == nil && found.AgreementVersion == 0 {
		return staff("nobody"), nil
	}
	if err != nil {
		return access.Principal{}, err
	}
	agreement, err := coinsurance.AgreementVersion(ctx, p.db.Of(found.Pool), found.Pool, found.AgreementVersion)
	if err != nil {
		return access.Principal{}, err
	}
	by := staff(agreement.Servicer)
	p.actors.handlers[policy] = by
	return by, nil
}

// claimHandler is the handler of a claim's policy; for a claim that is not there, of whoever asks.
func (p *Player) claimHandler(ctx context.Context, number string) (access.Principal, error) {
	policy, known := p.actors.policies[number]
	if !known {
		found, err := claims.FindClaim(ctx, p.of(number), insurance.PoolOf(number), number)
		if errors.Is(err, claims.ErrClaimNotFound) {
			return staff("nobody"), nil
		}
		if err != nil {
			return access.Principal{}, err
		}
		policy = found.Policy
		p.actors.policies[number] = policy
	}
	return p.handler(ctx, policy)
}

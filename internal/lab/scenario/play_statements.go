package scenario

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// play does what a statement says. Refusals come back as errors, the outcome of an expectation as compared.
func (p *Player) play(ctx context.Context, line Line) (*compared, error) {
	switch s := line.Statement.(type) {
	case Member:
		if err := p.dated(ctx, line, ""); err != nil {
			return nil, err
		}
		_, err := p.zone.RegisterMember(ctx, zone.RegisterMember{
			Command: idempotency.By(line.who(clerk)), Code: s.Code, Name: s.Name, Capital: s.Capital,
		})
		if err == nil {
			p.members = append(p.members, s.Code)
		}
		return nil, err
	case Pool:
		if err := p.dated(ctx, line, s.Code); err != nil {
			return nil, err
		}
		_, err := p.coinsurance.OpenPool(ctx, coinsurance.OpenPool{
			Command: idempotency.By(line.who(clerk)),
			Code:    s.Code, Industry: coinsurance.Industry(s.Industry), Name: s.Code,
		})
		return nil, err
	case Agreement:
		return nil, p.agreement(ctx, line, s)
	case Policy:
		return nil, p.policy(ctx, line, s)
	case ClosePeriod:
		if err := p.dated(ctx, line, s.Pool); err != nil {
			return nil, err
		}
		_, err := p.periods.ClosePeriod(ctx, periodend.ClosePeriod{
			Command: idempotency.By(line.who(clerk)), Pool: s.Pool, Month: s.Month,
		})
		return nil, err
	default:
		if isExpectation(s) {
			return p.expect(ctx, s)
		}
		if _, product := productVerbs[s.Verb()]; product {
			return nil, p.product(ctx, line)
		}
		if played, err := p.settle(ctx, line); played {
			return nil, err
		}
		if done, err := p.claim(ctx, line); done {
			return nil, err
		}
		return nil, p.premium(ctx, line)
	}
}

func (p *Player) agreement(ctx context.Context, line Line, s Agreement) error {
	if err := p.dated(ctx, line, s.Pool); err != nil {
		return err
	}
	_, err := p.coinsurance.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
		Command: idempotency.By(line.who(clerk)),
		Pool:    s.Pool, Version: s.Version, From: s.From, Shares: s.Shares, Terms: s.Terms,
	})
	if err != nil {
		return err
	}
	_, err = p.coinsurance.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: s.Pool, Version: s.Version,
	})
	p.actors.agreed()
	return err
}

func (p *Player) policy(ctx context.Context, line Line, s Policy) error {
	underwriter, _, err := p.underwriter(ctx, s.Pool, s.Starts)
	if err != nil {
		return err
	}
	contract := s.Contract
	contract.Renews = p.optional(s.Renews)
	_, err = p.insurance.QuotePolicy(ctx, insurance.QuotePolicy{
		Command: said(line.who(underwriter), line),
		Pool:    s.Pool, Number: s.Pool + "-" + s.Name, Contract: contract, Sections: s.Sections,
	})
	if err == nil {
		p.pools[s.Name] = s.Pool
	}
	return err
}

// said is what a command says of itself on behalf of a line: who asks, and the day it counts from.
func said(by access.Principal, line Line) idempotency.Command {
	return idempotency.Command{By: by, Effective: line.Effective, IdempotencyKey: line.Key}
}

// premium plays the statements on a policy and its premium.
func (p *Player) premium(ctx context.Context, line Line) error {
	switch s := line.Statement.(type) {
	case Accept:
		return p.decide(ctx, line, s.Policy, s.Member, true)
	case Decline:
		return p.decide(ctx, line, s.Policy, s.Member, false)
	case Receive:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.ReceivePremium(ctx, insurance.ReceivePremium{
				Command: said(by, line), Policy: number, Amount: s.Amount,
			}))
		})
	case Refund:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.RefundPremium(ctx, insurance.RefundPremium{
				Command: said(by, line), Policy: number, Amount: s.Amount,
			}))
		})
	case Issue:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			p.actors.forgetPolicy(number) // it may be bound to an agreement from here on
			return second(p.insurance.IssuePolicy(ctx, insurance.IssuePolicy{Command: said(by, line), Policy: number}))
		})
	case Endorse:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.EndorsePolicy(ctx, insurance.EndorsePolicy{
				Command: said(by, line), Policy: number, Endorsement: s.Name, Premium: s.Premium, Basis: s.Basis,
			}))
		})
	case Cancel:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.CancelPolicy(ctx, insurance.CancelPolicy{Command: said(by, line), Policy: number}))
		})
	case Reinstate:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.ReinstatePolicy(ctx, insurance.ReinstatePolicy{
				Command: said(by, line), Policy: number,
			}))
		})
	default:
		return errUnknown(s)
	}
}

// dated holds the day that is written beside a statement which posts nothing and so bears none, in the pool or in none.
func (p *Player) dated(ctx context.Context, line Line, pool string) error {
	if line.Effective.IsZero() {
		return nil
	}
	if pool == "" {
		if line.Effective.After(line.Date) {
			return ledger.ErrDateOutOfRange.At("effective", "{day} lies after {today}, today",
				fault.Args{"day": line.Effective, "today": line.Date})
		}
		return nil
	}
	var reads pg.Reads
	dates := coinsurance.Dates{Today: line.Date}
	coinsurance.DatesIn(&reads, pool, &dates)
	if err := reads.Run(ctx, p.db.Of(pool)); err != nil {
		return err
	}
	return dates.Check("effective", line.Effective)
}

func second[A any](_ A, err error) error { return err }

// on finds the policy's underwriter and acts as that person, or as whom the statement names.
func (p *Player) on(
	ctx context.Context, line Line, name string, act func(by access.Principal, number string) error,
) error {
	number := p.number(name)
	underwriter, err := p.policyUnderwriter(ctx, number)
	if err != nil {
		return err
	}
	return act(line.who(underwriter), number)
}

func (p *Player) decide(ctx context.Context, line Line, policy, member string, accept bool) error {
	_, err := p.insurance.DecideRisk(ctx, insurance.DecideRisk{
		Command: idempotency.Command{By: line.who(staff(member)), Effective: line.Effective},
		Policy:  p.number(policy), Member: member, Accept: accept,
	})
	return err
}

package scenario

import (
	"context"

	"gongbao/claims"
	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
	"gongbao/zone"
)

// isClaim says that a name of the file is a claim's.
func (p *Player) isClaim(name string) bool { return p.claimed[name] }

// subject is how the feed names a policy or claim of the file.
func (p *Player) subject(name string) string {
	if p.isClaim(name) {
		return "claim/" + p.number(name)
	}
	return "policy/" + p.number(name)
}

// openClaim files a claim as the servicer of the policy's agreement.
func (p *Player) openClaim(ctx context.Context, line Line, s Claim) error {
	policy := p.number(s.Policy)
	by, err := p.handler(ctx, policy)
	if err != nil {
		return err
	}
	number := ""
	if pool := insurance.PoolOf(policy); pool != "" {
		number = pool + "-" + s.Name
	}
	_, err = p.claims.OpenClaim(ctx, claims.OpenClaim{
		Command: idempotency.Command{By: line.who(by), Effective: line.Effective},
		Policy:  policy, Number: number, LossDay: s.Loss, DocumentsCompleteOn: s.Papers,
	})
	if err == nil {
		p.pools[s.Name], p.claimed[s.Name] = insurance.PoolOf(policy), true
	}
	return err
}

// claim plays the statements on a claim; false when the statement is another.
func (p *Player) claim(ctx context.Context, line Line) (bool, error) {
	on := func(name string) (claims.Command, error) {
		number := p.number(name)
		by, err := p.claimHandler(ctx, number)
		return claims.Command{
			Command: idempotency.Command{Effective: line.Effective, By: line.who(by)},
			Claim:   number,
		}, err
	}
	act := func(name string, do func(claims.Command) (*claims.Claim, error)) (bool, error) {
		cmd, err := on(name)
		if err != nil {
			return true, err
		}
		_, err = do(cmd)
		return true, err
	}
	switch s := line.Statement.(type) {
	case Claim:
		return true, p.openClaim(ctx, line, s)
	case Reserve:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.ReserveClaim(ctx, claims.ReserveClaim{Command: c, Indemnity: s.Indemnity, Expense: s.Expense})
		})
	case Assess:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.AssessClaim(ctx, claims.AssessClaim{Command: c, Loss: &s.Loss})
		})
	case Approve:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.ApproveClaim(ctx, claims.ApproveClaim{Command: c, Indemnity: s.Indemnity, Expense: s.Expense})
		})
	case Advance:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.AdvanceClaim(ctx, claims.AdvanceClaim{Command: c, Indemnity: s.Indemnity})
		})
	case Pay:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.PayClaim(ctx, claims.PayClaim{
				Command: c, Indemnity: s.Indemnity, Expense: claims.Expense{Other: s.Expense},
			})
		})
	case Recover:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.RecoverClaim(ctx, claims.RecoverClaim{
				Command: c, Recovery: orZero(s.Recovery), Salvage: orZero(s.Salvage),
			})
		})
	case PaidCall:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			c.By = line.who(staff(s.Member)) // who pays says so
			return p.claims.PayCall(ctx, claims.PayCall{Command: c, Member: s.Member, Amount: s.Amount})
		})
	default:
		return p.endClaim(ctx, line, act)
	}
}

// endClaim plays the statements that end a claim or open it again.
func (p *Player) endClaim(
	ctx context.Context, line Line, act func(string, func(claims.Command) (*claims.Claim, error)) (bool, error),
) (bool, error) {
	switch s := line.Statement.(type) {
	case Refuse:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.RefuseClaim(ctx, claims.RefuseClaim{Command: c, Reason: s.Reason})
		})
	case Withdraw:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.WithdrawClaim(ctx, claims.WithdrawClaim{Command: c})
		})
	case Close:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.CloseClaim(ctx, claims.CloseClaim{Command: c})
		})
	case Reopen:
		return act(s.Claim, func(c claims.Command) (*claims.Claim, error) {
			return p.claims.ReopenClaim(ctx, claims.ReopenClaim{Command: c})
		})
	default:
		return false, nil
	}
}

var claimStreams = map[string]ledger.Stream{
	"indemnity": ledger.Indemnity, "expense": ledger.ClaimCost, "recovery": ledger.Recovery, "salvage": ledger.Salvage,
	"reserve_indemnity": ledger.ReserveIndemnity, "reserve_expense": ledger.ReserveExpense,
}

func (p *Player) findClaim(ctx context.Context, name string) (*claims.Claim, error) {
	number := p.number(name)
	return claims.FindClaim(ctx, p.of(number), insurance.PoolOf(number), number)
}

func (p *Player) expectClaimPortion(ctx context.Context, s ExpectPortion) (*compared, error) {
	claim, err := p.findClaim(ctx, s.Subject)
	if err != nil {
		return nil, err
	}
	portion, err := coinsurance.PortionAt(ctx, p.of(claim.Number), claim.Pool, claim.Number, claimStreams[s.Stream],
		s.Member)
	return equal(s.Amount, portion), err
}

func (p *Player) expectClock(ctx context.Context, s ExpectClock) (*compared, error) {
	claim, err := p.findClaim(ctx, s.Claim)
	if err != nil {
		return nil, err
	}
	days, err := zone.Workdays(ctx, p.db)
	if err != nil {
		return nil, err
	}
	text := func(day calendar.Date) string {
		if day.IsZero() {
			return "none"
		}
		return day.String()
	}
	return &compared{wanted: text(s.Due), got: text(claim.Due(deadline.Name(s.Clock), days))}, nil
}

package claims

import (
	"context"

	"gongbao/claims/cashcall"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// PayCall records a member's cash towards a claim's cash calls 现金摊赔到账. Whoever pays records it, because the cash
// leaves that member's book. A call need not have been announced.
type PayCall struct {
	Command

	Member string       `json:"member"`
	Amount money.Amount `json:"amount"`
}

// PayCall refuses, in this order: claims.claim_not_found, ledger.date_out_of_range, access.forbidden (no claims person
// of the member that pays), claims.claim_changed, claims.claim_closed, claims.no_cash_call, coinsurance.not_a_follower
// (the servicer, or a stranger to the table), claims.amount_not_positive, and what the gate on money refuses.
func (s *Service) PayCall(ctx context.Context, cmd PayCall) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd PayCall) may(*lockedClaim) error { return cmd.By.RequireMember(access.Claims, cmd.Member) }

func (cmd PayCall) load(reads *pg.Reads, l *lockedClaim) { l.gateIn(reads, cmd.By) }

func (cmd PayCall) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	if o.agreement.Claims == coinsurance.ByEach {
		return ErrNoCashCall.Case(fault.Args{"pool": o.agreement.Pool, "version": o.agreement.Version})
	}
	if cmd.Member == o.servicer() || !o.agreement.Includes(cmd.Member) {
		return coinsurance.ErrNotAFollower.Case(fault.Args{"member": cmd.Member})
	}
	if cmd.Amount.Sign() <= 0 {
		return ErrAmountNotPositive.At("amount", "{amount} is given", fault.Args{"amount": cmd.Amount})
	}
	if err := o.passMoved(authority.PayCall, o.calls.Of(cmd.Member).Paid.Add(cmd.Amount)); err != nil {
		return err
	}
	interest := o.calls.Pay(cmd.Member, cmd.Amount)
	o.say(cashcall.EventPaid, cashcall.PaidDetail{Member: cmd.Member, Amount: cmd.Amount, Interest: interest})
	return nil
}

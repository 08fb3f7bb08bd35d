package claims

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/money"
)

// PayCall records a member's cash towards a claim's cash calls 现金摊赔到账. A call need not have been announced.
type PayCall struct {
	Command

	Member string       `json:"member"`
	Amount money.Amount `json:"amount"`
}

// PayCall refuses, in this order: claims.claim_not_found, ledger.date_out_of_range, access.forbidden,
// claims.claim_changed, claims.claim_closed, claims.no_cash_call, coinsurance.not_a_follower (the servicer, or a
// stranger to the table), claims.amount_not_positive.
func (s *Service) PayCall(ctx context.Context, cmd PayCall) (*Claim, error) {
	return s.act(ctx, cmd.Command, "pay_call", EventCallPaid, cmd, func(h *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		if h.agreement.Claims == coinsurance.ByEach {
			return nil, ErrNoCashCall.With("pool %s, version %d", h.agreement.Pool, h.agreement.Version)
		}
		if cmd.Member == h.servicer() || !h.agreement.Includes(cmd.Member) {
			return nil, coinsurance.ErrNotAFollower.With("%s", cmd.Member)
		}
		if cmd.Amount.Sign() <= 0 {
			return nil, ErrAmountNotPositive.At("amount", "%s is given", cmd.Amount)
		}
		call, interest := h.callOf(cmd.Member), h.payNotices(cmd.Member, cmd.Amount)
		call.Paid, call.Interest = call.Paid.Add(cmd.Amount), call.Interest.Add(interest)
		return callDetail{Member: cmd.Member, Amount: cmd.Amount, Interest: interest}, nil
	})
}

// callOf is what a member paid towards the claim's calls; it is added when there is nothing yet.
func (h *held) callOf(member string) *Call {
	for i := range h.calls {
		if h.calls[i].Member == member {
			return &h.calls[i]
		}
	}
	h.calls = append(h.calls, Call{Pool: h.claim.Pool, Claim: h.claim.Number, Member: member})
	return &h.calls[len(h.calls)-1]
}

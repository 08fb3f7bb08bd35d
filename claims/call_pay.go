package claims

import (
	"context"
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// PayCall records a member's cash towards a claim's cash calls 现金摊赔到账. A call need not have been announced.
type PayCall struct {
	Command

	Member string       `json:"member"`
	Amount money.Amount `json:"amount"`
}

// PayCall refuses, in this order: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden,
// claims.claim_changed, claims.claim_closed, claims.no_cash_call, coinsurance.not_a_follower (the servicer, or a
// stranger to the table).
func (s *Service) PayCall(ctx context.Context, cmd PayCall) (*Claim, error) {
	var check fault.Check
	check.Require(cmd.Amount.Sign() > 0, "amount", "the amount must be above zero")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "pay_call", EventCallPaid, cmd, func(h *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		if h.agreement.Claims == coinsurance.ByEach {
			return nil, ErrNoCashCall.With("pool %s, version %d", h.agreement.Pool, h.agreement.Version)
		}
		if cmd.Member == h.agreement.Servicer || !h.agreement.Includes(cmd.Member) {
			return nil, coinsurance.ErrNotAFollower.With("%s", cmd.Member)
		}
		h.payCall(cmd.Member, cmd.Amount)
		return callDetail{Member: cmd.Member, Amount: cmd.Amount}, nil
	})
}

// payCall adds to what the member paid, and keeps the calls as they were for the difference.
func (h *held) payCall(member string, amount money.Amount) {
	h.paying = slices.Clone(h.calls)
	if h.paying == nil {
		h.paying = []Call{}
	}
	for i := range h.calls {
		if h.calls[i].Member == member {
			h.calls[i].Paid = h.calls[i].Paid.Add(amount)
			return
		}
	}
	h.calls = append(h.calls, Call{Pool: h.claim.Pool, Claim: h.claim.Number, Member: member, Paid: amount})
}

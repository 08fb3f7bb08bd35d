package claims

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// AskConsent asks all other members for what the leader may not decide alone: a payment ex gratia, or to rescind the
// policy. Who does not answer in time has consented.
type AskConsent struct {
	Command

	Purpose string        `json:"purpose"`
	Amount  *money.Amount `json:"amount,omitempty"` // of a payment ex gratia, above what is payable, at 100 %
	Known   calendar.Date `json:"known"`            // when the ground to rescind became known
	Reason  string        `json:"reason"`
}

// AskConsent refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden,
// claims.claim_changed, claims.claim_closed.
func (s *Service) AskConsent(ctx context.Context, cmd AskConsent) (*Claim, error) {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	check.Require(cmd.Purpose == ForExGratia || cmd.Purpose == ForRescission, "purpose", "%q is neither %s nor %s",
		cmd.Purpose, ForExGratia, ForRescission)
	check.Require((cmd.Purpose == ForExGratia) == (cmd.Amount != nil && cmd.Amount.Sign() > 0), "amount",
		"a payment ex gratia, and no other, has an amount above zero")
	check.Require((cmd.Purpose == ForRescission) != cmd.Known.IsZero(), "known",
		"say when the ground became known, of a rescission only")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "ask_consent", EventConsentAsked, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if cmd.Known.After(h.today) {
				return nil, ErrClaimInvalid.At("known", "%s lies ahead", cmd.Known)
			}
			amounts := toAll(h.others())
			for member := range amounts {
				if cmd.Amount != nil {
					amounts[member] = *cmd.Amount
				}
			}
			h.told = h.send(after, Notice{Kind: AskForConsent, Purpose: cmd.Purpose, Reason: cmd.Reason}, amounts)
			h.asked = after.Notices
			if cmd.Purpose == ForRescission {
				h.dial.civil(RescindDue, cmd.Known, rescindDays)
			}
			if len(amounts) == 0 { // nobody to ask
				h.alone(after, cmd)
			}
			return consentDetail{Notice: after.Notices, Purpose: cmd.Purpose, Amount: cmd.Amount, Reason: cmd.Reason}, nil
		})
}

// alone consents for a pool of one.
func (h *held) alone(c *Claim, cmd AskConsent) {
	if cmd.Purpose == ForExGratia {
		c.ExGratia = *cmd.Amount
	} else {
		c.Rescindable = true
	}
}

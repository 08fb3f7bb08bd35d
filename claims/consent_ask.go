package claims

import (
	"context"
	"strconv"

	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
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
	return s.change(ctx, cmd)
}

func (cmd AskConsent) check() error {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	check.Require(cmd.Purpose == notice.ForExGratia || cmd.Purpose == notice.ForRescission, "purpose",
		"{given} is neither {one} nor {other}",
		fault.Args{"given": strconv.Quote(cmd.Purpose), "one": notice.ForExGratia, "other": notice.ForRescission})
	check.Require((cmd.Purpose == notice.ForExGratia) == (cmd.Amount != nil && cmd.Amount.Sign() > 0), "amount",
		"a payment ex gratia, and no other, has an amount above zero")
	check.Require((cmd.Purpose == notice.ForRescission) != cmd.Known.IsZero(), "known",
		"say when the ground became known, of a rescission only")
	return check.Refuse(ErrClaimInvalid)
}

func (cmd AskConsent) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	if cmd.Known.After(o.today) {
		return ErrClaimInvalid.At("known", "{day} lies ahead", fault.Args{"day": cmd.Known})
	}
	asked := notice.ToAll(o.others())
	for member := range asked {
		if cmd.Amount != nil {
			asked[member] = *cmd.Amount
		}
	}
	o.concerned = o.send(notice.Notice{Kind: notice.AskForConsent, Purpose: cmd.Purpose, Reason: cmd.Reason}, asked)
	o.consent = o.after.Notices
	if cmd.Purpose == notice.ForRescission {
		o.deadlines.StartDays(deadline.RescindDue, cmd.Known, deadline.RescindDays)
	}
	if len(asked) == 0 { // a pool of one has nobody to ask
		cmd.consentAlone(&o.after)
	}
	o.say(notice.EventConsentAsked, notice.ConsentDetail{
		Notice: o.after.Notices, Purpose: cmd.Purpose, Amount: cmd.Amount, Reason: cmd.Reason,
	})
	return nil
}

// consentAlone consents for a pool of one.
func (cmd AskConsent) consentAlone(c *Claim) {
	if cmd.Purpose == notice.ForExGratia {
		c.ExGratia = *cmd.Amount
	} else {
		c.Rescindable = true
	}
}

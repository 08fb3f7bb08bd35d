package claims

import (
	"context"

	"gongbao/claims/notice"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
)

// AnswerNotice is a member's own answer to a notice: the receipt for a large loss, coming to a survey, agreeing as
// second lead, consenting or objecting. A cash call is answered by paying it.
type AnswerNotice struct {
	Command

	Notice int           `json:"notice"` // its number
	Answer string        `json:"answer"`
	Amount *money.Amount `json:"amount,omitempty"` // indemnity up to which a second lead agrees, at 100 %
	Note   string        `json:"note,omitempty"`
}

// AnswerNotice refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden (not a claims person of a member), claims.claim_changed, claims.notice_not_found (none of that
// number to this member), claims.claim_invalid (an answer to another kind of notice), claims.notice_answered.
func (s *Service) AnswerNotice(ctx context.Context, cmd AnswerNotice) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd AnswerNotice) check() error {
	var check fault.Check
	field.ProseIf(&check, "note", cmd.Note, reasonMax)
	check.Require(cmd.Answer != notice.AnswerObject || cmd.Note != "", "note", "say why")
	check.Require((cmd.Answer == notice.AnswerAgree) == (cmd.Amount != nil), "amount",
		"a second lead, and no other, names one")
	check.Require(cmd.Amount == nil || !cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	return check.Refuse(ErrClaimInvalid)
}

func (cmd AnswerNotice) may(l *lockedClaim) error { return mayTakePart(cmd.By, l) }

func (cmd AnswerNotice) decide(o *Outcome) error {
	place := o.notices.Find(cmd.Notice, cmd.By.Organisation)
	if place < 0 {
		return ErrNoticeNotFound.Case(fault.Args{
			"claim": o.after.Number, "notice": cmd.Notice, "member": cmd.By.Organisation,
		})
	}
	own := &o.notices.All[place]
	state, fits := own.Kind.StateAfter(cmd.Answer)
	if !fits {
		return ErrClaimInvalid.At("answer", "{answer} is no answer to a notice of {notice_kind}",
			fault.Args{"answer": cmd.Answer, "notice_kind": own.Kind})
	}
	again := own.Kind == notice.SecondLead && own.State == notice.Agreed // it may raise what it agrees to
	if own.State != notice.Sent && !again {
		return ErrNoticeAnswered.Case(fault.Args{
			"claim": o.after.Number, "notice": cmd.Notice, "notice_state": own.State,
		})
	}

	o.notices.Answer(place, state, cmd.Note, cmd.By.Subject)
	if cmd.Amount != nil {
		o.after.SecondAgreed, own.Amount = *cmd.Amount, cmd.Amount
	}
	o.concerned = map[string]memberData{own.Member: {Notices: []notice.Data{own.Data()}}}
	o.consent = cmd.Notice
	o.say(notice.EventAnswered, notice.Detail{Notice: cmd.Notice, Kind: own.Kind})
	return nil
}

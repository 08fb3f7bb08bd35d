package claims

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// Answers to notices.
const (
	AnswerRead    = "read"    // of a large loss
	AnswerAttend  = "attend"  // a joint survey
	AnswerDecline = "decline" // it: the servicer surveys alone
	AnswerAgree   = "agree"   // as second lead, up to an amount of indemnity
	AnswerConsent = "consent"
	AnswerObject  = "object"
)

// answers say what each kind of notice can be answered with, and what it stands at then.
var answers = map[NoticeKind]map[string]NoticeState{
	LargeLoss:     {AnswerRead: NoticeRead},
	JointSurvey:   {AnswerAttend: NoticeAttending, AnswerDecline: NoticeDeclined},
	SecondLead:    {AnswerAgree: NoticeAgreed},
	AskForConsent: {AnswerConsent: NoticeConsented, AnswerObject: NoticeObjected},
}

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
	var check fault.Check
	field.ProseIf(&check, "note", cmd.Note, reasonMax)
	check.Require(cmd.Answer != AnswerObject || cmd.Note != "", "note", "say why")
	check.Require((cmd.Answer == AnswerAgree) == (cmd.Amount != nil), "amount", "a second lead, and no other, names one")
	check.Require(cmd.Amount == nil || !cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.actAs(ctx, cmd.Command, anyMember, "answer_notice", EventNoticeAnswered, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
			notice := h.find(cmd.Notice, cmd.By.Organisation)
			if notice == nil {
				return nil, ErrNoticeNotFound.With("%s number %d to %s", after.Number, cmd.Notice, cmd.By.Organisation)
			}
			state, fits := answers[notice.Kind][cmd.Answer]
			if !fits {
				return nil, ErrClaimInvalid.At("answer", "%s is no answer to a notice of %s", cmd.Answer, notice.Kind)
			}
			again := notice.Kind == SecondLead && notice.State == NoticeAgreed // it may raise what it agrees to
			if notice.State != NoticeSent && !again {
				return nil, ErrNoticeAnswered.With("%s number %d is %s", after.Number, cmd.Notice, notice.State)
			}
			h.answer(notice, state, cmd.Note, cmd.By)
			if cmd.Amount != nil {
				after.SecondAgreed, notice.Amount = *cmd.Amount, cmd.Amount
			}
			h.told = map[string]memberData{notice.Member: {Notices: []noticeData{notice.data()}}}
			h.asked = cmd.Notice
			return noticeDetail{Notice: cmd.Notice, Kind: notice.Kind}, nil
		})
}

// anyMember lets the claims people of any member of the table act, for what concerns their own company.
func anyMember(by access.Principal, h *held) error {
	return by.RequireMember(access.Claims, h.agreement.Members()...)
}

// judge looks whether a question for consent is decided: one objection ends it, all consents do. It gives the event
// that says so, "" while answers are missing.
func (h *held) judge(c *Claim, number int) string {
	purpose, amount := "", money.Amount{}
	waiting := 0
	for _, n := range h.notices {
		if n.Number != number || n.Kind != AskForConsent {
			continue
		}
		if n.Amount != nil {
			amount = *n.Amount
		}
		switch purpose = n.Purpose; n.State {
		case NoticeObjected:
			h.lapseNumber(number)
			return EventConsentRefused
		case NoticeSent:
			waiting++
		default: // consented, deemed, or lapsed by an earlier objection
		}
	}
	if purpose == "" || waiting > 0 {
		return ""
	}
	if purpose == ForExGratia {
		c.ExGratia = amount
	} else {
		c.Rescindable = true
	}
	return EventConsentGiven
}

// lapseNumber ends what is still open of one notice.
func (h *held) lapseNumber(number int) {
	for i := range h.notices {
		if n := &h.notices[i]; n.Number == number && n.State == NoticeSent {
			n.State, n.changed = NoticeLapsed, true
			h.dial.stopOne(clockOf[n.Kind], n.Member, n.Number)
		}
	}
}

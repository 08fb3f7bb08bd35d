package claims

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/claims/deadline"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

const (
	reasonMax        = 1000 // runes
	groundRescission = "rescission"
)

// State is where a claim stands.
type State string

// States of a claim.
const (
	Filed     State = "filed"     // 立案: first notice and filing
	Assessed  State = "assessed"  // 定损
	Approved  State = "approved"  // 核赔
	Paid      State = "paid"      // 赔付: both streams are paid as approved
	Refused   State = "refused"   // 拒赔
	Withdrawn State = "withdrawn" // 注销
	Closed    State = "closed"    // 结案
	Reopened  State = "reopened"  // 重开
)

// Claim is a loss under a policy 赔案 with what it stands at. Amounts are at 100 % and to date.
type Claim struct {
	bun.BaseModel `bun:"table:claim"`

	Pool                string        `bun:"pool,pk"   json:"pool"`
	Number              string        `bun:"number,pk" json:"number"`
	Policy              string        `bun:"policy"    json:"policy"`
	LossDay             calendar.Date `bun:"loss_day"  json:"loss_day"`
	Filed               calendar.Date `bun:"filed"     json:"filed"`
	DocumentsCompleteOn calendar.Date `bun:"documents_complete_on"    json:"papers"` // when the claim papers were complete
	Status              State         `bun:"state"     json:"state"`
	Reason              string        `bun:"reason"    json:"reason,omitempty"` // why it was refused
	Ground              string        `bun:"ground"    json:"ground,omitempty"` // by the list of the line

	Loss              *money.Amount `bun:"loss"               json:"loss,omitempty"`     // as assessed; nil before
	Calculated        bool          `bun:"calculated"         json:"calculated"`         // assessed by section
	Payable           *money.Amount `bun:"payable"            json:"payable,omitempty"`  // of the loss, as last calculated
	ExGratia          money.Amount  `bun:"ex_gratia"          json:"ex_gratia,omitzero"` // above what is payable
	AssessedBy        string        `bun:"assessed_by"        json:"assessed_by,omitempty"`
	EstimateIndemnity money.Amount  `bun:"estimate_indemnity" json:"estimate_indemnity"`
	Injury            money.Amount  `bun:"injury"             json:"injury,omitzero"` // of it, for bodily injury
	EstimateExpense   money.Amount  `bun:"estimate_expense"   json:"estimate_expense"`
	ApprovedIndemnity money.Amount  `bun:"approved_indemnity" json:"approved_indemnity"`
	ApprovedExpense   money.Amount  `bun:"approved_expense"   json:"approved_expense"`
	PaidIndemnity     money.Amount  `bun:"paid_indemnity"     json:"paid_indemnity"`
	PaidExpense       money.Amount  `bun:"paid_expense"       json:"paid_expense"`
	PaidAdjuster      money.Amount  `bun:"paid_adjuster"      json:"paid_adjuster"` // of it; the rest is other expense
	PaidExpert        money.Amount  `bun:"paid_expert"        json:"paid_expert"`
	PaidLegal         money.Amount  `bun:"paid_legal"         json:"paid_legal"`
	Payments          int           `bun:"payments"           json:"payments"` // made and taken back
	Recovery          money.Amount  `bun:"recovery"           json:"recovery"`
	Salvage           money.Amount  `bun:"salvage"            json:"salvage"`

	ApprovedOn calendar.Date `bun:"approved" json:"approved"` // the latest approval's day
	RefusedOn  calendar.Date `bun:"refused"  json:"refused"`
	MajorOn    calendar.Date `bun:"major"    json:"major"`    // when it became a major claim
	Noticed    bool          `bun:"noticed"  json:"noticed"`  // the followers were told of a large loss
	Called     bool          `bun:"called"   json:"called"`   // a cash call was made
	Surveyed   bool          `bun:"surveyed" json:"surveyed"` // the followers were called to survey together
	Emergency  *time.Time    `bun:"emergency" json:"emergency,omitempty"`
	Occurrence string        `bun:"occurrence" json:"occurrence,omitempty"` // that it comes from, with other claims

	Leader       string       `bun:"leader"          json:"leader,omitempty"`       // when it is not the agreement's
	Servicer     string       `bun:"servicer"        json:"servicer,omitempty"`     // when it is not the agreement's
	Conflicts    []string     `bun:"conflicts,array" json:"conflicts,omitempty"`    // members that may not handle it
	SecondLead   string       `bun:"second_lead"     json:"second_lead,omitempty"`  // decides beside the leader
	SecondAgreed money.Amount `bun:"second_agreed"   json:"second_agreed,omitzero"` // indemnity up to which it agrees
	Rescindable  bool         `bun:"rescindable"     json:"rescindable,omitempty"`  // the others consent to rescind
	Notices      int          `bun:"notices"         json:"notices"`                // how many were sent

	AgreementVersion int       `bun:"agreement_version" json:"agreement_version"`
	Version          int64     `bun:"version"           json:"version"`
	Recorded         time.Time `bun:"recorded"          json:"recorded"`
}

// Ended says that the claim is closed, refused or withdrawn: nothing but a reopening moves it.
func (c *Claim) Ended() bool {
	return c.Status == Closed || c.Status == Refused || c.Status == Withdrawn
}

// Subject is the claim as the feed names it.
func (c *Claim) Subject() string { return "claim/" + c.Number }

// move is the state machine: the one place that says from where a claim may go where. It refuses by name.
func (c *Claim) move(to State) error {
	switch {
	case to == Reopened && !c.Ended():
		return ErrClaimOpen.Case(fault.Args{"claim": c.Number, "claim_state": c.Status})
	case to != Reopened && c.Ended():
		return ErrClaimClosed.Case(fault.Args{"claim": c.Number, "claim_state": c.Status})
	case to == Assessed && c.Status != Filed && c.Status != Reopened:
		return nil // a further assessment of a claim that has been approved leaves it approved
	}
	c.Status = to
	return nil
}

// stay holds the rule for what moves figures only: an ended claim stands still.
func (c *Claim) stay() error {
	if c.Ended() {
		return ErrClaimClosed.Case(fault.Args{"claim": c.Number, "claim_state": c.Status})
	}
	return nil
}

// mayEnd refuses to close or refuse a claim of which more is approved than paid: somebody waits for that money.
func (c *Claim) mayEnd() error {
	if err := c.stay(); err != nil {
		return err
	}
	if c.ApprovedIndemnity.Cmp(c.PaidIndemnity) > 0 || c.ApprovedExpense.Cmp(c.PaidExpense) > 0 {
		return ErrApprovedUnpaid.Case(fault.Args{
			"indemnity": c.ApprovedIndemnity, "expense": c.ApprovedExpense, "paid_indemnity": c.PaidIndemnity,
			"paid_expense": c.PaidExpense,
		})
	}
	return nil
}

// settle makes a claim that has been paid as approved paid.
func (c *Claim) settle() {
	if !c.ApprovedOn.IsZero() && c.Status == Approved && c.PaidIndemnity == c.ApprovedIndemnity &&
		c.PaidExpense == c.ApprovedExpense {
		c.Status = Paid
	}
}

// end sets what is approved to what is paid: nothing more is to come.
func (c *Claim) end(to State) error {
	if err := c.move(to); err != nil {
		return err
	}
	c.ApprovedIndemnity, c.ApprovedExpense = c.PaidIndemnity, c.PaidExpense
	return nil
}

// paid is indemnity and expense paid, to date.
func (c *Claim) paid() money.Amount { return c.PaidIndemnity.Add(c.PaidExpense) }

// used is what the claim takes of the policy's limit: indemnity approved or paid, the larger.
func (c *Claim) used() money.Amount { return money.Max(c.ApprovedIndemnity, c.PaidIndemnity) }

// decided is what the gate on money holds to a limit: indemnity and expense, approved or paid, the larger.
func (c *Claim) decided() money.Amount {
	return c.used().Add(money.Max(c.ApprovedExpense, c.PaidExpense))
}

// recoveredAbove is how much more was recovered than paid, in all; zero when it is not more.
func (c *Claim) recoveredAbove() money.Amount {
	return money.Max(money.Amount{}, c.Recovery.Add(c.Salvage).Sub(c.paid()))
}

// checkRecovered refuses a step that leaves more recovered than paid, whatever it did. A claim of which more had been
// recovered before there was this rule may take every step that does not make it worse.
func (c *Claim) checkRecovered(before *Claim) error {
	if above := c.recoveredAbove(); above.Cmp(before.recoveredAbove()) > 0 {
		return ErrRecoveryExceedsPaid.Case(fault.Args{"recovery": c.Recovery, "salvage": c.Salvage, "paid": c.paid()})
	}
	return nil
}

// outstanding is what an estimate leaves to be paid; nothing once the claim has ended.
func (c *Claim) outstanding(estimate, paid money.Amount) money.Amount {
	if c.Ended() {
		return money.Amount{}
	}
	return money.Max(money.Amount{}, estimate.Sub(paid))
}

// Due is the day the law sets, as soon as it is known; the zero day when its deadline has no start. It stays when the
// deadline has been met.
func (c *Claim) Due(name deadline.Name, days calendar.Workdays) calendar.Date {
	after := func(start calendar.Date, days int) calendar.Date {
		if start.IsZero() {
			return start
		}
		return start.AddDays(days)
	}
	switch name {
	case deadline.DecideDue:
		return after(c.DocumentsCompleteOn, deadline.DecideDays)
	case deadline.AdvanceDue:
		return after(c.DocumentsCompleteOn, deadline.AdvanceDays)
	case deadline.PayDue:
		return after(c.ApprovedOn, deadline.PayDays)
	case deadline.RefuseDue:
		return after(c.RefusedOn, deadline.RefuseDays)
	case deadline.MajorReportDue:
		if !c.MajorOn.IsZero() {
			due, _ := days.Add(c.MajorOn, deadline.MajorDays)
			return due
		}
	default: // the agreement's deadlines are counted from their own starts
	}
	return calendar.Date{}
}

// noteOf is what insurance must know of a claim before it gives premium back.
func noteOf(c *Claim) insurance.ClaimNote {
	return insurance.ClaimNote{
		Pool: c.Pool, Policy: c.Policy, Claim: c.Number, LossDay: c.LossDay, Open: !c.Ended(), Paid: c.paid(), Used: c.used(),
	}
}

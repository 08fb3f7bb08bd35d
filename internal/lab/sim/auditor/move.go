package auditor

// Move is one statement of a scenario, in the auditor's own words. Amounts are fen, shares and rates
// hundred-millionths; an amount that may be left out is a pointer.
type Move struct {
	Day       Day
	Effective Day    // none when left out
	As        string // who does it; "" for a person of the organisation that would
	Pool      string // the pool whose life it is part of; "" when it concerns them all
	Act       Act
}

// Act is one of the types below.
type Act interface {
	text() string // the verb and its words, as a scenario writes them
}

// Share is a member's fraction.
type Share struct {
	Member string
	Share  int64
}

// Instalment is a part of the premium with its day.
type Instalment struct {
	Due    Day
	Amount int64
}

// Acts on members, pools and agreements.
type (
	// Register makes an insurer known; a Capital of zero is left out.
	Register struct {
		Code    string
		Capital int64
	}
	// Found opens a pool.
	Found struct{ Pool, Industry string }
	// Agree proposes and accepts a version of a pool's agreement.
	Agree struct{ Agreement }
	// ClosePeriod closes a month.
	ClosePeriod struct {
		Pool  string
		Month Month
	}
)

// Acts on a policy and its premium.
type (
	// Quote writes a quotation down.
	Quote struct {
		Policy, Pool, Line         string
		Start, End                 Day
		Premium, Limit, Deductible int64
		VAT, Commission            int64
		Instalments                []Instalment
		EquipmentValue             int64 // zero is left out
		Retroactive                Day
	}
	// Decide is a follower's word on a risk.
	Decide struct {
		Policy, Member string
		Accept         bool
	}
	// Receive is premium taken in, gross of VAT.
	Receive struct {
		Policy string
		Amount int64
	}
	// Refund is premium paid back, gross of VAT.
	Refund struct {
		Policy string
		Amount int64
	}
	// Issue brings a policy into force.
	Issue struct{ Policy string }
	// Endorse changes the net premium.
	Endorse struct {
		Policy, Name string
		Premium      int64
		WholePeriod  bool // earned over the whole period, not from the effective day on
	}
	// Cancel ends a policy.
	Cancel struct{ Policy string }
	// Reinstate takes a cancellation back.
	Reinstate struct{ Policy string }
)

// Acts on a claim.
type (
	// File is first notice and filing.
	File struct {
		Claim, Policy string
		Loss, Papers  Day
	}
	// Reserve replaces the gross estimate.
	Reserve struct {
		Claim              string
		Indemnity, Expense *int64
	}
	// Assess gives the assessed loss.
	Assess struct {
		Claim string
		Loss  int64
	}
	// Approve replaces what is approved to date.
	Approve struct {
		Claim              string
		Indemnity, Expense *int64
	}
	// Advance pays before approval.
	Advance struct {
		Claim     string
		Indemnity int64
	}
	// Pay pays.
	Pay struct {
		Claim              string
		Indemnity, Expense int64
	}
	// Recover takes in cash from third parties or for salvage.
	Recover struct {
		Claim             string
		Recovery, Salvage int64
	}
	// PayCall is a member's cash towards a cash call.
	PayCall struct {
		Claim, Member string
		Amount        int64
	}
	// End closes, refuses or withdraws a claim, as To says.
	End struct{ Claim, To string }
	// Reopen opens a claim again.
	Reopen struct{ Claim string }
)

// Acts on statements and settlement.
type (
	// OnStatement names a pool's statement.
	OnStatement struct {
		Pool   string
		Period Period
	}
	// Draw draws up the statements of all members.
	Draw struct{ OnStatement }
	// Query disputes a subject on a member's statement.
	Query struct {
		OnStatement
		Dispute
	}
	// Resolve lifts a member's dispute.
	Resolve struct {
		OnStatement
		Dispute
	}
	// AnswerQuery answers a query of a statement.
	AnswerQuery struct{ OnQuery }
	// EscalateQuery passes a query of a statement on to the manager.
	EscalateQuery struct{ OnQuery }
	// OnQuery names a query of a statement, and who does something to it. Scenarios have no words for that.
	OnQuery struct {
		OnStatement

		Number int    // from 1, in the order in which they were raised
		By     string // a member; "" for the manager
	}
	// Confirm is a member's word on its statement.
	Confirm struct {
		OnStatement

		Member string
	}
	// Settle makes the payment orders of a period.
	Settle struct{ OnStatement }
	// OnOrder names an order of a period's settlement.
	OnOrder struct {
		OnStatement

		Ring, Payer, Payee string
		Back               bool // that which gives back what was paid of another
	}
	// CancelStatement takes the pool's latest statement back. Scenarios have no words for this and what follows.
	CancelStatement struct{ OnStatement }
	// Propose fixes what is to be settled of a period, without making orders.
	Propose struct {
		OnStatement

		ConfirmedOnly bool // only what both members have confirmed
	}
	// ApproveRun makes the orders of what was proposed.
	ApproveRun struct{ OnStatement }
	// WithdrawRun takes back what was proposed.
	WithdrawRun struct{ OnStatement }
	// ProposeUnwinding says that a settlement cannot be completed.
	ProposeUnwinding struct{ OnStatement }
	// ApproveUnwinding has what was paid of a settlement given back.
	ApproveUnwinding struct {
		OnStatement

		Self bool // by who proposed it
	}
	// WithdrawUnwinding takes the proposal to unwind a settlement back.
	WithdrawUnwinding struct{ OnStatement }
	// SendOrder puts an order into a payment file of its own, releases it, and has the bank accept or reject it.
	SendOrder struct {
		OnOrder

		Rejected bool
	}
	// PayOrder is the bank's word that some of an order is paid.
	PayOrder struct {
		OnOrder

		Amount int64
	}
	// ReturnOrder is the bank's word that what was paid of an order came back.
	ReturnOrder struct{ OnOrder }
	// MarkPaid is the bank's word that all orders of a period are paid.
	MarkPaid struct{ OnStatement }
)

// Expect asks for a figure that the auditor foretells, so that the asking itself is tried.
type Expect struct {
	Subject string                // the policy or claim that it asks about; "" when it is more than one
	Ask     func(*Auditor) string // all of the expectation but its first word, as the notebook stands; "" for nothing
}

// Subject is the policy or claim that an act is about, "" when it is none or more than one.
func Subject(act Act) string {
	switch act := act.(type) {
	case Quote:
		return act.Policy
	case Decide:
		return act.Policy
	case Receive:
		return act.Policy
	case Refund:
		return act.Policy
	case Issue:
		return act.Policy
	case Endorse:
		return act.Policy
	case Cancel:
		return act.Policy
	case Reinstate:
		return act.Policy
	case File:
		return act.Policy
	case Expect:
		return act.Subject
	case Query:
		return act.Subject
	case Resolve:
		return act.Subject
	default:
		return claimOf(act)
	}
}

func claimOf(act Act) string {
	switch act := act.(type) {
	case Reserve:
		return act.Claim
	case Assess:
		return act.Claim
	case Approve:
		return act.Claim
	case Advance:
		return act.Claim
	case Pay:
		return act.Claim
	case Recover:
		return act.Claim
	case PayCall:
		return act.Claim
	case End:
		return act.Claim
	case Reopen:
		return act.Claim
	default:
		return ""
	}
}

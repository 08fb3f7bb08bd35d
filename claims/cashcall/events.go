package cashcall

import "gongbao/internal/money"

// Types of the facts that are announced of cash calls.
const (
	EventMade   = "claims.cash_call_made"   // by itself, when the approved indemnity reached the agreement's threshold
	EventRaised = "claims.cash_call_raised" // a further one
	EventPaid   = "claims.cash_call_paid"
)

// PaidDetail is a member's cash towards a call.
type PaidDetail struct {
	Member string       `json:"member"`
	Amount money.Amount `json:"amount"`
	// Interest is what the member owes because some of it came late.
	Interest money.Amount `json:"interest,omitzero"`
}

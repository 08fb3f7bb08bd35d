package insurance

import (
	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/zone/authority"
)

// Decision is what a command comes to: the policy after it, what is announced and posted, and what is kept beside it.
type Decision struct {
	Event     string // the type of the fact
	After     Policy
	Effective calendar.Date
	Detail    any             // what the fact says besides the figures
	Rule      func(*movement) // which postings it makes; nil for none
	Reverses  *uuid.UUID      // the event it takes back
	Splits    []coinsurance.StreamSplit
	Pass      authority.Pass // of the gate on money; the zero pass posts nothing

	Plain    bool          // the detail is all that the fact says
	Audience fact.Audience // of the fact; Sections when empty

	// Kept beside the policy, when not nil.
	Item     *PremiumItem // a new part of the premium
	Note     *Note
	Approval *Approval
}

package zone

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// MandateState is where a mandate stands.
type MandateState string

// States of a mandate.
const (
	MandateProposed  MandateState = "proposed"
	MandateGiven     MandateState = "given"
	MandateRejected  MandateState = "rejected"
	MandateWithdrawn MandateState = "withdrawn"
)

// Mandate is the pool manager's right to write payments from a member's account, from a day on 付款授权. Two persons of
// the member give it; one withdraws it, at once, because a right to another's money is not kept against its will.
type Mandate struct {
	bun.BaseModel `bun:"table:payment_mandate"`

	Pool        string        `bun:"pool,pk"      json:"-"` // ZONE
	Member      string        `bun:"member,pk"    json:"member"`
	Number      int64         `bun:"number,pk"    json:"number"` // counted per member
	Starts      calendar.Date `bun:"starts"       json:"from"`
	State       MandateState  `bun:"state"        json:"state"`
	ProposedBy  string        `bun:"proposed_by"  json:"proposed_by"`
	Proposed    time.Time     `bun:"proposed"     json:"proposed"`
	DecidedBy   string        `bun:"decided_by"   json:"decided_by,omitempty"`
	Decided     *time.Time    `bun:"decided"      json:"decided,omitempty"`
	WithdrawnBy string        `bun:"withdrawn_by" json:"withdrawn_by,omitempty"`
	Withdrawn   *time.Time    `bun:"withdrawn"    json:"withdrawn,omitempty"`
}

var (
	mandatesOfMember      = pg.Select[Mandate, owner](files, "MandatesOfMember")
	lockMandate           = pg.Select[Mandate, entryKey](files, "LockMandate")
	lockMandatesOfMembers = pg.Select[Mandate, owners](files, "LockMandatesOfMembers")
	nextMandate           = pg.SQL[owner](files, "NextMandate")
)

// ViewMandates lists a member's mandates, oldest first; access.forbidden to whoever is neither of it nor its
// supervisor.
func ViewMandates(ctx context.Context, handle bun.IDB, by access.Principal, member string) ([]Mandate, error) {
	if err := by.RequireRead(member); err != nil {
		return nil, err
	}
	return pg.Listed[Mandate](ctx, handle, mandatesOfMember.With(owner{member}))
}

// Mandates are those of some members, held by a transaction.
type Mandates []Mandate

// HoldMandates reads the mandates of members, of which none is withdrawn before the transaction ends.
func HoldMandates(ctx context.Context, tx *pg.Tx, members []string) (Mandates, error) {
	return pg.Listed[Mandate](ctx, tx, lockMandatesOfMembers.With(owners{members}))
}

// Require wants a mandate of the member that was given by the day, and not withdrawn; it refuses with
// coinsurance.mandate_missing.
func (m Mandates) Require(member string, day calendar.Date) error {
	for _, mandate := range m {
		if mandate.Member == member && mandate.State == MandateGiven && !mandate.Starts.After(day) {
			return nil
		}
	}
	return ErrMandateMissing.Case(fault.Args{"member": member, "day": day})
}

// mandateFact is what is announced of a mandate: a proposal is the first version of its subject, the decision the
// second, the withdrawal the third.
func mandateFact(kind string, version int64, recorded time.Time, mandate *Mandate, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: pg.Zone, Type: kind, SubjectVersion: version,
		Subject:   "mandate/" + mandate.Member + "/" + strconv.FormatInt(mandate.Number, 10),
		Effective: mandate.Starts, Recorded: recorded, By: by, Audience: fact.Sections,
		Data: MandateSet{
			Member: mandate.Member, Number: mandate.Number, From: mandate.Starts, State: string(mandate.State),
		},
		Sections: private(mandate.Member),
	}
}

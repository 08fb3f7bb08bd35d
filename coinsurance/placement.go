package coinsurance

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// A follower's decision on a risk.
const (
	decisionAccepted = "accepted"
	decisionDeclined = "declined"
)

// NeedsPlacement says that the limit is above the leader's authority, so that every follower is asked.
func (a *Agreement) NeedsPlacement(sumInsured money.Amount) bool {
	return a.Authority != nil && sumInsured.Cmp(*a.Authority) > 0
}

// placement is a follower's last word on a policy above the leader's authority.
type placement struct {
	bun.BaseModel `bun:"table:placement"`

	Pool     string    `bun:"pool,pk"`
	Policy   string    `bun:"policy,pk"`
	Member   string    `bun:"member,pk"`
	Decision string    `bun:"decision"`
	Decided  time.Time `bun:"decided"`
	Actor    string    `bun:"actor"`
}

type placedPolicy struct{ Pool, Policy string }

var acceptingMembers = pg.SQL[placedPolicy](files, "AcceptingMembers")

// RecordDecision keeps a follower's last word on a policy.
func RecordDecision(
	tx *pg.Tx, agreement *Agreement, policy, member string, accepts bool, decided time.Time, by access.Principal,
) {
	decision := decisionDeclined
	if accepts {
		decision = decisionAccepted
	}
	pg.Put(tx, &placement{
		Pool: agreement.Pool, Policy: policy, Member: member, Decision: decision, Decided: decided, Actor: by.Subject,
	})
}

// AcceptingIn asks, among other reads, which members have accepted a risk.
func AcceptingIn(reads *pg.Reads, pool, policy string, members *[]string) {
	acceptingMembers.With(placedPolicy{pool, policy}).In(reads, members)
}

// CheckPlacement refuses with ErrPlacementIncomplete while a follower is not among those who accepted a risk above the
// leader's authority.
func (a *Agreement) CheckPlacement(policy string, sumInsured money.Amount, accepted []string) error {
	if !a.NeedsPlacement(sumInsured) {
		return nil
	}
	for _, member := range a.Members() {
		if member != a.Leader && !slices.Contains(accepted, member) {
			return ErrPlacementIncomplete.Case(fault.Args{"member": member, "policy": policy})
		}
	}
	return nil
}

// tenth is the legal most that a member may carry on one risk: a tenth of its capital plus reserves (Insurance Law of
// the PRC, art. 103).
func tenth(capital money.Amount) decimal.Decimal { return capital.Decimal().Shift(-1) }

// CheckCapacity refuses with ErrCapacityExceeded when the pool, or a member by its share of the limit, would carry more
// than it may: a tenth of its capital by law, or the less it set itself in the agreement. It looks nothing up.
func CheckCapacity(pool Pool, agreement *Agreement, members map[string]zone.Member, sumInsured money.Amount) error {
	if pool.Capacity != nil && sumInsured.Cmp(*pool.Capacity) > 0 {
		return ErrCapacityExceeded.Case(fault.Args{"pool": pool.Code, "capacity": pool.Capacity})
	}
	for _, p := range agreement.Participations {
		carried := p.Claim.Decimal().Mul(sumInsured.Decimal())
		if capital := members[p.Member].Capital; capital != nil {
			if carried.GreaterThan(tenth(*capital)) {
				return ErrCapacityExceeded.Case(fault.Args{"member": p.Member, "carried": carried, "capital": capital})
			}
		}
		if p.Capacity != nil && carried.GreaterThan(p.Capacity.Decimal()) {
			return ErrCapacityExceeded.Case(fault.Args{"member": p.Member, "carried": carried, "capacity": p.Capacity})
		}
	}
	return nil
}

// AuthorityText is the leader's authority for people, "unlimited" when there is no bound.
func (a *Agreement) AuthorityText() string {
	if a.Authority == nil {
		return "unlimited"
	}
	return a.Authority.String()
}

package claims

import (
	"context"
	"slices"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// DeclareConflict says that a member has a conflict of interest in a claim 利益冲突回避. If it leads or services the claim,
// that passes to the next member of the share table; the duties pass with effect from this step, and what was paid
// before stays owed to who paid it.
type DeclareConflict struct {
	Command

	Member string `json:"member"`
	Reason string `json:"reason"`
}

// DeclareConflict refuses: claims.claim_invalid (shape; not a member of the table), claims.claim_not_found,
// ledger.date_out_of_range, access.forbidden (neither a claims person of that member nor a settlement clerk of the pool
// manager), claims.claim_changed, claims.claim_closed, claims.conflict_declared (already; or nobody would be left).
func (s *Service) DeclareConflict(ctx context.Context, cmd DeclareConflict) (*Claim, error) {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	may := func(by access.Principal, _ *held) error {
		if by.Kind == access.Manager {
			return by.RequireKind(access.Settlement, access.Manager)
		}
		return by.RequireMember(access.Claims, cmd.Member)
	}
	return s.actAs(ctx, cmd.Command, may, "declare_conflict", EventReassigned, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if !h.agreement.Includes(cmd.Member) {
				return nil, ErrClaimInvalid.At("member", "%s is not in the share table", cmd.Member)
			}
			if slices.Contains(after.Conflicts, cmd.Member) {
				return nil, ErrConflictDeclared.With("%s", cmd.Member)
			}
			after.Conflicts = append(slices.Clone(after.Conflicts), cmd.Member)
			next := h.next(after, cmd.Member)
			if next == "" {
				return nil, ErrConflictDeclared.With("no member without a conflict would be left")
			}
			if h.leader() == cmd.Member {
				after.Leader = next
			}
			if h.servicer() == cmd.Member {
				after.Servicer = next
				h.handOver()
			}
			if after.SecondLead == cmd.Member || after.SecondLead == next {
				h.liftSecondLead(after) // whoever comes next is named below, if the estimate still wants one
			}
			return reassignedDetail{
				Member: cmd.Member, Reason: cmd.Reason, Leader: orElse(after.Leader, h.agreement.Leader),
				Servicer: orElse(after.Servicer, h.agreement.Servicer),
			}, nil
		})
}

// next is the member after this one in the share table, from its end on to its beginning, that has no conflict.
func (h *held) next(c *Claim, member string) string {
	members := h.agreement.Members()
	from := slices.Index(members, member)
	for i := 1; i < len(members); i++ {
		if candidate := members[(from+i)%len(members)]; !slices.Contains(c.Conflicts, candidate) {
			return candidate
		}
	}
	return ""
}

// handOver ends the account of cash calls with the one who serviced the claim: what members paid ahead and is not used
// it owes them, and whoever services the claim now calls anew.
func (h *held) handOver() {
	h.endCalls()
	standing := balancesOf(h.agreement, h.claim, h.callsWere)
	for i, member := range h.agreement.Members() {
		h.callOf(member).rebase(standing.paid(i))
	}
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

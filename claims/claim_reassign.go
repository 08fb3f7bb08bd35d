package claims

import (
	"cmp"
	"context"
	"slices"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/text/field"
	"gongbao/zone/authority"
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
	return s.change(ctx, cmd)
}

func (cmd DeclareConflict) check() error {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	return check.Refuse(ErrClaimInvalid)
}

func (cmd DeclareConflict) may(*lockedClaim) error {
	if cmd.By.Kind == access.Manager {
		return cmd.By.RequireKind(access.Settlement, access.Manager)
	}
	return cmd.By.RequireMember(access.Claims, cmd.Member)
}

func (cmd DeclareConflict) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	if !o.agreement.Includes(cmd.Member) {
		return ErrClaimInvalid.At("member", "{member} is not in the share table", fault.Args{"member": cmd.Member})
	}
	if slices.Contains(after.Conflicts, cmd.Member) {
		return ErrConflictDeclared.Case(fault.Args{"member": cmd.Member})
	}
	after.Conflicts = append(slices.Clone(after.Conflicts), cmd.Member)
	next := o.next(cmd.Member)
	if next == "" {
		return ErrConflictDeclared.Case(fault.Args{"last": cmd.Member})
	}

	if o.leader() == cmd.Member {
		after.Leader = next
	}
	if o.servicer() == cmd.Member {
		after.Servicer = next
		o.handOver()
	}
	if after.SecondLead == cmd.Member || after.SecondLead == next {
		o.liftSecondLead() // whoever comes next is named by the consequences, if the estimate still wants one
	}
	o.pass = authority.DeclareConflict.Pass()
	o.say(EventReassigned, reassignedDetail{
		Member: cmd.Member, Reason: cmd.Reason, Leader: cmp.Or(after.Leader, o.agreement.Leader),
		Servicer: cmp.Or(after.Servicer, o.agreement.Servicer),
	})
	return nil
}

// next is the member after this one in the share table, from its end on to its beginning, that has no conflict.
func (o *Outcome) next(member string) string {
	members := o.agreement.Members()
	from := slices.Index(members, member)
	for i := 1; i < len(members); i++ {
		if candidate := members[(from+i)%len(members)]; !slices.Contains(o.after.Conflicts, candidate) {
			return candidate
		}
	}
	return ""
}

// handOver ends the account of cash calls with the one who serviced the claim: what members paid ahead and is not used
// it owes them, and whoever services the claim now calls anew.
func (o *Outcome) handOver() {
	o.calls.End()
	stood := balancesOf(o.agreement, o.before, o.kept.calls)
	for i, member := range o.agreement.Members() {
		o.calls.Of(member).Rebase(stood.paid(i))
	}
}

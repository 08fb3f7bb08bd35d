package claims

import (
	"cmp"
	"slices"

	"gongbao/claims/notice"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// A large claim is decided by the leader and a second lead together 双首席核赔.

// secondLead is who decides beside the leader: whom the agreement names, else the largest follower by its share of
// claims; never who leads or services the claim, or has a conflict. "" when nobody is left.
func (o *Outcome) secondLead() string {
	c := &o.after
	may := func(member string) bool {
		return member != cmp.Or(c.Leader, o.agreement.Leader) && member != cmp.Or(c.Servicer, o.agreement.Servicer) &&
			!slices.Contains(c.Conflicts, member)
	}
	if named := o.agreement.SecondLead; named != "" && may(named) {
		return named
	}
	best, most := "", money.Share{}
	for _, p := range o.agreement.Participations {
		if may(p.Member) && p.Claim.E8() > most.E8() {
			best, most = p.Member, p.Claim
		}
	}
	return best
}

// wantsSecondLead says that the claim is large enough for one.
func (o *Outcome) wantsSecondLead() bool {
	large := money.Max(o.after.EstimateIndemnity, o.after.used())
	return !o.after.Ended() && reached(large, o.agreement.SecondLeadFrom)
}

// liftSecondLead ends the part of the second lead.
func (o *Outcome) liftSecondLead() {
	o.notices.LapseSecondLead()
	o.after.SecondLead, o.after.SecondAgreed = "", money.Amount{}
}

// checkSecondLead refuses an approval or an advance that the second lead has not agreed to.
func (o *Outcome) checkSecondLead() error {
	c := &o.after
	if !reached(money.Max(c.EstimateIndemnity, c.used()), o.agreement.SecondLeadFrom) {
		return nil
	}
	if o.secondLead() == "" || c.SecondLead != "" && c.used().Cmp(c.SecondAgreed) <= 0 {
		return nil
	}
	return ErrSecondLeadMissing.Case(fault.Args{
		"member": o.secondLead(), "amount": c.used(), "agreed": c.SecondAgreed,
		"threshold": o.agreement.SecondLeadFrom,
	})
}

// nameSecondLead names the second lead of a claim that has become large enough, and asks it.
func nameSecondLead(o *Outcome) error {
	if !o.wantsSecondLead() || o.after.SecondLead != "" || o.secondLead() == "" {
		return nil
	}
	o.after.SecondLead = o.secondLead()
	told := o.send(notice.Notice{Kind: notice.SecondLead}, notice.ToAll([]string{o.after.SecondLead}))
	o.cross(notice.EventSecondLeadNamed, *o.agreement.SecondLeadFrom, told)
	return nil
}

// dropSecondLead lifts the second lead of a claim that is no longer large enough.
func dropSecondLead(o *Outcome) error {
	if o.agreement.SecondLeadFrom != nil && !o.wantsSecondLead() && o.after.SecondLead != "" {
		o.liftSecondLead()
		o.cross(notice.EventSecondLeadLifted, *o.agreement.SecondLeadFrom, nil)
	}
	return nil
}

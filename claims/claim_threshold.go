package claims

import (
	"context"
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// A claim is a major one from 50 million of indemnity, or 30 million for bodily injury, at 100 %, co-insured or not
// (保监产险〔2012〕571号).
var (
	majorFrom       = money.MustAmount("50000000.00")
	majorInjuryFrom = money.MustAmount("30000000.00")
)

func reached(amount money.Amount, from *money.Amount) bool {
	return from != nil && amount.Cmp(*from) >= 0
}

// threshold is an amount that the figures may reach, and what happens then.
type threshold struct {
	kind string
	hit  bool
	from *money.Amount
	fire func() map[string]memberData // what each member is told besides
}

// thresholds are looked at after every step, in this order; each fires once, but for the second lead, who is lifted
// when the estimate falls and named anew when it rises.
func (h *held) thresholds(c *Claim) []threshold {
	a := h.agreement
	nothing := func(mark func()) func() map[string]memberData {
		return func() map[string]memberData { mark(); return nil }
	}
	major := nothing(func() { c.MajorOn = h.today })
	large := money.Max(c.EstimateIndemnity, c.ApprovedIndemnity)
	second := !c.Ended() && reached(large, a.SecondLeadFrom)
	return []threshold{
		{EventLargeLoss, !c.Noticed && reached(c.EstimateIndemnity, a.NoticeFrom), a.NoticeFrom,
			func() map[string]memberData {
				c.Noticed = true
				return h.send(c, Notice{Kind: LargeLoss}, toAll(h.others()))
			}},
		{EventSurveyCalled, !c.Surveyed && reached(c.EstimateIndemnity, a.SurveyFrom), a.SurveyFrom,
			func() map[string]memberData {
				c.Surveyed = true
				return h.send(c, Notice{Kind: JointSurvey}, toAll(h.others()))
			}},
		{EventMajor, c.MajorOn.IsZero() && reached(c.EstimateIndemnity, &majorFrom), &majorFrom, major},
		{EventMajor, c.MajorOn.IsZero() && !reached(c.EstimateIndemnity, &majorFrom) && reached(c.Injury, &majorInjuryFrom),
			&majorInjuryFrom, major},
		{EventSecondLeadNamed, second && c.SecondLead == "" && h.secondLead(c) != "", a.SecondLeadFrom,
			func() map[string]memberData {
				c.SecondLead = h.secondLead(c)
				return h.send(c, Notice{Kind: SecondLead}, toAll([]string{c.SecondLead}))
			}},
		{EventSecondLeadLifted, !second && c.SecondLead != "", a.SecondLeadFrom, nothing(func() { h.liftSecondLead(c) })},
		{EventCallMade, !c.Called && reached(c.ApprovedIndemnity, a.CashCallFrom), a.CashCallFrom,
			func() map[string]memberData {
				c.Called = true
				amounts := h.callable(c)
				if a.Claims == coinsurance.ByEach || len(amounts) == 0 {
					return nil
				}
				return h.send(c, Notice{Kind: CashCall}, amounts)
			}},
	}
}

// setOff announces what the figures have reached.
func (h *held) setOff(ctx context.Context, tx *pg.Tx, by access.Principal, c *Claim) error {
	if err := h.together(ctx, tx, by, c); err != nil {
		return err
	}
	for _, threshold := range h.thresholds(c) {
		if !threshold.hit {
			continue
		}
		told := threshold.fire()
		detail := thresholdDetail{From: *threshold.from, SecondLead: c.SecondLead}
		if err := h.announce(ctx, tx, by, threshold.kind, c, detail, told); err != nil {
			return err
		}
	}
	return nil
}

// announce appends an event that follows from the step; every member of the table gets its part.
func (h *held) announce(
	ctx context.Context, tx *pg.Tx, by access.Principal, kind string, c *Claim, detail any, told map[string]memberData,
) error {
	c.Version++
	announced := h.fact(by, kind, c, detail)
	announced.Effective, announced.Sections = h.today, nil
	for _, member := range h.agreement.Members() {
		announced.Sections = append(announced.Sections, fact.Section{Member: member, Data: told[member]})
	}
	return outbox.Append(ctx, tx, announced)
}

// secondLead is who decides beside the leader: whom the agreement names, else the largest follower by its share of
// claims; never who leads or services the claim, or has a conflict.
func (h *held) secondLead(c *Claim) string {
	may := func(member string) bool {
		return member != orElse(c.Leader, h.agreement.Leader) && member != orElse(c.Servicer, h.agreement.Servicer) &&
			!slices.Contains(c.Conflicts, member)
	}
	if named := h.agreement.SecondLead; named != "" && may(named) {
		return named
	}
	best, most := "", money.Share{}
	for _, p := range h.agreement.Participations {
		if may(p.Member) && p.Claim.E8() > most.E8() {
			best, most = p.Member, p.Claim
		}
	}
	return best
}

func (h *held) liftSecondLead(c *Claim) {
	for i := range h.notices {
		if n := &h.notices[i]; n.Kind == SecondLead && (n.State == NoticeSent || n.State == NoticeAgreed) {
			n.State, n.changed = NoticeLapsed, true
		}
	}
	c.SecondLead, c.SecondAgreed = "", money.Amount{}
}

// checkSecondLead refuses an approval that the second lead has not agreed to.
func (h *held) checkSecondLead(c *Claim) error {
	if !reached(money.Max(c.EstimateIndemnity, c.ApprovedIndemnity), h.agreement.SecondLeadFrom) {
		return nil
	}
	if h.secondLead(c) == "" || c.SecondLead != "" && c.ApprovedIndemnity.Cmp(c.SecondAgreed) <= 0 {
		return nil
	}
	return ErrSecondLeadMissing.With("%s is to agree to %s, and has agreed to %s; an estimate of %s or more names it",
		h.secondLead(c), c.ApprovedIndemnity, c.SecondAgreed, h.agreement.SecondLeadFrom)
}

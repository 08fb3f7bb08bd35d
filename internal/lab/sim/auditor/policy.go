package auditor

// States of a policy as they are kept; it is Expired from the day after its last.
const (
	Quoted    = "quoted"
	Issued    = "issued" // and not on risk yet
	InForce   = "in_force"
	Cancelled = "cancelled"
	Expired   = "expired"
)

// Forbidden is the refusal of whoever may not do it.
const Forbidden = "access.forbidden"

// Policy is what the auditor keeps of a policy: the contract, and figures at 100 %.
type Policy struct {
	Quote

	State     string
	Terms     *Agreement // nil until issued
	Collector string     // who takes in the premium; fixed by the first receipt, and again on risk
	OnRisk    Day        // from when it is written and shared; none before
	Net       int64      // net premium to date
	Received  int64      // receipts less refunds
	Returned  int64      // by cancellation, net
	VATDue    int64      // on what has fallen due
	Unearned  int64      // as the last close booked it
	From      Day        // of the cancellation
	Claims    []*Claim
	Slices    []Slice
	Turns     []Turn          // every cancellation there was
	Accepted  map[string]bool // each follower's last word
	Announced bool            // that it has expired

	receipt Day // the latest effective day of a receipt
	cleared map[Account]int64
	events  events
}

// Slice is the original premium or an endorsement, earned evenly by day from its first day to the policy's end.
type Slice struct {
	Name   string // "" for the original premium
	Amount int64
	First  Day
	month  Month // accounting month in which it was posted; none before the policy is on risk
}

// Turn is a cancellation, and whether it was taken back.
type Turn struct {
	Reinstated     bool
	month, counter Month // in which it was posted, and in which its reinstatement was; none before on risk
}

// Gross is the net premium to date with its VAT.
func (p *Policy) Gross() int64 { return p.Net + applied(p.VAT, p.Net) }

// Asked is what must have been received before the issue: the first instalment with its VAT, or all of it.
func (p *Policy) Asked() int64 {
	if len(p.Instalments) == 0 {
		return p.Gross()
	}
	first := p.Instalments[0].Amount
	return min(p.Gross(), first+applied(p.VAT, first))
}

// StateOn is the state on a day.
func (p *Policy) StateOn(day Day) string {
	if p.State == InForce && day > p.End {
		return Expired
	}
	return p.State
}

// Issued says that the contract was made, whatever became of it since.
func (p *Policy) Issued() bool { return p.State != Quoted }

// days are those of a slice that lie on or after a day, and all of them.
func (s Slice) days(end, day Day) (left, all int64) {
	all = int64(end-s.First) + 1
	if day > end {
		return 0, all
	}
	return int64(end-max(day, s.First)) + 1, all
}

// unearned is what the days from one on bear of a slice.
func (s Slice) unearned(end, day Day) int64 {
	left, all := s.days(end, day)
	return scaled(s.Amount, left, all)
}

// Used is the indemnity that the policy's claims have taken of its limit: approved or paid, the larger.
func (p *Policy) Used() int64 {
	used := int64(0)
	for _, claim := range p.Claims {
		used += max(claim.ApprovedIndemnity, claim.PaidIndemnity)
	}
	return used
}

// returns is what a cancellation with effect from 00:00 of a day gives back: of every slice the days that are left, in
// the proportion in which the limit is left.
func (p *Policy) returns(day Day) int64 {
	left, sum := max(0, p.Limit-p.Used()), int64(0)
	for _, slice := range p.Slices {
		days, all := slice.days(p.End, day)
		sum += scaledTwice(slice.Amount, days, all, left, p.Limit)
	}
	return sum
}

// standsBefore says that a cancellation from a day on would leave a claim without cover that is open or was paid.
func (p *Policy) standsBefore(day Day) bool {
	for _, claim := range p.Claims {
		if claim.Loss >= day && (!claim.Ended() || claim.PaidIndemnity != 0 || claim.PaidExpense != 0) {
			return true
		}
	}
	return false
}

// dated is the day that a posting of the policy or its claims bears: none is dated before it is on risk.
func (p *Policy) dated(effective Day) Day { return max(effective, p.OnRisk) }

// fallDue brings the VAT that has fallen due up to a day: that of everything but the instalments still to come, which
// go on falling due when the policy is cancelled. Before on risk nothing is due.
func (p *Policy) fallDue(day Day) {
	if p.OnRisk == 0 {
		return
	}
	due := p.Net
	for _, instalment := range p.Instalments {
		if instalment.Due > day {
			due -= instalment.Amount
		}
	}
	p.VATDue = applied(p.VAT, max(0, due))
}

// sheet is what the policy comes to. Before on risk the collector holds the cash, and nothing else is; from then on
// everything is shared.
func (p *Policy) sheet() Sheet {
	s := newSheet()
	if p.OnRisk == 0 {
		s.debit(p.Collector, "cash", "", p.Received)
		s.credit(p.Collector, "premium_received_in_advance", "", p.Received)
		return s
	}
	vat := applied(p.VAT, p.Net)
	counted := min(p.Received, p.Net+vat)
	net := netOf(counted, p.VAT)
	excess := p.Received - counted
	g := p.Terms
	portions := policyPortions{
		net: g.split(p.Net), vat: g.split(vat), due: g.split(p.VATDue), netIn: g.split(net), vatIn: g.split(counted - net),
		excess: g.split(excess), unearned: g.split(p.Unearned),
	}
	for i, share := range g.Shares {
		p.shared(s, portions, i, share.Member)
	}
	p.fees(s, portions, net)
	if g.Collection == Leader {
		s.debit(g.Issuer, "cash", "", p.Received)
		s.credit(g.Issuer, "premium_refund_payable", "", excess)
	}
	s.settled(p.cleared)
	return s
}

// policyPortions are each member's portions, in the order of the share table.
type policyPortions struct{ net, vat, due, netIn, vatIn, excess, unearned []int64 }

// shared is one member's part of what is split.
func (p *Policy) shared(s Sheet, by policyPortions, i int, member string) {
	issuer := p.Terms.Issuer
	s.portion("net_premium", member, by.net[i])
	s.portion("vat", member, by.vat[i])
	s.portion("vat_due", member, by.due[i])
	s.portion("net_received", member, by.netIn[i])
	s.portion("vat_received", member, by.vatIn[i])
	s.portion("excess_received", member, by.excess[i])
	s.portion("unearned_premium", member, by.unearned[i])

	s.credit(member, "premium_written", "", by.net[i])
	s.credit(member, "output_vat", "", by.due[i])
	s.credit(member, "output_vat_pending", "", by.vat[i]-by.due[i])
	received := by.netIn[i] + by.vatIn[i]
	s.debit(member, "premium_receivable", "", by.net[i]+by.vat[i]-received)
	s.credit(member, "unearned_premium_reserve", "", by.unearned[i])
	s.debit(member, "change_in_unearned_premium", "", by.unearned[i])
	switch {
	case p.Terms.Collection == Each:
		s.debit(member, "cash", "", received+by.excess[i])
		s.credit(member, "premium_refund_payable", "", by.excess[i])
	case member != issuer:
		s.owe(OfPremium, issuer, member, received)
	}
}

// fees are what each member but the issuer owes the issuer on its portion of what was received net: issuing fee, the
// fee's VAT and commission. The issuer itself carries what the others leave of the commission on the whole.
func (p *Policy) fees(s Sheet, by policyPortions, net int64) {
	g := p.Terms
	commission := applied(p.Commission, net)
	own := commission
	for i, share := range g.Shares {
		if share.Member == g.Issuer {
			continue
		}
		fee := applied(g.IssuingFee, by.netIn[i])
		tax := applied(g.FeeVAT, fee)
		part := applied(p.Commission, by.netIn[i])
		own -= part
		s.portion("issuing_fee", share.Member, fee)
		s.portion("issuing_fee_vat", share.Member, tax)
		s.portion("commission", share.Member, part)

		s.debit(share.Member, "issuing_fee_expense", "", fee)
		s.debit(share.Member, "input_vat", "", tax)
		s.debit(share.Member, "commission_expense", "", part)
		s.owe(OfFee, share.Member, g.Issuer, fee+tax)
		s.owe(OfCommission, share.Member, g.Issuer, part)
		s.credit(g.Issuer, "issuing_fee_income", "", fee)
		s.credit(g.Issuer, "output_vat", "", tax)
	}
	s.debit(g.Issuer, "commission_expense", "", own)
	s.credit(g.Issuer, "commission_payable", "", commission)
}

package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/product"
)

// State is where a policy stands.
type State string

// States of a policy. Expired is not stored: a policy in force is expired from the day after its last.
const (
	Quoted    State = "quoted"
	Issued    State = "issued" // signed, and not on risk before its first day
	InForce   State = "in_force"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Policy is a contract of insurance 保单 with what has become of it.
type Policy struct {
	bun.BaseModel `bun:"table:policy"`

	Pool   string `bun:"pool,pk"   json:"pool"`
	Number string `bun:"number,pk" json:"number"`
	Contract

	Sections []product.SectionCover `bun:"sections,type:jsonb" json:"sections"` // of the cover, each with its own terms
	QuotedBy string                 `bun:"quoted_by"           json:"-"`        // "" where nobody quoted: imported
	QuotedAt time.Time              `bun:"quoted"              json:"-"`        // when it came into the book

	Progress
}

// Progress is what has become of a policy: all that a change may touch. Amounts are at 100 % and to date.
type Progress struct {
	Status           State  `bun:"state"             json:"state"`
	AgreementVersion int    `bun:"agreement_version" json:"agreement_version"` // 0 until issue
	Members          []byte `bun:"members"           json:"-"`                 // as printed on the policy, from issue on
	Collector        string `bun:"collector"         json:"collector,omitempty"`

	NetPremium     money.Amount  `bun:"net_premium"     json:"net_premium"`
	VATDue         money.Amount  `bun:"vat_due"         json:"vat_due"`
	Received       money.Amount  `bun:"received"        json:"received"`
	CommissionPaid money.Amount  `bun:"commission_paid" json:"commission_paid"`
	Returned       money.Amount  `bun:"returned"        json:"returned"`
	NextDue        calendar.Date `bun:"next_due"        json:"next_due"`
	Subsidy        Subsidy       `bun:"subsidy,type:jsonb" json:"subsidy,omitzero"`

	IssuedOn      calendar.Date  `bun:"issued"         json:"issued"`    // the day it was signed 签单日
	OnRiskFrom    calendar.Date  `bun:"on_risk"        json:"on_risk"`   // the day its premium was written 起保入账日
	OnRiskPeriod  calendar.Month `bun:"on_risk_period" json:"-"`         // accounting month of that
	CancelledFrom calendar.Date  `bun:"cancelled"      json:"cancelled"` // from 00:00

	ExpiryAnnounced bool      `bun:"expiry_announced" json:"-"`
	Version         int64     `bun:"version"          json:"version"`
	Recorded        time.Time `bun:"recorded"         json:"recorded"`
}

// progress are the columns of a policy that a change writes.
var progress = pg.ColumnsWithin[Policy, Progress]()

// Signed says that the contract was made, whatever became of it since: it is bound to a version of the agreement.
func (p *Policy) Signed() bool { return p.Status != Quoted }

// OnRisk says that the policy's premium is written and shared among the members 已起保. A policy issued ahead is not,
// before 00:00 of its first day.
func (p *Policy) OnRisk() bool { return !p.OnRiskFrom.IsZero() }

// Begins says that a policy issued ahead is to go on risk by the day, and has not yet. One that was cancelled ahead
// goes on risk all the same, with what is left of its premium.
func (p *Policy) Begins(day calendar.Date) bool {
	return p.Signed() && !p.OnRisk() && !day.Before(p.Starts)
}

// Dated is the day that postings of the policy, or of a claim on it, bear for an effective day: none is dated before
// the policy was on risk.
func (p *Policy) Dated(effective calendar.Date) calendar.Date {
	if p.OnRisk() {
		return calendar.Later(effective, p.OnRiskFrom)
	}
	return effective
}

// StateOn is the state on a business day.
func (p *Policy) StateOn(day calendar.Date) State {
	if p.Status == InForce && day.After(p.Ends) {
		return Expired
	}
	return p.Status
}

// Covers says that the day lies within the policy's period.
func (p *Policy) Covers(day calendar.Date) bool { return !day.Before(p.Starts) && !day.After(p.Ends) }

// Subject is the policy as the feed names it.
func (p *Policy) Subject() string { return "policy/" + p.Number }

// Gross is the premium to date with its VAT.
func (p *Policy) Gross() money.Amount { return p.NetPremium.Add(money.Apply(p.VAT, p.NetPremium)) }

var findPolicy = pg.Select[Policy, policyKey](files, "FindPolicy")

func (p *Policy) key() policyKey { return policyKey{p.Pool, p.Number} }

// instalmentRows are a policy's instalments as they are kept.
func (p *Policy) instalmentRows() []instalmentRow {
	rows := make([]instalmentRow, len(p.Instalments))
	for i, instalment := range p.Instalments {
		rows[i] = instalmentRow{Pool: p.Pool, Policy: p.Number, Sequence: int32(i), Instalment: instalment}
	}
	return rows
}

// with gives a policy its instalments, unless every one has fallen due.
func (p *Policy) with(instalments []instalmentRow) {
	if !p.NextDue.IsZero() || !p.OnRisk() {
		p.Instalments = plain(instalments)
	}
}

// FindPolicy reads a policy with its instalments; ErrPolicyNotFound when there is none of that number.
func FindPolicy(ctx context.Context, handle bun.IDB, number string) (*Policy, error) {
	policy, instalments, err := readPolicy(ctx, handle, number)
	if err == nil {
		policy.with(instalments)
	}
	return policy, err
}

// readPolicy reads a policy and all its instalments.
func readPolicy(ctx context.Context, handle bun.IDB, number string) (*Policy, []instalmentRow, error) {
	var reads pg.Reads
	var policy *Policy
	var instalments []instalmentRow
	pg.FindIn(&reads, findPolicy.With(keyOf(number)), &policy)
	pg.ListIn(&reads, instalmentsOf.With(keyOf(number)), &instalments)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, nil, err
	}
	if policy == nil {
		return nil, nil, ErrPolicyNotFound.Case(fault.Args{"policy": number})
	}
	return policy, instalments, nil
}

// agreementOf reads the version a policy was issued under or, before issue, the one in force on its first day.
func agreementOf(ctx context.Context, handle bun.IDB, policy *Policy) (*coinsurance.Agreement, error) {
	if policy.AgreementVersion > 0 {
		return coinsurance.AgreementVersion(ctx, handle, policy.Pool, policy.AgreementVersion)
	}
	return coinsurance.AgreementAt(ctx, handle, policy.Pool, policy.Starts)
}

// next is the policy after an event: one version on, recorded now but never before its last event.
func next(before *Policy, now time.Time) Policy {
	after := *before
	after.Version++
	if now.After(after.Recorded) {
		after.Recorded = now
	}
	return after
}

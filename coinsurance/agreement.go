package coinsurance

import (
	"cmp"
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// CashHandling says who takes in the premium, or pays the claims.
type CashHandling string

// The two ways of handling cash.
const (
	ByLeader CashHandling = "leader" // premium: the issuer for all; claims: the servicer for all
	ByEach   CashHandling = "each"   // every member its own portion
)

// Netting says how a period's payment orders are made 轧差.
type Netting string

// The ways of netting.
const (
	NettingNone         Netting = "none"
	NettingBilateral    Netting = "bilateral"
	NettingMultilateral Netting = "multilateral"
)

// VATInvoice says who invoices the VAT of the premium to the insured.
type VATInvoice string

// The two ways of invoicing.
const (
	InvoiceByEach   VATInvoice = "each"   // every member its own portion
	InvoiceByIssuer VATInvoice = "issuer" // the issuer all of it; the others invoice the issuer
)

// Evidence says whether the line's list of evidence is checked off before a claim is approved.
type Evidence string

// The two rules of evidence.
const (
	EvidenceUnchecked Evidence = "unchecked" // where the loss was assessed by section, evidence is required all the same
	EvidenceRequired  Evidence = "required"
)

// Silence says what a statement comes to that a member has neither confirmed nor queried in time.
type Silence string

// What silence may mean.
const (
	SilenceNone     Silence = "none"     // nothing: who has not confirmed has not confirmed
	SilenceConfirms Silence = "confirms" // the member is deemed to have confirmed
)

// RingFence says what is netted by itself only, so that nothing of one ring is set off against another.
type RingFence string

// The ways of ring-fencing; the year is that in which a policy starts.
const (
	FenceNone     RingFence = "none"
	FenceLine     RingFence = "line"
	FenceYear     RingFence = "year"
	FenceLineYear RingFence = "line_year"
)

// States of an agreement version.
const (
	AgreementProposed = "proposed"
	AgreementAccepted = "accepted"
)

// Terms are what a version of a pool agreement says besides the shares 共保协议条款. Amounts at 100 %. The currency is
// that of the pool's book; an event from before it was a term has none, and means renminbi. One from before silence and
// the ring fence were terms has none of them, and means none.
type Terms struct {
	Leader         string        `bun:"leader"           json:"leader"`
	Issuer         string        `bun:"issuer"           json:"issuer"`   // issues policies and takes in premium
	Servicer       string        `bun:"servicer"         json:"servicer"` // handles and pays claims
	Manager        string        `bun:"manager"          json:"manager"`  // runs settlement
	IssuingFee     money.Rate    `bun:"issuing_fee"      json:"issuing_fee"`
	FeeVAT         money.Rate    `bun:"fee_vat"          json:"fee_vat"`
	ManagementFee  money.Rate    `bun:"management_fee"   json:"management_fee"`
	LateInterest   money.Rate    `bun:"late_interest"    json:"late_interest"` // a year
	Residue        Residue       `bun:"residue"          json:"residue"`
	Collection     CashHandling  `bun:"collection"       json:"collection"`
	Claims         CashHandling  `bun:"claims"           json:"claims"`
	Netting        Netting       `bun:"netting"          json:"netting"`
	Currency       string        `bun:"currency"         json:"currency,omitempty"` // ISO 4217
	VATInvoice     VATInvoice    `bun:"vat_invoice"      json:"vat_invoice"`
	Silence        Silence       `bun:"silence"          json:"silence,omitempty"`
	RingFence      RingFence     `bun:"ring_fence"       json:"ring_fence,omitempty"`
	Authority      *money.Amount `bun:"authority"        json:"authority,omitempty"`        // nil: unlimited
	NoticeFrom     *money.Amount `bun:"notice_from"      json:"notice_from,omitempty"`      // nil: never
	SurveyFrom     *money.Amount `bun:"survey_from"      json:"survey_from,omitempty"`      // nil: never
	SecondLeadFrom *money.Amount `bun:"second_lead_from" json:"second_lead_from,omitempty"` // nil: never
	CashCallFrom   *money.Amount `bun:"cash_call_from"   json:"cash_call_from,omitempty"`   // nil: never
	SecondLead     string        `bun:"second_lead"      json:"second_lead,omitempty"`      // empty: the largest follower
	Evidence       Evidence      `bun:"evidence"         json:"evidence"`
	PayDays        int           `bun:"pay_days"         json:"pay_days"`       // working days
	ReimburseDays  int           `bun:"reimburse_days"   json:"reimburse_days"` // working days
	CashCallDays   int           `bun:"cash_call_days"   json:"cash_call_days"` // working days
	NoticeDays     int           `bun:"notice_days"      json:"notice_days"`    // working days
	SurveyDays     int           `bun:"survey_days"      json:"survey_days"`    // working days
	ConsentDays    int           `bun:"consent_days"     json:"consent_days"`   // working days
	AnswerDays     int           `bun:"answer_days"      json:"answer_days"`    // working days
	StatementDays  int           `bun:"statement_days"   json:"statement_days"` // civil days
	QueryDays      int           `bun:"query_days"       json:"query_days"`     // civil days
}

// WithDefaults fills in what a version leaves out, as the scenario language does: the largest share leads (a tie goes
// to the first named), the leader issues and services, one residue policy, no fees, no netting. The terms in days
// are those seen in litigated agreements (3 and 10 working days).
func (t Terms) WithDefaults(participations []Participation) Terms {
	t.Leader = cmp.Or(t.Leader, largest(participations))
	t.Issuer, t.Servicer = cmp.Or(t.Issuer, t.Leader), cmp.Or(t.Servicer, t.Leader)
	t.Manager = cmp.Or(t.Manager, "manager")
	t.Residue = cmp.Or(t.Residue, ResidueLeader)
	t.Collection, t.Claims = cmp.Or(t.Collection, ByLeader), cmp.Or(t.Claims, ByLeader)
	t.Netting, t.Currency = cmp.Or(t.Netting, NettingNone), cmp.Or(t.Currency, money.CNY.Code())
	t.VATInvoice = cmp.Or(t.VATInvoice, InvoiceByEach)
	t.Silence, t.RingFence = cmp.Or(t.Silence, SilenceNone), cmp.Or(t.RingFence, FenceNone)
	t.Evidence = cmp.Or(t.Evidence, EvidenceUnchecked)
	t.PayDays, t.ReimburseDays = cmp.Or(t.PayDays, 3), cmp.Or(t.ReimburseDays, 3)
	t.CashCallDays = cmp.Or(t.CashCallDays, 10)
	t.NoticeDays, t.SurveyDays = cmp.Or(t.NoticeDays, 2), cmp.Or(t.SurveyDays, 2)
	t.ConsentDays, t.AnswerDays = cmp.Or(t.ConsentDays, 5), cmp.Or(t.AnswerDays, 5)
	t.StatementDays, t.QueryDays = cmp.Or(t.StatementDays, 15), cmp.Or(t.QueryDays, 10)
	return t
}

func largest(participations []Participation) string {
	leader := ""
	var most money.Share
	for _, p := range participations {
		if p.Premium.E8() > most.E8() {
			leader, most = p.Member, p.Premium
		}
	}
	return leader
}

// Participation is one member's line in the share table 份额表, with a column per kind of stream.
type Participation struct {
	Member   string        `bun:"member"        json:"member"`
	Premium  money.Share   `bun:"premium_share" json:"premium"` // net premium, VAT, what is received
	Claim    money.Share   `bun:"claim_share"   json:"claim"`   // indemnity, recovery, salvage
	Cost     money.Share   `bun:"cost_share"    json:"cost"`    // claim expense
	Capacity *money.Amount `bun:"capacity"      json:"capacity,omitempty"`
}

// participation is a row of the share table as it is kept.
type participation struct {
	bun.BaseModel `bun:"table:agreement_member"`

	Pool     string `bun:"pool,pk"`
	Version  int    `bun:"version,pk"`
	Sequence int    `bun:"sequence,pk"` // from 0, in the order of the share table

	Participation `bun:"embed:"`
}

// Agreement is one version of a pool's agreement. An accepted version never changes.
type Agreement struct {
	bun.BaseModel `bun:"table:agreement"`

	Pool    string        `bun:"pool,pk"    json:"pool"`
	Version int           `bun:"version,pk" json:"version"`
	Starts  calendar.Date `bun:"starts"     json:"from"`
	State   string        `bun:"state"      json:"state"`

	Terms `bun:"embed:"`

	ProposedBy     string     `bun:"proposed_by"     json:"proposed_by"`
	Proposed       time.Time  `bun:"proposed"        json:"proposed"`
	AcceptedBy     string     `bun:"accepted_by"     json:"accepted_by,omitempty"`
	Accepted       *time.Time `bun:"accepted"        json:"accepted,omitempty"`
	SubjectVersion int64      `bun:"subject_version" json:"subject_version"`

	Participations []Participation `bun:"-" json:"shares"`

	premium ShareTable // column of net premium, VAT, what is received
	claim   ShareTable // column of indemnity, recovery, salvage
	cost    ShareTable // column of claim expense
}

// NewAgreement is an agreement that stands in no book, with its defaults and share tables: for trying what an
// agreement would come to.
func NewAgreement(terms Terms, participations []Participation) (*Agreement, error) {
	agreement := &Agreement{Terms: terms.WithDefaults(participations), Participations: participations}
	return agreement, agreement.tabulate()
}

// Members are the members of the share table, in its order.
func (a *Agreement) Members() []string { return a.premium.Members() }

// IsFollower says that the code is a member of the table other than the leader.
func (a *Agreement) IsFollower(code string) bool {
	_, member := a.premium.Share(code)
	return member && code != a.Leader
}

// tabulate builds the three share tables; ErrSharesNotWhole when a column does not sum to one.
func (a *Agreement) tabulate() error {
	columns := []struct {
		table *ShareTable
		pick  func(Participation) money.Share
	}{
		{&a.premium, func(p Participation) money.Share { return p.Premium }},
		{&a.claim, func(p Participation) money.Share { return p.Claim }},
		{&a.cost, func(p Participation) money.Share { return p.Cost }},
	}
	for _, column := range columns {
		rows := make([]MemberShare, 0, len(a.Participations))
		for _, p := range a.Participations {
			rows = append(rows, MemberShare{Member: p.Member, Share: column.pick(p)})
		}
		table, err := NewShareTable(a.Leader, rows)
		if err != nil {
			return err
		}
		*column.table = table
	}
	return nil
}

// Versions are the accepted versions of a pool's agreement, the latest first.
type Versions []acceptedVersion

type acceptedVersion struct {
	bun.BaseModel `bun:"table:agreement"`

	Version int           `bun:"version"`
	Starts  calendar.Date `bun:"starts"`
}

// At is the version in force on a day; 0 when there is none.
func (v Versions) At(day calendar.Date) int {
	for _, version := range v {
		if !version.Starts.After(day) {
			return version.Version
		}
	}
	return 0
}

// AtOrFirst is the version in force on a day, or the earliest where none is; 0 when there are none.
func (v Versions) AtOrFirst(day calendar.Date) int {
	if version := v.At(day); version != 0 || len(v) == 0 {
		return version
	}
	return v[len(v)-1].Version
}

// First is the first day of the first of them; zero when there is none.
func (v Versions) First() calendar.Date {
	if len(v) == 0 {
		return calendar.Date{}
	}
	return v[len(v)-1].Starts
}

type versionKey struct {
	Pool    string
	Version int
}

var (
	acceptedVersions        = pg.Select[acceptedVersion, poolKey](files, "AcceptedVersions")
	agreementVersion        = pg.Select[Agreement, versionKey](files, "AgreementVersion")
	participationsOfVersion = pg.Select[participation, versionKey](files, "ParticipationsOfVersion")
	versionsOfPool          = pg.SQL[poolKey](files, "VersionsOfPool")
)

// VersionsIn asks for a pool's accepted versions among other reads.
func VersionsIn(reads *pg.Reads, pool string, versions *Versions) {
	pg.ListIn(reads, acceptedVersions.With(poolKey{pool}), (*[]acceptedVersion)(versions))
}

// AgreementAt reads the accepted version in force on the day; ErrNoAgreementInForce when there is none.
func AgreementAt(ctx context.Context, handle bun.IDB, pool string, day calendar.Date) (*Agreement, error) {
	var reads pg.Reads
	var versions Versions
	VersionsIn(&reads, pool, &versions)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	version := versions.At(day)
	if version == 0 {
		return nil, ErrNoAgreementInForce.Case(fault.Args{"pool": pool, "day": day})
	}
	return AgreementVersion(ctx, handle, pool, version)
}

// AgreementVersion reads one version with its share tables; ErrAgreementNotFound when there is none. An accepted
// version never changes, and neither may who is given it change it: it is read once.
func AgreementVersion(ctx context.Context, handle bun.IDB, pool string, version int) (*Agreement, error) {
	key := versionKey{pool, version} // under which it is kept
	if kept, there := pg.Kept[*Agreement](handle, key); there {
		return kept, nil
	}
	agreement, err := readAgreement(ctx, handle, pool, version)
	if err == nil && agreement.State == AgreementAccepted {
		pg.Keep(handle, key, agreement)
	}
	return agreement, err
}

func readAgreement(ctx context.Context, handle bun.IDB, pool string, version int) (*Agreement, error) {
	var reads pg.Reads
	found := agreementIn(&reads, pool, version)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	agreement, err := found()
	if err == nil && agreement == nil {
		err = ErrAgreementNotFound.Case(fault.Args{"pool": pool, "version": version})
	}
	return agreement, err
}

// agreementIn asks for one version among other reads; what it gives has, once they have run, the version with its share
// tables, or nil when there is none.
func agreementIn(reads *pg.Reads, pool string, version int) func() (*Agreement, error) {
	var agreement *Agreement
	var rows []participation
	key := versionKey{pool, version}
	pg.FindIn(reads, agreementVersion.With(key), &agreement)
	pg.ListIn(reads, participationsOfVersion.With(key), &rows)
	return func() (*Agreement, error) {
		if agreement == nil {
			return nil, nil
		}
		for _, row := range rows {
			agreement.Participations = append(agreement.Participations, row.Participation)
		}
		return agreement, agreement.tabulate()
	}
}

// Agreements lists all versions of a pool, oldest first.
func Agreements(ctx context.Context, handle bun.IDB, pool string) ([]*Agreement, error) {
	versions, err := pg.Values[int](ctx, handle, versionsOfPool.With(poolKey{pool}))
	if err != nil {
		return nil, err
	}
	agreements := make([]*Agreement, 0, len(versions))
	for _, version := range versions {
		agreement, err := AgreementVersion(ctx, handle, pool, version)
		if err != nil {
			return nil, err
		}
		agreements = append(agreements, agreement)
	}
	return agreements, nil
}

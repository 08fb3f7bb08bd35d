package httpapi

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
)

type shareBody struct {
	Member   string        `json:"member" maxLength:"64"`
	Premium  money.Share   `json:"premium" doc:"Share of premium"`
	Claim    *money.Share  `json:"claim,omitempty" doc:"Of indemnity, recovery, salvage; as premium when left out"`
	Cost     *money.Share  `json:"cost,omitempty" doc:"Of claim expense; as premium when left out"`
	Capacity *money.Amount `json:"capacity,omitempty" doc:"The most this member carries on one risk"`
}

func (b shareBody) participation() coinsurance.Participation {
	p := coinsurance.Participation{
		Member: b.Member, Premium: b.Premium, Claim: b.Premium, Cost: b.Premium, Capacity: b.Capacity,
	}
	if b.Claim != nil {
		p.Claim = *b.Claim
	}
	if b.Cost != nil {
		p.Cost = *b.Cost
	}
	return p
}

// termsBody are coinsurance.Terms as the description tells of them; what is left out gets the default that the scenario
// language has.
type termsBody struct {
	Leader        string     `json:"leader,omitempty" maxLength:"64" doc:"The largest share when left out"`
	Issuer        string     `json:"issuer,omitempty" maxLength:"64" doc:"The leader when left out"`
	Servicer      string     `json:"servicer,omitempty" maxLength:"64" doc:"The leader when left out"`
	Manager       string     `json:"manager,omitempty" maxLength:"64"`
	IssuingFee    money.Rate `json:"issuing_fee,omitempty"`
	FeeVAT        money.Rate `json:"fee_vat,omitempty"`
	ManagementFee money.Rate `json:"management_fee,omitempty"`
	LateInterest  money.Rate `json:"late_interest,omitempty" doc:"A year"`

	Residue    coinsurance.Residue      `json:"residue,omitempty" enum:"leader,largest_remainder"`
	Collection coinsurance.CashHandling `json:"collection,omitempty" enum:"leader,each"`
	Claims     coinsurance.CashHandling `json:"claims,omitempty" enum:"leader,each"`
	Netting    coinsurance.Netting      `json:"netting,omitempty" enum:"none,bilateral,multilateral"`
	Currency   string                   `json:"currency,omitempty" enum:"CNY" doc:"Of the pool's book; CNY when left out"`
	VATInvoice coinsurance.VATInvoice   `json:"vat_invoice,omitempty" enum:"each,issuer"`

	Silence   coinsurance.Silence   `json:"silence,omitempty" enum:"none,confirms" doc:"On a statement, when time is up"`
	RingFence coinsurance.RingFence `json:"ring_fence,omitempty" enum:"none,line,year,line_year" doc:"Netted by itself"`

	Authority      *money.Amount `json:"authority,omitempty" doc:"Above it every follower must accept"`
	NoticeFrom     *money.Amount `json:"notice_from,omitempty"`
	SurveyFrom     *money.Amount `json:"survey_from,omitempty"`
	SecondLeadFrom *money.Amount `json:"second_lead_from,omitempty"`
	CashCallFrom   *money.Amount `json:"cash_call_from,omitempty"`
	SecondLead     string        `json:"second_lead,omitempty" maxLength:"64" doc:"The largest follower when left out"`

	Evidence coinsurance.Evidence `json:"evidence,omitempty" enum:"unchecked,required" doc:"Before a claim is approved"`

	PayDays       int `json:"pay_days,omitempty" minimum:"0" maximum:"366"`
	ReimburseDays int `json:"reimburse_days,omitempty" minimum:"0" maximum:"366"`
	CashCallDays  int `json:"cash_call_days,omitempty" minimum:"0" maximum:"366"`
	NoticeDays    int `json:"notice_days,omitempty" minimum:"0" maximum:"366"`
	SurveyDays    int `json:"survey_days,omitempty" minimum:"0" maximum:"366"`
	ConsentDays   int `json:"consent_days,omitempty" minimum:"0" maximum:"366"`
	AnswerDays    int `json:"answer_days,omitempty" minimum:"0" maximum:"366" doc:"To answer a query"`
	StatementDays int `json:"statement_days,omitempty" minimum:"0" maximum:"366"`
	QueryDays     int `json:"query_days,omitempty" minimum:"0" maximum:"366"`
}

type proposalBody struct {
	Version int           `json:"version" minimum:"1" maximum:"1000000"`
	From    calendar.Date `json:"from" doc:"Later than that of every version before"`
	Shares  []shareBody   `json:"shares" minItems:"1" maxItems:"64" nullable:"false"`
	Terms   termsBody     `json:"terms,omitempty"`
}

func (s *Server) bindAgreements() {
	bind(s, get("list-agreements", tagPool, "/v1/pools/{pool}/agreements", door.Business,
		"All versions of a pool's agreement, oldest first"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[*coinsurance.Agreement], error) {
		return all(coinsurance.ViewAgreements(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	bind(s, get("get-agreement", tagPool, "/v1/pools/{pool}/agreements/{version}", door.Business,
		"One version of a pool's agreement, with its share table"), func(
		ctx context.Context, by access.Principal, in *AgreementPath,
	) (*single[*coinsurance.Agreement], error) {
		return one(coinsurance.ViewAgreement(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Version))
	})
	change(s, post(tagPool, "/v1/pools/{pool}/agreements", door.PoolClerks,
		"Propose a version of a pool's agreement").creates(), s.Coinsurance.ProposeAgreement,
		func(by access.Principal, in *struct {
			Keyed
			PoolPath

			Body proposalBody
		},
		) coinsurance.ProposeAgreement {
			cmd := coinsurance.ProposeAgreement{
				Command: in.command(by),
				Pool:    in.Pool, Version: in.Body.Version, From: in.Body.From, Terms: coinsurance.Terms(in.Body.Terms),
			}
			for _, share := range in.Body.Shares {
				cmd.Shares = append(cmd.Shares, share.participation())
			}
			return cmd
		})
	change(s, post(tagPool, "/v1/pools/{pool}/agreements/{version}/acceptance", door.PoolClerks,
		"Accept a proposed version; never by who proposed it"), s.Coinsurance.AcceptAgreement,
		func(by access.Principal, in *struct {
			Keyed
			AgreementPath
		},
		) coinsurance.AcceptAgreement {
			return coinsurance.AcceptAgreement{
				Command: in.command(by), Pool: in.Pool, Version: in.Version,
			}
		})
}

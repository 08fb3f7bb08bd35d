package httpapi

import (
	"context"

	"github.com/google/uuid"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// Dated says when a change counts in business.
type Dated struct {
	Effective calendar.Date `json:"effective,omitempty" doc:"When it counts in business; today when left out"`
}

type cashBody struct {
	Dated

	Amount money.Amount `json:"amount" doc:"At 100 %, gross of VAT"`
}

func (s *Server) bindPremium() {
	type cash struct {
		Changed

		Body cashBody
	}
	bind(s, "receive-premium", func(ctx context.Context, by access.Principal, in *cash) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ReceivePremium(ctx, insurance.ReceivePremium{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Amount: in.Body.Amount,
		}))
	})
	bind(s, "refund-premium", func(ctx context.Context, by access.Principal, in *cash) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.RefundPremium(ctx, insurance.RefundPremium{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Amount: in.Body.Amount,
		}))
	})
	bind(s, "pay-commission", func(ctx context.Context, by access.Principal, in *cash) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.PayCommission(ctx, insurance.PayCommission{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Amount: in.Body.Amount,
		}))
	})
	bind(s, "reverse-premium", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Event    uuid.UUID `json:"event" doc:"Of the receipt or refund"`
			Reason   string    `json:"reason" minLength:"1" maxLength:"200"`
			Original bool      `json:"original,omitempty" doc:"Date it at the original effective day, not today"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ReversePremium(ctx, insurance.ReversePremium{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match}, Policy: in.Number,
			Event: in.Body.Event, Reason: in.Body.Reason, Original: in.Body.Original,
		}))
	})
}

type quoteBody struct {
	Dated

	Pool           string                 `json:"pool" maxLength:"64"`
	Number         string                 `json:"number,omitempty" maxLength:"128" doc:"POOL-…; made up when left out"`
	Line           string                 `json:"line" maxLength:"64"`
	Insured        string                 `json:"insured" maxLength:"200"`
	Start          calendar.Date          `json:"start" doc:"Cover begins at 00:00"`
	End            calendar.Date          `json:"end" doc:"Cover ends at 24:00"`
	Premium        money.Amount           `json:"premium" doc:"Net of VAT"`
	VAT            *money.Rate            `json:"vat,omitempty" doc:"6% when left out"`
	Commission     money.Rate             `json:"commission,omitempty"`
	Limit          money.Amount           `json:"limit" doc:"Limit of liability"`
	Deductible     money.Amount           `json:"deductible,omitempty"`
	Instalments    []insurance.Instalment `json:"instalments,omitempty" maxItems:"60" nullable:"false"`
	EquipmentValue *money.Amount          `json:"equipment_value,omitempty"`
	ContractValue  *money.Amount          `json:"contract_value,omitempty"`
	Catalogue      string                 `json:"catalogue,omitempty" maxLength:"200"`
	Qualification  string                 `json:"qualification,omitempty" maxLength:"200"`
	Retroactive    calendar.Date          `json:"retroactive,omitempty"`
	Consent        string                 `json:"consent,omitempty" maxLength:"200" doc:"To several insurers: a reference"`
	ConsentDigest  string                 `json:"consent_digest,omitempty" maxLength:"64" doc:"SHA-256 of it, hexadecimal"`

	Facts    insurance.Facts          `json:"facts,omitempty" doc:"What the line's rules ask about"`
	Sections []insurance.SectionTerms `json:"sections,omitempty" maxItems:"16" nullable:"false" doc:"All when left out"`
}

// vatDefault is that of services (VAT Law of the PRC, in force from 2026-01-01, art. 10).
const vatDefault = "6%"

func (b quoteBody) command(by access.Principal, key string) insurance.QuotePolicy {
	vat := money.MustRate(vatDefault)
	if b.VAT != nil {
		vat = *b.VAT
	}
	return insurance.QuotePolicy{
		Command: idempotency.Command{By: by, IdempotencyKey: key, Effective: b.Effective},
		Pool:    b.Pool, Number: b.Number, Line: b.Line, Insured: b.Insured, Starts: b.Start, Ends: b.End,
		Premium: b.Premium, VAT: vat, Commission: b.Commission, SumInsured: b.Limit, Deductible: b.Deductible,
		Instalments: b.Instalments, EquipmentValue: b.EquipmentValue, ContractValue: b.ContractValue,
		Catalogue: b.Catalogue, Qualification: b.Qualification, Retroactive: b.Retroactive, Consent: b.Consent,
		ConsentDigest: b.ConsentDigest, Facts: b.Facts, Sections: b.Sections,
	}
}

func (s *Server) bindPolicyMoves() {
	bind(s, "quote-policy", func(ctx context.Context, by access.Principal, in *struct {
		Keyed

		Body quoteBody
	},
	) (*policyAnswer, error) {
		return policyOr(s.Insurance.QuotePolicy(ctx, in.Body.command(by, in.Key)))
	})
	bind(s, "decide-risk", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		PolicyPath

		Body struct {
			Accept bool `json:"accept" doc:"Whether your organisation takes its share of the risk"`
		}
	},
	) (*policyAnswer, error) {
		return policyOr(s.Insurance.DecideRisk(ctx, insurance.DecideRisk{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key},
			Policy:  in.Number, Member: by.Organisation, Accept: in.Body.Accept,
		}))
	})
	s.bindForce()
	s.bindApproval()
	s.bindChanges()
}

// bindChanges binds what happens to a policy in the course of its life.
func (s *Server) bindChanges() {
	bind(s, "endorse-policy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Dated

			Endorsement string       `json:"endorsement" maxLength:"64" doc:"Its number"`
			Premium     money.Amount `json:"premium" doc:"The change, net of VAT; may be negative"`
			Basis       string       `json:"basis,omitempty" enum:"remaining,period" doc:"Over which days it is earned"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.EndorsePolicy(ctx, insurance.EndorsePolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Endorsement: in.Body.Endorsement,
			Premium: in.Body.Premium, Basis: in.Body.Basis,
		}))
	})
	bind(s, "renew-policy", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		PolicyPath

		Body struct {
			Number  string        `json:"number,omitempty" maxLength:"128" doc:"Of the new policy; made up when left out"`
			End     calendar.Date `json:"end"`
			Premium money.Amount  `json:"premium" doc:"Net of VAT"`
		}
	},
	) (*policyAnswer, error) {
		return policyOr(s.Insurance.RenewPolicy(ctx, insurance.RenewPolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key},
			Policy:  in.Number, Number: in.Body.Number, Ends: in.Body.End, Premium: in.Body.Premium,
		}))
	})
	bind(s, "note-policy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Name  string `json:"name" maxLength:"64"`
			Value string `json:"value" maxLength:"200" doc:"Nothing takes the note away"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.NotePolicy(ctx, insurance.NotePolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match},
			Policy:  in.Number, Name: in.Body.Name, Value: in.Body.Value,
		}))
	})
}

// bindForce binds what needs no more than a day: issue, cancellation, reinstatement.
func (s *Server) bindForce() {
	type dayOnly struct {
		Changed

		Body *Dated
	}
	day := func(in *dayOnly) (calendar.Date, int64, error) {
		match, err := in.version()
		if in.Body == nil {
			return calendar.Date{}, match, err
		}
		return in.Body.Effective, match, err
	}
	bind(s, "issue-policy", func(ctx context.Context, by access.Principal, in *dayOnly) (*policyAnswer, error) {
		effective, match, err := day(in)
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.IssuePolicy(ctx, insurance.IssuePolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: effective},
			Policy:  in.Number,
		}))
	})
	bind(s, "cancel-policy", func(ctx context.Context, by access.Principal, in *dayOnly) (*policyAnswer, error) {
		effective, match, err := day(in)
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.CancelPolicy(ctx, insurance.CancelPolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: effective},
			Policy:  in.Number,
		}))
	})
	bind(s, "reinstate-policy", func(ctx context.Context, by access.Principal, in *dayOnly) (*policyAnswer, error) {
		effective, match, err := day(in)
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ReinstatePolicy(ctx, insurance.ReinstatePolicy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: effective},
			Policy:  in.Number,
		}))
	})
}

package httpapi

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/danielgtaylor/huma/v2"
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

	Pool   string `json:"pool" maxLength:"64"`
	Number string `json:"number,omitempty" maxLength:"128" doc:"POOL-…; made up when left out"`
	insurance.Contract
	Sections []insurance.SectionTerms `json:"sections,omitempty" maxItems:"16" nullable:"false" doc:"All when left out"`
}

// vatDefault is that of services (VAT Law of the PRC, in force from 2026-01-01, art. 10).
const vatDefault = "6%"

// UnmarshalJSON reads a quotation, in which the rate of VAT may be left out.
func (b *quoteBody) UnmarshalJSON(text []byte) error {
	type plain quoteBody
	read := plain{Contract: insurance.Contract{VAT: money.MustRate(vatDefault)}}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*b = quoteBody(read)
	return nil
}

// TransformSchema says which terms of the contract may be left out.
func (quoteBody) TransformSchema(_ huma.Registry, schema *huma.Schema) *huma.Schema {
	schema.Required = slices.DeleteFunc(schema.Required, func(name string) bool {
		return slices.Contains([]string{"vat", "commission", "deductible", "retroactive"}, name)
	})
	return schema
}

func (b quoteBody) command(by access.Principal, key string) insurance.QuotePolicy {
	return insurance.QuotePolicy{
		Command: idempotency.Command{By: by, IdempotencyKey: key, Effective: b.Effective},
		Pool:    b.Pool, Number: b.Number, Contract: b.Contract, Sections: b.Sections,
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

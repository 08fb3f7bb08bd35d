package httpapi

import (
	"context"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// LinePath names a product line.
type LinePath struct {
	Line string `path:"line" maxLength:"64" doc:"The product line's code"`
}

func (s *Server) bindProducts() {
	bind(s, "list-products", func(context.Context, access.Principal, *none) (*page[insurance.Line], error) {
		return all(insurance.Lines(), nil)
	})
	bind(s, "get-product", func(_ context.Context, _ access.Principal, in *LinePath) (*single[insurance.Line], error) {
		line, known := insurance.FindLine(in.Line)
		if !known {
			return nil, insurance.ErrLineNotFound.With("%s", in.Line)
		}
		return one(line, nil)
	})
	bind(s, "list-product-catalogue", func(ctx context.Context, _ access.Principal, in *struct {
		LinePath
		PageQuery

		Edition string `query:"edition" maxLength:"64"`
	},
	) (*page[insurance.CatalogueItem], error) {
		after, err := unseal(in.After)
		if err != nil {
			return nil, err
		}
		items, err := insurance.Catalogue(ctx, s.DB, in.Line, in.Edition, after, in.limit())
		answer, err := all(items, err)
		if err == nil && len(items) == in.limit() {
			last := items[len(items)-1]
			answer.Body.Next = seal(last.Edition + " " + last.Item)
		}
		return answer, err
	})
	s.bindSubsidies()
}

func (s *Server) bindSubsidies() {
	bind(s, "apply-policy-subsidy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Dated

			PaidTo insurance.PaidTo `json:"paid_to,omitempty" enum:"insured,insurer" doc:"The insured when left out"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ApplySubsidy(ctx, insurance.ApplySubsidy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, PaidTo: in.Body.PaidTo,
		}))
	})
	bind(s, "decide-policy-subsidy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Dated

			Grant     bool         `json:"grant" doc:"Whether the authority grants it"`
			Amount    money.Amount `json:"amount,omitempty" doc:"What is granted; what was applied for when left out"`
			Reference string       `json:"reference" maxLength:"200" doc:"Of the authority's letter"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.DecideSubsidy(ctx, insurance.DecideSubsidy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Grant: in.Body.Grant, Amount: in.Body.Amount,
			Reference: in.Body.Reference,
		}))
	})
	s.bindSubsidyMoney()
}

// bindSubsidyMoney binds what moves a subsidy's money.
func (s *Server) bindSubsidyMoney() {
	bind(s, "pay-policy-subsidy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Dated

			Amount money.Amount `json:"amount,omitempty" doc:"What came; what was granted when left out"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.PaySubsidy(ctx, insurance.PaySubsidy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Amount: in.Body.Amount,
		}))
	})
	bind(s, "claw-back-policy-subsidy", func(ctx context.Context, by access.Principal, in *struct {
		Changed

		Body struct {
			Dated

			Amount money.Amount `json:"amount,omitempty" doc:"What goes back; all of it when left out"`
			Reason string       `json:"reason" maxLength:"200"`
			False  bool         `json:"false_documents,omitempty" doc:"Then the insured gets no support for three years"`
		}
	},
	) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ClawBackSubsidy(ctx, insurance.ClawBackSubsidy{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match, Effective: in.Body.Effective},
			Policy:  in.Number, Amount: in.Body.Amount, Reason: in.Body.Reason,
			False: in.Body.False,
		}))
	})
}

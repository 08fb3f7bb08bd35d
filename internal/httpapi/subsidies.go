package httpapi

import (
	"gongbao/insurance"
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// bindSubsidies binds the premium support that an authority gives.
func (s *Server) bindSubsidies() {
	changePolicy(s, ofSubsidy[insurance.ApplySubsidy]("application",
		"Put in for premium support"), s.Insurance.ApplySubsidy,
		func(cmd idempotency.Command, policy string, body struct {
			Dated

			PaidTo insurance.PaidTo `json:"paid_to,omitempty" enum:"insured,insurer" doc:"The insured when left out"`
		},
		) insurance.ApplySubsidy {
			return insurance.ApplySubsidy{Command: cmd, Policy: policy, PaidTo: body.PaidTo}
		})
	changePolicy(s, ofSubsidy[insurance.DecideSubsidy]("decision",
		"Record what the authority decided on premium support"), s.Insurance.DecideSubsidy,
		func(cmd idempotency.Command, policy string, body struct {
			Dated

			Grant     bool         `json:"grant" doc:"Whether the authority grants it"`
			Amount    money.Amount `json:"amount,omitempty" doc:"What is granted; what was applied for when left out"`
			Reference string       `json:"reference" maxLength:"200" doc:"Of the authority's letter"`
		},
		) insurance.DecideSubsidy {
			return insurance.DecideSubsidy{
				Command: cmd, Policy: policy, Grant: body.Grant, Amount: body.Amount, Reference: body.Reference,
			}
		})
	changePolicy(s, ofSubsidy[insurance.PaySubsidy]("payment",
		"Record that premium support was paid"), s.Insurance.PaySubsidy,
		func(cmd idempotency.Command, policy string, body struct {
			Dated

			Amount money.Amount `json:"amount,omitempty" doc:"What came; what was granted when left out"`
		},
		) insurance.PaySubsidy {
			return insurance.PaySubsidy{Command: cmd, Policy: policy, Amount: body.Amount}
		})
	changePolicy(s, ofSubsidy[insurance.ClawBackSubsidy]("claw-back",
		"Record that premium support was taken back"), s.Insurance.ClawBackSubsidy,
		func(cmd idempotency.Command, policy string, body struct {
			Dated

			Amount money.Amount `json:"amount,omitempty" doc:"What goes back; all of it when left out"`
			Reason string       `json:"reason" maxLength:"200"`
			False  bool         `json:"false_documents,omitempty" doc:"Then the insured gets no support for three years"`
		},
		) insurance.ClawBackSubsidy {
			return insurance.ClawBackSubsidy{
				Command: cmd, Policy: policy, Amount: body.Amount, Reason: body.Reason, False: body.False,
			}
		})
}

// ofSubsidy is the route of a command about a policy's premium support.
func ofSubsidy[C any](act, summary string) route {
	return of[C](post(tagPolicy, "/v1/policies/{number}/subsidy/"+act, door.Underwriters, summary), tagPolicy)
}

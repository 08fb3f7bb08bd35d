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
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/product"
)

type quoteBody struct {
	Dated

	Pool   string `json:"pool" maxLength:"64"`
	Number string `json:"number,omitempty" maxLength:"128" doc:"POOL-…; made up when left out"`
	insurance.Contract
	Sections []product.SectionTerms `json:"sections,omitempty" maxItems:"16" nullable:"false" doc:"All when left out"`
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

func (b quoteBody) command(cmd idempotency.Command) insurance.QuotePolicy {
	cmd.Effective = b.Effective
	return insurance.QuotePolicy{
		Command: cmd, Pool: b.Pool, Number: b.Number, Contract: b.Contract, Sections: b.Sections,
	}
}

// bindPlacement binds what happens until a policy is in force.
func (s *Server) bindPlacement() {
	quote := post(tagPolicy, "/v1/policies", door.Underwriters, "Quote a policy").creates()
	bind(s, of[insurance.QuotePolicy](quote, ""), s.quotePolicy)
	followPolicy(s, post(tagPolicy, "/v1/policies/{number}/decisions", door.Underwriters,
		"A follower accepts or declines a risk above the leader's authority"), s.Insurance.DecideRisk,
		func(cmd idempotency.Command, policy string, body struct {
			Accept bool `json:"accept" doc:"Whether your organisation takes its share of the risk"`
		},
		) insurance.DecideRisk {
			return insurance.DecideRisk{
				Command: cmd, Policy: policy, Member: cmd.By.Organisation, Accept: body.Accept,
			}
		})
	bind(s, of[insurance.ApproveIssue](post(tagPolicy, "/v1/policies/{number}/approvals", door.Underwriters,
		"Approve the issue of a policy above the issuing person's limit").creates(), ""), func(
		ctx context.Context, by access.Principal, in *struct {
			Versioned
			PolicyPath
		},
	) (*policyAnswer, error) {
		cmd, err := in.command(by, calendar.Date{})
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ApproveIssue(ctx, insurance.ApproveIssue{
			Command: cmd, Policy: in.Number,
		}))
	})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/countersignatures", door.Underwriters,
		"Agree as the second person to what an act on a policy moves").creates(), s.Insurance.CountersignPolicy,
		func(cmd idempotency.Command, policy string, body countersignature) insurance.CountersignPolicy {
			return insurance.CountersignPolicy{Command: cmd, Policy: policy, Act: body.Act, Amount: body.Amount}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/issue", door.Underwriters,
		"Bring a quoted and paid policy into force"), s.Insurance.IssuePolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.IssuePolicy {
			return insurance.IssuePolicy{Command: cmd, Policy: policy}
		})
}

func (s *Server) quotePolicy(ctx context.Context, by access.Principal, in *struct {
	Keyed

	Body quoteBody
},
) (*policyAnswer, error) {
	return policyOr(s.Insurance.QuotePolicy(ctx, in.Body.command(in.command(by))))
}

// cashBody is premium or commission that moved.
type cashBody struct {
	Dated

	Amount money.Amount `json:"amount" doc:"At 100 %, gross of VAT"`
}

func (s *Server) bindPremium() {
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/receipts", door.Underwriters,
		"Record premium received").creates(), s.Insurance.ReceivePremium,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.ReceivePremium {
			return insurance.ReceivePremium{Command: cmd, Policy: policy, Amount: body.Amount}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/refunds", door.Underwriters,
		"Record premium paid back").creates(), s.Insurance.RefundPremium,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.RefundPremium {
			return insurance.RefundPremium{Command: cmd, Policy: policy, Amount: body.Amount}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/reversals", door.Underwriters,
		"Reverse a receipt or refund recorded by mistake").creates(), s.Insurance.ReversePremium,
		func(cmd idempotency.Command, policy string, body struct {
			Event    uuid.UUID `json:"event" doc:"Of the receipt or refund"`
			Reason   string    `json:"reason" minLength:"1" maxLength:"200"`
			Original bool      `json:"original,omitempty" doc:"Date it at the original effective day, not today"`
		},
		) insurance.ReversePremium {
			return insurance.ReversePremium{
				Command: cmd, Policy: policy, Event: body.Event, Reason: body.Reason, Original: body.Original,
			}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/commission-payments", door.Underwriters,
		"Record commission paid to the broker").creates(), s.Insurance.PayCommission,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.PayCommission {
			return insurance.PayCommission{Command: cmd, Policy: policy, Amount: body.Amount}
		})
}

// bindPolicyLife binds what happens to a policy in the course of its life.
func (s *Server) bindPolicyLife() {
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/endorsements", door.Underwriters,
		"Change the premium of a policy").creates(), s.Insurance.EndorsePolicy,
		func(cmd idempotency.Command, policy string, body struct {
			Dated

			Endorsement string       `json:"endorsement" maxLength:"64" doc:"Its number"`
			Premium     money.Amount `json:"premium" doc:"The change, net of VAT; may be negative"`
			Basis       string       `json:"basis,omitempty" enum:"remaining,period" doc:"Over which days it is earned"`
		},
		) insurance.EndorsePolicy {
			return insurance.EndorsePolicy{
				Command: cmd, Policy: policy, Endorsement: body.Endorsement, Premium: body.Premium, Basis: body.Basis,
			}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/notes", door.Underwriters,
		"Attach a dated fact to a policy").creates(), s.Insurance.NotePolicy,
		func(cmd idempotency.Command, policy string, body struct {
			Name  string `json:"name" maxLength:"64"`
			Value string `json:"value" maxLength:"200" doc:"Nothing takes the note away"`
		},
		) insurance.NotePolicy {
			return insurance.NotePolicy{Command: cmd, Policy: policy, Name: body.Name, Value: body.Value}
		})
	followPolicy(s, post(tagPolicy, "/v1/policies/{number}/renewal", door.Underwriters,
		"Quote the policy that follows on").creates(), s.Insurance.RenewPolicy,
		func(cmd idempotency.Command, policy string, body struct {
			Number  string        `json:"number,omitempty" maxLength:"128" doc:"Of the new policy; made up when left out"`
			End     calendar.Date `json:"end"`
			Premium money.Amount  `json:"premium" doc:"Net of VAT"`
		},
		) insurance.RenewPolicy {
			return insurance.RenewPolicy{
				Command: cmd, Policy: policy, Number: body.Number, Ends: body.End, Premium: body.Premium,
			}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/cancellation", door.Underwriters,
		"Cancel a policy with effect from a day"), s.Insurance.CancelPolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.CancelPolicy {
			return insurance.CancelPolicy{Command: cmd, Policy: policy}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/reinstatement", door.Underwriters,
		"Take a cancellation back"), s.Insurance.ReinstatePolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.ReinstatePolicy {
			return insurance.ReinstatePolicy{Command: cmd, Policy: policy}
		})
}

// countersignature is a second person's word for the next act on a policy or a claim.
type countersignature struct {
	Act    string       `json:"act" doc:"The command that it is for, in snake case: endorse_policy, advance_claim"`
	Amount money.Amount `json:"amount" doc:"Up to which it may move, to date and at 100 %"`
}

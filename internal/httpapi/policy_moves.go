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

func (b quoteBody) command(cmd idempotency.Command) insurance.QuotePolicy {
	vat := money.MustRate(vatDefault)
	if b.VAT != nil {
		vat = *b.VAT
	}
	cmd.Effective = b.Effective
	return insurance.QuotePolicy{
		Command: cmd,
		Pool:    b.Pool, Number: b.Number, Line: b.Line, Insured: b.Insured, Starts: b.Start, Ends: b.End,
		Premium: b.Premium, VAT: vat, Commission: b.Commission, SumInsured: b.Limit, Deductible: b.Deductible,
		Instalments: b.Instalments, EquipmentValue: b.EquipmentValue, ContractValue: b.ContractValue,
		Catalogue: b.Catalogue, Qualification: b.Qualification, Retroactive: b.Retroactive, Consent: b.Consent,
		ConsentDigest: b.ConsentDigest, Facts: b.Facts, Sections: b.Sections,
	}
}

// bindPlacement binds what happens until a policy is in force.
func (s *Server) bindPlacement() {
	bind(s, of[insurance.QuotePolicy](post(tagPolicy, "/v1/policies", underwriters, "Quote a policy").creates(), ""), func(
		ctx context.Context, by access.Principal, in *struct {
			Keyed

			Body quoteBody
		},
	) (*policyAnswer, error) {
		return policyOr(s.Insurance.QuotePolicy(ctx, in.Body.command(in.command(by))))
	})
	followPolicy(s, post(tagPolicy, "/v1/policies/{number}/decisions", underwriters,
		"A follower accepts or declines a risk above the leader's authority"), s.Insurance.DecideRisk,
		func(cmd idempotency.Command, policy string, body struct {
			Accept bool `json:"accept" doc:"Whether your organisation takes its share of the risk"`
		},
		) insurance.DecideRisk {
			return insurance.DecideRisk{
				Command: cmd, Policy: policy, Member: cmd.By.Organisation, Accept: body.Accept,
			}
		})
	bind(s, of[insurance.ApproveIssue](post(tagPolicy, "/v1/policies/{number}/approvals", underwriters,
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
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/issue", underwriters,
		"Bring a quoted and paid policy into force"), s.Insurance.IssuePolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.IssuePolicy {
			return insurance.IssuePolicy{Command: cmd, Policy: policy}
		})
}

// cashBody is premium or commission that moved.
type cashBody struct {
	Dated

	Amount money.Amount `json:"amount" doc:"At 100 %, gross of VAT"`
}

func (s *Server) bindPremium() {
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/receipts", underwriters,
		"Record premium received").creates(), s.Insurance.ReceivePremium,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.ReceivePremium {
			return insurance.ReceivePremium{Command: cmd, Policy: policy, Amount: body.Amount}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/refunds", underwriters,
		"Record premium paid back").creates(), s.Insurance.RefundPremium,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.RefundPremium {
			return insurance.RefundPremium{Command: cmd, Policy: policy, Amount: body.Amount}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/reversals", underwriters,
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
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/commission-payments", underwriters,
		"Record commission paid to the broker").creates(), s.Insurance.PayCommission,
		func(cmd idempotency.Command, policy string, body cashBody) insurance.PayCommission {
			return insurance.PayCommission{Command: cmd, Policy: policy, Amount: body.Amount}
		})
}

// bindPolicyLife binds what happens to a policy in the course of its life.
func (s *Server) bindPolicyLife() {
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/endorsements", underwriters,
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
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/notes", underwriters,
		"Attach a dated fact to a policy").creates(), s.Insurance.NotePolicy,
		func(cmd idempotency.Command, policy string, body struct {
			Name  string `json:"name" maxLength:"64"`
			Value string `json:"value" maxLength:"200" doc:"Nothing takes the note away"`
		},
		) insurance.NotePolicy {
			return insurance.NotePolicy{Command: cmd, Policy: policy, Name: body.Name, Value: body.Value}
		})
	followPolicy(s, post(tagPolicy, "/v1/policies/{number}/renewal", underwriters,
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
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/cancellation", underwriters,
		"Cancel a policy with effect from a day"), s.Insurance.CancelPolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.CancelPolicy {
			return insurance.CancelPolicy{Command: cmd, Policy: policy}
		})
	changePolicy(s, post(tagPolicy, "/v1/policies/{number}/reinstatement", underwriters,
		"Take a cancellation back"), s.Insurance.ReinstatePolicy,
		func(cmd idempotency.Command, policy string, _ *Dated) insurance.ReinstatePolicy {
			return insurance.ReinstatePolicy{Command: cmd, Policy: policy}
		})
}

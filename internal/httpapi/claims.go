package httpapi

import (
	"cmp"
	"context"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// ClaimPath names a claim.
type ClaimPath struct {
	Claim string `path:"claim" maxLength:"128" doc:"The claim's number"`
}

// ClaimMove is a change to a claim that may be sent again, and only to the version the caller saw.
type ClaimMove struct {
	Keyed
	ClaimPath

	IfMatch string `header:"If-Match" maxLength:"32" doc:"ETag of the claim as the caller saw it"`
}

// command is the claim's part of a command.
func (m ClaimMove) command(by access.Principal, effective calendar.Date) (claims.Command, error) {
	match, err := matchOf(m.IfMatch)
	return claims.Command{
		Command: idempotency.Command{By: by, IdempotencyKey: m.Key, IfVersion: match, Effective: effective},
		Claim:   m.Claim,
	}, err
}

// claimAnswer is a claim after a change.
type claimAnswer struct {
	ETag string `header:"ETag"`
	Body *claims.Claim
}

func claimOr(claim *claims.Claim, err error) (*claimAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &claimAnswer{ETag: etag(claim.Version), Body: claim}, nil
}

// moveClaim binds a move of a claim: body is what it says besides which claim.
func moveClaim[B any](
	s *Server, id string, do func(context.Context, claims.Command, *B) (*claims.Claim, error),
	effective func(*B) calendar.Date,
) {
	bind(s, id, func(ctx context.Context, by access.Principal, in *struct {
		ClaimMove

		Body *B
	},
	) (*claimAnswer, error) {
		body := in.Body
		if body == nil {
			body = new(B)
		}
		cmd, err := in.command(by, effective(body))
		if err != nil {
			return nil, err
		}
		return claimOr(do(ctx, cmd, body))
	})
}

type (
	// EstimateBody replaces what is left out by nothing: a figure left out stays as it was.
	EstimateBody struct {
		Dated

		Indemnity *money.Amount `json:"indemnity,omitempty" doc:"At 100 %, to date; unchanged when left out"`
		Expense   *money.Amount `json:"expense,omitempty" doc:"At 100 %, to date; unchanged when left out"`
	}
	// PaymentBody is money that moves.
	PaymentBody struct {
		Dated

		Indemnity money.Amount `json:"indemnity,omitempty" doc:"At 100 %"`
		Expense   money.Amount `json:"expense,omitempty" doc:"Other expense, at 100 %"`
		Adjuster  money.Amount `json:"adjuster,omitempty" doc:"Expense of loss adjusters and surveyors"`
		Expert    money.Amount `json:"expert,omitempty" doc:"Expense of experts and inspections"`
		Legal     money.Amount `json:"legal,omitempty" doc:"Expense of lawyers and courts: defence costs"`
		Settled   bool         `json:"settled,omitempty" doc:"The insured has paid the third party already"`
		Payee     string       `json:"payee,omitempty" maxLength:"200" doc:"Who is paid; needed but for the insured"`
		PayeeKind string       `json:"payee_kind,omitempty" enum:"insured,third_party,supplier" doc:"insured"`
	}
	// AdvanceBody is money before approval.
	AdvanceBody struct {
		Dated

		Indemnity money.Amount `json:"indemnity" doc:"At 100 %"`
		Payee     string       `json:"payee,omitempty" maxLength:"200" doc:"Who is paid; needed but for the insured"`
		PayeeKind string       `json:"payee_kind,omitempty" enum:"insured,third_party,supplier" doc:"insured"`
	}
	// ReversalBody names a payment to take back.
	ReversalBody struct {
		Dated

		Payment int    `json:"payment" minimum:"1" maximum:"1000000" doc:"Its number"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// ApprovalBody replaces the former approval.
	ApprovalBody struct {
		EstimateBody

		Payable bool `json:"payable,omitempty" doc:"Approve all that is payable; leave the indemnity out"`
	}
	// ReserveBody replaces the former estimate.
	ReserveBody struct {
		EstimateBody

		Injury *money.Amount `json:"injury,omitempty" doc:"Of the indemnity, for bodily injury"`
	}
	// EvidenceBody checks a piece of evidence off.
	EvidenceBody struct {
		Dated

		Item     string `json:"item" maxLength:"64" doc:"Of the line's list"`
		State    string `json:"state" enum:"received,waived,missing"`
		Note     string `json:"note,omitempty" maxLength:"1000" doc:"What was seen; why it is waived"`
		Document *int   `json:"document,omitempty" minimum:"1" doc:"Number of the document it is"`
	}
	// LossBody is the assessed loss.
	LossBody struct {
		Dated

		Loss   *money.Amount    `json:"loss,omitempty" doc:"As one sum, at 100 %; or by section"`
		Losses []indemnity.Loss `json:"losses,omitempty" maxItems:"16" doc:"By section: the worksheet follows from them"`
	}
	// RecoveryBody is money taken in.
	RecoveryBody struct {
		Dated

		Recovery money.Amount `json:"recovery,omitempty" doc:"From third parties, at 100 %"`
		Salvage  money.Amount `json:"salvage,omitempty" doc:"At 100 %"`
	}
	// RefusalBody is why.
	RefusalBody struct {
		Dated

		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"The clause or article, and why"`
		Ground string `json:"ground,omitempty" maxLength:"64" doc:"Of the line's list of exclusions"`
	}
	// CallBody is a member's cash.
	CallBody struct {
		Dated

		Member string       `json:"member" maxLength:"64"`
		Amount money.Amount `json:"amount"`
	}
)

func (s *Server) bindClaims() {
	bind(s, "list-claims", s.listClaims)
	bind(s, "get-claim", func(ctx context.Context, by access.Principal, in *ClaimPath) (*seenClaim, error) {
		seen, err := claims.ViewClaim(ctx, s.of(in.Claim), by, insurance.PoolOf(in.Claim), in.Claim)
		if err != nil {
			return nil, err
		}
		return &seenClaim{ETag: etag(seen.Version), Body: seen}, nil
	})
	bind(s, "open-claim", func(ctx context.Context, by access.Principal, in *struct {
		Keyed

		Body struct {
			Policy  string        `json:"policy" maxLength:"128"`
			Number  string        `json:"number,omitempty" maxLength:"128" doc:"POOL-…; made up when left out"`
			LossDay calendar.Date `json:"loss_day"`
			Filed   calendar.Date `json:"filed,omitempty" doc:"Today when left out"`
			Papers  calendar.Date `json:"papers,omitempty" doc:"When the papers were complete; the day of filing"`

			Occurrence string `json:"occurrence,omitempty" maxLength:"128" doc:"That it comes from, with other claims"`
		}
	},
	) (*claimAnswer, error) {
		return claimOr(s.Claims.OpenClaim(ctx, claims.OpenClaim{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key},
			Policy:  in.Body.Policy, Number: in.Body.Number, LossDay: in.Body.LossDay,
			Filed: in.Body.Filed, DocumentsCompleteOn: in.Body.Papers, Occurrence: in.Body.Occurrence,
		}))
	})
	s.bindClaimFigures()
	s.bindClaimEnds()
	s.bindClaimMembers()
	s.bindClaimQueries()
	s.bindOccurrences()
	s.bindBordereaux()
}

type seenClaim struct {
	ETag string `header:"ETag"`
	Body *claims.ClaimView
}

func (s *Server) listClaims(ctx context.Context, by access.Principal, in *struct {
	PageQuery

	Pool   string `query:"pool" maxLength:"64"`
	Policy string `query:"policy" maxLength:"128"`
	State  string `query:"state" enum:"filed,assessed,approved,paid,refused,withdrawn,closed,reopened"`
},
) (*page[claims.Claim], error) {
	after, err := unseal(in.After)
	if err != nil {
		return nil, err
	}
	found, err := claims.ListClaims(ctx, s.DB, by, claims.Filter{
		Pool: in.Pool, Policy: in.Policy, State: claims.State(in.State), After: after, Limit: in.limit(),
	})
	answer, err := all(found, err)
	if err == nil && len(found) == in.limit() {
		answer.Body.Next = seal(found[len(found)-1].Number)
	}
	return over(s, cmp.Or(in.Pool, insurance.PoolOf(in.Policy)), answer, err)
}

// bindClaimFigures binds what moves a claim's figures.
func (s *Server) bindClaimFigures() {
	moveClaim(s, "reserve-claim", func(ctx context.Context, c claims.Command, b *ReserveBody) (*claims.Claim, error) {
		return s.Claims.ReserveClaim(ctx, claims.ReserveClaim{
			Command: c, Indemnity: b.Indemnity, Expense: b.Expense, Injury: b.Injury,
		})
	}, func(b *ReserveBody) calendar.Date { return b.Effective })
	moveClaim(s, "assess-claim", func(ctx context.Context, c claims.Command, b *LossBody) (*claims.Claim, error) {
		return s.Claims.AssessClaim(ctx, claims.AssessClaim{Command: c, Loss: b.Loss, Losses: b.Losses})
	}, func(b *LossBody) calendar.Date { return b.Effective })
	moveClaim(s, "approve-claim", func(ctx context.Context, c claims.Command, b *ApprovalBody) (*claims.Claim, error) {
		return s.Claims.ApproveClaim(ctx, claims.ApproveClaim{
			Command: c, Indemnity: b.Indemnity, Expense: b.Expense, Payable: b.Payable,
		})
	}, func(b *ApprovalBody) calendar.Date { return b.Effective })
	moveClaim(s, "check-claim-evidence", func(
		ctx context.Context, c claims.Command, b *EvidenceBody,
	) (*claims.Claim, error) {
		return s.Claims.CheckEvidence(ctx, claims.CheckEvidence{
			Command: c, Item: b.Item, State: b.State, Note: b.Note, Document: b.Document,
		})
	}, func(b *EvidenceBody) calendar.Date { return b.Effective })
	moveClaim(s, "advance-claim", func(ctx context.Context, c claims.Command, b *AdvanceBody) (*claims.Claim, error) {
		return s.Claims.AdvanceClaim(ctx, claims.AdvanceClaim{
			Command: c, Indemnity: b.Indemnity, Payee: claims.Payee{Kind: b.PayeeKind, Name: b.Payee},
		})
	}, func(b *AdvanceBody) calendar.Date { return b.Effective })
	moveClaim(s, "pay-claim", func(ctx context.Context, c claims.Command, b *PaymentBody) (*claims.Claim, error) {
		return s.Claims.PayClaim(ctx, claims.PayClaim{
			Command: c, Indemnity: b.Indemnity, Payee: claims.Payee{Kind: b.PayeeKind, Name: b.Payee}, Settled: b.Settled,
			Expense: claims.Expense{Adjuster: b.Adjuster, Expert: b.Expert, Legal: b.Legal, Other: b.Expense},
		})
	}, func(b *PaymentBody) calendar.Date { return b.Effective })
	moveClaim(s, "reverse-claim-payment", func(
		ctx context.Context, c claims.Command, b *ReversalBody,
	) (*claims.Claim, error) {
		return s.Claims.ReversePayment(ctx, claims.ReversePayment{Command: c, Payment: b.Payment, Reason: b.Reason})
	}, func(b *ReversalBody) calendar.Date { return b.Effective })
	moveClaim(s, "recover-claim", func(ctx context.Context, c claims.Command, b *RecoveryBody) (*claims.Claim, error) {
		return s.Claims.RecoverClaim(ctx, claims.RecoverClaim{Command: c, Recovery: b.Recovery, Salvage: b.Salvage})
	}, func(b *RecoveryBody) calendar.Date { return b.Effective })
	moveClaim(s, "pay-claim-call", func(ctx context.Context, c claims.Command, b *CallBody) (*claims.Claim, error) {
		return s.Claims.PayCall(ctx, claims.PayCall{Command: c, Member: b.Member, Amount: b.Amount})
	}, func(b *CallBody) calendar.Date { return b.Effective })
}

// bindClaimEnds binds what ends a claim, and what opens it again.
func (s *Server) bindClaimEnds() {
	moveClaim(s, "refuse-claim", func(ctx context.Context, c claims.Command, b *RefusalBody) (*claims.Claim, error) {
		return s.Claims.RefuseClaim(ctx, claims.RefuseClaim{Command: c, Reason: b.Reason, Ground: b.Ground})
	}, func(b *RefusalBody) calendar.Date { return b.Effective })
	day := func(b *Dated) calendar.Date { return b.Effective }
	moveClaim(s, "withdraw-claim", func(ctx context.Context, c claims.Command, _ *Dated) (*claims.Claim, error) {
		return s.Claims.WithdrawClaim(ctx, claims.WithdrawClaim{Command: c})
	}, day)
	moveClaim(s, "close-claim", func(ctx context.Context, c claims.Command, _ *Dated) (*claims.Claim, error) {
		return s.Claims.CloseClaim(ctx, claims.CloseClaim{Command: c})
	}, day)
	moveClaim(s, "reopen-claim", func(ctx context.Context, c claims.Command, _ *Dated) (*claims.Claim, error) {
		return s.Claims.ReopenClaim(ctx, claims.ReopenClaim{Command: c})
	}, day)
}

package httpapi

import (
	"cmp"
	"context"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
)

type (
	// ClaimFigures are what an estimate or an approval says. A figure that is left out stays as it was.
	ClaimFigures struct {
		Dated

		Indemnity *money.Amount `json:"indemnity,omitempty" doc:"At 100 %, to date; unchanged when left out"`
		Expense   *money.Amount `json:"expense,omitempty" doc:"At 100 %, to date; unchanged when left out"`
	}
	// paymentBody is money that moves.
	paymentBody struct {
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
	// advanceBody is money before approval.
	advanceBody struct {
		Dated

		Indemnity money.Amount `json:"indemnity" doc:"At 100 %"`
		Payee     string       `json:"payee,omitempty" maxLength:"200" doc:"Who is paid; needed but for the insured"`
		PayeeKind string       `json:"payee_kind,omitempty" enum:"insured,third_party,supplier" doc:"insured"`
	}
	// paymentReversal names a payment to take back.
	paymentReversal struct {
		Dated

		Payment int    `json:"payment" minimum:"1" maximum:"1000000" doc:"Its number"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// approvalBody replaces the former approval.
	approvalBody struct {
		ClaimFigures

		Payable bool `json:"payable,omitempty" doc:"Approve all that is payable; leave the indemnity out"`
	}
	// reserveBody replaces the former estimate.
	reserveBody struct {
		ClaimFigures

		Injury *money.Amount `json:"injury,omitempty" doc:"Of the indemnity, for bodily injury"`
	}
	// evidenceBody checks a piece of evidence off.
	evidenceBody struct {
		Dated

		Item     string `json:"item" maxLength:"64" doc:"Of the line's list"`
		State    string `json:"state" enum:"received,waived,missing"`
		Note     string `json:"note,omitempty" maxLength:"1000" doc:"What was seen; why it is waived"`
		Document *int   `json:"document,omitempty" minimum:"1" doc:"Number of the document it is"`
	}
	// lossBody is the assessed loss.
	lossBody struct {
		Dated

		Loss   *money.Amount    `json:"loss,omitempty" doc:"As one sum, at 100 %; or by section"`
		Losses []indemnity.Loss `json:"losses,omitempty" maxItems:"16" doc:"By section: the worksheet follows from them"`
	}
	// recoveryBody is money taken in.
	recoveryBody struct {
		Dated

		Recovery money.Amount `json:"recovery,omitempty" doc:"From third parties, at 100 %"`
		Salvage  money.Amount `json:"salvage,omitempty" doc:"At 100 %"`
	}
	// refusalBody is why a claim is refused.
	refusalBody struct {
		Dated

		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"The clause or article, and why"`
		Ground string `json:"ground,omitempty" maxLength:"64" doc:"Of the line's list of exclusions"`
	}
	// callBody is cash that a member pays towards a cash call.
	callBody struct {
		Dated

		Member string       `json:"member" maxLength:"64"`
		Amount money.Amount `json:"amount"`
	}
)

func (s *Server) bindClaims() {
	bind(s, get("list-claims", tagClaim, "/v1/claims", door.Business,
		"Claims the caller takes part in, page by page"), s.listClaims)
	bind(s, get("get-claim", tagClaim, "/v1/claims/{claim}", door.Business,
		"One claim with its deadlines, and the caller's own portions"), s.viewClaim)
	bind(s, post(tagClaim, "/v1/claims", door.ClaimHandlers,
		"First notice and filing of a claim").named("open-claim").creates(), s.openClaim)
	s.bindClaimFigures()
	s.bindClaimPayments()
	s.bindClaimWords()
	s.bindClaimEnds()
	s.bindClaimMembers()
	s.bindClaimReports()
	s.bindClaimQueries()
	s.bindOccurrences()
	s.bindBordereaux()
	s.bindPapers()
}

type claimView struct {
	ETag string `header:"ETag"`
	Body *claims.ClaimView
}

func (s *Server) viewClaim(ctx context.Context, by access.Principal, in *ClaimPath) (*claimView, error) {
	seen, err := claims.ViewClaim(ctx, s.of(in.Claim), by, insurance.PoolOf(in.Claim), in.Claim)
	if err != nil {
		return nil, err
	}
	return &claimView{ETag: etag(seen.Version), Body: seen}, nil
}

func (s *Server) openClaim(ctx context.Context, by access.Principal, in *struct {
	Keyed

	Body struct {
		Policy  string        `json:"policy" maxLength:"128"`
		Number  string        `json:"number,omitempty" maxLength:"128" doc:"POOL-…; made up when left out"`
		LossDay calendar.Date `json:"loss_day"`
		Filed   calendar.Date `json:"filed,omitempty" doc:"Today when left out"`
		Papers  calendar.Date `json:"papers,omitempty" doc:"When the documents were complete; the day of filing"`

		Occurrence string `json:"occurrence,omitempty" maxLength:"128" doc:"That it comes from, with other claims"`
	}
},
) (*claimAnswer, error) {
	return claimOr(s.Claims.OpenClaim(ctx, claims.OpenClaim{
		Command: in.command(by), Policy: in.Body.Policy, Number: in.Body.Number, LossDay: in.Body.LossDay,
		Filed: in.Body.Filed, DocumentsCompleteOn: in.Body.Papers, Occurrence: in.Body.Occurrence,
	}))
}

func (s *Server) listClaims(ctx context.Context, by access.Principal, in *struct {
	PageQuery

	Pool   string `query:"pool" maxLength:"64"`
	Policy string `query:"policy" maxLength:"128"`
	State  string `query:"state" enum:"filed,assessed,approved,paid,refused,withdrawn,closed,reopened"`
},
) (*page[claims.Claim], error) {
	after, err := door.Unseal(in.After)
	if err != nil {
		return nil, err
	}
	found, err := claims.ListClaims(ctx, s.DB, by, claims.Filter{
		Pool: in.Pool, Policy: in.Policy, State: claims.State(in.State), After: after, Limit: in.limit(),
	})
	answer, err := paged(in.PageQuery, found, err, func(last claims.Claim) string { return last.Number })
	return over(s, cmp.Or(in.Pool, insurance.PoolOf(in.Policy)), answer, err)
}

// bindClaimFigures binds what says what a claim comes to.
func (s *Server) bindClaimFigures() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/estimates", door.ClaimHandlers,
		"Give the gross estimate; it replaces the former one"), s.Claims.ReserveClaim,
		func(cmd claims.Command, body *reserveBody) claims.ReserveClaim {
			return claims.ReserveClaim{
				Command: cmd, Indemnity: body.Indemnity, Expense: body.Expense, Injury: body.Injury,
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/assessments", door.ClaimHandlers,
		"Give the assessed loss, as one sum or by section"), s.Claims.AssessClaim,
		func(cmd claims.Command, body *lossBody) claims.AssessClaim {
			return claims.AssessClaim{Command: cmd, Loss: body.Loss, Losses: body.Losses}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/evidence", door.ClaimHandlers,
		"Check a piece of the line's evidence off, or waive it"), s.Claims.CheckEvidence,
		func(cmd claims.Command, body *evidenceBody) claims.CheckEvidence {
			return claims.CheckEvidence{
				Command: cmd, Item: body.Item, State: body.State, Note: body.Note, Document: body.Document,
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/approvals", door.ClaimHandlers,
		"Approve to date; it replaces the former approval"), s.Claims.ApproveClaim,
		func(cmd claims.Command, body *approvalBody) claims.ApproveClaim {
			return claims.ApproveClaim{
				Command: cmd, Indemnity: body.Indemnity, Expense: body.Expense, Payable: body.Payable,
			}
		})
}

// bindClaimPayments binds what moves a claim's money.
func (s *Server) bindClaimPayments() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/advances", door.ClaimHandlers,
		"Record a payment before approval").creates(), s.Claims.AdvanceClaim,
		func(cmd claims.Command, body *advanceBody) claims.AdvanceClaim {
			return claims.AdvanceClaim{
				Command: cmd, Indemnity: body.Indemnity, Payee: claims.Payee{Kind: body.PayeeKind, Name: body.Payee},
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/payments", door.ClaimHandlers,
		"Record a payment of what is approved").creates(), s.Claims.PayClaim,
		func(cmd claims.Command, body *paymentBody) claims.PayClaim {
			return claims.PayClaim{
				Command: cmd, Indemnity: body.Indemnity, Settled: body.Settled,
				Payee: claims.Payee{Kind: body.PayeeKind, Name: body.Payee},
				Expense: claims.Expense{
					Adjuster: body.Adjuster, Expert: body.Expert, Legal: body.Legal, Other: body.Expense,
				},
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/payment-reversals", door.ClaimHandlers,
		"Take back a payment that was recorded by mistake or came back").creates(), s.Claims.ReversePayment,
		func(cmd claims.Command, body *paymentReversal) claims.ReversePayment {
			return claims.ReversePayment{Command: cmd, Payment: body.Payment, Reason: body.Reason}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/recoveries", door.ClaimHandlers,
		"Record cash taken in from third parties or for salvage").creates(), s.Claims.RecoverClaim,
		func(cmd claims.Command, body *recoveryBody) claims.RecoverClaim {
			return claims.RecoverClaim{Command: cmd, Recovery: body.Recovery, Salvage: body.Salvage}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/calls", door.ClaimHandlers,
		"Record your organisation's cash towards a cash call").creates(), s.Claims.PayCall,
		func(cmd claims.Command, body *callBody) claims.PayCall {
			return claims.PayCall{Command: cmd, Member: body.Member, Amount: body.Amount}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/cash-calls", door.ClaimHandlers,
		"Call the other members for their portions of what is approved and not yet paid"), s.Claims.CallCash,
		func(cmd claims.Command, _ *Dated) claims.CallCash { return claims.CallCash{Command: cmd} })
}

// bindClaimWords binds what a second person agrees to.
func (s *Server) bindClaimWords() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/countersignatures", door.ClaimHandlers,
		"Agree as the second person to what an act on a claim moves").creates(), s.Claims.CountersignClaim,
		func(cmd claims.Command, body *countersignature) claims.CountersignClaim {
			return claims.CountersignClaim{Command: cmd, Act: body.Act, Amount: body.Amount}
		})
}

// bindClaimEnds binds what ends a claim, and what opens it again.
func (s *Server) bindClaimEnds() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/refusal", door.ClaimHandlers,
		"Refuse a claim, with the reason"), s.Claims.RefuseClaim,
		func(cmd claims.Command, body *refusalBody) claims.RefuseClaim {
			return claims.RefuseClaim{Command: cmd, Reason: body.Reason, Ground: body.Ground}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/withdrawal", door.ClaimHandlers,
		"Record that the claimant withdraws"), s.Claims.WithdrawClaim,
		func(cmd claims.Command, _ *Dated) claims.WithdrawClaim { return claims.WithdrawClaim{Command: cmd} })
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/closing", door.ClaimHandlers,
		"Close a claim: nothing more is to come"), s.Claims.CloseClaim,
		func(cmd claims.Command, _ *Dated) claims.CloseClaim { return claims.CloseClaim{Command: cmd} })
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/reopening", door.ClaimHandlers,
		"Open an ended claim again"), s.Claims.ReopenClaim,
		func(cmd claims.Command, _ *Dated) claims.ReopenClaim { return claims.ReopenClaim{Command: cmd} })
}

package httpapi

import (
	"context"
	"time"

	"gongbao/claims"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
)

type (
	// noticeAnswer is a member's own answer to a notice.
	noticeAnswer struct {
		Answer string        `json:"answer" enum:"read,attend,decline,agree,consent,object"`
		Amount *money.Amount `json:"amount,omitempty" doc:"Indemnity up to which a second lead agrees, at 100 %"`
		Note   string        `json:"note,omitempty" maxLength:"1000" doc:"Needed to object"`
	}
	// consentQuestion is what the other members are asked.
	consentQuestion struct {
		Dated

		Purpose string        `json:"purpose" enum:"ex_gratia,rescission"`
		Amount  *money.Amount `json:"amount,omitempty" doc:"Ex gratia: above what is payable, at 100 %"`
		Known   calendar.Date `json:"known,omitempty" doc:"Rescission: when the ground became known"`
		Reason  string        `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// conflictBody is who has a conflict.
	conflictBody struct {
		Dated

		Member string `json:"member" maxLength:"64"`
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// reportBody is a report that was made.
	reportBody struct {
		Dated

		Report    string `json:"report" enum:"major,major_closing,emergency,refusal"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"Its number, and where it went"`
	}
	// emergencyBody is when it became known.
	emergencyBody struct {
		Dated

		At *time.Time `json:"at,omitempty" doc:"Now when left out"`
	}
	// occurrenceOfClaim names an occurrence.
	occurrenceOfClaim struct {
		Dated

		Occurrence string `json:"occurrence" maxLength:"128" doc:"Its code; empty to loosen the claim"`
	}
)

// bindClaimMembers binds what concerns the other members of a claim.
func (s *Server) bindClaimMembers() {
	changeClaimEntry(s, post(tagClaim, "/v1/claims/{claim}/notices/{entry}/answer", door.ClaimHandlers,
		"A member answers a notice: reads it, comes, agrees, consents or objects"), s.Claims.AnswerNotice,
		func(cmd claims.Command, notice int, body noticeAnswer) claims.AnswerNotice {
			return claims.AnswerNotice{
				Command: cmd, Notice: notice, Answer: body.Answer, Amount: body.Amount, Note: body.Note,
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/consents", door.ClaimHandlers,
		"Ask the other members to pay ex gratia, or to rescind the policy"), s.Claims.AskConsent,
		func(cmd claims.Command, body *consentQuestion) claims.AskConsent {
			return claims.AskConsent{
				Command: cmd, Purpose: body.Purpose, Amount: body.Amount, Known: body.Known, Reason: body.Reason,
			}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/conflicts", door.ConflictKeepers,
		"Say that a member has a conflict; what it leads or services passes to the next"), s.Claims.DeclareConflict,
		func(cmd claims.Command, body *conflictBody) claims.DeclareConflict {
			return claims.DeclareConflict{Command: cmd, Member: body.Member, Reason: body.Reason}
		})
}

// bindClaimReports binds what the regulator is told of a claim, and what several claims have in common.
func (s *Server) bindClaimReports() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/reports", door.ClaimHandlers,
		"Record a report that a deadline waits for"), s.Claims.ReportClaim,
		func(cmd claims.Command, body *reportBody) claims.ReportClaim {
			return claims.ReportClaim{Command: cmd, Report: body.Report, Reference: body.Reference}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/emergency", door.ClaimHandlers,
		"Flag an emergency: the first report is due within two hours"), s.Claims.FlagEmergency,
		func(cmd claims.Command, body *emergencyBody) claims.FlagEmergency {
			return claims.FlagEmergency{Command: cmd, At: body.At}
		})
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/occurrence", door.ClaimHandlers,
		"Tie a claim to an occurrence that several claims come from, or loosen it"), s.Claims.TieClaim,
		func(cmd claims.Command, body *occurrenceOfClaim) claims.TieClaim {
			return claims.TieClaim{Command: cmd, Occurrence: body.Occurrence}
		})
}

// bindOccurrences binds the occurrences that several claims come from.
func (s *Server) bindOccurrences() {
	bind(s, get("list-occurrences", tagClaim, "/v1/pools/{pool}/occurrences", door.Business,
		"Occurrences of a pool with what their claims come to"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[claims.OccurrenceFigures], error) {
		return all(claims.ListOccurrences(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	change(s, post(tagClaim, "/v1/pools/{pool}/occurrences", door.ConflictKeepers,
		"Make an occurrence known that several claims come from").creates(), s.Claims.OpenOccurrence,
		func(by access.Principal, in *struct {
			Keyed
			PoolPath

			Body struct {
				Code string        `json:"code" maxLength:"128" doc:"POOL-…"`
				Name string        `json:"name" minLength:"1" maxLength:"200"`
				Day  calendar.Date `json:"day"`
			}
		},
		) claims.OpenOccurrence {
			return claims.OpenOccurrence{
				Command: in.command(by), Pool: in.Pool, Code: in.Body.Code, Name: in.Body.Name, Day: in.Body.Day,
			}
		})
}

package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"time"

	"gongbao/claims"
	"gongbao/claims/bordereau"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

type (
	// AnswerBody is a member's own answer to a notice.
	AnswerBody struct {
		Answer string        `json:"answer" enum:"read,attend,decline,agree,consent,object"`
		Amount *money.Amount `json:"amount,omitempty" doc:"Indemnity up to which a second lead agrees, at 100 %"`
		Note   string        `json:"note,omitempty" maxLength:"1000" doc:"Needed to object"`
	}
	// ConsentBody is what the other members are asked.
	ConsentBody struct {
		Dated

		Purpose string        `json:"purpose" enum:"ex_gratia,rescission"`
		Amount  *money.Amount `json:"amount,omitempty" doc:"Ex gratia: above what is payable, at 100 %"`
		Known   calendar.Date `json:"known,omitempty" doc:"Rescission: when the ground became known"`
		Reason  string        `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// ConflictBody is who has a conflict.
	ConflictBody struct {
		Dated

		Member string `json:"member" maxLength:"64"`
		Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	}
	// ReportBody is a report that was made.
	ReportBody struct {
		Dated

		Report    string `json:"report" enum:"major,major_closing,emergency,refusal"`
		Reference string `json:"reference" minLength:"1" maxLength:"200" doc:"Its number, and where it went"`
	}
	// EmergencyBody is when it became known.
	EmergencyBody struct {
		Dated

		At *time.Time `json:"at,omitempty" doc:"Now when left out"`
	}
	// TieBody names an occurrence.
	TieBody struct {
		Dated

		Occurrence string `json:"occurrence" maxLength:"128" doc:"Its code; empty to loosen the claim"`
	}
)

// bindClaimMembers binds what concerns the other members of a claim, and the regulator.
func (s *Server) bindClaimMembers() {
	bind(s, "answer-claim-notice", func(ctx context.Context, by access.Principal, in *struct {
		ClaimMove

		Entry int `path:"entry" minimum:"1" maximum:"1000000"`
		Body  AnswerBody
	},
	) (*claimAnswer, error) {
		cmd, err := in.command(by, calendar.Date{})
		if err != nil {
			return nil, err
		}
		return claimOr(s.Claims.AnswerNotice(ctx, claims.AnswerNotice{
			Command: cmd, Notice: in.Entry, Answer: in.Body.Answer, Amount: in.Body.Amount, Note: in.Body.Note,
		}))
	})
	moveClaim(s, "call-claim-cash", func(ctx context.Context, c claims.Command, _ *Dated) (*claims.Claim, error) {
		return s.Claims.CallCash(ctx, claims.CallCash{Command: c})
	}, func(b *Dated) calendar.Date { return b.Effective })
	moveClaim(s, "ask-claim-consent", func(
		ctx context.Context, c claims.Command, b *ConsentBody,
	) (*claims.Claim, error) {
		return s.Claims.AskConsent(ctx, claims.AskConsent{
			Command: c, Purpose: b.Purpose, Amount: b.Amount, Known: b.Known, Reason: b.Reason,
		})
	}, func(b *ConsentBody) calendar.Date { return b.Effective })
	moveClaim(s, "declare-claim-conflict", func(
		ctx context.Context, c claims.Command, b *ConflictBody,
	) (*claims.Claim, error) {
		return s.Claims.DeclareConflict(ctx, claims.DeclareConflict{Command: c, Member: b.Member, Reason: b.Reason})
	}, func(b *ConflictBody) calendar.Date { return b.Effective })
	moveClaim(s, "report-claim", func(ctx context.Context, c claims.Command, b *ReportBody) (*claims.Claim, error) {
		return s.Claims.ReportClaim(ctx, claims.ReportClaim{Command: c, Report: b.Report, Reference: b.Reference})
	}, func(b *ReportBody) calendar.Date { return b.Effective })
	moveClaim(s, "flag-claim-emergency", func(
		ctx context.Context, c claims.Command, b *EmergencyBody,
	) (*claims.Claim, error) {
		return s.Claims.FlagEmergency(ctx, claims.FlagEmergency{Command: c, At: b.At})
	}, func(b *EmergencyBody) calendar.Date { return b.Effective })
	moveClaim(s, "tie-claim", func(ctx context.Context, c claims.Command, b *TieBody) (*claims.Claim, error) {
		return s.Claims.TieClaim(ctx, claims.TieClaim{Command: c, Occurrence: b.Occurrence})
	}, func(b *TieBody) calendar.Date { return b.Effective })
}

// BordereauQuery asks for a list of claims.
type BordereauQuery struct {
	PoolPath

	Month  calendar.Month `path:"month"`
	Member string         `path:"member" maxLength:"64" doc:"Whose list"`
	Known  time.Time      `query:"known" doc:"As known at this instant; now when left out"`
}

// bordereau makes the list that was asked for.
func (s *Server) bordereau(ctx context.Context, by access.Principal, in *BordereauQuery) (*bordereau.Bordereau, error) {
	return bordereau.Of(ctx, s.DB.Of(in.Pool), by, s.Clock.Now(), bordereau.Question{
		Pool: in.Pool, Member: in.Member, Month: in.Month, Known: in.Known,
	})
}

func (s *Server) bindBordereaux() {
	bind(s, "get-claims-bordereau", func(
		ctx context.Context, by access.Principal, in *BordereauQuery,
	) (*single[*bordereau.Bordereau], error) {
		return one(s.bordereau(ctx, by, in))
	})
	bind(s, "download-claims-bordereau", func(ctx context.Context, by access.Principal, in *struct {
		BordereauQuery

		Format string `query:"format" enum:"csv,xlsx" default:"csv"`
	},
	) (*document, error) {
		list, err := s.bordereau(ctx, by, &in.BordereauQuery)
		if err != nil {
			return nil, err
		}
		var file bytes.Buffer
		format, media := sheet.CSV, mediaCSV
		if in.Format == string(sheet.XLSX) {
			format, media = sheet.XLSX, mediaXLSX
		}
		if err := list.Write(&file, format); err != nil {
			return nil, err
		}
		name := fmt.Sprintf("claims-%s-%s-%s.%s", list.Pool, list.Member, list.Month, format)
		return &document{
			ContentType: media, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}),
			Body: file.Bytes(),
		}, nil
	})
}

// bindOccurrences binds the occurrences that several claims come from.
func (s *Server) bindOccurrences() {
	bind(s, "list-occurrences", func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[claims.OccurrenceFigures], error) {
		return all(claims.ListOccurrences(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	bind(s, "open-occurrence", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		PoolPath

		Body struct {
			Code string        `json:"code" maxLength:"128" doc:"POOL-…"`
			Name string        `json:"name" minLength:"1" maxLength:"200"`
			Day  calendar.Date `json:"day"`
		}
	},
	) (*single[*claims.Occurrence], error) {
		return one(s.Claims.OpenOccurrence(ctx, claims.OpenOccurrence{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key},
			Pool:    in.Pool, Code: in.Body.Code, Name: in.Body.Name, Day: in.Body.Day,
		}))
	})
}

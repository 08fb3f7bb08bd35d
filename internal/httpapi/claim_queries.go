package httpapi

import (
	"context"

	"gongbao/claims"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
)

type (
	// QueryBody is what a member asks.
	QueryBody struct {
		Dated

		Topic string `json:"topic" enum:"question,dispute" doc:"A dispute objects to the cover, an amount or the handling"`
		Text  string `json:"text" minLength:"1" maxLength:"1000" doc:"What is asked or objected to"`
	}
	// QueryAnswerBody is what it is answered.
	QueryAnswerBody struct {
		Answer string `json:"answer" minLength:"1" maxLength:"1000"`
	}
	// QueryCloseBody is how the member that asked ends it.
	QueryCloseBody struct {
		Outcome string `json:"outcome" enum:"accepted,withdrawn"`
	}
	// QueryDecisionBody is what the pool manager decides.
	QueryDecisionBody struct {
		Decision string `json:"decision" minLength:"1" maxLength:"1000"`
	}
)

// moveQuery binds a move of one query of a claim.
func moveQuery[B any](
	s *Server, id string, do func(ctx context.Context, cmd claims.Command, query int, body *B) (*claims.Claim, error),
) {
	bind(s, id, func(ctx context.Context, by access.Principal, in *struct {
		ClaimMove

		Entry int `path:"entry" minimum:"1" maximum:"1000000"`
		Body  *B
	},
	) (*claimAnswer, error) {
		if in.Body == nil {
			in.Body = new(B)
		}
		cmd, err := in.command(by, calendar.Date{})
		if err != nil {
			return nil, err
		}
		return claimOr(do(ctx, cmd, in.Entry, in.Body))
	})
}

// bindClaimQueries binds what followers ask about claims, and how it is answered.
func (s *Server) bindClaimQueries() {
	moveClaim(s, "raise-claim-query", func(
		ctx context.Context, c claims.Command, b *QueryBody,
	) (*claims.Claim, error) {
		return s.Claims.RaiseQuery(ctx, claims.RaiseQuery{Command: c, Topic: b.Topic, Text: b.Text})
	}, func(b *QueryBody) calendar.Date { return b.Effective })
	moveQuery(s, "answer-claim-query", func(
		ctx context.Context, c claims.Command, query int, b *QueryAnswerBody,
	) (*claims.Claim, error) {
		return s.Claims.AnswerQuery(ctx, claims.AnswerQuery{Command: c, Query: query, Answer: b.Answer})
	})
	moveQuery(s, "escalate-claim-query", func(
		ctx context.Context, c claims.Command, query int, _ *struct{},
	) (*claims.Claim, error) {
		return s.Claims.EscalateQuery(ctx, claims.EscalateQuery{Command: c, Query: query})
	})
	moveQuery(s, "close-claim-query", func(
		ctx context.Context, c claims.Command, query int, b *QueryCloseBody,
	) (*claims.Claim, error) {
		return s.Claims.CloseQuery(ctx, claims.CloseQuery{
			Command: c, Query: query, Outcome: claims.QueryState(b.Outcome),
		})
	})
	moveQuery(s, "decide-claim-query", func(
		ctx context.Context, c claims.Command, query int, b *QueryDecisionBody,
	) (*claims.Claim, error) {
		return s.Claims.DecideQuery(ctx, claims.DecideQuery{Command: c, Query: query, Decision: b.Decision})
	})
}

package httpapi

import (
	"gongbao/claims"
	"gongbao/internal/door"
)

type (
	// queryBody is what a member asks.
	queryBody struct {
		Dated

		Topic string `json:"topic" enum:"question,dispute" doc:"A dispute objects to the cover, an amount or the handling"`
		Text  string `json:"text" minLength:"1" maxLength:"1000" doc:"What is asked or objected to"`
	}
	// queryAnswer is what it is answered.
	queryAnswer struct {
		Answer string `json:"answer" minLength:"1" maxLength:"1000"`
	}
	// queryOutcome is how the member that asked ends it.
	queryOutcome struct {
		Outcome string `json:"outcome" enum:"accepted,withdrawn"`
	}
	// queryDecision is what the pool manager decides.
	queryDecision struct {
		Decision string `json:"decision" minLength:"1" maxLength:"1000"`
	}
)

// bindClaimQueries binds what followers ask about claims, and how it is answered.
func (s *Server) bindClaimQueries() {
	changeClaim(s, post(tagClaim, "/v1/claims/{claim}/queries", door.ClaimHandlers,
		"A follower asks about a claim, or objects to how it is handled").creates(), s.Claims.RaiseQuery,
		func(cmd claims.Command, body *queryBody) claims.RaiseQuery {
			return claims.RaiseQuery{Command: cmd, Topic: body.Topic, Text: body.Text}
		})
	changeClaimEntry(s, post(tagClaim, "/v1/claims/{claim}/queries/{entry}/answer", door.ClaimHandlers,
		"Who handles the claim answers a query"), s.Claims.AnswerQuery,
		func(cmd claims.Command, query int, body *queryAnswer) claims.AnswerQuery {
			return claims.AnswerQuery{Command: cmd, Query: query, Answer: orEmpty(body).Answer}
		})
	changeClaimEntry(s, post(tagClaim, "/v1/claims/{claim}/queries/{entry}/escalation", door.ClaimHandlers,
		"The member that asked passes its query on to the pool manager"), s.Claims.EscalateQuery,
		func(cmd claims.Command, query int, _ *struct{}) claims.EscalateQuery {
			return claims.EscalateQuery{Command: cmd, Query: query}
		})
	changeClaimEntry(s, post(tagClaim, "/v1/claims/{claim}/queries/{entry}/closing", door.ClaimHandlers,
		"The member that asked accepts the answer, or withdraws its query"), s.Claims.CloseQuery,
		func(cmd claims.Command, query int, body *queryOutcome) claims.CloseQuery {
			return claims.CloseQuery{Command: cmd, Query: query, Outcome: claims.QueryState(orEmpty(body).Outcome)}
		})
	changeClaimEntry(s, post(tagClaim, "/v1/claims/{claim}/queries/{entry}/decision", door.PoolClerks,
		"The pool manager decides a query that was passed on to it"), s.Claims.DecideQuery,
		func(cmd claims.Command, query int, body *queryDecision) claims.DecideQuery {
			return claims.DecideQuery{Command: cmd, Query: query, Decision: orEmpty(body).Decision}
		})
}

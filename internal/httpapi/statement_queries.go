package httpapi

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
)

// StatementQueryPath names a query of a statement.
type StatementQueryPath struct {
	StatementPath

	Entry int `path:"entry" minimum:"1" maximum:"1000000" doc:"The query's number"`
}

type (
	// Disputed is what a member disputes, or no longer disputes.
	Disputed struct {
		Dated

		Subject string           `json:"subject" maxLength:"128" doc:"Number of the policy or claim"`
		Group   settlement.Group `json:"group,omitempty" enum:"premium,fee,commission,claims,interest" doc:"All if left out"`
	}
	// statementQueryBody disputes a subject on a statement.
	statementQueryBody struct {
		Disputed

		Reason   string `json:"reason,omitempty" enum:"share,amount,not_received,not_covered,duplicate,late,other"`
		Remark   string `json:"remark,omitempty" maxLength:"2000"`
		Document string `json:"document,omitempty" maxLength:"2000" doc:"What proves it"`
	}
	// statementAnswerBody answers a query.
	statementAnswerBody struct {
		Answer   string `json:"answer" maxLength:"2000"`
		Document string `json:"document,omitempty" maxLength:"2000" doc:"What proves it"`
	}
)

// resolvedQueries are the queries that were lifted, and those that still hold the subject.
type resolvedQueries struct {
	Items  []settlement.Query     `json:"items"`
	Note   string                 `json:"note,omitempty" doc:"Why nothing was lifted"`
	HeldBy []settlement.QueryLine `json:"held_by" doc:"Queries of it that still stand, as far as the caller may know"`
}

// bindStatementQueries binds what members dispute, and what becomes of it.
func (s *Server) bindStatementQueries() {
	const queries = "/v1/pools/{pool}/statements/{period}/queries"
	changeStatement(s, post(tagStatement, queries, door.MemberClerks,
		"Dispute a policy or claim on the caller's statement; its items are held until that is lifted").
		named("query-statement").creates(), s.Settlement.RaiseQuery,
		func(cmd idempotency.Command, at StatementPath, body statementQueryBody) settlement.RaiseQuery {
			return settlement.RaiseQuery{
				Command: cmd, Pool: at.Pool, Period: at.Period, Member: cmd.By.Organisation, Subject: body.Subject,
				Group: body.Group, Reason: settlement.QueryReason(body.Reason), Remark: body.Remark, Document: body.Document,
			}
		})
	bind(s, post(tagStatement, "/v1/pools/{pool}/statements/{period}/resolutions", door.MemberClerks,
		"Lift the caller's own queries of a policy or claim").named("resolve-statement"), s.resolveStatement)
	changeStatementQuery(s, post(tagStatement, queries+"/{entry}/answer", door.StatementClerks,
		"Answer a query: for another party of its items, or for the manager once it is escalated"), s.Settlement.AnswerQuery,
		func(cmd idempotency.Command, at StatementQueryPath, body statementAnswerBody) settlement.AnswerQuery {
			return settlement.AnswerQuery{
				Command: cmd, Pool: at.Pool, Period: at.Period, Number: at.Entry, Answer: body.Answer, Document: body.Document,
			}
		})
	changeStatementQuery(s, post(tagStatement, queries+"/{entry}/escalation", door.StatementClerks,
		"Pass a query on to the pool manager; by itself it goes there when nobody answers in time"),
		s.Settlement.EscalateQuery,
		func(cmd idempotency.Command, at StatementQueryPath, _ *none) settlement.EscalateQuery {
			return settlement.EscalateQuery{Command: cmd, Pool: at.Pool, Period: at.Period, Number: at.Entry}
		})
}

// changeStatementQuery declares a change to a query of a statement. A body that may be left out is a pointer.
func changeStatementQuery[B, C any](
	s *Server, r route, do func(context.Context, C) (*settlement.Query, error),
	command func(cmd idempotency.Command, at StatementQueryPath, body B) C,
) {
	bind(s, of[C](r, tagStatement), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		StatementQueryPath

		Body B
	},
	) (*single[*settlement.Query], error) {
		cmd, err := in.command(by, calendar.Date{})
		if err != nil {
			return nil, err
		}
		return one(do(ctx, command(cmd, in.StatementQueryPath, in.Body)))
	})
}

func (s *Server) resolveStatement(ctx context.Context, by access.Principal, in *struct {
	Versioned
	StatementPath

	Body Disputed
},
) (*single[resolvedQueries], error) {
	cmd, err := in.command(by, in.Body.Effective)
	if err != nil {
		return nil, err
	}
	lifted, err := s.Settlement.ResolveQueries(ctx, settlement.ResolveQueries{
		Command: cmd, Pool: in.Pool, Period: in.Period, Member: by.Organisation, Subject: in.Body.Subject,
		Group: in.Body.Group,
	})
	if err != nil {
		return nil, err
	}
	answer := resolvedQueries{Items: append([]settlement.Query{}, lifted...), HeldBy: []settlement.QueryLine{}}
	if len(lifted) == 0 {
		answer.Note = door.Say(ctx, fault.Say("{member} has no open query of {subject}; only who raised one lifts it",
			fault.Args{"member": by.Organisation, "subject": in.Body.Subject}))
	}
	queries, err := settlement.ViewQueries(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period)
	for i := range queries {
		if q := &queries[i]; q.Subject == in.Body.Subject && q.State != settlement.QueryResolved &&
			(cmd.Rehearsal == nil || q.Member != by.Organisation) {
			answer.HeldBy = append(answer.HeldBy, *q)
		}
	}
	return one(answer, err)
}

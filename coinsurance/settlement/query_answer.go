package settlement

import (
	"context"
	"slices"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// AnswerQuery answers a query of a statement 答复质疑: for another party of its items, in time or late, or for the pool
// manager, to whom it was escalated. What the query holds stays held until who raised it resolves it. A later answer
// takes the place of the one before.
type AnswerQuery struct {
	idempotency.Command

	Pool     string `json:"pool"`
	Period   string `json:"period"`
	Number   int    `json:"number"` // of the query
	Answer   string `json:"answer"`
	Document string `json:"document"`
}

// AnswerQuery refuses, in this order: access.forbidden, coinsurance.query_invalid, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.query_not_found (also to who is no party of its items), access.forbidden (the member that raised it),
// coinsurance.query_closed, coinsurance.query_not_escalated (the manager).
func (s *Service) AnswerQuery(ctx context.Context, cmd AnswerQuery) (*Query, error) {
	return change(ctx, s, cmd, loadAnswer, decideAnswer, nil)
}

func (cmd AnswerQuery) home() string { return cmd.Pool }

func (cmd AnswerQuery) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Member, access.Manager); err != nil {
		return err
	}
	var check fault.Check
	field.Prose(&check, "answer", cmd.Answer, textMax)
	field.ProseIf(&check, "document", cmd.Document, textMax)
	return check.Refuse(ErrQueryInvalid)
}

func loadAnswer(ctx context.Context, tx *pg.Tx, cmd AnswerQuery) (*onStatement, error) {
	return loadStatement(ctx, tx, cmd.Pool, cmd.Period)
}

// query is the query of a number that somebody may know of.
func (o *onStatement) query(number int, by access.Principal) (query Query, err error) {
	at := slices.IndexFunc(o.queries, func(q Query) bool { return q.Number == number })
	if at < 0 || by.Kind == access.Member && !o.queries[at].seenBy(by.Organisation) {
		return query, ErrQueryNotFound.Case(fault.Args{"number": number, "period": o.statement.Period})
	}
	return o.queries[at], nil
}

var answeredBy = pg.ColumnsOf[Query]("state", "answer", "answer_document", "answerer", "answered_by", "answered")

func decideAnswer(known *onStatement, cmd AnswerQuery, now time.Time) (decided decision[*Query], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	query, err := known.query(cmd.Number, cmd.By)
	if err != nil {
		return decided, err
	}
	if cmd.By.IsMember(query.Member) {
		return decided, noMember(cmd.By, query.Member)
	}
	if err := query.closed(); err != nil {
		return decided, err
	}
	if cmd.By.Kind == access.Manager && query.Escalated == nil {
		return decided, ErrQueryNotEscalated.Case(fault.Args{"number": cmd.Number, "day": query.AnswerBy})
	}
	statement := known.statement.next(clock.Later(now, known.statement.Recorded))
	query.State, query.Answer, query.AnswerDocument = QueryAnswered, cmd.Answer, cmd.Document
	query.Answerer, query.AnsweredBy, query.Answered = "", cmd.By.Subject, &statement.Recorded
	if cmd.By.Kind == access.Member {
		query.Answerer = cmd.By.Organisation
	}
	announced := queryFact(EventQueryAnswered, statement, &query, query.toldOfAnswer(), cmd.By)
	return decision[*Query]{answer: &query, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, statement, statementStepped)
		pg.Update(tx, &query, answeredBy)
	}}, nil
}

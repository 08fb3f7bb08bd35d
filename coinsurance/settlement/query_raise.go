package settlement

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// RaiseQuery disputes a subject on a statement, or one group of it.
type RaiseQuery struct {
	idempotency.Command

	Pool     string      `json:"pool"`
	Period   string      `json:"period"`
	Member   string      `json:"member"`
	Subject  string      `json:"subject"` // number of a policy or claim
	Group    Group       `json:"group"`   // all when left out
	Reason   QueryReason `json:"reason"`  // other when left out
	Remark   string      `json:"remark"`
	Document string      `json:"document"`
}

// RaiseQuery refuses, in this order: access.forbidden, coinsurance.query_invalid, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.statement_not_issued, coinsurance.item_not_found.
func (s *Service) RaiseQuery(ctx context.Context, cmd RaiseQuery) (*Query, error) {
	return change(ctx, s, cmd, loadQuery, decideQuery, nil)
}

func (cmd RaiseQuery) home() string { return cmd.Pool }

const textMax = 2000 // characters of a remark or an answer

func (cmd RaiseQuery) admit() error {
	if err := cmd.By.RequireMember(access.Settlement, cmd.Member); err != nil {
		return err
	}
	var check fault.Check
	known := cmd.Reason == "" || slices.Contains(QueryReasons, cmd.Reason)
	check.Require(known, "reason", "{given} is none of {allowed}", fault.Args{
		"given": strconv.Quote(string(cmd.Reason)), "allowed": QueryReasons,
	})
	check.Require(slices.Contains(groups, cmd.Group), "group", "{given} is none of {allowed}", fault.Args{
		"given": strconv.Quote(string(cmd.Group)), "allowed": Groups(),
	})
	field.ProseIf(&check, "remark", cmd.Remark, textMax)
	field.ProseIf(&check, "document", cmd.Document, textMax)
	return check.Refuse(ErrQueryInvalid)
}

// queried is a statement with the subject that is disputed, or whose dispute is lifted.
type queried struct {
	*onStatement

	groups  []Group  // of the member's unsettled items of the subject
	parties []string // the members between whom these items are
}

type subjectOfMember struct {
	Pool            string
	Number          int
	Subject, Member string
}

var unsettledOf = pg.SQL[subjectOfMember](files, "UnsettledOf")

func loadSubject(
	ctx context.Context, tx *pg.Tx, pool, period, subject, member string,
) (*queried, error) {
	known, err := loadStatement(ctx, tx, pool, period)
	if err != nil {
		return nil, err
	}
	of := subjectOfMember{pool, known.statement.Number, subject, member}
	loaded := &queried{onStatement: known}
	err = unsettledOf.With(of).Rows(ctx, tx, func(rows *sql.Rows) error {
		var group Group
		var a, b string
		err := rows.Scan(&group, &a, &b)
		loaded.groups, loaded.parties = append(loaded.groups, group), append(loaded.parties, a, b)
		return err
	})
	slices.Sort(loaded.parties)
	loaded.parties = slices.Compact(loaded.parties)
	return loaded, err
}

// has refuses a subject, or group of it, of which the member has no unsettled item.
func (q *queried) has(subject, member string, group Group) error {
	if group == AnyGroup && len(q.groups) > 0 || slices.Contains(q.groups, group) {
		return nil
	}
	return ErrItemNotFound.Case(fault.Args{"member": member, "subject": subject, "period": q.statement.Period})
}

func loadQuery(ctx context.Context, tx *pg.Tx, cmd RaiseQuery) (*queried, error) {
	return loadSubject(ctx, tx, cmd.Pool, cmd.Period, cmd.Subject, cmd.Member)
}

func decideQuery(known *queried, cmd RaiseQuery, now time.Time) (decision[*Query], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Query]{}, err
	}
	if err := known.issued(); err != nil {
		return decision[*Query]{}, err
	}
	if err := known.has(cmd.Subject, cmd.Member, cmd.Group); err != nil {
		return decision[*Query]{}, err
	}
	statement := known.statement.next(clock.Later(now, known.statement.Recorded))
	query := &Query{
		Pool: cmd.Pool, Statement: statement.Number, Number: len(known.queries) + 1, Subject: cmd.Subject, Group: cmd.Group,
		Member: cmd.Member, Parties: strings.Join(known.parties, " "), Reason: cmp.Or(cmd.Reason, ReasonOther),
		Remark: cmd.Remark, Document: cmd.Document, State: QueryOpen, RaisedBy: cmd.By.Subject, Raised: statement.Recorded,
		AnswerBy: known.answerBy(statement.Recorded),
	}
	announced := queryFact(EventStatementQueried, statement, query, known.parties, cmd.By)
	return decision[*Query]{answer: query, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, statement, statementStepped)
		pg.Insert(tx, query)
	}}, nil
}

// answerBy is the day by which a query of today is to be answered.
func (q *queried) answerBy(now time.Time) calendar.Date {
	day := calendar.DateOf(now)
	if q.agreement == nil {
		return day
	}
	due, _ := q.workdays.Add(day, q.agreement.AnswerDays)
	return due
}

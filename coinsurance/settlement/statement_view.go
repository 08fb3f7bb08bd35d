package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// StatementView is a statement as far as a principal may see it: a member what was issued to it, and its own part.
type StatementView struct {
	Statement

	Postings *int64       `json:"postings,omitempty"` // that it takes in of all members; not to one of them
	Calendar *Calendar    `json:"calendar,omitempty"` // not in a list
	Members  []MemberView `json:"members"`
}

// MemberView is a member's part of a statement, with its answer once it is issued.
type MemberView struct {
	MemberTotal

	Answer *Answer `json:"answer,omitempty"`
}

// onlyOf is the member to whose own part a principal is held; "" for who oversees all. Whoever sees no business data is
// refused with access.forbidden.
func onlyOf(by access.Principal) (string, error) {
	if err := by.RequireRead(by.Organisation); err != nil || by.Kind != access.Member {
		return "", err
	}
	return by.Organisation, nil
}

// ViewStatements lists the statements of a pool that a principal may see, in order of drawing, also cancelled ones. It
// refuses with access.forbidden, then coinsurance.pool_not_found.
func ViewStatements(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string,
) ([]StatementView, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	if _, err := coinsurance.FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	var statements []Statement
	var totals []MemberTotal
	var answers []Answer
	var reads pg.Reads
	pg.ListIn(&reads, statementsOfPool.With(ofPool{pool}), &statements)
	pg.ListIn(&reads, totalsAll.With(ledger.OfPool{Pool: pool}), &totals)
	pg.ListIn(&reads, answersAll.With(ledger.OfPool{Pool: pool}), &answers)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	totalsOf, answersOf := map[int][]MemberTotal{}, map[int][]Answer{}
	for _, total := range totals {
		totalsOf[total.Statement] = append(totalsOf[total.Statement], total)
	}
	for _, answer := range answers {
		answersOf[answer.Statement] = append(answersOf[answer.Statement], answer)
	}
	views := []StatementView{}
	for i := range statements {
		s := &statements[i]
		if view := s.seenWith(member, totalsOf[s.Number], answersOf[s.Number]); view != nil {
			views = append(views, *view)
		}
	}
	return views, nil
}

// ViewStatement reads the statement that stands for a period, or one of its issues, with its calendar. It refuses with
// access.forbidden, then coinsurance.statement_not_found: also to who may not see it.
func ViewStatement(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, period string, issue int,
) (*StatementView, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	statements, err := Statements(ctx, handle, pool)
	if err != nil {
		return nil, err
	}
	for i := range statements {
		if statements[i].Period != period || issue != 0 && statements[i].Issue != issue ||
			issue == 0 && !statements[i].stands() {
			continue
		}
		view, err := statements[i].seenBy(ctx, handle, member)
		if err != nil || view == nil {
			return nil, notFound(err, pool, period, issue)
		}
		view.Calendar, err = calendarOf(ctx, handle, &view.Statement)
		return view, err
	}
	return nil, notFound(nil, pool, period, issue)
}

func notFound(err error, pool, period string, issue int) error {
	if err != nil {
		return err
	}
	if issue == 0 {
		return notDrawn(pool, period)
	}
	return ErrStatementNotFound.Case(fault.Args{"pool": pool, "period": period, "issue": issue})
}

// seenBy is the statement for a member, or for who oversees all; nil when it may not be seen.
func (s *Statement) seenBy(ctx context.Context, handle bun.IDB, member string) (*StatementView, error) {
	var totals []MemberTotal
	var answers []Answer
	key := statementKey{s.Pool, s.Number}
	var reads pg.Reads
	pg.ListIn(&reads, memberTotals.With(key), &totals)
	pg.ListIn(&reads, answersOf.With(key), &answers)
	err := reads.Run(ctx, handle)
	return s.seenWith(member, totals, answers), err
}

// seenWith is seenBy, of totals and answers that were read.
func (s *Statement) seenWith(member string, totals []MemberTotal, answers []Answer) *StatementView {
	if s.State == StatementCut || member != "" && s.Issued == nil {
		return nil
	}
	view := &StatementView{Statement: *s, Members: []MemberView{}}
	for _, total := range totals {
		if member != "" && member != total.Member {
			continue
		}
		part := MemberView{MemberTotal: total}
		for i := range answers {
			if answers[i].Member == total.Member {
				part.Answer = &answers[i]
			}
		}
		view.Members = append(view.Members, part)
	}
	if member == "" {
		view.Postings = &s.Postings
		return view
	}
	if len(view.Members) == 0 {
		return nil
	}
	view.Items = view.Members[0].Items // those of all members are not for one of them
	return view
}

// ViewCalendar says by when each step of a period's settlement is due, also before its statement is drawn. It refuses
// with access.forbidden, coinsurance.period_unknown, coinsurance.pool_not_found,
// coinsurance.no_agreement_in_force.
func ViewCalendar(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, text string,
) (*Calendar, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	period, err := ParsePeriod(text)
	if err != nil {
		return nil, err
	}
	if _, err := coinsurance.FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	statement, err := pg.Found[Statement](ctx, handle, standingStatement.With(statementPeriod{pool, period.Name}))
	if err != nil {
		return nil, err
	}
	if statement == nil || member != "" && statement.Issued == nil {
		agreement, err := coinsurance.AgreementAt(ctx, handle, pool, period.Ends)
		if err != nil {
			return nil, err
		}
		statement = &Statement{Pool: pool, Ends: period.Ends, AgreementVersion: agreement.Version}
	}
	return calendarOf(ctx, handle, statement)
}

// calendarOf is the calendar of a statement's period, by what has been done of it; nil without an agreement.
func calendarOf(ctx context.Context, handle bun.IDB, statement *Statement) (*Calendar, error) {
	if statement.AgreementVersion == 0 {
		return nil, nil //nolint:nilnil // there is none
	}
	agreement, err := coinsurance.AgreementVersion(ctx, handle, statement.Pool, statement.AgreementVersion)
	if err != nil {
		return nil, err
	}
	var run *Settlement
	var reads pg.Reads
	pg.FindIn(&reads, settlementOf.With(statementKey{statement.Pool, statement.Number}), &run)
	workdays := zone.WorkdaysIn(&reads)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	var taken Steps
	if statement.Issued != nil {
		taken.Issued, taken.ConfirmBy = calendar.DateOf(*statement.Issued), statement.ConfirmBy
	}
	if run != nil && run.Approved != nil {
		taken.Approved, taken.Partly = calendar.DateOf(*run.Approved), run.ConfirmedOnly
	}
	due := CalendarOf(agreement.Terms, workdays(), statement.Ends, taken)
	return &due, nil
}

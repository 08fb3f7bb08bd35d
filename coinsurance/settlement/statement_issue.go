package settlement

import (
	"context"
	"crypto/sha256"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// IssueStatement shows a statement to the members 出账. From then on they may query it and confirm it.
type IssueStatement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"`
}

// IssueStatement refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.statement_not_found,
// ledger.date_out_of_range, coinsurance.statement_changed, coinsurance.statement_issued.
func (s *Service) IssueStatement(ctx context.Context, cmd IssueStatement) (*Statement, error) {
	return change(ctx, s, cmd, loadIssue, decideIssue)
}

func (cmd IssueStatement) home() string { return cmd.Pool }

func (cmd IssueStatement) admit() error { return cmd.By.RequireKind(access.Settlement, access.Manager) }

// onStatement is what a change of a statement needs to know of it.
type onStatement struct {
	period    ledger.Period
	statement *Statement
	versions  coinsurance.Versions
	agreement *coinsurance.Agreement // of the statement; nil when there is none
	totals    []MemberTotal
	answers   []Answer
	queries   []Query
	workdays  calendar.Workdays
}

func (o *onStatement) book() ledger.Period { return o.period }

// loadStatement locks the statement that stands for a period, and reads what belongs to it. It refuses with
// ErrStatementNotFound when none is drawn.
func loadStatement(ctx context.Context, tx *pg.Tx, pool, period string) (*onStatement, error) {
	known := new(onStatement)
	var reads pg.Reads
	ledger.LockPeriodIn(&reads, pool, &known.period)
	pg.FindIn(&reads, lockStatement.With(statementPeriod{pool, period}), &known.statement)
	coinsurance.VersionsIn(&reads, pool, &known.versions)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	if known.statement == nil || known.statement.State == StatementCut {
		return nil, notDrawn(pool, period)
	}
	key := statementKey{pool, known.statement.Number}
	reads = pg.Reads{}
	pg.ListIn(&reads, memberTotals.With(key), &known.totals)
	pg.ListIn(&reads, answersOf.With(key), &known.answers)
	pg.ListIn(&reads, queriesOf.With(key), &known.queries)
	workdays := zone.WorkdaysIn(&reads)
	err := reads.Run(ctx, tx)
	known.workdays = workdays()
	if err == nil && known.statement.AgreementVersion != 0 {
		known.agreement, err = coinsurance.AgreementVersion(ctx, tx, pool, known.statement.AgreementVersion)
	}
	return known, err
}

// admit refuses a day that may not be written, and a statement that has changed since the caller saw it.
func (o *onStatement) admit(cmd idempotency.Command, now time.Time) error {
	dates := coinsurance.Dates{First: o.versions.First(), Today: calendar.DateOf(now)}
	if err := dates.Check("effective", cmd.Effective); err != nil {
		return err
	}
	if cmd.IfVersion != 0 && cmd.IfVersion != o.statement.Version {
		return ErrStatementChanged.Case(fault.Args{"version": o.statement.Version})
	}
	return nil
}

// issued refuses what may only be done once the members have seen the statement.
func (o *onStatement) issued() error {
	if o.statement.State != StatementIssued {
		return ErrStatementNotIssued.Case(fault.Args{
			"period": o.statement.Period, "statement_state": o.statement.State,
		})
	}
	return nil
}

// answer is a member's answer; nil for who is no member of the pool.
func (o *onStatement) answer(member string) *Answer {
	for i := range o.answers {
		if o.answers[i].Member == member {
			return &o.answers[i]
		}
	}
	return nil
}

// issuing is a statement that may be issued, with the digests of its members' lines.
type issuing struct {
	*onStatement

	lines map[string][]byte
}

func loadIssue(ctx context.Context, tx *pg.Tx, cmd IssueStatement) (*issuing, error) {
	known, err := loadStatement(ctx, tx, cmd.Pool, cmd.Period)
	if err != nil || known.statement.State != StatementDrawn {
		return &issuing{onStatement: known}, err
	}
	lines, err := linesOf(ctx, tx, known.statement)
	return &issuing{known, lines}, err
}

var issued = pg.ColumnsOf[Statement]("state", "version", "recorded", "issued_by", "issued", "confirm_by", "silence")

func decideIssue(known *issuing, cmd IssueStatement, now time.Time) (decision[*Statement], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Statement]{}, err
	}
	if known.statement.State != StatementDrawn {
		return decision[*Statement]{}, ErrStatementIssued.Case(fault.Args{"period": cmd.Period})
	}
	after := known.statement.next(laterOf(now, known.statement.Recorded))
	after.State, after.IssuedBy, after.Issued = StatementIssued, cmd.By.Subject, &after.Recorded
	after.ConfirmBy, after.Silence = calendar.DateOf(after.Recorded), coinsurance.SilenceNone
	if known.agreement != nil {
		after.ConfirmBy, after.Silence = ConfirmBy(known.agreement.Terms, after.ConfirmBy), known.agreement.Silence
	}
	none := sha256.Sum256(nil)
	answers := make([]Answer, 0, len(known.totals))
	for _, total := range known.totals {
		answer := Answer{
			Pool: after.Pool, Statement: after.Number, Member: total.Member, State: AnswerOpen,
			LinesSHA256: known.lines[total.Member],
		}
		if answer.LinesSHA256 == nil {
			answer.LinesSHA256 = none[:]
		}
		answers = append(answers, answer)
	}
	return decision[*Statement]{answer: after, facts: facts(issuedFact(after, known.totals, answers, cmd.By)), write: func(
		_ context.Context, tx *pg.Tx,
	) error {
		pg.Update(tx, after, issued)
		pg.InsertAll(tx, answers, answersShared)
		return nil
	}}, nil
}

var answersShared = pg.ColumnsShared[Answer]("pool", "statement", "state")

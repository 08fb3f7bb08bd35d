package settlement

import (
	"context"
	"crypto/sha256"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// IssueStatement shows a statement to the members 出账. From then on they may query it and confirm it. Its papers are
// asked for, and written afterwards.
type IssueStatement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"`
}

// IssueStatement refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.statement_not_found,
// ledger.date_out_of_range, coinsurance.statement_changed, coinsurance.statement_issued.
func (s *Service) IssueStatement(ctx context.Context, cmd IssueStatement) (*Statement, error) {
	return change(ctx, s, cmd, loadIssue, decideIssue, nil)
}

func (cmd IssueStatement) home() string { return cmd.Pool }

func (cmd IssueStatement) admit() error { return cmd.By.RequireKind(access.Settlement, access.Manager) }

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

// noLines is the digest of a member without a line.
var noLines = sha256.Sum256(nil)

var issued = pg.ColumnsOf[Statement]("state", "version", "recorded", "issued_by", "issued", "confirm_by", "silence")

func decideIssue(known *issuing, cmd IssueStatement, now time.Time) (decision[*Statement], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Statement]{}, err
	}
	if known.statement.State != StatementDrawn {
		return decision[*Statement]{}, ErrStatementIssued.Case(fault.Args{"period": cmd.Period})
	}
	after := known.statement.next(clock.Later(now, known.statement.Recorded))
	after.State, after.IssuedBy, after.Issued = StatementIssued, cmd.By.Subject, &after.Recorded
	var terms coinsurance.Terms
	after.Silence = coinsurance.SilenceNone
	if known.agreement != nil {
		terms, after.Silence = known.agreement.Terms, known.agreement.Silence
	}
	after.ConfirmBy = ConfirmBy(terms, calendar.DateOf(after.Recorded))
	answers := make([]Answer, 0, len(known.totals))
	for _, total := range known.totals {
		answer := Answer{
			Pool: after.Pool, Statement: after.Number, Member: total.Member, State: AnswerOpen,
			LinesSHA256: known.lines[total.Member],
		}
		if answer.LinesSHA256 == nil {
			answer.LinesSHA256 = noLines[:]
		}
		answers = append(answers, answer)
	}
	papers := papersOf(PaperDue{
		Pool: after.Pool, Kind: StatementPaper, Reference: StatementReference(after.Period, after.Issue),
		Recorded: after.Recorded, Actor: cmd.By.Subject,
	}, known.totals)
	announced := issuedFact(after, known.totals, answers, cmd.By)
	return decision[*Statement]{answer: after, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, after, issued)
		pg.InsertAll(tx, answers, answersShared)
		pg.InsertAll(tx, papers, papersShared)
	}}, nil
}

var answersShared = pg.ColumnsShared[Answer]("pool", "statement", "state")

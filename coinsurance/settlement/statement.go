package settlement

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// StatementState is where a statement stands.
type StatementState string

// States of a statement. Whether a member confirmed or queried it is said beside.
const (
	StatementCut       StatementState = "cut"       // the cut is made, the items are not drawn yet
	StatementDrawn     StatementState = "drawn"     // frozen, seen by the manager
	StatementIssued    StatementState = "issued"    // shown to the members 出账
	StatementCancelled StatementState = "cancelled" // its items are free
)

// Statement is one drawing of what the members of a pool owe each other for a period 对账单.
type Statement struct {
	bun.BaseModel `bun:"table:statement"`

	Pool   string        `bun:"pool,pk"           json:"pool"`
	Number int           `bun:"number,pk"         json:"number"` // from 1, in order of drawing
	Period string        `bun:"period"            json:"period"`
	Issue  int           `bun:"issue"             json:"issue"`
	Starts calendar.Date `bun:"starts"            json:"starts"`
	Ends   calendar.Date `bun:"ends"              json:"ends"`
	// Cut: what was recorded by then is on it.
	Cut              time.Time           `bun:"cut"               json:"cut"`
	AgreementVersion int                 `bun:"agreement_version" json:"agreement_version"` // on the last day
	State            StatementState      `bun:"state"             json:"state"`
	Version          int64               `bun:"version"           json:"version"`
	Items            int64               `bun:"items"             json:"items"`
	Postings         int64               `bun:"postings"          json:"postings"` // taken in, one of each mirrored pair
	Recorded         time.Time           `bun:"recorded"          json:"recorded"` // of the last event
	DrawnBy          string              `bun:"drawn_by"          json:"drawn_by"`
	IssuedBy         string              `bun:"issued_by"         json:"issued_by,omitempty"`
	Issued           *time.Time          `bun:"issued"            json:"issued,omitempty"`
	ConfirmBy        calendar.Date       `bun:"confirm_by"        json:"confirm_by"` // none before issue
	Silence          coinsurance.Silence `bun:"silence" json:"silence"`              // as it was issued
	CancelledBy      string              `bun:"cancelled_by"      json:"cancelled_by,omitempty"`
	Reason           string              `bun:"reason"            json:"reason,omitempty"` // of the cancellation
}

// period is what the statement was drawn for.
func (s *Statement) period() Period { return Period{s.Period, s.Starts, s.Ends} }

// subject is how events name it.
func (s *Statement) subject() string {
	return "statement/" + s.Pool + "/" + s.Period + "/" + strconv.Itoa(s.Issue)
}

// stands says that its items are on no other statement.
func (s *Statement) stands() bool { return s.State != StatementCancelled }

// next is the statement after an event.
func (s *Statement) next(now time.Time) *Statement {
	after := *s
	after.Version, after.Recorded = s.Version+1, now
	return &after
}

// Group is a group of streams, of which the items of a statement are made.
type Group string

// The groups. AnyGroup is all of a subject.
const (
	AnyGroup        Group = ""
	PremiumGroup    Group = "premium"    // net premium received and its VAT
	FeeGroup        Group = "fee"        // issuing fee and its VAT
	CommissionGroup Group = "commission" // commission
	ClaimsGroup     Group = "claims"     // indemnity, expense, recovery and salvage, less what was paid ahead
	InterestGroup   Group = "interest"   // late interest
)

var groups = []Group{AnyGroup, PremiumGroup, FeeGroup, CommissionGroup, ClaimsGroup, InterestGroup}

// Groups are all groups, in their order.
func Groups() []Group { return slices.Clone(groups[1:]) }

// groupOf is the group of a stream that members owe each other of.
func groupOf(stream ledger.Stream) Group {
	switch stream {
	case ledger.NetReceived, ledger.VATReceived:
		return PremiumGroup
	case ledger.IssuingFee, ledger.IssuingFeeVAT:
		return FeeGroup
	case ledger.Commission:
		return CommissionGroup
	case ledger.LateInterest:
		return InterestGroup
	default:
		return ClaimsGroup
	}
}

// MemberTotal is a member's part of a statement: what it is to receive, and pays where it is below zero.
type MemberTotal struct {
	bun.BaseModel `bun:"table:statement_member"`

	Pool      string       `bun:"pool,pk"      json:"-"`
	Statement int          `bun:"statement,pk" json:"-"`
	Member    string       `bun:"member,pk"    json:"member"`
	Opening   money.Amount `bun:"opening"      json:"opening"`
	Movement  money.Amount `bun:"movement"     json:"movement"`
	Closing   money.Amount `bun:"closing"      json:"closing"`
	Items     int64        `bun:"items"        json:"items"`
}

type (
	statementKey struct {
		Pool   string
		Number int
	}
	statementPeriod struct{ Pool, Period string }
	ofPool          struct{ Pool string }
)

var (
	statementsOfPool  = pg.Select[Statement, ofPool](files, "StatementsOfPool")
	standingStatement = pg.Select[Statement, statementPeriod](files, "StandingStatement")
	lockStatement     = pg.Select[Statement, statementPeriod](files, "LockStatement")
	memberTotals      = pg.Select[MemberTotal, statementKey](files, "MemberTotals")
)

// Statements lists every statement of a pool, in order of drawing, also those that were cancelled.
func Statements(ctx context.Context, handle bun.IDB, pool string) ([]Statement, error) {
	return pg.Listed[Statement](ctx, handle, statementsOfPool.With(ofPool{pool}))
}

// StatementOf is the statement that stands for a period; ErrStatementNotFound when none is drawn.
func StatementOf(ctx context.Context, handle bun.IDB, pool, period string) (*Statement, error) {
	statement, err := pg.Found[Statement](ctx, handle, standingStatement.With(statementPeriod{pool, period}))
	if err == nil && (statement == nil || statement.State == StatementCut) {
		return nil, notDrawn(pool, period)
	}
	return statement, err
}

// TotalsOf lists the members' totals of a statement, by code.
func TotalsOf(ctx context.Context, handle bun.IDB, statement *Statement) ([]MemberTotal, error) {
	return pg.Listed[MemberTotal](ctx, handle, memberTotals.With(statementKey{statement.Pool, statement.Number}))
}

func notDrawn(pool, period string) error {
	return ErrStatementNotFound.Case(fault.Args{"pool": pool, "period": period})
}

// IsMissing says that an error is the refusal of a statement or settlement that is not there.
func IsMissing(err error) bool {
	return errors.Is(err, ErrStatementNotFound) || errors.Is(err, ErrSettlementNotFound)
}

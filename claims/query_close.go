package claims

import (
	"context"
	"strconv"

	"gongbao/internal/access"
	"gongbao/internal/fault"
)

// CloseQuery ends a query: the member that asked accepts the answer, or withdraws what it asked.
type CloseQuery struct {
	Command

	Query   int        `json:"query"`   // its number
	Outcome QueryState `json:"outcome"` // accepted or withdrawn
}

// CloseQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden,
// claims.claim_changed, claims.query_not_found (none of that number of this member), claims.query_not_waiting (there is
// no answer to accept; closed already).
func (s *Service) CloseQuery(ctx context.Context, cmd CloseQuery) (*Claim, error) {
	return s.change(ctx, cmd)
}

// closable is from where a query may come to each outcome.
var closable = map[QueryState][]QueryState{
	QueryAccepted: {QueryAnswered}, QueryWithdrawn: {QueryOpen, QueryAnswered, QueryEscalated},
}

func (cmd CloseQuery) check() error {
	if closable[cmd.Outcome] == nil {
		return ErrClaimInvalid.At("outcome", "{given} is neither {one} nor {other}",
			fault.Args{"given": strconv.Quote(string(cmd.Outcome)), "one": QueryAccepted, "other": QueryWithdrawn})
	}
	return nil
}

func (cmd CloseQuery) may(l *lockedClaim) error { return mayTakePart(cmd.By, l) }

func (cmd CloseQuery) decide(o *Outcome) error {
	q, err := o.query(cmd.Query, cmd.By.Organisation, closable[cmd.Outcome]...)
	if err != nil {
		return err
	}
	o.close(q, cmd.Outcome)
	o.sayOf(EventQueryClosed, q)
	return nil
}

// DecideQuery is the pool manager's decision of a query that was passed on to it.
type DecideQuery struct {
	Command

	Query    int    `json:"query"` // its number
	Decision string `json:"decision"`
}

// DecideQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden
// (not a settlement clerk of the pool manager), claims.claim_changed, claims.query_not_found, claims.query_not_waiting
// (it was not passed on).
func (s *Service) DecideQuery(ctx context.Context, cmd DecideQuery) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd DecideQuery) check() error { return checkText("decision", cmd.Decision) }

func (cmd DecideQuery) may(*lockedClaim) error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func (cmd DecideQuery) decide(o *Outcome) error {
	q, err := o.query(cmd.Query, "", QueryEscalated)
	if err != nil {
		return err
	}
	q.Decision = cmd.Decision
	o.close(q, QueryDecided)
	o.sayOf(EventQueryClosed, q)
	return nil
}

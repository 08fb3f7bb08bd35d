package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ProposeUnwinding says that a run cannot be completed and is to be unwound 撤销, and why. A second person approves it;
// until then payments go on, and a run that is completed after all is not unwound.
type ProposeUnwinding struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
	Reason string `json:"reason"`
}

// ProposeUnwinding refuses, in this order: access.forbidden, coinsurance.reason_invalid, coinsurance.pool_not_found,
// coinsurance.settlement_not_found, ledger.date_out_of_range, coinsurance.settlement_changed,
// coinsurance.settlement_not_open, coinsurance.unwinding_proposed, coinsurance.order_in_file.
func (s *Service) ProposeUnwinding(ctx context.Context, cmd ProposeUnwinding) (*Settlement, error) {
	return change(ctx, s, cmd, loadUnwindingProposal, decideUnwindingProposal, nil)
}

func (cmd ProposeUnwinding) home() string { return cmd.Pool }

func (cmd ProposeUnwinding) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	return checkReason(cmd.Reason)
}

func loadUnwindingProposal(ctx context.Context, tx *pg.Tx, cmd ProposeUnwinding) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

// notOpen refuses what may only be done while the orders of a run are being paid.
func (s *Settlement) notOpen() error {
	return ErrSettlementNotOpen.Case(fault.Args{"number": s.Number, "settlement_state": s.State})
}

var unwindingProposed = pg.ColumnsOf[Settlement]("version", "recorded", "unwind_proposed_by", "reason")

func decideUnwindingProposal(
	known *onSettlement, cmd ProposeUnwinding, now time.Time,
) (decided decision[*Settlement], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if known.run.State != Approved {
		return decided, known.run.notOpen()
	}
	if by := known.run.UnwindProposedBy; by != "" {
		return decided, ErrUnwindingProposed.Case(fault.Args{"number": cmd.Number, "person": by})
	}
	if err := known.still(); err != nil {
		return decided, err
	}
	run := known.run.next(now)
	run.UnwindProposedBy, run.Reason = cmd.By.Subject, cmd.Reason
	return known.proposes(EventUnwindingProposed, run, cmd.By), nil
}

// proposes is the decision about a proposal to unwind; the members see what is approved.
func (o *onSettlement) proposes(kind string, run *Settlement, by access.Principal) decision[*Settlement] {
	announced := runFact(kind, run, o.statement, by, nil)
	announced.Audience = fact.Overseers
	return decision[*Settlement]{answer: run, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, run, unwindingProposed)
	}}
}

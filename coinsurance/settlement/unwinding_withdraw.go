package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// WithdrawUnwinding takes the proposal to unwind a run back, by whoever proposed it or another. Its payments go on.
type WithdrawUnwinding struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
}

// WithdrawUnwinding refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.settlement_not_found, ledger.date_out_of_range, coinsurance.settlement_changed,
// coinsurance.settlement_not_open, coinsurance.unwinding_not_proposed.
func (s *Service) WithdrawUnwinding(ctx context.Context, cmd WithdrawUnwinding) (*Settlement, error) {
	return change(ctx, s, cmd, loadUnwindingWithdrawal, decideUnwindingWithdrawal, nil)
}

func (cmd WithdrawUnwinding) home() string { return cmd.Pool }

func (cmd WithdrawUnwinding) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func loadUnwindingWithdrawal(ctx context.Context, tx *pg.Tx, cmd WithdrawUnwinding) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

func decideUnwindingWithdrawal(
	known *onSettlement, cmd WithdrawUnwinding, now time.Time,
) (decided decision[*Settlement], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if err := known.run.unwindable(); err != nil {
		return decided, err
	}
	run := known.run.next(now)
	run.UnwindProposedBy, run.Reason = "", ""
	return known.proposes(EventUnwindingWithdrawn, run, cmd.By), nil
}

// unwindable refuses a run of which nobody has proposed the unwinding, or that is decided.
func (s *Settlement) unwindable() error {
	if s.State != Approved {
		return s.notOpen()
	}
	if s.UnwindProposedBy == "" {
		return ErrUnwindingNotProposed.Case(fault.Args{"number": s.Number})
	}
	return nil
}

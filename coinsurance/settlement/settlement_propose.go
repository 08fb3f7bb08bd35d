package settlement

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ProposeSettlement fixes what is to be settled of a period's statement. A second person approves it before any order
// exists.
type ProposeSettlement struct {
	idempotency.Command

	Pool          string `json:"pool"`
	Period        string `json:"period"`
	ConfirmedOnly bool   `json:"confirmed_only"` // pairs of which both have confirmed; not with multilateral netting
}

// ProposeSettlement refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.statement_not_issued, coinsurance.settlement_exists, coinsurance.statement_not_confirmed.
func (s *Service) ProposeSettlement(ctx context.Context, cmd ProposeSettlement) (*Calculation, error) {
	return change(ctx, s, cmd, loadProposal, decideProposal, takeItems)
}

func (cmd ProposeSettlement) home() string { return cmd.Pool }

func (cmd ProposeSettlement) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

// proposal is a statement with the run that it has, or may get.
type proposal struct {
	*onStatement

	run  *Settlement // that is live; nil when there is none
	next int         // number of the next run
}

var nextSettlement = pg.SQL[ofPool](files, "NextSettlement")

func loadProposal(ctx context.Context, tx *pg.Tx, cmd ProposeSettlement) (*proposal, error) {
	known, err := loadAlone(ctx, tx, cmd.Pool, cmd.Period)
	if err != nil {
		return nil, err
	}
	proposed := &proposal{onStatement: known}
	var reads pg.Reads
	pg.FindIn(&reads, settlementOf.With(statementKey{cmd.Pool, known.statement.Number}), &proposed.run)
	nextSettlement.With(ofPool{cmd.Pool}).In(&reads, &proposed.next)
	return proposed, reads.Run(ctx, tx)
}

func decideProposal(known *proposal, cmd ProposeSettlement, now time.Time) (decision[*Calculation], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Calculation]{}, err
	}
	if err := known.issued(); err != nil {
		return decision[*Calculation]{}, err
	}
	if known.run != nil {
		return decision[*Calculation]{}, ErrSettlementExists.Case(fault.Args{
			"number": known.run.Number, "period": cmd.Period, "settlement_state": known.run.State,
		})
	}
	run := known.settlement(cmd, clock.Later(now, known.statement.Recorded))
	if err := known.confirmed(run); err != nil {
		return decision[*Calculation]{}, err
	}
	return decision[*Calculation]{answer: &Calculation{Settlement: run}}, nil
}

// settlement is the row of a new run, by the terms in force on the last day of the statement's period.
func (p *proposal) settlement(cmd ProposeSettlement, now time.Time) *Settlement {
	run := &Settlement{
		Pool: cmd.Pool, Number: p.next, Statement: p.statement.Number, Netting: coinsurance.NettingNone,
		RingFence: coinsurance.FenceNone, ConfirmedOnly: cmd.ConfirmedOnly, State: Proposed, Version: 1, Recorded: now,
		ProposedBy: cmd.By.Subject,
	}
	if p.agreement != nil {
		run.AgreementVersion, run.Netting, run.RingFence = p.agreement.Version, p.agreement.Netting, p.agreement.RingFence
	}
	return run
}

// confirmed refuses a run of a statement that a member with items on it has not confirmed.
func (p *proposal) confirmed(run *Settlement) error {
	if run.ConfirmedOnly && run.Netting != coinsurance.NettingMultilateral {
		return nil
	}
	for _, total := range p.totals {
		answer := p.answer(total.Member)
		if total.Items > 0 && (answer == nil || !answer.Stands()) {
			return ErrStatementNotConfirmed.Case(fault.Args{"member": total.Member, "period": p.statement.Period})
		}
	}
	return nil
}

type runArgs struct {
	Pool                  string
	Statement, Settlement int
}

type lateArgs struct {
	Pool                  string
	Statement, Settlement int
	ConfirmedOnly         bool
}

var (
	skipTaken       = pg.SQL[runArgs](files, "SkipTaken")
	skipHeld        = pg.SQL[runArgs](files, "SkipHeld")
	skipUnconfirmed = pg.SQL[runArgs](files, "SkipUnconfirmed")
	takeLate        = pg.SQL[lateArgs](files, "TakeLate")

	counted = pg.ColumnsOf[Settlement]("items", "orders")
)

// takeItems writes down what the run leaves out and what it takes of earlier statements, and adds up the rest.
func takeItems(
	ctx context.Context, tx *pg.Tx, known *proposal, cmd ProposeSettlement, calculation *Calculation,
) error {
	run := calculation.Settlement
	pg.Insert(tx, run)
	args := runArgs{run.Pool, run.Statement, run.Number}
	skipTaken.With(args).Queue(tx)
	skipHeld.With(args).Queue(tx)
	if run.ConfirmedOnly {
		skipUnconfirmed.With(args).Queue(tx)
	}
	takeLate.With(lateArgs{run.Pool, run.Statement, run.Number, run.ConfirmedOnly}).Queue(tx)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if err := spacious(ctx, tx); err != nil {
		return err
	}
	if err := calculation.add(ctx, tx); err != nil {
		return err
	}
	run.Orders = len(calculation.Payments)
	pg.Update(tx, run, counted)
	return announce(ctx, tx, settlementFact(EventSettlementProposed, calculation, known.statement, cmd.By))
}

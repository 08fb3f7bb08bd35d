package settlement

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
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

// Calculation is a run with what it comes to, from the members' debts to the orders.
type Calculation struct {
	*Settlement

	Debts    []RingDebt     `json:"debts"`
	Payments []PaymentOrder `json:"payments"`
}

// RingDebt is what two members owe each other over the items that a run takes, in one ring.
type RingDebt struct {
	bun.BaseModel `bun:"table:settlement_item"`

	Ring  string       `bun:"ring"   json:"ring,omitempty"`
	A     string       `bun:"a"      json:"a"`
	B     string       `bun:"b"      json:"b"`
	AOwes money.Amount `bun:"a_owes" json:"a_owes"`
	BOwes money.Amount `bun:"b_owes" json:"b_owes"`
	Items int64        `bun:"items"  json:"items"`
}

// ProposeSettlement refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.statement_not_issued, coinsurance.settlement_exists, coinsurance.statement_not_confirmed.
func (s *Service) ProposeSettlement(ctx context.Context, cmd ProposeSettlement) (*Calculation, error) {
	return change(ctx, s, cmd, loadProposal, decideProposal)
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
	var head string
	var reads pg.Reads
	lockHead.With(ofPool{cmd.Pool}).In(&reads, &head)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	known, err := loadStatement(ctx, tx, cmd.Pool, cmd.Period)
	if err != nil {
		return nil, err
	}
	proposed := &proposal{onStatement: known}
	reads = pg.Reads{}
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
	run := known.settlement(cmd, laterOf(now, known.statement.Recorded))
	if err := known.confirmed(run); err != nil {
		return decision[*Calculation]{}, err
	}
	calculation := &Calculation{Settlement: run}
	return decision[*Calculation]{answer: calculation, write: func(ctx context.Context, tx *pg.Tx) error {
		return writeProposal(ctx, tx, calculation, known.statement, cmd.By)
	}}, nil
}

// settlement is the row of a new run, by the terms in force on the last day of the statement's period.
func (p *proposal) settlement(cmd ProposeSettlement, now time.Time) *Settlement {
	run := &Settlement{
		Pool: cmd.Pool, Number: p.next, Statement: p.statement.Number, AgreementVersion: p.statement.AgreementVersion,
		Netting: coinsurance.NettingNone, RingFence: noRings, ConfirmedOnly: cmd.ConfirmedOnly, State: Proposed, Version: 1,
		Recorded: now, ProposedBy: cmd.By.Subject,
	}
	if p.agreement != nil {
		run.Netting = p.agreement.Netting
	}
	return run
}

// noRings nets everything together.
const noRings = "none"

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
	skipTaken         = pg.SQL[runArgs](files, "SkipTaken")
	skipHeld          = pg.SQL[runArgs](files, "SkipHeld")
	skipUnconfirmed   = pg.SQL[runArgs](files, "SkipUnconfirmed")
	takeLate          = pg.SQL[lateArgs](files, "TakeLate")
	debtsOfSettlement = pg.Select[RingDebt, settlementKey](files, "DebtsOfSettlement")

	counted = pg.ColumnsOf[Settlement]("items", "orders")
)

// writeProposal writes down what the run leaves out and what it takes of earlier statements, and adds up the rest.
func writeProposal(
	ctx context.Context, tx *pg.Tx, calculation *Calculation, statement *Statement, by access.Principal,
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
	if err := calculation.add(ctx, tx); err != nil {
		return err
	}
	run.Orders = len(calculation.Payments)
	pg.Update(tx, run, counted)
	return announce(ctx, tx, settlementFact(EventSettlementProposed, calculation, statement, by))
}

// add reads what the items come to and nets it.
func (c *Calculation) add(ctx context.Context, handle bun.IDB) (err error) {
	c.Debts, err = pg.Listed[RingDebt](ctx, handle, debtsOfSettlement.With(settlementKey{c.Pool, c.Number}))
	if err != nil {
		return err
	}
	c.Items, c.Payments = 0, []PaymentOrder{}
	debts := make([]Debt, 0, len(c.Debts))
	for _, debt := range c.Debts {
		c.Items += debt.Items
		debts = append(debts, Debt{Ring: debt.Ring, A: debt.A, B: debt.B, AOwes: debt.AOwes, BOwes: debt.BOwes})
	}
	for i, order := range Orders(c.Netting, debts) {
		c.Payments = append(c.Payments, PaymentOrder{
			Pool: c.Pool, Settlement: c.Number, Number: i + 1, Ring: order.Ring, Payer: order.Payer, Payee: order.Payee,
			Amount: order.Amount, Currency: order.Amount.Currency().Code(), State: OrderOpen, Attempt: 1, Version: 1,
		})
	}
	return nil
}

// Net is what a member is to receive by the run, less what it is to pay.
func (c *Calculation) Net(member string) money.Amount { return NetOf(c.Payments, member) }

// NetOf is what a member receives by payment orders, less what it pays.
func NetOf(orders []PaymentOrder, member string) (net money.Amount) {
	for _, order := range orders {
		switch member {
		case order.Payee:
			net = net.Add(order.Amount)
		case order.Payer:
			net = net.Sub(order.Amount)
		}
	}
	return net
}

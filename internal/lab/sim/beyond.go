package sim

import (
	"context"
	"fmt"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// The persons who do what scenarios have no words for. The bookkeeper writes down what the bank says, and is the second
// person for what the proposer and the player's clerk did.
var (
	proposer   = access.Person("proposer", access.Manager, "", access.Settlement)
	bookkeeper = access.Person("bookkeeper", access.Manager, "", access.Settlement)
)

// asker asks the service for what scenarios have no words for.
type asker struct {
	db      *pg.DB
	service *settlement.Service
	banks   *banks
	one     *step
}

// played plays the step once.
func (a *asker) played(ctx context.Context) (scenario.Result, error) {
	result := scenario.Result{Text: a.one.verdict.Line, Wanted: "ok", Got: "ok"}
	if a.one.verdict.Refusal != "" {
		result.Wanted = "error " + a.one.verdict.Refusal
	}
	err := a.ask(ctx)
	if err != nil && fault.CodeOf(err) == "internal" {
		return result, err
	}
	if err != nil {
		result.Got = "error " + fault.CodeOf(err)
	}
	result.OK = result.Wanted == result.Got
	return result, nil
}

// said is what a command says of itself, with the step's own key.
func (a *asker) said(by access.Principal) (idempotency.Command, error) {
	said := idempotency.Command{By: by, IdempotencyKey: a.one.key()}
	if a.one.move.Effective == 0 {
		return said, nil
	}
	day, err := dateOf(a.one.move.Effective)
	said.Effective = day
	return said, err
}

func (a *asker) ask(ctx context.Context) error {
	said, err := a.said(bookkeeper)
	if err != nil {
		return err
	}
	switch act := a.one.move.Act.(type) {
	case auditor.CancelStatement:
		_, err = a.service.CancelStatement(ctx, settlement.CancelStatement{
			Command: said, Pool: act.Pool, Period: act.Period.String(), Reason: "重新出账",
		})
	case auditor.Propose:
		said.By = proposer
		_, err = a.service.ProposeSettlement(ctx, settlement.ProposeSettlement{
			Command: said, Pool: act.Pool, Period: act.Period.String(), ConfirmedOnly: act.ConfirmedOnly,
		})
	case auditor.ApproveRun, auditor.WithdrawRun, auditor.ProposeUnwinding, auditor.ApproveUnwinding,
		auditor.WithdrawUnwinding:
		err = a.decide(ctx, said, act)
	case auditor.AnswerQuery:
		said.By = asking(act.OnQuery)
		_, err = a.service.AnswerQuery(ctx, settlement.AnswerQuery{
			Command: said, Pool: act.Pool, Period: act.Period.String(), Number: act.Number, Answer: "已核对，份额无误",
		})
	case auditor.EscalateQuery:
		said.By = asking(act.OnQuery)
		_, err = a.service.EscalateQuery(ctx, settlement.EscalateQuery{
			Command: said, Pool: act.Pool, Period: act.Period.String(), Number: act.Number,
		})
	default:
		err = a.onOrder(ctx, said, act)
	}
	return err
}

// asking is who does something to a query.
func asking(of auditor.OnQuery) access.Principal {
	if of.By == "" {
		return bookkeeper
	}
	return access.Person("treasurer", access.Member, of.By, access.Settlement)
}

// decide does something to the run of a period. The second time the run of the first is meant, which may stand no more.
func (a *asker) decide(ctx context.Context, said idempotency.Command, act auditor.Act) error {
	of := periodOfRun(act)
	if a.one.run == 0 {
		run, _, err := settlement.SettlementOf(ctx, a.db, of.Pool, of.Period.String())
		if err != nil {
			return err
		}
		a.one.run = run.Number
	}
	var err error
	switch act := act.(type) {
	case auditor.ApproveRun:
		_, err = a.service.ApproveSettlement(ctx, settlement.ApproveSettlement{
			Command: said, Pool: of.Pool, Number: a.one.run,
		})
	case auditor.WithdrawRun:
		_, err = a.service.WithdrawSettlement(ctx, settlement.WithdrawSettlement{
			Command: said, Pool: of.Pool, Number: a.one.run, Reason: "重新拟定",
		})
	case auditor.ProposeUnwinding:
		said.By = proposer
		_, err = a.service.ProposeUnwinding(ctx, settlement.ProposeUnwinding{
			Command: said, Pool: of.Pool, Number: a.one.run, Reason: "对方停止支付",
		})
	case auditor.ApproveUnwinding:
		if act.Self {
			said.By = proposer
		}
		_, err = a.service.ApproveUnwinding(ctx, settlement.ApproveUnwinding{
			Command: said, Pool: of.Pool, Number: a.one.run,
		})
	case auditor.WithdrawUnwinding:
		_, err = a.service.WithdrawUnwinding(ctx, settlement.WithdrawUnwinding{
			Command: said, Pool: of.Pool, Number: a.one.run,
		})
	}
	return err
}

// periodOfRun names the statement whose run an act is about.
func periodOfRun(act auditor.Act) auditor.OnStatement {
	switch act := act.(type) {
	case auditor.ApproveRun:
		return act.OnStatement
	case auditor.WithdrawRun:
		return act.OnStatement
	case auditor.ProposeUnwinding:
		return act.OnStatement
	case auditor.ApproveUnwinding:
		return act.OnStatement
	case auditor.WithdrawUnwinding:
		return act.OnStatement
	default:
		return auditor.OnStatement{}
	}
}

// onOrder plays what is about one order.
func (a *asker) onOrder(ctx context.Context, said idempotency.Command, act auditor.Act) error {
	var of auditor.OnOrder
	switch act := act.(type) {
	case auditor.SendOrder:
		of = act.OnOrder
	case auditor.PayOrder:
		of = act.OnOrder
	case auditor.ReturnOrder:
		of = act.OnOrder
	default:
		return fmt.Errorf("nobody knows how to play %T", act)
	}
	if a.one.order == "" {
		id, err := orderID(ctx, a.db, of)
		if err != nil {
			return err
		}
		a.one.order = id
	}
	id := a.one.order
	var err error
	switch act := act.(type) {
	case auditor.SendOrder:
		return a.send(ctx, said, act, id)
	case auditor.PayOrder:
		_, err = a.service.ExecuteOrder(ctx, settlement.ExecuteOrder{
			Command: said, Pool: act.Pool, Order: id, Amount: money.Fen(act.Amount),
		})
	case auditor.ReturnOrder:
		_, err = a.service.ReturnOrder(ctx, settlement.ReturnOrder{Command: said, Pool: act.Pool, Order: id})
	}
	return err
}

// send puts an order into a file of its own, has another person release it, and reads the bank's word.
func (a *asker) send(ctx context.Context, said idempotency.Command, act auditor.SendOrder, id string) error {
	if err := a.banks.known(ctx, a.db, a.one.move.Day, act.Payer, act.Payee); err != nil {
		return err
	}
	making := said
	making.By = proposer
	file, err := a.service.MakeFile(ctx, settlement.MakeFile{
		Command: making, Pool: act.Pool, Payer: act.Payer, Orders: []string{id},
	})
	if err != nil {
		return err
	}
	if _, err := a.service.ReleaseFile(ctx, settlement.ReleaseFile{
		Command: said, Pool: act.Pool, Number: file.Number,
	}); err != nil {
		return err
	}
	word := iso20022.Status{Code: "ACSP"}
	if act.Rejected {
		word = iso20022.Status{Code: "RJCT", Reasons: []iso20022.Reason{{Code: "AC04", Text: "账户已销户"}}}
	}
	_, err = a.service.TakeStatus(ctx, settlement.TakeStatus{
		Command: said, Pool: act.Pool, Number: file.Number, Report: &iso20022.Report{
			ID: "S" + file.Message, File: file.Message, Status: word,
		},
	})
	return err
}

// orderID is the id of the order of a period's settlement from one member to another; one that is nowhere if none is.
func orderID(ctx context.Context, db *pg.DB, of auditor.OnOrder) (string, error) {
	_, orders, err := settlement.SettlementOf(ctx, db, of.Pool, of.Period.String())
	for _, order := range orders {
		if back := order.OppositeOf != ""; back == of.Back && order.Ring == of.Ring && order.Payer == of.Payer &&
			order.Payee == of.Payee {
			return order.ID, err
		}
	}
	return "G0-0-0", err
}

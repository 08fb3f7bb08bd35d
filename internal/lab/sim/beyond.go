package sim

import (
	"context"
	"fmt"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// bookkeeper writes down what the bank says; the player has somebody else propose settlements.
var bookkeeper = access.Person("bookkeeper", access.Manager, "", access.Settlement)

// beyond plays what scenarios have no words for, by asking the service.
func beyond(ctx context.Context, db *pg.DB, service *settlement.Service, one *step) (scenario.Result, error) {
	result := scenario.Result{Text: one.verdict.Line, Wanted: "ok", Got: "ok"}
	if one.verdict.Refusal != "" {
		result.Wanted = "error " + one.verdict.Refusal
	}
	said := idempotency.Command{By: bookkeeper}
	if one.move.Effective != 0 {
		day, err := dateOf(one.move.Effective)
		if err != nil {
			return result, err
		}
		said.Effective = day
	}
	said.IdempotencyKey = fmt.Sprintf("step %d", one.number)
	err := inform(ctx, db, service, said, one.move.Act)
	if err == nil { // asked again it says the same, and nothing is moved twice
		err = inform(ctx, db, service, said, one.move.Act)
	}
	if err != nil && fault.CodeOf(err) == "internal" {
		return result, err
	}
	if err != nil {
		result.Got = "error " + fault.CodeOf(err)
	}
	result.OK = result.Wanted == result.Got
	return result, nil
}

func inform(
	ctx context.Context, db *pg.DB, service *settlement.Service, said idempotency.Command, act auditor.Act,
) error {
	switch act := act.(type) {
	case auditor.PayOrder:
		id, err := orderID(ctx, db, act.OnOrder)
		if err != nil {
			return err
		}
		_, err = service.ExecuteOrder(ctx, settlement.ExecuteOrder{
			Command: said, Pool: act.Pool, Order: id, Amount: money.Fen(act.Amount),
		})
		return err
	case auditor.ReturnOrder:
		id, err := orderID(ctx, db, act.OnOrder)
		if err != nil {
			return err
		}
		_, err = service.ReturnOrder(ctx, settlement.ReturnOrder{Command: said, Pool: act.Pool, Order: id})
		return err
	default:
		return fmt.Errorf("nobody knows how to play %T", act)
	}
}

// orderID is the id of the order of a period's settlement from one member to another; one that is nowhere if none is.
func orderID(ctx context.Context, db *pg.DB, of auditor.OnOrder) (string, error) {
	_, orders, err := settlement.SettlementOf(ctx, db, of.Pool, of.Period.String())
	for _, order := range orders {
		if order.Payer == of.Payer && order.Payee == of.Payee {
			return order.ID, err
		}
	}
	return "G0-0-0", err
}

package sim

import (
	"slices"

	"gongbao/internal/lab/sim/auditor"
)

// kindsOfSettlement are the kinds of things that must happen to statements in a life, as kindsOfLife are to policies.
var kindsOfSettlement = map[string]func(w witness) bool{
	"statement before its period ends": func(w witness) bool {
		return w.done("statement") && w.verdict.Paper.Period.Last() > w.move.Day
	},
	"statement of a quarter": func(w witness) bool {
		return w.done("statement") && w.verdict.Paper.Period.Months == 3
	},
	"statement of a period before one that is drawn": func(w witness) bool {
		return w.done("statement") && slices.ContainsFunc(w.pool.Statements, func(s *auditor.Statement) bool {
			return s.Period.First > w.verdict.Paper.Period.First
		})
	},
	"statement that leaves what counts later": func(w witness) bool {
		return w.done("statement") && len(w.verdict.Paper.Items) > 0 && w.pool.Waiting() > 0
	},
	"statement without an item": func(w witness) bool {
		return w.done("statement") && len(w.verdict.Paper.Items) == 0
	},
	"statement with what is level": func(w witness) bool {
		return w.done("statement") && len(w.verdict.Paper.Level) > 0
	},
	"statement between a cash call and its use": func(w witness) bool {
		if !w.done("statement") {
			return false
		}
		for account := range w.pool.Balances() {
			if account.Name == "claim_advance_paid" {
				return true
			}
		}
		return false
	},
	"statement of a period that overlaps": func(w witness) bool {
		act, is := w.move.Act.(auditor.Draw)
		return is && w.verdict.Refusal == "coinsurance.statement_exists" && w.pool.StatementOf(act.Period) == nil
	},
	"query by both parties": func(w witness) bool {
		act, is := w.move.Act.(auditor.Query)
		return is && w.verdict.Refusal == "" && w.othersDispute(act.Dispute)
	},
	"query of what is held already": func(w witness) bool {
		return w.done("query") && w.stood > 0
	},
	"query of what a settlement left out": func(w witness) bool {
		return w.done("query") && w.verdict.Paper.Made != nil
	},
	"query of what is settled": func(w witness) bool {
		act, is := w.move.Act.(auditor.Query)
		return is && w.verdict.Refusal == "coinsurance.item_not_found" && w.ofSubject(act.Dispute)
	},
	"query by who is no party": func(w witness) bool {
		act, is := w.move.Act.(auditor.Query)
		return is && w.verdict.Refusal == "coinsurance.item_not_found" && !w.ofSubject(act.Dispute)
	},
	"resolve while the other party's query stands": func(w witness) bool {
		act, is := w.move.Act.(auditor.Resolve)
		return is && w.verdict.Refusal == "" && w.stood > 0 && w.othersDispute(act.Dispute)
	},
	"resolve of what was never queried": func(w witness) bool {
		return w.done("resolve") && w.stood == 0
	},
	"confirmation, second": func(w witness) bool {
		return w.done("confirm") && w.confirmed
	},
	"confirmation of a disputed statement": func(w witness) bool {
		return w.done("confirm") && len(w.verdict.Paper.Disputes) > 0
	},
	"confirmation by a stranger": func(w witness) bool {
		act, is := w.move.Act.(auditor.Confirm)
		return is && w.verdict.Refusal == auditor.Forbidden && w.move.As == "" && !w.verdict.Paper.Members[act.Member]
	},
	"settlement too early": func(w witness) bool {
		return w.refusal("settle", "coinsurance.statement_not_confirmed")
	},
	"settlement, second": func(w witness) bool {
		return w.refusal("settle", "coinsurance.settlement_exists")
	},
	"settlement that leaves a disputed item": func(w witness) bool {
		return w.done("settle") && slices.ContainsFunc(w.verdict.Paper.Items, (*auditor.Item).Held)
	},
	"settlement with an item of an earlier period": func(w witness) bool {
		return w.done("settle") && w.took(func(p auditor.Period) bool { return p.First < w.verdict.Paper.Period.First })
	},
	"settlement with an item of a later period": func(w witness) bool {
		return w.done("settle") && w.took(func(p auditor.Period) bool { return p.First > w.verdict.Paper.Period.First })
	},
	"settlement that nobody need confirm": func(w witness) bool {
		return w.done("settle") && len(w.verdict.Paper.Items) == 0 && len(w.verdict.Paper.Made.Items) > 0
	},
	"settlement of a period before the first agreement": func(w witness) bool {
		return w.done("settle") && len(w.pool.Agreements) > 0 && w.verdict.Paper.Period.Last() < w.pool.FirstDay()
	},
	"settlement by another version than the present": func(w witness) bool {
		return w.done("settle") && w.pool.At(w.verdict.Paper.Period.Last()) != w.pool.At(w.move.Day) &&
			len(w.verdict.Paper.Made.Orders) > 0
	},
	"settlement without netting, both ways": func(w witness) bool {
		return w.orders(auditor.NettingNone, func(s *auditor.Settlement) bool {
			return slices.ContainsFunc(s.Orders, func(o auditor.Order) bool { return s.Payment(o.Payee, o.Payer) != 0 })
		})
	},
	"settlement with bilateral netting": func(w witness) bool {
		return w.orders(auditor.NettingBilateral, func(s *auditor.Settlement) bool { return len(s.Orders) > 2 })
	},
	"settlement with multilateral netting": func(w witness) bool {
		return w.orders(auditor.NettingMultilateral, func(s *auditor.Settlement) bool { return len(s.Orders) > 2 })
	},
	"settlement of nothing": func(w witness) bool {
		return w.done("settle") && len(w.verdict.Paper.Made.Items) == 0
	},
	"order paid in part": func(w witness) bool {
		return w.paying() && slices.ContainsFunc(w.verdict.Paper.Orders, func(o auditor.Order) bool {
			return o.Paid > 0 && o.Left() > 0
		})
	},
	"order paid beyond what is left": func(w witness) bool {
		return w.refusal("pay_order", "coinsurance.order_exceeded")
	},
	"order that is the last to be paid": func(w witness) bool {
		return w.paying() && w.verdict.Paper.Paid && len(w.verdict.Paper.Orders) > 1
	},
	"order paid with items of others left": func(w witness) bool {
		return w.paying() && !w.verdict.Paper.Paid &&
			slices.ContainsFunc(w.verdict.Paper.Orders, func(o auditor.Order) bool { return o.Left() == 0 })
	},
	"return of a part": func(w witness) bool {
		return w.returned(func(s *auditor.Settlement) bool { return !w.returnedWhole })
	},
	"return without netting": func(w witness) bool {
		return w.returned(func(s *auditor.Settlement) bool { return s.Netting == auditor.NettingNone && w.wasPaid })
	},
	"return with bilateral netting": func(w witness) bool {
		return w.returned(func(s *auditor.Settlement) bool { return s.Netting == auditor.NettingBilateral && w.wasPaid })
	},
	"return with multilateral netting": func(w witness) bool {
		return w.returned(func(s *auditor.Settlement) bool { return s.Netting == auditor.NettingMultilateral && w.wasPaid })
	},
	"return before the others are paid": func(w witness) bool {
		return w.returned(func(s *auditor.Settlement) bool { return w.returnedWhole && !w.wasPaid })
	},
	"payment too early": func(w witness) bool {
		return w.refusal("paid", "coinsurance.settlement_not_found")
	},
	"payment, second": func(w witness) bool {
		return w.refusal("paid", "coinsurance.already_paid")
	},
	"payment dated back": func(w witness) bool {
		return w.done("paid") && w.dated()
	},
	"payment dated in a closed month": func(w witness) bool {
		return w.done("paid") && w.move.Effective != 0 && w.move.Effective.Month() <= w.pool.Closed
	},
	"payment of what is level": func(w witness) bool {
		return w.done("paid") && len(w.verdict.Paper.Level) > 0
	},
	"payment after a later drawing": func(w witness) bool {
		return w.done("paid") && len(w.verdict.Paper.Made.Items) > 0 &&
			w.pool.Statements[len(w.pool.Statements)-1].Period != w.verdict.Paper.Period
	},
}

func (w witness) refusal(verb, code string) bool { return w.verb(verb) && w.verdict.Refusal == code }

// othersDispute says that another member keeps up a query of the same subject.
func (w witness) othersDispute(own auditor.Dispute) bool {
	for dispute := range w.verdict.Paper.Disputes {
		if dispute.Subject == own.Subject && dispute.Member != own.Member {
			return true
		}
	}
	return false
}

// ofSubject says that the member has an item of the subject on the statement, open or settled.
func (w witness) ofSubject(dispute auditor.Dispute) bool {
	return slices.ContainsFunc(w.verdict.Paper.Items, func(i *auditor.Item) bool {
		return i.Subject == dispute.Subject && i.Has(dispute.Member)
	})
}

// took says that the settlement took an item of such a period.
func (w witness) took(of func(auditor.Period) bool) bool {
	return slices.ContainsFunc(w.verdict.Paper.Made.Items, func(i *auditor.Item) bool { return of(i.Period()) })
}

func (w witness) orders(netting string, such func(*auditor.Settlement) bool) bool {
	return w.done("settle") && w.verdict.Paper.Made.Netting == netting && such(w.verdict.Paper.Made)
}

// paying says that some of an order was paid.
func (w witness) paying() bool {
	_, is := w.move.Act.(auditor.PayOrder)
	return is && w.verdict.Refusal == ""
}

// returned says that what was paid of an order of such a settlement came back.
func (w witness) returned(such func(*auditor.Settlement) bool) bool {
	_, is := w.move.Act.(auditor.ReturnOrder)
	return is && w.verdict.Refusal == "" && w.verdict.Paper.Made != nil && such(w.verdict.Paper.Made)
}

// statement notes how the statement stood that the move is about.
func (w *witness) statement(book *auditor.Auditor) {
	var of auditor.OnStatement
	var dispute auditor.Dispute
	member := ""
	switch act := w.move.Act.(type) {
	case auditor.Query:
		of, dispute = act.OnStatement, act.Dispute
	case auditor.Resolve:
		of, dispute = act.OnStatement, act.Dispute
	case auditor.Confirm:
		of, member = act.OnStatement, act.Member
	case auditor.ReturnOrder:
		of = act.OnStatement
	default:
		return
	}
	statement := book.Pools[of.Pool].StatementOf(of.Period)
	if statement == nil {
		return
	}
	w.stood, w.confirmed = statement.Disputes[dispute], statement.Confirmed[member]
	if act, is := w.move.Act.(auditor.ReturnOrder); is && statement.Settlement != nil {
		w.wasPaid = statement.Settlement.Paid
		for _, order := range statement.Settlement.Orders {
			if order.Payer == act.Payer && order.Payee == act.Payee {
				w.returnedWhole = order.Left() == 0
			}
		}
	}
}

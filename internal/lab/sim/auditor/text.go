package auditor

import (
	"fmt"
	"strconv"
	"strings"
)

// Text is the move as a line of a scenario, with the refusal that is expected of it; "" expects none.
func (m Move) Text(refusal string) string {
	var line strings.Builder
	line.WriteString(m.Day.String() + " " + m.Act.text())
	if m.Effective != 0 {
		line.WriteString(" effective=" + m.Effective.String())
	}
	if m.As != "" {
		line.WriteString(" as=" + m.As)
	}
	if refusal != "" {
		line.WriteString(" => error " + refusal)
	}
	if Beyond(m.Act) {
		return "# " + line.String()
	}
	return line.String()
}

// Beyond says that scenarios have no words for an act, so that its line is a comment there.
func Beyond(act Act) bool {
	switch act.(type) {
	case PayOrder, ReturnOrder, SendOrder, CancelStatement, Propose, ApproveRun, WithdrawRun, ProposeUnwinding,
		ApproveUnwinding, WithdrawUnwinding, AnswerQuery, EscalateQuery:
		return true
	default:
		return false
	}
}

// Yuan writes fen as a scenario does.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

// fraction writes hundred-millionths as a decimal fraction, without zeros at its end.
func fraction(units int64) string {
	text := fmt.Sprintf("%d.%08d", units/Whole, units%Whole)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// words collects the words of a statement.
type words struct{ strings.Builder }

func (w *words) add(format string, values ...any) *words {
	fmt.Fprintf(w, format, values...)
	return w
}

// unless adds a word when the value is not the one that is left out.
func (w *words) unless(left bool, format string, values ...any) *words {
	if left {
		return w
	}
	return w.add(format, values...)
}

func (w *words) amount(key string, fen *int64) *words {
	if fen == nil {
		return w
	}
	return w.add(" %s=%s", key, Yuan(*fen))
}

func (a Register) text() string {
	w := new(words).add("member %s \"%s财险\"", a.Code, a.Code)
	return w.unless(a.Capital == 0, " capital=%s", Yuan(a.Capital)).String()
}

func (a Found) text() string { return "pool " + a.Pool + " industry=" + a.Industry }

func (a Agree) text() string {
	shares := make([]string, len(a.Shares))
	for i, share := range a.Shares {
		shares[i] = share.Member + ":" + fraction(share.Share)
	}
	w := new(words).add("agreement %s v%d from=%s shares=%s", a.Pool, a.Version, a.From, strings.Join(shares, ","))
	w.add(" leader=%s issuer=%s servicer=%s", a.Leader, a.Issuer, a.Servicer)
	w.add(" issuing_fee=%s fee_vat=%s", fraction(a.IssuingFee), fraction(a.FeeVAT))
	w.add(" residue=%s collection=%s claims=%s netting=%s", a.Residue, a.Collection, a.Claims, a.Netting)
	w.unless(a.RingFence == "", " ring_fence=%s", a.RingFence).unless(a.Silence == "", " silence=%s", a.Silence)
	w.unless(a.QueryDays == 0, " query_days=%d", a.QueryDays)
	w.unless(a.ReimburseDays == 0, " reimburse_days=%d", a.ReimburseDays)
	w.unless(a.LateInterest == 0, " late_interest=%s", fraction(a.LateInterest))
	return w.amount("authority", a.Authority).amount("notice_from", a.NoticeFrom).
		amount("cash_call_from", a.CashCallFrom).String()
}

func (a ClosePeriod) text() string { return "close_period " + a.Pool + " " + a.Month.String() }

func (a Quote) text() string {
	w := new(words).add("policy %s pool=%s line=%s start=%s end=%s", a.Policy, a.Pool, a.Line, a.Start, a.End)
	w.add(" premium=%s limit=%s insured=\"示例\" vat=%s", Yuan(a.Premium), Yuan(a.Limit), fraction(a.VAT))
	w.unless(a.Deductible == 0, " deductible=%s", Yuan(a.Deductible))
	w.unless(a.Commission == 0, " commission=%s", fraction(a.Commission))
	if len(a.Instalments) > 0 {
		parts := make([]string, len(a.Instalments))
		for i, instalment := range a.Instalments {
			parts[i] = instalment.Due.String() + ":" + Yuan(instalment.Amount)
		}
		w.add(" instalments=%s", strings.Join(parts, ","))
	}
	w.unless(a.EquipmentValue == 0, " equipment_value=%s", Yuan(a.EquipmentValue))
	return w.unless(a.Retroactive == 0, " retroactive=%s", a.Retroactive).String()
}

func (a Decide) text() string {
	if a.Accept {
		return "accept " + a.Policy + " " + a.Member
	}
	return "decline " + a.Policy + " " + a.Member
}

func (a Receive) text() string { return "receive " + a.Policy + " " + Yuan(a.Amount) }
func (a Refund) text() string  { return "refund " + a.Policy + " " + Yuan(a.Amount) }
func (a Issue) text() string   { return "issue " + a.Policy }
func (a Cancel) text() string  { return "cancel " + a.Policy }

func (a Reinstate) text() string { return "reinstate " + a.Policy }

func (a Endorse) text() string {
	w := new(words).add("endorse %s %s premium=%s", a.Policy, a.Name, Yuan(a.Premium))
	return w.unless(!a.WholePeriod, " basis=period").String()
}

func (a File) text() string {
	w := new(words).add("claim %s policy=%s loss=%s", a.Claim, a.Policy, a.Loss)
	return w.unless(a.Papers == 0, " papers=%s", a.Papers).String()
}

func (a Reserve) text() string {
	return new(words).add("reserve %s", a.Claim).amount("indemnity", a.Indemnity).amount("expense", a.Expense).String()
}

func (a Assess) text() string { return "assess " + a.Claim + " loss=" + Yuan(a.Loss) }

func (a Approve) text() string {
	return new(words).add("approve %s", a.Claim).amount("indemnity", a.Indemnity).amount("expense", a.Expense).String()
}

func (a Advance) text() string { return "advance " + a.Claim + " indemnity=" + Yuan(a.Indemnity) }

func (a Pay) text() string {
	w := new(words).add("pay %s", a.Claim)
	w.unless(a.Indemnity == 0, " indemnity=%s", Yuan(a.Indemnity))
	return w.unless(a.Expense == 0, " expense=%s", Yuan(a.Expense)).String()
}

func (a Recover) text() string {
	w := new(words).add("recover %s", a.Claim)
	w.unless(a.Recovery == 0 && a.Salvage != 0, " recovery=%s", Yuan(a.Recovery))
	return w.unless(a.Salvage == 0, " salvage=%s", Yuan(a.Salvage)).String()
}

func (a PayCall) text() string { return "paid_call " + a.Claim + " " + a.Member + " " + Yuan(a.Amount) }

func (a End) text() string {
	switch a.To {
	case Refused:
		return "refuse " + a.Claim + " reason=" + strconv.Quote("条款第五条")
	case Withdrawn:
		return "withdraw " + a.Claim
	default:
		return "close " + a.Claim
	}
}

func (o OnStatement) text() string { return o.Pool + " " + o.Period.String() }

func (a Draw) text() string    { return "statement " + a.OnStatement.text() }
func (a Query) text() string   { return "query " + a.OnStatement.text() + a.Dispute.text() }
func (a Resolve) text() string { return "resolve " + a.OnStatement.text() + a.Dispute.text() }
func (a Confirm) text() string { return "confirm " + a.OnStatement.text() + " " + a.Member }
func (a Settle) text() string  { return "settle " + a.OnStatement.text() }

func (a MarkPaid) text() string { return "paid " + a.OnStatement.text() }

func (o OnOrder) text() string {
	w := new(words).add("%s %s %s", o.OnStatement.text(), o.Payer, o.Payee)
	return w.unless(o.Ring == "", " ring=%q", o.Ring).unless(!o.Back, " back").String()
}

func (a PayOrder) text() string    { return "pay_order " + a.OnOrder.text() + " " + Yuan(a.Amount) }
func (a ReturnOrder) text() string { return "return_order " + a.OnOrder.text() }

func (a SendOrder) text() string {
	if a.Rejected {
		return "send_order " + a.OnOrder.text() + " rejected"
	}
	return "send_order " + a.OnOrder.text() + " accepted"
}

func (a CancelStatement) text() string { return "cancel_statement " + a.OnStatement.text() }

func (a Propose) text() string {
	w := new(words).add("propose_settlement %s", a.OnStatement.text())
	return w.unless(!a.ConfirmedOnly, " confirmed_only").String()
}

func (a ApproveRun) text() string  { return "approve_settlement " + a.OnStatement.text() }
func (a WithdrawRun) text() string { return "withdraw_settlement " + a.OnStatement.text() }

func (o OnQuery) text() string {
	w := new(words).add("%s %d", o.OnStatement.text(), o.Number)
	return w.unless(o.By == "", " by=%s", o.By).String()
}

func (a AnswerQuery) text() string   { return "answer_query " + a.OnQuery.text() }
func (a EscalateQuery) text() string { return "escalate_query " + a.OnQuery.text() }

func (a ProposeUnwinding) text() string  { return "propose_unwinding " + a.OnStatement.text() }
func (a WithdrawUnwinding) text() string { return "withdraw_unwinding " + a.OnStatement.text() }

func (a ApproveUnwinding) text() string {
	w := new(words).add("approve_unwinding %s", a.OnStatement.text())
	return w.unless(!a.Self, " by_proposer").String()
}

func (d Dispute) text() string { return " " + d.Member + " item=" + d.Subject }

func (a Reopen) text() string { return "reopen " + a.Claim }
func (a Expect) text() string { return "expect" }

// Verb is the act as a scenario writes it, without its day.
func Verb(act Act) string { return act.text() }

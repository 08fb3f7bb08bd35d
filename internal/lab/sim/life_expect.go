package sim

import (
	"fmt"

	"gongbao/internal/lab/sim/auditor"
)

var (
	policyStreams = []string{"net_premium", "vat", "net_received", "vat_received", "issuing_fee", "commission"}
	claimStreams  = []string{"indemnity", "expense", "recovery", "salvage", "reserve_indemnity", "reserve_expense"}
	clocks        = []string{"decide_due", "pay_due", "refuse_due", "advance_due", "major_report_due"}
	accounts      = []string{
		"cash", "premium_receivable", "premium_received_in_advance", "premium_refund_payable", "due_from_coinsurer",
		"due_to_coinsurer", "input_vat", "output_vat", "output_vat_pending", "commission_payable", "claim_advance_paid",
		"claim_advance_received", "unearned_premium_reserve", "outstanding_claims_reserve", "premium_written",
		"issuing_fee_income", "claims_recovered", "salvage_recovered", "claims_paid", "claim_expense", "commission_expense",
		"issuing_fee_expense", "change_in_unearned_premium", "change_in_outstanding_claims",
	}
)

// expect asks the ledger for a figure that the auditor foretells, the way an accountant would.
func (l *life) expect(pool *auditor.Pool) auditor.Move {
	if len(pool.Policies) == 0 || len(pool.Claims) == 0 {
		return l.quote(pool)
	}
	policy := pool.Policies[l.dice.recent(len(pool.Policies))].Policy
	claim := pool.Claims[l.dice.recent(len(pool.Claims))].Claim
	member := among(l.dice, codes...)
	switch l.dice.IntN(10) {
	case 0:
		return l.on(askPortion(policy, among(l.dice, policyStreams...), member))
	case 1:
		return l.on(askPortion(claim, among(l.dice, claimStreams...), member))
	case 2:
		return l.askOwes(pool.Code, member, among(l.dice, codes...))
	case 3, 4, 5, 6:
		return l.on(l.askBalance(pool.Code, policy, claim, member))
	case 7:
		return l.on(askClock(claim, among(l.dice, clocks...)))
	default:
		return l.on(askState(among(l.dice, policy, claim)))
	}
}

func askPortion(subject, stream, member string) auditor.Expect {
	return auditor.Expect{Subject: subject, Ask: func(book *auditor.Auditor) string {
		return fmt.Sprintf("portion %s %s %s %s", subject, stream, member,
			auditor.Yuan(book.Portion(subject, stream, member)))
	}}
}

func askClock(claim, clock string) auditor.Expect {
	return auditor.Expect{Subject: claim, Ask: func(book *auditor.Auditor) string {
		return fmt.Sprintf("clock %s %s %s", claim, clock, book.Claims[claim].Clock(clock))
	}}
}

func askState(subject string) auditor.Expect {
	return auditor.Expect{Subject: subject, Ask: func(book *auditor.Auditor) string {
		if claim := book.Claims[subject]; claim != nil {
			return "state " + subject + " " + claim.State
		}
		return "state " + subject + " " + book.Policies[subject].StateOn(book.Today)
	}}
}

// day is one on which a book can be asked for; none mostly.
func (l *life) day(chance int) auditor.Day {
	if !l.dice.chance(chance) {
		return 0
	}
	return l.today - l.dice.days(0, among(l.dice, 5, 40, 400))
}

func (l *life) askOwes(pool, debtor, creditor string) auditor.Move {
	if debtor == creditor {
		creditor = codes[0]
		if debtor == creditor {
			creditor = codes[1]
		}
	}
	if l.dice.chance(50) {
		pool = "" // all pools wait for it
	}
	effective, known := l.day(500), l.day(300)
	move := l.on(auditor.Expect{Ask: func(book *auditor.Auditor) string {
		return fmt.Sprintf("owes %s %s %s", debtor, creditor,
			auditor.Yuan(book.Owes(debtor, creditor, pool, effective, known))) + key("pool", pool) + on(effective, known)
	}})
	move.Pool = pool
	return move
}

func (l *life) askBalance(pool, policy, claim, member string) auditor.Expect {
	q := auditor.Question{Book: member, Account: among(l.dice, accounts...), Pool: pool}
	switch l.dice.IntN(5) {
	case 0, 1:
		q.Policy = policy
	case 2, 3:
		q.Claim = claim
	default:
		q.Effective, q.Known = l.day(600), l.day(300)
	}
	if with := among(l.dice, codes...); with != member && auditor.BetweenMembers(q.Account) && l.dice.chance(600) {
		q.With = with
	}
	return askBalance(q)
}

func askBalance(q auditor.Question) auditor.Expect {
	return auditor.Expect{Subject: q.Policy + q.Claim, Ask: func(book *auditor.Auditor) string {
		return fmt.Sprintf("balance %s %s %s", q.Book, q.Account, auditor.Yuan(book.Balance(q))) + key("pool", q.Pool) +
			key("policy", q.Policy) + key("claim", q.Claim) + key("with", q.With) + on(q.Effective, q.Known)
	}}
}

func askEvent(subject, kind string) auditor.Expect {
	return auditor.Expect{Subject: subject, Ask: func(book *auditor.Auditor) string {
		return fmt.Sprintf("event %s %d subject=%s", kind, book.Standing(subject).Events[kind], subject)
	}}
}

func key(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + "=" + value
}

func on(effective, known auditor.Day) string {
	text := ""
	if effective != 0 {
		text += " effective=" + effective.String()
	}
	if known != 0 {
		text += " known=" + known.String()
	}
	return text
}

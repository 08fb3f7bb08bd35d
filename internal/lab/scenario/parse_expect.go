package scenario

import (
	"regexp"

	"gongbao/internal/calendar"
	"gongbao/ledger"
)

var (
	portionStreams = []string{
		"net_premium", "vat", "net_received", "vat_received", "issuing_fee", "commission", "subsidy",
		"indemnity", "expense", "recovery", "salvage", "reserve_indemnity", "reserve_expense",
	}
	states = []string{
		"quoted", "issued", "in_force", "cancelled", "expired",
		"filed", "assessed", "approved", "paid", "refused", "withdrawn", "closed", "reopened",
	}
	clocks    = []string{"decide_due", "pay_due", "refuse_due", "advance_due", "major_report_due"}
	eventForm = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$`)
)

func parseMonth(text string) (calendar.Month, error) { return calendar.ParseMonth(text) }

// askedPool reads the pool of an expectation, which fails when there is none of that code.
func askedPool(a *args) string { return a.code(a.word("the pool"), "pool") }

func accounts() []string {
	var names []string
	for _, entry := range ledger.Chart() {
		names = append(names, string(entry.Account))
	}
	return names
}

// expectations reads the words after "expect" and the name of each.
var expectations = map[string]func(*args) Statement{
	"portion": func(a *args) Statement {
		return ExpectPortion{
			Subject: a.code(a.word("the policy or claim"), "subject"), Stream: a.oneOf(
				a.word("the stream"), "stream", portionStreams...,
			),
			Member: a.code(a.word("the member"), "member"), Amount: a.figure(a.word("the amount"), "amount"),
		}
	},
	"subsidy": parseExpectSubsidy,
	"owes": func(a *args) Statement {
		return ExpectOwes{
			Debtor: a.code(a.word("the debtor"), "debtor"), Creditor: a.code(a.word("the creditor"), "creditor"),
			Amount: a.figure(a.word("the amount"), "amount"), Pool: a.codeOption("pool"),
			Effective: a.dateOption("effective"), Known: a.dateOption("known"),
		}
	},
	"balance": func(a *args) Statement {
		return ExpectBalance{
			Member: a.code(a.word("the member"), "member"), Account: a.oneOf(
				a.word("the account"), "account", accounts()...,
			),
			Amount: a.figure(
				a.word("the amount"), "amount",
			), Pool: a.codeOption("pool"), Policy: a.codeOption("policy"),
			Claim: a.codeOption("claim"), With: a.codeOption("with"),
			Effective: a.dateOption("effective"), Known: a.dateOption("known"),
		}
	},
	"state": func(a *args) Statement {
		return ExpectState{
			Subject: a.code(a.word("the policy or claim"), "subject"),
			State:   a.oneOf(a.word("the state"), "state", states...),
		}
	},
	"statement": func(a *args) Statement {
		return ExpectStatement{
			Pool: askedPool(a), Period: a.period(a.word("the period")), Member: a.code(a.word("the member"), "member"),
			Opening: a.figure(a.needed("opening"), "opening"), Movement: a.figure(a.needed("movement"), "movement"),
			Closing: a.figure(a.needed("closing"), "closing"),
		}
	},
	"net": func(a *args) Statement {
		return ExpectNet{
			Pool: askedPool(a), Period: a.period(a.word("the period")), Member: a.code(a.word("the member"), "member"),
			Amount: a.figure(a.word("the amount"), "amount"),
		}
	},
	"payment": func(a *args) Statement {
		return ExpectPayment{
			Pool: askedPool(a), Period: a.period(a.word("the period")), From: a.code(a.word("the payer"), "payer"),
			To: a.code(a.word("the receiver"), "receiver"), Amount: a.figure(a.word("the amount"), "amount"),
		}
	},
	"payments": func(a *args) Statement {
		return ExpectPayments{
			Pool: askedPool(a), Period: a.period(a.word("the period")), Count: a.count(a.word("the number"), "number"),
		}
	},
	"event": func(a *args) Statement {
		kind := a.word("the event's type")
		if a.fault == nil && !eventForm.MatchString(kind.text) {
			a.fail(kind.column, "event: %q is not of the form wing.what_happened", kind.text)
		}
		return ExpectEvent{
			Type: kind.text, Count: a.count(a.word("the number"), "number"), Subject: a.codeOption("subject"),
		}
	},
	"clock": func(a *args) Statement {
		s := ExpectClock{Claim: claimOf(a), Clock: a.oneOf(a.word("the clock"), "clock", clocks...)}
		if due := a.word("the day, or none"); due.text != "none" {
			s.Due = a.date(due, "day")
		}
		return s
	},
	"verified": func(*args) Statement { return ExpectVerified{} },
}

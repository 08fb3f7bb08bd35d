package settlement

import (
	"maps"
	"slices"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// Types of the facts this package announces.
const (
	EventStatementDrawn      = "coinsurance.statement_drawn"
	EventStatementIssued     = "coinsurance.statement_issued"
	EventStatementQueried    = "coinsurance.statement_queried"
	EventQueryAnswered       = "coinsurance.query_answered"
	EventQueryResolved       = "coinsurance.query_resolved"
	EventStatementConfirmed  = "coinsurance.statement_confirmed"
	EventStatementCancelled  = "coinsurance.statement_cancelled"
	EventSettlementProposed  = "coinsurance.settlement_proposed"
	EventSettlementWithdrawn = "coinsurance.settlement_withdrawn"
	EventSettlementApproved  = "coinsurance.settlement_approved"
	EventSettlementCompleted = "coinsurance.settlement_completed"
	EventSettlementReopened  = "coinsurance.settlement_reopened"
	EventUnwindingProposed   = "coinsurance.unwinding_proposed"
	EventUnwindingWithdrawn  = "coinsurance.unwinding_withdrawn"
	EventUnwindingApproved   = "coinsurance.unwinding_approved"
	EventSettlementUnwound   = "coinsurance.settlement_unwound"
	EventOrderMade           = "coinsurance.order_made"
	EventOrderPaid           = "coinsurance.order_paid"
	EventOrderReturned       = "coinsurance.order_returned"
	EventOrderVoid           = "coinsurance.order_void"
	EventFileMade            = "coinsurance.payment_file_made"
	EventFileReleased        = "coinsurance.payment_file_released"
	EventFileVoid            = "coinsurance.payment_file_void"
	EventOrderFiled          = "coinsurance.order_filed"
	EventOrderAccepted       = "coinsurance.order_accepted"
	EventOrderRejected       = "coinsurance.order_rejected"
	EventBankFileRead        = "coinsurance.bank_file_read"
	EventReceiptMatched      = "coinsurance.receipt_matched"
	EventReceiptUnmatched    = "coinsurance.receipt_unmatched"
	EventItemsCleared        = "coinsurance.items_cleared"
	EventItemsRestored       = "coinsurance.items_restored"
	EventStatementDeemed     = "coinsurance.statement_deemed_confirmed"
	EventStatementOverdue    = "coinsurance.statement_overdue"
	EventQueryEscalated      = "coinsurance.query_escalated"
	EventOrderOverdue        = "coinsurance.order_overdue"
	EventLateInterestBooked  = "coinsurance.late_interest_booked"
)

// StatementData is what every event of a statement says of it.
type StatementData struct {
	Period    string         `json:"period"`
	Issue     int            `json:"issue"`
	Starts    calendar.Date  `json:"starts"`
	Ends      calendar.Date  `json:"ends"`
	Cut       time.Time      `json:"cut"`
	State     StatementState `json:"state"`
	ConfirmBy calendar.Date  `json:"confirm_by"`

	Silence coinsurance.Silence `json:"silence"` // what it means once the members' time is over
}

// DrawnData is the data of coinsurance.statement_drawn. Whoever reads the feed finds the same items in it: what is
// effective by the end, was recorded by the cut and is on no statement before.
type DrawnData struct {
	StatementData

	Items    int64 `json:"items"`
	Postings int64 `json:"postings"`
}

// statementSection is a member's own part of coinsurance.statement_issued.
type statementSection struct {
	Opening     money.Amount   `json:"opening"`
	Movement    money.Amount   `json:"movement"`
	Closing     money.Amount   `json:"closing"`
	Items       int64          `json:"items"`
	LinesSHA256 fact.HexDigest `json:"lines_sha256"`
}

// QueryData is the data of the events of a query.
type QueryData struct {
	StatementData

	Query Query `json:"query"`
}

// AnswerData is the data of coinsurance.statement_confirmed, statement_deemed_confirmed and statement_overdue.
type AnswerData struct {
	StatementData

	Member string      `json:"member"`
	Answer AnswerState `json:"answer"`
}

// CancelledData is the data of coinsurance.statement_cancelled.
type CancelledData struct {
	StatementData

	Reason string `json:"reason"`
}

// SettlementData is the data of the events of a settlement.
type SettlementData struct {
	Period     string      `json:"period"`
	Issue      int         `json:"issue"`
	Settlement *Settlement `json:"settlement"`
}

// settlementSection is a member's own part of the events of a settlement.
type settlementSection struct {
	GrossIn  money.Amount   `json:"gross_in"`  // what others owe it
	GrossOut money.Amount   `json:"gross_out"` // what it owes others
	Net      money.Amount   `json:"net"`
	Payments []PaymentOrder `json:"payments"` // that it makes or receives
}

// OrderData is what every event of a payment order says of it.
type OrderData struct {
	Order      string        `json:"order"`
	Settlement int           `json:"settlement"`
	Payer      string        `json:"payer"`
	Payee      string        `json:"payee"`
	Amount     money.Amount  `json:"amount"`
	Executed   money.Amount  `json:"executed"`
	Due        calendar.Date `json:"due"`
	State      OrderState    `json:"state"`
	Attempt    int           `json:"attempt"`
	Reminded   int           `json:"reminded,omitempty"`    // how often its payer was
	OppositeOf string        `json:"opposite_of,omitempty"` // the order of which it gives back what was paid
}

// OrderPaid is the data of coinsurance.order_paid and order_returned.
type OrderPaid struct {
	OrderData

	Paid money.Amount `json:"paid"` // below zero for what came back
}

// OverdueData is the data of coinsurance.order_overdue: a reminder.
type OverdueData struct {
	OrderData

	Left money.Amount `json:"left"` // that is not paid
	Days int          `json:"days"` // past the due day
}

// InterestData is the data of coinsurance.late_interest_booked.
type InterestData struct {
	Month    calendar.Month `json:"month"`
	Debtor   string         `json:"debtor"`
	Creditor string         `json:"creditor"`
	Amount   money.Amount   `json:"amount"`   // that is booked
	Interest money.Amount   `json:"interest"` // of the month, with what was booked before
	Overdue  []Overdue      `json:"overdue"`
}

// OrderAttempted is the data of coinsurance.order_filed, order_accepted and order_rejected.
type OrderAttempted struct {
	OrderData

	EndToEnd string `json:"end_to_end"`
	Reason   string `json:"reason,omitempty"` // the bank's
}

// ReceiptMatched is the data of coinsurance.receipt_matched and receipt_unmatched: what of an entry of an account was
// allocated to the order. Cash is posted by the order_paid or order_returned that may follow.
type ReceiptMatched struct {
	OrderData

	Match Match `json:"match"`
}

// ItemsCleared is the data of coinsurance.items_cleared and items_restored.
type ItemsCleared struct {
	Settlement int `json:"settlement"`
	Number     int `json:"number"` // of the run's journals of clearing
	Items      int `json:"items"`
}

// postingSection is what an event did to a member's own book.
type postingSection struct {
	Postings []ledger.Posting `json:"postings,omitempty"`
}

// EventTypes are the types of event of this package with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{
		EventStatementDrawn:      DrawnData{},
		EventStatementIssued:     StatementData{},
		EventStatementQueried:    QueryData{},
		EventQueryAnswered:       QueryData{},
		EventQueryResolved:       QueryData{},
		EventStatementConfirmed:  AnswerData{},
		EventStatementCancelled:  CancelledData{},
		EventSettlementProposed:  SettlementData{},
		EventSettlementWithdrawn: SettlementData{},
		EventSettlementApproved:  SettlementData{},
		EventSettlementCompleted: SettlementData{},
		EventSettlementReopened:  SettlementData{},
		EventUnwindingProposed:   SettlementData{},
		EventUnwindingWithdrawn:  SettlementData{},
		EventUnwindingApproved:   SettlementData{},
		EventSettlementUnwound:   SettlementData{},
		EventOrderMade:           OrderData{},
		EventOrderPaid:           OrderPaid{},
		EventOrderReturned:       OrderPaid{},
		EventOrderVoid:           OrderData{},
		EventFileMade:            PaymentFile{},
		EventFileReleased:        PaymentFile{},
		EventFileVoid:            PaymentFile{},
		EventOrderFiled:          OrderAttempted{},
		EventOrderAccepted:       OrderAttempted{},
		EventOrderRejected:       OrderAttempted{},
		EventBankFileRead:        BankFile{},
		EventReceiptMatched:      ReceiptMatched{},
		EventReceiptUnmatched:    ReceiptMatched{},
		EventItemsCleared:        ItemsCleared{},
		EventItemsRestored:       ItemsCleared{},
		EventStatementDeemed:     AnswerData{},
		EventStatementOverdue:    AnswerData{},
		EventQueryEscalated:      QueryData{},
		EventOrderOverdue:        OverdueData{},
		EventLateInterestBooked:  InterestData{},
		EventPaperWritten:        PaperData{},

		EventConfirmationRequested: ConfirmationData{},
	}
}

// SectionTypes are the members' sections of the types of event whose sections are not postings only.
func SectionTypes() map[string]any {
	return map[string]any{
		EventStatementIssued: statementSection{}, EventSettlementApproved: settlementSection{},
	}
}

// statementFact announces what happened to a statement, at its present version.
func statementFact(kind string, statement *Statement, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: statement.Pool, Type: kind, Subject: statement.subject(), SubjectVersion: statement.Version,
		Effective: calendar.DateOf(statement.Recorded), Recorded: statement.Recorded, By: by,
		Audience: fact.Sections, AgreementVersion: statement.AgreementVersion, Data: statementData(statement),
	}
}

func statementData(s *Statement) StatementData {
	return StatementData{
		Period: s.Period, Issue: s.Issue, Starts: s.Starts, Ends: s.Ends, Cut: s.Cut, State: s.State, ConfirmBy: s.ConfirmBy,
		Silence: s.Silence,
	}
}

// drawnFact is for the manager and the regulator: the members see a statement when it is issued.
func drawnFact(statement *Statement, by access.Principal) fact.Fact {
	announced := statementFact(EventStatementDrawn, statement, by)
	announced.Audience = fact.Overseers
	announced.Data = DrawnData{statementData(statement), statement.Items, statement.Postings}
	return announced
}

func issuedFact(statement *Statement, totals []MemberTotal, answers []Answer, by access.Principal) fact.Fact {
	announced := statementFact(EventStatementIssued, statement, by)
	for i, total := range totals {
		announced.Sections = append(announced.Sections, fact.Section{Member: total.Member, Data: statementSection{
			Opening: total.Opening, Movement: total.Movement, Closing: total.Closing, Items: total.Items,
			LinesSHA256: answers[i].LinesSHA256,
		}})
	}
	return announced
}

// queryFact tells parties of the disputed items; others learn nothing of it. What was answered is told by its own event
// alone, which not all parties receive.
func queryFact(kind string, statement *Statement, query *Query, parties []string, by access.Principal) fact.Fact {
	announced := statementFact(kind, statement, by)
	if kind != EventQueryAnswered {
		query = query.unanswered()
	}
	announced.Data = QueryData{statementData(statement), *query}
	announced.Sections = private(parties...)
	return announced
}

// answerFact tells a member what became of its answer.
func answerFact(kind string, statement *Statement, answer *Answer, by access.Principal) fact.Fact {
	announced := statementFact(kind, statement, by)
	announced.Data = AnswerData{statementData(statement), answer.Member, answer.State}
	announced.Sections = private(answer.Member)
	return announced
}

// settlementFact announces what happened to a run, with what it comes to for each member.
func settlementFact(kind string, c *Calculation, statement *Statement, by access.Principal) fact.Fact {
	announced := runFact(kind, c.Settlement, statement, by, nil)
	if kind == EventSettlementProposed { // the members see what is approved
		announced.Audience = fact.Overseers
		return announced
	}
	for _, net := range c.nets("") {
		section := settlementSection{net.GrossIn, net.GrossOut, net.Net, []PaymentOrder{}}
		for _, order := range c.Payments {
			if order.seenBy(net.Member) {
				section.Payments = append(section.Payments, order)
			}
		}
		announced.Sections = append(announced.Sections, fact.Section{Member: net.Member, Data: section})
	}
	return announced
}

// runFact announces what happened to a run to every member that has a total on its statement.
func runFact(
	kind string, run *Settlement, statement *Statement, by access.Principal, totals []MemberTotal,
) fact.Fact {
	announced := fact.Fact{
		Pool: run.Pool, Type: kind, Subject: run.subject(), SubjectVersion: run.Version,
		Effective: calendar.DateOf(run.Recorded), Recorded: run.Recorded, By: by, Audience: fact.Sections,
		AgreementVersion: run.AgreementVersion,
		Data:             SettlementData{statement.Period, statement.Issue, run},
	}
	for _, total := range totals {
		announced.Sections = append(announced.Sections, private(total.Member)...)
	}
	return announced
}

func orderData(o *PaymentOrder) OrderData {
	return OrderData{
		Order: o.ID, Settlement: o.Settlement, Payer: o.Payer, Payee: o.Payee, Amount: o.Amount, Executed: o.Executed,
		Due: o.Due, State: o.State, Attempt: o.Attempt, Reminded: o.Reminded, OppositeOf: o.OppositeOf,
	}
}

// overdueFact reminds the payer of an order.
func overdueFact(order *PaymentOrder, days int, by access.Principal) fact.Fact {
	announced := orderFact(EventOrderOverdue, order, by)
	announced.Data = OverdueData{OrderData: orderData(order), Left: order.left(), Days: days}
	return announced
}

// orderFact announces what happened to a payment order, to payer and payee.
func orderFact(kind string, order *PaymentOrder, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: order.Pool, Type: kind, Subject: order.subject(), SubjectVersion: order.Version,
		Effective: calendar.DateOf(order.Recorded), Recorded: order.Recorded, By: by, Audience: fact.Sections,
		Data: orderData(order), Sections: private(order.Payer, order.Payee),
	}
}

// sectionsOf gives every member the postings of its own book; those that are named have a section without any.
func sectionsOf(lines []ledger.Posting, members ...string) []fact.Section {
	books := make(map[string][]ledger.Posting)
	for _, member := range members {
		books[member] = nil
	}
	for _, line := range lines {
		books[line.Book] = append(books[line.Book], line)
	}
	sections := make([]fact.Section, 0, len(books))
	for _, member := range slices.Sorted(maps.Keys(books)) {
		sections = append(sections, fact.Section{Member: member, Data: postingSection{books[member]}})
	}
	return sections
}

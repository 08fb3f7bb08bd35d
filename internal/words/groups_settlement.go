package words

// StatementStates are the states of a statement.
type StatementStates struct {
	Cut       string
	Drawn     string
	Issued    string
	Cancelled string
}

// AnswerStates say where a member stands to its statement.
type AnswerStates struct {
	Issued          string
	Confirmed       string
	DeemedConfirmed string
}

// StatementQueryStates are the states of a query of a statement.
type StatementQueryStates struct {
	Open      string
	Answered  string
	Escalated string
	Resolved  string
}

// QueryReasons are the reasons for which a member disputes a subject of a statement.
type QueryReasons struct {
	Share       string
	Amount      string
	NotReceived string
	NotCovered  string
	Duplicate   string
	Late        string
	Other       string
}

// ItemGroups are the groups of streams of which the items of a statement are made.
type ItemGroups struct {
	Premium    string
	Fee        string
	Commission string
	Claims     string
	Interest   string
}

// SettlementStates are the states of a settlement.
type SettlementStates struct {
	Proposed  string
	Withdrawn string
	Approved  string
	Completed string
	Unwinding string
	Unwound   string
}

// FileStates are the states of a payment file.
type FileStates struct {
	Made     string
	Released string
	Void     string
}

// AttemptStates are the states of an attempt to pay an order.
type AttemptStates struct {
	Made     string
	Released string
	Accepted string
	Rejected string
	Void     string
}

// OrderStates are the states of a payment order.
type OrderStates struct {
	Open     string
	Filed    string
	Accepted string
	PartPaid string
	Executed string
	Rejected string
	Returned string
	Void     string
}

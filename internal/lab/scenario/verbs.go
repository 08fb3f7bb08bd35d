package scenario

// Verb is "member".
func (Member) Verb() string { return "member" }

// Verb is "pool".
func (Pool) Verb() string { return "pool" }

// Verb is "agreement".
func (Agreement) Verb() string { return "agreement" }

// Verb is "policy".
func (Policy) Verb() string { return "policy" }

// Verb is "accept".
func (Accept) Verb() string { return "accept" }

// Verb is "decline".
func (Decline) Verb() string { return "decline" }

// Verb is "receive".
func (Receive) Verb() string { return "receive" }

// Verb is "issue".
func (Issue) Verb() string { return "issue" }

// Verb is "endorse".
func (Endorse) Verb() string { return "endorse" }

// Verb is "cancel".
func (Cancel) Verb() string { return "cancel" }

// Verb is "reinstate".
func (Reinstate) Verb() string { return "reinstate" }

// Verb is "refund".
func (Refund) Verb() string { return "refund" }

// Verb is "claim".
func (Claim) Verb() string { return "claim" }

// Verb is "reserve".
func (Reserve) Verb() string { return "reserve" }

// Verb is "assess".
func (Assess) Verb() string { return "assess" }

// Verb is "approve".
func (Approve) Verb() string { return "approve" }

// Verb is "advance".
func (Advance) Verb() string { return "advance" }

// Verb is "pay".
func (Pay) Verb() string { return "pay" }

// Verb is "refuse".
func (Refuse) Verb() string { return "refuse" }

// Verb is "withdraw".
func (Withdraw) Verb() string { return "withdraw" }

// Verb is "recover".
func (Recover) Verb() string { return "recover" }

// Verb is "paid_call".
func (PaidCall) Verb() string { return "paid_call" }

// Verb is "close".
func (Close) Verb() string { return "close" }

// Verb is "reopen".
func (Reopen) Verb() string { return "reopen" }

// Verb is "statement".
func (DrawStatement) Verb() string { return "statement" }

// Verb is "query".
func (Query) Verb() string { return "query" }

// Verb is "resolve".
func (Resolve) Verb() string { return "resolve" }

// Verb is "confirm".
func (Confirm) Verb() string { return "confirm" }

// Verb is "settle".
func (Settle) Verb() string { return "settle" }

// Verb is "paid".
func (Paid) Verb() string { return "paid" }

// Verb is "close_period".
func (ClosePeriod) Verb() string { return "close_period" }

// Verb is "expect portion".
func (ExpectPortion) Verb() string { return "expect portion" }

// Verb is "expect owes".
func (ExpectOwes) Verb() string { return "expect owes" }

// Verb is "expect balance".
func (ExpectBalance) Verb() string { return "expect balance" }

// Verb is "expect state".
func (ExpectState) Verb() string { return "expect state" }

// Verb is "expect statement".
func (ExpectStatement) Verb() string { return "expect statement" }

// Verb is "expect net".
func (ExpectNet) Verb() string { return "expect net" }

// Verb is "expect payment".
func (ExpectPayment) Verb() string { return "expect payment" }

// Verb is "expect payments".
func (ExpectPayments) Verb() string { return "expect payments" }

// Verb is "expect event".
func (ExpectEvent) Verb() string { return "expect event" }

// Verb is "expect clock".
func (ExpectClock) Verb() string { return "expect clock" }

// Verb is "expect verified".
func (ExpectVerified) Verb() string { return "expect verified" }

package words

// Organisations are kinds of organisation.
type Organisations struct {
	Member    string
	Manager   string
	Regulator string
	Operator  string
}

// Roles are what a person may do in an organisation.
type Roles struct {
	Underwriter       string
	SeniorUnderwriter string
	Claims            string
	SeniorClaims      string
	Settlement        string
	Administrator     string
	Reader            string
}

// BankStates are the states of a member's bank details.
type BankStates struct {
	Proposed string
	Approved string
	Rejected string
}

// MandateStates are the states of a member's mandate to pay from its account.
type MandateStates struct {
	Proposed  string
	Given     string
	Rejected  string
	Withdrawn string
}

// PolicyStates are the states of a policy.
type PolicyStates struct {
	Quoted    string
	Issued    string
	InForce   string
	Cancelled string
	Expired   string
}

// SubsidyStates are the states of the premium support that a policy gets.
type SubsidyStates struct {
	Applied    string
	Granted    string
	Refused    string
	Paid       string
	ClawedBack string
}

// ClaimStates are the states of a claim.
type ClaimStates struct {
	Filed     string
	Assessed  string
	Approved  string
	Paid      string
	Refused   string
	Withdrawn string
	Closed    string
	Reopened  string
}

// QueryStates are the states of a query about a claim.
type QueryStates struct {
	Open      string
	Answered  string
	Escalated string
	Accepted  string
	Decided   string
	Withdrawn string
}

// NoticeKinds are what a member is told of a claim.
type NoticeKinds struct {
	LargeLoss  string
	Survey     string
	SecondLead string
	Consent    string
	CashCall   string
}

// NoticeStates are the states of a notice.
type NoticeStates struct {
	Sent      string
	Read      string
	Attending string
	Declined  string
	Agreed    string
	Consented string
	Objected  string
	Deemed    string
	Paid      string
	Lapsed    string
}

// Deadlines are the deadlines of a claim.
type Deadlines struct {
	DecideDue        string
	PayDue           string
	RefuseDue        string
	AdvanceDue       string
	MajorReportDue   string
	MajorClosingDue  string
	EmergencyDue     string
	AgreementPayDue  string
	ReimbursementDue string
	NoticeDue        string
	SurveyDue        string
	ConsentDue       string
	CashCallDue      string
	QueryDue         string
	EscalationDue    string
	RescindDue       string
}

// DeadlineStates are the states of a deadline.
type DeadlineStates struct {
	Running string
	Met     string
	Stopped string
}

// FeedStates are what the publisher of facts is doing.
type FeedStates struct {
	Stopped      string
	Elsewhere    string
	Standby      string
	Starting     string
	Publishing   string
	Stamping     string
	KafkaDown    string
	DatabaseDown string
	FeedForked   string
}

// Accounts are the accounts of the chart.
type Accounts struct {
	Cash                      string
	PremiumReceivable         string
	PremiumReceivedInAdvance  string
	PremiumRefundPayable      string
	DueFromCoinsurer          string
	DueToCoinsurer            string
	SettlementClearing        string
	InputVAT                  string
	OutputVAT                 string
	OutputVATPending          string
	CommissionPayable         string
	ClaimsPayable             string
	ClaimAdvancePaid          string
	ClaimAdvanceReceived      string
	SubsidyReceivable         string
	UnearnedPremiumReserve    string
	OutstandingClaimsReserve  string
	PremiumWritten            string
	IssuingFeeIncome          string
	RecoveryIncome            string
	SalvageIncome             string
	ClaimsPaid                string
	ClaimsRecovered           string
	SalvageRecovered          string
	ClaimExpense              string
	CommissionExpense         string
	IssuingFeeExpense         string
	ManagementFeeExpense      string
	InterestIncome            string
	InterestExpense           string
	ChangeInUnearnedPremium   string
	ChangeInOutstandingClaims string
}

// Streams are what a posting is about.
type Streams struct {
	PremiumCash          string
	NetPremium           string
	VAT                  string
	VATDue               string
	NetReceived          string
	VATReceived          string
	ExcessReceived       string
	IssuingFee           string
	IssuingFeeVAT        string
	Commission           string
	UnearnedPremium      string
	Indemnity            string
	ClaimCost            string `code:"expense"`
	Recovery             string
	Salvage              string
	ReserveIndemnity     string
	ReserveExpense       string
	CashCall             string
	Settlement           string
	Subsidy              string
	OutstandingIndemnity string
	OutstandingExpense   string
	ExpenseAdjuster      string
	ExpenseExpert        string
	ExpenseLegal         string
	ExpenseOther         string
	LateInterest         string
}

// Events are the facts that are announced.
type Events struct {
	MemberRegistered      string `code:"coinsurance.member_registered"`
	PoolOpened            string `code:"coinsurance.pool_opened"`
	AgreementProposed     string `code:"coinsurance.agreement_proposed"`
	AgreementAccepted     string `code:"coinsurance.agreement_accepted"`
	RiskAccepted          string `code:"coinsurance.risk_accepted"`
	RiskDeclined          string `code:"coinsurance.risk_declined"`
	LimitProposed         string `code:"coinsurance.limit_proposed"`
	LimitAccepted         string `code:"coinsurance.limit_accepted"`
	BankDetailsProposed   string `code:"coinsurance.bank_details_proposed"`
	BankDetailsApproved   string `code:"coinsurance.bank_details_approved"`
	BankDetailsRejected   string `code:"coinsurance.bank_details_rejected"`
	BankDetailsConfirmed  string `code:"coinsurance.bank_details_confirmed"`
	MandateProposed       string `code:"coinsurance.mandate_proposed"`
	MandateGiven          string `code:"coinsurance.mandate_given"`
	MandateRejected       string `code:"coinsurance.mandate_rejected"`
	MandateWithdrawn      string `code:"coinsurance.mandate_withdrawn"`
	StatementDrawn        string `code:"coinsurance.statement_drawn"`
	StatementIssued       string `code:"coinsurance.statement_issued"`
	StatementQueried      string `code:"coinsurance.statement_queried"`
	StatementAnswered     string `code:"coinsurance.query_answered"`
	QueryResolved         string `code:"coinsurance.query_resolved"`
	StatementConfirmed    string `code:"coinsurance.statement_confirmed"`
	StatementDeemed       string `code:"coinsurance.statement_deemed_confirmed"`
	StatementOverdue      string `code:"coinsurance.statement_overdue"`
	UnansweredEscalated   string `code:"coinsurance.query_escalated"`
	StatementCancelled    string `code:"coinsurance.statement_cancelled"`
	SettlementProposed    string `code:"coinsurance.settlement_proposed"`
	SettlementWithdrawn   string `code:"coinsurance.settlement_withdrawn"`
	SettlementApproved    string `code:"coinsurance.settlement_approved"`
	SettlementCompleted   string `code:"coinsurance.settlement_completed"`
	SettlementReopened    string `code:"coinsurance.settlement_reopened"`
	UnwindingProposed     string `code:"coinsurance.unwinding_proposed"`
	UnwindingWithdrawn    string `code:"coinsurance.unwinding_withdrawn"`
	UnwindingApproved     string `code:"coinsurance.unwinding_approved"`
	SettlementUnwound     string `code:"coinsurance.settlement_unwound"`
	OrderMade             string `code:"coinsurance.order_made"`
	OrderPaid             string `code:"coinsurance.order_paid"`
	PaymentFileMade       string `code:"coinsurance.payment_file_made"`
	PaymentFileReleased   string `code:"coinsurance.payment_file_released"`
	PaymentFileVoid       string `code:"coinsurance.payment_file_void"`
	OrderFiled            string `code:"coinsurance.order_filed"`
	OrderAccepted         string `code:"coinsurance.order_accepted"`
	OrderRejected         string `code:"coinsurance.order_rejected"`
	BankFileRead          string `code:"coinsurance.bank_file_read"`
	ReceiptMatched        string `code:"coinsurance.receipt_matched"`
	ReceiptUnmatched      string `code:"coinsurance.receipt_unmatched"`
	OrderReturned         string `code:"coinsurance.order_returned"`
	OrderVoid             string `code:"coinsurance.order_void"`
	ItemsCleared          string `code:"coinsurance.items_cleared"`
	ItemsRestored         string `code:"coinsurance.items_restored"`
	OrderOverdue          string `code:"coinsurance.order_overdue"`
	LateInterestBooked    string `code:"coinsurance.late_interest_booked"`
	PaperWritten          string `code:"coinsurance.paper_written"`
	ConfirmationRequested string `code:"coinsurance.balance_confirmation_requested"`
	WorkdaysImported      string `code:"coinsurance.workdays_imported"`
	PolicyQuoted          string `code:"insurance.policy_quoted"`
	PolicyImported        string `code:"insurance.policy_imported"`
	IssueApproved         string `code:"insurance.issue_approved"`
	PolicyCountersigned   string `code:"insurance.policy_countersigned"`
	PolicyIssued          string `code:"insurance.policy_issued"`
	PolicyIncepted        string `code:"insurance.policy_incepted"`
	InceptionDeferred     string `code:"insurance.inception_deferred"`
	PolicyEndorsed        string `code:"insurance.policy_endorsed"`
	PolicyCancelled       string `code:"insurance.policy_cancelled"`
	PolicyReinstated      string `code:"insurance.policy_reinstated"`
	PolicyNoted           string `code:"insurance.policy_noted"`
	PolicyExpired         string `code:"insurance.policy_expired"`
	PremiumReceived       string `code:"insurance.premium_received"`
	PremiumRefunded       string `code:"insurance.premium_refunded"`
	PremiumReversed       string `code:"insurance.premium_reversed"`
	InstalmentDue         string `code:"insurance.instalment_due"`
	CommissionPaid        string `code:"insurance.commission_paid"`
	UnearnedPremiumBooked string `code:"insurance.unearned_premium_booked"`
	SubsidyApplied        string `code:"insurance.subsidy_applied"`
	SubsidyGranted        string `code:"insurance.subsidy_granted"`
	SubsidyRefused        string `code:"insurance.subsidy_refused"`
	SubsidyPaid           string `code:"insurance.subsidy_paid"`
	SubsidyClawedBack     string `code:"insurance.subsidy_clawed_back"`
	CatalogueImported     string `code:"insurance.catalogue_imported"`
	DocumentFiled         string `code:"claims.document_filed"`
	ClaimFiled            string `code:"claims.claim_filed"`
	ClaimImported         string `code:"claims.claim_imported"`
	ClaimReserved         string `code:"claims.claim_reserved"`
	ClaimAssessed         string `code:"claims.claim_assessed"`
	EvidenceChecked       string `code:"claims.evidence_checked"`
	ClaimApproved         string `code:"claims.claim_approved"`
	ClaimCountersigned    string `code:"claims.claim_countersigned"`
	ImportConfirmed       string `code:"claims.import_confirmed"`
	ClaimAdvanced         string `code:"claims.claim_advanced"`
	ClaimPaid             string `code:"claims.claim_paid"`
	PaymentReversed       string `code:"claims.payment_reversed"`
	ClaimRefused          string `code:"claims.claim_refused"`
	ClaimWithdrawn        string `code:"claims.claim_withdrawn"`
	ClaimClosed           string `code:"claims.claim_closed"`
	ClaimReopened         string `code:"claims.claim_reopened"`
	ClaimRecovered        string `code:"claims.claim_recovered"`
	CashCallPaid          string `code:"claims.cash_call_paid"`
	LargeLossNotified     string `code:"claims.large_loss_notified"`
	MajorClaimFlagged     string `code:"claims.major_claim_flagged"`
	CashCallMade          string `code:"claims.cash_call_made"`
	JointSurveyCalled     string `code:"claims.joint_survey_called"`
	SecondLeadNamed       string `code:"claims.second_lead_named"`
	SecondLeadLifted      string `code:"claims.second_lead_lifted"`
	NoticeAnswered        string `code:"claims.notice_answered"`
	ConsentAsked          string `code:"claims.consent_asked"`
	ConsentDeemed         string `code:"claims.consent_deemed"`
	ConsentGiven          string `code:"claims.consent_given"`
	ConsentRefused        string `code:"claims.consent_refused"`
	CashCallRaised        string `code:"claims.cash_call_raised"`
	ClaimReassigned       string `code:"claims.claim_reassigned"`
	ClaimReported         string `code:"claims.claim_reported"`
	EmergencyFlagged      string `code:"claims.emergency_flagged"`
	QueryRaised           string `code:"claims.query_raised"`
	QueryAnswered         string `code:"claims.query_answered"`
	QueryEscalated        string `code:"claims.query_escalated"`
	QueryClosed           string `code:"claims.query_closed"`
	OccurrenceOpened      string `code:"claims.occurrence_opened"`
	ClaimTied             string `code:"claims.claim_tied"`
	DeadlineStarted       string `code:"claims.clock_started"`
	DeadlineDueSoon       string `code:"claims.clock_due_soon"`
	DeadlineMet           string `code:"claims.clock_met"`
	DeadlineMissed        string `code:"claims.clock_missed"`
	DeadlineStopped       string `code:"claims.clock_stopped"`
	PeriodClosed          string `code:"ledger.period_closed"`
	AccountsTransferred   string `code:"ledger.accounts_transferred"`
	GenerationBegun       string `code:"feed.generation_begun"`
}

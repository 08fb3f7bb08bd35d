package authority

// Acts on premium.
var (
	IssuePolicy = &Act{
		"insurance.issue_policy", ByAmount, "the limit of liability", []string{"insurance.policy_issued"},
	}
	ImportPolicies = &Act{
		"insurance.import_policies", ByAmount, "the limit of liability", []string{"insurance.policy_imported"},
	}
	ReceivePremium = &Act{
		"insurance.receive_premium", TakenIn, "premium that came in", []string{"insurance.premium_received"},
	}
	InceptPolicy = &Act{
		"insurance.run_day", Calendar, "the issue was decided",
		[]string{"insurance.policy_incepted", "insurance.instalment_due"},
	}
	DeferInceptions = &Act{
		"insurance.defer_inceptions", Calendar, "an older program had booked it ahead",
		[]string{"insurance.inception_deferred"},
	}
	BookUnearned = &Act{
		"ledger.close_period", Estimated, "the premium was decided", []string{"insurance.unearned_premium_booked"},
	}
	EndorsePolicy = &Act{
		"insurance.endorse_policy", ByAmount, "premium endorsed to date, each change without its sign",
		[]string{"insurance.policy_endorsed"},
	}
	CancelPolicy = &Act{
		"insurance.cancel_policy", ByAmount, "the premium returned", []string{"insurance.policy_cancelled"},
	}
	ReinstatePolicy = &Act{
		"insurance.reinstate_policy", ByAmount, "the premium that is owed again",
		[]string{"insurance.policy_reinstated"},
	}
	RefundPremium = &Act{
		"insurance.refund_premium", ByAmount, "refunds and reversals of premium cash to date, each without its sign",
		[]string{"insurance.premium_refunded"},
	}
	ReversePremium = &Act{
		"insurance.reverse_premium", ByAmount, "refunds and reversals of premium cash to date, each without its sign",
		[]string{"insurance.premium_reversed"},
	}
	PayCommission = &Act{
		"insurance.pay_commission", ByAmount, "commission paid to date", []string{"insurance.commission_paid"},
	}
	ApplySubsidy = &Act{
		"insurance.apply_subsidy", Decided, "a part of the premium is expected of the authority instead",
		[]string{"insurance.subsidy_applied"},
	}
	DecideSubsidy = &Act{
		"insurance.decide_subsidy", Decided, "the authority's decision on what was applied for",
		[]string{"insurance.subsidy_granted", "insurance.subsidy_refused"},
	}
	PaySubsidy = &Act{
		"insurance.pay_subsidy", ByAmount, "the subsidy paid", []string{"insurance.subsidy_paid"},
	}
	ClawBackSubsidy = &Act{
		"insurance.claw_back_subsidy", ByAmount, "the subsidy taken back", []string{"insurance.subsidy_clawed_back"},
	}
)

// Acts on claims.
var (
	ImportClaims = &Act{
		"claims.import_claims", ByAmount, "indemnity and expense, approved or paid, the larger",
		[]string{"claims.claim_imported"},
	}
	ImportEstimates = &Act{
		"claims.import_claims", Estimated, "where nothing is approved or paid: an estimate",
		[]string{"claims.claim_imported"},
	}
	ReserveClaim = &Act{
		"claims.reserve_claim", Estimated, "an estimate", []string{"claims.claim_reserved"},
	}
	ApproveClaim = &Act{
		"claims.approve_claim", ByAmount, "indemnity and expense, approved or paid, the larger",
		[]string{"claims.claim_approved"},
	}
	AdvanceClaim = &Act{
		"claims.advance_claim", ByAmount, "indemnity and expense, approved or paid, the larger",
		[]string{"claims.claim_advanced"},
	}
	PayClaim = &Act{
		"claims.pay_claim", Decided, "no more than is approved", []string{"claims.claim_paid", "claims.claim_advanced"},
	}
	ReversePayment = &Act{
		"claims.reverse_payment", ByAmount, "payments taken back to date", []string{"claims.payment_reversed"},
	}
	RecoverClaim = &Act{
		"claims.recover_claim", TakenIn, "recovery and salvage that came in", []string{"claims.claim_recovered"},
	}
	GiveBackRecovery = &Act{
		"claims.recover_claim", ByAmount, "where it gives back: all recovery and salvage that had come in",
		[]string{"claims.claim_recovered"},
	}
	PayCall = &Act{
		"claims.pay_call", ByAmount, "what the member paid on calls to date", []string{"claims.cash_call_paid"},
	}
	EndClaim = &Act{
		"claims.close_claim", Decided, "what members paid ahead goes back to them",
		[]string{"claims.claim_closed"},
	}
	RefuseClaim = &Act{
		"claims.refuse_claim", Decided, "what members paid ahead goes back to them",
		[]string{"claims.claim_refused"},
	}
	WithdrawClaim = &Act{
		"claims.withdraw_claim", Decided, "what members paid ahead goes back to them",
		[]string{"claims.claim_withdrawn"},
	}
	ReopenClaim = &Act{
		"claims.reopen_claim", Decided, "as before the end", []string{"claims.claim_reopened"},
	}
	DeclareConflict = &Act{
		"claims.declare_conflict", Decided, "what members paid ahead is owed to them by the servicer of before",
		[]string{"claims.claim_reassigned"},
	}
)

// cleared are the events of payments between members and of what they clear.
var cleared = []string{
	"coinsurance.order_paid", "coinsurance.order_returned", "coinsurance.items_cleared", "coinsurance.items_restored",
}

// Acts between members, and of the month's end.
var (
	ExecuteOrder = &Act{
		"coinsurance.execute_order", TwoPersons, "the run was proposed by one and approved by another", cleared,
	}
	ReturnOrder = &Act{
		"coinsurance.return_order", Decided, "money of an approved run that came back", cleared,
	}
	MatchReceipt = &Act{
		"coinsurance.match_receipt", TwoPersons, "the run was proposed by one and approved by another", cleared,
	}
	UnmatchReceipt = &Act{
		"coinsurance.unmatch_receipt", Decided, "what a match had recorded", cleared,
	}
	CompleteSettlement = &Act{
		"coinsurance.complete_settlement", TwoPersons, "the run was proposed by one and approved by another", cleared,
	}
	BookInterest = &Act{
		"coinsurance.book_interest", Calendar, "by the agreement, on what is overdue",
		[]string{"coinsurance.late_interest_booked"},
	}
	TransferAccounts = &Act{
		"ledger.transfer_accounts", Calendar, "balances of closed accounts, inside one book",
		[]string{"ledger.accounts_transferred"},
	}
)

// Acts are all of them: nothing else posts.
var Acts = []*Act{
	IssuePolicy, ImportPolicies, ReceivePremium, InceptPolicy, DeferInceptions, BookUnearned, EndorsePolicy,
	CancelPolicy, ReinstatePolicy, RefundPremium, ReversePremium, PayCommission, ApplySubsidy, DecideSubsidy, PaySubsidy,
	ClawBackSubsidy,
	ImportClaims, ImportEstimates, ReserveClaim, ApproveClaim, AdvanceClaim, PayClaim, ReversePayment, RecoverClaim,
	GiveBackRecovery, PayCall, EndClaim, RefuseClaim, WithdrawClaim, ReopenClaim, DeclareConflict,
	ExecuteOrder, ReturnOrder, MatchReceipt, UnmatchReceipt, CompleteSettlement, BookInterest, TransferAccounts,
}

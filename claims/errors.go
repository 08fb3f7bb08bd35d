package claims

import (
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// Refusals of this wing, in the order in which a use case checks them.
var (
	ErrClaimInvalid = fault.New(fault.Invalid, "claims.claim_invalid",
		"the request has faults")
	ErrClaimNotFound = fault.New(fault.NotFound, "claims.claim_not_found",
		"there is no claim of this number",
		"{claim}")
	ErrClaimExists = fault.New(fault.Conflict, "claims.claim_exists",
		"a claim of this number exists already",
		"{claim}")
	ErrClaimChanged = fault.New(fault.Stale, "claims.claim_changed",
		"the claim has changed since it was looked at; read it again",
		"{claim} is at version {version}")
	ErrLossOutsidePeriod = fault.New(fault.Invalid, "claims.loss_outside_period",
		"the policy does not cover a loss of this day, claimed on that day")
	ErrClaimClosed = fault.New(fault.Conflict, "claims.claim_closed",
		"the claim is closed, refused or withdrawn; reopen it first",
		"{claim} is {claim_state}")
	ErrClaimOpen = fault.New(fault.Conflict, "claims.claim_open",
		"the claim is open",
		"{claim} is {claim_state}")
	ErrAmountNotPositive = fault.New(fault.Invalid, "claims.amount_not_positive",
		"the amount must be above zero")
	ErrEvidenceMissing = fault.New(fault.Conflict, "claims.evidence_missing",
		"evidence that the line asks for has been neither received nor waived",
		"missing: {evidence}")
	ErrExceedsPayable = fault.New(fault.Invalid, "claims.exceeds_payable",
		"the indemnity is above what the policy pays for this loss")
	ErrApprovedUnpaid = fault.New(fault.Conflict, "claims.approved_unpaid",
		"more is approved than paid; pay it, or lower the approval first",
		"{indemnity} and {expense} of expense are approved, {paid_indemnity} and {paid_expense} are paid")
	ErrApprovalBelowPaid = fault.New(fault.Invalid, "claims.approval_below_paid",
		"less would be approved than has been paid",
		"{indemnity} and {expense} of expense are paid")
	ErrPaymentExceedsApproved = fault.New(fault.Invalid, "claims.payment_exceeds_approved",
		"more would be paid than is approved",
		"{indemnity} and {expense} of expense are approved, {paid_indemnity} and {paid_expense} would be paid")
	ErrThirdPartyUnpaid = fault.New(fault.Conflict, "claims.third_party_unpaid",
		"under liability the insured is paid only after it has paid the third party (Insurance Law, art. 65)")
	ErrDefenceExceeded = fault.New(fault.Invalid, "claims.defence_exceeded",
		"more legal costs would be paid than the section of defence pays")
	ErrSecondLeadMissing = fault.New(fault.Conflict, "claims.second_lead_missing",
		"the second lead has not agreed to this amount",
		"{member} is to agree to {amount}, and has agreed to {agreed}; an estimate of {threshold} or more names it")
	ErrConsentMissing = fault.New(fault.Conflict, "claims.consent_missing",
		"the other members have not consented",
		"{ground}: ask the other members first")
	ErrNoticeNotFound = fault.New(fault.NotFound, "claims.notice_not_found",
		"this member was sent no notice of this number",
		"{claim} number {notice} to {member}")
	ErrNoticeAnswered = fault.New(fault.Conflict, "claims.notice_answered",
		"the notice has been answered, or no answer is wanted any longer",
		"{claim} number {notice} is {notice_state}")
	ErrQueryNotFound = fault.New(fault.NotFound, "claims.query_not_found",
		"there is no query of this number, or it is another member's",
		"{claim} number {query}")
	ErrQueryNotWaiting = fault.New(fault.Conflict, "claims.query_not_waiting",
		"the query does not wait for this",
		"{claim} number {query} is {query_state}")
	ErrConflictDeclared = fault.New(fault.Conflict, "claims.conflict_declared",
		"this conflict cannot be declared",
		"{member}", "beside {last} no member without a conflict would be left")
	ErrNothingToReport = fault.New(fault.Conflict, "claims.nothing_to_report",
		"nothing waits for this report",
		"{deadline} does not run")
	ErrEmergencyFlagged = fault.New(fault.Conflict, "claims.emergency_flagged",
		"the claim has been flagged as an emergency already",
		"at {time}")
	ErrOccurrenceExists = fault.New(fault.Conflict, "claims.occurrence_exists",
		"an occurrence of this code exists already",
		"{occurrence}")
	ErrOccurrenceNotFound = fault.New(fault.NotFound, "claims.occurrence_not_found",
		"the pool has no occurrence of this code",
		"{occurrence} in pool {pool}")
	ErrPaymentNotFound = fault.New(fault.NotFound, "claims.payment_not_found",
		"the claim has no payment of this number",
		"{claim} number {payment}")
	ErrNoCashCall = fault.New(fault.Conflict, "claims.no_cash_call",
		"there is nothing to call the members for",
		"pool {pool}, version {version}",
		"nothing of the {indemnity} and {expense} of expense that are approved is left to be called for")
	ErrImportUnreadable = fault.New(fault.Invalid, "claims.import_unreadable",
		"the file cannot be read",
		"{reason}")
	ErrImportRefused = fault.New(fault.Invalid, "claims.import_refused",
		"nothing was imported, because rows are bad",
		"{bad} of {rows} rows are bad")
	ErrRecoveryNegative = fault.New(fault.Invalid, "claims.recovery_negative",
		"more would be given back than was taken in",
		"{recovery} of recovery and {salvage} of salvage would be left")
	ErrRecoveryExceedsPaid = fault.New(fault.Invalid, "claims.recovery_exceeds_paid",
		"recovery and salvage together would exceed what is paid of indemnity and expense",
		"{recovery} of recovery and {salvage} of salvage, of {paid} paid")
)

// broken says in the words of this wing which constraint a command has broken: what only the database
// can see, because others work at the same moment.
func broken(err error, number string) error {
	switch {
	case numberTaken(err):
		return ErrClaimExists.Case(fault.Args{"claim": number}).From(err)
	case pg.ConstraintOf(err) == "claim_evidence_pool_claim_document_fkey":
		return ErrClaimInvalid.At("document", "{claim} has no document of this number",
			fault.Args{"claim": number}).From(err)
	default:
		return err
	}
}

// numberTaken says that two opened one number at once, under two policies: the claim is there, or its first event.
func numberTaken(err error) bool {
	switch pg.ConstraintOf(err) {
	case "claim_pool_number_key", "event_pool_subject_subject_version_key":
		return true
	default:
		return false
	}
}

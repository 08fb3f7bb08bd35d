package words

// refusalsEnglish adds to the sentences of errors.go what to do. A sentence that says it already has no entry here.
var refusalsEnglish = refusals(map[string]Refusal{
	"access.forbidden":        {Remedy: "sign in as a person who has the role, or ask one"},
	"access.maker_is_checker": {Remedy: "ask a colleague with the same right to do it"},
	"access.second_person_needed": {
		Remedy: "ask a colleague with the same right to agree, or let two persons set a limit",
	},
	"access.authority_exceeded": {Remedy: "ask a person whose limit of authority is higher"},
	"httpapi.timeout":           {Remedy: "send it again with the same Idempotency-Key"},
	"httpapi.internal":          {Remedy: "tell the operator the request's id"},
	"idempotency.key_reused":    {Remedy: "take a new key for a new command"},
	"pg.unavailable":            {Remedy: "wait a little and send it again"},
	"pg.full":                   {Remedy: "tell the operator; reading goes on"},
	"pg.contended":              {Remedy: "send it again"},
	"imports.busy":              {Remedy: "start it again when another has ended"},
	"money.sum_too_large":       {Remedy: "narrow the question to fewer postings"},
	"ledger.date_out_of_range":  {Remedy: "take a day from the pool's first agreement until today"},
	"coinsurance.bank_details_unconfirmed": {
		Remedy: "ask a person of the member who neither proposed nor approved them to confirm them",
	},
	"coinsurance.mandate_missing": {
		Remedy: "let two persons of the member give the mandate, or make a file for each payer",
	},
	"coinsurance.paper_not_written": {Remedy: "ask for it again in a moment"},
	"coinsurance.paper_not_found": {
		Remedy: "ask for a confirmation of balances first; statements and letters are for the members of the statement",
	},
	"coinsurance.statement_not_found": {
		Remedy: "list the statements there are; the pool manager draws that of the period and issues it to the members",
	},
	"coinsurance.earlier_statement_not_found": {
		Remedy: "compare with what a member confirmed last (against=confirmed), and name the member",
	},
	"coinsurance.period_not_begun": {Remedy: "take a period that has begun, or say that it is drawn ahead"},
	"coinsurance.order_in_file": {
		Remedy: "make that file void if nobody has released it, or read the bank's answer to it first",
	},
	"coinsurance.statement_changed":       {Remedy: "read it again, then act"},
	"coinsurance.settlement_changed":      {Remedy: "read it again, then act"},
	"coinsurance.order_changed":           {Remedy: "read it again, then act"},
	"coinsurance.query_not_escalated":     {Remedy: "escalate it first"},
	"coinsurance.statement_not_confirmed": {Remedy: "settle when it has confirmed"},
	"coinsurance.settlement_outdated":     {Remedy: "withdraw the settlement and propose it again"},
	"coinsurance.unwinding_proposed":      {Remedy: "let another person approve or withdraw it"},
	"coinsurance.unwinding_not_proposed":  {Remedy: "propose it first, with a reason"},
	"coinsurance.opposite_order_paid": {
		Remedy: "return what was paid of the opposite order, or make its payment file void",
	},
	"coinsurance.pool_closed": {Remedy: "take a first day within the pool's term"},
	"coinsurance.shares_not_whole": {
		Remedy: "correct the shares until each column comes to 100%",
	},
	"coinsurance.member_not_found": {Remedy: "register the member first"},
	"coinsurance.agreement_exists": {Remedy: "propose it under the next version number"},
	"coinsurance.no_agreement_in_force": {
		Remedy: "propose and accept a version that starts by then",
	},
	"coinsurance.placement_incomplete": {
		Remedy: "let the followers that are missing accept the risk, or lower the limit",
	},
	"coinsurance.capacity_exceeded": {
		Remedy: "lower the limit, or agree on more capacity in a new version of the agreement",
	},
	"insurance.policy_exists":          {Remedy: "choose another number, or leave it out"},
	"insurance.instalments_do_not_sum": {Remedy: "correct the instalments or the premium"},
	"insurance.catalogue_item_unknown": {
		Remedy: "give an item of the edition that holds on the first day",
	},
	"insurance.product_rule_broken": {Remedy: "each rule says what mends it"},
	"insurance.approval_needed": {
		Remedy: "let a senior underwriter of the issuer approve the issue",
	},
	"insurance.premium_not_received": {Remedy: "record what has come in, then issue"},
	"insurance.claims_stand": {
		Remedy: "cancel from a later day, or close or refuse the claim first",
	},
	"insurance.refund_exceeds_received": {Remedy: "pay back at most what was received"},
	"insurance.commission_exceeds_accrued": {
		Remedy: "pay at most what has accrued; commission accrues as premium is received",
	},
	"insurance.import_refused": {
		Remedy: "correct the rows that the report names, or skip them",
	},
	"claims.loss_outside_period": {
		Remedy: "correct the day of loss, or take the policy that covers it",
	},
	"claims.evidence_missing": {Remedy: "check off what has come, or waive it and say why"},
	"claims.exceeds_payable": {
		Remedy: "lower the amount, correct the loss, or ask consent to pay ex gratia",
	},
	"claims.payment_exceeds_approved": {Remedy: "approve more first"},
	"claims.second_lead_missing":      {Remedy: "wait for the second lead's answer to its notice"},
	"claims.consent_missing":          {Remedy: "ask for consent, or wait for the answers"},
	"claims.import_refused": {
		Remedy: "correct the rows that the report names, or skip them",
	},
	"coinsurance.import_refused": {
		Remedy: "correct the rows that the report names, or skip them",
	},
})

package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/claims/dossier"
)

// route is one door: what it is called, where it is and who may pass.
type route struct {
	id      string // operation id; also the command's name
	method  string
	path    string
	tag     string
	summary string
	allow   permission
	success int   // status of a good answer; 200 when left out
	bodyMax int64 // bytes; bodyDefault when left out
	file    bool  // the body is a table, CSV or XLSX
	raw     bool  // the body is a file of any type
	pdf     bool  // the answer is one
	binary  bool  // the answer is a file of any type
}

// Tags group the routes in the documentation and on the command line.
const (
	tagService  = "service"
	tagProduct  = "product"
	tagMember   = "member"
	tagPool     = "pool"
	tagPolicy   = "policy"
	tagClaim    = "claim"
	tagBook     = "book"
	tagFeed     = "feed"
	tagReport   = "report"
	tagImport   = "import"
	statusTaken = http.StatusAccepted
	methodGet   = http.MethodGet
	methodPost  = http.MethodPost
	statusMade  = http.StatusCreated
	bodyDefault = 256 << 10
)

// rooms says what each tag is about, in the order people meet them.
var rooms = [][2]string{
	{tagService, "Who asks"}, {tagProduct, "Product lines 险种"}, {tagMember, "Insurers of the zone 成员公司"},
	{tagPool, "Pools, their agreements and accounting months 共保体"}, {tagPolicy, "Policies and their premiums 保单、保费"},
	{tagClaim, "Claims from first notice to closing 理赔"},
	{tagBook, "Postings and balances 台账"}, {tagFeed, "Facts in the feed's order 事件"},
	{tagReport, "Figures over policies 报表"},
	{tagImport, "Bring books of business in 导入"},
}

func tags() []*huma.Tag {
	var all []*huma.Tag
	for _, room := range rooms {
		all = append(all, &huma.Tag{Name: room[0], Description: room[1]})
	}
	return all
}

// routes is every door of the API. Whoever adds one decides here who may pass it; a test walks them all.
var routes = []route{
	{id: "who-am-i", method: methodGet, path: "/v1/me", tag: tagService, allow: anyone,
		summary: "Who the token says you are"},

	{id: "list-products", method: methodGet, path: "/v1/products", tag: tagProduct, allow: business,
		summary: "The product lines, with sections, rules and evidence"},
	{id: "get-product", method: methodGet, path: "/v1/products/{line}", tag: tagProduct, allow: business,
		summary: "One product line"},
	{id: "list-product-catalogue", method: methodGet, path: "/v1/products/{line}/catalogue", tag: tagProduct,
		allow: business, summary: "The items of the line's catalogue, by edition"},

	{id: "list-members", method: methodGet, path: "/v1/members", tag: tagMember, allow: business,
		summary: "The insurers of the zone"},
	{id: "register-member", method: methodPost, path: "/v1/members", tag: tagMember, allow: poolClerks,
		summary: "Make an insurer known to the zone", success: statusMade},

	{id: "list-limits", method: methodGet, path: "/v1/members/{member}/limits", tag: tagMember, allow: business,
		summary: "Up to what amount a member's own people decide alone"},
	{id: "propose-limit", method: methodPost, path: "/v1/members/{member}/limits", tag: tagMember,
		allow: administrators, summary: "Propose up to what amount a role decides alone", success: statusMade},
	{id: "accept-limit", method: methodPost, path: "/v1/members/{member}/limits/{entry}/acceptance", tag: tagMember,
		allow: administrators, summary: "Accept a proposed limit; never by who proposed it"},

	{id: "list-bank-details", method: methodGet, path: "/v1/members/{member}/bank-details", tag: tagMember,
		allow: business, summary: "Where a member is paid; the account masked but for the member and the pool manager"},
	{id: "propose-bank-details", method: methodPost, path: "/v1/members/{member}/bank-details", tag: tagMember,
		allow: bankKeepers, summary: "Propose where a member is to be paid", success: statusMade},
	{id: "decide-bank-details", method: methodPost, path: "/v1/members/{member}/bank-details/{entry}/decision",
		tag: tagMember, allow: bankKeepers, summary: "Approve or reject bank details; never approved by who proposed them"},

	{id: "list-pools", method: methodGet, path: "/v1/pools", tag: tagPool, allow: business,
		summary: "The pools"},
	{id: "get-pool", method: methodGet, path: "/v1/pools/{pool}", tag: tagPool, allow: business,
		summary: "One pool"},
	{id: "open-pool", method: methodPost, path: "/v1/pools", tag: tagPool, allow: poolClerks,
		summary: "Found a pool", success: statusMade},
	{id: "list-agreements", method: methodGet, path: "/v1/pools/{pool}/agreements", tag: tagPool, allow: business,
		summary: "All versions of a pool's agreement, oldest first"},
	{id: "get-agreement", method: methodGet, path: "/v1/pools/{pool}/agreements/{version}", tag: tagPool,
		allow: business, summary: "One version of a pool's agreement, with its share table"},
	{id: "propose-agreement", method: methodPost, path: "/v1/pools/{pool}/agreements", tag: tagPool,
		allow: poolClerks, summary: "Propose a version of a pool's agreement", success: statusMade},
	{id: "accept-agreement", method: methodPost, path: "/v1/pools/{pool}/agreements/{version}/acceptance",
		tag: tagPool, allow: poolClerks, summary: "Accept a proposed version; never by who proposed it"},
	{id: "list-periods", method: methodGet, path: "/v1/pools/{pool}/periods", tag: tagPool, allow: business,
		summary: "The sealed accounting months of a pool, and the next to close"},
	{id: "close-period", method: methodPost, path: "/v1/pools/{pool}/periods/{month}/close", tag: tagPool,
		allow: poolClerks, summary: "Book a month's unearned premium, and close and seal the month"},

	{id: "list-policies", method: methodGet, path: "/v1/policies", tag: tagPolicy, allow: business,
		summary: "Policies the caller takes part in, page by page"},
	{id: "quote-policy", method: methodPost, path: "/v1/policies", tag: tagPolicy, allow: underwriters,
		summary: "Quote a policy", success: statusMade},
	{id: "get-policy", method: methodGet, path: "/v1/policies/{number}", tag: tagPolicy, allow: business,
		summary: "One policy, with the caller's own portions"},
	{id: "get-policy-schedule", method: methodGet, path: "/v1/policies/{number}/schedule", tag: tagPolicy,
		allow: business, summary: "The policy's schedule for the insured, as PDF, for who leads or issues it", pdf: true},
	{id: "decide-risk", method: methodPost, path: "/v1/policies/{number}/decisions", tag: tagPolicy,
		allow: underwriters, summary: "A follower accepts or declines a risk above the leader's authority"},
	{id: "receive-premium", method: methodPost, path: "/v1/policies/{number}/receipts", tag: tagPolicy,
		allow: underwriters, summary: "Record premium received", success: statusMade},
	{id: "refund-premium", method: methodPost, path: "/v1/policies/{number}/refunds", tag: tagPolicy,
		allow: underwriters, summary: "Record premium paid back", success: statusMade},
	{id: "reverse-premium", method: methodPost, path: "/v1/policies/{number}/reversals", tag: tagPolicy,
		allow: underwriters, summary: "Reverse a receipt or refund recorded by mistake", success: statusMade},
	{id: "approve-issue", method: methodPost, path: "/v1/policies/{number}/approvals", tag: tagPolicy,
		allow: underwriters, summary: "Approve the issue of a policy above the issuing person's limit", success: statusMade},
	{id: "issue-policy", method: methodPost, path: "/v1/policies/{number}/issue", tag: tagPolicy,
		allow: underwriters, summary: "Bring a quoted and paid policy into force"},
	{id: "endorse-policy", method: methodPost, path: "/v1/policies/{number}/endorsements", tag: tagPolicy,
		allow: underwriters, summary: "Change the premium of a policy", success: statusMade},
	{id: "cancel-policy", method: methodPost, path: "/v1/policies/{number}/cancellation", tag: tagPolicy,
		allow: underwriters, summary: "Cancel a policy with effect from a day"},
	{id: "reinstate-policy", method: methodPost, path: "/v1/policies/{number}/reinstatement", tag: tagPolicy,
		allow: underwriters, summary: "Take a cancellation back"},
	{id: "renew-policy", method: methodPost, path: "/v1/policies/{number}/renewal", tag: tagPolicy,
		allow: underwriters, summary: "Quote the policy that follows on", success: statusMade},
	{id: "note-policy", method: methodPost, path: "/v1/policies/{number}/notes", tag: tagPolicy,
		allow: underwriters, summary: "Attach a dated fact to a policy", success: statusMade},
	{id: "pay-commission", method: methodPost, path: "/v1/policies/{number}/commission-payments", tag: tagPolicy,
		allow: underwriters, summary: "Record commission paid to the broker", success: statusMade},
	{id: "apply-policy-subsidy", method: methodPost, path: "/v1/policies/{number}/subsidy/application", tag: tagPolicy,
		allow: underwriters, summary: "Put in for premium support"},
	{id: "decide-policy-subsidy", method: methodPost, path: "/v1/policies/{number}/subsidy/decision", tag: tagPolicy,
		allow: underwriters, summary: "Record what the authority decided on premium support"},
	{id: "pay-policy-subsidy", method: methodPost, path: "/v1/policies/{number}/subsidy/payment", tag: tagPolicy,
		allow: underwriters, summary: "Record that premium support was paid"},
	{id: "claw-back-policy-subsidy", method: methodPost, path: "/v1/policies/{number}/subsidy/claw-back",
		tag: tagPolicy, allow: underwriters, summary: "Record that premium support was taken back"},
	{id: "list-splits", method: methodGet, path: "/v1/policies/{number}/splits", tag: tagPolicy, allow: business,
		summary: "How the policy's money was divided, with the working of every split"},
	{id: "list-policy-postings", method: methodGet, path: "/v1/policies/{number}/postings", tag: tagPolicy,
		allow: business, summary: "What the policy did to the caller's book"},

	{id: "list-claims", method: methodGet, path: "/v1/claims", tag: tagClaim, allow: business,
		summary: "Claims the caller takes part in, page by page"},
	{id: "open-claim", method: methodPost, path: "/v1/claims", tag: tagClaim, allow: claimHandlers,
		summary: "First notice and filing of a claim", success: statusMade},
	{id: "get-claim", method: methodGet, path: "/v1/claims/{claim}", tag: tagClaim, allow: business,
		summary: "One claim with its clocks, and the caller's own portions"},
	{id: "reserve-claim", method: methodPost, path: "/v1/claims/{claim}/estimates", tag: tagClaim,
		allow: claimHandlers, summary: "Give the gross estimate; it replaces the former one"},
	{id: "assess-claim", method: methodPost, path: "/v1/claims/{claim}/assessments", tag: tagClaim,
		allow: claimHandlers, summary: "Give the assessed loss, as one sum or by section"},
	{id: "list-claim-documents", method: methodGet, path: "/v1/claims/{claim}/documents", tag: tagClaim, allow: business,
		summary: "The documents of a claim, with their hashes"},
	{id: "file-claim-document", method: methodPost, path: "/v1/claims/{claim}/documents", tag: tagClaim,
		allow: claimHandlers, summary: "File a document with a claim", success: statusMade,
		bodyMax: dossier.SizeMax, raw: true},
	{id: "get-claim-document", method: methodGet, path: "/v1/claims/{claim}/documents/{entry}", tag: tagClaim,
		allow: business, summary: "A document as it was filed", binary: true},
	{id: "check-claim-evidence", method: methodPost, path: "/v1/claims/{claim}/evidence", tag: tagClaim,
		allow: claimHandlers, summary: "Check a piece of the line's evidence off, or waive it"},
	{id: "approve-claim", method: methodPost, path: "/v1/claims/{claim}/approvals", tag: tagClaim,
		allow: claimHandlers, summary: "Approve to date; it replaces the former approval"},
	{id: "advance-claim", method: methodPost, path: "/v1/claims/{claim}/advances", tag: tagClaim,
		allow: claimHandlers, summary: "Record a payment before approval", success: statusMade},
	{id: "pay-claim", method: methodPost, path: "/v1/claims/{claim}/payments", tag: tagClaim,
		allow: claimHandlers, summary: "Record a payment of what is approved", success: statusMade},
	{id: "reverse-claim-payment", method: methodPost, path: "/v1/claims/{claim}/payment-reversals", tag: tagClaim,
		allow: claimHandlers, summary: "Take back a payment that was recorded by mistake or came back", success: statusMade},
	{id: "recover-claim", method: methodPost, path: "/v1/claims/{claim}/recoveries", tag: tagClaim,
		allow: claimHandlers, summary: "Record cash taken in from third parties or for salvage", success: statusMade},
	{id: "pay-claim-call", method: methodPost, path: "/v1/claims/{claim}/calls", tag: tagClaim,
		allow: claimHandlers, summary: "Record a member's cash towards a cash call", success: statusMade},
	{id: "call-claim-cash", method: methodPost, path: "/v1/claims/{claim}/cash-calls", tag: tagClaim,
		allow: claimHandlers, summary: "Call the other members for their portions of what is approved and not yet paid"},
	{id: "answer-claim-notice", method: methodPost, path: "/v1/claims/{claim}/notices/{entry}/answer", tag: tagClaim,
		allow: claimHandlers, summary: "A member answers a notice: reads it, comes, agrees, consents or objects"},
	{id: "raise-claim-query", method: methodPost, path: "/v1/claims/{claim}/queries", tag: tagClaim,
		allow: claimHandlers, summary: "A follower asks about a claim, or objects to how it is handled", success: statusMade},
	{id: "answer-claim-query", method: methodPost, path: "/v1/claims/{claim}/queries/{entry}/answer", tag: tagClaim,
		allow: claimHandlers, summary: "Who handles the claim answers a query"},
	{id: "escalate-claim-query", method: methodPost, path: "/v1/claims/{claim}/queries/{entry}/escalation", tag: tagClaim,
		allow: claimHandlers, summary: "The member that asked passes its query on to the pool manager"},
	{id: "close-claim-query", method: methodPost, path: "/v1/claims/{claim}/queries/{entry}/closing", tag: tagClaim,
		allow: claimHandlers, summary: "The member that asked accepts the answer, or withdraws its query"},
	{id: "decide-claim-query", method: methodPost, path: "/v1/claims/{claim}/queries/{entry}/decision", tag: tagClaim,
		allow: poolClerks, summary: "The pool manager decides a query that was passed on to it"},
	{id: "ask-claim-consent", method: methodPost, path: "/v1/claims/{claim}/consents", tag: tagClaim,
		allow: claimHandlers, summary: "Ask the other members to pay ex gratia, or to rescind the policy"},
	{id: "declare-claim-conflict", method: methodPost, path: "/v1/claims/{claim}/conflicts", tag: tagClaim,
		allow: conflictKeepers, summary: "Say that a member has a conflict; what it leads or services passes to the next"},
	{id: "report-claim", method: methodPost, path: "/v1/claims/{claim}/reports", tag: tagClaim,
		allow: claimHandlers, summary: "Record a report that a clock waits for"},
	{id: "flag-claim-emergency", method: methodPost, path: "/v1/claims/{claim}/emergency", tag: tagClaim,
		allow: claimHandlers, summary: "Flag an emergency: the first report is due within two hours"},
	{id: "tie-claim", method: methodPost, path: "/v1/claims/{claim}/occurrence", tag: tagClaim,
		allow: claimHandlers, summary: "Tie a claim to an occurrence that several claims come from, or loosen it"},
	{id: "list-occurrences", method: methodGet, path: "/v1/pools/{pool}/occurrences", tag: tagClaim, allow: business,
		summary: "Occurrences of a pool with what their claims come to"},
	{id: "get-claims-bordereau", method: methodGet, path: "/v1/pools/{pool}/claims-bordereaux/{month}/{member}",
		tag: tagClaim, allow: business,
		summary: "The claims of a member for an accounting month: moved, to date, outstanding, by kind"},
	{id: "download-claims-bordereau", method: methodGet, path: "/v1/pools/{pool}/claims-bordereaux/{month}/{member}/file",
		tag: tagClaim, allow: business, summary: "The same as a table, CSV or XLSX", binary: true},
	{id: "open-occurrence", method: methodPost, path: "/v1/pools/{pool}/occurrences", tag: tagClaim,
		allow: conflictKeepers, summary: "Make an occurrence known that several claims come from", success: statusMade},
	{id: "refuse-claim", method: methodPost, path: "/v1/claims/{claim}/refusal", tag: tagClaim,
		allow: claimHandlers, summary: "Refuse a claim, with the reason"},
	{id: "withdraw-claim", method: methodPost, path: "/v1/claims/{claim}/withdrawal", tag: tagClaim,
		allow: claimHandlers, summary: "Record that the claimant withdraws"},
	{id: "close-claim", method: methodPost, path: "/v1/claims/{claim}/closing", tag: tagClaim,
		allow: claimHandlers, summary: "Close a claim: nothing more is to come"},
	{id: "reopen-claim", method: methodPost, path: "/v1/claims/{claim}/reopening", tag: tagClaim,
		allow: claimHandlers, summary: "Open an ended claim again"},

	{id: "get-balance", method: methodGet, path: "/v1/books/{book}/accounts/{account}/balance", tag: tagBook,
		allow: business, summary: "A balance by two dates: what counted by a day, as known at an instant"},
	{id: "list-postings", method: methodGet, path: "/v1/books/{book}/accounts/{account}/postings", tag: tagBook,
		allow: business, summary: "The postings of one account of one book"},
	{id: "get-owed", method: methodGet, path: "/v1/books/{book}/owes/{creditor}", tag: tagBook, allow: business,
		summary: "What one member owes another, net"},
	{id: "get-trial-balance", method: methodGet, path: "/v1/pools/{pool}/trial-balances/{month}", tag: tagBook,
		allow: business, summary: "The trial balance of an accounting month"},

	{id: "list-events", method: methodGet, path: "/v1/pools/{pool}/events", tag: tagFeed, allow: business,
		summary: "Facts in the feed's order, from a position on, as far as they concern the caller"},
	{id: "get-feed", method: methodGet, path: "/v1/feed", tag: tagFeed, allow: serviceHealth,
		summary: "How far the feed has come"},

	{id: "get-premium-income", method: methodGet, path: "/v1/premium-income", tag: tagReport, allow: business,
		summary: "Premium income by pool, line, member and month"},

	{id: "start-import", method: methodPost, path: "/v1/imports/{kind}", tag: tagImport, allow: poolClerks,
		summary: "Import a CSV or XLSX in the background; the answer says where to ask how far it is",
		success: statusTaken, bodyMax: importMax, file: true},
	{id: "get-import", method: methodGet, path: "/v1/imports/{id}", tag: tagImport, allow: poolClerks,
		summary: "How far an import is and, once it has ended, its report"},
	{id: "list-imports", method: methodGet, path: "/v1/imports", tag: tagImport, allow: poolClerks,
		summary: "The newest imports of the caller's organisation"},
}

// find gives the route of an operation.
func find(id string) (route, bool) {
	for _, r := range routes {
		if r.id == id {
			return r, true
		}
	}
	return route{}, false
}

// Package migrations holds the schema as embedded SQL, forward only, and says which tables may change after the fact.
//
// Every primary key, unique index and foreign key begins with the pool, the shard key, or points to a reference
// table, so that the same schema can be distributed by pool. Constraints are named <table>_<columns>_<rule>; errors
// are told by name.
//
// A migration that breaks older programs raises the contract: see pg.Contract.
package migrations

import (
	"embed"
	"slices"
)

// Files are the migrations, in the order of their names.
//
//go:embed *.sql
var Files embed.FS

// AppendOnly are the tables in which nothing is ever changed or deleted, not even by us: the application's login
// lacks the right.
var AppendOnly = []string{
	"journal", "posting", "period_seal", "balance_snapshot", "turnover",
	"event", "feed_position",
	"split", "agreement_member", "premium_item", "policy_instalment", "policy_note",
	"issue_approval", "countersignature", "claim_payment", "claim_document",
	"catalogue_item", "feed_recovery", "bank_details_confirmation",
	"statement_item", "statement_member", "settlement_skip", "settlement_late", "settlement_clearing",
	"order_movement", "late_interest",
	"issued_file", "balance_confirmation",
	"bank_file", "bank_entry", "bank_match",

	"idempotency",
}

// Mutable are the tables whose rows carry a state that moves on.
var Mutable = []string{
	"period_head", "feed_head", "feed_checkpoint", "relay_lease",
	"member", "pool", "agreement", "placement", "policy", "authority_limit", "bank_details",
	"payment_mandate", "import_run", "claim", "claim_cash_call", "claim_deadline", "workday", "claim_evidence",
	"claim_notice", "claim_query", "occurrence", "policy_claim",
	"settlement_head", "statement", "statement_answer", "statement_query", "settlement", "payment_order",
	"payment_file", "payment_attempt",
}

// Queues are the tables whose rows are taken away: once they are done with, or when a worksheet becomes shorter.
var Queues = []string{"event_pending", "claim_section", "paper_due"}

// Kept are the tables that only migrations write, and everybody reads.
var Kept = []string{"schema_contract"}

// Views are what a wing lets other wings read of its tables.
var Views = []string{
	"account_movement", "inter_member_posting", "book_posting", "reversed_journal", "dated_journal",
	"newest_split", "newest_portion", "split_out_of_balance", "accepted_agreement", "participation", "zone_pool",
	"announced_event", "policy_insured",
	"split_working", "item_ring", "item_state", "settlement_item", "standing_statement",
}

// Tables are all that the migrations make.
func Tables() []string { return slices.Concat(AppendOnly, Mutable, Queues, Kept) }

// References are the tables that foreign keys of every pool may point to, and that need not begin with the pool. On
// Citus they are reference tables: the same on every machine.
var References = []string{"member", "pool", "catalogue_item", "import_run", "workday"}

// Everywhere are the tables that lie whole on every machine of a Citus cluster: the references, and those of ZONE that
// commands of every pool ask for, or by which every program is told.
var Everywhere = slices.Concat(References, []string{
	"authority_limit", "bank_details", "bank_details_confirmation", "payment_mandate", "schema_contract",
})

// ByPool are all others: on a cluster each pool's rows lie on one machine.
func ByPool() []string {
	return slices.DeleteFunc(Tables(), func(table string) bool { return slices.Contains(Everywhere, table) })
}

// Copied are the tables that a zone in several databases writes at home and copies to the others: the references, and
// what concerns no pool and is asked for by commands of one. Those that others point to come first.
var Copied = []string{
	"member", "pool", "catalogue_item", "workday", "authority_limit", "bank_details", "bank_details_confirmation",
	"payment_mandate",
}

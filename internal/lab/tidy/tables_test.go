package tidy

import (
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongbao/migrations"
)

// No wing reads another wing's tables. It calls a function of the owner, or asks a view that the owner keeps. A wing
// may name its own tables, and those of its parts that stand below.

// keptTables are the tables of each package; a new table has its owner here.
var keptTables = map[string][]string{
	"internal/outbox":      {"event", "event_pending"},
	"internal/relay":       {"feed_position", "feed_checkpoint", "relay_lease"},
	"internal/feed":        {"feed_head", "feed_recovery"},
	"internal/idempotency": {"idempotency"},
	"internal/imports":     {"import_run"},
	"internal/pg":          {"schema_contract"},
	"ledger":               {"journal", "posting", "period_head", "period_seal", "balance_snapshot", "turnover"},
	"zone": {
		"member", "authority_limit", "bank_details", "bank_details_confirmation", "payment_mandate", "workday",
		"countersignature",
	},
	"coinsurance": {"pool", "agreement", "agreement_member", "placement", "split"},
	"coinsurance/settlement": {
		"settlement_head", "statement", "statement_item", "statement_member", "statement_answer", "statement_query",
		"settlement", "settlement_skip", "settlement_late", "settlement_clearing", "payment_order",
		"order_movement", "late_interest",
		"payment_file", "payment_attempt", "bank_file", "bank_entry", "bank_match",
		"paper_due", "balance_confirmation",
	},
	"coinsurance/settlement/paper": {"issued_file"},
	"product":                      {"catalogue_item"},
	"insurance": {
		"policy", "policy_instalment", "policy_note", "policy_claim", "issue_approval", "premium_item",
	},
	"claims":           {"claim", "claim_payment", "claim_evidence", "claim_query", "occurrence"},
	"claims/deadline":  {"claim_deadline"},
	"claims/notice":    {"claim_notice"},
	"claims/cashcall":  {"claim_cash_call"},
	"claims/worksheet": {"claim_section"},
	"claims/dossier":   {"claim_document"},
}

// keptViews are what each package lets those above it read of its tables.
var keptViews = map[string][]string{
	"ledger":          {"account_movement", "inter_member_posting", "book_posting", "reversed_journal", "dated_journal"},
	"internal/outbox": {"announced_event"},
	"insurance":       {"policy_insured"},
	"coinsurance": {
		"newest_split", "newest_portion", "split_out_of_balance", "accepted_agreement", "participation", "zone_pool",
		"split_working", "item_ring",
	},
	"coinsurance/settlement": {"item_state", "settlement_item", "standing_statement"},
}

// notOurs are the tables of others that the statements of a wing still name, and why. The list may only shrink.
var notOurs = map[string]map[string]string{
	"ledger": {
		"event":         "verify holds a journal against the event that made it, byte for byte",
		"feed_head":     "how far the feed has come says whether a balance as it was known is final",
		"feed_position": "a balance as it was known asks where an event stands in the feed",
	},
}

// speaking are the folders whose statements speak insurance.
func speaking(folder string) bool {
	top, _, _ := strings.Cut(folder, "/")
	return slices.Contains(marketWings, top) || folder == "internal/periodend"
}

// ownerOf is the package that keeps a table or a view.
func ownerOf(relation string, kept map[string][]string) string {
	for folder, relations := range kept {
		if slices.Contains(relations, relation) {
			return folder
		}
	}
	return ""
}

// mayName says that a package may name a table or a view.
func mayName(folder, relation string) bool {
	stands, _ := floorOf(folder)
	if owner := ownerOf(relation, keptViews); owner != "" {
		below, _ := floorOf(owner)
		return below <= stands
	}
	owner := ownerOf(relation, keptTables)
	below, _ := floorOf(owner)
	top, _, _ := strings.Cut(folder, "/")
	return owner == folder || below < stands && strings.HasPrefix(owner+"/", top+"/")
}

var (
	sqlComment = regexp.MustCompile(`--[^\n]*`)
	sqlWord    = regexp.MustCompile(`'[^']*'|[a-zA-Z_][a-zA-Z0-9_]*|[(),;.:@]`)
)

// relationsIn are the tables and views that a statement reads or writes: what follows FROM, JOIN, INTO or UPDATE, and
// what follows a comma in the list of a FROM.
func relationsIn(statement string) []string {
	var named []string
	listing, wanted, last := []bool{false}, false, ""
	for _, word := range sqlWord.FindAllString(sqlComment.ReplaceAllString(statement, ""), -1) {
		at := len(listing) - 1
		switch word {
		case "(":
			listing = append(listing, false)
		case ")":
			listing = listing[:max(at, 1)]
		case "FROM":
			wanted = last != "DISTINCT"
			listing[at] = listing[at] || wanted
		case "JOIN", "INTO", "UPDATE":
			wanted = true
		case "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "SET", "RETURNING", "HAVING", "FOR", "SELECT":
			listing[at] = false
		case ",":
			wanted = listing[at]
		default:
			if wanted && ownerOf(word, keptTables)+ownerOf(word, keptViews) != "" {
				named = append(named, word)
			}
			wanted = false
		}
		if word == "(" || word == "SET" {
			wanted = false
		}
		last = word
	}
	slices.Sort(named)
	return slices.Compact(named)
}

// foreignTables are the tables of others that a file of statements names.
func foreignTables(name, text string) []finding {
	folder := path.Dir(path.Dir(name))
	var found []finding
	for _, relation := range relationsIn(text) {
		if !mayName(folder, relation) && notOurs[folder][relation] == "" {
			owner := ownerOf(relation, keptTables) + ownerOf(relation, keptViews)
			found = append(found, finding{name, fmt.Sprintf(
				"it names %s of %s: call a function there, or ask a view that it keeps", relation, owner)})
		}
	}
	return found
}

func TestNoWingReadsAnothersTables(t *testing.T) {
	t.Parallel()
	still := map[string]bool{}
	for name, text := range filesOfStatements(t) {
		if !speaking(path.Dir(path.Dir(name))) {
			continue
		}
		report(t, foreignTables(name, text))
		for _, relation := range relationsIn(text) {
			still[path.Dir(path.Dir(name))+" "+relation] = true
		}
	}
	for folder, relations := range notOurs {
		for relation := range relations {
			if !still[folder+" "+relation] {
				t.Errorf("%s does not name %s any longer: take it off the list", folder, relation)
			}
		}
	}
	// What a row is written and read by is named by a tag.
	for _, file := range theHouse(t).Files {
		if file.IsTest() || !speaking(file.Folder()) {
			continue
		}
		for _, relation := range taggedTables(file) {
			if !mayName(file.Folder(), relation) {
				t.Errorf("%s has rows of %s, which is another's", file.Path, relation)
			}
		}
	}
}

var tagged = regexp.MustCompile("`[^`]*`")

// taggedTables are the tables that the tags of a file name.
func taggedTables(file *source) (tables []string) {
	for _, text := range tagged.FindAllString(file.Text, -1) {
		unquoted, err := strconv.Unquote(text)
		if err != nil {
			continue
		}
		if _, rest, is := strings.Cut(reflect.StructTag(unquoted).Get("bun"), "table:"); is {
			table, _, _ := strings.Cut(rest, ",")
			tables = append(tables, table)
		}
	}
	return tables
}

// TestEveryTableHasAnOwner: what the migrations make is kept by one package.
func TestEveryTableHasAnOwner(t *testing.T) {
	t.Parallel()
	for what, lists := range map[string]struct {
		kept map[string][]string
		made []string
	}{"table": {keptTables, migrations.Tables()}, "view": {keptViews, migrations.Views}} {
		all := slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Values(lists.kept))...)))
		made := slices.Sorted(slices.Values(lists.made))
		for _, relation := range made {
			if !slices.Contains(all, relation) {
				t.Errorf("the %s %s has no owner: say whose it is in the test of tables", what, relation)
			}
		}
		if !slices.Equal(all, made) {
			t.Errorf("the owners of every %s: %q have one, the migrations make %q", what, all, made)
		}
	}
}

func TestTableRule(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, text, want string }{
		{"OK its own", "claims/sql/a.sql", "SELECT number FROM claim WHERE x IS DISTINCT FROM policy", ""},
		{"OK of a part below", "claims/sql/a.sql", "SELECT 1 FROM claim AS c, claim_deadline AS d", ""},
		{"OK a view below", "claims/sql/a.sql", "SELECT 1 FROM claim JOIN newest_split USING (pool)", ""},
		{"OK a column", "claims/sql/a.sql", "SELECT policy, split FROM claim ORDER BY policy, event", ""},
		{"Err another wing's", "claims/sql/a.sql", "SELECT 1 FROM claim JOIN policy ON true", "names policy of insurance"},
		{"Err in a list", "claims/sql/a.sql", "SELECT 1 FROM claim AS c, split AS s", "names split of coinsurance"},
		{"Err below", "claims/sql/a.sql", "SELECT (SELECT 1 FROM event LIMIT 1)", "names event of internal/outbox"},
		{"Err written", "insurance/sql/a.sql", "UPDATE journal SET x = 1", "names journal of ledger"},
		{"Err of its parent", "claims/deadline/sql/a.sql", "SELECT 1 FROM claim", "names claim of claims"},
		{"Err a view above", "ledger/sql/a.sql", "SELECT 1 FROM newest_split", "names newest_split of coinsurance"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expectOne(t, foreignTables(test.file, test.text), test.want)
		})
	}
}

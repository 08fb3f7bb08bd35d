package schema_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gongbao/migrations"
)

// formFrom is the first number of migrations that run on a database which is distributed already. Those before it find
// no distributed table: a fresh database runs them all before its tables are spread.
const formFrom = "20261130000000"

var (
	quoted     = regexp.MustCompile(`(?s)'[^']*'|\$(\w*)\$.*?\$(\w*)\$|--[^\n]*`)
	brackets   = regexp.MustCompile(`\([^()]*\)`)
	alterTable = regexp.MustCompile(`(?is)^\s*ALTER\s+TABLE\b`)
)

// unfit says why a migration does not run on a distributed database: what is sent at once is one statement, and an
// ALTER TABLE does one thing. "--bun:split" ends a message.
func unfit(text string) (faults []string) {
	for message := range strings.SplitSeq(text, "--bun:split") {
		bare := quoted.ReplaceAllString(message, "")
		for brackets.MatchString(bare) {
			bare = brackets.ReplaceAllString(bare, "")
		}
		statements := slices.DeleteFunc(strings.Split(bare, ";"), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(statements) > 1 {
			faults = append(faults, "several statements in one message")
		}
		for _, statement := range statements {
			if alterTable.MatchString(statement) && strings.Contains(statement, ",") {
				faults = append(faults, "an ALTER TABLE that does several things")
			}
		}
	}
	return faults
}

func TestMigrationsRunOnADistributedDatabase(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d migrations: %v", len(names), err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if faults := unfit(string(text)); name >= formFrom && len(faults) > 0 {
			t.Errorf("%s: %v; write --bun:split after each statement", name, faults)
		}
	}
	for text, wanted := range map[string]string{
		"-- a; b\nALTER TABLE a ADD b text;\n--bun:split\nUPDATE a SET b = ';';": "",
		"ALTER TABLE a ADD CONSTRAINT a_b_c_key UNIQUE (b, c);":                  "",
		"DO $$ BEGIN PERFORM 1; PERFORM 2; END $$;":                              "",
		"UPDATE a SET b = 1; UPDATE a SET c = 2;":                                "several statements in one message",
		"ALTER TABLE a ADD COLUMN b text, ADD COLUMN c text":                     "an ALTER TABLE that does several things",
	} {
		if got := strings.Join(unfit(text), "; "); got != wanted {
			t.Errorf("%q: got %q, wanted %q", text, got, wanted)
		}
	}
}

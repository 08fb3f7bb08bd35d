package main

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// hostile is what somebody may have set for a role or a database. A new connection may be ended by it while it is
// greeted, so the time is short enough to end a statement and long enough to set it aside.
const hostile = `standard_conforming_strings = off; backslash_quote = on; bytea_output = escape; DateStyle = 'SQL, DMY';
	IntervalStyle = sql_standard; TimeZone = 'Asia/Kathmandu'; extra_float_digits = -15; array_nulls = off;
	transform_null_equals = on; quote_all_identifiers = on; client_encoding = GBK;
	default_transaction_isolation = serializable; default_transaction_read_only = on; lock_timeout = '1ms';
	default_transaction_deferrable = on; statement_timeout = '5ms'; idle_in_transaction_session_timeout = '5ms';
	synchronous_commit = off; search_path = evil, pg_catalog, gongbao; row_security = off`

// setHostile makes the settings of a database hostile, or those of its logins.
func setHostile(t *testing.T, db *testdb.Database, ofRoles bool) {
	t.Helper()
	targets := []string{"DATABASE " + db.Name}
	if ofRoles {
		targets = []string{
			"ROLE " + testdb.Owner + " IN DATABASE " + db.Name, "ROLE " + testdb.Application + " IN DATABASE " + db.Name,
		}
	}
	script := `CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC; CREATE TABLE evil.policy (number text);
		CREATE TABLE evil.bun_migrations (name text); CREATE TABLE evil.schema_contract (writable_by int);
		CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'planted'::text $$;
		CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
		CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);`
	for _, target := range targets {
		for setting := range strings.SplitSeq(hostile, ";") {
			script += "ALTER " + target + " SET " + strings.TrimSpace(setting) + ";"
		}
	}
	if _, err := db.Superuser.Pool.Exec(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

// TestHostileDatabase lets the program make its schema in such a database and work there, publish, take a backup and
// bring it back into another one.
func TestHostileDatabase(t *testing.T) {
	for name, ofRoles := range map[string]bool{"OK settings of the database": false, "OK settings of the logins": true} {
		t.Run(name, func(t *testing.T) {
			d := newDrill(t)
			first, second := testdb.Empty(t), testdb.Empty(t)
			setHostile(t, first, ofRoles)
			setHostile(t, second, ofRoles)
			onDatabase(t, first, true)
			d.on(t, d.lost, exitOK, "migrate")
			onDatabase(t, first, false)
			url, stop := serveOn(t, "--data", d.lost, "--kafka-brokers", d.brokers)
			d.insured = `O'Brien \' OR 1=1 -- \x27 縗\ %s 武汉`
			d.work(t, "IC-HOSTILE")
			records := d.awaitIssued(t, "IC-HOSTILE")
			if status, says, feed, _ := ready(t, url); status != http.StatusOK || feed != string(relay.StatePublishing) {
				t.Errorf("/readyz says %d %s %s", status, says, feed)
			}
			if len(records["IC"]) < 3 {
				t.Errorf("only %d facts of IC are published", len(records["IC"]))
			}
			stop()
			file := filepath.Join(t.TempDir(), "hostile.gongbao")
			d.on(t, d.lost, exitOK, "backup", file)
			d.mustHave(t, d.lost)

			onDatabase(t, second, true)
			d.on(t, d.new, exitOK, "restore", file, "--as", drillOperator, "--reason", "a drill")
			onDatabase(t, second, false)
			d.mustHave(t, d.new)
		})
	}
}

// onDatabase lets the commands that follow find a database, with the owner's login or without it.
func onDatabase(t *testing.T, db *testdb.Database, owner bool) {
	t.Helper()
	t.Setenv("DATABASE_URL", db.ApplicationAt)
	t.Setenv("MIGRATE_DATABASE_URL", "")
	if owner {
		t.Setenv("MIGRATE_DATABASE_URL", db.OwnerAt)
	}
}

// mustHave wants the policy as it was quoted, and the book verified.
func (d *drill) mustHave(t *testing.T, folder string) {
	t.Helper()
	if out := d.on(t, folder, exitOK, "verify"); !strings.Contains(out, "verified") {
		t.Errorf("verify: %s", out)
	}
	out := d.on(t, folder, exitOK, "policy", "get", "IC-HOSTILE", "--json", "--as", "li@SHAHU:underwriter")
	if !strings.Contains(out, `"insured": "`+strings.ReplaceAll(d.insured, `\`, `\\`)+`"`) {
		t.Errorf("it is not insured as it was quoted: %s", out)
	}
}

// TestVerifyChangesNothing runs verify, and what else only looks, with a login that may do nothing but read.
func TestVerifyChangesNothing(t *testing.T) {
	db := testdb.Open(t)
	t.Setenv("KAFKA_BROKERS", strings.Join(testkafka.Fake(t).ListenAddrs(), ","))
	t.Setenv("GONGBAO_DATA", t.TempDir())
	t.Setenv("LOG_LEVEL", "error")
	onDatabase(t, db, false)
	_, stop := serveOn(t)
	stop()
	const reader = "gongbao_reader"
	_, err := db.Superuser.Pool.Exec(t.Context(), `DO $$ BEGIN CREATE ROLE `+reader+` LOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
		GRANT USAGE ON SCHEMA gongbao TO `+reader+`; GRANT SELECT ON ALL TABLES IN SCHEMA gongbao TO `+reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Superuser.Pool.Exec(context.WithoutCancel(t.Context()), "DROP OWNED BY "+reader)
		if err != nil {
			t.Error(err)
		}
	})
	t.Setenv("DATABASE_URL", strings.Replace(db.ApplicationAt, testdb.Application, reader, 1))
	before := picture(t, db.Superuser)
	file := filepath.Join(t.TempDir(), "read.gongbao")
	for _, args := range [][]string{
		{"verify"}, {"trial-balance", "IC", "2026-06"}, {"export", "ledger"}, {"backup", file}, {"verify", "--json"},
	} {
		if out, status, err := typed(t, args...); status != exitOK {
			t.Errorf("%v: status %d, %s%v", args, status, out, err)
		}
	}
	after := picture(t, db.Superuser)
	for name, text := range after {
		if before[name] != text {
			t.Errorf("%s has changed", name)
		}
	}
	if len(before) != len(after) || len(before) < 30 {
		t.Errorf("%d tables became %d", len(before), len(after))
	}
}

// TestNothingToVerify: a book that is not there does not verify.
func TestNothingToVerify(t *testing.T) {
	t.Setenv("LOG_LEVEL", "error")
	folder := filepath.Join(t.TempDir(), "nowhere")
	for _, args := range [][]string{{"verify"}, {"backup", filepath.Join(t.TempDir(), "x")}, {"export", "ledger"}} {
		_, status, err := typed(t, append(args, "--data", folder)...)
		if status != exitFailed || !strings.Contains(err.Error(), "embedded.cluster_missing") {
			t.Errorf("%v: status %d, %v", args, status, err)
		}
	}
	if found, _ := filepath.Glob(folder); len(found) > 0 {
		t.Errorf("a look has made %v", found)
	}
	db := testdb.Empty(t)
	onDatabase(t, db, false)
	_, status, err := typed(t, "verify")
	if status != exitFailed || pg.CodeOf(err) != "" || !strings.Contains(err.Error(), "run gongbao migrate") {
		t.Errorf("status %d, %v", status, err)
	}
}

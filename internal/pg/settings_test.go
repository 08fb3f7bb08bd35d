package pg_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// hostile are settings that somebody may have made for the role or the database.
var hostile = map[string]string{
	"client_encoding": "GBK", "standard_conforming_strings": "off", "backslash_quote": "on", "array_nulls": "off",
	"transform_null_equals": "on", "quote_all_identifiers": "on", "bytea_output": "escape", "DateStyle": "SQL, DMY",
	"IntervalStyle": "sql_standard", "TimeZone": "Asia/Kathmandu", "extra_float_digits": "-15",
	"default_transaction_isolation": "serializable", "default_transaction_read_only": "on",
	"default_transaction_deferrable": "on", "client_min_messages": "debug2",
	"statement_timeout": "1ms", "lock_timeout": "1ms", "idle_session_timeout": "1h",
	"idle_in_transaction_session_timeout": "1ms", "synchronous_commit": "off", "search_path": "evil, pg_catalog, public",
	"jit": "on", "random_page_cost": "4000",
}

// wanted is what every connection shows instead, with the address's schema.
var wanted = map[string]string{
	"client_encoding": "UTF8", "standard_conforming_strings": "on", "backslash_quote": "off", "array_nulls": "on",
	"transform_null_equals": "off", "quote_all_identifiers": "off", "bytea_output": "hex", "DateStyle": "ISO, YMD",
	"IntervalStyle": "postgres", "TimeZone": "UTC", "extra_float_digits": "1", "row_security": "off",
	"default_transaction_isolation": "read committed", "default_transaction_read_only": "off",
	"default_transaction_deferrable": "off", "exit_on_error": "off", "client_min_messages": "notice",
	"statement_timeout": "0", "lock_timeout": "0", "idle_session_timeout": "0",
	"idle_in_transaction_session_timeout": "2min", "synchronous_commit": "on", "search_path": "gongbao, pg_temp",
	"jit": "off", "random_page_cost": "1.1", "lc_numeric": "C", "lc_monetary": "C", "lc_time": "C",
}

// TestSettings: neither the role's settings nor the database's nor the address's count, in a pool, a bare connection or
// a bare pool.
func TestSettings(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]string{
		"OK of the database": "ALTER DATABASE ? SET ", "OK of the role": "ALTER ROLE gongbao_app IN DATABASE ? SET ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := testdb.Open(t)
			var script strings.Builder
			for _, setting := range slices.Sorted(maps.Keys(hostile)) {
				value := "'" + hostile[setting] + "'"
				if setting == "search_path" {
					value = hostile[setting]
				}
				script.WriteString(strings.ReplaceAll(of, "?", db.Name) + setting + " = " + value + "; ")
			}
			if _, err := db.Superuser.Pool.Exec(t.Context(), script.String()); err != nil {
				t.Fatal(err)
			}
			address := db.ApplicationAt + "&standard_conforming_strings=off&timezone=Asia%2FKathmandu&DATESTYLE=German"
			reached, err := pg.Open(t.Context(), pg.Options{URL: address, MaxConnections: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer reached.Close()
			mustShow(t, reached.Pool, wanted)
			conn, err := pg.Connect(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(t.Context()) }()
			mustShow(t, conn, wanted)
			bare, err := pg.OpenPool(t.Context(), address, 1, "one", "two")
			if err != nil {
				t.Fatal(err)
			}
			defer bare.Close()
			mustShow(t, bare, map[string]string{"search_path": "one, two, pg_temp", "client_encoding": "UTF8"})
		})
	}
}

func mustShow(t *testing.T, conn interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}, settings map[string]string,
) {
	t.Helper()
	for setting, want := range settings {
		var got string
		err := conn.QueryRow(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got)
		if err != nil || got != want {
			t.Errorf("%s is %q, wanted %q: %v", setting, got, want, err)
		}
	}
}

// TestSearchPath: what others have planted is not found, wherever they have put it.
func TestSearchPath(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	_, err := db.Superuser.Pool.Exec(t.Context(), `CREATE SCHEMA evil; CREATE TABLE evil.member (code text);
		CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'planted' $$;
		CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
		CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
		GRANT ALL ON SCHEMA evil TO PUBLIC; GRANT ALL ON evil.member TO PUBLIC;
		ALTER DATABASE `+db.Name+` SET search_path = pg_temp, evil, pg_catalog, gongbao`)
	if err != nil {
		t.Fatal(err)
	}
	for name, options := range map[string]pg.Options{
		"the address's":     {URL: db.ApplicationAt},
		"the one asked for": {URL: strings.ReplaceAll(db.ApplicationAt, "gongbao&", "evil&"), Schema: "gongbao"},
	} {
		options.MaxConnections = 1
		reached, err := pg.Open(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		defer reached.Close()
		_, err = reached.Pool.Exec(t.Context(), `CREATE TEMPORARY TABLE member (planted text)`)
		if err != nil {
			t.Fatal(err)
		}
		var lowered, schema string
		var same bool
		err = reached.Pool.QueryRow(t.Context(), `SELECT lower('A'), 'a'::text = 'b'::text,
			(SELECT nspname FROM pg_namespace AS n JOIN pg_class AS c ON c.relnamespace = n.oid
				WHERE c.oid = 'member'::regclass)`).Scan(&lowered, &same, &schema)
		if err != nil || lowered != "a" || same || schema != "gongbao" {
			t.Errorf("%s: %s %v %s %v", name, lowered, same, schema, err)
		}
	}
	for _, address := range []string{"search_path=evil,gongbao", "search_path=%22%24user%22", "search_path=a%27b"} {
		at := strings.ReplaceAll(db.ApplicationAt, "search_path=gongbao", address)
		if _, err := pg.Open(t.Context(), pg.Options{URL: at}); err == nil || !strings.Contains(err.Error(), "schema name") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestSettingsRefused: what cannot be set must be right.
func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK commits that wait for a standby to apply them go on so", func(t *testing.T) {
		set := `ALTER ROLE gongbao_owner IN DATABASE ` + db.Name + ` SET synchronous_commit = remote_apply`
		if _, err := db.Superuser.Pool.Exec(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		conn, err := pg.Connect(t.Context(), db.OwnerAt)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(t.Context()) }()
		mustShow(t, conn, map[string]string{"synchronous_commit": "remote_apply"})
	})
	t.Run("OK a ledger that nobody keeps does not wait for the disk", func(t *testing.T) {
		scratch, err := pg.Open(t.Context(), pg.Options{URL: db.OwnerAt, Scratch: true, MaxConnections: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer scratch.Close()
		mustShow(t, scratch.Pool, map[string]string{"synchronous_commit": "off", "client_encoding": "UTF8"})
	})
	t.Run("Err foreign keys that hold nothing", func(t *testing.T) {
		set := `ALTER ROLE gongbao_app IN DATABASE ` + db.Name + ` SET session_replication_role = replica`
		if _, err := db.Superuser.Pool.Exec(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		_, err := pg.Open(t.Context(), pg.Options{URL: db.ApplicationAt})
		if !errors.Is(err, pg.ErrSettingRefused) || !strings.Contains(err.Error(), "session_replication_role") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err a database of another encoding", func(t *testing.T) {
		for _, encoding := range []string{"SQL_ASCII", "LATIN1"} {
			name := db.Name + "_" + strings.ToLower(encoding)
			make := "CREATE DATABASE " + name + " TEMPLATE template0 LOCALE 'C' ENCODING '" + encoding + "'"
			if _, err := db.Superuser.Pool.Exec(t.Context(), make); err != nil {
				t.Fatal(err)
			}
			_, err := pg.Open(t.Context(), pg.Options{URL: strings.Replace(db.OwnerAt, "/"+db.Name, "/"+name, 1)})
			if !errors.Is(err, pg.ErrEncoding) || !strings.Contains(err.Error(), encoding) {
				t.Errorf("%s: %v", encoding, err)
			}
			if _, err := db.Superuser.Pool.Exec(t.Context(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
				t.Error(err)
			}
		}
	})
}

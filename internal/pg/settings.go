package pg

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gongbao/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// idleMax is how long the locks of a transaction are kept whose service stands still, or is gone without a word.
const idleMax = "2min"

// setting is one that every connection has, whatever the role, the database or the address say of it.
type setting struct {
	name, value string // the value as the server shows it
	since       int    // the first version of Postgres that knows it
	started     bool   // sent with the start as well: a pooler keeps these for each of its clients
}

// settings are those on which the truth of what is read and written depends. What only makes the server quicker or
// slower is left to whoever runs it, but for the last two.
var settings = []setting{
	// Texts: a backslash is a character like any other, and every text is UTF-8.
	{name: "client_encoding", value: "UTF8", started: true},
	{name: "standard_conforming_strings", value: "on", started: true},
	{name: "backslash_quote", value: "off"},
	{name: "array_nulls", value: "on"},
	{name: "transform_null_equals", value: "off"},
	{name: "quote_all_identifiers", value: "off"},
	// Values as text: digests are computed over it, days are written as 00:00 UTC, positions are read from bytea.
	{name: "bytea_output", value: "hex"},
	{name: "DateStyle", value: "ISO, YMD", started: true},
	{name: "IntervalStyle", value: "postgres", started: true},
	{name: "TimeZone", value: "UTC", started: true},
	{name: "timezone_abbreviations", value: "Default"},
	{name: "extra_float_digits", value: "1"},
	{name: "lc_numeric", value: "C"},
	{name: "lc_monetary", value: "C"},
	{name: "lc_time", value: "C"},
	// Transactions: the locks do what a higher isolation would, and a writer must see the contract that a migration has
	// just raised. A policy of row security that hides rows is an error, and no shorter answer.
	{name: "default_transaction_isolation", value: "read committed"},
	{name: "default_transaction_read_only", value: "off"},
	{name: "default_transaction_deferrable", value: "off"},
	{name: "row_security", value: "off"},
	{name: "exit_on_error", value: "off"},
	{name: "client_min_messages", value: "notice"},
	// Time: who asks says how long he waits, and an end from the server would fall into the middle of an import.
	{name: "statement_timeout", value: "0"},
	{name: "lock_timeout", value: "0"},
	{name: "idle_session_timeout", value: "0", since: 14},
	{name: "transaction_timeout", value: "0", since: 17},
	{name: "idle_in_transaction_session_timeout", value: idleMax},
	// Compiling a statement takes longer than any of ours runs. Rows we ask for one by one are in memory, or on a disk
	// that does not seek: an index is followed in its order rather than read whole and sorted.
	{name: "jit", value: "off"},
	{name: "random_page_cost", value: "1.1"},
}

// required are settings that only the server's administrator may change. They must be right already.
var required = []setting{
	{name: "server_encoding", value: "UTF8"},
	{name: "session_replication_role", value: "origin"}, // else foreign keys hold nothing
}

// isolationOfDrill lets a drill have what no role or database gets: transactions that others make fail. Postgres lets
// only a superuser set it.
const isolationOfDrill = `coalesce(nullif(current_setting('gongbao.drill_isolation', true), ''), 'read committed')`

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Connect opens one connection with the settings that every connection of this program has; see Configure.
func Connect(ctx context.Context, address string) (*pgx.Conn, error) {
	config, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	if err := Configure(config); err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

// OpenPool is a bare pool over an address, with the settings that every connection of this program has. Its
// connections look in these schemas, in this order; in the address's when none is given.
func OpenPool(ctx context.Context, address string, connections int32, schemas ...string) (*pgxpool.Pool, error) {
	if _, err := parseAddress(address); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errAddress
	}
	if err := Configure(config.ConnConfig, schemas...); err != nil {
		return nil, err
	}
	config.MaxConns = connections
	return pgxpool.NewWithConfig(ctx, config)
}

// Configure makes every connection of a config set its manners, see that the server took them, and refuse it otherwise:
// pg.setting_refused, pg.encoding. Neither a role's settings nor a database's nor the address's count.
//
// Names are looked up in the given schemas, or in the one that the address names as its search_path, or in public:
// never in a schema that somebody else has put before it, and in no session's temporary one.
func Configure(config *pgx.ConnConfig, schemas ...string) error {
	return configure(config, false, schemas)
}

// configure is Configure; the commits of a scratch ledger do not wait for the disk.
func configure(config *pgx.ConnConfig, scratch bool, schemas []string) error {
	named := ""
	for name, value := range config.RuntimeParams {
		if strings.EqualFold(name, "search_path") {
			named = value
		}
		if ours(name) {
			delete(config.RuntimeParams, name)
		}
	}
	if len(schemas) == 0 {
		schemas = []string{"public"}
		if named != "" {
			schemas = []string{named}
		}
	}
	for _, schema := range schemas {
		if !plainName.MatchString(schema) {
			return fmt.Errorf("%q is not a schema name", schema)
		}
	}
	for _, each := range settings {
		if each.started {
			config.RuntimeParams[each.name] = each.value
		}
	}
	path := setting{name: "search_path", value: strings.Join(schemas, ", ") + ", pg_temp"}
	config.AfterConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		return greet(ctx, conn, path, scratch)
	}
	return nil
}

// ours says that we set this, and not the address.
func ours(name string) bool {
	for _, each := range settings {
		if strings.EqualFold(name, each.name) {
			return true
		}
	}
	return strings.EqualFold(name, "search_path") || strings.EqualFold(name, "synchronous_commit")
}

// greetingsMax bounds how often a connection is greeted that a role's statement_timeout ends before it is set aside.
const greetingsMax = 50

// greet sets everything and reads it back in one message, and refuses a server on which something did not take.
func greet(ctx context.Context, conn *pgconn.PgConn, path setting, scratch bool) error {
	wanted := append([]setting{path}, settingsOf(conn)...)
	text := greeting(wanted, scratch)
	var results []*pgconn.Result
	var err error
	for range greetingsMax {
		if results, err = conn.Exec(ctx, text).ReadAll(); CodeOf(err) != "57014" {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("prepare a connection: %w", err)
	}
	shown := results[len(results)-1].Rows[0]
	for i, each := range append(required, wanted...) {
		got := string(shown[i])
		switch {
		case got == each.value:
		case each.name == "server_encoding":
			return ErrEncoding.Case(fault.Args{"encoding": got})
		case each.name == "default_transaction_isolation" && got == string(shown[len(shown)-1]): // a drill's
		default:
			return ErrSettingRefused.Case(fault.Args{
				"setting": each.name, "found": strconv.Quote(got), "wanted": strconv.Quote(each.value),
			})
		}
	}
	return nil
}

// settingsOf are those that the server's version knows.
func settingsOf(conn *pgconn.PgConn) []setting {
	major, _, _ := strings.Cut(conn.ParameterStatus("server_version"), ".")
	version, err := strconv.Atoi(strings.TrimRight(major, "abcdefghijklmnopqrstuvwxyz0123456789 ()"))
	if err != nil {
		version, _ = strconv.Atoi(major)
	}
	var known []setting
	for _, each := range settings {
		if each.since <= version {
			known = append(known, each)
		}
	}
	return known
}

// greeting is the message. The first two must come first: what follows takes time, and uses names and operators.
//
// A commit waits for the disk at least; a server whose commits wait for a standby to have applied them keeps that.
func greeting(wanted []setting, scratch bool) string {
	commit := "CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END"
	if scratch {
		commit = "'off'"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "SET statement_timeout = 0; SELECT pg_catalog.set_config('search_path', '%s', false); "+
		"SELECT set_config('synchronous_commit', %s, false)",
		wanted[0].value, commit)
	for _, each := range wanted[1:] {
		value := "'" + each.value + "'"
		if each.name == "default_transaction_isolation" {
			value = isolationOfDrill
		}
		fmt.Fprintf(&text, ", set_config('%s', %s, false)", each.name, value)
	}
	text.WriteString("; SELECT ")
	for _, each := range append(required, wanted...) {
		fmt.Fprintf(&text, "current_setting('%s'), ", each.name)
	}
	text.WriteString(isolationOfDrill)
	return text.String()
}

package pg

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// makeSchema makes the schema that the address names, when it is not there.
func makeSchema(ctx context.Context, db *DB) error {
	if db.Schema == "" {
		return nil
	}
	if _, err := db.Pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{db.Schema}.Sanitize()); err != nil {
		return fmt.Errorf("make the schema %s: %w", db.Schema, err)
	}
	return nil
}

// Grants are the rights of the application's login, table by table.
type Grants struct {
	AppendOnly []string // SELECT and INSERT: what was written stays
	Mutable    []string // also UPDATE
	Queues     []string // also DELETE
	Views      []string // SELECT
}

// Grant gives the application's login its rights and no others, under the lock of migrations: Postgres refuses two
// services that start at once and change the rights of one table. db must be the owner's login.
func Grant(ctx context.Context, db *DB, login string, grants Grants) error {
	role := pgx.Identifier{login}.Sanitize()
	var own []string // the tables by which a program sees whether the schema fits it
	for _, table := range []string{"bun_migrations", "schema_contract"} {
		there, err := HasTable(ctx, db, table)
		if err != nil {
			return err
		}
		if there {
			own = append(own, table)
		}
	}
	var script strings.Builder // one message, so one transaction, and the lock is held to its end
	// On Citus rights on a second distributed table are refused after those on a first were given by several connections.
	script.WriteString("SET LOCAL citus.multi_shard_modify_mode = 'sequential';\n")
	fmt.Fprintf(&script, "SELECT pg_advisory_xact_lock(%d, hashtext(current_schema()));\n", migrationLock)
	allow := func(rights string, tables []string) {
		for _, table := range tables {
			name := pgx.Identifier{table}.Sanitize()
			fmt.Fprintf(&script, "REVOKE ALL ON %s FROM %s; GRANT %s ON %s TO %s;\n", name, role, rights, name, role)
		}
	}
	allow("SELECT", slices.Concat(own, grants.Views))
	allow("SELECT, INSERT", grants.AppendOnly)
	allow("SELECT, INSERT, UPDATE", grants.Mutable)
	allow("SELECT, INSERT, UPDATE, DELETE", grants.Queues)
	var schema string
	if err := schemaInUse.With(None{}).Row(ctx, db, &schema); err != nil {
		return fmt.Errorf("ask for the schema: %w", err)
	}
	fmt.Fprintf(&script, "GRANT USAGE ON SCHEMA %s TO %s", pgx.Identifier{schema}.Sanitize(), role)
	if _, err := db.Pool.Exec(ctx, script.String()); err != nil {
		return fmt.Errorf("grant %s its rights: %w", login, err)
	}
	return nil
}

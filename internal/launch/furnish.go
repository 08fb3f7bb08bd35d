package launch

import (
	"context"
	"fmt"

	"gongbao/internal/embedded"
	"gongbao/internal/pg"
)

// furnish makes the two logins and the database in an embedded server, once.
func furnish(ctx context.Context, server *embedded.Postgres) error {
	conn, err := pg.Connect(ctx, server.URL("postgres", ""))
	if err != nil {
		return fmt.Errorf("reach the embedded Postgres: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, login := range []string{embeddedOwner, embeddedApplication} {
		create := `DO $$ BEGIN CREATE ROLE ` + login + ` LOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`
		if _, err := conn.Exec(ctx, create); err != nil {
			return fmt.Errorf("make the login %s: %w", login, err)
		}
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+embeddedDatabase+" OWNER "+embeddedOwner)
	if pg.CodeOf(err) == "42P04" || pg.CodeOf(err) == "23505" { // it is there, or is being made at this moment
		return nil
	}
	return err
}

package insurance

import (
	"context"
	"database/sql"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// Held is a Locked policy, until claims has moved.
type Held = Locked

// HoldPolicy is LockPolicy, until claims has moved.
func HoldPolicy(ctx context.Context, tx *pg.Tx, clock clock.Clock, by access.Principal, number string) (*Held, error) {
	return LockPolicy(ctx, tx, clock, by, number)
}

// HoldPolicyOf is LockPolicyWith of a policy whose number an expression gives, until claims has moved.
func HoldPolicyOf(
	ctx context.Context, tx *pg.Tx, pool, number, arg string, also func(*pg.Reads),
) (*Held, error) {
	var policy sql.NullString
	if err := pg.Row(ctx, tx, "SELECT "+number, []any{pool, arg}, &policy); err != nil {
		return nil, err
	}
	if !policy.Valid {
		return nil, ErrPolicyNotFound.With("%s", arg)
	}
	return LockPolicyWith(ctx, tx, policy.String, also)
}

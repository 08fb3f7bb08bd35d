package pg

import (
	"context"
	"database/sql/driver"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// bind holds a connection's next transaction to the contract.
func bind(conn bun.Conn) error {
	return conn.Raw(func(driver any) error {
		driver.(*session).bound = true //nolint:forcetypeassert // our connector gives no other
		return nil
	})
}

// connector gives database/sql the pool's connections, whose transactions begin as ours do.
type connector struct{ driver.Connector }

// Connect takes a connection from the pool.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &session{Conn: conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // the pool's connector gives no other
}

// session is a connection of the pool in the hands of database/sql.
type session struct {
	*stdlib.Conn

	bound bool // its next transaction asks whether this program may write
}

// BeginTx begins a transaction; one that is bound asks in the same message.
func (s *session) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if !s.bound {
		return s.Conn.BeginTx(ctx, options)
	}
	s.bound = false
	conn := s.Conn.Conn()
	if conn.IsClosed() {
		return nil, driver.ErrBadConn
	}
	for _, query := range []string{beginSQL, mayWrite.text} {
		if err := prepare(ctx, conn, query); err != nil {
			return nil, err
		}
	}
	batch := &pgx.Batch{}
	batch.BeginTx(pgx.TxOptions{BeginQuery: beginSQL})
	batch.Queue(mayWrite.text, mayWrite.args...)
	results := conn.SendBatch(ctx, batch)
	if err := results.Close(); err != nil {
		_ = results.Tx().Rollback(ctx)
		return nil, broken(err)
	}
	return boundTx{ctx, results.Tx()}, nil
}

// boundTx is a transaction that was begun in a batch.
type boundTx struct {
	ctx context.Context //nolint:containedctx // database/sql gives Commit and Rollback none
	tx  pgx.Tx
}

// Commit ends it; pgx.ErrTxCommitRollback when the server has undone it.
func (t boundTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback undoes it. A connection on which that fails is closed.
func (t boundTx) Rollback() error { return t.tx.Rollback(t.ctx) }

package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// outages are the SQLSTATEs that are nobody's mistake, and what they come to for who asked. Class 08 is here as well. A
// sum that leaves bigint is the one among them that asking again does not help.
var outages = map[string]*fault.Fault{
	"40001": ErrContended,         // serialization_failure
	"40P01": ErrContended,         // deadlock_detected
	"22003": money.ErrSumTooLarge, // numeric_value_out_of_range: no column but those of sums grows without an end
	"25006": ErrUnavailable,       // read_only_sql_transaction: a standby, after a change of servers
	"25P03": ErrUnavailable,       // idle_in_transaction_session_timeout
	"53100": ErrFull,              // disk_full
	"53200": ErrUnavailable,       // out_of_memory
	"53300": ErrUnavailable,       // too_many_connections
	"55P03": ErrUnavailable,       // lock_not_available
	"57014": ErrUnavailable,       // query_canceled, by an administrator
	"57P01": ErrUnavailable,       // admin_shutdown
	"57P02": ErrUnavailable,       // crash_shutdown
	"57P03": ErrUnavailable,       // cannot_connect_now
	"57P05": ErrUnavailable,       // idle_session_timeout
	"58030": ErrUnavailable,       // io_error
}

// Refusal turns an error that is an outage of the database, or a sum that it cannot hold, into the refusal that says
// so; any other error it gives back as it is. What InTx gives has passed it already; what a read gives has not.
func Refusal(err error) error {
	if rule := outage(err); rule != nil {
		return rule.From(err)
	}
	return err
}

// outage is the rule an error falls under; nil when it is a refusal already, the caller's own end, or a mistake.
func outage(err error) *fault.Fault {
	if err == nil || ended(err) {
		return nil
	}
	if _, known := errors.AsType[*fault.Fault](err); known {
		return nil
	}
	if errors.Is(err, ErrAgain) {
		return ErrContended
	}
	_, unreached := errors.AsType[*pgconn.ConnectError](err)
	if failure, answered := errors.AsType[*pgconn.PgError](err); answered {
		rule := outages[failure.Code]
		if rule == nil && (unreached || strings.HasPrefix(failure.Code, "08")) {
			return ErrUnavailable // whatever keeps us out: with a full disk a session may not begin, without a code
		}
		return rule
	}
	_, cut := errors.AsType[*cutOff](err)
	gone := errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
	if unreached || cut || gone || pgconn.SafeToRetry(err) {
		return ErrUnavailable
	}
	return nil
}

// ended says that the caller went away, or that his time is over.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// uncertain says that a commit that failed may have happened all the same: what came back is no word of the
// transaction's own. Postgres answers a commit with an ERROR only when it has undone it; FATAL and PANIC are the end of
// the session, which may come after the commit. A coordinator of Citus says ERROR of a worker that was lost, which may
// have committed (XX000, or class 08). What the driver says of its own is not asked: of a connection that broke after
// the commit was sent it says "conn closed", as if nothing had been.
func uncertain(err error) bool {
	if failure, answered := errors.AsType[*pgconn.PgError](err); answered {
		return failure.SeverityUnlocalized != "ERROR" || failure.Code == "XX000" || strings.HasPrefix(failure.Code, "08")
	}
	return !errors.Is(err, pgx.ErrTxCommitRollback) && !errors.Is(err, sql.ErrTxDone)
}

// fullTime is how long one command that found no room speaks for those that nobody has tried since.
const fullTime = 30 * time.Second

// Full says that the last command that wanted to write found no room, a short while ago.
func (db *DB) Full() bool {
	since := db.full.Load()
	return since != nil && clock.Since(*since) < fullTime
}

// hear notes how a transaction ended.
func (db *DB) hear(err error) {
	switch {
	case err == nil:
		db.full.Store(nil)
		if db.moved.Load() {
			db.moved.Store(false)
		}
	case errors.Is(err, ErrSchemaMovedOn), errors.Is(err, ErrSchemaOlder):
		db.moved.Store(true)
	case errors.Is(err, ErrFull):
		now := clock.Stopwatch()
		db.full.Store(&now)
	}
}

// cutOff is a connection that broke.
type cutOff struct{ cause error }

// Error is the cause's.
func (c *cutOff) Error() string { return "the connection to the database broke: " + c.cause.Error() }

// Unwrap gives the cause.
func (c *cutOff) Unwrap() error { return c.cause }

// wire is a connection to the database; its errors can be told from those of other connections.
type wire struct{ net.Conn }

// Read takes what the server says.
func (w *wire) Read(into []byte) (int, error) {
	count, err := w.Conn.Read(into)
	if err != nil {
		err = &cutOff{err}
	}
	return count, err
}

// Write says something to the server.
func (w *wire) Write(from []byte) (int, error) {
	count, err := w.Conn.Write(from)
	if err != nil {
		err = &cutOff{err}
	}
	return count, err
}

// A server that is gone without a word is missed after so long, also by who waits for an answer.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}

// watched makes the connections of a dialler wires.
func watched(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if tcp, is := conn.(*net.TCPConn); is {
			_ = tcp.SetKeepAliveConfig(keepAlive) // without it a silent end is noticed later
		}
		return &wire{conn}, nil
	}
}

// MovedOn says that the last command met a schema that this program may not write.
func (db *DB) MovedOn() bool { return db.moved.Load() }

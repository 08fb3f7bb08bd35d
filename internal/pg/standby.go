package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// With a synchronous standby a commit is answered when the standby has it. While it waits nobody sees what it wrote;
// when the wait is called off (by our deadline, by an administrator, by a time limit of the server) the transaction
// stays committed and is seen by all, although no standby has it: if the server is lost now, it never was. So nothing
// may be promised because rows are there: who promises commits behind them, and waits in turn.

// witnessSQL writes a line into the server's log of changes and nowhere else. A transaction that wrote nothing besides
// has something to commit by it, so its commit waits for the standby as that of any other. Every login may call it.
const witnessSQL = `SELECT pg_logical_emit_message(true, 'gongbao', '')`

// witness gives a transaction that queued no row something to commit: what it answers rests on rows that it found.
func witness(ctx context.Context, tx *Tx) error {
	if tx.wrote {
		return nil
	}
	if _, err := Exec(ctx, tx, witnessSQL); err != nil {
		return fmt.Errorf("commit behind what was read: %w", err)
	}
	return nil
}

// The function of the server that waits for a standby; a warning of its own says that somebody called the wait off.
const waitRoutine = "SyncRepWaitForLSN"

// calledOff is the mark of a connection whose last wait for a standby was called off. The server answers such a commit
// with a warning and as done.
const calledOff = "gongbao.called_off"

// hearNotice marks the connection on which a wait was called off. The routine's name is the same in every language.
func hearNotice(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.Routine == waitRoutine {
		conn.CustomData()[calledOff] = true
	}
}

// CalledOff says whether the last commit on a connection was answered although its wait for the standby was called off,
// and forgets it. Who commits without InTx asks it afterwards, and takes yes for ErrInDoubt.
func CalledOff(conn *pgx.Conn) bool {
	marks := conn.PgConn().CustomData()
	if marks[calledOff] == nil {
		return false
	}
	delete(marks, calledOff)
	return true
}

// commit commits, and asks whether the standby has it.
func commit(tx *Tx) error {
	if err := tx.Commit(); err != nil {
		return err
	}
	return tx.conn.Raw(func(driver any) error {
		if CalledOff(driver.(*session).Conn.Conn()) { //nolint:forcetypeassert // our connector gives no other
			return errCalledOff
		}
		return nil
	})
}

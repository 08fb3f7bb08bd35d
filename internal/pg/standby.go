package pg

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

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

package settlement

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// VoidFile takes a payment file back that nobody has released. Its orders may go into another, under other ids.
type VoidFile struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
	Reason string `json:"reason"`
}

// VoidFile refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.file_not_found,
// coinsurance.file_decided. A released file may be with a bank, so it cannot be taken back.
func (s *Service) VoidFile(ctx context.Context, cmd VoidFile) (*PaymentFile, error) {
	return change(ctx, s, cmd, loadVoid, decideVoid, nil)
}

func (cmd VoidFile) home() string { return cmd.Pool }

func (cmd VoidFile) admit() error { return mayKeepPayments(cmd.By) }

// loadVoid locks the file and all its orders, after the pool's head: also what was paid by somebody's word, or unwound,
// since the file was made. What stood in a file is never tried again under the same id.
func loadVoid(ctx context.Context, tx *pg.Tx, cmd VoidFile) (*payable, error) {
	known := new(payable)
	var reads pg.Reads
	var head string
	of := fileKey{cmd.Pool, cmd.Number}
	ledger.LockPeriodIn(&reads, cmd.Pool, &known.period)
	lockHead.With(ofPool{cmd.Pool}).In(&reads, &head)
	found := coinsurance.FindPoolIn(&reads, cmd.Pool)
	pg.FindIn(&reads, lockFile.With(of), &known.file)
	pg.ListIn(&reads, attemptsOfFile.With(of), &known.attempts)
	pg.ListIn(&reads, lockOrdersOfFile.With(of), &known.orders)
	err := reads.Run(ctx, tx)
	if err == nil {
		known.pool, err = found()
	}
	return known, err
}

var lockOrdersOfFile = pg.Select[PaymentOrder, fileKey](files, "LockOrdersOfFile")

var fileVoid = pg.ColumnsOf[PaymentFile]("state", "reason")

func decideVoid(known *payable, cmd VoidFile, now time.Time) (decided decision[*PaymentFile], err error) {
	if err := known.undecided(cmd.Pool, cmd.Number); err != nil {
		return decided, err
	}
	file, attempts := *known.file, known.moved(AttemptVoid)
	file.State, file.Reason = FileVoid, cmd.Reason
	decided.answer = &file
	decided.facts = facts(fileFact(EventFileVoid, 2, clock.Later(now, file.Made), &file, cmd.By))
	decided.write = func(tx *pg.Tx) {
		pg.Update(tx, &file, fileVoid)
		for i := range attempts {
			pg.Update(tx, &attempts[i], attemptState)
			if order := known.order(attempts[i].Order); order != nil && order.Attempt == attempts[i].Attempt {
				again := *order
				again.Attempt++
				pg.Update(tx, &again, orderOfAttempt)
			}
		}
	}
	return decided, nil
}

package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// The closed list of steps that a recovery has.
const (
	RecoveryRestored  = "restored"  // the database was brought back from a backup
	RecoveryExported  = "exported"  // the facts that the database does not know were taken from the topic into a file
	RecoveryContinued = "continued" // the feed went on in a topic of its own
)

// RecoveryStep is one thing that was done because the database and the topic had come apart, or may have.
type RecoveryStep struct {
	Number     int64     `bun:"number"     json:"number"`
	Step       string    `bun:"step"       json:"step"`
	Generation int64     `bun:"generation" json:"generation"`
	Topic      string    `bun:"topic"      json:"topic,omitempty"` // "" is the configured one
	Person     string    `bun:"person"     json:"person"`
	Reason     string    `bun:"reason"     json:"reason"`
	Recorded   time.Time `bun:"recorded"   json:"recorded"`
	Finding    any       `bun:"-"          json:"-"` // what was seen and done; kept as JSON
}

// RecordStep writes a step down, in the transaction that does it. Generation and topic stay as they are when Generation
// is 0. Two people who do something at the same time are told by feed_recovery_pool_number_key.
func RecordStep(ctx context.Context, tx *pg.Tx, step RecoveryStep) error {
	var err error
	if step.Generation == 0 {
		if step.Generation, step.Topic, err = outbox.Generation(ctx, tx); err != nil {
			return err
		}
	}
	finding, err := json.Marshal(step.Finding)
	if err != nil {
		return err
	}
	recordStep.With(stepArgs{
		Step: step.Step, Generation: step.Generation, Topic: step.Topic, Person: step.Person, Reason: step.Reason,
		Finding: string(finding), Recorded: step.Recorded, Contract: pg.Contract,
	}).Queue(tx)
	return nil
}

type stepArgs struct {
	Step       string
	Generation int64
	Topic      string
	Person     string
	Reason     string
	Finding    string
	Recorded   time.Time
	Contract   int16
}

var (
	recordStep = pg.SQL[stepArgs](statements, "RecordStep")
	history    = pg.Select[RecoveryStep, pg.None](statements, "History")
)

// History lists the steps of all recoveries, oldest first.
func History(ctx context.Context, handle bun.IDB) ([]RecoveryStep, error) {
	return pg.Listed[RecoveryStep](ctx, handle, history.With(pg.None{}))
}

package feed

import (
	"context"
	"encoding/json"
	"time"

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
	tx.Queue(`INSERT INTO feed_recovery (pool, number, step, generation, topic, person, reason, finding, recorded,
			contract)
		SELECT 'ZONE', coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM feed_recovery WHERE pool = 'ZONE'`,
		step.Step, step.Generation, step.Topic, step.Person, step.Reason, string(finding), step.Recorded,
		pg.Contract)
	return nil
}

package crash

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/calendar"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/cluster"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/ledger"
)

// The kinds of Kafka a run can be on.
const (
	Embedded = "embedded" // kfake inside the service: killed with it
	Real     = "real"     // Apache Kafka, started by the run, killed by itself or together with the service
	External = "external" // as KAFKA_BROKERS says: only the service is killed
)

// Limits of a run.
const (
	RoundsMax   = 10_000
	ServicesMax = 3
)

// Options say what is run and killed.
type Options struct {
	Rounds   int
	Seed     uint64
	Kafka    string          // Embedded, Real or External
	Cluster  cluster.Options // for Real
	Services int             // on one database; with more than one, Postgres is not killed with them
	Steps    []string        // of the relay, at which services end themselves; all steps and random moments when empty
	Faults   []string        // what happens, of Faults; services and Kafka are killed when empty
	Away     time.Duration   // how long a Kafka that was killed stays away; a moment when 0
	Foreign  bool            // others open, commit and roll back transactions in the topic of a real Kafka all the while
	Folder   string          // an empty one, for everything the run keeps
	Topic    string

	// Service gives the command that runs the service under load, with these arguments and variables added.
	Service func(arguments []string, environment []string) *exec.Cmd
	// Open opens the database that services work on, in this process.
	Open func(ctx context.Context, settings Settings) (*House, error)
	// Progress is told of every round that is over.
	Progress func(done, of int)
	Log      zerolog.Logger
}

// Settings are what the service and the proof have in common.
type Settings struct {
	Folder string
	Topic  string
	Kafka  kafka.Config   // without brokers it is embedded
	Hold   bool           // keep the embedded Kafka here, where it is not killed
	Settle calendar.Month // the first that services settle; none in a drill without settlement
}

// House is the database with what the proof needs of the program.
type House struct {
	DB     *pg.DB
	Checks []ledger.Check
	// Publish lets a relay of this process work until nothing waits, and says how the topic is reached.
	Publish func(ctx context.Context) (kafka.Config, error)
	// The database's addresses for the application's login and for the owner's.
	Address, OwnerAddress string
	// AdvanceDeadlines lets the scheduler do what deadlines of claims ask for by now.
	AdvanceDeadlines func(ctx context.Context) error
	// Settle settles to its end what services have left in the midst of a month, and says what is answered.
	Settle func(ctx context.Context, out io.Writer) error
	Close  func()
}

// check says what is wrong with the options, nil when nothing is.
func (o *Options) check() error {
	switch {
	case o.Rounds < 1 || o.Rounds > RoundsMax:
		return fmt.Errorf("%d rounds: from 1 to %d", o.Rounds, RoundsMax)
	case o.Services < 1 || o.Services > ServicesMax:
		return fmt.Errorf("%d services: from 1 to %d", o.Services, ServicesMax)
	case !slices.Contains([]string{Embedded, Real, External}, o.Kafka):
		return fmt.Errorf("no Kafka is %q: %s or %s", o.Kafka, Embedded, Real)
	case o.Kafka == Real && o.Cluster.Brokers != 1 && o.Cluster.Brokers != 3:
		return fmt.Errorf("%d brokers: 1 or 3", o.Cluster.Brokers)
	}
	if err := o.checkFaults(); err != nil {
		return err
	}
	for _, step := range o.Steps {
		if !slices.Contains(relay.Steps, step) {
			return fmt.Errorf("the relay has no step %q: %s", step, strings.Join(relay.Steps, ", "))
		}
	}
	return nil
}

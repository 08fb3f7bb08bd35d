package kafka

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// lookBack is how far before a partition's end the search for a record begins; each further step is eightfold.
const lookBack = 64

// silenceMax is how long a reader waits for the next records of a window. They are there, so a broker that gives none
// does not answer.
const silenceMax = 15 * time.Second

// Read calls each for every committed record between the given first offsets (0 where none is given) and the present
// end, and returns when all were read. It does not stop, as a reader of committed records does, where somebody else's
// transaction is open: what was committed behind that is given as well. So records of a partition come transaction by
// transaction, in the order in which those ended. A topic that does not exist has no records.
func Read(
	ctx context.Context, config Config, topic string, from map[int32]int64, each func(*kgo.Record) error,
) error {
	windows, err := wholeTopic(ctx, config, topic)
	if err != nil {
		return err
	}
	for partition, window := range windows {
		windows[partition] = Window{From: max(window.From, from[partition]), To: window.To}
	}
	return ReadWindows(ctx, config, topic, windows, each)
}

// wholeTopic is all that there is of every partition at present; nothing when there is no such topic.
func wholeTopic(ctx context.Context, config Config, topic string) (map[int32]Window, error) {
	client, err := config.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bounds, err := Offsets(ctx, client, Topic{Name: topic})
	if err != nil {
		return nil, err
	}
	windows := map[int32]Window{}
	for partition, b := range bounds {
		windows[partition] = Window{From: b.First, To: b.End}
	}
	return windows, nil
}

// Last gives the last committed record of every partition that has one; see Read for what that is beside an open
// transaction. A broker that does not know all partitions of the topic gives ErrUnavailable: whoever asks goes on from
// the answer, and must not take "not heard of yet" for "empty". With 0 partitions a topic that does not exist has no
// records.
func Last(ctx context.Context, config Config, topic Topic) (map[int32]*kgo.Record, error) {
	client, err := config.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bounds, err := Offsets(ctx, client, topic)
	if err != nil {
		return nil, err
	}
	found := map[int32]*kgo.Record{}
	search := Search{
		Topic: topic.Name, Bounds: bounds,
		Each: func(record *kgo.Record) error {
			if last := found[record.Partition]; last == nil || last.Offset < record.Offset {
				found[record.Partition] = record
			}
			return nil
		},
		Enough: func(_ context.Context, partition int32, _ Window) (bool, error) { return found[partition] != nil, nil },
	}
	return found, search.Run(ctx, config)
}

// Search reads the ends of partitions in windows that grow backwards until each holds what is looked for. A partition
// ends with the marks of transactions and with what was rolled back, and anybody else's may stand there.
type Search struct {
	Topic  string
	Bounds map[int32]Bounds
	From   map[int32]int64 // where the first window of a partition begins, when it is known
	// Each is called for every committed record of a window, as Read does. A larger window gives them again.
	Each func(*kgo.Record) error
	// Enough is asked after each window of a partition. When it says no, the next window is read, unless that was all.
	Enough func(ctx context.Context, partition int32, read Window) (bool, error)
}

// Run reads until every partition has enough or was read to its beginning.
func (s Search) Run(ctx context.Context, config Config) error {
	windows := map[int32]Window{}
	for partition, bounds := range s.Bounds {
		windows[partition] = bounds.back(lookBack)
		if from, known := s.From[partition]; known && from >= bounds.First && from < bounds.End {
			windows[partition] = Window{From: from, To: bounds.End}
		}
	}
	for step := int64(lookBack); len(windows) > 0; {
		if err := ReadWindows(ctx, config, s.Topic, windows, s.Each); err != nil {
			return err
		}
		for partition, window := range maps.Clone(windows) {
			enough, err := s.Enough(ctx, partition, window)
			if err != nil {
				return err
			}
			if enough || window.From == s.Bounds[partition].First {
				delete(windows, partition)
			}
		}
		step *= 8
		for partition := range windows {
			windows[partition] = s.Bounds[partition].back(step)
		}
	}
	return nil
}

// ReadWindows calls each for every committed record of the windows, as Read does. What of a window belongs to a
// transaction that had not ended by the window's end is left out. A broker that is silent for 15 s is ErrUnavailable.
//
// Everything is asked for, with the marks of transactions, so that a window ends where its last offset comes, and no
// open transaction hides what lies behind it.
func ReadWindows(
	ctx context.Context, config Config, topic string, windows map[int32]Window, each func(*kgo.Record) error,
) error {
	undecided := undecided{}
	return read(ctx, config, topic, windows, kgo.ReadUncommitted(), func(record *kgo.Record) error {
		return undecided.take(record, each)
	})
}

// ReadStable is ReadWindows for windows that lie before the stable offset and end with a committed record. It need not
// read on to the mark of every transaction, because the broker knows what came of them.
func ReadStable(
	ctx context.Context, config Config, topic string, windows map[int32]Window, each func(*kgo.Record) error,
) error {
	return read(ctx, config, topic, windows, kgo.ReadCommitted(), func(record *kgo.Record) error {
		if record.Attrs.IsControl() {
			return nil
		}
		return each(record)
	})
}

// read gives every record and mark of the windows that the level of isolation shows.
func read(
	ctx context.Context, config Config, topic string, windows map[int32]Window, level kgo.IsolationLevel,
	each func(*kgo.Record) error,
) error {
	starts, open := map[int32]kgo.Offset{}, map[int32]Window{}
	for partition, window := range windows {
		if window.From < window.To {
			starts[partition], open[partition] = kgo.NewOffset().At(window.From), window
		}
	}
	if len(open) == 0 {
		return nil
	}
	client, err := config.NewClient(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), // records that are gone are a failure, not a reason to skip
		kgo.FetchIsolationLevel(level), kgo.KeepControlRecords(),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	for len(open) > 0 {
		fetches, err := poll(ctx, client, topic)
		if err != nil {
			return err
		}
		for records := fetches.RecordIter(); !records.Done(); {
			record := records.Next()
			window, wanted := open[record.Partition]
			if !wanted {
				continue
			}
			if record.Offset < window.To {
				if err := each(record); err != nil {
					return err
				}
			}
			if record.Offset >= window.To-1 {
				delete(open, record.Partition)
			}
		}
	}
	return nil
}

// poll waits for records, not for ever.
func poll(ctx context.Context, client *kgo.Client, topic string) (kgo.Fetches, error) {
	waiting, cancel := context.WithTimeout(ctx, silenceMax)
	defer cancel()
	fetches := client.PollFetches(waiting)
	err := fetches.Err()
	switch {
	case err == nil:
		return fetches, nil
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return nil, err
	case waiting.Err() != nil:
		return nil, ErrUnavailable.With("no record of %s came in %s, and some are there", topic, silenceMax)
	default:
		return nil, ErrUnavailable.From(err)
	}
}

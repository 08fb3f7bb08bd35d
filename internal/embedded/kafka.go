package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// KafkaOptions say where the embedded broker keeps its log.
type KafkaOptions struct {
	Dir  string // folder of this broker; "" keeps everything in memory
	Port int    // on loopback, tried first; any that is free when it is taken, or 0
	Log  zerolog.Logger
}

// Kafka is an embedded broker in this process, franz-go's kfake, or that of the process we joined. It is no broker for
// production: what was sent twice may be kept twice after kill -9, but nothing acknowledged is lost.
type Kafka struct {
	brokers []string
	cluster *kfake.Cluster // nil when another process owns the broker
	lock    *os.File       // nil in memory, and when another process owns the broker
	note    string         // the file that tells others the address, "" in memory
	once    sync.Once
}

// StartKafka starts the broker on 127.0.0.1, or joins it when another process owns its folder; the context bounds the
// start only. Topics are never made by themselves, because such would be lost in a crash: make them with an admin
// client.
func StartKafka(ctx context.Context, options KafkaOptions) (*Kafka, error) {
	if options.Dir == "" {
		return ownKafka(ctx, options, nil)
	}
	folder, err := realFolder(options.Dir)
	if err != nil {
		return nil, err
	}
	options.Dir = folder
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		lock, err := acquire(filepath.Join(folder, "owner.lock"))
		if err == nil {
			return ownKafka(ctx, options, lock)
		}
		if !errors.Is(err, ErrOwned) {
			return nil, err
		}
		if joined := joinKafka(ctx, options); joined != nil {
			return joined, nil
		}
		if err := wait(ctx, pause); err != nil {
			return nil, fmt.Errorf("another process owns %s and its broker does not answer: %w", folder, err)
		}
	}
}

func brokersNote(folder string) string { return filepath.Join(folder, "address") }

// joinKafka gives the broker that another process owns, nil as long as it does not answer.
func joinKafka(ctx context.Context, options KafkaOptions) *Kafka {
	text, err := os.ReadFile(brokersNote(options.Dir))
	if err != nil {
		return nil
	}
	brokers := strings.Fields(string(text))
	if len(brokers) == 0 {
		return nil
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DialTimeout(time.Second), kgo.RequestRetries(0))
	if err != nil {
		return nil
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if client.Ping(ctx) != nil {
		return nil
	}
	options.Log.Info().Strs("brokers", brokers).
		Msg("joined the embedded Kafka of another process; it ends with that process")
	return &Kafka{brokers: brokers}
}

// ownKafka starts the broker for a folder whose lock we hold; the lock is given back when that fails.
func ownKafka(ctx context.Context, options KafkaOptions, lock *os.File) (_ *Kafka, err error) {
	k := &Kafka{lock: lock}
	defer func() {
		if err != nil {
			k.Stop()
		}
	}()
	settings := []kfake.Opt{
		kfake.NumBrokers(1), kfake.Ports(options.Port), kfake.WithLogger(kafkaLog{options.Log}),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			listener, err := net.Listen(network, net.JoinHostPort("127.0.0.1", port)) //nolint:noctx // none is given
			if err != nil && options.Port != 0 {
				options.Log.Warn().Err(err).Msg("the embedded Kafka takes another port")
				return net.Listen(network, "127.0.0.1:0") //nolint:noctx // none is given
			}
			return listener, err
		}),
	}
	if options.Dir != "" {
		k.note = brokersNote(options.Dir)
		if err := os.Remove(k.note); err != nil && !errors.Is(err, os.ErrNotExist) { // of an owner that was killed
			return nil, fmt.Errorf("take an old broker's address away: %w", err)
		}
		settings = append(settings, kfake.DataDir(filepath.Join(options.Dir, "log")))
	}
	if k.cluster, err = kfake.NewCluster(settings...); err != nil {
		return nil, fmt.Errorf("start the embedded Kafka: %w", err)
	}
	k.brokers = k.cluster.ListenAddrs()
	if options.Dir != "" {
		mended, err := mend(ctx, k.brokers)
		if err != nil {
			return nil, fmt.Errorf("mend the log of the embedded Kafka: %w", err)
		}
		if mended > 0 {
			options.Log.Info().Int("transactions", mended).Msg("aborted what a killed Kafka had left unfinished")
		}
	}
	if k.note != "" {
		if err := noteBrokers(k.note, k.brokers); err != nil {
			return nil, fmt.Errorf("note the broker's address: %w", err)
		}
	}
	options.Log.Info().Strs("brokers", k.brokers).Str("folder", options.Dir).
		Msg("started an embedded Kafka (kfake); it is not for production")
	return k, nil
}

// noteBrokers writes the note in one stroke, so nobody reads half of it.
func noteBrokers(note string, brokers []string) error {
	half := note + ".new"
	if err := os.WriteFile(half, []byte(strings.Join(brokers, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(half, note)
}

// Brokers are its addresses.
func (k *Kafka) Brokers() []string { return k.brokers }

// Joined says that another process owns the broker.
func (k *Kafka) Joined() bool { return k.cluster == nil }

// Stop writes everything down and ends a broker that we own; one that we joined is left alone. A second call does
// nothing.
func (k *Kafka) Stop() {
	k.once.Do(func() {
		if k.cluster != nil {
			if k.note != "" {
				_ = os.Remove(k.note)
			}
			k.cluster.Close()
		}
		if k.lock != nil {
			release(k.lock)
		}
	})
}

// kafkaLog passes on what the broker warns of; its tale of every request is left out.
type kafkaLog struct{ log zerolog.Logger }

// Logf is what kfake calls.
func (l kafkaLog) Logf(level kfake.LogLevel, format string, arguments ...any) {
	switch level {
	case kfake.LogLevelError:
		l.log.Error().Str("part", "kfake").Msgf(format, arguments...)
	case kfake.LogLevelWarn:
		l.log.Warn().Str("part", "kfake").Msgf(format, arguments...)
	default:
	}
}

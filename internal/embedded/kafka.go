package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
)

// KafkaOptions say where the embedded broker keeps its log.
type KafkaOptions struct {
	Dir  string // "" keeps it in memory
	Port int    // on loopback, tried first; any other when it is taken, or 0
}

// Kafka is an embedded broker in this process, franz-go's kfake, or one that another process owns. It is no broker for
// production.
type Kafka struct {
	cluster *kfake.Cluster // nil when another process owns the broker
	lock    *os.File
	brokers []string
}

// StartKafka starts the broker of a folder on 127.0.0.1, or joins it when another process owns it. Topics are never
// made by themselves: those would be lost in a crash.
func StartKafka(ctx context.Context, options KafkaOptions) (*Kafka, error) {
	if options.Dir == "" {
		cluster, err := listen(options)
		if err != nil {
			return nil, err
		}
		return &Kafka{cluster: cluster, brokers: cluster.ListenAddrs()}, nil
	}
	if err := privateFolder(options.Dir); err != nil {
		return nil, err
	}
	address := filepath.Join(options.Dir, "address")
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		lock, err := acquire(filepath.Join(options.Dir, "owner.lock"))
		if err == nil {
			return ownKafka(options, lock, address)
		}
		if !errors.Is(err, ErrOwned) {
			return nil, err
		}
		if text, err := os.ReadFile(address); err == nil && reachable(ctx, string(text)) {
			return &Kafka{brokers: strings.Fields(string(text))}, nil
		}
		if err := wait(ctx); err != nil {
			return nil, fmt.Errorf("another process owns %s and its broker does not answer: %w", options.Dir, err)
		}
	}
}

// ownKafka starts the broker of a folder whose lock we hold, and writes down where it listens.
func ownKafka(options KafkaOptions, lock *os.File, address string) (*Kafka, error) {
	cluster, err := listen(options)
	if err == nil {
		err = os.WriteFile(address, []byte(strings.Join(cluster.ListenAddrs(), "\n")), 0o600)
	}
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	return &Kafka{cluster: cluster, lock: lock, brokers: cluster.ListenAddrs()}, nil
}

// listen starts the broker on the port, or on any other when that one is taken.
func listen(options KafkaOptions) (*kfake.Cluster, error) {
	port := options.Port
	if probe, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err != nil { //nolint:noctx // no waiting
		port = 0
	} else {
		_ = probe.Close()
	}
	settings := []kfake.Opt{
		kfake.NumBrokers(1), kfake.Ports(port),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return net.Listen(network, net.JoinHostPort("127.0.0.1", port)) //nolint:noctx // none is given
		}),
	}
	if options.Dir != "" {
		settings = append(settings, kfake.DataDir(filepath.Join(options.Dir, "log")))
	}
	cluster, err := kfake.NewCluster(settings...)
	if err != nil {
		return nil, fmt.Errorf("start the embedded Kafka: %w", err)
	}
	return cluster, nil
}

func reachable(ctx context.Context, addresses string) bool {
	first, _, _ := strings.Cut(addresses, "\n")
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", first)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// Brokers are its addresses.
func (k *Kafka) Brokers() []string { return k.brokers }

// Joined says that another process owns the broker.
func (k *Kafka) Joined() bool { return k.cluster == nil }

// Stop writes everything down and ends the broker; one that we joined is left alone.
func (k *Kafka) Stop() {
	if k.cluster == nil {
		return
	}
	k.cluster.Close()
	if k.lock != nil {
		_ = k.lock.Close()
	}
}

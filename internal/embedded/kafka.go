package embedded

import (
	"fmt"
	"net"
	"strconv"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
)

// KafkaOptions say where the embedded broker keeps its log.
type KafkaOptions struct {
	Dir  string // "" keeps it in memory
	Port int    // on loopback; 0 for any
	Log  zerolog.Logger
}

// Kafka is an embedded broker in this process: franz-go's kfake. It is no broker for production.
type Kafka struct{ cluster *kfake.Cluster }

// StartKafka starts the broker on 127.0.0.1. Topics are never made by themselves: those would be lost in a crash.
func StartKafka(options KafkaOptions) (*Kafka, error) {
	settings := []kfake.Opt{
		kfake.NumBrokers(1), kfake.Ports(options.Port),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return net.Listen(network, net.JoinHostPort("127.0.0.1", port)) //nolint:noctx // none is given
		}),
	}
	if options.Dir != "" {
		if err := privateFolder(options.Dir); err != nil {
			return nil, err
		}
		settings = append(settings, kfake.DataDir(options.Dir))
	}
	cluster, err := kfake.NewCluster(settings...)
	if err != nil {
		return nil, fmt.Errorf("start the embedded Kafka on port %s: %w", strconv.Itoa(options.Port), err)
	}
	return &Kafka{cluster: cluster}, nil
}

// Brokers are its addresses.
func (k *Kafka) Brokers() []string { return k.cluster.ListenAddrs() }

// Stop writes everything down and ends the broker.
func (k *Kafka) Stop() { k.cluster.Close() }

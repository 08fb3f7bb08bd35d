// Package testkafka gives each test a Kafka: franz-go's kfake or, when KAFKA_BROKERS is set, a real Apache Kafka.
//
// A real one that does not answer fails the test; it never skips it.
package testkafka

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/cluster"
)

// Real says that tests run on a real Kafka.
func Real() bool { return os.Getenv("KAFKA_BROKERS") != "" }

// Open gives a Kafka that the test may share with others, so a test names its topics with NewTopic: a kfake of its own,
// or the cluster that the program's own variables name.
func Open(t testing.TB) kafka.Config {
	t.Helper()
	if !Real() {
		return kafka.Config{Brokers: Fake(t).ListenAddrs()}
	}
	return kafka.Config{
		Brokers: strings.Split(os.Getenv("KAFKA_BROKERS"), ","), TLS: os.Getenv("KAFKA_TLS") == "true",
		CAFile: os.Getenv("KAFKA_CA_FILE"), CertFile: os.Getenv("KAFKA_CERT_FILE"), KeyFile: os.Getenv("KAFKA_KEY_FILE"),
		SASL: os.Getenv("KAFKA_SASL"), User: os.Getenv("KAFKA_USER"), Password: os.Getenv("KAFKA_PASSWORD"),
	}
}

// Secured says that the Kafka of Open asks who we are, so a Kafka of the test's own should ask as well.
func Secured() bool { return os.Getenv("KAFKA_SASL") != "" }

// NewTopic is a name that no topic has yet. It begins as access lists expect it.
func NewTopic(testing.TB) string {
	drawn := make([]byte, 8)
	_, _ = rand.Read(drawn) // never fails: it would end the program
	return cluster.TopicPrefix + "test." + hex.EncodeToString(drawn)
}

// Fake runs kfake on loopback until the test ends, also when a real Kafka is there: for what only kfake can play.
func Fake(t testing.TB, options ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	options = append(options, kfake.NumBrokers(1), kfake.ListenFn(func(network, address string) (net.Listener, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return (&net.ListenConfig{}).Listen(context.Background(), network, net.JoinHostPort("127.0.0.1", port))
	}))
	started, err := kfake.NewCluster(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(started.Close)
	return started
}

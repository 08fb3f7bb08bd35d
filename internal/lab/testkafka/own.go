package testkafka

import (
	"context"
	"net"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/cluster"
)

// Own is a Kafka of one test, which may take it away and bring it back with the same address and the same records.
type Own struct {
	real *cluster.Cluster // nil when it is kfake
	fake *kfake.Cluster
	port int
	dir  string
}

// OpenOwn prepares a Kafka that Start brings up: real brokers, or one kfake however many are asked for.
func OpenOwn(t testing.TB, brokers int) *Own {
	t.Helper()
	if Real() {
		prepared, err := cluster.Prepare(context.Background(), cluster.Options{Brokers: brokers, Secure: Secured()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(prepared.Close)
		return &Own{real: prepared}
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address, is := listener.Addr().(*net.TCPAddr)
	if !is {
		t.Fatalf("a strange address: %v", listener.Addr())
	}
	return &Own{port: address.Port, dir: t.TempDir()}
}

// Config is how it is reached once it has started.
func (o *Own) Config() kafka.Config {
	if o.real != nil {
		return o.real.Config()
	}
	return kafka.Config{Brokers: []string{(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: o.port}).String()}}
}

// Cluster is the real one, nil when it is kfake.
func (o *Own) Cluster() *cluster.Cluster { return o.real }

// Start brings every broker up that does not run, the first time or again, and waits until all answer.
func (o *Own) Start(t testing.TB) {
	t.Helper()
	if o.real == nil {
		o.fake = Fake(t, kfake.Ports(o.port), kfake.DataDir(o.dir))
		return
	}
	if err := o.real.Raise(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// Kill ends all brokers: real ones as kill -9 does. kfake is part of this process and is closed instead; what it does
// when it is killed is tried with the whole program.
func (o *Own) Kill() {
	if o.real == nil {
		o.fake.Close()
		return
	}
	for _, broker := range o.real.Brokers() {
		broker.Kill()
	}
}

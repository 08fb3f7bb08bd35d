package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

func TestFreePorts(t *testing.T) {
	t.Parallel()
	ports, err := freePorts(t.Context(), 9)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if len(slices.Compact(ports)) != 9 || ports[0] < portMin || ports[8] >= portMax {
		t.Errorf("got %v", ports)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	c := &Cluster{folder: t.TempDir()}
	if err := c.writeCertificates(); err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(c.file("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	for _, files := range [][2]string{{"server.pem", "server.pem"}, {"client.pem", "client-key.pem"}} {
		pair, err := tls.LoadX509KeyPair(c.file(files[0]), c.file(files[1]))
		if err != nil {
			t.Fatal(err)
		}
		usages := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
		_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: trusted, DNSName: "127.0.0.1", KeyUsages: usages})
		if err != nil {
			t.Errorf("%s: %v", files[0], err)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	three := &Cluster{options: Options{Secure: true}, folder: "/x", password: "secret"}
	for i := range 3 {
		three.brokers = append(three.brokers, &Broker{cluster: three, id: i + 1, clientPort: 1, controllerPort: 7 + i})
	}
	text := three.brokers[1].settings()
	for _, line := range []string{
		"node.id=2\n", "controller.quorum.voters=1@127.0.0.1:7,2@127.0.0.1:8,3@127.0.0.1:9\n",
		"transaction.state.log.min.isr=2\n", "unclean.leader.election.enable=false\n",
		"allow.everyone.if.no.acl.found=false\n",
		"listener.security.protocol.map=CLIENT:SASL_SSL,", "listeners=CLIENT://127.0.0.1:1,",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("there is no %q in\n%s", line, text)
		}
	}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, "=")
		if strings.Contains(name, "listeners") && strings.Contains(value, "0.0.0.0") {
			t.Errorf("it listens to everybody: %s", line)
		}
	}
}

// TestCluster starts real brokers where the other tests are on real ones; elsewhere there may be no Java.
func TestCluster(t *testing.T) {
	t.Parallel()
	if os.Getenv("KAFKA_BROKERS") == "" {
		t.Log("KAFKA_BROKERS is not set: no broker is started")
		return
	}
	c, err := Start(t.Context(), Options{Secure: os.Getenv("KAFKA_SASL") != ""})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	topic := TopicPrefix + "kept"
	for n := range 3 {
		if err := keep(t.Context(), c.Config(), topic, n); err != nil {
			t.Fatal(err)
		}
		broker := c.Brokers()[0]
		if n == 1 {
			broker.Stop()
		} else {
			broker.Kill()
		}
		if broker.Running() {
			t.Error("it runs on")
		}
		if err := broker.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	if err := kafka.Read(t.Context(), c.Config(), topic, nil, func(record *kgo.Record) error {
		got = append(got, string(record.Value))
		return nil
	}); err != nil || strings.Join(got, ",") != "0,1,2" {
		t.Errorf("after three ends it holds %v: %v", got, err)
	}
	c.Close()
	if _, err := os.Stat(c.folder); err == nil {
		t.Error("its data is left")
	}
}

// keep writes a number that has to be there afterwards.
func keep(ctx context.Context, config kafka.Config, topic string, n int) error {
	client, err := config.NewClient()
	if err != nil {
		return err
	}
	defer client.Close()
	if err := kafka.EnsureTopic(ctx, client, kafka.Topic{Name: topic, Partitions: 1}); err != nil {
		return err
	}
	return client.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte(strconv.Itoa(n))}).FirstErr()
}

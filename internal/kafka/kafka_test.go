package kafka_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
)

func client(t *testing.T, config kafka.Config) *kgo.Client {
	t.Helper()
	opened, err := config.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	return opened
}

// transaction writes count records to the partition and commits them or not.
func transaction(
	t *testing.T, producer *kgo.Client, topic string, partition int32, text string, count int,
	commit kgo.TransactionEndTry,
) {
	t.Helper()
	if err := producer.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	for i := range count {
		record := &kgo.Record{Topic: topic, Partition: partition, Value: fmt.Appendf(nil, "%s %d", text, i)}
		producer.Produce(t.Context(), record, func(_ *kgo.Record, err error) {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
		})
	}
	if err := producer.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := producer.EndTransaction(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	awaitMark(t, producer, topic, partition)
}

// awaitMark waits until the transaction's end is written into the partition: the coordinator answers before that.
func awaitMark(t *testing.T, client *kgo.Client, topic string, partition int32) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin := kadm.NewClient(client)
	for {
		committed, err := admin.ListCommittedOffsets(ctx, topic)
		if err != nil {
			t.Fatal(err)
		}
		ends, err := admin.ListEndOffsets(ctx, topic)
		if err != nil {
			t.Fatal(err)
		}
		stable, _ := committed.Lookup(topic, partition)
		end, _ := ends.Lookup(topic, partition)
		if stable.Err == nil && end.Err == nil && end.Offset > 0 && stable.Offset == end.Offset {
			return
		}
	}
}

// lastOf asks until the brokers have heard of the whole topic.
func lastOf(t *testing.T, config kafka.Config, topic kafka.Topic) map[int32]*kgo.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		last, err := kafka.Last(ctx, config, topic)
		if err == nil {
			return last
		}
		if !errors.Is(err, kafka.ErrUnavailable) || ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

func TestEnsureTopic(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	opened := client(t, config)
	for _, want := range []struct {
		name       string
		ask, there int
	}{{"OK made", 2, 2}, {"OK again", 2, 2}, {"OK grown", 4, 4}, {"OK never shrunk", 1, 4}} {
		t.Run(want.name, func(t *testing.T) {
			if err := kafka.EnsureTopic(t.Context(), opened, kafka.Topic{Name: topic, Partitions: want.ask}); err != nil {
				t.Fatal(err)
			}
			producer, err := config.NewProducer("gongbao.relay." + topic)
			if err != nil {
				t.Fatal(err)
			}
			defer producer.Close()
			transaction(t, producer, topic, int32(want.there-1), want.name, 1, kgo.TryCommit)
			last := lastOf(t, config, kafka.Topic{Name: topic, Partitions: want.there})
			if last[int32(want.there-1)] == nil {
				t.Errorf("%v", last)
			}
		})
	}
}

// What a new topic must say, whatever the brokers' defaults are.
func TestTopicSettings(t *testing.T) {
	t.Parallel()
	opened, topic := client(t, kafka.Config{Brokers: testkafka.Fake(t).ListenAddrs()}), testkafka.NewTopic(t)
	if err := kafka.EnsureTopic(t.Context(), opened, kafka.Topic{Name: topic, Partitions: 1}); err != nil {
		t.Fatal(err)
	}
	made, err := kadm.NewClient(opened).DescribeTopicConfigs(t.Context(), topic)
	if err != nil || len(made) != 1 || made[0].Err != nil {
		t.Fatalf("%+v, %v", made, err)
	}
	want := map[string]string{
		"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete", "min.insync.replicas": "1",
	}
	for _, setting := range made[0].Configs {
		if value, ours := want[setting.Key]; ours && setting.MaybeValue() == value {
			delete(want, setting.Key)
		}
	}
	if len(want) > 0 {
		t.Errorf("not set: %v", want)
	}
}

func TestLastAndRead(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	t.Run("OK no topic has no records", func(t *testing.T) {
		if last := lastOf(t, config, kafka.Topic{Name: topic}); len(last) != 0 {
			t.Errorf("%v", last)
		}
		_, err := kafka.Last(t.Context(), config, kafka.Topic{Name: topic, Partitions: 1})
		if !errors.Is(err, kafka.ErrUnavailable) {
			t.Errorf("a partition that must be there: %v", err)
		}
	})
	if err := kafka.EnsureTopic(t.Context(), client(t, config), kafka.Topic{Name: topic, Partitions: 3}); err != nil {
		t.Fatal(err)
	}
	producer, err := config.NewProducer("gongbao.relay." + topic)
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	transaction(t, producer, topic, 0, "kept", 3, kgo.TryCommit)
	transaction(t, producer, topic, 1, "also kept", 1, kgo.TryCommit)
	for range 5 {
		transaction(t, producer, topic, 0, "undone", 50, kgo.TryAbort)
	}
	t.Run("OK the last committed record lies before what was undone", func(t *testing.T) {
		last := lastOf(t, config, kafka.Topic{Name: topic, Partitions: 3})
		if len(last) != 2 || string(last[0].Value) != "kept 2" || string(last[1].Value) != "also kept 0" {
			t.Errorf("%v", last)
		}
	})
	t.Run("OK read from an offset", func(t *testing.T) {
		var got []string
		err := kafka.Read(t.Context(), config, topic, map[int32]int64{0: 1, 1: 9}, func(record *kgo.Record) error {
			got = append(got, string(record.Value))
			return nil
		})
		if err != nil || strings.Join(got, ",") != "kept 1,kept 2" {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("Err the reader's own", func(t *testing.T) {
		stop := errors.New("stop")
		err := kafka.Read(t.Context(), config, topic, nil, func(*kgo.Record) error { return stop })
		if !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFencedProducer(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	if err := kafka.EnsureTopic(t.Context(), client(t, config), kafka.Topic{Name: topic, Partitions: 1}); err != nil {
		t.Fatal(err)
	}
	producer, err := config.NewProducer("gongbao.relay." + topic)
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	transaction(t, producer, topic, 0, "kept", 3, kgo.TryCommit)
	t.Run("OK what is not committed is not seen, and a fenced producer cannot commit", func(t *testing.T) {
		if err := producer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := producer.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: []byte("open")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		asked := kafka.Topic{Name: topic, Partitions: 1}
		if last := lastOf(t, config, asked); string(last[0].Value) != "kept 2" {
			t.Errorf("%v", last)
		}
		second, err := config.NewProducer("gongbao.relay." + topic)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		if _, _, err := second.ProducerID(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := producer.EndTransaction(t.Context(), kgo.TryCommit); err == nil {
			t.Error("the fenced producer committed")
		}
		if last := lastOf(t, config, asked); string(last[0].Value) != "kept 2" {
			t.Errorf("after the fence: %v", last)
		}
	})
}

func TestUnavailable(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := kafka.Last(ctx, kafka.Config{Brokers: []string{"127.0.0.1:1"}}, kafka.Topic{Name: "any"})
	if !errors.Is(err, kafka.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// selfSigned writes a certificate for 127.0.0.1 with its key, and gives it to a server.
func selfSigned(t *testing.T) (certFile, keyFile string, pair tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	rawKey, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	private := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: rawKey})
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for name, text := range map[string][]byte{certFile: cert, keyFile: private} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if pair, err = tls.X509KeyPair(cert, private); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile, pair
}

func TestConfigReaches(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pair := selfSigned(t)
	ask := func(t *testing.T, config kafka.Config) error {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		return client(t, config).Ping(ctx)
	}
	for _, mechanism := range []string{kafka.Plain, kafka.ScramSHA256, kafka.ScramSHA512} {
		t.Run("OK "+mechanism, func(t *testing.T) {
			t.Parallel()
			config := kafka.Config{Brokers: testkafka.Fake(t, kfake.EnableSASL(),
				kfake.Superuser(mechanism, "relay", "secret")).ListenAddrs()}
			config.SASL, config.User, config.Password = mechanism, "relay", "secret"
			if err := ask(t, config); err != nil {
				t.Error(err)
			}
			config.Password = "wrong"
			if err := ask(t, config); err == nil {
				t.Error("a wrong password was taken")
			}
		})
	}
	t.Run("OK TLS with both certificates", func(t *testing.T) {
		t.Parallel()
		pool := x509.NewCertPool()
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		pool.AddCert(leaf)
		config := kafka.Config{Brokers: testkafka.Fake(t, kfake.TLS(&tls.Config{
			Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12,
		})).ListenAddrs()}
		config.CAFile, config.CertFile, config.KeyFile = certFile, certFile, keyFile
		if err := ask(t, config); err != nil {
			t.Error(err)
		}
	})
}

func TestConfigRefuses(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]kafka.Config{
		"no brokers":        {},
		"unknown mechanism": {Brokers: []string{"x:1"}, SASL: "GSSAPI", User: "u", Password: "p"},
		"no password":       {Brokers: []string{"x:1"}, SASL: kafka.Plain, User: "u"},
		"no such authority": {Brokers: []string{"x:1"}, CAFile: "no-such-file.pem"},
		"no certificate":    {Brokers: []string{"x:1"}, CAFile: "doc.go"},
		"a key alone":       {Brokers: []string{"x:1"}, KeyFile: "no-such-file.pem"},
	} {
		t.Run("ErrConfigInvalid "+name, func(t *testing.T) {
			t.Parallel()
			if _, err := config.NewClient(); !errors.Is(err, kafka.ErrConfigInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	for name, want := range map[string]struct {
		level zerolog.Level
		lines bool
	}{
		"OK franz-go's details are traces": {zerolog.TraceLevel, true},
		"OK and not heard otherwise":       {zerolog.InfoLevel, false},
	} {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			config := config
			config.Log = zerolog.New(zerolog.SyncWriter(&text)).Level(want.level)
			opened, err := config.NewClient()
			if err != nil {
				t.Fatal(err)
			}
			if err := kafka.EnsureTopic(t.Context(), opened, kafka.Topic{Name: topic, Partitions: 1}); err != nil {
				t.Fatal(err)
			}
			opened.Close()
			if got := strings.Contains(text.String(), `"level":"trace","part":"kafka"`); got != want.lines {
				t.Errorf("the log says: %s", text.String())
			}
		})
	}
}

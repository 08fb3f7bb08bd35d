//go:build linux || darwin

package relay_test

import (
	"gongbao/internal/lab/testfeed"
	"gongbao/internal/relay"

	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/lab/tools/cluster"
)

// startReal gives real brokers of the test's own. What is tried here kfake has not: it has one process, this one, and
// keeps one copy of everything.
func startReal(t *testing.T, brokers int) *cluster.Cluster {
	t.Helper()
	if !testkafka.Real() {
		t.Log("KAFKA_BROKERS is not set: this says something of a real Kafka only, and CI runs it on one")
		return nil
	}
	own := testkafka.OpenOwn(t, brokers)
	own.Start(t)
	return own.Cluster()
}

// With three brokers each may go, one at a time, and publishing goes on; when two are gone it waits for them.
func TestRelayOutlastsBrokers(t *testing.T) {
	t.Parallel()
	real := startReal(t, 3)
	if real == nil {
		return
	}
	b := testfeed.OpenOn(t, real.Config())
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
	mustBeProtected(t, real.Admin(), b.Topic)
	count := 15
	for i, broker := range real.Brokers() {
		broker.Kill()
		writeOf(t, b, "without/"+broker.Address(), 3, 4)
		working.Drained(t)
		count += 12
		b.ExpectFeed(t, count)
		if i < 2 {
			if err := broker.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	real.Brokers()[0].Kill() // and the third is still away
	writeMore(t, b)
	working.Await(t, "down", func(s relay.Status) bool { return s.State == relay.StateKafkaDown && s.Backlog() == 6 })
	if err := real.Raise(t.Context()); err != nil {
		t.Fatal(err)
	}
	working.Drained(t)
	b.ExpectFeed(t, count+6)
}

// mustBeProtected wants what protects a new topic when a broker is lost. It asks as somebody who may see that.
func mustBeProtected(t *testing.T, config kafka.Config, topic string) {
	t.Helper()
	client, err := config.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	topics, err := admin.ListTopics(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	for _, partition := range topics[topic].Partitions {
		if len(partition.Replicas) != 3 {
			t.Errorf("partition %d has %d copies", partition.Partition, len(partition.Replicas))
		}
	}
	settings, err := admin.DescribeTopicConfigs(t.Context(), topic)
	if err != nil || len(settings) != 1 || settings[0].Err != nil {
		t.Fatalf("%v %v", settings, err)
	}
	for _, setting := range settings[0].Configs {
		if setting.Key == "min.insync.replicas" && setting.MaybeValue() != "2" {
			t.Errorf("%s=%s", setting.Key, setting.MaybeValue())
		}
	}
}

// A broker that is there and does not answer is worse than one that is gone: nothing refuses a connection.
func TestRelayOutlastsAStandstill(t *testing.T) {
	t.Parallel()
	real := startReal(t, 1)
	if real == nil {
		return
	}
	b := testfeed.OpenOn(t, real.Config())
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
	real.Brokers()[0].Signal(syscall.SIGSTOP)
	writeMore(t, b)
	working.Await(t, "down", func(s relay.Status) bool { return s.State == relay.StateKafkaDown && s.Backlog() == 6 })
	real.Brokers()[0].Signal(syscall.SIGCONT)
	working.Drained(t)
	b.ExpectFeed(t, 21)
}

// A broker may come back without the end of a partition that it had acknowledged: its machine lost power, or an
// operator let a replica lead that was behind. The relay, whose connection outlasts that, must not write on after the
// hole.
func TestRelayNoticesALostTail(t *testing.T) {
	t.Parallel()
	real := startReal(t, 1)
	if real == nil {
		return
	}
	b := testfeed.OpenOn(t, real.Config())
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
	b.ExpectFeed(t, 15)
	broker := real.Brokers()[0]
	broker.Stop()
	partition := filepath.Join(broker.Data(), b.Topic+"-1")
	before := snapshot(t, partition)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	writeOf(t, b, "lost", 3, 5)
	working.Drained(t)
	b.ExpectFeed(t, 30)
	broker.Kill()
	restore(t, partition, before)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	writeOf(t, b, "after", 3, 5)
	working.Drained(t)
	b.ExpectFeed(t, 45)
}

// snapshot reads the files of a folder.
func snapshot(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[filepath.Base(name)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func restore(t *testing.T, folder string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The rights that docs/kafka.md asks for are enough, and no more is given.
func TestRelayNeedsFewRights(t *testing.T) {
	t.Parallel()
	if startReal(t, 1) == nil {
		return
	}
	secured, err := cluster.Start(t.Context(), cluster.Options{Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(secured.Close)
	for _, test := range []struct {
		name   string
		rights cluster.Rights
		made   bool // the topic, by somebody who may
	}{
		{"OK who makes the topic", cluster.Rights{Write: true, Create: true}, false},
		{"OK who finds it made", cluster.Rights{Write: true}, true},
		{"Err who may only read", cluster.Rights{}, true},
		{"Err who may not make it", cluster.Rights{Write: true}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := testfeed.OpenOn(t, secured.Config())
			user := strings.TrimPrefix(b.Topic, cluster.TopicPrefix)
			password, err := secured.AddUser(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			test.rights.Topic = b.Topic
			if err := secured.Grant(t.Context(), user, test.rights); err != nil {
				t.Fatal(err)
			}
			if test.made {
				testfeed.MakeTopic(t, secured.Admin(), b.Topic)
			}
			b.Kafka = secured.As(kafka.ScramSHA512, user, password)
			working := b.Start(t, nil)
			writeConcurrently(t, b, 3, 5)
			if strings.HasPrefix(test.name, "OK") {
				working.Drained(t)
				b.ExpectFeed(t, 15)
				return
			}
			working.Await(t, "refused", func(s relay.Status) bool {
				return s.State == relay.StateKafkaDown && strings.Contains(s.LastError, "AUTHORIZATION_FAILED")
			})
		})
	}
}

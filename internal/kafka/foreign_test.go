package kafka_test

import (
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
)

// texts are the values of the topic's committed records.
func texts(t *testing.T, config kafka.Config, topic string) (values []string) {
	t.Helper()
	err := kafka.Read(t.Context(), config, topic, nil, func(record *kgo.Record) error {
		values = append(values, string(record.Value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// Somebody else's open transaction hides nothing of what was committed behind it, and none of its own records is taken
// for committed before it is.
func TestReadBesideAnOpenTransaction(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	asked := kafka.Topic{Name: topic, Partitions: 1}
	opened := client(t, config)
	if err := kafka.EnsureTopic(t.Context(), opened, asked); err != nil {
		t.Fatal(err)
	}
	hung, other := testkafka.NewStranger(t, config, topic, "hung"), testkafka.NewStranger(t, config, topic, "other")
	say := func(text string) *kgo.Record { return &kgo.Record{Value: []byte(text)} }
	expect := func(last string, want ...string) {
		t.Helper()
		got := texts(t, config, topic)
		for range 1_000 { // a transaction shows a moment after its end was acknowledged
			if slices.Equal(got, want) {
				break
			}
			got = texts(t, config, topic)
		}
		if found := lastOf(t, config, asked)[0]; !slices.Equal(got, want) || string(found.Value) != last {
			t.Errorf("read %v, wanted %v; the last is %s", got, want, found.Value)
		}
	}
	other.Commit(t, say("before"))
	expect("before", "before")
	hung.Open(t, say("hung 1"))
	other.Commit(t, say("kept 1"))
	other.Open(t, say("undone"))
	hung.Write(t, say("hung 2"))
	other.End(t, kgo.TryAbort)
	other.Commit(t, say("kept 2"))
	expect("kept 2", "before", "kept 1", "kept 2")
	t.Run("OK it is named", func(t *testing.T) {
		open, err := kafka.Transactions(t.Context(), opened, topic)
		if err != nil || len(open) != 1 || open[0].ProducerID != hung.Producer() || open[0].From != 2 ||
			open[0].TransactionalID != "gongbao.relay."+topic+".hung" {
			t.Errorf("%+v, %v", open, err)
		}
		bounds, err := kafka.Offsets(t.Context(), opened, asked)
		if err != nil || bounds[0].Stable != 2 || bounds[0].End != 10 {
			t.Errorf("%+v, %v", bounds, err)
		}
	})
	hung.End(t, kgo.TryCommit)
	// in the order in which transactions ended; the last is the one that lies last
	expect("kept 2", "before", "kept 1", "kept 2", "hung 1", "hung 2")
	t.Run("OK none is open any more", func(t *testing.T) {
		open, err := kafka.Transactions(t.Context(), opened, topic)
		if err != nil || len(open) != 0 {
			t.Errorf("%+v, %v", open, err)
		}
	})
	t.Run("OK a window before the stable offset", func(t *testing.T) {
		got := within(t, config, topic, kafka.Window{From: 1, To: 9})
		if want := []string{"hung 1", "kept 1", "hung 2", "kept 2"}; !slices.Equal(got, want) {
			t.Error(got)
		}
	})
}

// within are the records of a window of the topic's one partition.
func within(t *testing.T, config kafka.Config, topic string, window kafka.Window) (values []string) {
	t.Helper()
	of := map[int32]kafka.Window{0: window}
	err := kafka.ReadStable(t.Context(), config, topic, of, func(record *kgo.Record) error {
		values = append(values, string(record.Value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

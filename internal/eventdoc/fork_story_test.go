package eventdoc_test

import (
	"context"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/testdb"
	"gongbao/internal/testkafka"
)

// fork finds a topic that the database knows nothing of, and lets the feed go on in another one.
func fork(ctx context.Context, t *testing.T, db *testdb.Database, manual *clock.Manual) {
	t.Helper()
	reached := kafka.Config{Brokers: testkafka.Fake(t).ListenAddrs()}
	client, err := reached.NewClient(kgo.RecordPartitioner(kgo.ManualPartitioner()))
	must(t, err)
	defer client.Close()
	must(t, kafka.EnsureTopic(ctx, client, kafka.Topic{Name: outbox.Topic, Partitions: 1}))
	must(t, client.ProduceSync(ctx, &kgo.Record{Topic: outbox.Topic, Value: []byte("no fact")}).FirstErr())
	must(t, second((&outbox.ContinueFeed{
		CompareOptions: outbox.CompareOptions{DB: db.DB, Kafka: reached},
		By:             access.Person("ops", access.Operator, "", access.Administrator),
		Reason:         "从备份恢复", Confirm: map[string]int64{outbox.Zone: 0}, Clock: manual,
	}).Run(ctx)))
}

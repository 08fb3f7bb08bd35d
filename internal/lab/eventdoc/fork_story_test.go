package eventdoc_test

import (
	"context"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// fork finds a topic with a fact that the database knows nothing of, and lets the feed go on in another one.
func fork(ctx context.Context, t *testing.T, db *testdb.Database, manual *clock.Manual) {
	t.Helper()
	reached, by := kafka.Config{Brokers: testkafka.Fake(t).ListenAddrs()}, access.Person("ops", access.Operator, "",
		access.Administrator)
	publishElsewhere(ctx, t, reached, manual, fact.Fact{
		ID: fact.NewID(manual.Now()), Pool: fact.Zone, Type: "test.forgotten", Subject: "member/X", SubjectVersion: 1,
		Effective: calendar.DateOf(manual.Now()), Recorded: manual.Now(), By: by,
		Audience: fact.Everyone,
	})
	must(t, second((&feed.Continue{
		CompareOptions: feed.CompareOptions{DB: db.DB, Kafka: reached}, By: by, Reason: "从备份恢复",
		Confirm: map[string]int64{fact.Zone: 0}, Clock: manual,
	}).Run(ctx)))
}

// publishElsewhere lets a relay on another database publish a fact.
func publishElsewhere(
	ctx context.Context, t *testing.T, reached kafka.Config, manual *clock.Manual, fact fact.Fact,
) {
	t.Helper()
	other := testdb.Open(t)
	must(t, pg.InTx(ctx, other.DB, func(ctx context.Context, tx *pg.Tx) error { return outbox.Append(ctx, tx, fact) }))
	relay := relay.New(relay.Options{
		DB: other.DB, Kafka: reached, Clock: manual,
		Partitions: func(context.Context) (map[string]int32, error) { return nil, nil },
	})
	working, stop := context.WithTimeout(ctx, time.Minute)
	ended := make(chan error)
	go func() { ended <- relay.Run(working) }()
	must(t, relay.Drain(working))
	stop()
	must(t, <-ended)
}

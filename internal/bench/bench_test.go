package bench

import (
	"context"
	"os"
	"testing"

	"gongbao/internal/kafka"
	"gongbao/internal/testdb"
	"gongbao/internal/testkafka"
)

func TestEveryBenchRunsWhole(t *testing.T) {
	database := testdb.Open(t)
	report, err := Run(t.Context(), Options{
		Database: database.OwnerAt, Size: Tiny,
		Kafka: func(context.Context) (kafka.Config, error) { return testkafka.Open(t), nil },
	}, Names...)
	if err != nil {
		t.Fatal(err)
	}
	_ = report.WriteText(os.Stderr)
}

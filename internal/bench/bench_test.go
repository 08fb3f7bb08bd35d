package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"gongbao/internal/bench"
	"gongbao/internal/kafka"
	"gongbao/internal/pg"
	"gongbao/internal/testdb"
	"gongbao/internal/testkafka"
)

// A bench that no longer runs is found here; how fast anything is, is not asked.
func TestEveryBenchRunsWholeAndLeavesNothing(t *testing.T) {
	t.Parallel()
	database := testdb.Open(t)
	report, err := bench.Run(t.Context(), bench.Options{
		Database: database.OwnerAt, Size: bench.Tiny, Version: "abc",
		Kafka: func(context.Context) (kafka.Config, error) { return testkafka.Open(t), nil },
	}, bench.Names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range bench.Names {
		var judged bool
		for _, line := range report.Lines {
			if line.Bench == name && line.Ours <= 0 {
				t.Errorf("%s: %s is %v %s", name, line.What, line.Ours, line.Unit)
			}
			judged = judged || line.Bench == name && line.Reached != ""
		}
		if !judged {
			t.Errorf("%s has no figure that must reach something", name)
		}
	}
	var left int
	err = pg.Row(t.Context(), database.DB, `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'bench_%'`, nil, &left)
	if err != nil || left > 0 {
		t.Errorf("%d scratch schemas are left, %v", left, err)
	}
	var text, markdown bytes.Buffer
	encoded, err := json.Marshal(report)
	if err != nil || report.WriteText(&text) != nil || report.WriteMarkdown(&markdown) != nil {
		t.Fatal(err)
	}
	for _, what := range []string{
		"issue of a paid policy", "COPY of the same", "every check but the digests", "p99", "Postgres 1",
	} {
		if !strings.Contains(string(encoded)+text.String(), what) || !strings.Contains(markdown.String(), what) {
			t.Errorf("%q is not shown:\n%s", what, markdown.String())
		}
	}
}

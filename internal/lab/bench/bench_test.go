package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/bench"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/pg"
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
	for _, line := range report.Lines {
		weighed := slices.Contains([]string{"issue", "claims", "import"}, line.Bench)
		if weighed && (line.WAL <= 0 || line.FloorWAL <= 0 || runtime.GOOS == "linux" && line.CPU <= 0) {
			t.Errorf("%s does not say what it costs: %+v", line.Bench, line)
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

// Another build may know fewer figures, and says with status 1 that a must is missed.
func TestAgainstAnotherBuild(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	build := func(name, report string, status int) string {
		t.Helper()
		file := filepath.Join(folder, name+".sh")
		script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %s.asked\ncat <<'END'\n%s\nEND\nexit %d\n", file, report, status)
		if err := os.WriteFile(file, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		return file
	}
	size := bench.Tiny
	size.Rounds = 3
	options := bench.AgainstOptions{
		Dir: folder, Size: size,
		This: build("this", `{"version":"new","lines":[{"bench":"issue","what":"issue","unit":"policies/s","ours":300,
			"cpu_us":4000,"wal_bytes":50000},{"bench":"feed","what":"drain 200 events","unit":"events/s","ours":10}]}`, 0),
		Other: build("other", `{"version":"old","lines":[{"bench":"issue","what":"issue","unit":"policies/s","ours":200},
			{"bench":"feed","what":"drain 1,000 events","unit":"events/s","ours":20}]}`, 1),
	}
	compared, err := bench.Against(t.Context(), options, "issue", "feed")
	if err != nil {
		t.Fatal(err)
	}
	var text, markdown bytes.Buffer
	if compared.WriteText(&text) != nil || compared.WriteMarkdown(&markdown) != nil {
		t.Fatal("not written")
	}
	for _, row := range []string{
		"| issue | issue | policies/s | 300 | 200 | 1.50 | 1.50 1.50 1.50 |",
		"| issue | issue | CPU µs each | 4,000 | – | – |  |",
		"| issue | issue | WAL bytes each | 50,000 | – | – |  |",
		"| feed | drain 200 events | events/s | 10.0 | 20.0 | 0.50 | 0.50 0.50 0.50 |", "Commit new (this) and old (other)",
	} {
		if !strings.Contains(markdown.String(), row) {
			t.Errorf("%q is not in\n%s", row, markdown.String())
		}
	}
	asked, err := os.ReadFile(options.Other + ".asked")
	if lines := strings.Count(string(asked), "bench issue feed --json --rounds 1 --data "); err != nil || lines != 3 {
		t.Errorf("the other build was asked %d times for a round: %v\n%s", lines, err, asked)
	}
	options.Other = build("broken", "no report", 2)
	if _, err := bench.Against(t.Context(), options, "issue"); err == nil || !strings.Contains(err.Error(), "no report") {
		t.Errorf("a build that gives no report: %v", err)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongbao/insurance"
	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testfeed"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/relay"
)

const (
	drillPatience = 2 * time.Minute // bounds every wait of the drill
	drillOperator = "ops@operator:administrator"
)

// drill is two folders, each with a Postgres of its own, on one Kafka.
type drill struct {
	brokers   string
	kafka     kafka.Config
	lost, new string // folders
	file      string
	insured   string // of the policies
}

func newDrill(t *testing.T) *drill {
	t.Helper()
	for _, variable := range []string{"KAFKA_BROKERS", "KAFKA_TLS", "KAFKA_CA_FILE", "KAFKA_SASL"} {
		t.Setenv(variable, "")
	}
	t.Setenv("LOG_LEVEL", "error")
	d := &drill{
		lost: t.TempDir(), new: t.TempDir(), file: filepath.Join(t.TempDir(), "house.gongbao"), insured: "武汉示例装备",
	}
	d.kafka = kafka.Config{Brokers: testkafka.Fake(t).ListenAddrs()}
	d.brokers = strings.Join(d.kafka.Brokers, ",")
	return d
}

// on runs a command on one of the folders and wants a status.
func (d *drill) on(t *testing.T, folder string, wanted int, args ...string) string {
	t.Helper()
	out, status, err := typed(t, append(args, "--data", folder, "--kafka-brokers", d.brokers)...)
	if status != wanted {
		t.Fatalf("%v: status %d, %s%v", args, status, out, err)
	}
	return out
}

// work quotes a policy, takes its premium and issues it.
func (d *drill) work(t *testing.T, number string) {
	t.Helper()
	for _, args := range [][]string{
		{
			"quote", "--pool", "IC", "--number", number, "--line", "first_set", "--insured", d.insured, "--start",
			"2030-12-01", "--end", "2031-11-30", "--premium", "100000.00", "--limit", "5000000.00", "--equipment-value",
			"4000000.00",
		},
		{"receive-premium", number, "--amount", "106000.00"},
		{"issue", number},
	} {
		d.on(t, d.lost, exitOK, append(append([]string{"policy"}, args...), "--as", "li@SHAHU:underwriter")...)
	}
}

// awaitIssued reads the topic until it tells of the policy's issue.
func (d *drill) awaitIssued(t *testing.T, number string) (records map[string][]fact.Record) {
	t.Helper()
	await(t, "published "+number, func() bool {
		records, _ = testfeed.Facts(t, d.kafka, fact.Topic)
		return slices.ContainsFunc(records["IC"], func(r fact.Record) bool {
			return r.Subject == "policy/"+number && r.Type == insurance.EventPolicyIssued
		})
	})
	return records
}

// await looks again and again until it is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for begun := clock.Stopwatch(); !so(); {
		if clock.Since(begun) > drillPatience {
			t.Fatalf("never %s", what)
		}
	}
}

// ready asks a service's /readyz.
func ready(t *testing.T, url string) (status int, says, feed string, backlog int64) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, url+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(answer.Body)
	var shown struct {
		Status, Feed string
		Backlog      int64 `json:"feed_backlog"`
	}
	if err := json.Unmarshal(body, &shown); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return answer.StatusCode, shown.Status, shown.Feed, shown.Backlog
}

// TestDrill loses a database after a backup and goes on from the backup, by nothing but the program's own commands: the
// restored house has exactly the positions of the manifest, and the feed goes on without two facts at one position.
func TestDrill(t *testing.T) {
	d := newDrill(t)
	_, stop := serveOn(t, "--data", d.lost, "--kafka-brokers", d.brokers)
	d.work(t, "IC-DRILL-1")
	d.awaitIssued(t, "IC-DRILL-1") // a fact that waits for its position would get it after the restore
	var taken backup.Taken
	text := d.on(t, d.lost, exitOK, "backup", d.file, "--json")
	if err := json.Unmarshal([]byte(text), &taken); err != nil {
		t.Fatal(err)
	}
	d.work(t, "IC-DRILL-2") // what will be lost
	positions := map[string]int64{}
	for _, pool := range taken.Pools {
		positions[pool.Pool] = pool.Position
	}
	before := d.awaitIssued(t, "IC-DRILL-2")
	stop()

	text = d.on(t, d.new, exitOK, "restore", d.file, "--as", drillOperator, "--reason", "a drill", "--json")
	var restored backup.Restored
	if err := json.Unmarshal([]byte(text), &restored); err != nil || len(restored.Verified.Findings) > 0 ||
		restored.Verified.Postings == 0 {
		t.Fatalf("%v: %s", err, text)
	}
	url, _ := serveOn(t, "--data", d.new, "--kafka-brokers", d.brokers)
	await(t, "forked", func() bool {
		status, says, _, _ := ready(t, url)
		return status == http.StatusServiceUnavailable && says == "feed_forked"
	})
	d.recover(t)
	await(t, "publishing again", func() bool {
		status, _, feed, backlog := ready(t, url)
		return status == http.StatusOK && feed == string(relay.StatePublishing) && backlog == 0
	})
	positions[fact.Zone]++ // the fact that the feed goes on here
	d.mustStandAt(t, positions, before)
}

// recover looks, saves what only the topic knows, and goes on.
func (d *drill) recover(t *testing.T) {
	t.Helper()
	text := d.on(t, d.new, exitFailed, "feed", "recover")
	_, after, _ := strings.Cut(text, "--confirm ")
	confirm, _, there := strings.Cut(after, " ")
	if !there || !strings.Contains(text, "FORKED") || !strings.Contains(text, "restored by ops@operator: a drill") {
		t.Fatalf("it shows no choices: %s", text)
	}
	export := filepath.Join(t.TempDir(), "lost.jsonl")
	why := []string{"--as", drillOperator, "--reason", "a drill"}
	d.on(t, d.new, exitOK, append([]string{"feed", "recover", "--export", export}, why...)...)
	raw, err := os.ReadFile(export)
	info, failure := os.Stat(export)
	if err != nil || failure != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v %v", err, failure, info)
	}
	for _, kind := range []string{"policy_quoted", "premium_received", "policy_issued"} {
		if !bytes.Contains(raw, []byte(`"subject":"policy/IC-DRILL-2"`)) || !bytes.Contains(raw, []byte(kind)) {
			t.Errorf("the lost %s is not among %s", kind, raw)
		}
	}
	d.on(t, d.new, exitFailed, append([]string{"feed", "recover", "--continue", "--confirm", "IC@1"}, why...)...)
	d.on(t, d.new, exitMisused, "feed", "recover", "--continue", "--confirm", confirm)
	d.on(t, d.new, exitOK, append([]string{"feed", "recover", "--continue", "--confirm", confirm}, why...)...)
	if text = d.on(t, d.new, exitOK, "feed", "recover"); !strings.Contains(text, "gongbao.facts.v1-g2") {
		t.Errorf("afterwards: %s", text)
	}
}

// mustStandAt wants the restored house at these positions, in its database and in its topic, the book verified, and the
// old topic as it was.
func (d *drill) mustStandAt(t *testing.T, positions map[string]int64, before map[string][]fact.Record) {
	t.Helper()
	second := filepath.Join(t.TempDir(), "again.gongbao")
	text := d.on(t, d.new, exitOK, "backup", second, "--json")
	var again backup.Taken
	if err := json.Unmarshal([]byte(text), &again); err != nil {
		t.Fatal(err)
	}
	for _, pool := range again.Pools {
		if pool.Position != positions[pool.Pool] {
			t.Errorf("%s stands at %d, wanted %d", pool.Pool, pool.Position, positions[pool.Pool])
		}
	}
	published, _ := testfeed.Facts(t, d.kafka, fact.Topic+"-g2")
	for pool, position := range positions {
		if int64(len(published[pool])) != position {
			t.Errorf("the topic has %s up to %d, wanted %d", pool, len(published[pool]), position)
		}
		for i, record := range published[pool] {
			if i < len(before[pool]) && !bytes.Equal(record.Value, before[pool][i].Value) {
				t.Errorf("position %d of %s was another fact before", i+1, pool)
			}
		}
	}
	untouched, _ := testfeed.Facts(t, d.kafka, fact.Topic)
	for pool, records := range before {
		if len(untouched[pool]) != len(records) {
			t.Errorf("the old topic of %s has %d records and had %d", pool, len(untouched[pool]), len(records))
		}
	}
	if text := d.on(t, d.new, exitOK, "verify"); !strings.Contains(text, "verified") {
		t.Errorf("the book: %s", text)
	}
	if text := d.on(t, d.new, exitOK, "backup", "--check", second); !strings.Contains(text, "checked") {
		t.Errorf("the second backup: %s", text)
	}
}

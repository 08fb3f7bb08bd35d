package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/backup"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/crash"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/ledger"
	"gongbao/migrations"
)

var handler = access.Person("zhou", access.Member, "SHAHU", access.Claims)

// house is a database with a book in it, a store of documents and a relay that stamps.
type house struct {
	db    *testdb.Database
	owner *pg.DB
	store *filestore.Folder
	relay *relay.Relay
}

// found makes a house with thirty policies and a claim with a document.
func found(t *testing.T) *house {
	t.Helper()
	h := &house{db: testdb.Open(t), store: folder(t)}
	h.owner = open(t, h.db.OwnerAt)
	system := clock.System{}
	if _, err := sample.Found(t.Context(), h.db.DB, system); err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	last := calendar.DateOf(system.Now()).Month().First().AddDays(-1).Month()
	if err := sample.WriteBook(&book, 30, 7, last); err != nil {
		t.Fatal(err)
	}
	policies := insurance.NewService(h.db.DB, system)
	by := insurance.ImportPolicies{By: sample.Clerk, Source: &book}
	if _, err := policies.ImportPolicies(t.Context(), by); err != nil {
		t.Fatal(err)
	}
	h.file(t)
	h.stamp(t)
	return h
}

// file opens a claim and files two documents, one of them twice.
func (h *house) file(t *testing.T) {
	t.Helper()
	service := claims.NewService(h.db.DB, clock.System{})
	var policy string
	var start time.Time
	err := h.db.Pool.QueryRow(t.Context(), `SELECT number, starts FROM policy
		WHERE pool = 'IC' AND state <> 'quoted' ORDER BY starts DESC LIMIT 1`).Scan(&policy, &start)
	if err != nil {
		t.Fatal(err)
	}
	_, err = service.OpenClaim(t.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: handler}, Policy: policy, Number: "IC-C-1", LossDay: calendar.DateOf(start),
	})
	if err != nil {
		t.Fatal(err)
	}
	documents := dossier.NewService(service, h.db.DB, h.store)
	for _, text := range []string{"查勘报告", "发票", "发票"} {
		_, err := documents.FileDocument(t.Context(), dossier.FileDocument{
			Command: claims.Command{
				Command: idempotency.Command{By: handler},
				Claim:   "IC-C-1",
			}, Name: "a.txt", Kind: "evidence",
			Body: strings.NewReader(text),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stamp runs a relay, without a Kafka, until the test ends, and waits until nothing is left to stamp.
func (h *house) stamp(t *testing.T) {
	t.Helper()
	h.relay = relay.New(relay.Options{
		DB: h.db.DB, Clock: clock.System{}, Log: zerolog.Nop(),
		Partitions: func(ctx context.Context) (map[string]int32, error) { return coinsurance.Partitions(ctx, h.db) },
	})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.relay.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	if err := h.relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// load lets callers work until stopped, and says when they are at it.
func (h *house) load(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	said := &announced{atIt: make(chan struct{}), after: 200}
	var working sync.WaitGroup
	working.Go(func() {
		err := crash.Load{
			Insurance: insurance.NewService(h.db.DB, clock.System{}), Claims: claims.NewService(h.db.DB, clock.System{}),
			Relay: h.relay, Name: "load", Out: said,
		}.Run(ctx)
		if err != nil {
			t.Error(err)
		}
	})
	<-said.atIt
	return func() { cancel(); working.Wait() }
}

// announced closes a channel once so many commands were acknowledged.
type announced struct {
	mutex sync.Mutex
	lines int
	after int
	atIt  chan struct{}
}

func (a *announced) Write(line []byte) (int, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.lines++; a.lines == a.after {
		close(a.atIt)
	}
	return len(line), nil
}

func (h *house) take(t *testing.T, change ...func(*backup.TakeOptions)) (*backup.Taken, error) {
	t.Helper()
	options := backup.TakeOptions{
		DB: h.owner, Path: filepath.Join(t.TempDir(), "house.backup"), Program: "test", Store: h.store, Clock: clock.System{},
		Migrations: migrations.Files, Tables: migrations.Tables(), Checks: insurance.Checks(),
	}
	for _, one := range change {
		one(&options)
	}
	return backup.Take(t.Context(), options)
}

// evidence is a backup that restore refuses.
func (h *house) evidence(t *testing.T) string {
	t.Helper()
	taken, err := h.take(t, func(o *backup.TakeOptions) { o.Unproven = true })
	if err != nil {
		t.Fatal(err)
	}
	return taken.Path
}

var (
	once   sync.Once
	common []byte
)

// whole is a backup that tests share, as a file of the test's own.
func whole(t *testing.T) string {
	t.Helper()
	once.Do(func() {
		raw, err := os.ReadFile(found(t).mustTake(t).Path)
		if err != nil {
			t.Fatal(err)
		}
		common = raw
	})
	return write(t, common)
}

func (h *house) mustTake(t *testing.T) *backup.Taken {
	t.Helper()
	taken, err := h.take(t)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

// restore restores into a database and a store of the test's own.
func restore(
	t *testing.T, into *testdb.Database, path string, change ...func(*backup.RestoreOptions),
) (*backup.Restored, *house, error) {
	t.Helper()
	return restoreIn(t.Context(), t, into, path, change...)
}

func restoreIn(
	ctx context.Context, t *testing.T, into *testdb.Database, path string, change ...func(*backup.RestoreOptions),
) (*backup.Restored, *house, error) {
	t.Helper()
	h := &house{db: into, owner: open(t, into.OwnerAt), store: folder(t)}
	options := backup.RestoreOptions{
		DB: h.owner, Path: path, Migrations: migrations.Files, Store: h.store, Person: "ops@operator", Reason: "a drill",
		Checks: slices.Concat(insurance.Checks(), claims.Checks()), Clock: clock.System{},
	}
	for _, one := range change {
		one(&options)
	}
	restored, err := backup.Restore(ctx, options)
	return restored, h, err
}

func open(t *testing.T, at string) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), pg.Options{URL: at, MaxConnections: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func folder(t *testing.T) *filestore.Folder {
	t.Helper()
	store, err := filestore.OpenFolder(filepath.Join(t.TempDir(), "documents"))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func verify(t *testing.T, db *pg.DB) ledger.Report {
	t.Helper()
	report, err := ledger.Verify(t.Context(), db, ledger.VerifyOptions{
		Checks: slices.Concat(insurance.Checks(), claims.Checks()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("wanted %v, got %v", want, err)
	}
}

func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func left(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

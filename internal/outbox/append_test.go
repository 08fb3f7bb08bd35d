package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, clock.Zone)

// fact is a small event of a subject; its id and its figures follow from the subject and the version.
func fact(pool, subject string, version int64, recorded time.Time) outbox.Fact {
	return outbox.Fact{
		ID: outbox.NewID(recorded), Pool: pool, Type: "test.thing_done", Subject: subject, SubjectVersion: version,
		Effective: calendar.DateOf(recorded), Recorded: recorded,
		By: access.Person("li", access.Member, "A"), AgreementVersion: 1,
		Data:    map[string]string{"gross": fmt.Sprintf("%d.00", version), "text": "<保费> & more"},
		Journal: &outbox.JournalSeal{Postings: 2, Digest: []byte{0xab, 0xcd}, Period: "2026-01"},
		Sections: []outbox.Section{
			{Member: "B", Data: map[string]string{"net_premium": "0.40"}},
			{Member: "A", Data: map[string]string{"net_premium": "0.60"}},
		},
	}
}

func appendFacts(ctx context.Context, db *testdb.Database, facts ...outbox.Fact) error {
	return pg.InTx(ctx, db.DB, func(ctx context.Context, tx *pg.Tx) error {
		for _, fact := range facts {
			if err := outbox.Append(ctx, tx, fact); err != nil {
				return err
			}
		}
		return nil
	})
}

func mustAppend(t testing.TB, db *testdb.Database, facts ...outbox.Fact) {
	t.Helper()
	if err := appendFacts(context.Background(), db, facts...); err != nil {
		t.Fatal(err)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK one by one and in bulk leave the same rows", func(t *testing.T) {
		first, second := fact("IC", "policy/1", 1, noon), fact("IC", "policy/2", 1, noon)
		mustAppend(t, db, first)
		err := pg.InTx(t.Context(), db.DB, func(ctx context.Context, tx *pg.Tx) error {
			return outbox.AppendAll(ctx, tx, []outbox.Fact{second})
		})
		if err != nil {
			t.Fatal(err)
		}
		var alike int
		err = pg.Row(t.Context(), db.DB, `SELECT count(*) FROM event e JOIN event_pending p
			ON p.pool = e.pool AND p.id = e.id AND p.recorded = e.recorded AND p.subject = e.subject
			AND p.subject_version = e.subject_version AND p.hash = sha256(e.manifest)
			WHERE e.members = '{A,B}' AND cardinality(e.salts) = 3 AND e.sections[1] = '{"net_premium":"0.60"}'
			AND e.schema_version = 1 AND e.effective = '2026-01-05'`, nil, &alike)
		if err != nil || alike != 2 {
			t.Errorf("%d rows as they should be, wanted 2: %v", alike, err)
		}
		if first.Sections[0].Member != "B" {
			t.Error("the caller's sections were sorted in place")
		}
	})
	t.Run("Err a subject version is given once", func(t *testing.T) {
		mustAppend(t, db, fact("IC", "policy/3", 1, noon))
		err := appendFacts(t.Context(), db, fact("IC", "policy/3", 1, noon))
		if got := pg.ConstraintOf(err); got != "event_pool_subject_subject_version_key" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OK the other pool's subject is another", func(t *testing.T) {
		mustAppend(t, db, fact("LH", "policy/3", 1, noon))
	})
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	broken := map[string]func(*outbox.Fact){
		"no id":             func(f *outbox.Fact) { f.ID = uuid.Nil },
		"no pool":           func(f *outbox.Fact) { f.Pool = "" },
		"no wing":           func(f *outbox.Fact) { f.Type = "done" },
		"a long subject":    func(f *outbox.Fact) { f.Subject = strings.Repeat("x", 201) },
		"subject not text":  func(f *outbox.Fact) { f.Subject = "\xff" },
		"version 0":         func(f *outbox.Fact) { f.SubjectVersion = 0 },
		"schema below 1":    func(f *outbox.Fact) { f.SchemaVersion = -1 },
		"no effective date": func(f *outbox.Fact) { f.Effective = calendar.Date{} },
		"no recorded time":  func(f *outbox.Fact) { f.Recorded = time.Time{} },
		"a member twice":    func(f *outbox.Fact) { f.Sections = append(f.Sections, f.Sections[0]) },
		"a nameless member": func(f *outbox.Fact) { f.Sections[0].Member = "" },
		"too many sections": func(f *outbox.Fact) {
			f.Sections = nil
			for i := range 66 {
				f.Sections = append(f.Sections, outbox.Section{Member: fmt.Sprint(i)})
			}
		},
		"too large": func(f *outbox.Fact) { f.Data = strings.Repeat("x", 900_000) },
	}
	for name, change := range broken {
		t.Run("ErrFactInvalid "+name, func(t *testing.T) {
			t.Parallel()
			f := fact("IC", "policy/1", 1, noon)
			change(&f)
			if err := appendFacts(t.Context(), db, f); !errors.Is(err, outbox.ErrFactInvalid) {
				t.Errorf("got %v", err)
			}
			err := pg.InTx(t.Context(), db.DB, func(ctx context.Context, tx *pg.Tx) error {
				return outbox.AppendAll(ctx, tx, []outbox.Fact{f})
			})
			if !errors.Is(err, outbox.ErrFactInvalid) {
				t.Errorf("in bulk: got %v", err)
			}
		})
	}
	t.Run("Err what is no JSON", func(t *testing.T) {
		t.Parallel()
		f := fact("IC", "policy/1", 1, noon)
		f.Data = make(chan int)
		if err := appendFacts(t.Context(), db, f); err == nil {
			t.Error("a channel was written")
		}
	})
}

func TestNewID(t *testing.T) {
	t.Parallel()
	seen := map[uuid.UUID]bool{}
	before := outbox.NewID(noon)
	for i := range 1000 {
		id := outbox.NewID(noon.Add(time.Duration(i+1) * time.Millisecond))
		if id.Version() != 7 || id.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is not a UUIDv7", id)
		}
		if id.String() <= before.String() {
			t.Fatalf("%s does not follow %s", id, before)
		}
		seen[id], before = true, id
	}
	if len(seen) != 1000 {
		t.Errorf("%d different ids", len(seen))
	}
}

package outbox_test

import (
	"gongbao/internal/fact"
	"gongbao/internal/lab/testfeed"

	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, clock.Zone)

func TestAppend(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK one by one and in bulk leave the same rows", func(t *testing.T) {
		first, second := testfeed.Fact("IC", "policy/1", 1, noon), testfeed.Fact("IC", "policy/2", 1, noon)
		testfeed.MustAppend(t, db, first)
		err := pg.InTx(t.Context(), db.DB, func(ctx context.Context, tx *pg.Tx) error {
			return outbox.AppendAll(ctx, tx, []fact.Fact{second})
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
		testfeed.MustAppend(t, db, testfeed.Fact("IC", "policy/3", 1, noon))
		err := testfeed.Append(t.Context(), db, testfeed.Fact("IC", "policy/3", 1, noon))
		if got := pg.ConstraintOf(err); got != "event_pool_subject_subject_version_key" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OK the other pool's subject is another", func(t *testing.T) {
		testfeed.MustAppend(t, db, testfeed.Fact("LH", "policy/3", 1, noon))
	})
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	broken := map[string]func(*fact.Fact){
		"no id":             func(f *fact.Fact) { f.ID = uuid.Nil },
		"no pool":           func(f *fact.Fact) { f.Pool = "" },
		"no wing":           func(f *fact.Fact) { f.Type = "done" },
		"a long subject":    func(f *fact.Fact) { f.Subject = strings.Repeat("x", 201) },
		"subject not text":  func(f *fact.Fact) { f.Subject = "\xff" },
		"version 0":         func(f *fact.Fact) { f.SubjectVersion = 0 },
		"schema below 1":    func(f *fact.Fact) { f.SchemaVersion = -1 },
		"no effective date": func(f *fact.Fact) { f.Effective = calendar.Date{} },
		"no recorded time":  func(f *fact.Fact) { f.Recorded = time.Time{} },
		"no audience":       func(f *fact.Fact) { f.Audience = "" },
		"sections for none": func(f *fact.Fact) { f.Audience = fact.Overseers },
		"a member twice":    func(f *fact.Fact) { f.Sections = append(f.Sections, f.Sections[0]) },
		"a nameless member": func(f *fact.Fact) { f.Sections[0].Member = "" },
		"too many sections": func(f *fact.Fact) {
			f.Sections = nil
			for i := range 66 {
				f.Sections = append(f.Sections, fact.Section{Member: fmt.Sprint(i)})
			}
		},
		"too large": func(f *fact.Fact) { f.Data = strings.Repeat("x", 900_000) },
	}
	for name, change := range broken {
		t.Run("ErrFactInvalid "+name, func(t *testing.T) {
			t.Parallel()
			f := testfeed.Fact("IC", "policy/1", 1, noon)
			change(&f)
			if err := testfeed.Append(t.Context(), db, f); !errors.Is(err, fact.ErrFactInvalid) {
				t.Errorf("got %v", err)
			}
			err := pg.InTx(t.Context(), db.DB, func(ctx context.Context, tx *pg.Tx) error {
				return outbox.AppendAll(ctx, tx, []fact.Fact{f})
			})
			if !errors.Is(err, fact.ErrFactInvalid) {
				t.Errorf("in bulk: got %v", err)
			}
		})
	}
	t.Run("Err what is no JSON", func(t *testing.T) {
		t.Parallel()
		f := testfeed.Fact("IC", "policy/1", 1, noon)
		f.Data = make(chan int)
		if err := testfeed.Append(t.Context(), db, f); err == nil {
			t.Error("a channel was written")
		}
	})
}

func TestNewID(t *testing.T) {
	t.Parallel()
	seen := map[uuid.UUID]bool{}
	before := fact.NewID(noon)
	for i := range 1000 {
		id := fact.NewID(noon.Add(time.Duration(i+1) * time.Millisecond))
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

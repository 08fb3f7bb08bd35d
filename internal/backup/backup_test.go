package backup_test

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"gongbao/internal/backup"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// contents reads a file as any other program would: the entries of a tar in zstd, tables put together and their rows
// sorted, because Postgres may lay them elsewhere when it writes them back.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	zip, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer zip.Close()
	found := map[string]string{}
	for entries := tar.NewReader(zip); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		body, failure := io.ReadAll(entries)
		if err := errors.Join(err, failure); err != nil {
			t.Fatal(err)
		}
		name := entry.Name
		if table, is := strings.CutPrefix(name, "tables/"); is {
			name, _, _ = strings.Cut(table, "/")
		}
		found[name] += string(body)
	}
	for name, body := range found {
		rows := strings.Split(body, "\n")
		slices.Sort(rows)
		found[name] = strings.Join(rows, "\n")
	}
	return found
}

// sameContents wants the same rows in the same tables and the same documents. A restore writes itself down.
func sameContents(t *testing.T, a, b string) {
	t.Helper()
	one, two := contents(t, a), contents(t, b)
	if len(one) < 20 {
		t.Errorf("only %d entries", len(one))
	}
	for _, own := range []string{"plan.json", "manifest.json", "feed_recovery"} {
		delete(one, own)
		delete(two, own)
	}
	for name := range maps.Keys(one) {
		if one[name] != two[name] {
			t.Errorf("%s differs: %d and %d bytes", name, len(one[name]), len(two[name]))
		}
	}
	if len(one) != len(two) {
		t.Errorf("%d and %d tables and documents", len(one), len(two))
	}
}

func TestRestoreIsTheSameToTheByte(t *testing.T) {
	t.Parallel()
	h := found(t)
	first := h.mustTake(t)
	if len(first.Pools) != 4 || first.Documents.Files != 2 || first.Rows() < 500 {
		t.Fatalf("hardly a backup: %s", shown(first))
	}
	t.Run("OK nobody else may read it", func(t *testing.T) {
		info, err := os.Stat(first.Path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	})
	checked, err := backup.Check(t.Context(), first.Path, nil)
	if err != nil || shown(checked) != shown(first) {
		t.Errorf("%v\n%s\n%s", err, shown(checked), shown(first))
	}
	var done, of int64
	restored, second, err := restore(t, testdb.Empty(t), first.Path, func(o *backup.RestoreOptions) {
		o.Progress = func(what string, d, m int64) {
			if !strings.HasPrefix(what, "verify") && what != "bytes" {
				done, of = d, m
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if done != of || of != first.Rows() {
		t.Errorf("progress ended at %d of %d, there are %d rows", done, of, first.Rows())
	}
	if shown(restored.Verified) != shown(verify(t, h.owner)) {
		t.Errorf("verified %s", shown(restored.Verified))
	}
	again := second.mustTake(t)
	sameContents(t, first.Path, again.Path)
	if shown(again.Pools) != shown(first.Pools) || again.Documents != first.Documents {
		t.Errorf("%s, %s", shown(again.Pools), shown(again.Documents))
	}
	t.Run("OK the application has its rights and no more", func(t *testing.T) { second.restricted(t) })
	t.Run("OK who restored it and why is written down", func(t *testing.T) {
		var step, person, reason string
		err := second.owner.Pool.QueryRow(t.Context(), `SELECT step, person, reason FROM feed_recovery`).
			Scan(&step, &person, &reason)
		if err != nil || step != "restored" || person != "ops@operator" || reason != "a drill" {
			t.Errorf("%s %s %s, %v", step, person, reason, err)
		}
	})
}

// restricted gives the application its rights and tries whether it has more.
func (h *house) restricted(t *testing.T) {
	t.Helper()
	err := pg.Grant(t.Context(), h.owner, testdb.Application, pg.Grants{
		AppendOnly: migrations.AppendOnly, Mutable: migrations.Mutable, Queues: migrations.Queues,
		Views: migrations.Views,
	})
	if err != nil {
		t.Fatal(err)
	}
	if report := verify(t, h.db.DB); len(report.Findings) > 0 {
		t.Error(report.Findings)
	}
	if _, err := h.db.Pool.Exec(t.Context(), "DELETE FROM posting"); pg.CodeOf(err) != "42501" {
		t.Errorf("it may delete: %v", err)
	}
}

// TestUnderLoad takes a backup while commands run: what is restored verifies and has what the manifest says.
func TestUnderLoad(t *testing.T) {
	t.Parallel()
	h := found(t)
	stop := h.load(t)
	taken := h.mustTake(t)
	stop()
	after := h.mustTake(t)
	if shown(after.Pools) == shown(taken.Pools) || after.Rows() <= taken.Rows() {
		t.Error("nothing went on meanwhile; nothing is proven")
	}
	restored, second, err := restore(t, testdb.Empty(t), taken.Path)
	if err != nil {
		t.Fatal(err)
	}
	if len(restored.Verified.Findings) > 0 || restored.Verified.Journals == 0 {
		t.Errorf("%s", shown(restored.Verified))
	}
	again := second.mustTake(t)
	if shown(again.Pools) != shown(taken.Pools) {
		t.Errorf("positions are %s, the manifest says %s", shown(again.Pools), shown(taken.Pools))
	}
	sameContents(t, taken.Path, again.Path)
}

// older is the schema without its newest migration.
func older(t *testing.T) fstest.MapFS {
	t.Helper()
	known, err := pg.Migrations(migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := migrations.Files.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(entry.Name(), known[len(known)-1]) {
			files[entry.Name()] = &fstest.MapFile{Data: text}
		}
	}
	return files
}

func TestOlderAndNewerSchemas(t *testing.T) {
	t.Parallel()
	t.Run("OK an older backup is restored at its level and then migrated", func(t *testing.T) {
		t.Parallel()
		h := &house{db: testdb.Empty(t)}
		h.owner = open(t, h.db.OwnerAt)
		if _, err := pg.Migrate(t.Context(), h.owner, older(t)); err != nil {
			t.Fatal(err)
		}
		_, err := h.owner.Pool.Exec(t.Context(),
			`INSERT INTO relay_lease (pool, holder, fence, expires, contract) VALUES ('ZONE', 'old', 7, 'epoch', 1)`)
		if err != nil {
			t.Fatal(err)
		}
		restored, second, err := restore(t, testdb.Empty(t), h.mustTake(t).Path)
		if err != nil || len(restored.Migrated) != 1 {
			t.Fatalf("migrated %v: %v", restored, err)
		}
		var fence int64
		err = second.owner.Pool.QueryRow(t.Context(), `SELECT fence FROM relay_lease`).Scan(&fence)
		if err != nil || fence != 7 {
			t.Errorf("fence %d, %v", fence, err)
		}
	})
	t.Run("ErrSchemaNewer", func(t *testing.T) {
		t.Parallel()
		h := &house{db: testdb.Open(t)}
		h.owner = open(t, h.db.OwnerAt)
		empty := testdb.Empty(t)
		_, second, err := restore(t, empty, h.mustTake(t).Path, func(o *backup.RestoreOptions) { o.Migrations = older(t) })
		wantErr(t, err, backup.ErrSchemaNewer)
		wantErr(t, backup.Finished(t.Context(), second.owner), nil)
	})
}

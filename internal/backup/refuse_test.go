package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

func write(t *testing.T, raw []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "spoiled.backup")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSpoiledFiles flips bits, cuts and lengthens at random places: every such file is refused by name.
func TestSpoiledFiles(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(whole(t))
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 0))
	refused := func(what string, raw []byte, names ...error) {
		t.Helper()
		_, err := backup.Check(context.Background(), write(t, raw), nil)
		if !slices.ContainsFunc(names, func(name error) bool { return errors.Is(err, name) }) {
			t.Errorf("seed %d: %s: %v", seed, what, err)
		}
	}
	for range 60 {
		at := dice.IntN(len(whole))
		raw := bytes.Clone(whole)
		raw[at] ^= 1 << dice.IntN(8)
		refused("a flipped bit", raw, backup.ErrAltered, backup.ErrTruncated)
		refused("a cut", whole[:at], backup.ErrTruncated, backup.ErrNoBackup)
		other := dice.IntN(len(whole) - 100)
		raw = bytes.Clone(whole)
		copy(raw[other:other+100], whole[max(0, other-500):])
		refused("bytes of elsewhere", raw, backup.ErrAltered, backup.ErrTruncated)
	}
	for i := range 80 { // the seal's own bytes, every one
		raw := bytes.Clone(whole)
		raw[len(raw)-1-i%48] ^= 1 << (i % 8)
		refused("a flipped bit of the seal", raw, backup.ErrAltered, backup.ErrTruncated)
	}
	refused("something behind the seal", append(bytes.Clone(whole), 0), backup.ErrTruncated)
	refused("nothing", nil, backup.ErrNoBackup)
	refused("something else", []byte(strings.Repeat("gongbao1", 100)), backup.ErrNoBackup)
}

// entry is one entry of a file that is put together anew.
type entry struct {
	name string
	body []byte
}

func unpack(t *testing.T, path string) []entry {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	zip, err := zstd.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer zip.Close()
	var all []entry
	for from := tar.NewReader(zip); ; {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		body, failure := io.ReadAll(from)
		if err := errors.Join(err, failure); err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{header.Name, body})
	}
}

// pack writes entries with a seal that fits: by somebody who knows how, and errs or lies.
func pack(t *testing.T, entries []entry) string {
	t.Helper()
	var raw bytes.Buffer
	zip, err := zstd.NewWriter(&raw)
	if err != nil {
		t.Fatal(err)
	}
	to := tar.NewWriter(zip)
	for _, e := range entries {
		err := to.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.body)), Mode: 0o600})
		if _, failure := to.Write(e.body); err != nil || failure != nil {
			t.Fatal(err, failure)
		}
	}
	if err := errors.Join(to.Close(), zip.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw.Bytes())
	seal := binary.LittleEndian.AppendUint32(nil, 0x184D2A5B)
	seal = append(binary.LittleEndian.AppendUint32(seal, 40), "gongbao1"...)
	return write(t, slices.Concat(raw.Bytes(), seal, sum[:]))
}

// TestContentsThatDoNotAgree puts files together whose seal fits and whose contents do not agree with their manifest.
func TestContentsThatDoNotAgree(t *testing.T) {
	t.Parallel()
	whole := unpack(t, whole(t))
	if _, err := backup.Check(t.Context(), pack(t, whole), nil); err != nil {
		t.Fatalf("put together as it was: %v", err)
	}
	at := func(prefix string) int {
		return slices.IndexFunc(whole, func(e entry) bool { return strings.HasPrefix(e.name, prefix) })
	}
	posting, event, document := at("tables/posting/"), at("tables/event/"), at("documents/")
	edit := func(at int, from, to string) func([]entry) []entry {
		return func(all []entry) []entry {
			all[at].body = bytes.Replace(all[at].body, []byte(from), []byte(to), 1)
			return all
		}
	}
	without := func(at int) func([]entry) []entry {
		return func(all []entry) []entry { return slices.Delete(all, at, at+1) }
	}
	for name, test := range map[string]struct {
		change func([]entry) []entry
		want   error
	}{
		"a row less": {func(all []entry) []entry {
			_, rest, _ := bytes.Cut(all[posting].body, []byte("\n"))
			all[posting].body = rest
			return all
		}, backup.ErrMalformed},
		"a row altered": {edit(posting, "\t1", "\t2"), backup.ErrMalformed},
		"rows in another order": {func(all []entry) []entry {
			first, rest, _ := bytes.Cut(all[posting].body, []byte("\n"))
			all[posting].body = slices.Concat(rest, first, []byte("\n"))
			return all
		}, backup.ErrMalformed},
		"tables in another order": {func(all []entry) []entry {
			all[posting], all[event] = all[event], all[posting]
			return all
		}, backup.ErrMalformed},
		"a table less":     {without(posting), backup.ErrMalformed},
		"a document less":  {without(document), backup.ErrMalformed},
		"another document": {edit(document, "", "x"), backup.ErrMalformed},
		"a document twice": {func(all []entry) []entry {
			return slices.Insert(all, document, all[document])
		}, backup.ErrMalformed},
		"something behind it all": {func(all []entry) []entry { return append(all, all[document]) }, backup.ErrMalformed},
		"no manifest":             {func(all []entry) []entry { return all[:len(all)-1] }, backup.ErrMalformed},
		"no plan":                 {func(all []entry) []entry { return all[1:] }, backup.ErrMalformed},
		"nothing":                 {func([]entry) []entry { return nil }, backup.ErrMalformed},
		"another position":        {edit(len(whole)-1, `"position": `, `"position": 1`), backup.ErrMalformed},
		"a form of tomorrow":      {edit(0, `"format": 1`, `"format": 2`), backup.ErrFormatUnknown},
	} {
		t.Run("Err "+name, func(t *testing.T) {
			t.Parallel()
			_, err := backup.Check(t.Context(), pack(t, test.change(slices.Clone(whole))), nil)
			wantErr(t, err, test.want)
		})
	}
}

func TestTakeRefuses(t *testing.T) {
	t.Parallel()
	h := found(t)
	t.Run("ErrFileExists", func(t *testing.T) {
		path := write(t, []byte("mine"))
		_, err := h.take(t, func(o *backup.TakeOptions) { o.Path = path })
		wantErr(t, err, backup.ErrFileExists)
		if raw, err := os.ReadFile(path); string(raw) != "mine" {
			t.Errorf("the file is %q now, %v", raw, err)
		}
	})
	t.Run("ErrDocumentMissing, and leaves nothing behind", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.backup")
		_, err := h.take(t, func(o *backup.TakeOptions) { o.Path, o.Store = path, folder(t) })
		wantErr(t, err, backup.ErrDocumentMissing)
		if names := left(t, path); len(names) > 0 {
			t.Errorf("left %v", names)
		}
	})
	t.Run("OK without documents", func(t *testing.T) {
		taken, err := h.take(t, func(o *backup.TakeOptions) { o.Store = nil })
		if err != nil || taken.Documents.Included || taken.Documents.Files != 0 {
			t.Errorf("%s, %v", shown(taken), err)
		}
	})
	t.Run("ErrDatabaseEmpty", func(t *testing.T) {
		_, err := h.take(t, func(o *backup.TakeOptions) { o.DB = open(t, testdb.Empty(t).OwnerAt) })
		wantErr(t, err, backup.ErrDatabaseEmpty)
	})
	t.Run("Err asked to stop, and leaves nothing behind", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		path := filepath.Join(t.TempDir(), "a.backup")
		_, err := backup.Take(ctx, backup.TakeOptions{
			DB: h.owner, Path: path, Clock: clock.System{}, Unproven: true, Progress: func(string, int64, int64) { cancel() },
		})
		wantErr(t, err, context.Canceled)
		if names := left(t, path); len(names) > 0 {
			t.Errorf("left %v", names)
		}
	})
}

// TestRestoreRefuses and is never half a book that looks whole.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	path := whole(t)
	t.Run("ErrDatabaseNotEmpty", func(t *testing.T) {
		t.Parallel()
		_, h, err := restore(t, testdb.Open(t), path)
		wantErr(t, err, backup.ErrDatabaseNotEmpty)
		wantErr(t, backup.Finished(t.Context(), h.owner), nil)
	})
	t.Run("ErrAltered before anything is written", func(t *testing.T) {
		t.Parallel()
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2]++
		_, h, err := restore(t, testdb.Empty(t), write(t, raw))
		wantErr(t, err, backup.ErrAltered)
		wantErr(t, backup.Finished(t.Context(), h.owner), nil)
	})
	t.Run("ErrNotRestored when the book does not verify", func(t *testing.T) {
		t.Parallel()
		h := found(t)
		_, err := h.db.Superuser.Pool.Exec(t.Context(), `UPDATE posting SET amount = amount + 1
			WHERE (pool, journal, line) = (SELECT pool, journal, line FROM posting LIMIT 1)`)
		if err != nil {
			t.Fatal(err)
		}
		_, second, err := restore(t, testdb.Empty(t), h.evidence(t))
		wantErr(t, err, backup.ErrNotRestored)
		wantErr(t, backup.Finished(t.Context(), second.owner), backup.ErrRestoreUnfinished)
	})
	t.Run("ErrNotRestored when the feed has a gap", func(t *testing.T) {
		t.Parallel()
		h := found(t)
		_, err := h.db.Superuser.Pool.Exec(t.Context(), `DELETE FROM feed_position WHERE pool = 'IC' AND position = 3`)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = restore(t, testdb.Empty(t), h.evidence(t))
		wantErr(t, err, backup.ErrNotRestored)
	})
}

// TestRestoreStoppedHalfway is stopped in the middle of a table: the database says so until it is restored again.
func TestRestoreStoppedHalfway(t *testing.T) {
	t.Parallel()
	path := whole(t)
	for _, where := range []string{"event", "posting", "verify mirrors"} {
		t.Run("Err stopped at "+where, func(t *testing.T) {
			t.Parallel()
			into := testdb.Empty(t)
			ctx, cancel := context.WithCancel(t.Context())
			_, h, err := restoreIn(ctx, t, into, path, func(o *backup.RestoreOptions) {
				o.Progress = func(what string, _, _ int64) {
					if what == where {
						cancel()
					}
				}
			})
			if err == nil {
				t.Fatal("it was not stopped")
			}
			wantErr(t, backup.Finished(t.Context(), h.owner), backup.ErrRestoreUnfinished)
			_, err = h.take(t)
			wantErr(t, err, backup.ErrRestoreUnfinished)
			_, _, err = restore(t, into, path)
			wantErr(t, err, backup.ErrRestoreUnfinished)
			_, again, err := restore(t, into, path, func(o *backup.RestoreOptions) { o.Clear = true })
			if err != nil {
				t.Fatal(err)
			}
			wantErr(t, backup.Finished(t.Context(), again.owner), nil)
			sameContents(t, path, again.mustTake(t).Path)
		})
	}
	t.Run("ErrRestoreRunning", func(t *testing.T) {
		t.Parallel()
		into, second := testdb.Empty(t), error(nil)
		_, _, err := restore(t, into, path, func(o *backup.RestoreOptions) {
			o.Progress = func(what string, _, _ int64) {
				if what == "posting" && second == nil {
					_, _, second = restore(t, into, path, func(o *backup.RestoreOptions) { o.Clear = true })
				}
			}
		})
		wantErr(t, err, nil)
		wantErr(t, second, backup.ErrRestoreRunning)
	})
}

// TestDocumentsComeBack reads a restored document where it belongs.
func TestDocumentsComeBack(t *testing.T) {
	t.Parallel()
	path := whole(t)
	_, h, err := restore(t, testdb.Empty(t), path)
	if err != nil {
		t.Fatal(err)
	}
	var hash []byte
	err = pg.Row(t.Context(), h.owner, `SELECT sha256 FROM claim_document WHERE number = 1`, nil, &hash)
	if err != nil {
		t.Fatal(err)
	}
	body, err := h.store.Open(t.Context(), [32]byte(hash))
	if err != nil {
		t.Fatalf("%s: %v", hex.EncodeToString(hash), err)
	}
	defer func() { _ = body.Close() }()
	if text, err := io.ReadAll(body); string(text) != "查勘报告" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	t.Run("OK left in the file when asked", func(t *testing.T) {
		_, h, err := restore(t, testdb.Empty(t), path, func(o *backup.RestoreOptions) { o.Store = nil })
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.take(t)
		wantErr(t, err, backup.ErrDocumentMissing)
	})
}

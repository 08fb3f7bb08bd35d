package filestore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/filestore"
)

func put(t *testing.T, store filestore.Store, text string) filestore.Digest {
	t.Helper()
	digest, size, err := store.Put(t.Context(), strings.NewReader(text), 100)
	if err != nil || size != int64(len(text)) {
		t.Fatalf("%d bytes, %v", size, err)
	}
	return digest
}

func files(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFolder(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "documents")
	store, err := filestore.OpenFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	digest := put(t, store, "查勘报告")
	if again := put(t, store, "查勘报告"); again != digest {
		t.Errorf("the same bytes have two names, %s and %s", digest, again)
	}
	if found := files(t, root); len(found) != 1 || !strings.HasSuffix(
		strings.ReplaceAll(found[0], string(filepath.Separator), ""), digest.String(),
	) {
		t.Errorf("kept as %v", found)
	}
	read, err := store.Open(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(read)
	if err != nil || string(text) != "查勘报告" || read.Close() != nil {
		t.Errorf("%q %v", text, err)
	}
	if _, err := store.Open(t.Context(), filestore.Digest{}); !errors.Is(err, filestore.ErrNotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// What is refused, cut off or altered leaves nothing behind, or is noticed.
func TestFolderRefuses(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store, err := filestore.OpenFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.Put(t.Context(), bytes.NewReader(make([]byte, 101)), 100); !errors.Is(
		err, filestore.ErrTooLarge,
	) {
		t.Errorf("a byte too many: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := store.Put(ctx, strings.NewReader("x"), 100); !errors.Is(err, context.Canceled) {
		t.Errorf("cut off: %v", err)
	}
	if found := files(t, root); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
	digest := put(t, store, "original")
	kept := files(t, root)[0]
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, []byte("altered!"), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := store.Open(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	if _, err := io.ReadAll(read); !errors.Is(err, filestore.ErrAltered) {
		t.Errorf("an altered file: %v", err)
	}
}

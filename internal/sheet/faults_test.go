package sheet_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestFaultsAreTheShared compares the files that failed elsewhere with the shared ones, where those lie beside the
// module, and wants an outcome of each: the doors are tested by them.
func TestFaultsAreTheShared(t *testing.T) {
	t.Parallel()
	var outcomes []struct {
		File string `json:"file"`
	}
	written, err := os.ReadFile(filepath.Join("testdata", "outcomes.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &outcomes); err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, outcome := range outcomes {
		tried[outcome.File] = true
	}
	ours, err := os.ReadDir(filepath.Join("testdata", "faults"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range ours {
		if !tried[file.Name()] {
			t.Errorf("no outcome of %s is wanted", file.Name())
		}
	}
	shared := filepath.Join("..", "..", "..", "shared", "faults", "import")
	theirs, err := os.ReadDir(shared)
	if errors.Is(err, os.ErrNotExist) {
		return // a clone of the module alone has nothing to compare with
	}
	for _, file := range theirs {
		wanted, err := os.ReadFile(filepath.Join(shared, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("testdata", "faults", file.Name()))
		if err != nil || string(got) != string(wanted) {
			t.Errorf("%s differs from the shared one: %v", file.Name(), err)
		}
	}
}

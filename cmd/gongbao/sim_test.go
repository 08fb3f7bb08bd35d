package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/lab/sim"
)

// A short life agrees, says so by its exit status, and leaves its books as files.
func TestSim(t *testing.T) {
	t.Setenv("GONGBAO_DATA", t.TempDir())
	t.Setenv("LOG_LEVEL", "error")
	journal, totals := filepath.Join(t.TempDir(), "book.journal"), filepath.Join(t.TempDir(), "months.csv")
	out, status, err := typed(
		t, "sim", "--seed", "7", "--steps", "250", "--json", "--journal", journal, "--totals", totals,
	)
	if status != exitOK {
		t.Fatalf("status %d: %v\n%s", status, err, out)
	}
	var report sim.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.Seed != 7 || report.Steps != 250 {
		t.Errorf("%v: %s", err, out)
	}
	for name, begins := range map[string]string{
		journal: "; the books of Gongbao", totals: "\ufeffmonth,book,account,balance\n",
	} {
		text, err := os.ReadFile(name)
		if err != nil || !strings.HasPrefix(string(text), begins) {
			t.Errorf("%s: %v", name, err)
		}
	}
	out, status, err = typed(t, "sim", "--seed", "7", "--settlements", "20")
	if status != exitOK || !strings.Contains(out, "; 0 accounts between members open\n") {
		t.Errorf("status %d: %v\n%s", status, err, out)
	}
	if out, status, err := typed(t, "sim", "--seed", "7", "--steps", "40"); status != exitOK ||
		!strings.Contains(out, "seed 7: everything agrees") {
		t.Errorf("status %d: %v\n%s", status, err, out)
	}
}

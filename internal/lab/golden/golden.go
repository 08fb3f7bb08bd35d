// Package golden compares what a test has printed with the file that keeps it, or writes the file anew. It stands
// outside the stair: only tests use it.
package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files anew")

const (
	linesMax  = 40 // of a difference that are printed
	columnMax = 200
	fileMode  = 0o600
	dirMode   = 0o750
)

// Same wants the file to hold the text, byte for byte. A difference is printed in part, with the command that rewrites
// the file; whoever runs it looks at what has changed before it is committed.
func Same(t testing.TB, path, text string) {
	t.Helper()
	if *update {
		if err := write(path, text); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(path)
	switch {
	case err != nil:
		t.Errorf("%v; to write it: %s", err, command(t))
	case string(stored) != text:
		t.Errorf("%s differs (- as it is kept, + as it is now):\n%s\nto write it anew: %s", path,
			Difference(string(stored), text), command(t))
	}
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), fileMode)
}

// Difference shows at most forty lines of what two texts differ in.
func Difference(kept, now string) string {
	lines := strings.Split(strings.TrimRight(cmp.Diff(strings.Split(kept, "\n"), strings.Split(now, "\n")), "\n"), "\n")
	left := 0
	if len(lines) > linesMax {
		left, lines = len(lines)-linesMax+1, lines[:linesMax-1]
	}
	for i, line := range lines {
		if runes := []rune(line); len(runes) > columnMax {
			lines[i] = string(runes[:columnMax]) + "…"
		}
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("… and %d lines more", left))
	}
	return strings.Join(lines, "\n")
}

// command rewrites what the test keeps; a test runs in the folder of its package.
func command(t testing.TB) string {
	folder, err := os.Getwd()
	if err != nil {
		folder = "."
	}
	at := folder
	for at != filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			break
		}
		at = filepath.Dir(at)
	}
	if inside, err := filepath.Rel(at, folder); err == nil {
		folder = filepath.ToSlash(inside)
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	return fmt.Sprintf("go test ./%s -run '^%s$' -update", folder, test)
}

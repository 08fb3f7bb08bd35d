package golden_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/lab/golden"
)

// heard is a test that notes what it is told.
type heard struct {
	testing.TB
	said string
}

func (h *heard) Errorf(format string, args ...any) { h.said = fmt.Sprintf(format, args...) }

func TestADifferenceIsShownInPart(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "kept.txt")
	var kept, now strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&kept, "line %d\n", i)
		fmt.Fprintf(&now, "line %d\n", i*2)
	}
	listener := &heard{TB: t}
	golden.Same(listener, name, "")
	if !strings.Contains(listener.said, "no such file") {
		t.Errorf("a missing file: %s", listener.said)
	}
	if err := os.WriteFile(name, []byte(kept.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	listener.said = ""
	if golden.Same(listener, name, kept.String()); listener.said != "" {
		t.Errorf("the same: %s", listener.said)
	}
	golden.Same(listener, name, now.String())
	const rewrites = "go test ./internal/lab/golden -run '^TestADifferenceIsShownInPart$' -update"
	if lines := strings.Count(listener.said, "\n"); lines > 42 || !strings.HasSuffix(listener.said, rewrites) {
		t.Errorf("%d lines: %s", lines, listener.said)
	}
	if golden.Same(listener, name, strings.Replace(kept.String(), "line 4000\n", "another\n", 1)); strings.Count(
		listener.said, "\n") > 20 || !strings.Contains(listener.said, "another") {
		t.Errorf("one line: %s", listener.said)
	}
}

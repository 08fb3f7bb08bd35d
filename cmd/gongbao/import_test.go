package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/sheet"
)

// TestFilesThatFailedElsewhere gives each to the command and wants the outcome that HTTP is tested by as well.
func TestFilesThatFailedElsewhere(t *testing.T) {
	t.Setenv("GONGBAO_DATA", t.TempDir())
	t.Setenv("LOG_LEVEL", "error")
	serve(t)
	const folder = "../../internal/sheet/testdata"
	written, err := os.ReadFile(filepath.Join(folder, "outcomes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []struct {
		File, Charset, State, Code, Column, Says string
		Row, Imported                            int
	}
	if err := json.Unmarshal(written, &outcomes); err != nil {
		t.Fatal(err)
	}
	for _, want := range outcomes {
		out, status, err := typed(t, "import", "policies", filepath.Join(folder, "faults", want.File), "--dry-run",
			"--json", "--encoding", want.Charset)
		if (want.State == "done") != (status == exitOK) {
			t.Errorf("%s: status %d, %v", want.File, status, err)
			continue
		}
		var report sheet.Report
		if !strings.HasSuffix(want.Code, "unreadable") {
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Errorf("%s: %v in %s", want.File, err, out)
				continue
			}
		}
		said := strings.Join(report.Notes, "; ")
		if err != nil {
			said = err.Error()
		}
		if !strings.Contains(said, want.Code) || report.Imported != want.Imported {
			t.Errorf("%s: %+v, %v", want.File, report, err)
		}
		if want.Row > 0 {
			if report.BadRows[0].Row != want.Row || report.BadRows[0].Column != want.Column {
				t.Errorf("%s: %+v", want.File, report.BadRows)
			}
			said = report.BadRows[0].Reason
		}
		if !strings.Contains(said, want.Says) {
			t.Errorf("%s does not say %q: %s", want.File, want.Says, said)
		}
	}
	testSkipped(t)
}

// testSkipped: bad rows are reported and the status says that there were some, also where the good ones are imported.
func testSkipped(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(file, []byte("code,name\nN1,示例\nN2,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ flag, says string }{
		{"--dry-run", "2 rows: 0 would be imported, 0 were there already, 1 bad"},
		{"--skip-bad", "2 rows: 1 imported, 0 were there already, 1 bad"},
		{"--skip-bad", "2 rows: 0 imported, 1 was there already, 1 bad"},
	} {
		out, status, err := typed(t, "import", "members", file, step.flag)
		if status != exitFailed || !strings.Contains(out, step.says) || !strings.Contains(out, "row 3, column name") {
			t.Errorf("%s: status %d, %v\n%s", step.flag, status, err, out)
		}
	}
}

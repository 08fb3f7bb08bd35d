package httpapi_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/imports"
)

// importOutcome is what is right for a file that failed elsewhere.
type importOutcome struct {
	File     string        `json:"file"`
	Charset  string        `json:"charset"`
	State    imports.State `json:"state"`
	Code     string        `json:"code"`
	Row      int           `json:"row"`
	Column   string        `json:"column"`
	Imported int           `json:"imported"`
	Says     string        `json:"says"`
}

const faults = "../sheet/testdata"

// TestFilesThatFailedElsewhere sends each over HTTP and wants the outcome that the command is tested by as well.
func TestFilesThatFailedElsewhere(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.clock.Set(calendar.MustDate("2026-11-27").Noon())
	written, err := os.ReadFile(filepath.Join(faults, "outcomes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []importOutcome
	if err := json.Unmarshal(written, &outcomes); err != nil {
		t.Fatal(err)
	}
	for _, want := range outcomes {
		content, err := os.ReadFile(filepath.Join(faults, "faults", want.File))
		if err != nil {
			t.Fatal(err)
		}
		media := "text/csv"
		if want.Charset != "" {
			media += "; charset=" + want.Charset
		}
		run := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/policies?dry_run=true", string(content),
			"Content-Type", media))
		want.compare(t, run)
	}
}

func (want importOutcome) compare(t *testing.T, run imports.Run) {
	t.Helper()
	report := run.Report
	if run.State != want.State || report.Imported != want.Imported {
		t.Errorf("%s is %s with %d imported: %+v %+v", want.File, run.State, report.Imported, run.Problem, report)
		return
	}
	said := strings.Join(report.Notes, "; ")
	if run.State == imports.Refused {
		if said += run.Problem.Detail; run.Problem.Code != want.Code {
			t.Errorf("%s: %+v", want.File, run.Problem)
		}
	}
	if want.Row > 0 {
		if len(report.BadRows) == 0 || report.BadRows[0].Row != want.Row || report.BadRows[0].Column != want.Column {
			t.Errorf("%s: %+v", want.File, report.BadRows)
			return
		}
		said = report.BadRows[0].Reason
	}
	if !strings.Contains(said, want.Says) {
		t.Errorf("%s does not say %q: %s", want.File, want.Says, said)
	}
}

// TestAnImportByQueryAndInPart names the charset in the query, leaves bad rows out and says so.
func TestAnImportByQueryAndInPart(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	const table = "code,name\nN1,\xca\xbe\xc0\xfd\n" // 示例 in GBK
	const path = "/v1/imports/members?charset=gbk&skip_bad=true"
	if run := d.ended(d.ask(clerk, http.MethodPost, path, table+"N2,\x81\n")); run.State != imports.Partly ||
		run.Report.Imported != 1 || run.Report.Bad != 1 {
		t.Errorf("%s %+v %+v", run.State, run.Problem, run.Report)
	}
	unknown := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/members?charset=latin1", table))
	if unknown.State != imports.Refused || !strings.Contains(unknown.Problem.Detail, "latin1") {
		t.Errorf("%+v", unknown.Problem)
	}
}

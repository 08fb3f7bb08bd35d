package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongbao/internal/access"
	"gongbao/internal/imports"
)

// ended waits until an import has ended, and gives how.
func (d *door) ended(started reply) imports.Run {
	d.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		answer := d.ask(clerk, http.MethodGet, started.Header.Get("Location"), "")
		var run imports.Run
		if err := json.Unmarshal([]byte(answer.text), &run); err != nil || answer.StatusCode != http.StatusOK {
			d.Fatalf("%d %s", answer.StatusCode, answer.text)
		}
		if run.State != imports.Running {
			return run
		}
		select {
		case <-deadline:
			d.Fatalf("the import does not end: %s", answer.text)
		case <-tick.C:
		}
	}
}

// workbook is a table as XLSX, with its days and numbers as a workbook keeps them.
func workbook(t *testing.T, rows ...[]any) string {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestImportsRunInTheBackgroundAndAreFollowed(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	book := workbook(t,
		[]any{"pool", "number", "line", "insured", "start", "end", "premium", "limit", "vat"},
		[]any{"IC", "IC-X1", "first_set", "示例企业", day, day.AddDate(1, 0, -1), 1234.56, 1000000, 0.06},
		[]any{},
		[]any{"IC", "IC-X2", "first_set", "示例企业", "2026-03-01", "2027-02-28", "0.1", "1000000.00", "6%"},
	)
	started := d.ask(clerk, http.MethodPost, "/v1/imports/policies?dry_run=true", book)
	if started.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %s", started.StatusCode, started.text)
	}
	if run := d.ended(started); run.State != imports.Done || run.Report.Imported != 2 || !run.DryRun || run.Rows != 2 {
		t.Errorf("a rehearsal: %+v %+v", run, run.Report)
	}
	d.refused(d.ask(leader, http.MethodGet, "/v1/policies/IC-X1", ""), http.StatusNotFound, "insurance.policy_not_found")
	if run := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/policies", book)); run.State != imports.Done {
		t.Errorf("the import: %+v %+v", run.Problem, run.Report)
	}
	seen := d.ask(leader, http.MethodGet, "/v1/policies/IC-X1", "")
	if !strings.Contains(seen.text, `"premium":"1234.56"`) || !strings.Contains(seen.text, `"start":"2026-03-01"`) {
		t.Errorf("what was imported: %s", seen.text)
	}
	if run := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/policies", book)); run.Report.Known != 2 {
		t.Errorf("again: %+v", run.Report)
	}
	bad := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/members", "code,name,capital\nNEW,新,-1\n"))
	if bad.State != imports.Refused || bad.Problem.Code != "coinsurance.import_refused" || len(bad.Report.BadRows) != 1 ||
		bad.Report.BadRows[0].Column != "capital" {
		t.Errorf("a bad row: %+v %+v", bad.Problem, bad.Report)
	}
	worse := d.ended(d.ask(clerk, http.MethodPost, "/v1/imports/catalogue", "PK\x03\x04 no workbook"))
	if worse.State != imports.Refused || worse.Problem.Code != "insurance.import_unreadable" {
		t.Errorf("no table at all: %+v", worse.Problem)
	}
	d.refused(d.ask(clerk, http.MethodPost, "/v1/imports/houses", "a,b\n"), 422, "httpapi.request_invalid")
	list := d.ask(clerk, http.MethodGet, "/v1/imports", "")
	if strings.Count(list.text, `"id"`) != 5 {
		t.Errorf("the list: %s", list.text)
	}
}

// TestAnImportKeepsItsBytes lets other requests come while a file is read in the background: what the framework does
// with the memory of a body once its request is answered must not reach the import.
func TestAnImportKeepsItsBytes(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	const count = 200
	var book strings.Builder
	book.WriteString("pool,number,line,insured,start,end,premium,limit,vat\n")
	for i := range count {
		fmt.Fprintf(&book, "IC,IC-K%d,first_set,示例企业,2026-03-01,2027-02-28,1000.00,1000000.00,6%%\n", i)
	}
	started := d.ask(clerk, http.MethodPost, "/v1/imports/policies", book.String())
	for range 20 {
		d.refused(d.ask(leader, http.MethodPost, "/v1/policies", strings.Repeat("#", book.Len())), 400,
			"httpapi.request_invalid")
	}
	if run := d.ended(started); run.State != imports.Done || run.Report.Imported != count {
		t.Errorf("%+v %+v", run.Problem, run.Report)
	}
}

func TestAnImportWhoseProcessIsGone(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	_, err := d.db.DB.Pool.Exec(t.Context(), `INSERT INTO import_run (id, kind, organisation, person, state, dry_run, size,
			bytes, rows, started, beat, contract)
		VALUES ('01a20aed-45ef-7b29-a024-47031bd86018', 'members', 'manager', 'clerk@manager', 'running', false, 10, 5, 1,
			$1, $1, 1)`, d.clock.Now().Add(-2*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	const path = "/v1/imports/01a20aed-45ef-7b29-a024-47031bd86018"
	if answer := d.ask(clerk, http.MethodGet, path, ""); !strings.Contains(answer.text, `"state":"interrupted"`) {
		t.Errorf("%s", answer.text)
	}
	if answer := d.ask(access.Person("s", access.Member, "SHAHU", access.Settlement), http.MethodGet, path, ""); answer.
		StatusCode != http.StatusForbidden {
		t.Errorf("a member sees the manager's import: %d", answer.StatusCode)
	}
}

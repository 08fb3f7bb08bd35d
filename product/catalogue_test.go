package product_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/sheet"
	"gongbao/product"
)

const catalogueHeader = "line,edition,item,name,unit,starts,ends,source\n"

var clerk = access.Person("clerk", access.Manager, "", access.Settlement)

// imported brings a file of catalogue items in.
func imported(t *testing.T, s *product.Service, cmd product.ImportCatalogue, text string) (sheet.Report, error) {
	t.Helper()
	cmd.Source = strings.NewReader(catalogueHeader + text)
	if cmd.By.Subject == "" {
		cmd.By = clerk
	}
	return s.ImportCatalogue(t.Context(), cmd)
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	s := product.NewService(db.DB, clock.NewManual(calendar.MustDate("2026-01-02").Noon()))
	const good = "first_set,2025,1.1,示例设备,set,2025-01-01,2026-12-31,示例通知\n"
	const bad = "marine,2025,,x,pair,,2024-01-01,\n" + "first_set,2025,1.2,y,,2025-01-01,2024-01-01,示例\n"
	li := access.Person("li", access.Member, "A", access.Underwriter)
	_, err := imported(t, s, product.ImportCatalogue{By: li}, good)
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by a member: %v", err)
	}
	report, err := imported(t, s, product.ImportCatalogue{}, good+bad)
	if !errors.Is(err, product.ErrImportRefused) || report.Bad != 2 || report.Imported != 0 || len(report.BadRows) != 6 {
		t.Errorf("bad rows: %v %+v", err, report)
	}
	for _, step := range []struct {
		name            string
		cmd             product.ImportCatalogue
		text            string
		imported, known int
	}{
		{"a rehearsal", product.ImportCatalogue{Ways: sheet.Ways{DryRun: true}}, good, 1, 0},
		{"the good rows", product.ImportCatalogue{Ways: sheet.Ways{SkipBad: true}}, good + bad, 1, 0},
		{"again", product.ImportCatalogue{}, good, 0, 1},
	} {
		if report, err := imported(t, s, step.cmd, step.text); err != nil || report.Imported != step.imported ||
			report.Known != step.known {
			t.Errorf("%s: %v %+v", step.name, err, report)
		}
	}
	other := strings.Replace(good, "示例设备", "另一设备", 1)
	if report, err := imported(t, s, product.ImportCatalogue{}, other); !errors.Is(err, product.ErrImportRefused) {
		t.Errorf("another item of the same number: %v %+v", err, report)
	}
	items, err := product.Catalogue(t.Context(), db, "first_set", "2025", "", 10)
	if err != nil || len(items) != 1 || items[0].Name != "示例设备" {
		t.Errorf("%v %+v", err, items)
	}
	if _, err := product.Catalogue(t.Context(), db, "marine", "", "", 10); !errors.Is(err, product.ErrLineNotFound) {
		t.Errorf("a line that is none: %v", err)
	}
}

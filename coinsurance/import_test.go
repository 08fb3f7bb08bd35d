package coinsurance_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

func TestImportAgreements(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	const head = "pool,version,from,member,premium,claim,issuing_fee,authority,collection\n"
	const good = head + "IC,1,2026-01-01,A,60%,50%,2%,5000000.00,each\nIC,1,,B,40%,50%,,,\n" +
		"IC,2,2027-01-01,B,60%,,,,\nIC,2,,A,40%,,,,\n"
	run := func(text string, ways sheet.Ways) (sheet.Report, error) {
		return z.ImportAgreements(t.Context(), coinsurance.ImportAgreements{
			By: clerk, Source: strings.NewReader(text), Ways: ways,
		})
	}
	if _, err := z.ImportAgreements(t.Context(), coinsurance.ImportAgreements{
		By: access.Person("x", access.Member, "A", access.Settlement), Source: strings.NewReader(good),
	}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by a member: %v", err)
	}
	if _, err := run("pool\n", sheet.Ways{}); !errors.Is(err, zone.ErrImportUnreadable) {
		t.Errorf("columns missing: %v", err)
	}
	for name, text := range map[string]string{
		"no whole":          head + "IC,1,2026-01-01,A,60%,,,,\n",
		"nobody's share":    head + "IC,1,2026-01-01,NOBODY,100%,,,,\n",
		"no such pool":      head + "XX,1,2026-01-01,A,100%,,,,\n",
		"no share":          head + "IC,1,2026-01-01,A,most,,,,\n",
		"no such policy":    head + "IC,1,2026-01-01,A,100%,,,,sometimes\n",
		"a version earlier": good + "IC,3,2026-06-01,A,100%,,,,\n",
	} {
		if report, err := run(text, sheet.Ways{}); !errors.Is(err, zone.ErrImportRefused) || report.Bad != 1 {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
	for _, step := range []struct {
		name            string
		ways            sheet.Ways
		imported, known int
	}{{"a rehearsal", sheet.Ways{DryRun: true}, 4, 0}, {"for good", sheet.Ways{}, 4, 0}, {"again", sheet.Ways{}, 0, 4}} {
		if report, err := run(good, step.ways); err != nil || report.Imported != step.imported ||
			report.Known != step.known {
			t.Errorf("%s: %v %+v", step.name, err, report)
		}
	}
	if _, err := run(strings.Replace(good, "2%,5000000.00", "3%,5000000.00", 1), sheet.Ways{}); !errors.Is(
		err, zone.ErrImportRefused,
	) {
		t.Errorf("another version 1: %v", err)
	}
	stored, err := coinsurance.AgreementVersion(t.Context(), z.db, "IC", 1)
	if err != nil || stored.State != coinsurance.AgreementProposed || stored.IssuingFee.String() != "0.02" ||
		stored.Participations[1].Claim.String() != "0.5" || stored.Collection != coinsurance.ByEach {
		t.Errorf("%v %+v", err, stored)
	}
}

package periodend_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
)

// pay takes a claim of 10.00 from first notice to its payment on 5 January.
func (z *fixture) pay() {
	z.Helper()
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	desk, ten := claims.NewService(z.db.DB, z.clock), money.MustAmount("10.00")
	by := idempotency.By(access.Person("zhou", access.Member, "A", access.Claims))
	on := claims.Command{Command: by, Claim: "IC-C1"}
	z.must(second(desk.OpenClaim(z.Context(), claims.OpenClaim{
		Command: by, Policy: "IC-P1", Number: "IC-C1", LossDay: calendar.MustDate("2026-01-03"),
	})))
	z.must(second(desk.ReserveClaim(z.Context(), claims.ReserveClaim{Command: on, Indemnity: &ten})))
	z.must(second(desk.AssessClaim(z.Context(), claims.AssessClaim{Command: on, Loss: &ten})))
	z.must(second(desk.ApproveClaim(z.Context(), claims.ApproveClaim{Command: on, Indemnity: &ten})))
	z.must(second(desk.PayClaim(z.Context(), claims.PayClaim{Command: on, Indemnity: ten})))
}

func (z *fixture) result(by access.Principal) *periodend.Result {
	z.Helper()
	months, err := calendar.ParseMonths("2026-Q1")
	z.must(err)
	result, err := periodend.PoolResult(z.Context(), z.db, by, z.clock.Now(), periodend.ResultQuestion{
		Pool: "IC", Months: months,
	})
	z.must(err)
	return result
}

// A yuan a day is earned, so the figures can be counted on a calendar: 31 days in January, 28 in February.
func TestPoolResult(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.pay()
	z.clock.Set(calendar.MustDate("2026-02-01").Noon())
	z.must(second(z.close("2026-01")))
	known := z.result(clerk)
	z.clock.Set(calendar.MustDate("2026-03-01").Noon())
	z.must(second(z.close("2026-02")))
	result := z.result(clerk)
	said := func(what string, f *periodend.ResultFigures) string {
		return fmt.Sprintf("%s: written %s, earned %s, incurred %s, ratio %v, result %s", what, f.Written, f.Earned,
			f.Incurred, f.LossRatio, f.Result)
	}
	var got []string
	for _, lines := range [][]periodend.ResultLine{result.Lines, result.Months, result.Members} {
		for i := range lines {
			got = append(got, said(lines[i].Month.String()+" "+lines[i].Member, &lines[i].ResultFigures))
		}
	}
	got = append(got, said("all", &result.Total))
	want := []string{
		"2026-01 A: written 219.00, earned 18.60, incurred 6.00, ratio 0.3226, result 12.60",
		"2026-01 B: written 146.00, earned 12.40, incurred 4.00, ratio 0.3226, result 8.40",
		"2026-02 A: written 0.00, earned 16.80, incurred 0.00, ratio 0, result 16.80",
		"2026-02 B: written 0.00, earned 11.20, incurred 0.00, ratio 0, result 11.20",
		"2026-01 : written 365.00, earned 31.00, incurred 10.00, ratio 0.3226, result 21.00",
		"2026-02 : written 0.00, earned 28.00, incurred 0.00, ratio 0, result 28.00",
		" A: written 219.00, earned 35.40, incurred 6.00, ratio 0.1695, result 29.40",
		" B: written 146.00, earned 23.60, incurred 4.00, ratio 0.1695, result 19.60",
		"all: written 365.00, earned 59.00, incurred 10.00, ratio 0.1695, result 49.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(known.Lines) != 2 || len(known.Months) != 1 {
		t.Errorf("before February was closed: %+v", known.Lines)
	}

	var file bytes.Buffer
	z.must(result.Write(&file, sheet.CSV))
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Bytes(), []byte("\ufeff")))).ReadAll()
	z.must(err)
	if len(rows) != 6 || len(periodend.ResultColumns()) != len(rows[0]) || rows[1][11] != "0.3226" ||
		rows[5][0] != "total" || rows[5][17] != "49.00" {
		t.Errorf("%v", rows)
	}
}

// A member sees its own books, and never the others' in a total.
func TestWhoSeesAResult(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for name, by := range map[string]access.Principal{
		"a follower": access.Person("he", access.Member, "B", access.Reader), "the leader": li,
	} {
		result := z.result(by)
		if len(result.Lines) != 1 || result.Lines[0].Member != by.Organisation ||
			result.Total.Written != result.Lines[0].Written {
			t.Errorf("%s sees %+v", name, result)
		}
	}
	for name, test := range map[string]struct {
		by     access.Principal
		pool   string
		wanted error
	}{
		"a stranger":   {access.Person("x", access.Member, "X", access.Reader), "IC", access.ErrForbidden},
		"the operator": {access.Person("x", access.Operator, "", access.Administrator), "IC", access.ErrForbidden},
		"no pool":      {clerk, "XX", coinsurance.ErrPoolNotFound},
	} {
		_, err := periodend.PoolResult(t.Context(), z.db, test.by, z.clock.Now(), periodend.ResultQuestion{Pool: test.pool})
		if !errors.Is(err, test.wanted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

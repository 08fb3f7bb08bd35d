package claims_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/sheet"
)

// Forty open one number at once, under policies that do not wait for each other: one is first, and the others hear that
// the claim exists.
func TestManyOpenOneNumber(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	const callers, policies = 40, 8
	for i := 2; i <= policies; i++ {
		z.issue(fmt.Sprintf("IC-P%d", i))
	}
	var opened atomic.Int32
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			_, err := z.claims.OpenClaim(t.Context(), claims.OpenClaim{
				Command: idempotency.Command{By: handler}, Policy: fmt.Sprintf("IC-P%d", i%policies+1), Number: "IC-C1",
				LossDay: calendar.MustDate("2026-01-02"),
			})
			switch {
			case err == nil:
				opened.Add(1)
			case fault.CodeOf(err) != claims.ErrClaimExists.Code:
				t.Errorf("%v", err)
			}
		})
	}
	group.Wait()
	if opened.Load() != 1 || z.events("IC-C1", "claim_filed") != 1 {
		t.Errorf("opened %d times, announced %d times", opened.Load(), z.events("IC-C1", "claim_filed"))
	}
	z.verified()
}

// Claims are opened while a file brings claims of the same numbers in under another policy: each number is one claim,
// and the file's row hears that it exists, or whoever opens it does.
func TestClaimsAreOpenedBesideAnImport(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.issue("IC-P2")
	const numbers = 20
	file := "policy,number,loss_day,filed\n"
	for i := range numbers {
		file += fmt.Sprintf("IC-P2,IC-C%d,2026-01-02,2026-01-02\n", i)
	}
	var group sync.WaitGroup
	var opened atomic.Int32
	group.Go(func() {
		for i := range numbers {
			switch err := z.open(fmt.Sprintf("IC-C%d", i)); {
			case err == nil:
				opened.Add(1)
			case fault.CodeOf(err) != claims.ErrClaimExists.Code:
				t.Errorf("opened: %v", err)
			}
		}
	})
	var imported int
	group.Go(func() {
		report, err := z.load(clerk, file, sheet.Ways{SkipBad: true})
		if err != nil {
			t.Errorf("imported: %v", err)
			return
		}
		imported = report.Imported
		for _, bad := range report.BadRows {
			if !strings.Contains(fmt.Sprint(bad), claims.ErrClaimExists.Code) {
				t.Errorf("a row: %v", bad)
			}
		}
	})
	group.Wait()
	if int(opened.Load())+imported != numbers {
		t.Errorf("%d opened and %d imported of %d", opened.Load(), imported, numbers)
	}
	z.verified()
}

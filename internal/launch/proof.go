package launch

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"gongbao/claims"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance"
	"gongbao/internal/filestore"
	"gongbao/ledger"
	"gongbao/zone"
)

// Checks are what verify proves of every wing. Without a store of files it takes the bytes of papers on trust.
func Checks(store filestore.Store) []ledger.Check {
	return slices.Concat(zone.Checks(), insurance.Checks(), claims.Checks(), settlement.Checks(), paper.Checks(store))
}

// ErrBookBroken says that something in the book does not add up.
var ErrBookBroken = errors.New("the book does not verify")

// PrintReport shows what a proof came to.
func PrintReport(out io.Writer, report ledger.Report) {
	for _, finding := range report.Findings {
		fmt.Fprintln(out, finding)
	}
	if report.Truncated {
		fmt.Fprintln(out, "… and more")
	}
	verdict := "verified"
	if len(report.Findings) > 0 {
		verdict = fmt.Sprintf("NOT verified: %d findings", len(report.Findings))
	}
	fmt.Fprintf(
		out, "%d journals, %d postings, %d checks: %s\n", report.Journals, report.Postings, len(report.Checks),
		verdict,
	)
}

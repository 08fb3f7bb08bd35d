package iso20022_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gongbao/internal/iso20022"
	"gongbao/internal/lab/golden"
)

// TestSamples reads answers as banks write them; the samples hold by the schemas of their versions.
func TestSamples(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	for _, name := range []string{
		"statement.camt.053.02.xml", "statement.camt.053.08.xml", "notification.camt.054.08.xml",
	} {
		fmt.Fprintf(&said, "%s\n", name)
		_, err := iso20022.ReadEntries(sample(t, name), iso20022.Usual, func(e iso20022.Entry) error {
			fmt.Fprintf(&said, "  %s %s of %s: %s, credit %t, booked %t on %s, reversal %t, payment %q, uneven %t, %q\n",
				e.Statement, e.Reference, e.Account, e.Amount, e.Credit, e.Booked, e.Day, e.Reversal, e.Payment, e.Uneven,
				e.Text)
			for _, transfer := range e.Transfers {
				fmt.Fprintf(&said, "    %q: %s, credit %t, %s %s, %q, returned %v\n", transfer.EndToEndID, transfer.Amount,
					transfer.Credit, transfer.Counterparty.Name, transfer.Counterparty.Account, transfer.Text, transfer.Return)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	report, err := iso20022.ReadStatus(sample(t, "status.pain.002.03.xml"), iso20022.Usual)
	if err != nil {
		t.Fatal(err)
	}
	for _, transfer := range []string{"G1-7-1-1", "G1-7-2-1", "G1-7-3-1"} {
		status := report.Of("G1-7-F3-1", transfer)
		fmt.Fprintf(&said, "%s: %s %v\n", transfer, status.Outcome(), status.Reasons)
	}
	golden.Same(t, "testdata/samples.txt", said.String())
}

func sample(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	return file
}

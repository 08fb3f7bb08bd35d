package bank_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/lab/bank"
	"gongbao/internal/lab/golden"
)

const samples = "../../iso20022/testdata/"

func payments(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(samples + "two-payers.pain.001.xml")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func because(t *testing.T, code string) bank.Reason {
	t.Helper()
	why, err := bank.Because(code)
	if err != nil {
		t.Fatal(err)
	}
	return why
}

// TestTheBanksAnswersAreThoseWeRead lets the bank reject one payment, send one back and execute one, and reads what it
// answers as the service does.
func TestTheBanksAnswersAreThoseWeRead(t *testing.T) {
	file, err := bank.Read(payments(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := file.Answer(calendar.MustDate("2026-07-20").Noon(),
		map[string]bank.Reason{"G1-7-2-1": because(t, "AC01")}, map[string]bank.Reason{"G1-7-1-1": because(t, "AC04")})
	if err != nil {
		t.Fatal(err)
	}
	status, err := answer.Status()
	if err != nil {
		t.Fatal(err)
	}
	golden.Same(t, "testdata/two-payers.pain.002.xml", string(status))
	report, err := iso20022.ReadStatus(bytes.NewReader(status), iso20022.Usual)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]iso20022.Outcome{
		"G1-7-1-1": iso20022.Accepted, "G1-7-2-1": iso20022.Rejected, "G1-7-3-2": iso20022.Accepted,
	} {
		payment := "G1-7-F3-1"
		if id == "G1-7-3-2" {
			payment = "G1-7-F3-2"
		}
		if got := report.Of(payment, id).Outcome(); got != want {
			t.Errorf("%s is %q, wanted %q", id, got, want)
		}
	}
	booked, err := answer.Notification()
	if err != nil {
		t.Fatal(err)
	}
	golden.Same(t, "testdata/two-payers.camt.054.xml", string(booked))
	var got []string
	_, err = iso20022.ReadEntries(bytes.NewReader(booked), iso20022.Usual, func(entry iso20022.Entry) error {
		sign := "debit"
		if entry.Credit {
			sign = "credit"
		}
		line := strings.Join([]string{sign, entry.Account, entry.Amount.String(), entry.Transfers[0].EndToEndID}, " ")
		if why := entry.Transfers[0].Return; why != nil {
			line += " back " + why.Code + " " + why.Text
		}
		got = append(got, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	golden.Same(t, "testdata/two-payers.txt", strings.Join(got, "\n")+"\n")
}

// TestTheBankCountsAgain wants what a bank would not take refused, with what is wrong.
func TestTheBankCountsAgain(t *testing.T) {
	whole := string(payments(t))
	for _, test := range []struct{ name, from, to, want string }{
		{"OK", "", "", ""},
		{"ErrCount", "<NbOfTxs>3<", "<NbOfTxs>4<", "says 4 transfers"},
		{"ErrSum", "<CtrlSum>255000.01<", "<CtrlSum>255000.02<", "G1-7-F3-1 says 2 transfers of 255000.02"},
		{"ErrTwice", "G1-7-2-1", "G1-7-1-1", `"G1-7-1-1" is there twice`},
		{"ErrCurrency", `Ccy="CNY"`, `Ccy="USD"`, "USD"},
		{"ErrAmount", ">255000.00<", ">-1.00<", "G1-7-1-1 is of"},
		{"ErrVersion", "pain.001.001.09", "pain.001.001.03", "this is no pain.001.001.09"},
		{"ErrBroken", "</Document>", "", "read the payment file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := whole
			if test.from != "" {
				text = strings.Replace(whole, test.from, test.to, 1)
			}
			_, err := bank.Read([]byte(text))
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, wanted %q", err, test.want)
			}
		})
	}
}

// TestTheBankAnswersForWhatIsInTheFile wants a transfer that is not there, a reason without words and a rejected
// payment that comes back refused.
func TestTheBankAnswersForWhatIsInTheFile(t *testing.T) {
	file, err := bank.Read(payments(t))
	if err != nil {
		t.Fatal(err)
	}
	now, why := calendar.MustDate("2026-07-20").Noon(), because(t, "AC04")
	one := map[string]bank.Reason{"G1-7-1-1": why}
	if _, err := file.Answer(now, map[string]bank.Reason{"G9": why}, nil); err == nil ||
		!strings.Contains(err.Error(), `has no transfer "G9"`) {
		t.Errorf("a stranger's transfer: %v", err)
	}
	if _, err := file.Answer(now, one, one); err == nil || !strings.Contains(err.Error(), "cannot come back") {
		t.Errorf("rejected and returned: %v", err)
	}
	if _, err := bank.Because("XX99"); err == nil || !strings.Contains(err.Error(), "AC04") {
		t.Errorf("a reason without words: %v", err)
	}
}

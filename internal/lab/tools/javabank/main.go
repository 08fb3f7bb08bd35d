// Command javabank is our side of the bank in .ci/bank, which is written in another language on another library: it
// writes a payment file for it, and holds what the bank read and answered against what was sent.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
)

const usage = `javabank talks to the bank in .ci/bank.

  javabank write FOLDER   a payment file: FOLDER/pain.001.xml
  javabank read FOLDER    what the bank made of it: read.txt, pain.002.xml, camt.054.xml
`

var errMisused = errors.New("say what to do, and in which folder")

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "javabank:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 2 || args[0] != "write" && args[0] != "read" {
		fmt.Fprint(out, usage)
		return errMisused
	}
	folder, err := os.OpenRoot(args[1])
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	if args[0] == "write" {
		return write(folder)
	}
	return read(folder, out)
}

const (
	payers    = 3
	transfers = 40 // of each payer
)

// sent is the file: names in Chinese and with characters that XML escapes, amounts from a fen to billions.
func sent() iso20022.File {
	file := iso20022.File{
		ID: "G1-7-F1", Made: time.Date(2026, 7, 15, 9, 30, 0, 0, time.UTC), Initiator: "东湖科技保险共保体",
	}
	for p := range payers {
		payment := iso20022.Payment{
			ID: fmt.Sprintf("G1-7-F1-%d", p+1), Day: calendar.MustDate("2026-07-20"), Debtor: iso20022.Party{
				Name: fmt.Sprintf("沙湖财产保险股份有限公司（%d）", p+1), Account: fmt.Sprintf("4200186550805000%04d", p), Bank: "105521000013",
			},
		}
		for i := range transfers {
			payment.Transfers = append(payment.Transfers, iso20022.Transfer{
				EndToEndID: fmt.Sprintf("G1-7-%d-1", p*transfers+i+1), Amount: amountOf(p, i),
				Creditor: iso20022.Party{
					Name: fmt.Sprintf("南湖 R&D <%d> 保险", i), Account: fmt.Sprintf("6222-%d-%d", p, i), Bank: "102521000020",
				},
			})
		}
		file.Payments = append(file.Payments, payment)
	}
	return file
}

func amountOf(payer, transfer int) money.Amount {
	return money.Fen(int64(payer*transfers+transfer)*1_234_567_891 + 1)
}

func write(folder *os.Root) error {
	var text strings.Builder
	if _, err := iso20022.Write(&text, sent(), iso20022.Profile{}); err != nil {
		return err
	}
	return folder.WriteFile("pain.001.xml", []byte(text.String()), 0o600)
}

// said is what the bank has to have read.
func said(file iso20022.File) string {
	var text strings.Builder
	count, sum := 0, money.Amount{}
	party := func(p iso20022.Party) string { return p.Name + " " + p.Account + " " + p.Bank }
	for _, payment := range file.Payments {
		fmt.Fprintf(&text, "%s %s %s\n", payment.ID, payment.Day, party(payment.Debtor))
		for _, transfer := range payment.Transfers {
			fmt.Fprintf(&text, "  %s %s %s\n", transfer.EndToEndID, transfer.Amount, party(transfer.Creditor))
			count, sum = count+1, sum.Add(transfer.Amount)
		}
	}
	fmt.Fprintf(&text, "%d transfers of %s\n", count, sum)
	return text.String()
}

func read(folder *os.Root, out io.Writer) error {
	file := sent()
	text, err := folder.ReadFile("read.txt")
	if err != nil {
		return err
	}
	if want := said(file); string(text) != want {
		return fmt.Errorf("the bank read\n%swhere was sent\n%s", text, want)
	}
	report, err := statuses(folder)
	if err != nil {
		return err
	}
	entries, err := debits(folder)
	if err != nil {
		return err
	}
	accepted, rejected := 0, 0
	for _, payment := range file.Payments {
		for i, transfer := range payment.Transfers {
			want := iso20022.Accepted
			if i == len(payment.Transfers)-1 {
				want = iso20022.Rejected
			}
			status := report.Of(payment.ID, transfer.EndToEndID)
			if status.Outcome() != want {
				return fmt.Errorf("%s is %q, wanted %q", transfer.EndToEndID, status.Code, want)
			}
			if want == iso20022.Rejected {
				if why := (iso20022.Reason{Code: "AC04", Text: "账户已销户"}); !slices.Contains(status.Reasons, why) {
					return fmt.Errorf("%s is rejected for %v", transfer.EndToEndID, status.Reasons)
				}
				rejected++
				continue
			}
			if err := paid(entries[transfer.EndToEndID], &payment, &transfer); err != nil {
				return err
			}
			accepted++
		}
	}
	if len(entries) != accepted || report.File != file.ID {
		return fmt.Errorf("%d entries for %d payments, of the file %q", len(entries), accepted, report.File)
	}
	fmt.Fprintf(out, "the bank read %d transfers as they were sent; of its answers we read %d debits and %d rejections\n",
		accepted+rejected, accepted, rejected)
	return nil
}

// paid holds an entry against the transfer that it pays.
func paid(entry iso20022.Entry, payment *iso20022.Payment, transfer *iso20022.Transfer) error {
	if entry.Account != payment.Debtor.Account || entry.Amount != transfer.Amount || entry.Credit || !entry.Booked ||
		entry.Day != payment.Day || entry.Uneven || entry.Reference == "" ||
		entry.Transfers[0].Counterparty.Name != transfer.Creditor.Name ||
		entry.Transfers[0].Counterparty.Account != transfer.Creditor.Account {
		return fmt.Errorf("%s is paid by %+v", transfer.EndToEndID, entry)
	}
	return nil
}

func statuses(folder *os.Root) (*iso20022.Report, error) {
	file, err := folder.Open("pain.002.xml")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return iso20022.ReadStatus(file, iso20022.Usual)
}

// debits are the entries of the notification, by the end-to-end id of their one transfer.
func debits(folder *os.Root) (map[string]iso20022.Entry, error) {
	file, err := folder.Open("camt.054.xml")
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	entries := map[string]iso20022.Entry{}
	_, err = iso20022.ReadEntries(file, iso20022.Usual, func(entry iso20022.Entry) error {
		if len(entry.Transfers) != 1 {
			return fmt.Errorf("an entry of %d transfers", len(entry.Transfers))
		}
		entries[entry.Transfers[0].EndToEndID] = entry
		return nil
	})
	return entries, err
}

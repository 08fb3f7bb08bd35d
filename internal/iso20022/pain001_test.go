package iso20022_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
)

// file is one payer's file of two transfers.
func file() iso20022.File {
	shahu := iso20022.Party{
		Name: "沙湖财产保险股份有限公司", Account: "42001865508050000017", Bank: "105521000013", BankName: "中国建设银行武汉省直支行",
	}
	return iso20022.File{
		ID: "G1-7-F3", Made: time.Date(2026, 7, 15, 9, 30, 0, 0, time.UTC), Initiator: "东湖科技保险共保体",
		Payments: []iso20022.Payment{{
			ID: "G1-7-F3-1", Day: calendar.MustDate("2026-07-20"), Debtor: shahu,
			Transfers: []iso20022.Transfer{
				{
					EndToEndID: "G1-7-1-1", Amount: money.MustAmount("255000.00"), Reference: "共保结算 2026-Q2 <R&D>",
					Creditor: iso20022.Party{Name: "南湖人寿保险股份有限公司", Account: "6222-0000-1", Bank: "102521000020"},
				},
				{
					EndToEndID: "G1-7-2-1", Amount: money.MustAmount("0.01"),
					Creditor: iso20022.Party{Name: "汤逊湖保险", Account: "730000000000000000000000000001", Bank: "308521015007"},
				},
			},
		}},
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	several := file()
	second := file().Payments[0]
	second.ID, second.Debtor.Account = "G1-7-F3-2", "2"
	second.Transfers = second.Transfers[:1]
	second.Transfers[0].EndToEndID = "G1-7-3-2"
	several.Payments = append(several.Payments, second)
	for name, file := range map[string]iso20022.File{"one-payer": file(), "two-payers": several} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			written, err := iso20022.Write(&text, file, iso20022.Profile{})
			if err != nil {
				t.Fatal(err)
			}
			golden.Same(t, "testdata/"+name+".pain.001.xml", text.String())
			count, sum := 0, money.Amount{}
			for _, payment := range file.Payments {
				for _, transfer := range payment.Transfers {
					count, sum = count+1, sum.Add(transfer.Amount)
				}
			}
			if written.Transfers != count || written.Sum != sum {
				t.Errorf("written %d of %s, wanted %d of %s", written.Transfers, written.Sum, count, sum)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		change  func(f *iso20022.File)
		profile iso20022.Profile
		want    string
	}{
		{"no id", func(f *iso20022.File) { f.ID = "" }, iso20022.Profile{}, "id: absent"},
		{
			"an id that a bank would cut", func(f *iso20022.File) { f.ID = strings.Repeat("A", 36) }, iso20022.Profile{},
			"id: too_long, at most 35",
		},
		{
			"an id in Chinese", func(f *iso20022.File) { f.Payments[0].Transfers[0].EndToEndID = "共-1" }, iso20022.Profile{},
			"payments[0].transfers[0].end_to_end_id: not_an_id",
		},
		{
			"an id with an underscore", func(f *iso20022.File) { f.Payments[0].ID = "a_1" }, iso20022.Profile{},
			"payments[0].id: not_an_id",
		},
		{
			"two transfers of one id", func(f *iso20022.File) { f.Payments[0].Transfers[1].EndToEndID = "G1-7-1-1" },
			iso20022.Profile{}, "payments[0].transfers[1].end_to_end_id: twice",
		},
		{
			"two payments of one id", func(f *iso20022.File) { f.Payments = append(f.Payments, f.Payments[0]) },
			iso20022.Profile{}, "payments[1].id: twice",
		},
		{"no payments", func(f *iso20022.File) { f.Payments = nil }, iso20022.Profile{}, "payments: absent"},
		{
			"no transfers", func(f *iso20022.File) { f.Payments[0].Transfers = nil }, iso20022.Profile{},
			"payments[0].transfers: absent",
		},
		{
			"no day", func(f *iso20022.File) { f.Payments[0].Day = calendar.Date{} }, iso20022.Profile{},
			"payments[0].day: absent",
		},
		{
			"nothing to pay", func(f *iso20022.File) { f.Payments[0].Transfers[0].Amount = money.Amount{} },
			iso20022.Profile{}, "payments[0].transfers[0].amount: not_positive",
		},
		{
			"a bank's number of eleven digits", func(f *iso20022.File) { f.Payments[0].Debtor.Bank = "10552100001" },
			iso20022.Profile{}, "payments[0].debtor.bank: not_a_bank",
		},
		{
			"an account with a blank", func(f *iso20022.File) { f.Payments[0].Debtor.Account = "4200 1865" },
			iso20022.Profile{}, "payments[0].debtor.account: not_an_id",
		},
		{
			"a name with a character that nobody sees",
			func(f *iso20022.File) { f.Payments[0].Transfers[1].Creditor.Name = "汤逊湖\u200b保险" }, iso20022.Profile{},
			"payments[0].transfers[1].creditor.name: unprintable",
		},
		{
			"a name that this bank would cut", func(*iso20022.File) {}, iso20022.Profile{Name: 10},
			"payments[0].debtor.name: too_long, at most 10",
		},
		{
			"an id that this bank would cut", func(*iso20022.File) {}, iso20022.Profile{ID: 7},
			"payments[0].transfers[0].end_to_end_id: too_long, at most 7",
		},
		{
			"a reference that this bank would cut", func(*iso20022.File) {}, iso20022.Profile{Reference: 5},
			"payments[0].transfers[0].reference: too_long, at most 5",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := file()
			test.change(&file)
			var text strings.Builder
			_, err := iso20022.Write(&text, file, test.profile)
			var unwritable *iso20022.Unwritable
			if !errors.As(err, &unwritable) || err.Error() != test.want {
				t.Errorf("got %v, wanted %s", err, test.want)
			}
			if text.Len() > 0 {
				t.Error("something was written")
			}
		})
	}
}

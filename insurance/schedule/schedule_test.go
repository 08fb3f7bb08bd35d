package schedule_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/schedule"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

var folder = flag.String("print", "", "also write the schedules into this folder, to be looked at")

var at = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

func sample() *insurance.Printable {
	value, costs := money.MustAmount("48000000.00"), money.MustAmount("1250000.50")
	line, _ := product.FindLine("first_set")
	policy := &insurance.Policy{
		Pool: "IC", Number: "IC-2026-11-000042", Contract: insurance.Contract{
			Line: "first_set", Insured: "武汉光谷示例高端装备制造股份有限公司（喆堃昇分公司）",
			Starts: calendar.MustDate("2026-12-01"), Ends: calendar.MustDate("2027-11-30"),
			VAT: money.MustRate("6%"), SumInsured: money.MustAmount("60000000.00"),
			Deductible: money.MustAmount("50000.00"), EquipmentValue: &value,
			Qualification: "工信装备〔2026〕第 17 号", Consent: "共保同意书 2026-118",
			Facts: product.Facts{
				CatalogueEdition: "2025", CatalogueItem: "1.1.2 示例光刻设备", UnitBasis: product.BySet, Units: 2,
				QualificationFrom: calendar.MustDate("2026-01-01"), QualificationTo: calendar.MustDate("2028-12-31"),
				ListedCosts: &costs,
			},
			Instalments: []insurance.Instalment{
				{Due: calendar.MustDate("2026-12-01"), Amount: money.MustAmount("720000.00")},
				{Due: calendar.MustDate("2027-06-01"), Amount: money.MustAmount("720000.00")},
			},
		},
		Progress: insurance.Progress{
			NetPremium: money.MustAmount("1440000.00"), Received: money.MustAmount("763200.00"), Version: 3,
		},
	}
	return &insurance.Printable{
		Policy: policy, State: insurance.InForce, Line: line, Leader: "SHAHU",
		Pool: coinsurance.Pool{Code: "IC", Name: "集成电路共保体", Industry: coinsurance.IntegratedCircuits},
		Members: []insurance.PrintedMember{
			{Code: "SHAHU", Name: "沙湖示例财产保险股份有限公司", Role: "leader", Share: money.MustShare("60%")},
			{Code: "NANHU", Name: "南湖示例财险", Role: "follower", Share: money.MustShare("39.999999%")},
			{Code: "DONGHU", Name: "东湖示例财险", Role: "follower", Share: money.MustShare("0.000001%")},
		},
	}
}

func write(t *testing.T, name string, print *insurance.Printable) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := schedule.Write(&file, print, at); err != nil {
		t.Fatal(err)
	}
	if *folder != "" {
		if err := os.WriteFile(filepath.Join(*folder, name+".pdf"), file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

func TestSchedulesPrint(t *testing.T) {
	t.Parallel()
	quoted := sample()
	quoted.State = insurance.Quoted
	bare := &insurance.Printable{
		Policy: &insurance.Policy{Contract: insurance.Contract{Line: "pilot_test"}, Number: "LH-1"},
		State:  insurance.Cancelled, Line: product.Lines()[1],
	}
	many := sample()
	for range 61 {
		many.Members = append(many.Members, many.Members[1])
	}
	long := sample()
	long.Policy.Insured = strings.Repeat("武汉光谷示例高端装备", 19) + "有限公司"
	long.Members[0].Name = strings.Repeat("沙湖示例财产保险", 20)
	for range 20 {
		long.Policy.Instalments = append(long.Policy.Instalments, long.Policy.Instalments[1])
	}
	for name, print := range map[string]*insurance.Printable{
		"policy": sample(), "long": long, "quotation": quoted, "bare": bare, "many": many,
	} {
		file := write(t, name, print)
		if !bytes.HasPrefix(file, []byte("%PDF-")) || !bytes.Contains(file, []byte("%%EOF")) {
			t.Errorf("%s is no PDF", name)
		}
		if !bytes.Equal(file, write(t, name, print)) {
			t.Errorf("%s is another file the second time", name)
		}
		pages := bytes.Count(file, []byte("/Type /Page\n"))
		if pages < 1 || (name == "many" || name == "long") != (pages > 1) {
			t.Errorf("%s has %d pages", name, pages)
		}
		if len(file) > 1<<20 {
			t.Errorf("%s has %d bytes: more of the font than is used?", name, len(file))
		}
	}
}

// A character that the font lacks is a box, and said; the library cannot draw what lies beyond its fonts at all.
func TestABoxStandsForWhatTheFontLacks(t *testing.T) {
	t.Parallel()
	rare := sample()
	rare.Policy.Insured = "𠮷𡘙示例（武汉）有限公司 \u0e01 🙂"
	rare.Members[1].Name = "南湖𠮷示例财险"
	var file bytes.Buffer
	lacking, err := schedule.Write(&file, rare, at)
	if err != nil || lacking != "\u0e01🙂𠮷𡘙" || !bytes.HasPrefix(file.Bytes(), []byte("%PDF-")) {
		t.Errorf("%q %v", lacking, err)
	}
	write(t, "rare", rare)
	if lacking, err = schedule.Write(&file, sample(), at); err != nil || lacking != "" {
		t.Errorf("%q %v", lacking, err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestAFullDiskIsSaid(t *testing.T) {
	t.Parallel()
	if _, err := schedule.Write(full{}, sample(), at); err == nil {
		t.Error("nothing was said")
	}
}

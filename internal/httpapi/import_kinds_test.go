package httpapi_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/httpapi"
	"gongbao/internal/sheet"
	"gongbao/product"
	"gongbao/zone"
)

// importSample is a table of a kind that is good, with another value for every column of its first row.
type importSample struct {
	kind  string
	code  string   // of the refusal of a row that says otherwise than what stands
	keys  []string // columns that say which document it is: another value is another document
	rows  []map[string]string
	other map[string]string
	also  map[string]also // what else must then be said, for the table to be whole
}

// also is a further cell that changes.
type also struct {
	row           int
	column, value string
}

// importSamples are one of each kind, in an order in which each finds what it names.
var importSamples = []importSample{
	{
		kind: "policies", code: "insurance.policy_exists", keys: []string{"pool", "number"},
		rows: []map[string]string{{
			"pool": "IC", "number": "IC-R1", "line": "first_set", "insured": "示例企业", "start": "2026-03-01",
			"end": "2027-02-28", "premium": "120000.00", "limit": "6000000.00", "deductible": "1000.00", "vat": "6%",
			"commission": "5%", "instalments": "2026-03-01:60000.00;2026-09-01:60000.00", "received": "127200.00",
			"issued": "2026-03-02", "equipment_value": "2000000.00", "contract_value": "2500000.00", "catalogue": "2025 1.1",
			"qualification": "Q-1", "retroactive": "2026-01-01", "consent": "同意甲", "consent_digest": strings.Repeat("a", 64),
			"renews":            "IC-P0",
			"sections":          "quality;liability",
			"catalogue_edition": "2025", "catalogue_item": "1.1", "unit_basis": "set", "units": "2",
			"qualification_from": "2026-01-01", "qualification_to": "2029-12-31", "key_component": "no",
			"related_party": "no", "trader": "no", "direct_purchase": "yes", "in_subsidised_set": "no",
			"mass_production": "no", "listed_costs": "100.00", "certificate": "C-1", "certificate_from": "2026-01-01",
			"certificate_to": "2029-12-31", "invoice": "F-1",
		}},
		other: map[string]string{
			"line": "new_material", "insured": "示例企业二", "start": "2026-03-02", "end": "2027-02-27",
			"limit": "6000001.00", "deductible": "1001.00", "vat": "3%", "commission": "4%",
			"premium": "120000.01", "instalments": "2026-03-01:60000.00;2026-09-02:60000.00", "received": "127199.99",
			"issued": "2026-03-03", "equipment_value": "2000001.00", "contract_value": "2500001.00", "catalogue": "2025 1.2",
			"qualification": "Q-2", "retroactive": "2026-01-02", "consent": "同意乙", "consent_digest": strings.Repeat("b", 64),
			"renews":            "IC-P9",
			"sections":          "quality",
			"catalogue_edition": "2026", "catalogue_item": "1.2", "unit_basis": "batch", "units": "3",
			"qualification_from": "2026-01-02", "qualification_to": "2029-12-30", "key_component": "yes",
			"related_party": "yes", "trader": "yes", "direct_purchase": "no", "in_subsidised_set": "yes",
			"mass_production": "yes", "listed_costs": "100.01", "certificate": "C-2", "certificate_from": "2026-01-02",
			"certificate_to": "2029-12-30", "invoice": "F-2",
		},
		also: map[string]also{"premium": {0, "instalments", "2026-03-01:60000.01;2026-09-01:60000.00"}},
	},
	{
		kind: "claims", code: "claims.claim_exists", keys: []string{"number"},
		rows: []map[string]string{{
			"policy": "IC-R1", "number": "IC-C1", "loss_day": "2026-03-05", "filed": "2026-03-06", "papers": "2026-03-07",
			"occurrence": "", "estimate_indemnity": "9000.00", "estimate_expense": "500.00", "injury": "100.00",
			"loss": "9000.00", "approved": "2026-03-08", "approved_indemnity": "3000.00", "approved_expense": "100.00",
			"paid_indemnity": "3000.00", "paid_adjuster": "40.00", "paid_expert": "30.00", "paid_legal": "20.00",
			"paid_other": "10.00", "recovery": "5.00", "salvage": "4.00", "state": "", "reason": "", "effective": "2026-03-09",
		}},
		other: map[string]string{
			"policy": "IC-R2", "loss_day": "2026-03-06", "filed": "2026-03-07", "papers": "2026-03-08",
			"occurrence": "IC-O1", "estimate_indemnity": "9001.00", "estimate_expense": "501.00", "injury": "101.00",
			"loss": "9001.00", "approved": "2026-03-09", "approved_indemnity": "3001.00", "approved_expense": "101.00",
			"paid_indemnity": "2999.00", "paid_adjuster": "39.00", "paid_expert": "29.00", "paid_legal": "19.00",
			"paid_other": "9.00", "recovery": "6.00", "salvage": "5.00", "state": "closed", "reason": "条款第五条",
			"effective": "2026-03-10",
		},
	},
	{
		kind: "members", code: "coinsurance.member_exists", keys: []string{"code"},
		rows:  []map[string]string{{"code": "N1", "name": "示例财险", "capital": "1000000.00"}},
		other: map[string]string{"name": "示例财险二", "capital": "1000001.00"},
	},
	{
		kind: "agreements", code: "coinsurance.agreement_exists", keys: []string{"pool", "version"},
		rows: []map[string]string{{
			"pool": "IC", "version": "2", "member": "SHAHU", "premium": "50%", "from": "2028-01-01", "claim": "50%",
			"cost": "50%", "capacity": "90000000.00", "leader": "SHAHU", "issuer": "SHAHU", "servicer": "SHAHU",
			"manager": "manager", "issuing_fee": "2%", "fee_vat": "6%", "management_fee": "1%", "late_interest": "4%",
			"residue": "leader", "collection": "leader", "claims": "leader", "netting": "none", "vat_invoice": "each",
			"authority": "5000000.00", "notice_from": "100000.00", "second_lead": "DONGHU", "evidence": "unchecked",
			"survey_from": "200000.00", "second_lead_from": "300000.00", "cash_call_from": "400000.00",
			"currency": "CNY", "silence": "none", "ring_fence": "none",
		}, {
			"pool": "IC", "version": "2", "member": "DONGHU", "premium": "30%", "claim": "30%", "cost": "30%",
		}, {
			"pool": "IC", "version": "2", "member": "NANHU", "premium": "20%", "claim": "20%", "cost": "20%",
		}},
		other: map[string]string{
			"member": "DONGHU", "premium": "49%", "from": "2028-01-02", "claim": "49%", "cost": "49%",
			"capacity": "90000001.00", "leader": "NANHU", "issuer": "NANHU", "servicer": "NANHU", "manager": "other",
			"issuing_fee": "3%", "fee_vat": "3%", "management_fee": "2%", "late_interest": "5%",
			"residue": "largest_remainder", "collection": "each", "claims": "each", "netting": "bilateral",
			"vat_invoice": "issuer", "authority": "5000001.00", "notice_from": "100001.00", "second_lead": "NANHU",
			"evidence": "required", "survey_from": "200001.00", "second_lead_from": "300001.00",
			"cash_call_from": "400001.00", "currency": "USD", "silence": "confirms", "ring_fence": "line",
		},
		also: map[string]also{
			"premium": {1, "premium", "31%"}, "claim": {1, "claim", "31%"}, "cost": {1, "cost", "31%"},
			"member": {1, "member", "SHAHU"},
		},
	},
	{
		kind: "catalogue", code: "insurance.catalogue_item_exists", keys: []string{"line", "edition", "item"},
		rows: []map[string]string{{
			"line": "first_set", "edition": "2027", "item": "1.10", "name": "示例装备", "unit": "set",
			"starts": "2027-01-01", "ends": "2027-12-31", "source": "示例通知",
		}},
		other: map[string]string{
			"name": "示例装备二", "unit": "batch", "starts": "2027-01-02", "ends": "2027-12-30", "source": "示例通知二",
		},
	},
	{
		kind: "workdays", keys: []string{"date"},
		rows:  []map[string]string{{"date": "2031-01-01", "kind": "holiday", "name": "元旦"}},
		other: map[string]string{"kind": "workday", "name": "新年"},
	},
}

// importKinds runs files of every kind, as the command does and HTTP does in the background.
type importKinds struct {
	*door

	kinds map[string]httpapi.ImportKind
}

func openKinds(t *testing.T) *importKinds {
	d := openDoor(t)
	d.clock.Set(calendar.MustDate("2026-11-27").Noon())
	k := &importKinds{door: d, kinds: map[string]httpapi.ImportKind{}}
	for _, kind := range httpapi.ImportKinds(zone.NewService(d.db.DB, d.clock), coinsurance.NewService(d.db.DB, d.clock),
		product.NewService(d.db.DB, d.clock), insurance.NewService(d.db.DB, d.clock), claims.NewService(d.db.DB, d.clock),
	) {
		k.kinds[kind.Name] = kind
	}
	return k
}

// samples are one of each kind, with every column: what a sample does not name is taken for a text, so that a text that
// is added to a kind is tried without being named here.
func (k *importKinds) samples() []importSample {
	samples := slices.Clone(importSamples)
	for i := range samples {
		sample := &samples[i]
		sample.rows, sample.other = slices.Clone(sample.rows), maps.Clone(sample.other)
		sample.rows[0] = maps.Clone(sample.rows[0])
		for _, column := range k.kinds[sample.kind].Columns {
			_, said := sample.rows[0][column.Name]
			if _, changed := sample.other[column.Name]; !said && !changed {
				sample.rows[0][column.Name], sample.other[column.Name] = "T-1", "T-2"
			}
		}
	}
	return samples
}

// run imports a file. Claims on which money was paid take a second person's word for these very bytes: it is given
// where the file can be read.
func (k *importKinds) run(kind string, file []byte, ways sheet.Ways) (sheet.Report, error) {
	k.Helper()
	if confirmed, wanted := k.kinds[kind+"-confirmation"]; wanted {
		_, err := confirmed.Run(k.Context(), checker, bytes.NewReader(file), sheet.Ways{})
		if err != nil && !strings.HasPrefix(fault.CodeOf(err), kind+".") {
			k.Fatal(err)
		}
	}
	return k.kinds[kind].Run(k.Context(), clerk, bytes.NewReader(file), ways)
}

// table writes rows with a column for each of the kind's; change may change a cell.
func (k *importKinds) table(
	sample importSample, change func(book *excelize.File, at func(column string) string),
) []byte {
	k.Helper()
	book := excelize.NewFile()
	places := map[string]string{}
	for i, column := range k.kinds[sample.kind].Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			k.Fatal(err)
		}
		places[column.Name] = name
		if err := book.SetCellStr("Sheet1", name+"1", column.Name); err != nil {
			k.Fatal(err)
		}
		for j, row := range sample.rows {
			if row[column.Name] == "" {
				continue
			}
			if err := book.SetCellStr("Sheet1", fmt.Sprint(name, j+2), row[column.Name]); err != nil {
				k.Fatal(err)
			}
		}
	}
	if change != nil {
		change(book, func(column string) string { return places[column] })
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		k.Fatal(err)
	}
	return file.Bytes()
}

// names says that a report has a fault of a column in the first row.
func names(report sheet.Report, column string) bool {
	return slices.ContainsFunc(report.BadRows, func(b sheet.BadRow) bool { return b.Row == 2 && b.Column == column })
}

// TestACellIsWhatItsColumnWants puts into every column of every kind what no column takes, and nothing where something
// is needed: the row is refused, and the cell named.
func TestACellIsWhatItsColumnWants(t *testing.T) {
	t.Parallel()
	k := openKinds(t)
	for _, sample := range k.samples() {
		if report, err := k.run(sample.kind, k.table(sample, nil), sheet.Ways{}); err != nil || report.Bad > 0 ||
			report.Imported != len(sample.rows) {
			t.Fatalf("%s: %v %+v", sample.kind, err, report)
		}
		for _, column := range k.kinds[sample.kind].Columns {
			wrong := map[string]func(book *excelize.File, cell string) error{
				"true": func(book *excelize.File, cell string) error { return book.SetCellBool("Sheet1", cell, true) },
				"an error value": func(book *excelize.File, cell string) error {
					return book.SetCellStr("Sheet1", cell, "#REF!")
				},
				"a formula without a value": func(book *excelize.File, cell string) error {
					return errors.Join(book.SetCellValue("Sheet1", cell, nil), book.SetCellFormula("Sheet1", cell, "A1&A1"))
				},
				"merged": func(book *excelize.File, cell string) error {
					return book.MergeCell("Sheet1", cell, strings.TrimSuffix(cell, "2")+"9")
				},
				"a float": func(book *excelize.File, cell string) error {
					return book.SetCellValue("Sheet1", cell, 1.123456789)
				},
				"unseen": func(book *excelize.File, cell string) error { return book.SetCellStr("Sheet1", cell, "\u200b") },
			}
			if column.Filled {
				wrong["nothing"] = func(book *excelize.File, cell string) error { return book.SetCellValue("Sheet1", cell, nil) }
			}
			for what, put := range wrong {
				file := k.table(sample, func(book *excelize.File, at func(string) string) {
					if err := put(book, at(column.Name)+"2"); err != nil {
						t.Fatal(err)
					}
				})
				report, err := k.run(sample.kind, file, sheet.Ways{DryRun: true})
				if err == nil || report.Imported > 0 || !names(report, column.Name) {
					t.Errorf("%s in %s of %s: %v %+v", what, column.Name, sample.kind, err, report)
				}
			}
		}
	}
}

// TestARepeatThatDiffersIsNamed imports a table of every kind, again the same, and again with one column changed at a
// time: nothing that differs passes for known. Working days are replaced, and the report says by what.
func TestARepeatThatDiffersIsNamed(t *testing.T) {
	t.Parallel()
	k := openKinds(t)
	for _, sample := range k.samples() {
		for i, known := range []int{0, len(sample.rows)} {
			report, err := k.run(sample.kind, k.table(sample, nil), sheet.Ways{})
			if err != nil || report.Known != known || report.Imported != len(sample.rows)-known {
				t.Fatalf("%s, time %d: %v %+v", sample.kind, i+1, err, report)
			}
		}
		coded := 0
		for _, column := range k.kinds[sample.kind].Columns {
			if slices.Contains(sample.keys, column.Name) {
				continue
			}
			changed := sample
			changed.rows = nil
			for _, row := range sample.rows {
				changed.rows = append(changed.rows, maps.Clone(row))
			}
			if sample.other[column.Name] == "" {
				t.Errorf("%s has a column %s, and the test no other value", sample.kind, column.Name)
			}
			changed.rows[0][column.Name] = sample.other[column.Name]
			if also, is := sample.also[column.Name]; is {
				changed.rows[also.row][also.column] = also.value
			}
			report, err := k.run(sample.kind, k.table(changed, nil), sheet.Ways{DryRun: true})
			if sample.kind == "workdays" {
				if err != nil || report.Imported != 1 || len(report.Notes) != 1 {
					t.Errorf("a day that is replaced: %v %+v", err, report)
				}
				continue
			}
			if err == nil || report.Imported > 0 || report.Known > 0 || !names(report, column.Name) {
				t.Errorf("another %s of %s: %v %+v", column.Name, sample.kind, err, report)
			}
			if len(report.BadRows) > 0 && strings.HasPrefix(report.BadRows[0].Reason, sample.code+": ") {
				coded++
			}
		}
		if coded == 0 && sample.code != "" {
			t.Errorf("%s are never refused with %s", sample.kind, sample.code)
		}
	}
}

package iso20022_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
)

// inEntry is where most of what is refused stands.
const inEntry = "line 1, Document/BkToCstmrStmt/Stmt/Ntry/"

const camt = "urn:iso:std:iso:20022:tech:xsd:camt."

// statement is a camt.053 with these entries, in the form of a version: the status is a word before version 04.
func statement(version, entries string) string {
	status := `<Sts><Cd>BOOK</Cd></Sts>`
	if version < "04" {
		status = `<Sts>BOOK</Sts>`
	}
	return `<?xml version="1.0" encoding="UTF-8"?>` +
		`<Document xmlns="` + camt + `053.001.` + version + `"><BkToCstmrStmt>` +
		`<GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><Othr><Id>4200</Id></Othr></Id></Acct>` +
		strings.ReplaceAll(entries, "STATUS", status) + `</Stmt></BkToCstmrStmt></Document>`
}

const usual = `<Ntry><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>STATUS` +
	`<BookgDt><Dt>2026-07-20</Dt></BookgDt>` +
	`<ValDt><DtTm>2026-07-19T23:30:00Z</DtTm></ValDt><AcctSvcrRef>R1</AcctSvcrRef>DETAILS</Ntry>`

func entryWith(details string) string { return strings.ReplaceAll(usual, "DETAILS", details) }

func details(each ...string) string {
	return "<NtryDtls><TxDtls>" + strings.Join(each, "</TxDtls><TxDtls>") + "</TxDtls></NtryDtls>"
}

// booked is the entry that usual stands for.
func booked(transfers ...iso20022.EntryTransfer) iso20022.Entry {
	return iso20022.Entry{
		Message: "camt.053", Statement: "S1", Account: "4200", Reference: "R1", Amount: money.MustAmount("100.00"),
		Credit: true, Booked: true, Day: calendar.MustDate("2026-07-20"), Value: calendar.MustDate("2026-07-20"),
		Transfers: transfers,
	}
}

func entriesOf(t *testing.T, text string) ([]iso20022.Entry, error) {
	t.Helper()
	var found []iso20022.Entry
	count, err := iso20022.ReadEntries(strings.NewReader(text), iso20022.Usual, func(e iso20022.Entry) error {
		found = append(found, e)
		return nil
	})
	if err == nil && count != len(found) {
		t.Errorf("%d entries are said to be there, %d were handed on", count, len(found))
	}
	return found, err
}

func TestReadEntries(t *testing.T) {
	t.Parallel()
	hundred := money.MustAmount("100.00")
	uneven := booked(iso20022.EntryTransfer{EndToEndID: "E1", Amount: money.MustAmount("99.00"), Credit: true})
	uneven.Uneven = true
	batch := booked(
		iso20022.EntryTransfer{EndToEndID: "E1", Amount: money.MustAmount("99.99"), Credit: true},
		iso20022.EntryTransfer{EndToEndID: "E2", Amount: money.MustAmount("0.01"), Credit: true},
	)
	batch.Payment = "P1"
	bare := booked()
	bare.Payment = "P1"
	pending := booked()
	pending.Booked = false
	reversal := booked(iso20022.EntryTransfer{
		EndToEndID: "E1", Amount: hundred, Credit: true, Return: &iso20022.Reason{Code: "AC04", Text: "账户已销户"},
	})
	reversal.Reversal = true
	for _, test := range []struct {
		name, text string
		want       []iso20022.Entry
	}{
		{"an entry without details", statement("02", entryWith("")), []iso20022.Entry{booked()}},
		{"none", statement("08", ""), nil},
		{"several", statement("08", entryWith("")+entryWith("")), []iso20022.Entry{booked(), booked()}},
		{
			"the payer's name before version 08",
			statement("02", entryWith(details(`<Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr><Nm>沙湖</Nm></Dbtr>`+
				`<DbtrAcct><Id><Othr><Id>77</Id></Othr></Id></DbtrAcct></RltdPties>`+
				`<RmtInf><Ustrd>共保</Ustrd><Ustrd>结算</Ustrd></RmtInf>`))),
			[]iso20022.Entry{booked(iso20022.EntryTransfer{
				EndToEndID: "E1", Amount: hundred, Credit: true, Text: "共保结算",
				Counterparty: iso20022.Counterparty{Name: "沙湖", Account: "77"},
			})},
		},
		{
			"the payer's name since",
			statement("08", entryWith(details(`<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>`+
				`<RltdPties><Dbtr><Pty><Nm>沙湖</Nm></Pty></Dbtr></RltdPties>`))),
			[]iso20022.Entry{booked(iso20022.EntryTransfer{
				Amount: hundred, Credit: true, Counterparty: iso20022.Counterparty{Name: "沙湖"},
			})},
		},
		{
			"several transfers of one entry",
			statement("08", entryWith("<NtryDtls><Btch><PmtInfId>P1</PmtInfId></Btch><TxDtls><Refs><EndToEndId>E1</EndToEndId>"+
				`</Refs><Amt Ccy="CNY">99.99</Amt></TxDtls></NtryDtls><NtryDtls><TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs>`+
				`<AmtDtls><TxAmt><Amt Ccy="CNY">.01000</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>`)),
			[]iso20022.Entry{batch},
		},
		{
			"a batch without its transfers",
			statement("08", entryWith("<NtryDtls><Btch><PmtInfId>P1</PmtInfId></Btch></NtryDtls>")), []iso20022.Entry{bare},
		},
		{
			"transfers that come to less than the entry",
			statement("08", entryWith(details(`<Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="CNY">99</Amt>`))),
			[]iso20022.Entry{uneven},
		},
		{
			"a return",
			statement("08", strings.Replace(entryWith(details(`<Refs><EndToEndId>E1</EndToEndId></Refs><RtrInf>`+
				`<Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></RtrInf>`)), "STATUS", "<RvslInd>true</RvslInd>STATUS", 1)),
			[]iso20022.Entry{reversal},
		},
		{
			"one that is not booked",
			statement("08", strings.Replace(entryWith(""), "STATUS", "<Sts><Cd>PDNG</Cd></Sts>", 1)), []iso20022.Entry{pending},
		},
		{
			"a prefix, an envelope and a later version",
			strings.NewReplacer("</", "</d:", "<?", "<?", "<", "<d:", "xmlns=", "xmlns:d=").
				Replace(strings.Replace(statement("14", entryWith("")), "<Document", "<Envelope><AppHdr></AppHdr><Document", 1) +
					"</Envelope>"),
			[]iso20022.Entry{booked()},
		},
		{
			"no namespace", strings.Replace(statement("08", entryWith("")), ` xmlns="`+camt+`053.001.08"`, "", 1),
			[]iso20022.Entry{booked()},
		},
		{"a mark of UTF-8", "\ufeff" + statement("08", entryWith("")), []iso20022.Entry{booked()}},
		{
			"as many as it says", statement("08",
				`<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries></TtlNtries></TxsSummry>`+entryWith("")),
			[]iso20022.Entry{booked()},
		},
		{
			"a page of two", statement("08", `<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>`+
				`<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>`+entryWith("")),
			[]iso20022.Entry{booked()},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := entriesOf(t, test.text)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(test.want) || !equal(got, test.want) {
				t.Errorf("read\n%+v\nwanted\n%+v", got, test.want)
			}
		})
	}
}

func equal(a, b []iso20022.Entry) bool {
	return cmp.Equal(a, b, cmp.Comparer(func(x, y money.Amount) bool { return x == y }),
		cmp.Comparer(func(x, y calendar.Date) bool { return x == y }))
}

func TestReadEntriesOfGBK(t *testing.T) {
	t.Parallel()
	text := strings.Replace(statement("08", entryWith("<AddtlNtryInf>结算款</AddtlNtryInf>")), "UTF-8", "GBK", 1)
	text, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := entriesOf(t, text)
	if err != nil || len(got) != 1 || got[0].Text != "结算款" {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestReadEntriesRefuses(t *testing.T) {
	t.Parallel()
	amount := func(element string) string {
		return statement("08", strings.Replace(entryWith(""), `<Amt Ccy="CNY">100.00</Amt>`, element, 1))
	}
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "line 1, : wrong_message"},
		{"no XML", "date,amount\n2026-07-20,1.00\n", "line 3, : wrong_message"},
		{"another document", "<html><body/></html>", "line 1, : wrong_message"},
		{
			"a report of the day", strings.ReplaceAll(strings.ReplaceAll(statement("08", ""), "camt.053", "camt.052"),
				"BkToCstmrStmt", "BkToCstmrAcctRpt"), `line 1, Document/BkToCstmrAcctRpt: wrong_message "BkToCstmrAcctRpt"`,
		},
		{
			"a namespace of another message", strings.Replace(statement("08", ""), "camt.053", "camt.054", 1),
			`line 1, Document/BkToCstmrStmt: wrong_message "` + camt + `054.001.08"`,
		},
		{"the first version", statement("01", ""), `line 1, Document/BkToCstmrStmt: old_version "1"`},
		{
			"entities that grow", "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a \"aaaa\">]>" + statement("08", ""),
			`line 1, : document_type "DOCTYPE d [<!ENTITY a \"aaaa\">]"`,
		},
		{"an entity that nobody defined", amount(`<Amt Ccy="CNY">&a;</Amt>`), "not_xml"},
		{"a file that breaks off", statement("08", entryWith(""))[:400], "not_xml"},
		{"something after it", statement("08", "") + "<a/>", `line 1, a: after_the_document "a"`},
		{"text after it", statement("08", "") + "\n{}", `line 2, : after_the_document "{}"`},
		{"text before it", "x" + statement("08", "")[38:], `line 1, : not_xml "x"`},
		{"a second mark", "\ufeff\ufeff" + statement("08", "")[38:], "not_xml"},
		{
			"a second document in the envelope", "<E>" + strings.Repeat(statement("08", "")[38:], 2) + "</E>",
			`line 1, E/Document: after_the_document "Document"`,
		},
		{"depth", statement("08", strings.Repeat("<a>", 50)), "too_deep"},
		{"a long text", statement("08", "<Id>"+strings.Repeat("1", 70_000)+"</Id>"), "too_long"},
		{
			"an unknown encoding", strings.Replace(statement("08", ""), "UTF-8", "EBCDIC", 1),
			`line 1, : unknown_encoding "EBCDIC"`,
		},
		{
			"text that was lost on the way", amount(`<Amt Ccy="CNY">` + "\ufffd" + `</Amt>`),
			"line 1, Document/BkToCstmrStmt/Stmt/Ntry: unknown_encoding \"\ufffd\"",
		},
		{"no statement", "<Document><BkToCstmrStmt/></Document>", "line 1, Document: nothing_inside"},
		{
			"no account", strings.Replace(statement("08", ""), "Acct>", "Acnt>", 2),
			`line 1, Document/BkToCstmrStmt: missing "Acct"`,
		},
		{"no amount", amount(""), inEntry + "Amt: missing"},
		{"an empty amount", amount(`<Amt Ccy="CNY"/>`), inEntry + "Amt: no_amount"},
		{"a negative amount", amount(`<Amt Ccy="CNY">-1.00</Amt>`), inEntry + `Amt: no_amount "-1.00"`},
		{"a part of a fen", amount(`<Amt Ccy="CNY">1.001</Amt>`), inEntry + `Amt: no_amount "1.001"`},
		{"an exponent", amount(`<Amt Ccy="CNY">1e2</Amt>`), inEntry + `Amt: no_amount "1e2"`},
		{"two amounts", amount(`<Amt Ccy="CNY">1.00</Amt><Amt Ccy="CNY">2.00</Amt>`), inEntry + "Amt: repeated"},
		{"dollars", amount(`<Amt Ccy="USD">1.00</Amt>`), inEntry + `Amt: other_currency "USD"`},
		{"no currency", amount(`<Amt>1.00</Amt>`), inEntry + "Amt: other_currency"},
		{
			"no direction", statement("08", strings.Replace(entryWith(""), "CRDT", "", 1)),
			inEntry + "CdtDbtInd: missing",
		},
		{
			"an unknown direction", statement("08", strings.Replace(entryWith(""), "CRDT", "C", 1)),
			inEntry + `CdtDbtInd: unknown_code "C"`,
		},
		{
			"no status", statement("08", strings.Replace(entryWith(""), "STATUS", "", 1)),
			inEntry + "Sts/Cd: missing",
		},
		{
			"a booked entry without its day", statement("08", strings.ReplaceAll(entryWith(""), "BookgDt", "BookedDt")),
			inEntry + "BookgDt: missing",
		},
		{
			"a day that is none", statement("08", strings.Replace(entryWith(""), "2026-07-20", "2026-02-30", 1)),
			inEntry + `BookgDt/Dt: no_day "2026-02-30"`,
		},
		{
			"several transfers, one of no amount", statement("08", entryWith(details(`<Amt Ccy="CNY">1.00</Amt>`, "<Refs/>"))),
			inEntry + "NtryDtls/TxDtls/Amt: missing",
		},
		{
			"fewer than it says", statement("08",
				`<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>`+entryWith("")),
			`line 1, Document/BkToCstmrStmt: counts_disagree "2"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := entriesOf(t, test.text)
			var unreadable *iso20022.Unreadable
			if !errors.As(err, &unreadable) || err.Error() != test.want && string(unreadable.Problem) != test.want {
				t.Errorf("got %v, wanted %s", err, test.want)
			}
		})
	}
	for _, test := range []struct {
		name   string
		limits iso20022.Limits
		want   iso20022.Problem
	}{
		{"size", iso20022.Limits{Size: 300, Depth: 40, Text: 1000, Elements: 1000}, iso20022.TooLarge},
		{"elements", iso20022.Limits{Size: 10_000, Depth: 40, Text: 1000, Elements: 5}, iso20022.TooMany},
	} {
		_, err := iso20022.ReadEntries(strings.NewReader(statement("08", entryWith(""))), test.limits,
			func(iso20022.Entry) error { return nil })
		var unreadable *iso20022.Unreadable
		if !errors.As(err, &unreadable) || unreadable.Problem != test.want {
			t.Errorf("%s: %v, wanted %s", test.name, err, test.want)
		}
	}
}

func TestReadEntriesHandsOnAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	_, err := iso20022.ReadEntries(strings.NewReader(statement("08", entryWith(""))), iso20022.Usual,
		func(iso20022.Entry) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

// report is a pain.002 about the file F.
func report(version, parts string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.` + version + `">` +
		`<CstmrPmtStsRpt><GrpHdr><MsgId>M</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>F</OrgnlMsgId>` + parts +
		`</CstmrPmtStsRpt></Document>`
}

func TestReadStatus(t *testing.T) {
	t.Parallel()
	const payment = `<OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId>%s</OrgnlPmtInfAndSts>`
	const transfer = `<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts>%s</TxInfAndSts>`
	const reason = `<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>账号</AddtlInf><AddtlInf>有误</AddtlInf></StsRsnInf>`
	for _, test := range []struct {
		name, text, transfer string
		want                 iso20022.Outcome
		reason               string
	}{
		{"the whole file", report("03", "<GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>"), "E1", iso20022.Accepted, ""},
		{
			"the whole file, why", report("10", "<GrpSts>RJCT</GrpSts>"+reason+"</OrgnlGrpInfAndSts>"), "E1", iso20022.Rejected,
			"AC01 账号有误",
		},
		{
			"one transfer of a file taken in part",
			report("10", "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"+
				fmt.Sprintf(payment, fmt.Sprintf(transfer, "E1", "RJCT", reason)+fmt.Sprintf(transfer, "E2", "ACSC", ""))),
			"E1", iso20022.Rejected, "AC01 账号有误",
		},
		{
			"another of it", report("10", "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"+
				fmt.Sprintf(payment, fmt.Sprintf(transfer, "E1", "RJCT", reason)+fmt.Sprintf(transfer, "E2", "ACSC", ""))),
			"E2", iso20022.Accepted, "",
		},
		{
			"one that it does not name", report("10", "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"+
				fmt.Sprintf(payment, fmt.Sprintf(transfer, "E1", "RJCT", ""))), "E3", iso20022.Unsaid, "",
		},
		{
			"a payment", report("10", "</OrgnlGrpInfAndSts>"+fmt.Sprintf(payment, "<PmtInfSts>PDNG</PmtInfSts>")), "E1",
			iso20022.Pending, "",
		},
		{
			"a word of the bank's own", report("10", "</OrgnlGrpInfAndSts>"+fmt.Sprintf(payment, "<PmtInfSts>OK99</PmtInfSts>")),
			"E1", iso20022.Unsaid, "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			read, err := iso20022.ReadStatus(strings.NewReader(test.text), iso20022.Usual)
			if err != nil {
				t.Fatal(err)
			}
			status := read.Of("P1", test.transfer)
			var reasons []string
			for _, reason := range status.Reasons {
				reasons = append(reasons, reason.Code+" "+reason.Text)
			}
			if read.File != "F" || status.Outcome() != test.want || strings.Join(reasons, ", ") != test.reason {
				t.Errorf("%+v: %s %s", read, status.Outcome(), reasons)
			}
		})
	}
}

func TestReadStatusRefuses(t *testing.T) {
	t.Parallel()
	const whole = "<GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>"
	for _, test := range []struct{ name, text, want string }{
		{"a statement", statement("08", ""), `line 1, Document/BkToCstmrStmt: wrong_message "BkToCstmrStmt"`},
		{"an old version", report("02", whole), `line 1, Document/CstmrPmtStsRpt: old_version "2"`},
		{
			"of no file", strings.Replace(report("10", whole), "OrgnlMsgId>F", "OrgnlMsgId>", 1),
			"line 1, Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts/OrgnlMsgId: missing",
		},
		{
			"of no file at all", strings.ReplaceAll(report("10", whole), "OrgnlGrpInfAndSts", "Orgnl"),
			`line 1, Document: missing "OrgnlMsgId"`,
		},
		{
			"of two files", report("10", whole+"<OrgnlGrpInfAndSts><OrgnlMsgId>G</OrgnlMsgId></OrgnlGrpInfAndSts>"),
			"line 1, Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts: repeated",
		},
		{
			"two statuses", report("10", "<GrpSts>ACCP</GrpSts>"+whole),
			"line 1, Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts/GrpSts: repeated",
		},
		{
			"a transfer without its id", report("10", whole+"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId><TxInfAndSts>"+
				"<TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"),
			"line 1, Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts/OrgnlEndToEndId: missing",
		},
		{"a file that breaks off", report("10", whole)[:180], "not_xml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := iso20022.ReadStatus(strings.NewReader(test.text), iso20022.Usual)
			var unreadable *iso20022.Unreadable
			if !errors.As(err, &unreadable) || err.Error() != test.want && string(unreadable.Problem) != test.want {
				t.Errorf("got %v, wanted %s", err, test.want)
			}
		})
	}
}

// FuzzRead wants that whatever comes in is read or named, and that what is read is whole: every booked entry has an
// account, a day and an amount in fen, and no text that was lost on the way.
func FuzzRead(f *testing.F) {
	f.Add(statement("08", entryWith(details("<Refs><EndToEndId>E1</EndToEndId></Refs>"))))
	f.Add(statement("02", entryWith("")))
	f.Add(report("10", "<GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>"))
	f.Add("<?xml version=\"1.0\" encoding=\"GBK\"?><Document><BkToCstmrStmt><Stmt>")
	limits := iso20022.Limits{Size: 1 << 16, Depth: 20, Text: 4096, Elements: 1000}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := iso20022.ReadEntries(strings.NewReader(text), limits, func(e iso20022.Entry) error {
			if e.Account == "" || e.Booked && e.Day.IsZero() || e.Amount.IsNegative() || !utf8.ValidString(e.Text) {
				t.Errorf("half an entry: %+v", e)
			}
			return nil
		})
		named(t, err)
		_, err = iso20022.ReadStatus(strings.NewReader(text), limits)
		named(t, err)
	})
}

func named(t *testing.T, err error) {
	t.Helper()
	var unreadable *iso20022.Unreadable
	if err != nil && (!errors.As(err, &unreadable) || unreadable.Problem == "") {
		t.Errorf("not named: %v", err)
	}
}

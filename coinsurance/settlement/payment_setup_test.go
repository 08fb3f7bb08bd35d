package settlement_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
	"gongbao/zone/authority"
)

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
	day     = calendar.MustDate
	yuan    = money.MustAmount
)

// bench is a pool of A, B and C, in which A owes B 100.00 and C 60.00, and C owes B 40.00, all settled as they are.
type bench struct {
	*settlement.Service

	t     *testing.T
	db    *testdb.Database
	clock *clock.Manual
	zone  *zone.Service
	pool  string
}

func newBench(t *testing.T) bench {
	t.Helper()
	return newBenchOn(t, testdb.Open(t)).founded("IC")
}

// newBenchOn has the members with their bank details, and no pool yet.
func newBenchOn(t *testing.T, db *testdb.Database) bench {
	t.Helper()
	manual := clock.NewManual(day("2026-06-01").Noon())
	b := bench{settlement.NewService(db.DB, manual), t, db, manual, zone.NewService(db.DB, manual), ""}
	for _, code := range []string{"A", "B", "C"} {
		must(t, second(b.zone.RegisterMember(t.Context(), zone.RegisterMember{
			Command: idempotency.By(clerk), Code: code, Name: code + "示例财险",
		})))
		b.details(code, "62220000111122"+digitsOf(code))
	}
	must(t, db.Spread(t.Context()))
	return b
}

// founded opens a pool, with what its members owe each other.
func (b bench) founded(pool string) bench {
	b.t.Helper()
	b.pool = pool
	ctx, pools := b.t.Context(), coinsurance.NewService(b.db.DB, b.clock)
	must(b.t, second(pools.OpenPool(ctx, coinsurance.OpenPool{
		Command: idempotency.By(clerk), Code: pool, Industry: "optoelectronics", Name: "东湖科技保险共保体",
	})))
	must(b.t, second(pools.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk), Pool: pool, Version: 1, From: day("2026-06-01"),
		Shares: []coinsurance.Participation{
			part("A", "40%"), part("B", "40%"), part("C", "20%"),
		},
	})))
	must(b.t, second(pools.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: pool, Version: 1,
	})))
	b.owes("A", "B", "100.00")
	b.owes("A", "C", "60.00")
	b.owes("C", "B", "40.00")
	return b
}

func part(member, share string) coinsurance.Participation {
	all := money.MustShare(share)
	return coinsurance.Participation{Member: member, Premium: all, Claim: all, Cost: all}
}

func digitsOf(member string) string { return fmt.Sprintf("%02d", member[0]) }

// details gives a member bank details: two clerks write them down, the member confirms.
func (b bench) details(member, account string) {
	b.t.Helper()
	proposed, err := b.zone.ProposeBank(b.t.Context(), zone.ProposeBank{
		Command: idempotency.By(clerk), Member: member, Bank: "示例银行", CNAPS: "104521003456",
		AccountName: member + "示例财险", AccountNumber: account,
	})
	must(b.t, err)
	must(b.t, second(b.zone.DecideBank(b.t.Context(), zone.DecideBank{
		Command: idempotency.By(checker), Member: member, Number: proposed.Number, Approve: true,
	})))
	must(b.t, second(b.zone.ConfirmBank(b.t.Context(), zone.ConfirmBank{
		Command: idempotency.By(treasurer(member)), Member: member, Number: proposed.Number,
	})))
}

func treasurer(member string) access.Principal {
	return access.Person("treasurer", access.Member, member, access.Settlement)
}

// owes posts what one member owes another, as the sharing of a premium would.
func (b bench) owes(debtor, creditor, amount string) {
	b.t.Helper()
	must(b.t, pg.InTx(b.t.Context(), b.db.Of(b.pool), func(ctx context.Context, tx *pg.Tx) error {
		period, err := ledger.LockPeriod(ctx, tx, b.pool)
		if err != nil {
			return err
		}
		now := period.After(b.clock.Now())
		posting := ledger.Posting{
			Amount: yuan(amount), Stream: ledger.Commission, Policy: b.pool + "-" + debtor + creditor, AgreementVersion: 1,
		}
		owes, owed := posting, posting
		owes.Book, owes.Debit, owes.Credit = debtor, ledger.CommissionExpense, ledger.DueToCoinsurer
		owed.Book, owed.Debit, owed.Credit = creditor, ledger.DueFromCoinsurer, ledger.CommissionPayable
		var postings ledger.JournalBuilder
		postings.Mirror(owes, owed)
		_, err = ledger.Post(ctx, tx, period, ledger.Journal{
			Pool: b.pool, ID: fact.NewID(now), Kind: "insurance.premium_received", Effective: calendar.DateOf(now),
			Recorded: now, By: "test", Pass: authority.ReceivePremium.Pass(), Postings: postings.Postings(),
		})
		return err
	}))
}

// approved draws, confirms and approves June, and gives its orders: A to B, A to C, C to B.
func (b bench) approved() []settlement.PaymentOrder {
	b.t.Helper()
	ctx := b.t.Context()
	b.clock.Set(day("2026-07-01").Noon())
	must(b.t, second(b.DrawStatement(ctx, settlement.DrawStatement{
		Command: idempotency.By(clerk), Pool: b.pool, Period: "2026-06",
	})))
	must(b.t, second(b.IssueStatement(ctx, settlement.IssueStatement{
		Command: idempotency.By(clerk), Pool: b.pool, Period: "2026-06",
	})))
	for _, member := range []string{"A", "B", "C"} {
		must(b.t, second(b.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: idempotency.By(treasurer(member)), Pool: b.pool, Period: "2026-06", Member: member,
		})))
	}
	must(b.t, second(b.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: b.pool, Period: "2026-06",
	})))
	must(b.t, second(b.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: idempotency.By(checker), Pool: b.pool, Number: 1,
	})))
	_, orders, err := settlement.SettlementOf(ctx, b.db.Of(b.pool), b.pool, "2026-06")
	must(b.t, err)
	if len(orders) != 3 {
		b.t.Fatalf("orders %+v", orders)
	}
	return orders
}

func (b bench) make(change func(*settlement.MakeFile)) (*settlement.PaymentFile, error) {
	cmd := settlement.MakeFile{Command: idempotency.By(clerk), Pool: b.pool, Payer: "A"}
	if change != nil {
		change(&cmd)
	}
	return b.MakeFile(b.t.Context(), cmd)
}

func (b bench) released(change func(*settlement.MakeFile)) *settlement.PaymentFile {
	b.t.Helper()
	file, err := b.make(change)
	must(b.t, err)
	must(b.t, second(b.ReleaseFile(b.t.Context(), settlement.ReleaseFile{
		Command: idempotency.By(checker), Pool: b.pool, Number: file.Number,
	})))
	return file
}

func (b bench) order(id string) settlement.PaymentOrder {
	b.t.Helper()
	_, orders, err := settlement.SettlementOf(b.t.Context(), b.db.Of(b.pool), b.pool, "2026-06")
	must(b.t, err)
	for _, order := range orders {
		if order.ID == id {
			return order
		}
	}
	b.t.Fatalf("no order %s", id)
	return settlement.PaymentOrder{}
}

// stands wants where an order stands.
func (b bench) stands(id string, state settlement.OrderState, executed string, attempt int) {
	b.t.Helper()
	order := b.order(id)
	if order.State != state || order.Executed != yuan(executed) || order.Attempt != attempt {
		b.t.Errorf("%s is %s, %s paid, attempt %d; wanted %s, %s, %d",
			id, order.State, order.Executed, order.Attempt, state, executed, attempt)
	}
}

// balance wants what stands on an account of a book.
func (b bench) balance(book string, account ledger.Account, wanted string) {
	b.t.Helper()
	var fen int64
	must(b.t, pg.Row(b.t.Context(), b.db.Of(b.pool), `
		SELECT coalesce(sum(CASE WHEN debit = $2::account THEN amount ELSE -amount END), 0)
		FROM posting WHERE book = $1 AND $2::account IN (debit, credit)`, []any{book, string(account)}, &fen))
	if money.Fen(fen) != yuan(wanted) {
		b.t.Errorf("%s of %s: %s, wanted %s", account, book, money.Fen(fen), wanted)
	}
}

func (b bench) read(text string) *settlement.BankReport {
	b.t.Helper()
	report, err := b.ReadAnswer(b.t.Context(), settlement.ReadAnswer{By: clerk, Content: []byte(text)})
	must(b.t, err)
	return report
}

// account is the account number of a member.
func account(member string) string { return "62220000111122" + digitsOf(member) }

// entry is an entry of a camt.
type entry struct{ ref, amount, sign, endToEnd, more string }

func (e entry) xml() string {
	ref := ""
	if e.ref != "" {
		ref = "<AcctSvcrRef>" + e.ref + "</AcctSvcrRef>"
	}
	details := ""
	if e.endToEnd != "" || e.more != "" {
		id := ""
		if e.endToEnd != "" {
			id = "<Refs><EndToEndId>" + e.endToEnd + "</EndToEndId></Refs>"
		}
		details = "<NtryDtls><TxDtls>" + id + e.more + "</TxDtls></NtryDtls>"
	}
	return `<Ntry><Amt Ccy="CNY">` + e.amount + `</Amt><CdtDbtInd>` + e.sign + `</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
		`<BookgDt><Dt>2026-07-02</Dt></BookgDt>` + ref + details + `</Ntry>`
}

// camt is a statement (053) or a notification (054) of a member's account.
func camt(kind, member string, entries ...entry) string {
	root, part := "BkToCstmrStmt", "Stmt"
	if kind == "054" {
		root, part = "BkToCstmrDbtCdtNtfctn", "Ntfctn"
	}
	var text strings.Builder
	fmt.Fprintf(&text, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.%s.001.08"><%s>`+
		`<GrpHdr><MsgId>M</MsgId></GrpHdr><%s><Id>S</Id><Acct><Id><Othr><Id>%s</Id></Othr></Id></Acct>`,
		kind, root, part, account(member))
	for _, e := range entries {
		text.WriteString(e.xml())
	}
	fmt.Fprintf(&text, "</%s></%s></Document>", part, root)
	return text.String()
}

// status is a pain.002 about one payment of a file.
func status(message, endToEnd, code string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>` +
		`<GrpHdr><MsgId>R</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>` + message +
		`</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>` + message +
		`-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>` + endToEnd + `</OrgnlEndToEndId><TxSts>` + code +
		`</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></StsRsnInf></TxInfAndSts>` +
		`</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
}

func wants(t *testing.T, err, wanted error) {
	t.Helper()
	if !errors.Is(err, wanted) {
		t.Errorf("got %v, wanted %v", err, wanted)
	}
}

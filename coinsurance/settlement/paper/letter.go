package paper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/paper"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// letterPaper is a member's settlement letter: what a run takes of its items, and which payments follow.
type letterPaper struct {
	pool    coinsurance.Pool
	period  string
	run     *settlement.Settlement
	member  zone.Member
	taken   []takenTotal
	orders  []settlement.PaymentOrder // that the member pays or receives
	banks   map[string]string         // where a payee is paid
	skipped []skippedItem
}

// takenTotal is what a run takes between the member and another.
type takenTotal struct {
	Ring         string       `bun:"ring"`
	Counterparty string       `bun:"counterparty"`
	Owed         money.Amount `bun:"owed_to_member"`
	Owes         money.Amount `bun:"owed_by_member"`
	Items        int64        `bun:"items"`
}

// skippedItem is an item that a run left out.
type skippedItem struct {
	Policy       string           `bun:"policy"`
	Claim        string           `bun:"claim"`
	Group        settlement.Group `bun:"grp"`
	Counterparty string           `bun:"counterparty"`
	Why          string           `bun:"why"`
	Net          money.Amount     `bun:"net"`
}

var (
	takenOfMember   = pg.Select[takenTotal, ofMember](files, "TakenOfMember")
	skippedOfMember = pg.Select[skippedItem, someOfMember](files, "SkippedOfMember")
)

// whyWords are why an item was left out, as it is printed.
var whyWords = map[string]string{"held": "质疑中 queried", "not_confirmed": "未确认 not confirmed"}

// letterColumns are the letter's payments as a table, in their order.
var letterColumns = []sheet.Heading{
	{Code: "settlement", Chinese: "结算编号", English: "Settlement number"},
	{Code: "pool", Chinese: "共保体", English: "Pool"},
	{Code: "period", Chinese: "期间", English: "Reporting period"},
	{Code: "member", Chinese: "成员", English: "Co-insurance code"},
	{Code: "order", Chinese: "付款指令", English: "Payment order"},
	{Code: "payer", Chinese: "付款方", English: "Payer"},
	{Code: "payee", Chinese: "收款方", English: "Payee"},
	{Code: "due", Chinese: "付款到期日", English: "Settlement due date"},
	{Code: "payable_to", Chinese: "收款账户", English: "Payable to"},
	{Code: "currency", Chinese: "币种", English: "Settlement currency"},
	{Code: "amount", Chinese: "金额（正数为应收）", English: "Amount, positive to be received"},
}

// OpenLetter gives a member's settlement letter of the run for a period, as it was written after the approval. It
// refuses: access.forbidden, coinsurance.statement_not_found, coinsurance.statement_not_issued,
// coinsurance.settlement_not_found (none, or none that is approved), coinsurance.paper_invalid (no such format),
// coinsurance.paper_not_written, coinsurance.paper_not_found (no member of the statement), coinsurance.paper_damaged.
func (s *Service) OpenLetter(
	ctx context.Context, by access.Principal, pool, period, member string, format sheet.Format,
) (*IssuedFile, io.ReadCloser, error) {
	handle := s.db.Of(pool)
	if _, err := issuedTo(ctx, handle, by, pool, period, member); err != nil {
		return nil, nil, err
	}
	run, _, err := settlement.SettlementOf(ctx, handle, pool, period)
	if err == nil && run.Approved == nil {
		err = settlement.ErrSettlementNotFound.Case(fault.Args{"pool": pool, "period": period})
	}
	if err != nil {
		return nil, nil, err
	}
	return s.open(ctx, &settlement.PaperDue{
		Pool: pool, Kind: Letter, Reference: settlement.LetterReference(period, run.Number), Member: member,
	}, format)
}

// draftLetter reads a member's letter as things stood when the run was approved: opposite orders, and bank details that
// were given since, are not in it.
func (s *Service) draftLetter(ctx context.Context, due *settlement.PaperDue) (*draft, error) {
	handle := s.db.Of(due.Pool)
	period, number, _ := strings.Cut(due.Reference, "/")
	runs, err := settlement.Settlements(ctx, handle, due.Pool)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(runs, func(run settlement.Settlement) bool { return count(int64(run.Number)) == number })
	if at < 0 || runs[at].Approved == nil {
		return nil, fmt.Errorf("there is no approved run %s", number)
	}
	p := &letterPaper{period: period, run: &runs[at], banks: map[string]string{}}
	orders, err := settlement.OrdersOf(ctx, handle, p.run)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if order.OppositeOf == "" && (order.Payer == due.Member || order.Payee == due.Member) {
			p.orders = append(p.orders, order)
		}
	}
	if err := p.load(ctx, handle, s.db, due.Member); err != nil {
		return nil, err
	}
	return &draft{
		name:    fmt.Sprintf("settlement-%s-%s-%d-%s", due.Pool, period, p.run.Number, due.Member),
		columns: letterColumns, readers: []string{due.Member}, rows: p.rows, print: p.print,
	}, nil
}

// load reads what the run takes of the member, and where payees are paid. Bank details are kept at home.
func (p *letterPaper) load(ctx context.Context, handle, home bun.IDB, member string) (err error) {
	if p.pool, err = coinsurance.FindPool(ctx, handle, p.run.Pool); err != nil {
		return err
	}
	if p.member, err = memberOf(ctx, handle, member); err != nil {
		return err
	}
	p.taken, err = pg.Listed[takenTotal](ctx, handle, takenOfMember.With(ofMember{p.run.Pool, p.run.Number, member}))
	if err != nil {
		return err
	}
	p.skipped, err = pg.Listed[skippedItem](ctx, handle, skippedOfMember.With(
		someOfMember{p.run.Pool, p.run.Number, member, linesMax}))
	if err != nil {
		return err
	}
	for _, order := range p.orders {
		if _, known := p.banks[order.Payee]; known {
			continue
		}
		bank, err := zone.PayableKnown(ctx, home, order.Payee, order.Due, *p.run.Approved)
		switch {
		case errors.Is(err, zone.ErrBankNotFound), errors.Is(err, zone.ErrBankUnconfirmed):
			p.banks[order.Payee] = ""
		case err != nil:
			return err
		default:
			p.banks[order.Payee] = strings.Join([]string{bank.AccountName, bank.Bank, masked(bank.AccountNumber)}, " ")
		}
	}
	return nil
}

// signed is the order's amount from the member's side: positive when it receives.
func (p *letterPaper) signed(order *settlement.PaymentOrder) money.Amount {
	if order.Payer == p.member.Code {
		return order.Amount.Neg()
	}
	return order.Amount
}

func (p *letterPaper) rows(_ context.Context, row func(sheet.Cells) error) error {
	for i := range p.orders {
		order := &p.orders[i]
		err := row(sheet.Cells{
			p.run.Number, p.run.Pool, p.period, p.member.Code, order.ID, order.Payer, order.Payee, order.Due,
			p.banks[order.Payee], order.Currency, p.signed(order),
		})
		if err != nil {
			return err
		}
	}
	last := make(sheet.Cells, len(letterColumns))
	last[0], last[len(last)-1] = "total", settlement.NetOf(p.orders, p.member.Code)
	return row(last)
}

// nettingWords are the ways of netting as they are printed.
var nettingWords = map[coinsurance.Netting]string{
	coinsurance.NettingNone: "不轧差 none", coinsurance.NettingBilateral: "双边轧差 bilateral",
	coinsurance.NettingMultilateral: "多边轧差 multilateral",
}

// print writes the letter as PDF.
func (p *letterPaper) print(_ context.Context, to io.Writer, table *IssuedFile) error {
	about := fmt.Sprintf("%s %s/%d %s", p.run.Pool, p.period, p.run.Number, p.member.Code)
	d := begin(paper.Upright, "共保业务结算函", "SETTLEMENT LETTER", about, *p.run.Approved)
	d.Heading("结算", "Settlement")
	d.Fact("致 To", p.member.Name+"（"+p.member.Code+"）")
	d.Fact("共保体 Pool", p.pool.Name+"（"+p.pool.Code+"）")
	d.Fact("期间 Period", p.period)
	d.Fact("结算编号 Run", count(int64(p.run.Number)))
	d.Fact("轧差 Netting", nettingWords[p.run.Netting])
	d.Fact("核准 Approved", instant(*p.run.Approved))
	p.printTaken(d)
	d.Heading("付款", "Payments（正数为应收 positive: to be received）")
	rows := [][]string{{"付款指令 Order", "付款方 Payer", "收款方 Payee", "到期日 Due", "金额 Amount"}}
	for i := range p.orders {
		order := &p.orders[i]
		rows = append(rows, []string{order.ID, order.Payer, order.Payee, order.Due.String(), yuan(p.signed(order))})
	}
	net := settlement.NetOf(p.orders, p.member.Code)
	rows = append(rows, []string{"净额 Net", "", "", "", yuan(net)})
	d.Texts = 4
	d.Table(paper.Widths{44, 32, 32, 28, 38}, rows)
	d.Ln(1)
	for _, order := range p.orders {
		account := p.banks[order.Payee]
		if account == "" {
			account = "收款账户未经确认，暂不付款 no confirmed bank details; not paid until there are"
		}
		d.Fact(order.ID, account)
	}
	p.printSkipped(d)
	d.note("清单 Payments as a table: " + table.Name + "\nSHA-256 " + table.Digest().String())
	_, err := d.Finish(to)
	return err
}

// printTaken prints from the gross of both sides to the net.
func (p *letterPaper) printTaken(d *sheetOf) {
	d.Heading("结算项目", "What is settled")
	rows := [][]string{{"对方 Counterparty", "项数 Items", "应收 Owed to you", "应付 Owed by you", "净额 Net"}}
	var owed, owes money.Amount
	items := int64(0)
	for _, taken := range p.taken {
		with := taken.Counterparty
		if taken.Ring != "" {
			with += " · " + taken.Ring
		}
		rows = append(rows, []string{
			with, count(taken.Items), yuan(taken.Owed), yuan(taken.Owes), yuan(taken.Owed.Sub(taken.Owes)),
		})
		owed, owes, items = owed.Add(taken.Owed), owes.Add(taken.Owes), items+taken.Items
	}
	rows = append(rows, []string{"合计 Total", count(items), yuan(owed), yuan(owes), yuan(owed.Sub(owes))})
	d.Table(paper.Widths{60, 20, 31, 31, 32}, rows)
}

// printSkipped prints what the run left out.
func (p *letterPaper) printSkipped(d *sheetOf) {
	if len(p.skipped) == 0 {
		return
	}
	d.Heading("未结算项目", "Left out of this run")
	rows := [][]string{{"保单／赔案 Subject", "款项 Group", "对方 With", "原因 Why", "净额 Net"}}
	for _, item := range p.skipped {
		subject := item.Policy
		if item.Claim != "" {
			subject = item.Claim
		}
		rows = append(rows, []string{subject, groupWords[item.Group], item.Counterparty, whyWords[item.Why], yuan(item.Net)})
	}
	d.Table(paper.Widths{48, 34, 26, 36, 30}, rows)
}

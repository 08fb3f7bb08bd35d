package paper

import (
	"context"
	"fmt"
	"io"
	"time"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/paper"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/zone"
)

// Balances says between whom a confirmation of balances is wanted, and as of when.
type Balances struct {
	Pool             string
	Debtor, Creditor string
	Day              calendar.Date // what counts by it
	Known            time.Time     // and was recorded by then; the latest that was asked for when zero
}

// balancesPaper is a confirmation of balances.
type balancesPaper struct {
	Balances

	pool             coinsurance.Pool
	debtor, creditor zone.Member
	groups           []balance
}

// balance is what two members owe each other in a group.
type balance struct {
	Group    settlement.Group `bun:"grp"`
	Currency string           `bun:"currency"`
	Owes     money.Amount     `bun:"owes"` // the debtor the creditor
	Owed     money.Amount     `bun:"owed"` // and the creditor the debtor
	Postings int64            `bun:"postings"`
}

type betweenKey struct {
	Pool, Debtor, Creditor string
	Day                    calendar.Date
	Known                  time.Time
}

var balancesBetween = pg.Select[balance, betweenKey](files, "BalancesBetween")

// balanceColumns are the confirmation's as a table, in their order.
var balanceColumns = []sheet.Heading{
	{Code: "pool", Chinese: "共保体", English: "Pool"},
	{Code: "debtor", Chinese: "债务方", English: "Debtor"},
	{Code: "creditor", Chinese: "债权方", English: "Creditor"},
	{Code: "day", Chinese: "截至日", English: "As of"},
	{Code: "recorded_by", Chinese: "截止记录", English: "Recorded by"},
	{Code: "group", Chinese: "款项", English: "Item group"},
	{Code: "currency", Chinese: "币种", English: "Original currency"},
	{Code: "postings", Chinese: "分录数", English: "Postings"},
	{Code: "owes", Chinese: "应付对方", English: "Owes"},
	{Code: "owed", Chinese: "应收对方", English: "Is owed"},
	{Code: "net", Chinese: "净应付", English: "Owes, net"},
}

// OpenConfirmation gives a confirmation of balances that was asked for: without an instant that with the latest. It
// refuses: access.forbidden (neither of the two, nor who manages or supervises), coinsurance.pool_not_found,
// coinsurance.member_not_found, coinsurance.paper_invalid (no such format), coinsurance.paper_not_written,
// coinsurance.paper_not_found (nobody has asked for it), coinsurance.paper_damaged.
func (s *Service) OpenConfirmation(
	ctx context.Context, by access.Principal, q Balances, format sheet.Format,
) (*IssuedFile, io.ReadCloser, error) {
	if !by.MayRead(q.Creditor) {
		if err := by.RequireRead(q.Debtor); err != nil {
			return nil, nil, err
		}
	}
	handle := s.db.Of(q.Pool)
	if _, err := coinsurance.FindPool(ctx, handle, q.Pool); err != nil {
		return nil, nil, err
	}
	for _, code := range []string{q.Debtor, q.Creditor} {
		if _, err := memberOf(ctx, handle, code); err != nil {
			return nil, nil, err
		}
	}
	if q.Known.IsZero() {
		asked, err := settlement.ConfirmationsOf(ctx, handle, q.Pool, q.Debtor, q.Creditor, q.Day)
		if err != nil {
			return nil, nil, err
		}
		if len(asked) > 0 {
			q.Known = asked[0].Known
		}
	}
	asked := settlement.BalanceConfirmation{
		Pool: q.Pool, Debtor: q.Debtor, Creditor: q.Creditor, Day: q.Day, Known: q.Known,
	}
	return s.open(ctx, asked.Due(), format)
}

// draftConfirmation reads what two members owe each other, once everybody has ended who may still record something by
// the instant.
func (s *Service) draftConfirmation(ctx context.Context, due *settlement.PaperDue) (*draft, error) {
	asked, err := due.Confirmation()
	if err != nil {
		return nil, err
	}
	if err := ledger.Barrier(ctx, s.db, due.Pool, nil); err != nil {
		return nil, err
	}
	handle := s.db.Of(due.Pool)
	p := &balancesPaper{Balances: Balances{
		Pool: asked.Pool, Debtor: asked.Debtor, Creditor: asked.Creditor, Day: asked.Day, Known: asked.Known,
	}}
	if p.pool, err = coinsurance.FindPool(ctx, handle, p.Pool); err != nil {
		return nil, err
	}
	if p.debtor, err = memberOf(ctx, handle, p.Debtor); err != nil {
		return nil, err
	}
	if p.creditor, err = memberOf(ctx, handle, p.Creditor); err != nil {
		return nil, err
	}
	p.groups, err = pg.Listed[balance](ctx, handle, balancesBetween.With(
		betweenKey{p.Pool, p.Debtor, p.Creditor, p.Day, p.Known}))
	return &draft{
		name:    fmt.Sprintf("balances-%s-%s-%s-%s", p.Pool, p.Debtor, p.Creditor, p.Day),
		columns: balanceColumns, readers: []string{p.Debtor, p.Creditor}, rows: p.rows, print: p.print,
	}, err
}

func (p *balancesPaper) totals() (owes, owed money.Amount) {
	for _, group := range p.groups {
		owes, owed = owes.Add(group.Owes), owed.Add(group.Owed)
	}
	return owes, owed
}

func (p *balancesPaper) rows(_ context.Context, row func(sheet.Cells) error) error {
	for _, group := range p.groups {
		err := row(sheet.Cells{
			p.Pool, p.Debtor, p.Creditor, p.Day, p.Known, string(group.Group), group.Currency, int(group.Postings), group.Owes,
			group.Owed, group.Owes.Sub(group.Owed),
		})
		if err != nil {
			return err
		}
	}
	owes, owed := p.totals()
	last := make(sheet.Cells, len(balanceColumns))
	last[0] = "total"
	copy(last[len(last)-3:], sheet.Cells{owes, owed, owes.Sub(owed)})
	return row(last)
}

// print writes the confirmation as PDF, with room for the creditor's answer.
func (p *balancesPaper) print(_ context.Context, to io.Writer, table *IssuedFile) error {
	about := fmt.Sprintf("%s %s–%s %s", p.Pool, p.Debtor, p.Creditor, p.Day)
	d := begin(paper.Upright, "共保往来余额询证函", "CONFIRMATION OF BALANCES", about, p.Known)
	d.Heading("往来余额", "Balances")
	d.Fact("甲方 Party A", p.debtor.Name+"（"+p.Debtor+"）")
	d.Fact("乙方 Party B", p.creditor.Name+"（"+p.Creditor+"）")
	d.Fact("共保体 Pool", p.pool.Name+"（"+p.Pool+"）")
	d.Fact("截至日 As of", p.Day.String()+" 24:00（生效日 effective day）")
	d.Fact("截止记录 Recorded by", instant(p.Known))
	d.Ln(2)
	rows := [][]string{{"款项 Group", "分录 Postings", "甲方应付 A owes B", "乙方应付 B owes A", "甲方净应付 A owes, net"}}
	for _, group := range p.groups {
		rows = append(rows, []string{
			groupWords[group.Group], count(group.Postings), yuan(group.Owes), yuan(group.Owed), yuan(group.Owes.Sub(group.Owed)),
		})
	}
	owes, owed := p.totals()
	rows = append(rows, []string{"合计 Total", "", yuan(owes), yuan(owed), yuan(owes.Sub(owed))})
	d.Table(paper.Widths{52, 22, 32, 32, 36}, rows)
	net, debtor, creditor := owes.Sub(owed), p.debtor, p.creditor
	if net.IsNegative() {
		net, debtor, creditor = net.Neg(), creditor, debtor
	}
	d.Ln(3)
	const said = "据账载，截至上述日期，%s净应付%s %s 元。\nBy the book, %s owes %s %s %s, net."
	d.MultiCell(d.Width, paper.LineHeight, fmt.Sprintf(said, debtor.Name, creditor.Name, paper.Grouped(net), debtor.Code,
		creditor.Code, currencyOf(net), paper.Grouped(net)), "", "L", false)
	d.Heading("乙方答复", "Answer of party B")
	d.MultiCell(d.Width, paper.LineHeight,
		"□ 余额相符 The balances agree.\n□ 余额不符，差异如下 They do not; the differences are:", "", "L", false)
	d.signatures(p.debtor.Name, p.creditor.Name)
	d.note("数据 As a table: " + table.Name + "\nSHA-256 " + table.Digest().String())
	_, err := d.Finish(to)
	return err
}

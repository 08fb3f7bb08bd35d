package paper

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/paper"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// statementPaper is a member's statement as it is printed.
type statementPaper struct {
	handle    bun.IDB
	pool      coinsurance.Pool
	statement *settlement.Statement
	member    zone.Member
	total     settlement.MemberTotal
	groups    []groupTotal
	advances  money.Amount
}

// groupTotal is what another member and the member owe each other in a group.
type groupTotal struct {
	Counterparty string           `bun:"counterparty"`
	Group        settlement.Group `bun:"grp"`
	Owed         money.Amount     `bun:"owed_to_member"`
	Owes         money.Amount     `bun:"owed_by_member"`
	Items        int64            `bun:"items"`
}

// statementLine is an item, from the member's side.
type statementLine struct {
	Policy           string           `bun:"policy"`
	Claim            string           `bun:"claim"`
	Group            settlement.Group `bun:"grp"`
	Counterparty     string           `bun:"counterparty"`
	Owed             money.Amount     `bun:"owed_to_member"`
	Owes             money.Amount     `bun:"owed_by_member"`
	Currency         string           `bun:"currency"`
	AgreementVersion int              `bun:"agreement_version"`
	Insured          string           `bun:"insured"`
	Line             string           `bun:"line"`
	Starts           calendar.Date    `bun:"period_from"`
	Ends             calendar.Date    `bun:"period_to"`
	LossDay          calendar.Date    `bun:"loss_day"`
	Total            money.Amount     `bun:"total"`
	Share            money.Share      `bun:"share"`
	First            calendar.Date    `bun:"first"`
	Last             calendar.Date    `bun:"last"`
	Late             bool             `bun:"late"`
}

func (l *statementLine) net() money.Amount { return l.Owed.Sub(l.Owes) }

// Arguments of the statements.
type (
	ofMember struct {
		Pool   string
		Number int
		Member string
	}
	someOfMember struct {
		Pool   string
		Number int
		Member string
		Most   int // 0 for all
	}
)

var (
	linesOfMember    = pg.Select[statementLine, someOfMember](files, "LinesOfMember")
	groupsOfMember   = pg.Select[groupTotal, ofMember](files, "GroupsOfMember")
	advancesOfMember = pg.SQL[ofMember](files, "AdvancesOfMember")
)

// statementColumns are the statement's as a table, in their order.
var statementColumns = []sheet.Heading{
	{Code: "statement", Chinese: "对账单号", English: "Statement reference"},
	{Code: "pool", Chinese: "共保体", English: "Pool"},
	{Code: "member", Chinese: "成员", English: "Co-insurance code"},
	{Code: "counterparty", Chinese: "对方", English: "Counterparty"},
	{Code: "policy", Chinese: "保单号", English: "Certificate reference"},
	{Code: "claim", Chinese: "赔案号", English: "Claim reference"},
	{Code: "group", Chinese: "款项", English: "Item group"},
	{Code: "insured", Chinese: "被保险人", English: "Insured name"},
	{Code: "line", Chinese: "险种", English: "Class of business"},
	{Code: "start", Chinese: "保险起期", English: "Period of cover - from"},
	{Code: "end", Chinese: "保险止期", English: "Period of cover - to"},
	{Code: "loss_day", Chinese: "出险日", English: "Date of loss"},
	{Code: "agreement_version", Chinese: "协议版本", English: "Agreement no"},
	{Code: "share", Chinese: "份额", English: "Co-insurance share"},
	{Code: "to_date_100", Chinese: "全额累计", English: "To date (100%)"},
	{Code: "effective_from", Chinese: "生效日（最早）", English: "Effective from"},
	{Code: "effective_to", Chinese: "生效日（最晚）", English: "Effective to"},
	{Code: "late", Chinese: "补记", English: "Late"},
	{Code: "currency", Chinese: "币种", English: "Original currency"},
	{Code: "owed_to_member", Chinese: "应收", English: "Owed to member"},
	{Code: "owed_by_member", Chinese: "应付", English: "Owed by member"},
	{Code: "net", Chinese: "净额", English: "Net"},
}

// OpenStatement gives a member's statement for a period, as it was written after the issue. It refuses:
// access.forbidden, coinsurance.statement_not_found, coinsurance.statement_not_issued, coinsurance.member_not_found,
// coinsurance.paper_invalid (no such format), coinsurance.paper_not_written, coinsurance.paper_not_found (no member of
// the statement), coinsurance.paper_damaged.
func (s *Service) OpenStatement(
	ctx context.Context, by access.Principal, pool, period, member string, format sheet.Format,
) (*IssuedFile, io.ReadCloser, error) {
	handle := s.db.Of(pool)
	statement, err := issuedTo(ctx, handle, by, pool, period, member)
	if err != nil {
		return nil, nil, err
	}
	if _, err := memberOf(ctx, handle, member); err != nil {
		return nil, nil, err
	}
	return s.open(ctx, &settlement.PaperDue{
		Pool: pool, Kind: Statement, Reference: settlement.StatementReference(statement.Period, statement.Issue),
		Member: member,
	}, format)
}

// draftStatement reads a member's statement, which says the same whenever it is read.
func (s *Service) draftStatement(ctx context.Context, due *settlement.PaperDue) (*draft, error) {
	handle := s.db.Of(due.Pool)
	statements, err := settlement.Statements(ctx, handle, due.Pool)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(statements, func(of settlement.Statement) bool {
		return settlement.StatementReference(of.Period, of.Issue) == due.Reference
	})
	if at < 0 {
		return nil, fmt.Errorf("there is no statement %s", due.Reference)
	}
	p := &statementPaper{handle: handle, statement: &statements[at]}
	if err := p.load(ctx, handle, due.Member); err != nil {
		return nil, err
	}
	return &draft{
		name:    fmt.Sprintf("statement-%s-%s-%d-%s", due.Pool, p.statement.Period, p.statement.Issue, due.Member),
		columns: statementColumns, readers: []string{due.Member}, rows: p.rows, print: p.print,
	}, nil
}

// issuedTo is the statement of a period that was issued to the members.
func issuedTo(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, period, member string,
) (*settlement.Statement, error) {
	if err := by.RequireRead(member); err != nil {
		return nil, err
	}
	statement, err := settlement.StatementOf(ctx, handle, pool, period)
	if err == nil && statement.State != settlement.StatementIssued {
		err = settlement.ErrStatementNotIssued.Case(fault.Args{"period": period, "statement_state": statement.State})
	}
	return statement, err
}

// load reads what stands above the lines.
func (p *statementPaper) load(ctx context.Context, handle bun.IDB, member string) (err error) {
	if p.pool, err = coinsurance.FindPool(ctx, handle, p.statement.Pool); err != nil {
		return err
	}
	if p.member, err = memberOf(ctx, handle, member); err != nil {
		return err
	}
	totals, err := settlement.TotalsOf(ctx, handle, p.statement)
	if err != nil {
		return err
	}
	for _, total := range totals {
		if total.Member == member {
			p.total = total
		}
	}
	key := ofMember{p.statement.Pool, p.statement.Number, member}
	if p.groups, err = pg.Listed[groupTotal](ctx, handle, groupsOfMember.With(key)); err != nil {
		return err
	}
	return advancesOfMember.With(key).Row(ctx, handle, &p.advances)
}

// memberOf is a member by its code; coinsurance.member_not_found when there is none.
func memberOf(ctx context.Context, handle bun.IDB, code string) (zone.Member, error) {
	members, err := zone.MembersByCode(ctx, handle, []string{code})
	if err != nil {
		return zone.Member{}, err
	}
	member, there := members[code]
	if !there {
		return member, zone.ErrMemberNotFound.Case(fault.Args{"member": code})
	}
	return member, nil
}

// each reads the statement's lines, the first ones or (for 0) all, and keeps one at a time.
func (p *statementPaper) each(ctx context.Context, most int, do func(*statementLine) error) error {
	return pg.Each(ctx, p.handle, linesOfMember.With(
		someOfMember{p.statement.Pool, p.statement.Number, p.member.Code, most}), do)
}

func (p *statementPaper) rows(ctx context.Context, row func(sheet.Cells) error) error {
	var owed, owes money.Amount
	reference := settlement.StatementReference(p.statement.Period, p.statement.Issue)
	err := p.each(ctx, 0, func(l *statementLine) error {
		owed, owes = owed.Add(l.Owed), owes.Add(l.Owes)
		cells := sheet.Cells{
			reference, p.statement.Pool, p.member.Code, l.Counterparty, l.Policy, l.Claim, string(l.Group), l.Insured, l.Line,
			l.Starts, l.Ends, l.LossDay, l.AgreementVersion, shareOrNone(l.Share), l.Total, l.First, l.Last, lateWord(l.Late),
			l.Currency, l.Owed, l.Owes, l.net(),
		}
		return row(cells)
	})
	if err != nil {
		return err
	}
	last := make(sheet.Cells, len(statementColumns))
	last[0] = "total"
	copy(last[len(last)-3:], sheet.Cells{owed, owes, owed.Sub(owes)})
	return row(last)
}

func shareOrNone(share money.Share) any {
	if share.IsZero() {
		return nil
	}
	return share
}

func lateWord(late bool) string {
	if late {
		return "late"
	}
	return ""
}

// print writes the statement as PDF.
func (p *statementPaper) print(ctx context.Context, to io.Writer, table *IssuedFile) error {
	s := p.statement
	about := fmt.Sprintf("%s %s/%d %s", s.Pool, s.Period, s.Issue, p.member.Code)
	d := begin(paper.Across, "共保业务对账单", "CO-INSURANCE STATEMENT OF ACCOUNT", about, *s.Issued)
	d.Heading("对账单", "Statement")
	d.Fact("成员 Member", p.member.Name+"（"+p.member.Code+"）")
	d.Fact("共保体 Pool", p.pool.Name+"（"+p.pool.Code+"）")
	d.Fact("期间 Period", fmt.Sprintf("%s（%s 至 to %s），第 %d 次 issue", s.Period, s.Starts, s.Ends, s.Issue))
	d.Fact("截止记录 Recorded by", instant(s.Cut))
	d.Fact("出账 Issued", instant(*s.Issued))
	if !s.ConfirmBy.IsZero() {
		d.Fact("请于此日前确认 Confirm by", s.ConfirmBy.String())
	}
	d.Fact("协议版本 Agreement", count(int64(s.AgreementVersion)))
	d.Heading("账户", "Account（正数为应收 positive: to be received）")
	d.Table(paper.Widths{90, 57, 57, 57}, [][]string{
		{"", "期初余额 Opening", "本期发生 Movement", "期末余额 Closing"},
		{"元 " + currencyOf(p.total.Closing), yuan(p.total.Opening), yuan(p.total.Movement), yuan(p.total.Closing)},
	})
	p.printGroups(d)
	printed := int64(0)
	rows := [][]string{{
		"保单／赔案 Subject", "款项 Group", "对方 With", "被保险人 Insured", "份额 Share", "全额累计 To date 100%",
		"应收 Owed to us", "应付 Owed by us", "净额 Net",
	}}
	err := p.each(ctx, linesMax, func(l *statementLine) error {
		printed++
		rows = append(rows, l.printed())
		return nil
	})
	if err != nil {
		return err
	}
	d.Heading("明细", "Items")
	d.Texts = 4
	d.Table(paper.Widths{41, 32, 22, 46, 17, 29, 25, 25, 24}, rows)
	d.behind(printed, p.total.Items, table)
	_, err = d.Finish(to)
	return err
}

func currencyOf(amount money.Amount) string { return amount.Currency().Code() }

// printed is a line as it is printed; a mark says that it counts before the statement's period began.
func (l *statementLine) printed() []string {
	subject := l.Policy
	if l.Claim != "" {
		subject = l.Claim
	}
	if l.Late {
		subject += "\n补记 late: " + l.First.String()
	}
	share := ""
	if !l.Share.IsZero() {
		share = l.Share.Percent()
	}
	return []string{
		subject, groupWords[l.Group], l.Counterparty, l.Insured, share, yuan(l.Total), yuan(l.Owed), yuan(l.Owes),
		yuan(l.net()),
	}
}

// printGroups prints what stands between the member and each other one, by group, and what is beside the account.
func (p *statementPaper) printGroups(d *sheetOf) {
	d.Heading("按对方和款项", "By counterparty and group")
	rows := [][]string{{"对方 Counterparty", "款项 Group", "项数 Items", "应收 Owed to us", "应付 Owed by us", "净额 Net"}}
	var owed, owes money.Amount
	for _, group := range p.groups {
		rows = append(rows, []string{
			group.Counterparty, groupWords[group.Group], count(group.Items), yuan(group.Owed), yuan(group.Owes),
			yuan(group.Owed.Sub(group.Owes)),
		})
		owed, owes = owed.Add(group.Owed), owes.Add(group.Owes)
	}
	rows = append(rows, []string{"合计 Total", "", count(p.total.Items), yuan(owed), yuan(owes), yuan(owed.Sub(owes))})
	d.Texts = 2
	d.Table(paper.Widths{60, 60, 24, 39, 39, 39}, rows)
	if !p.advances.IsZero() {
		d.note("备查 Memo: 已收（负数为已付）而未使用的预付摊回赔款 received on cash calls (below zero: paid) and not used yet, on no " +
			"statement: " + yuan(p.advances) + " 元")
	}
}

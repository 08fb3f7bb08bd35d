package ledger

import (
	"context"
	"io"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// DebtMatrix is who owes whom in a pool 往来矩阵 as of a day, as far as the caller may see it: every pair of members from
// either side.
type DebtMatrix struct {
	Pool  string        `json:"pool"`
	Day   calendar.Date `json:"day"`
	Cells []DebtCell    `json:"items"`

	currency money.Currency
	only     string // the member whose row and column it is; "" for all
}

// DebtCell is what one member owes another, by the accounts it comes of.
type DebtCell struct {
	Debtor   string       `bun:"debtor"   json:"debtor"   doc:"Whose book is read"`
	Creditor string       `bun:"creditor" json:"creditor" doc:"The other member"`
	DueTo    money.Amount `bun:"due_to"   json:"due_to"   doc:"Due from the debtor to the creditor"`
	DueFrom  money.Amount `bun:"due_from" json:"due_from" doc:"Due to the debtor from the creditor"`

	AdvancePaid     money.Amount `bun:"advance_paid"     json:"advance_paid"     doc:"Paid ahead by the debtor, not used"`
	AdvanceReceived money.Amount `bun:"advance_received" json:"advance_received" doc:"Paid ahead by the creditor"`
	Owed            money.Amount `bun:"owed"             json:"owed"             doc:"Net: below zero when it is owed"`
}

type matrixArgs struct {
	Pool   string
	Day    calendar.Date
	Member string // "" for all
}

var debtMatrix = pg.Select[DebtCell, matrixArgs](files, "DebtMatrix")

// DebtsOf are the debts between the members of a pool as of a day. A member sees its own row and column, the pool
// manager and the regulator all; anyone else is refused with access.forbidden.
func DebtsOf(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, day calendar.Date,
) (*DebtMatrix, error) {
	matrix := &DebtMatrix{Pool: pool, Day: day}
	if by.Kind == access.Member {
		matrix.only = by.Organisation
	}
	if err := by.RequireRead(matrix.only); err != nil {
		return nil, err
	}
	var err error
	matrix.Cells, err = pg.Listed[DebtCell](ctx, handle, debtMatrix.With(matrixArgs{pool, day, matrix.only}))
	if err != nil {
		return nil, err
	}
	if len(matrix.Cells) == 0 {
		matrix.Cells = []DebtCell{}
		return matrix, nil
	}
	matrix.currency = matrix.Cells[0].Owed.Currency()
	return matrix, nil
}

// Members are the members that the matrix names, in the order of their codes.
func (m *DebtMatrix) Members() []string {
	var members []string
	for i := range m.Cells {
		members = append(members, m.Cells[i].Debtor)
	}
	slices.Sort(members)
	return slices.Compact(members)
}

// Write writes the matrix as a table, CSV or XLSX: a row for each member, and in each column what it owes that member.
// The last column adds up a row that is seen whole.
func (m *DebtMatrix) Write(to io.Writer, format sheet.Format) error {
	members := m.Members()
	headings := []sheet.Heading{
		{Code: "pool", Chinese: "共保体", English: "Pool"},
		{Code: "day", Chinese: "截止日", English: "As of"},
		{Code: "debtor", Chinese: "欠款方", English: "Debtor"},
	}
	for _, member := range members {
		headings = append(headings, sheet.Heading{Code: member, Chinese: "欠 " + member, English: "Owes " + member})
	}
	headings = append(headings, sheet.Heading{Code: "total", Chinese: "净欠合计", English: "Owes in all"})
	owed := map[[2]string]money.Amount{}
	for i := range m.Cells {
		owed[[2]string{m.Cells[i].Debtor, m.Cells[i].Creditor}] = m.Cells[i].Owed
	}
	return sheet.WriteTable(to, format, headings, func(row func(sheet.Cells) error) error {
		for _, debtor := range members {
			cells, total := sheet.Cells{m.Pool, m.Day, debtor}, m.currency.Minor(0)
			for _, creditor := range members {
				amount, there := owed[[2]string{debtor, creditor}]
				if !there {
					cells = append(cells, nil)
					continue
				}
				cells, total = append(cells, amount), total.Add(amount)
			}
			if m.only != "" && m.only != debtor {
				cells = append(cells, nil)
			} else {
				cells = append(cells, total)
			}
			if err := row(cells); err != nil {
				return err
			}
		}
		return nil
	})
}

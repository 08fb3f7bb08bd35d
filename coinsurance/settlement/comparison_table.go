package settlement

import (
	"context"
	"io"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/sheet"
)

// comparisonColumns are a comparison's as a table, in their order.
var comparisonColumns = []sheet.Heading{
	{Code: "statement", Chinese: "对账单号", English: "Statement reference"},
	{Code: "against", Chinese: "对照的对账单号", English: "Compared with"},
	{Code: "change", Chinese: "变化", English: "Change"},
	{Code: "policy", Chinese: "保单号", English: "Certificate reference"},
	{Code: "claim", Chinese: "赔案号", English: "Claim reference"},
	{Code: "group", Chinese: "款项", English: "Item group"},
	{Code: "a", Chinese: "甲方", English: "Member A"},
	{Code: "b", Chinese: "乙方", English: "Member B"},
	{Code: "currency", Chinese: "币种", English: "Original currency"},
	{Code: "a_owed", Chinese: "原甲应付", English: "A owed before"},
	{Code: "b_owed", Chinese: "原乙应付", English: "B owed before"},
	{Code: "a_owes", Chinese: "现甲应付", English: "A owes"},
	{Code: "b_owes", Chinese: "现乙应付", English: "B owes"},
	{Code: "difference", Chinese: "甲对乙应付净额之差", English: "Difference, net from A to B"},
	{Code: "events", Chinese: "引起变化的事件", English: "Events behind it"},
}

// WriteComparison writes the whole comparison as a table, a row for each item. Memory holds one page of it. It refuses
// as ViewComparison does, before the first byte.
func WriteComparison(
	ctx context.Context, handle bun.IDB, by access.Principal, asked CompareStatement, format sheet.Format, to io.Writer,
) error {
	asked.After, asked.Limit = ItemCursor{}, ItemMax
	page, err := ViewComparison(ctx, handle, by, asked)
	if err != nil {
		return err
	}
	return sheet.WriteTable(to, format, comparisonColumns, func(row func(sheet.Cells) error) error {
		for {
			for i := range page.Items {
				if err := row(page.cells(&page.Items[i])); err != nil {
					return err
				}
			}
			if len(page.Items) < ItemMax {
				return nil
			}
			asked.After = page.Items[len(page.Items)-1].At()
			if page, err = ViewComparison(ctx, handle, by, asked); err != nil {
				return err
			}
		}
	})
}

func (c *Comparison) cells(item *ItemChange) sheet.Cells {
	events := make([]string, 0, len(item.Events))
	for _, event := range item.Events {
		events = append(events, event.Type+" "+event.Event.String())
	}
	return sheet.Cells{
		c.Statement, c.Against, string(item.Change), item.Policy, item.Claim, string(item.Group), item.A, item.B,
		item.Currency, item.AOwed, item.BOwed, item.AOwes, item.BOwes, item.Difference, strings.Join(events, "; "),
	}
}

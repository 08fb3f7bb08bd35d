package paper

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/paper"
)

// linesMax are the most lines of a list that are printed: nobody reads more, and the workbook has all.
const linesMax = 2000

// sheetOf is a paper that is being printed.
type sheetOf struct{ *paper.Document }

// begin prints the head of a paper: its two titles, and what it is about in its foot.
func begin(held paper.Orientation, chinese, english, about string, at time.Time) *sheetOf {
	d := &sheetOf{paper.New(held, about, at, func(page int) string {
		return fmt.Sprintf("%s · 制作于 made %s · 第 %d / {nb} 页", about, instant(at), page)
	})}
	d.Size(paper.TitleSize)
	d.CellFormat(d.Width, 9, chinese, "", 1, "C", false, 0, "")
	d.Ink(greyInk)
	d.Size(paper.TextSize)
	d.CellFormat(d.Width, paper.LineHeight, english, "", 1, "C", false, 0, "")
	d.Ink(0)
	d.Ln(2)
	return d
}

const (
	greyInk   = 100
	noteLines = 4 // millimetres between the lines of a note
	signRoom  = 40
)

// note prints a few small words.
func (d *sheetOf) note(text string) {
	d.Ln(1)
	d.Size(paper.SmallSize)
	d.Ink(greyInk)
	d.MultiCell(d.Width, noteLines, text, "", "L", false)
	d.Ink(0)
	d.Size(paper.TextSize)
}

// signatures leaves room for two seals.
func (d *sheetOf) signatures(left, right string) {
	d.Room(signRoom)
	d.Ln(10)
	half := d.Width / 2
	for _, line := range [][2]string{
		{left, right}, {"", ""}, {"签章 Seal ____________________", "签章 Seal ____________________"},
		{"", ""}, {"日期 Date ____________________", "日期 Date ____________________"},
	} {
		d.CellFormat(half, paper.LineHeight, line[0], "", 0, "L", false, 0, "")
		d.CellFormat(half, paper.LineHeight, line[1], "", 1, "L", false, 0, "")
	}
}

// behind says where the lines are that were not printed, and by which hash the workbook is known.
func (d *sheetOf) behind(printed, all int64, table *IssuedFile) {
	if printed < all {
		d.note(fmt.Sprintf("共 %d 行，此处打印前 %d 行。%d lines, of which the first %d are printed.", all, printed, all, printed))
	}
	d.note(fmt.Sprintf("全部明细 All lines: %s\nSHA-256 %s", table.Name, table.Digest()))
}

// groupWords are the groups of items as they are printed.
var groupWords = map[settlement.Group]string{
	settlement.PremiumGroup: "保费 premium", settlement.FeeGroup: "出单费 issuing fee",
	settlement.CommissionGroup: "手续费 commission", settlement.ClaimsGroup: "赔款 claims",
	settlement.InterestGroup: "逾期利息 late interest",
	advanceGroup:             "预付摊回赔款 cash calls not used", settledGroup: "已清算 settled",
}

// Rows of a confirmation of balances that are no items of statements.
const (
	advanceGroup settlement.Group = "advance" // what was paid on cash calls and is not yet used
	settledGroup settlement.Group = "settled" // what settlement has brought to zero
)

// yuan is an amount as it is printed; nothing where it is zero.
func yuan(amount money.Amount) string {
	if amount.IsZero() {
		return "–"
	}
	return paper.Grouped(amount)
}

func instant(at time.Time) string { return at.In(clock.Zone).Format("2006-01-02 15:04") }

func count(number int64) string { return strconv.FormatInt(number, 10) }

// masked is an account number of which the last four digits are printed.
func masked(account string) string {
	const shown = 4
	if len(account) <= shown {
		return account
	}
	return strings.Repeat("*", len(account)-shown) + account[len(account)-shown:]
}

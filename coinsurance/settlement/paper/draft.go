package paper

import (
	"context"
	"io"

	"gongbao/internal/sheet"
)

// draft is a paper that is to be written. Whatever is in it was read before, but for the rows.
type draft struct {
	name    string // without the ending
	columns []sheet.Heading
	readers []string // the members that it is for

	rows  func(ctx context.Context, row func(sheet.Cells) error) error     // the total in the last
	print func(ctx context.Context, to io.Writer, table *IssuedFile) error // the PDF, which names the workbook
}

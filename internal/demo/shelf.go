package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/sheet"
)

// shelf is the folder in which the demo lays the papers and files that it makes, for whoever wants to look at them.
type shelf struct{ *os.Root }

const shelfMode = 0o750

func openShelf(folder string) (shelf, error) {
	folder = filepath.Join(folder, "demo")
	if err := os.MkdirAll(folder, shelfMode); err != nil {
		return shelf{}, err
	}
	root, err := os.OpenRoot(folder)
	return shelf{root}, err
}

// put lays a file on the shelf, in the place of one of that name.
func (s shelf) put(name string, from io.Reader) (err error) {
	file, err := s.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(file, from)
	return err
}

// laid is a paper or file on the shelf.
type laid struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// layPapers lays a member's statement and settlement letter of a period on the shelf, as the member is handed them.
func (r *settling) layPapers(ctx context.Context, period, code string) error {
	if _, err := r.house.Papers.WriteDue(ctx); err != nil {
		return err
	}
	by, name := member(code), r.paperName(period, code)
	for _, format := range []sheet.Format{sheet.XLSX, paper.PDF} {
		_, body, err := r.house.Papers.OpenStatement(ctx, by, r.pool, period, code, format)
		if err := r.lay(name+"-statement."+string(format), body, err); err != nil {
			return err
		}
	}
	_, body, err := r.house.Papers.OpenLetter(ctx, by, r.pool, period, code, paper.PDF)
	return r.lay(name+"-letter."+string(paper.PDF), body, err)
}

func (r *settling) paperName(period, code string) string { return r.pool + "-" + period + "-" + code }

func (r *settling) lay(name string, body io.ReadCloser, err error) error {
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() { _ = body.Close() }()
	return r.shelf.put(name, body)
}

// onShelf lists what a pool has there of a period, with what it is.
func (r *settling) onShelf(period string, shown *settled) ([]laid, error) {
	name := r.paperName(period, shown.By)
	all := []laid{
		{name + "-statement.xlsx", "statement 对账单 of " + shown.By + ", item by item"},
		{name + "-statement.pdf", "the same to print: a summary, and the first 2,000 items"},
		{name + "-letter.pdf", "settlement letter 结算函: what is netted, held and paid"},
	}
	if b := shown.Bank; b != nil {
		all = append(all,
			laid{b.File + ".xml", "payment file (pain.001), made by one person and released by another"},
			laid{b.File + ".pain.002.xml", "the bank's answer: it takes all payments"},
			laid{b.File + ".camt.054.xml", "its entries: all are paid, and one comes back"},
			laid{b.NextFile + ".xml", "the payment that came back, sent again"},
			laid{b.NextFile + ".pain.002.xml", "the bank takes it"},
			laid{b.NextFile + ".camt.054.xml", "and has paid it"},
		)
	}
	var there []laid
	for _, one := range all {
		_, err := r.shelf.Stat(one.Name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		there = append(there, one)
	}
	return there, nil
}

// printShelf says where the papers and files of a pool lie; those of the others have names alike.
func printShelf(out io.Writer, folder, pool string, all []laid) error {
	fmt.Fprintf(out, "\nPapers and files of pool %s, in %s (those of the other pools lie beside them):\n", pool, folder)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, one := range all {
		fmt.Fprintf(table, "  %s\t%s\n", one.Name, one.What)
	}
	return table.Flush()
}

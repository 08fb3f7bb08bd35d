package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/launch"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

func printStart(out io.Writer, figures *Figures) {
	fmt.Fprintln(out, "Gongbao 共保 — co-insurance and claims ledger")
	for _, line := range figures.Started {
		fmt.Fprintln(out, "  "+line)
	}
	fmt.Fprintln(out, "  Postings, events and positions: append only,", figures.AppendOnly)
}

func printPools(ctx context.Context, out io.Writer, db *pg.DB, pools []coinsurance.Pool) error {
	fmt.Fprintln(out, "\nPools and their share tables (members are fictional):")
	for _, pool := range pools {
		agreements, err := coinsurance.Agreements(ctx, db.Of(pool.Code), pool.Code)
		if err != nil {
			return err
		}
		for _, agreement := range agreements {
			var rows []string
			for _, p := range agreement.Participations {
				row := p.Member + " " + p.Premium.Percent()
				if p.Member == agreement.Leader {
					row += " leads"
				}
				if p.Member == agreement.Issuer && agreement.Issuer != agreement.Leader {
					row += " issues"
				}
				rows = append(rows, row)
			}
			fmt.Fprintf(out, "  %s %s v%d from %s: %s\n", pool.Code, coinsurance.Industries[pool.Industry], agreement.Version,
				agreement.Starts, strings.Join(rows, ", "))
		}
	}
	return nil
}

func printCases(out io.Writer, cases []caseFigures) error {
	fmt.Fprintln(out, "\nAcceptance cases, played against empty ledgers:")
	table := launch.FiguresTable(out)
	fmt.Fprintln(table, "case\thold\tfail\t")
	for _, c := range cases {
		name := strings.TrimSuffix(strings.TrimPrefix(c.File, "cases/"), ".txt")
		fmt.Fprintf(table, "%s\t%d\t%d\t\n", name, c.Held, c.Failed)
	}
	return table.Flush()
}

// printIncome shows the premium income three ways: month by pool, line by pool, member by pool.
func printIncome(out io.Writer, income []insurance.PremiumIncome) error {
	var pools []string
	for _, cell := range income {
		if !slices.Contains(pools, cell.Pool) {
			pools = append(pools, cell.Pool)
		}
	}
	views := []struct {
		title string
		row   func(insurance.PremiumIncome) string
	}{
		{"month", func(cell insurance.PremiumIncome) string { return cell.Month.String() }},
		{"line", func(cell insurance.PremiumIncome) string { return cell.Line }},
		{"member", func(cell insurance.PremiumIncome) string { return cell.Member }},
	}
	for _, view := range views {
		fmt.Fprintf(out, "\nPremium income (yuan, net of VAT) by %s and pool:\n", view.title)
		if err := printPivot(out, view.title, pools, income, view.row); err != nil {
			return err
		}
	}
	return nil
}

func printPivot(
	out io.Writer, title string, pools []string, income []insurance.PremiumIncome, rowOf func(
		insurance.PremiumIncome,
	) string,
) error {
	cells := map[string]map[string]money.Amount{}
	var rows []string
	add := func(row, pool string, amount money.Amount) {
		if cells[row] == nil {
			cells[row] = map[string]money.Amount{}
			rows = append(rows, row)
		}
		cells[row][pool] = cells[row][pool].Add(amount)
		cells[row]["all"] = cells[row]["all"].Add(amount)
	}
	for _, cell := range income {
		add(rowOf(cell), cell.Pool, cell.Net)
	}
	slices.Sort(rows)
	for _, cell := range income {
		add("all", cell.Pool, cell.Net)
	}
	table := launch.FiguresTable(out)
	columns := append(slices.Clone(pools), "all")
	fmt.Fprintln(table, title+"\t"+strings.Join(columns, "\t")+"\t")
	for _, row := range rows {
		fmt.Fprint(table, row+"\t")
		for _, column := range columns {
			fmt.Fprint(table, cells[row][column].String()+"\t")
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func printPositions(out io.Writer, positions []position) error {
	fmt.Fprintln(out, "\nWhat members owe each other (yuan, net, by pool):")
	table := launch.FiguresTable(out)
	fmt.Fprintln(table, "pool\towes\tis owed\tamount\t")
	for _, p := range positions {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t\n", p.Pool, p.Debtor, p.Creditor, p.Amount)
	}
	return table.Flush()
}

// look is where to look next. Embedded parts end with a demo that is played once.
func (s *show) look(c *launch.Config, once bool) []string {
	lines := []string{
		"an agreement:   gongbao scenario internal/lab/scenario/cases/03-thirds-never-drift.txt",
		"the whole book: gongbao export ledger --format hledger --output book.journal" + s.house.Spread,
		"the proof:      gongbao verify" + s.house.Spread,
	}
	if !once || c.Database != "" {
		lines = append(lines, "the database:   "+s.house.Psql())
	}
	if !once || c.Brokers != "" {
		lines = append(lines, "the feed:       "+s.pipe.Kcat())
	}
	if once {
		lines = append(lines, "the API:        gongbao serve"+s.house.Spread)
	}
	return lines
}

func printLook(out io.Writer, figures *Figures) {
	fmt.Fprintln(out, "\nWhere to look next:")
	for _, line := range figures.Look {
		fmt.Fprintln(out, "  "+line)
	}
}

package bench

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report for a terminal.
func (r *Report) WriteText(out io.Writer) error { return alignRows(out, r.rows(), r.memoryRows()) }

// alignRows writes tables below one another for a terminal.
func alignRows(out io.Writer, tables ...[][]string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, rows := range tables {
		if i > 0 {
			_, _ = fmt.Fprintln(table)
		}
		for _, row := range rows {
			_, _ = fmt.Fprintln(table, strings.Join(row, "\t"))
		}
	}
	return table.Flush()
}

// WriteText writes the comparison for a terminal.
func (c *Comparison) WriteText(out io.Writer) error { return alignRows(out, c.rows()) }

// WriteMarkdown writes the comparison as it stands in the documentation.
func (c *Comparison) WriteMarkdown(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Commit %s (this) and %s (other), %d rounds of each in turn, %d callers at once.\n\n",
		c.This, c.Other, c.Size.Rounds, c.Size.Callers)
	writeRows(&text, c.rows())
	_, err := io.WriteString(out, text.String())
	return err
}

func (c *Comparison) rows() [][]string {
	rows := [][]string{{"bench", "what", "unit", "this", "other", "this / other", "of each round"}}
	middle := func(rounds []float64) string {
		if len(rounds) == 0 {
			return known(0)
		}
		return figure(median(rounds))
	}
	for _, l := range c.Lines {
		ratio, each := known(0), make([]string, len(l.Ratios))
		for i, one := range l.Ratios {
			each[i] = strconv.FormatFloat(one, 'f', 2, 64)
		}
		if len(l.Ratios) > 0 {
			ratio = strconv.FormatFloat(l.Ratio, 'f', 2, 64)
		}
		rows = append(rows, []string{
			l.Bench, l.What, l.Unit, middle(l.This), middle(l.Other), ratio, strings.Join(each, " "),
		})
	}
	return rows
}

// WriteMarkdown writes the report as it stands in the documentation.
func (r *Report) WriteMarkdown(out io.Writer) error {
	s := r.Size
	var text strings.Builder
	fmt.Fprintf(&text, "Commit %s, %s, %d cores for callers, service and Postgres; %d rounds of floor and ours in turn, "+
		"medians, %d callers at once.\n\n", r.Version, r.Postgres, r.Cores, s.Rounds, s.Callers)
	writeRows(&text, r.rows())
	fmt.Fprintln(&text)
	writeRows(&text, r.memoryRows())
	_, err := io.WriteString(out, text.String())
	return err
}

func writeRows(text *strings.Builder, rows [][]string) {
	for i, row := range rows {
		fmt.Fprintf(text, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(text, "|%s\n", strings.Repeat(" --- |", len(row)))
		}
	}
}

func (r *Report) rows() [][]string {
	rows := [][]string{{"bench", "what", "unit", "ours", "floor", "ours / floor", "floor is", "must", "goal", "reached",
		"CPU µs each", "floor's", "WAL bytes each", "floor's"}}
	for _, l := range r.Lines {
		base, ratio := "", ""
		if l.Base > 0 {
			base, ratio = figure(l.Base), strconv.FormatFloat(l.Ratio, 'f', 2, 64)
		}
		rows = append(rows, []string{
			l.Bench, l.What, l.Unit, figure(l.Ours), base, ratio, l.Floor, l.Target.Must, l.Target.Goal, l.Reached,
			known(l.CPU), known(l.FloorCPU), known(l.WAL), known(l.FloorWAL),
		})
	}
	return rows
}

// known is a figure, or a dash for one that is not known here.
func known(value float64) string {
	if value == 0 {
		return "–"
	}
	return figure(value)
}

func (r *Report) memoryRows() [][]string {
	rows := [][]string{{"memory while", "at rest, MiB", "most under load, MiB"}}
	for _, m := range r.Memory {
		rows = append(rows, []string{m.Bench, figure(mebi(m.Rest)), figure(mebi(m.Load))})
	}
	return rows
}

// figure writes a number with as many digits as mean something, thousands apart.
func figure(value float64) string {
	switch {
	case value >= 100:
		digits := strconv.FormatFloat(value, 'f', 0, 64)
		for at := len(digits) - 3; at > 0; at -= 3 {
			digits = digits[:at] + "," + digits[at:]
		}
		return digits
	case value >= 10:
		return strconv.FormatFloat(value, 'f', 1, 64)
	default:
		return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(value, 'f', 2, 64), "0"), ".")
	}
}

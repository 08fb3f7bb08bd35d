package sheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gongbao/internal/text"
)

// Column is one column a table may have; the header names them, in any order. An empty cell is never taken for zero or
// for a value of our own: where a column stands for a term that has no "none", its cells are filled.
type Column struct {
	Name   string
	Needed bool // the table must have the column
	Filled bool // and, where it has it, a value in every row
	Help   string
}

// Needs is a column that must be there, with a value in every row.
func Needs(name, help string) Column {
	return Column{Name: name, Needed: true, Filled: true, Help: help}
}

// Fills is a column that may be left out as a whole, for what its help says; where it stands, every row has a value.
func Fills(name, help string) Column { return Column{Name: name, Filled: true, Help: help} }

// May is a column that may be left out; an empty cell says that the row has none of it.
func May(name, help string) Column { return Column{Name: name, Help: help} }

// Heads is a column that must be there and has a value in some rows only, as its help says.
func Heads(name, help string) Column { return Column{Name: name, Needed: true, Help: help} }

// Rule says in a word what of the column must be given.
func (c Column) Rule() string {
	switch {
	case c.Needed && c.Filled:
		return "needed"
	case c.Needed:
		return "needed, cells may be empty"
	case c.Filled:
		return "no empty cells"
	default:
		return ""
	}
}

// place is where in a row a column stands.
type place struct {
	Column

	at int
}

// header is the first row of a table.
type header struct {
	places map[string]place
	filled []place // whose cells may not be empty
	names  []string
}

// headerOf reads the names of the columns. A loose header may have others than are allowed, of which nothing is read.
func headerOf(cells []cell, allowed []Column, loose bool) (*header, error) {
	for len(cells) > 0 && cells[len(cells)-1].kind == kindEmpty {
		cells = cells[:len(cells)-1] // spreadsheets write empty columns behind the last
	}
	if len(cells) > columnsMax {
		return nil, unreadable("a table has at most %d columns", columnsMax)
	}
	head := &header{places: make(map[string]place, len(cells)), names: make([]string, len(cells))}
	for i, c := range cells {
		if c.kind == kindEmpty {
			continue // nothing may stand in this column
		}
		name := strings.Clone(c.text)
		known := slices.IndexFunc(allowed, func(c Column) bool { return c.Name == name })
		if known < 0 && loose {
			head.names[i] = name
			continue
		}
		if c.kind != kindText || known < 0 {
			return nil, unreadable("there is no column %s", quoted(name))
		}
		if _, twice := head.places[name]; twice {
			return nil, unreadable("the column %q stands there twice", name)
		}
		there := place{allowed[known], i}
		head.names[i], head.places[name] = name, there
		if there.Filled {
			head.filled = append(head.filled, there)
		}
	}
	for _, column := range allowed {
		if _, there := head.places[column.Name]; column.Needed && !there {
			return nil, unreadable("the column %q is needed", column.Name)
		}
	}
	return head, nil
}

const quotedMax = 40 // characters of a caller's text that an error repeats

// quoted is a text from a file as an error may repeat it: a few characters, and only what people can read.
func quoted(value string) string {
	if reason := text.LineFault(value); reason.Any() {
		return "that " + reason.String()
	}
	if utf8.RuneCountInString(value) > quotedMax {
		value = string([]rune(value)[:quotedMax]) + "…"
	}
	return fmt.Sprintf("%q", value)
}

// letters is how a spreadsheet names a column: A for the first.
func letters(at int) string {
	name := ""
	for at++; at > 0; at = (at - 1) / alphabet {
		name = string(rune('A'+(at-1)%alphabet)) + name
	}
	return name
}

const alphabet = 26

package apicli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"gongbao/internal/clock"
)

const (
	widthDefault = 120     // columns of a line when a terminal does not say
	widthPiped   = 1 << 20 // what goes to a file or a program is not cut
)

// member is one member of a JSON object; objects keep the order the service wrote them in.
type member struct {
	name  string
	value any // nil, bool, json.Number, string, []any or []member
}

// show prints an answer for people or, when asked, as it came.
func (c *call) show(out, aside io.Writer, a *answer) error {
	if c.rehearses() {
		fmt.Fprintln(aside, "Rehearsed: nothing was done.")
	}
	if a.media != mediaJSON || len(bytes.TrimSpace(a.body)) == 0 {
		_, err := out.Write(a.body)
		return err
	}
	if c.asJSON {
		var indented bytes.Buffer
		if err := json.Indent(&indented, bytes.TrimSpace(a.body), "", "  "); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, indented.String())
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.UseNumber()
	shown, err := decode(decoder)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	p := &printer{out: out, aside: aside, width: widthOf(out), columns: c.columns, inFull: c.long || c.rehearses()}
	object, is := shown.([]member)
	if !is {
		p.line(text(shown))
		return p.err
	}
	if items, list := lookup(object, pageItems).([]any); list {
		if beside := besideItems(object); beside != "" {
			fmt.Fprintln(aside, beside)
		}
		p.partsBeside(object)
		p.list(items, c.long)
		if next, more := lookup(object, pageNext).(string); more && next != "" {
			fmt.Fprintf(aside, "There is more: --after %s, or --all\n", quoted(next))
		}
		return p.err
	}
	p.object(object, "")
	return p.err
}

// besideItems are the plain members of a page beside its items, such as what is compared, on one line.
func besideItems(object []member) string {
	var parts []string
	for _, m := range object {
		if said := text(m.value); plain(m.value) && said != "" && m.name != pageItems && m.name != pageNext {
			parts = append(parts, m.name+" "+said)
		}
	}
	return strings.Join(parts, ", ")
}

// partsBeside prints what stands on a page beside its items and fits no line, such as sums, each with its name.
func (p *printer) partsBeside(object []member) {
	whole := *p
	whole.columns = nil // those that were asked for are the items'
	for _, m := range object {
		if m.name != pageItems && !plain(m.value) {
			whole.object([]member{m}, "")
			whole.line("")
		}
	}
	p.err = whole.err
}

func lookup(object []member, name string) any {
	for _, m := range object {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// list prints a table or, in full, one item after the other.
func (p *printer) list(items []any, long bool) {
	if !long {
		p.table(items, "")
		return
	}
	for i, item := range items {
		if i > 0 {
			p.line("")
		}
		object, is := item.([]member)
		if !is {
			p.line(text(item))
			continue
		}
		p.object(object, "")
	}
}

// decode reads a value with its objects' order.
func decode(from *json.Decoder) (any, error) {
	token, err := from.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for from.More() {
			item, err := decode(from)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err = from.Token()
		return list, err
	case json.Delim('{'):
		object := []member{}
		for from.More() {
			name, err := from.Token()
			if err != nil {
				return nil, err
			}
			item, err := decode(from)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name: fmt.Sprint(name), value: item})
		}
		_, err = from.Token()
		return object, err
	}
	return token, nil
}

// printer writes an answer for people.
type printer struct {
	out, aside io.Writer
	width      int
	columns    []string
	inFull     bool // lists inside an answer too
	err        error
}

func (p *printer) line(line string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.out, strings.TrimRight(line, " "))
	}
}

// object prints its plain members as two columns, and the others below, each with its name.
func (p *printer) object(object []member, indent string) {
	widest := 0
	for _, m := range object {
		if plain(m.value) {
			widest = max(widest, uniseg.StringWidth(m.name))
		}
	}
	for _, m := range object {
		if plain(m.value) && text(m.value) != "" {
			p.line(indent + pad(m.name, widest, false) + "  " + text(m.value))
		}
	}
	for _, m := range object {
		switch inner := m.value.(type) {
		case []member:
			p.line(indent + m.name)
			p.object(inner, indent+"  ")
		case []any:
			if !plain(m.value) {
				p.line(indent + m.name)
				p.parts(inner, indent+"  ")
			}
		}
	}
}

// parts prints a list inside an answer: as a table, but in a rehearsal, and where items are shown in full, every part
// that has parts itself in full.
func (p *printer) parts(items []any, indent string) {
	if !p.inFull || !slices.ContainsFunc(items, hasParts) {
		p.table(items, indent)
		return
	}
	for i, item := range items {
		if i > 0 {
			p.line("")
		}
		if object, is := item.([]member); is {
			p.object(object, indent)
		}
	}
}

// hasParts says that a value is an object with members that no line of a table can hold.
func hasParts(value any) bool {
	object, is := value.([]member)
	return is && slices.ContainsFunc(object, func(m member) bool { return !plain(m.value) })
}

// table prints a list of objects: a column for every plain member that any of them has, as many as fit the line.
func (p *printer) table(items []any, indent string) {
	columns := p.columns
	if len(columns) == 0 {
		columns = columnsOf(items)
	}
	rows := [][]string{columns}
	for _, item := range items {
		object, is := item.([]member)
		if !is {
			p.line(indent + text(item))
			continue
		}
		row := make([]string, len(columns))
		for i, column := range columns {
			row[i] = text(lookup(object, column))
		}
		rows = append(rows, row)
	}
	if len(rows) == 1 {
		if len(items) == 0 {
			fmt.Fprintln(p.aside, indent+"none")
		}
		return
	}
	p.rows(rows, indent)
}

func (p *printer) rows(rows [][]string, indent string) {
	columns := rows[0]
	widths, numeric, used, fit := make([]int, len(columns)), make([]bool, len(columns)), len(indent), len(columns)
	for i := range columns {
		numeric[i] = true
		for at, row := range rows {
			widths[i] = max(widths[i], uniseg.StringWidth(row[i]))
			numeric[i] = numeric[i] && (at == 0 || row[i] == "" || number.MatchString(row[i]))
		}
		if used += widths[i] + 2; used > p.width+2 && fit == len(columns) && i > 0 && len(p.columns) == 0 {
			fit = i
		}
	}
	for _, row := range rows {
		cells := make([]string, fit)
		for i := range fit {
			cells[i] = pad(row[i], widths[i], numeric[i])
		}
		p.line(indent + strings.Join(cells, "  "))
	}
	if fit < len(columns) {
		fmt.Fprintf(p.aside, "%sNot shown for width: %s (--json shows all)\n", indent, strings.Join(columns[fit:], ", "))
	}
}

var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?%?$`)

func columnsOf(items []any) []string {
	var columns []string
	for _, item := range items {
		object, _ := item.([]member)
		for _, m := range object {
			if plain(m.value) && text(m.value) != "" && !slices.Contains(columns, m.name) {
				columns = append(columns, m.name)
			}
		}
	}
	return columns
}

// plain says whether a value fits a cell.
func plain(v any) bool {
	list, is := v.([]any)
	if !is {
		_, object := v.([]member)
		return !object
	}
	for _, item := range list {
		if _, nested := item.([]member); nested {
			return false
		}
		if _, nested := item.([]any); nested {
			return false
		}
	}
	return true
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = text(item)
		}
		return strings.Join(parts, ", ")
	case []member:
		return ""
	case string:
		if instant.MatchString(v) {
			return inZone(v)
		}
		return strings.Map(func(r rune) rune {
			if unicode.IsControl(r) { // a text of somebody else's must not steer the terminal
				return ' '
			}
			return r
		}, v)
	}
	return fmt.Sprint(v)
}

// instant is a time as JSON has it.
var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// inZone is an instant in the zone in which business days are counted, so that no two outputs differ by the machine's.
func inZone(given string) string {
	at, err := time.Parse(time.RFC3339Nano, given)
	if err != nil {
		return given
	}
	return at.In(clock.Zone).Format(time.RFC3339Nano)
}

// pad fills a cell up to a width on the screen, where a Chinese character is two wide.
func pad(cell string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-uniseg.StringWidth(cell)))
	if right {
		return space + cell
	}
	return cell + space
}

// readable refuses to write what nobody can read to a terminal.
func readable(media string, terminal bool) error {
	legible := media == "" || media == mediaJSON || media == "application/xml" || strings.HasPrefix(media, "text/")
	if legible || !terminal {
		return nil
	}
	return fmt.Errorf("the answer is a file (%s), nothing for a terminal: give --output FILE, or send it on with > FILE",
		media)
}

// isTerminal says that a person reads what is written.
func isTerminal(out io.Writer) bool {
	file, is := out.(*os.File)
	return is && term.IsTerminal(int(file.Fd()))
}

func widthOf(out io.Writer) int {
	file, is := out.(*os.File)
	if !is {
		return widthDefault
	}
	width, _, err := term.GetSize(int(file.Fd()))
	switch {
	case !term.IsTerminal(int(file.Fd())):
		return widthPiped
	case err != nil || width <= 0:
		return widthDefault
	}
	return width
}

package scenario

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongbao/internal/calendar"
)

const lineMax = 16 << 10 // bytes

// Parse reads a file. The error is a *ParseError that names file, line and column; so is a name that stands for two
// things, or a member or pool that no statement before has made.
func Parse(name string, source []byte) (File, error) {
	file, known := File{Name: name}, scope{}
	text := strings.TrimPrefix(string(source), "\ufeff")
	var last calendar.Date
	number := 0
	for raw := range strings.Lines(text) {
		number++
		line, fault := parseLine(strings.TrimRight(raw, "\r\n"))
		if fault == nil && line != nil && line.Date.Before(last) {
			fault = &ParseError{Column: 1, Message: "the date goes back: " + last.String() + " came before"}
		}
		if fault == nil && line != nil {
			fault = known.take(line)
		}
		if fault != nil {
			fault.File, fault.Line = name, number
			return File{}, fault
		}
		if line == nil {
			continue
		}
		line.File, line.Number, last = name, number, line.Date
		file.Lines = append(file.Lines, *line)
	}
	return file, nil
}

// ParseLine reads one statement of a play whose other statements stand elsewhere: what it names is not looked at.
func ParseLine(name, text string) (Line, error) {
	line, fault := parseLine(text)
	if fault == nil && line == nil {
		fault = &ParseError{Column: 1, Message: "there is no statement"}
	}
	if fault != nil {
		fault.File, fault.Line = name, 1
		return Line{}, fault
	}
	line.File, line.Number = name, 1
	return *line, nil
}

var outcomeForm = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$`)

// parseLine reads one line; nil when it is empty or a comment.
func parseLine(text string) (*Line, *ParseError) {
	if len(text) > lineMax {
		return nil, &ParseError{Column: 1, Message: "the line is too long"}
	}
	tokens, column, fault := lex(text)
	if fault != "" {
		return nil, &ParseError{Column: column, Message: fault}
	}
	if len(tokens) == 0 {
		return nil, nil //nolint:nilnil // an empty line is no statement and no fault
	}
	line := &Line{Text: written(text)}
	tokens, arrow, wrong := line.outcome(tokens)
	if wrong != nil {
		return nil, wrong
	}
	end := utf8.RuneCountInString(line.Text) + 1
	a := newArgs(tokens, end)
	line.Date = a.date(a.word("the date"), "date")
	verb := a.word("a verb")
	if a.fault == nil {
		line.statement(a, verb)
	}
	a.done()
	if verb.text == "expect" && line.Outcome != "" {
		a.fail(arrow, "an expectation holds or not: no error is wanted of it")
	}
	line.names = a.names
	if a.fault != nil {
		return nil, a.fault
	}
	return line, nil
}

// written is a line as it was written, without its comment.
func written(text string) string {
	open := false
	for i, r := range text {
		if r == '"' {
			open = !open
		}
		if r == '#' && !open {
			text = text[:i]
			break
		}
	}
	return strings.TrimSpace(text)
}

// outcome takes the words from => on away; it gives the column where they stood.
func (l *Line) outcome(tokens []token) (_ []token, arrow int, _ *ParseError) {
	for i, t := range tokens {
		if t.quoted || t.key+t.text == "" || !isArrow(t) {
			continue
		}
		rest := tokens[i+1:]
		switch {
		case len(rest) == 1 && rest[0].text == "ok":
		case len(rest) == 2 && rest[0].text == "error" && outcomeForm.MatchString(rest[1].text):
			l.Outcome = rest[1].text
		default:
			return nil, 0, &ParseError{
				Column: t.column, Message: "after => comes ok, or error and a code like insurance.policy_not_found",
			}
		}
		return tokens[:i], t.column, nil
	}
	return tokens, 0, nil
}

func isArrow(t token) bool { return t.key == "" && t.text == "=>" }

// statement reads what the verb asks for.
func (l *Line) statement(a *args, verb token) {
	if verb.key != "" {
		a.fail(verb.column, "a verb is missing")
		return
	}
	if verb.text == "expect" {
		what := a.word("what is expected")
		parse, known := expectations[what.text]
		if !known {
			a.fail(what.column, "%q cannot be expected", what.text)
			return
		}
		l.Statement = parse(a)
		return
	}
	parse, known := verbs[verb.text]
	if !known {
		parse, known = productVerbs[verb.text]
	}
	if !known {
		a.fail(verb.column, "there is no verb %q", verb.text)
		return
	}
	l.Statement = parse(a)
	l.Effective = a.dateOption("effective")
	if as, there := a.option("as"); there {
		l.As = a.who(as)
	}
}

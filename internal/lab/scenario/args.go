package scenario

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/text"
)

// args reads the words of one statement. The first fault is kept; after it every read gives a zero value.
type args struct {
	words []token
	next  int
	keys  map[string]token
	asked map[string]bool
	end   int // column after the last word
	names []name
	fault *ParseError
}

func newArgs(tokens []token, end int) *args {
	a := &args{keys: map[string]token{}, asked: map[string]bool{}, end: end}
	for _, t := range tokens {
		if t.key == "" {
			a.words = append(a.words, t)
			continue
		}
		if _, twice := a.keys[t.key]; twice {
			a.fail(t.column, "the key %s stands there twice", t.key)
		}
		a.keys[t.key] = t
	}
	return a
}

func (a *args) fail(column int, format string, values ...any) {
	if a.fault == nil {
		a.fault = &ParseError{Column: column, Message: fmt.Sprintf(format, values...)}
	}
}

// word gives the next word, which must be there.
func (a *args) word(what string) token {
	if a.next >= len(a.words) {
		a.fail(a.end, "%s is missing", what)
		return token{column: a.end}
	}
	a.next++
	return a.words[a.next-1]
}

// option gives a key's word, if it is there.
func (a *args) option(key string) (token, bool) {
	a.asked[key] = true
	t, there := a.keys[key]
	return t, there
}

// needed gives a key's word, which must be there.
func (a *args) needed(key string) token {
	t, there := a.option(key)
	if !there {
		a.fail(a.end, "%s= is missing", key)
	}
	return t
}

// done faults whatever is left over.
func (a *args) done() {
	if a.next < len(a.words) {
		a.fail(a.words[a.next].column, "%q is one word too many", a.words[a.next].text)
	}
	for _, key := range slices.Sorted(maps.Keys(a.keys)) {
		if !a.asked[key] {
			known := strings.Join(slices.Sorted(maps.Keys(a.asked)), ", ")
			a.fail(a.keys[key].column, "there is no key %s here; there are %s", key, known)
		}
	}
}

func (a *args) code(t token, what string) string {
	if reason := text.CodeFault(t.text); a.fault == nil && reason.Any() {
		a.fail(t.column, "%s: %q is no code, which %s", what, t.text, reason)
	}
	return t.text
}

// line reads a number that is not ours, such as that of a catalogue's item.
func (a *args) line(t token, what string) string {
	if reason := text.LineFault(t.text); a.fault == nil && reason.Any() {
		a.fail(t.column, "%s: %q %s", what, t.text, reason)
	}
	return t.text
}

func (a *args) codeOption(key string) string {
	t, there := a.option(key)
	if !there {
		return ""
	}
	return a.code(t, key)
}

func (a *args) oneOf(t token, what string, allowed ...string) string {
	if a.fault == nil && !slices.Contains(allowed, t.text) {
		a.fail(t.column, "%s: %q is none of %s", what, t.text, strings.Join(allowed, ", "))
	}
	return t.text
}

func (a *args) oneOfOption(key, fallback string, allowed ...string) string {
	t, there := a.option(key)
	if !there {
		return fallback
	}
	return a.oneOf(t, key, allowed...)
}

// choice reads an option of an agreement, the first of those there are when it is left out.
func choice[O ~string](a *args, key string, options ...O) O {
	words := make([]string, len(options))
	for i, option := range options {
		words[i] = string(option)
	}
	return O(a.oneOfOption(key, words[0], words...))
}

// read parses a word's text; the fault names what it is for.
func read[T any](a *args, t token, what string, parse func(string) (T, error)) T {
	value, err := parse(t.text)
	if err != nil {
		a.fail(t.column, "%s: %v", what, err)
	}
	return value
}

func readOption[T any](a *args, key string, fallback T, parse func(string) (T, error)) T {
	t, there := a.option(key)
	if !there {
		return fallback
	}
	return read(a, t, key, parse)
}

// amount reads an amount that may not be negative.
func (a *args) amount(t token, what string) money.Amount {
	value := read(a, t, what, money.ParseAmount)
	if value.IsNegative() {
		a.fail(t.column, "%s: a negative amount stands only in endorse", what)
	}
	return value
}

// figure reads an expected amount, which may be negative.
func (a *args) figure(t token, what string) money.Amount { return read(a, t, what, money.ParseAmount) }

func (a *args) amountOption(key string) *money.Amount {
	t, there := a.option(key)
	if !there {
		return nil
	}
	value := a.amount(t, key)
	return &value
}

func (a *args) amountOr(key string) money.Amount {
	if value := a.amountOption(key); value != nil {
		return *value
	}
	return money.Amount{}
}

func (a *args) date(t token, what string) calendar.Date { return read(a, t, what, calendar.ParseDate) }

func (a *args) dateOption(key string) calendar.Date {
	return readOption(a, key, calendar.Date{}, calendar.ParseDate)
}

func (a *args) count(t token, what string) int {
	return read(a, t, what, func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || strconv.Itoa(n) != text {
			return 0, fmt.Errorf("%q is no whole number", text)
		}
		return n, nil
	})
}

func (a *args) countOption(key string) int {
	t, there := a.option(key)
	if !there {
		return 0
	}
	return a.count(t, key)
}

func (a *args) textOption(key string) string {
	t, _ := a.option(key)
	return t.text
}

var periodForm = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2]|Q[1-4])$`)

func (a *args) period(t token) string {
	if a.fault == nil && !periodForm.MatchString(t.text) {
		a.fail(t.column, "period: %q is neither a month like 2026-01 nor a quarter like 2026-Q1", t.text)
	}
	return t.text
}

func (a *args) version(t token) int {
	digits, found := strings.CutPrefix(t.text, "v")
	number, err := strconv.Atoi(digits)
	if !found || err != nil || number < 1 || strconv.Itoa(number) != digits {
		a.fail(t.column, "version: %q is not of the form v1", t.text)
	}
	return number
}

// byMember reads MEMBER:VALUE pairs, in their order.
func (a *args) byMember(t token, what, of string) (members, values []string) {
	for part := range strings.SplitSeq(t.text, ",") {
		member, value, found := strings.Cut(part, ":")
		if !found || text.CodeFault(member).Any() {
			a.fail(t.column, "%s: %q is not of the form MEMBER:%s", what, part, of)
			return nil, nil
		}
		a.names = append(a.names, name{kind: ofMember, code: member, column: t.column})
		members, values = append(members, member), append(values, value)
	}
	return members, values
}

func (a *args) shares(t token, what string) []MemberShare {
	members, values := a.byMember(t, what, "SHARE")
	shares := make([]MemberShare, 0, len(members))
	for i, member := range members {
		shares = append(shares, MemberShare{
			Member: member, Share: read(a, token{text: values[i], column: t.column}, what, money.ParseShare),
		})
	}
	return shares
}

func (a *args) instalments(key string) []insurance.Instalment {
	t, there := a.option(key)
	if !there {
		return nil
	}
	var instalments []insurance.Instalment
	for part := range strings.SplitSeq(t.text, ",") {
		day, amount, found := strings.Cut(part, ":")
		if !found {
			a.fail(t.column, "instalments: %q is not of the form DATE:AMOUNT", part)
			return nil
		}
		instalments = append(instalments, insurance.Instalment{
			Due:    a.date(token{text: day, column: t.column}, "instalments"),
			Amount: a.amount(token{text: amount, column: t.column}, "instalments"),
		})
	}
	return instalments
}

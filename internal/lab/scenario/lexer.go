package scenario

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word of a statement. A key token is key=value; a value may be quoted.
type token struct {
	key, text string
	quoted    bool
	column    int // in characters, from 1
}

// lex cuts a line into words; a comment ends it. Quotes group blanks and have no escapes: a text cannot hold a quote.
func lex(line string) ([]token, int, string) {
	var tokens []token
	column, rest := 1, line
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return nil, column, "the file is not UTF-8"
		case unicode.IsSpace(r):
			rest, column = rest[size:], column+1
			continue
		case r == '#':
			return tokens, 0, ""
		}
		word, consumed, width, fault := lexWord(rest)
		if fault != "" {
			return nil, column + width, fault
		}
		word.column = column
		tokens = append(tokens, word)
		rest, column = rest[consumed:], column+width
	}
	return tokens, 0, ""
}

// lexWord reads one word and says how many bytes and characters it took.
func lexWord(text string) (word token, consumed, width int, fault string) {
	var value strings.Builder
	open := false
	for consumed < len(text) {
		r, size := utf8.DecodeRuneInString(text[consumed:])
		if r == utf8.RuneError && size == 1 {
			return word, consumed, width, "the file is not UTF-8"
		}
		switch {
		case r == '"':
			open = !open
			word.quoted = true
		case open:
			value.WriteRune(r)
		case unicode.IsSpace(r) || r == '#':
			word.text = value.String()
			return word, consumed, width, ""
		case r == '=' && word.key == "" && !word.quoted && value.Len() > 0:
			word.key = value.String()
			value.Reset()
		default:
			value.WriteRune(r)
		}
		consumed += size
		width++
	}
	if open {
		return word, consumed, width, "the quotation mark is not closed"
	}
	word.text = value.String()
	return word, consumed, width, ""
}

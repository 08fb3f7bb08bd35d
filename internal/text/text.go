// Package text says what a text from outside may hold. Every door asks here: the API, files, commands and scenarios,
// so that a name that one takes is a name for all.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongbao/internal/fault"
)

// Fault says why a text of one or more lines cannot be printed as it stands; nothing when it can. A text that people
// read holds nothing that they do not see: two texts that look alike would be two, and one read aloud would be another.
// The invisible characters are Unicode's Default_Ignorable_Code_Point and its formats, which turn the direction of
// reading; a replacement character says that something was lost before it came to us; what is for private use looks
// different to everybody.
func Fault(value string) fault.Said {
	if !utf8.ValidString(value) {
		return fault.Say("is no UTF-8")
	}
	for _, r := range value {
		if what := faultOf(r); what != "" {
			return fault.Say("holds {what} ({code})", fault.Args{
				"what": fault.Said{Message: what}, "code": fmt.Sprintf("U+%04X", r),
			})
		}
	}
	return fault.Said{}
}

// LineFault is Fault for a text of one line, such as a name: it must also hold a letter or a digit.
func LineFault(value string) fault.Said {
	if reason := Fault(value); reason.Any() {
		return reason
	}
	if strings.ContainsAny(value, "\n\t") {
		return fault.Say("is to be one line without tabs")
	}
	return illegible(value)
}

// ProseFault is Fault for a text that may have several lines, such as a reason: it must also hold a letter or a digit.
func ProseFault(value string) fault.Said {
	if reason := Fault(value); reason.Any() {
		return reason
	}
	return illegible(value)
}

func illegible(value string) fault.Said {
	if !strings.ContainsFunc(value, legible) {
		return fault.Say("holds no letter and no digit")
	}
	return fault.Said{}
}

const codeMax = 64 // characters

// CodeFault says why a text cannot be a code or a number of ours (of a pool, a member, a policy, a claim); nothing when
// it can. Codes are read out on the telephone, typed from paper and part of addresses, so they are plain ASCII.
func CodeFault(value string) fault.Said {
	if value == "" || len(value) > codeMax {
		return fault.Say("has 1 to {most} characters", fault.Args{"most": codeMax})
	}
	for i := range len(value) {
		c := value[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && (c != '-' || i == 0) {
			return fault.Say("is to be letters a to z, digits and hyphens, the first a letter or a digit")
		}
	}
	return fault.Said{}
}

func legible(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

const (
	brailleBlank   = '\u2800' // drawn as nothing
	ideographic    = '\u3000' // the blank of Chinese text
	firstHan       = '\u4E00' // of the unified ideographs, which are all letters
	lastHan        = '\u9FFF'
	nonCharacters  = 0xFDD0 // and the 31 behind it
	planeEnd       = 0xFFFE // and 0xFFFF, of every plane
	planeMask      = 0xFFFF
	nonCharacters2 = nonCharacters + 31
)

// faultOf names what is wrong with a character, or "".
func faultOf(r rune) fault.Message {
	switch {
	case r >= ' ' && r <= '~', r == '\n', r == '\t', r == ideographic, firstHan <= r && r <= lastHan:
		return "" // nearly every character there is, told apart without a look into Unicode's tables
	case r == unicode.ReplacementChar:
		return "a replacement character: something was lost on the way"
	case unicode.Is(unicode.Bidi_Control, r):
		return "a character that turns the direction of reading"
	case r < ' ', unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return "a control character"
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
		unicode.Is(unicode.Variation_Selector, r), r == brailleBlank:
		return "an invisible character"
	case unicode.Is(unicode.Zs, r):
		return "a blank that is none of the two in use"
	case unicode.Is(unicode.Co, r):
		return "a character for private use, which everybody draws differently"
	case r&planeMask >= planeEnd, nonCharacters <= r && r <= nonCharacters2:
		return "a code point that is no character"
	default:
		return ""
	}
}

// Snake is a Go name as SQL and JSON write it: LossDay is loss_day, VATDue is vat_due.
func Snake(name string) string {
	var snake strings.Builder
	for at := 0; at < len(name); at++ {
		if at > 0 && beginsWord(name, at) {
			snake.WriteByte('_')
		}
		snake.WriteByte(name[at])
	}
	return strings.ToLower(snake.String())
}

// beginsWord says that a capital stands behind a small letter or a digit, or is the last of several and a small letter
// follows.
func beginsWord(name string, at int) bool {
	capital := func(at int) bool { return 'A' <= name[at] && name[at] <= 'Z' }
	small := func(at int) bool { return 'a' <= name[at] && name[at] <= 'z' }
	return capital(at) && (!capital(at-1) || at+1 < len(name) && small(at+1))
}

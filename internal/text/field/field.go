// Package field checks the texts and codes of a command by the one definition of internal/text. Every wing asks here,
// so that what one command refuses no other takes.
package field

import (
	"unicode/utf8"

	"gongbao/internal/fault"
	"gongbao/internal/text"
)

// Code wants a code or a number of ours that is made now. What was made before this rule held is read, and named by
// commands, as it is: a code that only points to something is not checked here but looked up.
func Code(check *fault.Check, path, value string) {
	if reason := text.CodeFault(value); reason.Any() {
		check.Require(false, path, "a code {reason}", fault.Args{"reason": reason})
	}
}

// Line wants a text of one line, of 1 to longest characters, such as a name.
func Line(check *fault.Check, path, value string, longest int) {
	require(check, path, value, longest, text.LineFault)
}

// LineIf is Line for a text that may be left out, which is empty.
func LineIf(check *fault.Check, path, value string, longest int) {
	if value != "" {
		Line(check, path, value, longest)
	}
}

// Prose wants a text of one or more lines, of 1 to longest characters, such as a reason.
func Prose(check *fault.Check, path, value string, longest int) {
	require(check, path, value, longest, text.ProseFault)
}

// ProseIf is Prose for a text that may be left out, which is empty.
func ProseIf(check *fault.Check, path, value string, longest int) {
	if value != "" {
		Prose(check, path, value, longest)
	}
}

func require(check *fault.Check, path, value string, longest int, faultOf func(string) fault.Said) {
	length := utf8.RuneCountInString(value)
	if length == 0 || length > longest {
		check.Require(false, path, "1 to {most} characters are needed", fault.Args{"most": longest})
		return
	}
	if reason := faultOf(value); reason.Any() {
		check.Require(false, path, "the text {reason}", fault.Args{"reason": reason})
	}
}

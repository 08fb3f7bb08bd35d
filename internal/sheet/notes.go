package sheet

import (
	"fmt"
	"unicode"
)

const notesMax = 20 // of one file

// notes is what a report says of a file beside its rows.
type notes struct {
	said    []string
	unsaid  int
	guessed bool // nobody said in which encoding the file is
}

func (n *notes) say(format string, args ...any) {
	if len(n.said) >= notesMax {
		n.unsaid++
		return
	}
	n.said = append(n.said, fmt.Sprintf(format, args...))
}

// look notes a text in a script that is rare here: some short texts in GBK are well-formed UTF-8, and then read as
// Greek, Cyrillic or accented letters. Where somebody said what the file is in, there is nothing to guess.
func (n *notes) look(row int, column, value string) {
	if n == nil || !n.guessed || !rare(value) {
		return
	}
	n.say("row %d, column %s: %s is in a rare script; if the file is in GBK, say so: %s",
		row, column, quoted(value), sayGB)
}

const sayGB = "--encoding gb18030 on the command, charset=gb18030 in the Content-Type over HTTP"

// rare says that a text has letters that are neither Han nor Latin, or accented ones only.
func rare(value string) bool {
	plain, accented := false, false
	for _, r := range value {
		switch {
		case r < 0x80:
			plain = plain || unicode.IsLetter(r)
		case !unicode.IsLetter(r), unicode.Is(unicode.Han, r), 0xFF00 <= r && r <= 0xFFEF: // full-width forms
		case r > 0x17F || !unicode.Is(unicode.Latin, r):
			return true
		default:
			accented = true
		}
	}
	return accented && !plain
}

// all are the notes, the last one saying how many there would be more.
func (n *notes) all() []string {
	if n.unsaid == 0 {
		return n.said
	}
	return append(n.said[:len(n.said):len(n.said)], fmt.Sprintf("and %d notes more", n.unsaid))
}

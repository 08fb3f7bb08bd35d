package door

import (
	"strings"

	"gongbao/internal/fault"
	"gongbao/internal/words"
)

const faultsMax = 50 // of one request that are listed

// Faults are a request's faulty fields, counted all and listed as far as is of use.
type Faults struct {
	Listed []fault.Field
	More   int // that are not listed
}

// Add notes what is wrong with a field.
func (f *Faults) Add(path string, said fault.Said) { f.AddField(fault.FieldOf(path, said)) }

// AddField notes a faulty field.
func (f *Faults) AddField(field fault.Field) {
	if len(f.Listed) >= faultsMax {
		f.More++
		return
	}
	f.Listed = append(f.Listed, field)
}

// Full says that a further fault would only be counted.
func (f *Faults) Full() bool { return len(f.Listed) >= faultsMax }

// Any says whether there is one.
func (f *Faults) Any() bool { return len(f.Listed) > 0 }

// AddAll notes those that others found.
func (f *Faults) AddAll(others Faults) {
	for _, field := range others.Listed {
		f.AddField(field)
	}
	f.More += others.More
}

// tell is what is listed as the caller reads it.
func (f *Faults) tell(language *words.Words) []fault.Field {
	told := make([]fault.Field, len(f.Listed))
	for i, field := range f.Listed {
		field = language.TellField(field)
		told[i] = fault.Field{Path: Plain(field.Path), Message: Plain(field.Message)}
	}
	return told
}

const messageMax = 300 // bytes of a library's message that are passed on

// Plain is a message of at most so many bytes as are passed on.
func Plain(message string) string {
	if len(message) > messageMax {
		message = strings.ToValidUTF8(message[:messageMax], "") + "…"
	}
	return message
}

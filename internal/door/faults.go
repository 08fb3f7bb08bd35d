package door

import (
	"strings"

	"gongbao/internal/fault"
)

const faultsMax = 50 // of one request that are listed

// Faults are a request's faulty fields, counted all and listed as far as is of use.
type Faults struct {
	Listed []fault.Field
	More   int // that are not listed
}

// Add notes a faulty field.
func (f *Faults) Add(path, message string) {
	if len(f.Listed) >= faultsMax {
		f.More++
		return
	}
	f.Listed = append(f.Listed, fault.Field{Path: Plain(path), Message: Plain(message)})
}

// Full says that a further fault would only be counted.
func (f *Faults) Full() bool { return len(f.Listed) >= faultsMax }

// Any says whether there is one.
func (f *Faults) Any() bool { return len(f.Listed) > 0 }

// AddAll notes those that others found.
func (f *Faults) AddAll(others Faults) {
	for _, field := range others.Listed {
		f.Add(field.Path, field.Message)
	}
	f.More += others.More
}

const messageMax = 300 // bytes of a library's message that are passed on

// Plain is a message of at most so many bytes as are passed on.
func Plain(message string) string {
	if len(message) > messageMax {
		message = strings.ToValidUTF8(message[:messageMax], "") + "…"
	}
	return message
}

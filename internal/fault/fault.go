// Package fault is the one kind of refusal the house knows: a stable code for programs and a sentence for people.
//
// A use case refuses with a fault declared once in its wing's errors.go. Whatever is not a fault is internal: the
// caller learns a code and a request id, the log learns the rest. Problem documents (RFC 9457) exist only at the
// door.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says whose turn it is: the caller's to change the request, or ours to mend the service.
type Kind string

// The closed list of kinds; the door maps each to one HTTP status.
const (
	Invalid     Kind = "invalid"     // 422: the request breaks a rule
	NotFound    Kind = "not_found"   // 404: the thing named does not exist, or may not be seen
	Conflict    Kind = "conflict"    // 409: the thing is in another state than the request assumes
	Stale       Kind = "stale"       // 412: the thing has changed since the caller looked at it
	Forbidden   Kind = "forbidden"   // 403: this person may not do this
	Unknown     Kind = "unknown"     // 401: nobody knows who asks
	Excessive   Kind = "excessive"   // 429: the caller asks for more than it may have at once
	Unavailable Kind = "unavailable" // 503: try again later
	Internal    Kind = "internal"    // 500: our mistake
)

// Field is one fault of one request field; Path is the field's place in the request ("instalments[1].amount").
type Field struct {
	Path    string `json:"path"`
	Message string `json:"message"` // in English, until a door says it in the caller's language
	Said    Said   `json:"-"`
}

// FieldOf is a fault of a field.
func FieldOf(path string, said Said) Field {
	return Field{Path: path, Message: said.String(), Said: said}
}

// Fault is a refusal. Two faults are the same (errors.Is) when their codes are the same.
type Fault struct {
	Kind    Kind
	Code    string // "insurance.policy_not_in_force": wing, dot, rule
	Message string // one sentence, for people
	Detail  string // what this case adds ("policy IC-P1 was cancelled on 2026-07-01")
	Cases   Cases  // the sentences that a case of this rule may add
	Args    Args   // what this case says, by name; nil when no case was said
	Fields  []Field
	cause   error
}

// New declares a refusal; call it for package variables in errors.go, once per rule. A case may add what it is about:
// one of the sentences that are declared here, such as "{received} of {asked} is in". The names in braces tell the
// sentences apart, so each has some and no two have the same. What the refusal says in Chinese is in
// internal/words/refusals_chinese.go.
func New(kind Kind, code, message string, cases ...string) *Fault {
	return &Fault{Kind: kind, Code: code, Message: message, Cases: newCases(code, cases)}
}

// Error is the code, the sentence and what this case adds.
func (f *Fault) Error() string {
	var text strings.Builder
	text.WriteString(f.Code + ": " + f.Message)
	if f.Detail != "" {
		text.WriteString(" (" + f.Detail + ")")
	}
	for _, field := range f.Fields {
		text.WriteString("; " + field.Path + ": " + field.Message)
	}
	if f.cause != nil {
		text.WriteString(": " + f.cause.Error())
	}
	return text.String()
}

// Is makes errors.Is(err, ErrSomething) hold for every case of the same rule.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code
}

// Unwrap gives the cause, when there is one.
func (f *Fault) Unwrap() error { return f.cause }

// Case gives the same refusal with what this case adds: the declared sentence that has these arguments' names.
func (f *Fault) Case(args Args) *Fault {
	copied := *f
	copied.Args = args
	copied.Detail = f.Cases.Say(args)
	return &copied
}

// With gives the same refusal with what this case adds, in English only. Case says it in every language.
func (f *Fault) With(format string, args ...any) *Fault {
	copied := *f
	copied.Detail = fmt.Sprintf(format, args...)
	return &copied
}

// At gives the same refusal, naming the request field it is about and what is wrong with it.
func (f *Fault) At(path string, message Message, args ...Args) *Fault {
	copied := *f
	copied.Fields = append(slices.Clone(f.Fields), FieldOf(path, Say(message, args...)))
	return &copied
}

// From gives the same refusal with the error that led to it; the cause is logged, not shown.
func (f *Fault) From(cause error) *Fault {
	copied := *f
	copied.cause = cause
	return &copied
}

// CodeOf is the code of the refusal in err's chain, "internal" for any other error and "" for nil.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Code
	}
	return "internal"
}

// Check collects all field faults of one request, so that the caller can mend them in one go.
type Check struct{ fields []Field }

// Require notes what is wrong with a field unless ok.
func (c *Check) Require(ok bool, path string, message Message, args ...Args) {
	if !ok {
		c.fields = append(c.fields, FieldOf(path, Say(message, args...)))
	}
}

// Refuse gives the refusal with every fault collected, or nil when there is none.
func (c *Check) Refuse(rule *Fault) error {
	if len(c.fields) == 0 {
		return nil
	}
	copied := *rule
	copied.Fields = c.fields
	return &copied
}

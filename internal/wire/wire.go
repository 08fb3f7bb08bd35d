// Package wire reads JSON that comes from outside, strictly. What two readers could understand differently is refused
// here, once for every door: a key that stands there twice, bytes that are no UTF-8, half a surrogate pair, a
// byte-order mark, something behind the value, nesting without end, a text that cannot be printed.
package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gongbao/internal/fault"
	"gongbao/internal/text"
)

// Bounds of what is read.
const (
	DepthMax = 16       // objects and lists inside each other
	TextMax  = 16 << 10 // bytes of one text
	placeMax = 100      // bytes of a place that are shown
)

// Fault is why something is no JSON that we take. Place is empty when it concerns the whole.
type Fault struct {
	Place  string
	Reason fault.Said
}

// Said is the place and the reason.
func (f *Fault) Said() fault.Said {
	if f.Place == "" {
		return f.Reason
	}
	return fault.Say("{place}: {reason}", fault.Args{"place": f.Place, "reason": f.Reason})
}

// Error is the place and the reason.
func (f *Fault) Error() string { return f.Said().String() }

// Reader reads one value token by token. It looks at every byte once, whatever the value holds.
type Reader struct{ from *jsontext.Decoder }

// NewReader reads the value that the bytes hold. They are not copied and must not change.
func NewReader(data []byte) (*Reader, error) {
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return nil, &Fault{Reason: fault.Say("begins with a byte-order mark")}
	}
	return &Reader{from: jsontext.NewDecoder(bytes.NewBuffer(data))}, nil
}

// Peek is the kind of the next token; jsontext.KindInvalid when there is none, and Next says why.
func (r *Reader) Peek() jsontext.Kind { return r.from.PeekKind() }

// Next is the next token, good until the one after it is read.
func (r *Reader) Next() (jsontext.Token, error) {
	token, err := r.from.ReadToken()
	if err != nil {
		return token, explain(err)
	}
	if r.from.StackDepth() > DepthMax {
		return token, &Fault{Reason: fault.Say("is nested deeper than {most}", fault.Args{"most": DepthMax})}
	}
	return token, nil
}

// Skip reads the next value with all it holds.
func (r *Reader) Skip() error {
	depth := r.from.StackDepth()
	for {
		if _, err := r.Next(); err != nil {
			return err
		}
		if r.from.StackDepth() <= depth {
			return nil
		}
	}
}

// End refuses what stands behind the value.
func (r *Reader) End() error {
	if _, err := r.from.ReadToken(); !errors.Is(err, io.EOF) {
		return &Fault{Reason: fault.Say("something stands behind the value")}
	}
	return nil
}

// Check reads a value to its end.
func Check(data []byte) error {
	r, err := NewReader(data)
	if err != nil {
		return err
	}
	depth := r.from.StackDepth()
	for {
		token, err := r.Next()
		if err != nil {
			return err
		}
		if token.Kind() == jsontext.KindString {
			if reason := TextFault(token.String()); reason.Any() {
				return &Fault{Place: place(r.from.StackPointer()), Reason: reason}
			}
		}
		if r.from.StackDepth() <= depth {
			return r.End()
		}
	}
}

// TextFault says why a text, or a key, cannot be printed or is longer than any is; nothing when it is fine.
func TextFault(value string) fault.Said {
	if len(value) > TextMax {
		return fault.Say("is longer than {most} bytes", fault.Args{"most": TextMax})
	}
	return text.Fault(value)
}

// explain says in our words what the library has found.
func explain(err error) error {
	if errors.Is(err, io.EOF) {
		return &Fault{Reason: fault.Say("there is no value")}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Fault{Reason: fault.Say("the value is cut off")}
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return err
	}
	switch where := place(syntax.JSONPointer); {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return &Fault{Place: where, Reason: fault.Say("stands there twice")}
	case strings.Contains(syntax.Err.Error(), "UTF-8"):
		return &Fault{Place: where, Reason: fault.Say("is no UTF-8")}
	case strings.Contains(syntax.Err.Error(), "surrogate"):
		return &Fault{Place: where, Reason: fault.Say("holds half a surrogate pair, which is no character")}
	default:
		return &Fault{Place: where, Reason: fault.Say("is no JSON at byte {byte}",
			fault.Args{"byte": syntax.ByteOffset})}
	}
}

// place writes "/instalments/1/amount" as the use cases do: instalments[1].amount.
func place(pointer jsontext.Pointer) string {
	var written strings.Builder
	for token := range pointer.Tokens() {
		switch {
		case written.Len() > placeMax:
			return written.String() + "…"
		case token != "" && strings.Trim(token, "0123456789") == "":
			written.WriteString("[" + token + "]")
			continue
		case written.Len() > 0:
			written.WriteByte('.')
		}
		written.WriteString(Shown(token))
	}
	return written.String()
}

// Shown is a key as it may be shown in an answer or on a terminal: its beginning, without what cannot be printed.
func Shown(key string) string {
	if len(key) > placeMax {
		key = strings.ToValidUTF8(key[:placeMax], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if text.Fault(string(r)).Any() {
			return '?'
		}
		return r
	}, key)
}

// Package wire reads JSON that comes from outside, strictly. What two readers could understand differently is refused
// here, once for every door: a key that stands there twice, bytes that are no UTF-8, half a surrogate pair, a
// byte-order mark, something behind the value, nesting without end, a text that cannot be printed.
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

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
	Place, Reason string
}

// Error is the place and the reason.
func (f *Fault) Error() string {
	if f.Place == "" {
		return f.Reason
	}
	return f.Place + ": " + f.Reason
}

// Reader reads one value token by token. It looks at every byte once, whatever the value holds.
type Reader struct{ from *jsontext.Decoder }

// NewReader reads the value that the bytes hold. They are not copied and must not change.
func NewReader(data []byte) (*Reader, error) {
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return nil, &Fault{Reason: "begins with a byte-order mark"}
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
		return token, &Fault{Reason: fmt.Sprintf("is nested deeper than %d", DepthMax)}
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
		return &Fault{Reason: "something stands behind the value"}
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
			if reason := TextFault(token.String()); reason != "" {
				return &Fault{Place: place(r.from.StackPointer()), Reason: reason}
			}
		}
		if r.from.StackDepth() <= depth {
			return r.End()
		}
	}
}

// TextFault says why a text, or a key, cannot be printed or is longer than any is; "" when nothing is wrong with it.
func TextFault(value string) string {
	if len(value) > TextMax {
		return fmt.Sprintf("is longer than %d bytes", TextMax)
	}
	return text.Fault(value)
}

// explain says in our words what the library has found.
func explain(err error) error {
	if errors.Is(err, io.EOF) {
		return &Fault{Reason: "there is no value"}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Fault{Reason: "the value is cut off"}
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return err
	}
	switch where := place(syntax.JSONPointer); {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return &Fault{Place: where, Reason: "stands there twice"}
	case strings.Contains(syntax.Err.Error(), "UTF-8"):
		return &Fault{Place: where, Reason: "is no UTF-8"}
	case strings.Contains(syntax.Err.Error(), "surrogate"):
		return &Fault{Place: where, Reason: "holds half a surrogate pair, which is no character"}
	default:
		return &Fault{Place: where, Reason: fmt.Sprintf("is no JSON at byte %d", syntax.ByteOffset)}
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
		if text.Fault(string(r)) != "" {
			return '?'
		}
		return r
	}, key)
}

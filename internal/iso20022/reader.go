package iso20022

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Limits are what a file may come to at most.
type Limits struct {
	Size     int64 // bytes
	Depth    int   // elements within one another
	Text     int   // bytes of one element's text
	Elements int   // of one entry, or of one status of a payment
}

// Usual are limits that no honest file comes near.
var Usual = Limits{Size: 64 << 20, Depth: 40, Text: 64 << 10, Elements: 400_000}

// element is one element with what it holds, by local names.
type element struct {
	name     string
	path     string
	line     int
	text     string
	currency string // its attribute Ccy
	children []*element
}

// reader goes through a message element by element, within the limits.
type reader struct {
	xml    *xml.Decoder
	limits Limits
	path   []string
	begun  bool   // the outermost element was met
	before string // text that stands in front of it
	size   *meter
}

// meter counts what is read and stops at the most.
type meter struct {
	from io.Reader
	left int64
	over bool
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		var one [1]byte // is there more than may be?
		if n, err := m.from.Read(one[:]); n == 0 {
			return 0, err
		}
		m.over = true
		return 0, errors.New("larger than may be")
	}
	n, err := m.from.Read(p[:min(int64(len(p)), m.left)])
	m.left -= int64(n)
	return n, err
}

func newReader(from io.Reader, limits Limits) *reader {
	size := &meter{from: from, left: limits.Size}
	r := &reader{xml: xml.NewDecoder(size), limits: limits, size: size}
	r.xml.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "utf-8", "utf8", "us-ascii", "ascii":
			return input, nil
		case "gb18030", "gbk", "gb2312", "cp936":
			return transform.NewReader(input, simplifiedchinese.GB18030.NewDecoder()), nil
		}
		return nil, r.unreadable(UnknownEncoding, label)
	}
	return r
}

// unreadable is a problem where the reader is.
func (r *reader) unreadable(problem Problem, said string) *Unreadable {
	line, _ := r.xml.InputPos()
	return &Unreadable{Problem: problem, Line: line, Element: strings.Join(r.path, "/"), Said: shortened(said)}
}

// token is the next start or end of an element, or text; at the end of the file it is io.EOF.
func (r *reader) token() (xml.Token, error) {
	for {
		token, err := r.xml.Token()
		if err != nil {
			return nil, r.failed(err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, r.unreadable(DocumentType, string(token))
		case xml.StartElement:
			if len(r.path) == r.limits.Depth {
				return nil, r.unreadable(TooDeep, token.Name.Local)
			}
			if r.before != "" {
				return nil, r.unreadable(NotXML, r.before)
			}
			r.path, r.begun = append(r.path, token.Name.Local), true
			return token, nil
		case xml.EndElement:
			r.path = r.path[:len(r.path)-1]
			return token, nil
		case xml.CharData:
			if len(r.path) == 0 {
				if err := r.outside(string(token)); err != nil {
					return nil, err
				}
			}
			return token, nil
		}
	}
}

// byteOrderMark may stand in front of all, and nowhere else.
const byteOrderMark = "\ufeff"

// outside refuses text behind the outermost element, and keeps in mind what stands in front of it: it is no XML, though
// the decoder lets it pass.
func (r *reader) outside(text string) error {
	if !r.begun {
		r.before += shortened(strings.TrimSpace(strings.TrimPrefix(text, byteOrderMark)))
		return nil
	}
	if text = strings.TrimSpace(text); text != "" {
		return r.unreadable(AfterTheDocument, text)
	}
	return nil
}

func (r *reader) failed(err error) error {
	var ours *Unreadable
	switch {
	case errors.Is(err, io.EOF) && len(r.path) == 0:
		return io.EOF
	case r.size.over:
		return r.unreadable(TooLarge, "")
	case errors.As(err, &ours):
		return ours
	}
	found := r.unreadable(NotXML, "")
	found.cause = err
	return found
}

// next is the next element within the one at the given depth; false at the end of that one.
func (r *reader) next(depth int) (start xml.StartElement, more bool, err error) {
	for {
		token, err := r.token()
		if err != nil {
			return start, false, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token, true, nil
		case xml.EndElement:
			if len(r.path) < depth {
				return start, false, nil
			}
		}
	}
}

// read takes a whole element whose start was met.
func (r *reader) read(start xml.StartElement) (*element, error) {
	count := 0
	return r.readCounted(start, &count)
}

func (r *reader) readCounted(start xml.StartElement, count *int) (*element, error) {
	if *count++; *count > r.limits.Elements {
		return nil, r.unreadable(TooMany, start.Name.Local)
	}
	line, _ := r.xml.InputPos()
	e := &element{name: start.Name.Local, line: line, path: strings.Join(r.path, "/")}
	for _, attribute := range start.Attr {
		if attribute.Name.Local == "Ccy" {
			e.currency = attribute.Value
		}
	}
	var text strings.Builder
	for {
		token, err := r.token()
		if err != nil {
			return nil, r.early(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			child, err := r.readCounted(token, count)
			if err != nil {
				return nil, err
			}
			e.children = append(e.children, child)
		case xml.CharData:
			if text.Len()+len(token) > r.limits.Text {
				return nil, r.unreadable(TooLong, "")
			}
			text.Write(token)
		case xml.EndElement:
			e.text = strings.TrimSpace(text.String())
			if strings.ContainsRune(e.text, utf8.RuneError) { // something was lost on the way to us
				return nil, r.unreadable(UnknownEncoding, e.text)
			}
			return e, nil
		}
	}
}

// early is a file that ends where more has to come.
func (r *reader) early(err error) error {
	if errors.Is(err, io.EOF) {
		return r.unreadable(NotXML, "")
	}
	return err
}

// message is the kind of a message and its version, by its namespace: "camt.053", 8.
type message struct {
	kind    string
	version int
}

var namespaceForm = regexp.MustCompile(`([a-z]{4}\.[0-9]{3})\.[0-9]{3}\.([0-9]{2})$`)

const document = "Document"

// open goes to the first element of the message within Document, which a bank may have wrapped in an envelope, and says
// which message it is: of a Document without a namespace by that element's name, in no known version.
func (r *reader) open(kinds map[string]string) (message, error) {
	for {
		token, err := r.token()
		if errors.Is(err, io.EOF) {
			return message{}, r.unreadable(WrongMessage, "")
		}
		if err != nil {
			return message{}, err
		}
		start, is := token.(xml.StartElement)
		if !is || start.Name.Local != document {
			continue
		}
		root, more, err := r.next(len(r.path))
		if err != nil {
			return message{}, r.early(err)
		}
		if !more {
			return message{}, r.unreadable(NothingInside, "")
		}
		return r.known(start.Name.Space, root.Name.Local, kinds)
	}
}

// known refuses a message that is none of the kinds: element's name → kind.
func (r *reader) known(namespace, root string, kinds map[string]string) (message, error) {
	kind, is := kinds[root]
	if !is {
		return message{}, r.unreadable(WrongMessage, root)
	}
	parts := namespaceForm.FindStringSubmatch(namespace)
	if parts == nil {
		return message{kind: kind}, nil
	}
	if parts[1] != kind {
		return message{}, r.unreadable(WrongMessage, namespace)
	}
	version, err := strconv.Atoi(parts[2])
	if err != nil {
		return message{}, r.unreadable(WrongMessage, namespace)
	}
	return message{kind: kind, version: version}, nil
}

// close reads to the end of the file: a file that breaks off after what was wanted of it is not whole.
func (r *reader) close() error {
	for {
		token, err := r.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, is := token.(xml.StartElement); !is {
			continue
		}
		if depth := len(r.path); depth == 1 || r.path[depth-1] == document || r.path[depth-2] == document {
			return r.unreadable(AfterTheDocument, r.path[depth-1])
		}
	}
}

const saidMax = 60

func shortened(text string) string {
	if runes := []rune(text); len(runes) > saidMax {
		return fmt.Sprintf("%s…", string(runes[:saidMax]))
	}
	return text
}

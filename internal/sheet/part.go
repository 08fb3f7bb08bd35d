package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strings"
)

// Bounds of what a workbook unpacks to: what swells more is no table.
const (
	unpackedMax = 512 << 20 // bytes of all parts
	swellFree   = 32 << 20  // bytes that any workbook may unpack to
	swellMax    = 200       // times its size, above that
	partsMax    = 4096
	indexMax    = 1 << 20 // bytes of the list of its parts
	tokenMax    = 1 << 20 // bytes of one element, text or comment
	depthMax    = 64      // elements in each other
)

// parts is the archive that a workbook is, read within bounds.
type parts struct {
	byName map[string]*zip.File
	read   map[string]bool
	left   int64 // bytes that may still be unpacked
}

// frugal stops reading an archive's list of parts when it is too long for a workbook's.
type frugal struct {
	io.ReaderAt

	left int
}

var errIndex = errors.New("too many parts")

func (f *frugal) ReadAt(into []byte, at int64) (int, error) {
	if f.left -= len(into); f.left < 0 {
		return 0, errIndex
	}
	return f.ReaderAt.ReadAt(into, at)
}

func openParts(from io.ReaderAt, size int64) (*parts, error) {
	index := &frugal{ReaderAt: from, left: indexMax}
	archive, err := zip.NewReader(index, size)
	if err != nil {
		return nil, unreadable("the workbook cannot be unpacked: %v", err)
	}
	if len(archive.File) > partsMax {
		return nil, unreadable("the workbook has more than %d parts", partsMax)
	}
	index.left = math.MaxInt // what is unpacked is bounded by left
	p := &parts{
		byName: map[string]*zip.File{}, read: map[string]bool{},
		left: min(unpackedMax, max(swellFree, size*swellMax)),
	}
	for _, file := range archive.File {
		name := partName(file.Name)
		if _, twice := p.byName[name]; twice {
			return nil, unreadable("the workbook has two parts of one name")
		}
		if file.Flags&1 != 0 {
			return nil, unreadable("the workbook is protected by a password; save it without one")
		}
		p.byName[name] = file
	}
	return p, nil
}

// partName is a part's name as references are compared: programs differ in case and in the slash before it.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p *parts) has(name string) bool { return p.byName[partName(name)] != nil }

// unpacked is a part while it is read; at its end its checksum has been compared.
type unpacked struct {
	io.ReadCloser

	parts *parts
}

func (u *unpacked) Read(into []byte) (int, error) {
	read, err := u.ReadCloser.Read(into)
	if u.parts.left -= int64(read); u.parts.left < 0 {
		return 0, unreadable("the workbook unpacks to more than a table of its size; send a CSV")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return read, unreadable("a part of the workbook is broken: %v", err)
	}
	return read, err
}

func (p *parts) open(name string) (*unpacked, error) {
	file := p.byName[partName(name)]
	if file == nil {
		return nil, unreadable("the workbook lacks a part that it names")
	}
	p.read[partName(name)] = true
	content, err := file.Open()
	if err != nil {
		return nil, unreadable("a part of the workbook cannot be unpacked: %v", err)
	}
	return &unpacked{content, p}, nil
}

// rest reads whatever part nobody has read to its end: a workbook with a broken part is a broken workbook.
func (p *parts) rest() error {
	for name := range p.byName {
		if p.read[name] {
			continue
		}
		content, err := p.open(name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return errors.Join(err, content.Close())
		}
		if err := content.Close(); err != nil {
			return err
		}
	}
	return nil
}

// parse walks a part from its first tag to its last and beyond: it must be well formed to its end.
func (p *parts) parse(name string, visit func(*parser) error) error {
	content, err := p.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	window := &window{from: content}
	x := &parser{decoder: xml.NewDecoder(window), window: window}
	if err := visit(x); err != nil {
		return err
	}
	for {
		if _, err := x.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// window bounds what the decoder reads for one token, because it keeps all of it.
type window struct {
	from io.Reader
	left int
}

var errToken = unreadable("a part of the workbook has an element that is too long")

func (w *window) Read(into []byte) (int, error) {
	if w.left <= 0 {
		return 0, errToken
	}
	read, err := w.from.Read(into[:min(len(into), w.left)])
	w.left -= read
	return read, err
}

// parser reads a part token by token. There are no entities to expand: a part that declares any is refused.
type parser struct {
	decoder *xml.Decoder
	window  *window
	path    []string // names of the open elements; "" for one of a foreign vocabulary
	rooted  bool
}

// The two vocabularies of workbooks: what Excel writes, and the standard's strict form.
const (
	vocabulary       = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	vocabularyStrict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	relationships    = "http://schemas.openxmlformats.org/package/2006/relationships"
)

func (p *parser) next() (xml.Token, error) {
	p.window.left = tokenMax
	token, err := p.decoder.Token()
	if err != nil {
		if _, known := errors.AsType[*Unreadable](err); known || errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, unreadable("a part of the workbook is no well-formed XML: %v", plainly(err))
	}
	switch token := token.(type) {
	case xml.StartElement:
		if len(p.path) == 0 && p.rooted || len(p.path) >= depthMax {
			return nil, unreadable("a part of the workbook is no well-formed XML: elements where none may be")
		}
		p.rooted = true
		name := ""
		switch token.Name.Space {
		case vocabulary, vocabularyStrict, relationships:
			name = token.Name.Local
		}
		p.path = append(p.path, name)
	case xml.EndElement:
		p.path = p.path[:len(p.path)-1]
	case xml.CharData:
		if len(p.path) == 0 && strings.Trim(string(token), bom+" \t\r\n") != "" {
			return nil, unreadable("a part of the workbook is no well-formed XML: text outside its elements")
		}
	case xml.Directive:
		return nil, unreadable("a part of the workbook declares entities or a document type")
	}
	return token, nil
}

// plainly is a parser's complaint without the bytes it complains of.
func plainly(err error) string {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return fmt.Sprintf("line %d", syntax.Line)
	}
	return "its encoding is not UTF-8"
}

// name is the open element's.
func (p *parser) name() string {
	if len(p.path) == 0 {
		return ""
	}
	return p.path[len(p.path)-1]
}

// at says that the open elements are these.
func (p *parser) at(names ...string) bool {
	if len(p.path) != len(names) {
		return false
	}
	for i, name := range names {
		if p.path[i] != name {
			return false
		}
	}
	return true
}

// each calls visit for every element that is open as names say, until the part's end.
func (p *parser) each(visit func(xml.StartElement) error, names ...string) error {
	for {
		token, err := p.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, is := token.(xml.StartElement); is && (len(names) == 0 || p.at(names...)) {
			if err := visit(start); err != nil {
				return err
			}
		}
	}
}

// attribute is an attribute of an element that has no prefix, "" when it is not there.
func attribute(of xml.StartElement, name string) string {
	for _, a := range of.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// isTrue reads a boolean attribute as XML Schema writes it.
func isTrue(value string) bool { return value == "1" || value == "true" || value == "on" }

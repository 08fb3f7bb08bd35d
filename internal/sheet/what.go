package sheet

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// sniffed is how many of a file's first bytes are looked at, to know what it is.
const sniffed = 8192

// oleMax is how much of a file of Microsoft's old kind is searched for what it is.
const oleMax = 16 << 20

func isZip(start []byte) bool { return bytes.HasPrefix(start, []byte("PK\x03\x04")) }

// magic are the first bytes of files that are no tables.
var magic = []struct{ start, what string }{
	{"PK\x05\x06", "an empty ZIP archive"},
	{"\x1f\x8b", "packed by gzip; unpack it first"},
	{"BZh", "packed by bzip2; unpack it first"},
	{"\xfd7zXZ\x00", "packed by xz; unpack it first"},
	{"\x28\xb5\x2f\xfd", "packed by zstd; unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"},
	{"Rar!", "a RAR archive; unpack it first"},
	{"%PDF", "a PDF; a table is wanted, CSV or XLSX"},
	{"\x89PNG", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
	{"{\\rtf", "a text document (RTF)"},
	{"\xff\xfe\x00\x00", "in UTF-32; save it as CSV in UTF-8"},
	{"\x00\x00\xfe\xff", "in UTF-32; save it as CSV in UTF-8"},
	{"\xff\xfe", wide16},
	{"\xfe\xff", wide16},
	{"SQLite format 3\x00", "a database"},
}

const (
	wide16 = "in UTF-16 (\"Unicode text\"); save it as CSV in UTF-8"
	ole    = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	asText = "; save it as CSV in UTF-8, or as XLSX"
)

// foreign says what a file is that is neither a workbook nor plain text; "" where it may be a CSV. Nothing of the file
// is repeated.
func foreign(start []byte, rest io.Reader) string {
	if bytes.HasPrefix(start, []byte(ole)) {
		return oldWorkbook(rest)
	}
	for _, known := range magic {
		if bytes.HasPrefix(start, []byte(known.start)) {
			return known.what
		}
	}
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(start, []byte(bom))))
	switch {
	case len(head) == 0:
		return ""
	case bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("office:spreadsheet")):
		return "an XML spreadsheet of 2003" + asText
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")),
		bytes.HasPrefix(head, []byte("<table")), bytes.HasPrefix(head, []byte("<meta")),
		bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("<html")):
		return "a web page (HTML), whatever its name says" + asText
	case head[0] == '<':
		return "XML" + asText
	case head[0] == '{', head[0] == '[':
		return "JSON; a table is wanted, CSV or XLSX"
	}
	return notText(start)
}

// notText tells bytes that are no text: UTF-16 without its mark has a NUL in every other place.
func notText(start []byte) string {
	zeros, controls := 0, 0
	for _, b := range start {
		switch {
		case b == 0:
			zeros++
		case b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f':
			controls++
		}
	}
	switch {
	case zeros > len(start)/4: //nolint:mnd // of Chinese and Latin text mixed
		return wide16
	case zeros+controls > 1+len(start)/50: //nolint:mnd // a stray one is a fault of its row
		return "no table: its bytes are no text"
	}
	return ""
}

// oldWorkbook tells the files that Microsoft's programs keep as a file system of their own.
func oldWorkbook(rest io.Reader) string {
	content, _ := io.ReadAll(io.LimitReader(rest, oleMax)) // what cannot be read says nothing
	holds := func(name string) bool {
		var wide []byte
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(content, wide)
	}
	switch {
	case holds("EncryptedPackage"):
		return "protected by a password; save it without one"
	case holds("Workbook"), holds("Book"):
		return "an XLS workbook of before 2007; save it as XLSX, or as CSV in UTF-8"
	case holds("WordDocument"):
		return "a Word document"
	}
	return "of Microsoft's old kind, and no workbook; save it as XLSX, or as CSV in UTF-8"
}

// separated says by what the first line's columns are separated when it is not by commas, or how its lines end when it
// is not as it should be.
func separated(start []byte) string {
	line := strings.TrimPrefix(string(start), bom)
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	line = strings.TrimSuffix(line, "\r")
	if strings.ContainsRune(line, '\r') {
		return "lines end in CR alone; save it with line ends of LF or CR LF"
	}
	if strings.ContainsRune(line, ',') {
		return ""
	}
	for _, other := range []struct{ mark, name string }{
		{"\t", "tabs"}, {";", "semicolons"}, {"|", "bars"}, {"，", "full-width commas"},
	} {
		if strings.Contains(line, other.mark) {
			return "columns are separated by " + other.name + "; save it with commas"
		}
	}
	return ""
}

// likelyGB says that bytes which are no UTF-8 read as GB18030.
func likelyGB(chunk []byte) bool {
	decoded, err := gb18030.NewDecoder().Bytes(chunk)
	if err != nil {
		return false
	}
	// The chunk may end within a character.
	whole := bytes.TrimRight(decoded, string(utf8.RuneError))
	return len(whole) > 0 && !bytes.ContainsRune(whole, utf8.RuneError)
}

// gb18030 has all of GBK, which has all of GB 2312.
var gb18030 = simplifiedchinese.GB18030

const bom = "\ufeff"

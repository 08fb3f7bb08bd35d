package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Bounds of the texts that cells share.
const (
	textsMax  = 4_000_000
	textsHeld = 8 << 20 // bytes in memory; more goes to a file
	pageSize  = 64 << 10
)

// texts are the texts that cells share. A cell names one by its place.
type texts struct {
	ends []uint32 // where in all of them, one behind the other, each ends
	held []byte
	put  *spool
	page []byte
	at   int64 // of the page
}

// readTexts reads them; none when the workbook has no such part.
func readTexts(parts *parts, name string) (*texts, error) {
	t := &texts{}
	if name == "" {
		return t, nil
	}
	if err := parts.parse(name, t.read); err != nil {
		_ = t.close()
		return nil, err
	}
	if t.put != nil {
		if err := t.put.Flush(); err != nil {
			_ = t.close()
			return nil, err
		}
	}
	return t, nil
}

func (t *texts) read(x *parser) error {
	return x.each(func(xml.StartElement) error {
		var value strings.Builder
		depth := len(x.path)
		for len(x.path) >= depth {
			token, err := x.next()
			if err != nil {
				return err
			}
			if text, is := token.(xml.CharData); is && len(x.path) > depth && isRun(x.path[depth:]) {
				value.Write(text)
			}
		}
		return t.add(unescaped(value.String()))
	}, "sst", "si")
}

func (t *texts) add(value string) error {
	if len(value) > cellMax {
		value = value[:cellMax+1] // which is too long still
	}
	if len(t.ends) >= textsMax {
		return unreadable("the workbook has more than %d texts; send a CSV", textsMax)
	}
	end := uint32(len(value)) //nolint:gosec // at most cellMax + 1
	if len(t.ends) > 0 {
		end += t.ends[len(t.ends)-1]
	}
	t.ends = append(t.ends, end)
	if t.put == nil && len(t.held)+len(value) > textsHeld {
		var err error
		if t.put, err = newSpool(); err != nil {
			return err
		}
		if _, err := t.put.Write(t.held); err != nil {
			return err
		}
		t.held = nil
	}
	if t.put == nil {
		t.held = append(t.held, value...)
		return nil
	}
	_, err := t.put.WriteString(value)
	return err
}

func (t *texts) get(at int) (string, error) {
	if at < 0 || at >= len(t.ends) {
		return "", unreadable("a cell of the workbook names a text that is not there")
	}
	from, to := int64(0), int64(t.ends[at])
	if at > 0 {
		from = int64(t.ends[at-1])
	}
	if t.put == nil {
		return string(t.held[from:to]), nil
	}
	if from < t.at || to > t.at+int64(len(t.page)) {
		last := int64(t.ends[len(t.ends)-1])
		t.page, t.at = append(t.page[:0], make([]byte, min(pageSize, last-from))...), from
		if _, err := t.put.file.ReadAt(t.page, from); err != nil {
			return "", broken(err)
		}
	}
	return string(t.page[from-t.at : to-t.at]), nil
}

func (t *texts) close() error {
	if t == nil || t.put == nil {
		return nil
	}
	return t.put.close()
}

// isRun says that a text of a string element counts: its own or that of a run with its form, not how it is pronounced.
func isRun(path []string) bool {
	return len(path) == 1 && path[0] == "t" || len(path) == 2 && path[0] == "r" && path[1] == "t"
}

// unescaped gives the characters that a workbook writes as _x000D_.
func unescaped(value string) string {
	if !strings.Contains(value, "_x") {
		return value
	}
	var out strings.Builder
	for value != "" {
		before, after, found := strings.Cut(value, "_x")
		out.WriteString(before)
		if !found {
			break
		}
		const digits = 4
		if len(after) > digits && after[digits] == '_' {
			if code, err := strconv.ParseUint(after[:digits], 16, 16); err == nil {
				out.WriteString(string(utf16.Decode([]uint16{uint16(code)})))
				value = after[digits+1:]
				continue
			}
		}
		out.WriteString("_x")
		value = after
	}
	return out.String()
}

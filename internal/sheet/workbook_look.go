package sheet

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

const looksMax = 65_536 // styles of cells

// readLooks reads how the workbook's styles show numbers, by the number of the style.
func readLooks(parts *parts, name string) ([]look, error) {
	looks := []look{}
	if name == "" {
		return []look{looksPlain}, nil
	}
	forms := map[int]string{}
	err := parts.parse(name, func(x *parser) error {
		return x.each(func(start xml.StartElement) error {
			id, _ := strconv.Atoi(attribute(start, "numFmtId")) // none is 0, the plain one
			switch {
			case x.at("styleSheet", "numFmts", "numFmt"):
				forms[id] = attribute(start, "formatCode")
			case x.at("styleSheet", "cellXfs", "xf"):
				if len(looks) >= looksMax {
					return unreadable("the workbook has more than %d styles", looksMax)
				}
				looks = append(looks, lookOf(id, forms))
			}
			return nil
		})
	})
	return looks, err
}

// lookOf is the look of a format: one of the spreadsheet's own, or one that the workbook writes out.
func lookOf(id int, forms map[int]string) look {
	if form, written := forms[id]; written {
		return lookOfForm(form)
	}
	switch {
	case id == 0, id == 1, id == 49: // general, whole, text
		return looksPlain
	case id == 9, id == 10:
		return looksPercent
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return looksDay // of which 27 to 36 and 50 to 58 are those of China and Japan
	}
	return looksOther
}

// aside are the parts of a format that print as they stand, or set its colour, condition or language.
var aside = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

func lookOfForm(form string) look {
	first, _, _ := strings.Cut(form, ";")
	lower := strings.ToLower(first)
	plain := strings.TrimSpace(aside.ReplaceAllString(lower, ""))
	switch {
	case lower == "@", lower == "0", strings.Contains(plain, "general"),
		strings.Contains(plain, "通用"):
		return looksPlain
	case strings.Contains(plain, "%"):
		return looksPercent
	case strings.ContainsAny(plain, "yd"), strings.Contains(plain, "m"),
		strings.ContainsAny(plain, "hse") && !strings.ContainsAny(plain, "0#?"):
		return looksDay
	}
	return looksOther
}

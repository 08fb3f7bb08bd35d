package scenario

import "fmt"

// Result is what came of one statement.
type Result struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Text   string `json:"text"`
	OK     bool   `json:"ok"`
	Wanted string `json:"wanted,omitempty"`
	Got    string `json:"got,omitempty"`
}

// String is the line that is printed for a statement.
func (r Result) String() string {
	if r.OK {
		return "ok"
	}
	return fmt.Sprintf("FAIL %s:%d: wanted %s, got %s", r.File, r.Line, r.Wanted, r.Got)
}

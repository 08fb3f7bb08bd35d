package scenario

import "fmt"

// Result is what came of one statement.
type Result struct {
	File        string `json:"file"`
	Line        int    `json:"line"`
	Text        string `json:"text"`
	OK          bool   `json:"ok"`
	Unsupported bool   `json:"unsupported,omitempty"` // the language has it, the service not yet
	Wanted      string `json:"wanted,omitempty"`
	Got         string `json:"got,omitempty"`
}

// String is the line that is printed for a statement.
func (r Result) String() string {
	switch {
	case r.OK:
		return "ok"
	case r.Unsupported && r.Got != "":
		return fmt.Sprintf("not yet supported %s:%d: wanted %s, got %s", r.File, r.Line, r.Wanted, r.Got)
	case r.Unsupported:
		return fmt.Sprintf("not yet supported %s:%d: %s", r.File, r.Line, r.Text)
	default:
		return fmt.Sprintf("FAIL %s:%d: wanted %s, got %s", r.File, r.Line, r.Wanted, r.Got)
	}
}

// movesMoney says that a statement passed over leaves its mark on later balances.
func movesMoney(s Statement) bool {
	switch s.(type) {
	case Pay, Advance, Recover, PaidCall, Close, Refuse, Withdraw, Reopen, Reserve, Paid:
		return true
	default:
		return false
	}
}

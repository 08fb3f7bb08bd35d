package sheet

import (
	"fmt"
)

// Bounds of what is read.
const (
	workbookMax = 64 << 20 // bytes of a workbook as it is sent
	cellMax     = 4096     // bytes
	columnsMax  = 256
)

// Unreadable says why a file as a whole is no table of ours. Nothing of it is imported.
type Unreadable struct{ Reason string }

// Error is the reason.
func (u *Unreadable) Error() string { return u.Reason }

func unreadable(format string, args ...any) error { return &Unreadable{fmt.Sprintf(format, args...)} }

type rowError struct {
	row     int
	message string
	begins  string // the row's first text
}

func (e *rowError) Error() string { return fmt.Sprintf("row %d: %s", e.row, e.message) }

package imports

import "gongbao/internal/fault"

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "imports.not_found", "there is no import of this id", "{id}")
	ErrBusy     = fault.New(fault.Unavailable, "imports.busy", "too many imports are running",
		"{count} imports are running or coming in")
	ErrFailed = fault.New(fault.Internal, "imports.failed", "the import failed by our mistake; nothing was written")
)

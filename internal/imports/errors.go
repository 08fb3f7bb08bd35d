package imports

import "gongbao/internal/fault"

// Refusals of this package.
var (
	ErrNotFound = fault.New(fault.NotFound, "imports.not_found", "there is no import of this id")
	ErrBusy     = fault.New(fault.Unavailable, "imports.busy", "too many imports are running")
	ErrFailed   = fault.New(fault.Internal, "imports.failed", "the import failed by our mistake; nothing was written")
)

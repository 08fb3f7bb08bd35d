package product

import "gongbao/internal/fault"

// Refusals of this wing, in the order in which a use case checks them. Their codes begin with insurance, where these
// use cases once stood, because callers know them by these codes.
var (
	ErrLineNotFound = fault.New(fault.NotFound, "insurance.line_not_found",
		"there is no product line of this code",
		"{line}")
	ErrCatalogueItem = fault.New(fault.Invalid, "insurance.catalogue_item_unknown",
		"the catalogue does not have this item for this policy",
		"{edition} {item} is there and cannot be read")
	ErrCatalogueItemExists = fault.New(fault.Conflict, "insurance.catalogue_item_exists",
		"the edition of the catalogue has this item already, and it is another")
	ErrImportUnreadable = fault.New(fault.Invalid, "insurance.import_unreadable",
		"the file cannot be read",
		"{reason}")
	ErrImportRefused = fault.New(fault.Invalid, "insurance.import_refused",
		"nothing was imported, because rows are bad",
		"{bad} of {rows} rows are bad")
)

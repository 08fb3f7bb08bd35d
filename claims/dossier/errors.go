package dossier

import "gongbao/internal/fault"

// Refusals of the dossier, in the order in which a use case checks them.
var (
	ErrDocumentInvalid = fault.New(fault.Invalid, "claims.document_invalid",
		"the document cannot be filed")
	ErrDocumentNotFound = fault.New(fault.NotFound, "claims.document_not_found",
		"the claim has no document of this number",
		"{claim} number {document}")
	ErrDocumentDamaged = fault.New(fault.Internal, "claims.document_damaged",
		"the store has lost the document, or it was altered there; restore it from a backup",
		"{claim} number {document}")
)

package pg

import "gongbao/internal/fault"

// Refusals that say what the database could not do. Whoever asked may ask again.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "pg.unavailable",
		"the database cannot be reached or has broken off; nothing was done")
	ErrFull = fault.New(fault.Unavailable, "pg.full", "the database has no room left; nothing was done")
	// ErrContended is what is left of a serialisation failure or a deadlock when InTx has tried often enough.
	ErrContended = fault.New(fault.Unavailable, "pg.contended",
		"others were changing the same things at the same moment, every time it was tried; nothing was done")
	// ErrInDoubt is for a commit that was sent and never answered.
	ErrInDoubt = fault.New(fault.Unavailable, "pg.in_doubt",
		"the database broke off while it was committing: all was done or nothing was; send the same command again with "+
			"the same idempotency key, and the answer says which (without a key, look before you repeat it)")
)

package pg

import (
	"errors"

	"gongbao/internal/fault"
)

// Refusals that say what the database could not do. Whoever asked may ask again.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "pg.unavailable",
		"the database cannot be reached or has broken off; nothing was done")
	ErrFull = fault.New(fault.Unavailable, "pg.full", "the database has no room left; nothing was done")
	// ErrContended is what is left of a serialisation failure or a deadlock when InTx has tried often enough.
	ErrContended = fault.New(fault.Unavailable, "pg.contended",
		"others were changing the same things at the same moment, every time it was tried; nothing was done")
	// ErrInDoubt is for a commit that was sent and never answered, by the server or by the standby it waits for.
	ErrInDoubt = fault.New(fault.Unavailable, "pg.in_doubt",
		"the database broke off while it was committing, or its standby did not answer: all was done or nothing was; "+
			"send the same command again with the same idempotency key, and the answer says which (without a key, look "+
			"before you repeat it)")
	// ErrHalfWritten is for work on all databases of a zone, of which one failed while the others committed.
	ErrHalfWritten = fault.New(fault.Unavailable, "pg.half_written",
		"some databases may have taken the work and others not; send it again, which completes it")
)

// errCalledOff is a commit of which the server said that its wait for the standby was called off.
var errCalledOff = errors.New("the wait for the standby was called off")

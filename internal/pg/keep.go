package pg

import (
	"sync"

	"github.com/uptrace/bun"
)

// Kept gives what was kept of a database under a key. Only what never changes once it is committed may be kept: an
// accepted version of an agreement is such a thing.
func Kept[V any](handle bun.IDB, key any) (value V, there bool) {
	memory := memoryOf(handle)
	if memory == nil {
		return value, false
	}
	found, there := memory.Load(key)
	if !there {
		return value, false
	}
	value, there = found.(V)
	return value, there
}

// Keep keeps a value for as long as the database is open.
func Keep(handle bun.IDB, key, value any) {
	if memory := memoryOf(handle); memory != nil {
		memory.Store(key, value)
	}
}

// Drop drops what was kept under a key, by whoever finds that it is not so.
func Drop(handle bun.IDB, key any) {
	if memory := memoryOf(handle); memory != nil {
		memory.Delete(key)
	}
}

// Forget drops all that was kept: for a ledger that was emptied, which only scratch ledgers are.
func (db *DB) Forget() { db.kept.Clear() }

// memory is what is kept of a database, wherever its handle is embedded.
func (db *DB) memory() *sync.Map { return &db.kept }

func memoryOf(handle bun.IDB) *sync.Map {
	switch h := handle.(type) {
	case *Tx:
		return &h.db.kept
	case interface{ memory() *sync.Map }: // *DB, and whatever embeds it
		return h.memory()
	}
	return nil
}

package backup_test

import (
	"testing"
	"testing/fstest"

	"gongbao/internal/backup"
	"gongbao/internal/pg"
)

// What restore would refuse once it has read the whole file, backup refuses before it writes one. Each is undone again.
func TestBackupRefusesWhatRestoreWould(t *testing.T) {
	t.Parallel()
	h := found(t)
	for name, one := range map[string]struct {
		do, undo string
		change   func(*backup.TakeOptions)
		wanted   error
	}{
		"a table that no migration makes": {
			do: "CREATE TABLE stranger (pool text)", undo: "DROP TABLE stranger", wanted: backup.ErrNotRestorable,
		},
		"a gap in the positions": {
			do:     "UPDATE feed_head SET position = position + 1 WHERE pool = 'IC'",
			undo:   "UPDATE feed_head SET position = position - 1 WHERE pool = 'IC'",
			wanted: backup.ErrNotRestorable,
		},
		"a book that does not verify": {
			do: "UPDATE posting SET amount = amount + 1", undo: "UPDATE posting SET amount = amount - 1",
			wanted: backup.ErrNotRestorable,
		},
		"a newer schema": {
			do: "SELECT 1", undo: "SELECT 1", wanted: backup.ErrSchemaNewer,
			change: func(o *backup.TakeOptions) { o.Migrations = fstest.MapFS{} },
		},
	} {
		t.Run("Err "+name, func(t *testing.T) {
			if _, err := pg.Exec(t.Context(), h.owner, one.do); err != nil {
				t.Fatal(err)
			}
			change := one.change
			if change == nil {
				change = func(*backup.TakeOptions) {}
			}
			_, err := h.take(t, change)
			wantErr(t, err, one.wanted)
			if _, err := pg.Exec(t.Context(), h.owner, one.undo); err != nil {
				t.Fatal(err)
			}
		})
	}
	if _, err := h.take(t); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

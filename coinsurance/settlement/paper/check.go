package paper

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

const checkName = "papers_are_as_kept"

// Checks are what verify proves of papers. Without a store nobody can tell whether their bytes are there.
func Checks(store filestore.Store) []ledger.Check {
	return []ledger.Check{{
		Name: checkName,
		Run: func(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
			check := &paperCheck{
				store: store, wanted: map[string]settlement.PaperDue{}, due: map[string]settlement.PaperDue{},
				kept: map[string][]IssuedFile{}, told: map[string]settlement.PaperData{}, asked: map[string][]byte{},
				report: func(subject, text string) {
					report(ledger.Finding{Check: checkName, Pool: pool, Subject: subject, Text: subject + " " + text})
				},
			}
			return check.run(ctx, handle, pool)
		},
	}}
}

// paperCheck holds the papers of a pool against the acts that asked for them, the events that announced them, and the
// bytes in the store. All of it is by the papers' subjects.
type paperCheck struct {
	store  filestore.Store
	wanted map[string]settlement.PaperDue // by statements, runs and requests
	due    map[string]settlement.PaperDue
	kept   map[string][]IssuedFile
	told   map[string]settlement.PaperData
	asked  map[string][]byte // requests as they were announced

	report func(subject, text string)
}

type ofPool struct{ Pool string }

var (
	filesOfPool  = pg.Select[IssuedFile, ofPool](files, "FilesOfPool")
	dueInPool    = pg.Select[settlement.PaperDue, ofPool](files, "PapersDueInPool")
	papersOfActs = pg.SQL[ofPool](files, "PapersOfActs")
	papersTold   = pg.SQL[ofPool](files, "PapersTold")
)

func (c *paperCheck) run(ctx context.Context, handle bun.IDB, pool string) error {
	if err := c.read(ctx, handle, pool); err != nil {
		return err
	}
	if err := c.hear(ctx, handle, pool); err != nil {
		return err
	}
	if err := c.holdRequests(ctx, handle, pool); err != nil {
		return err
	}
	subjects := map[string]bool{}
	for _, part := range []map[string]settlement.PaperDue{c.wanted, c.due} {
		for subject := range part {
			subjects[subject] = true
		}
	}
	for subject := range c.kept {
		subjects[subject] = true
	}
	for subject := range c.told {
		subjects[subject] = true
	}
	for _, subject := range slices.Sorted(maps.Keys(subjects)) {
		c.hold(subject)
	}
	return c.holdBytes(ctx)
}

// read takes what is kept, what is due, and what is to be there.
func (c *paperCheck) read(ctx context.Context, handle bun.IDB, pool string) error {
	of := ofPool{pool}
	err := pg.Each(ctx, handle, filesOfPool.With(of), func(file *IssuedFile) error {
		subject := file.paper().Subject()
		c.kept[subject] = append(c.kept[subject], *file)
		return nil
	})
	if err != nil {
		return err
	}
	err = pg.Each(ctx, handle, dueInPool.With(of), func(due *settlement.PaperDue) error {
		c.due[due.Subject()] = *due
		return nil
	})
	if err != nil {
		return err
	}
	return papersOfActs.With(of).Rows(ctx, handle, func(rows *sql.Rows) error {
		wanted := settlement.PaperDue{Pool: pool}
		err := rows.Scan(&wanted.Kind, &wanted.Reference, &wanted.Member, &wanted.Recorded, &wanted.Actor)
		c.wanted[wanted.Subject()] = wanted
		return err
	})
}

// hear takes what was announced.
func (c *paperCheck) hear(ctx context.Context, handle bun.IDB, pool string) error {
	return papersTold.With(ofPool{pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var kind, subject string
		var data []byte
		if err := rows.Scan(&kind, &subject, &data); err != nil {
			return err
		}
		if kind == settlement.EventConfirmationRequested {
			var asked settlement.ConfirmationData
			if err := json.Unmarshal(data, &asked); err != nil {
				return err
			}
			c.asked[subject] = inOneForm(asked)
			return nil
		}
		var written settlement.PaperData
		err := json.Unmarshal(data, &written)
		c.told[subject] = written
		return err
	})
}

// holdRequests holds what was asked of balances against what was announced of that.
func (c *paperCheck) holdRequests(ctx context.Context, handle bun.IDB, pool string) error {
	confirmations, err := settlement.Confirmations(ctx, handle, pool)
	if err != nil {
		return err
	}
	for i := range confirmations {
		due := confirmations[i].Due()
		c.wanted[due.Subject()] = *due
		if !bytes.Equal(c.asked[due.Subject()], inOneForm(settlement.Asked(&confirmations[i]))) {
			c.report(due.Subject(), "was not asked for as it stands")
		}
		delete(c.asked, due.Subject())
	}
	for subject := range c.asked {
		c.report(subject, "was asked for, and that is not there")
	}
	return nil
}

func inOneForm(data settlement.ConfirmationData) []byte {
	data.Known, data.Requested = data.Known.UTC(), data.Requested.UTC()
	text, _ := json.Marshal(data)
	return text
}

// hold wants that a paper is due or written: due as its act asked for it, written as it was announced. What was handed
// out before papers were announced is due again.
func (c *paperCheck) hold(subject string) {
	wanted, isWanted := c.wanted[subject]
	due, isDue := c.due[subject]
	told, isTold := c.told[subject]
	kept := c.kept[subject]
	switch {
	case isDue && isTold:
		c.report(subject, "was announced as written, and is due")
	case !isDue && !isTold:
		c.report(subject, "is neither due nor announced as written")
	case !isWanted && isDue && len(kept) == 0:
		c.report(subject, "is due, and nothing has asked for it")
	}
	if isWanted && isDue && (!due.Recorded.Equal(wanted.Recorded) || due.Actor != wanted.Actor) {
		c.report(subject, fmt.Sprintf("is due since %s by %s, it was asked for on %s by %s", stamp(due.Recorded), due.Actor,
			stamp(wanted.Recorded), wanted.Actor))
	}
	if isWanted && isTold && slices.ContainsFunc(told.Files, func(f settlement.PaperFile) bool {
		return f.Written.Before(wanted.Recorded)
	}) {
		c.report(subject, "was written before it was asked for")
	}
	if isTold {
		c.holdFiles(subject, kept, told.Files)
	}
}

// holdFiles compares what is kept of a paper with what was announced.
func (c *paperCheck) holdFiles(subject string, kept []IssuedFile, told []settlement.PaperFile) {
	there := map[string]string{}
	for i := range kept {
		there[string(kept[i].Format)] = textOf(kept[i].file())
	}
	for _, file := range told {
		got, is := there[file.Format]
		if wanted := textOf(file); !is {
			c.report(subject, "was announced with a file that is not there: "+wanted)
		} else if got != wanted {
			c.report(subject, "is kept as "+got+", it was announced as "+wanted)
		}
		delete(there, file.Format)
	}
	for _, format := range slices.Sorted(maps.Keys(there)) {
		c.report(subject, "is kept with a file that was not announced: "+there[format])
	}
}

func textOf(file settlement.PaperFile) string {
	return fmt.Sprintf("%s of %d bytes, SHA-256 %x, %s by %s", file.Name, file.Size, []byte(file.SHA256),
		stamp(file.Written), file.WrittenBy)
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// holdBytes reads every file of the store that a paper names, once.
func (c *paperCheck) holdBytes(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	sizes := map[filestore.Digest]int64{}
	for _, subject := range slices.Sorted(maps.Keys(c.kept)) {
		for i := range c.kept[subject] {
			file := &c.kept[subject][i]
			size, read := sizes[file.Digest()]
			if !read {
				var err error
				if size, err = c.sizeOf(ctx, file); err != nil {
					return err
				}
				sizes[file.Digest()] = size
			}
			if size != file.Size {
				c.report(subject, fmt.Sprintf("%s: the store has %d bytes of that hash, %d are kept", file.Name, size, file.Size))
			}
		}
	}
	return nil
}

// sizeOf reads a file to its end; it is -1 for one that is lost, or altered.
func (c *paperCheck) sizeOf(ctx context.Context, file *IssuedFile) (int64, error) {
	body, err := c.store.Open(ctx, file.Digest())
	var size int64
	if err == nil {
		size, err = io.Copy(io.Discard, body)
		_ = body.Close()
	}
	if errors.Is(err, filestore.ErrNotFound) || errors.Is(err, filestore.ErrAltered) {
		return -1, nil
	}
	return size, err
}

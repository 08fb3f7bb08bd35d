package main

import (
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

func newBackupCommand(c *config) *cobra.Command {
	var check, withoutDocuments, unproven, asJSON bool
	command := &cobra.Command{
		Use:   "backup FILE",
		Short: "Take the whole house into one file, or check such a file",
		Long: `Writes every table and every document that a claim names into one file, as one transaction sees them: at one
position of every pool's feed. The service may go on meanwhile. The file is a tar in zstd with a seal; only its owner
may read it, because it holds personal data. A file that is there is never replaced.

It reads with the application's login and changes nothing; the schema may be an older program's. With --check it reads
a file and proves that it is whole and what was written; then no database is needed.`,
		Example: "  gongbao backup /backups/2026-11-25.gongbao\n" +
			"  gongbao backup --check /backups/2026-11-25.gongbao\n" +
			"  gongbao backup --without-documents --json nightly.gongbao | jq .pools",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			progress := copyProgress(cmd.ErrOrStderr())
			var taken *backup.Taken
			var err error
			if check {
				taken, err = backup.Check(cmd.Context(), args[0], progress)
			} else {
				taken, err = c.takeBackup(cmd, args[0], !withoutDocuments, unproven, progress)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), taken)
			}
			return printTaken(cmd.OutOrStdout(), taken, check)
		},
	}
	flags := command.Flags()
	flags.BoolVar(&check, "check", false, "read the file and prove that it is whole; take nothing")
	flags.BoolVar(&withoutDocuments, "without-documents", false, "leave the claims' documents out")
	flags.BoolVar(&unproven, "unproven", false, "take it although restore would refuse it, as evidence")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return command
}

func (c *config) takeBackup(
	cmd *cobra.Command, path string, documents, unproven bool, progress backup.Progress,
) (*backup.Taken, error) {
	if err := c.single(); err != nil {
		return nil, err
	}
	log, err := c.logger()
	if err != nil {
		return nil, err
	}
	h, err := c.openToRead(cmd.Context(), log, copies)
	if err != nil {
		return nil, err
	}
	defer h.close()
	options := backup.TakeOptions{
		DB: h.db, Path: path, Program: version(), Clock: clock.System{}, Progress: progress,
		Migrations: migrations.Files, Tables: migrations.Tables(), Checks: checks(), Unproven: unproven,
	}
	if documents {
		if options.Store, err = c.openDocuments(); err != nil {
			return nil, err
		}
	}
	return backup.Take(cmd.Context(), options)
}

// openOwner reaches the database by the owner's login, for a restore, which makes the schema.
func (c *config) openOwner(cmd *cobra.Command) (*house, *pg.DB, error) {
	if err := c.single(); err != nil {
		return nil, nil, err
	}
	log, err := c.logger()
	if err != nil {
		return nil, nil, err
	}
	h := &house{manner: makes}
	owner, application, err := c.postgres(cmd.Context(), log, h)
	if err == nil {
		h.owner, h.address = owner, application
		h.db, err = pg.Open(cmd.Context(), pg.Options{URL: owner})
	}
	if err != nil {
		h.close()
		return nil, nil, err
	}
	h.stops = append(h.stops, h.db.Close)
	return h, h.db, nil
}

// openDocuments opens the store of documents: DOCUMENTS_DIR, else beside the embedded parts.
func (c *config) openDocuments() (filestore.Store, error) {
	root := c.documents
	if root == "" {
		folder, err := c.folder()
		if err != nil {
			return nil, err
		}
		root = filepath.Join(folder, "documents")
	}
	return filestore.OpenFolder(root)
}

func printTaken(out io.Writer, taken *backup.Taken, checked bool) error {
	word := "taken"
	if checked {
		word = "checked"
	}
	fmt.Fprintf(out, "%s: %s, %d bytes, SHA-256 %x\n", word, taken.Path, taken.Size, []byte(taken.SHA256))
	return printManifest(out, &taken.Manifest)
}

// printManifest shows what a backup holds.
func printManifest(out io.Writer, manifest *backup.Manifest) error {
	fmt.Fprintf(out, "as of %s, schema %s, %d tables with %d rows\n", manifest.Taken.Format("2006-01-02 15:04:05 MST"),
		manifest.Migrations[len(manifest.Migrations)-1], len(manifest.Tables), manifest.Rows())
	if manifest.Documents.Included {
		fmt.Fprintf(out, "documents: %d files, %d bytes\n", manifest.Documents.Files, manifest.Documents.Bytes)
	} else {
		fmt.Fprintln(out, "documents: left out")
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "pool\tposition\twaiting\tjournals\tpostings")
	for _, pool := range manifest.Pools {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", pool.Pool, pool.Position, pool.Waiting, pool.Journals, pool.Postings)
	}
	return table.Flush()
}

// copyProgress shows how far it is, on a terminal only; a new kind of work begins a new bar.
func copyProgress(target io.Writer) backup.Progress {
	var bar *progressbar.ProgressBar
	before := int64(-1)
	return func(what string, done, of int64) {
		if bar == nil || of != before {
			bar, before = newBar(target, of, what), of
		}
		bar.Describe(what)
		_ = bar.Set64(done)
	}
}

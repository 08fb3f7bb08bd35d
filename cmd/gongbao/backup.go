package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/launch"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

func newBackupCommand(c *launch.Config) *cobra.Command {
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
				taken, err = takeBackup(c, cmd, args[0], !withoutDocuments, unproven, progress)
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

func takeBackup(
	c *launch.Config, cmd *cobra.Command, path string, documents, unproven bool, progress backup.Progress,
) (*backup.Taken, error) {
	if err := c.Single(); err != nil {
		return nil, err
	}
	log, err := c.Logger()
	if err != nil {
		return nil, err
	}
	h, err := c.OpenToRead(cmd.Context(), log, launch.Copies)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	options := backup.TakeOptions{
		DB: h.DB, Path: path, Program: launch.Version(), Clock: clock.System{}, Progress: progress,
		Migrations: migrations.Files, Tables: migrations.Tables(), Checks: launch.Checks(nil), Unproven: unproven,
	}
	if documents {
		if options.Store, err = c.OpenDocuments(); err != nil {
			return nil, err
		}
	}
	return backup.Take(cmd.Context(), options)
}

// openOwner reaches the database by the owner's login, for a restore, which makes the schema.
func openOwner(c *launch.Config, cmd *cobra.Command) (*launch.House, *pg.DB, error) {
	if err := c.Single(); err != nil {
		return nil, nil, err
	}
	log, err := c.Logger()
	if err != nil {
		return nil, nil, err
	}
	h := &launch.House{Manner: launch.Makes}
	owner, application, err := c.Postgres(cmd.Context(), log, h)
	if err == nil {
		h.Owner, h.Address = owner, application
		h.DB, err = pg.Open(cmd.Context(), pg.Options{URL: owner})
	}
	if err != nil {
		h.Close()
		return nil, nil, err
	}
	h.Stops = append(h.Stops, h.DB.Close)
	return h, h.DB, nil
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
	fmt.Fprintf(out, "as of %s, schema %s, %d tables with %d rows\n",
		manifest.Taken.In(clock.Zone).Format("2006-01-02 15:04:05 MST"),
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
			bar, before = launch.NewBar(target, of, what), of
		}
		bar.Describe(what)
		_ = bar.Set64(done)
	}
}

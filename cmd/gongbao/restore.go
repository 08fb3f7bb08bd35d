package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gongbao/internal/access"
	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/identity"
	"gongbao/internal/launch"
	"gongbao/migrations"
)

// restore is the command with its flags.
type restore struct {
	config                          *launch.Config
	withoutDocuments, clear, asJSON bool
	reason                          string
}

func newRestoreCommand(c *launch.Config) *cobra.Command {
	r := restore{config: c}
	command := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup back into an empty database, and verify the book",
		Long: `Reads the whole file and checks it, makes the schema that the backup had, writes every table and document back,
compares rows, hashes and positions with the manifest, migrates to this program's schema, and verifies the whole
book. It takes an empty database only, by the owner's login (MIGRATE_DATABASE_URL), and gives the
application's its rights. If it is stopped halfway the database is marked: no command opens it, and
--clear lets the next restore drop what was left.

What was committed after the backup is not in it. If the topic is further than the backup, the service will say
feed_forked: see gongbao feed recover. It is written down who restores, and why.`,
		Example: "  gongbao restore nightly.gongbao --as ops@operator:administrator --reason 'disk of db1 failed'\n" +
			"  gongbao restore nightly.gongbao --data /srv/drill --as ops@operator:administrator --reason drill --json\n" +
			"  gongbao restore nightly.gongbao --clear --as ops@operator:administrator --reason 'again, it was stopped'",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	flags := command.Flags()
	flags.BoolVar(&r.withoutDocuments, "without-documents", false, "leave the documents in the file")
	flags.BoolVar(&r.clear, "clear", false, "drop what an unfinished restore has left, and nothing else")
	flags.StringVar(&r.reason, "reason", "", "why; it is written down")
	flags.BoolVar(&r.asJSON, "json", false, "print JSON")
	return command
}

// run restores the file into the owner's database, gives the application its rights, and prints what was restored.
func (r *restore) run(cmd *cobra.Command, path string) error {
	by, err := operator(r.config, r.reason)
	if err != nil {
		return err
	}
	h, owner, err := openOwner(r.config, cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	options := backup.RestoreOptions{
		DB: owner, Path: path, Migrations: migrations.Files, Clear: r.clear, Person: by.Subject, Reason: r.reason,
		Checks: launch.Checks(nil), Clock: clock.System{}, Progress: copyProgress(cmd.ErrOrStderr()),
	}
	if !r.withoutDocuments {
		if options.Store, err = r.config.OpenDocuments(); err != nil {
			return err
		}
	}
	restored, err := backup.Restore(cmd.Context(), options)
	if err != nil {
		return err
	}
	_, err = launch.Migrate(cmd.Context(), h.Owner, h.Address, r.config.Time(), stepProgress(cmd.ErrOrStderr()))
	if err != nil { // the application's rights
		return err
	}
	return r.print(cmd.OutOrStdout(), restored)
}

func (r *restore) print(out io.Writer, restored *backup.Restored) error {
	if r.asJSON {
		return printJSON(out, restored)
	}
	fmt.Fprintf(out, "restored: %s\n", restored.Path)
	if err := printManifest(out, &restored.Manifest); err != nil {
		return err
	}
	for _, line := range launch.BroughtOver(restored.BroughtOver) {
		fmt.Fprintln(out, line)
	}
	launch.PrintReport(out, restored.Verified)
	return nil
}

// operator is the person of --as, who must be of the operator and say why.
func operator(c *launch.Config, reason string) (access.Principal, error) {
	if c.As == "" {
		return access.Principal{}, launch.Misused(errors.New("say who you are with --as NAME@operator:administrator"))
	}
	by, err := identity.ParsePerson(c.As)
	if err != nil {
		return by, launch.Misused(err)
	}
	if err := by.RequireKind(access.Administrator, access.Operator); err != nil {
		return by, err
	}
	if strings.TrimSpace(reason) == "" {
		return by, launch.Misused(errors.New("say why with --reason; it is written down"))
	}
	return by, nil
}

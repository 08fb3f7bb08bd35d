package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"gongbao/internal/fault"
)

const (
	superuser    = "postgres"         // of every cluster; it is also the name of its first database
	completeMark = "gongbao-complete" // says that initdb came to its end
)

func dataFolder(folder string) string { return filepath.Join(folder, "data") }

// inspect gives the major version of a whole cluster, "" when there is none. What a cut-off initdb left is none; a
// cluster that ran and that we did not make is refused, because making ours would take it away.
func inspect(data string) (major string, err error) {
	_, err = os.Stat(filepath.Join(data, completeMark))
	if errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(data, "postmaster.opts")); err == nil { // written by a first start
			return "", ErrForeignCluster.Case(fault.Args{"folder": data})
		}
		return "", nil
	}
	if err == nil {
		var text []byte
		if text, err = os.ReadFile(filepath.Join(data, "PG_VERSION")); err == nil {
			return strings.TrimSpace(string(text)), nil
		}
	}
	if errors.Is(err, os.ErrPermission) {
		return "", ErrForeignCluster.Case(fault.Args{"other_users": data}).From(err)
	}
	return "", fmt.Errorf("look at the cluster: %w", err)
}

// initialise makes the cluster beside its place and moves it there, marked, when it is whole and on disk. So a cluster
// that was cut off is never taken for a whole one, and the dying initdb of a killed program writes where nobody looks.
func initialise(ctx context.Context, options PostgresOptions, found binaries, who identity) error {
	data := dataFolder(options.Dir)
	halves, _ := filepath.Glob(filepath.Join(options.Dir, "making-*")) // the pattern is well formed
	for _, half := range halves {
		_ = os.RemoveAll(half) // a dying initdb may still write there; what it leaves is in nobody's way
	}
	if err := os.RemoveAll(data); err != nil {
		return fmt.Errorf("take a half-made cluster away: %w", err)
	}
	making, err := os.MkdirTemp(options.Dir, "making-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(making) }() // after the move there is nothing
	if err := who.own(making); err != nil {
		return err
	}
	if err := runInitdb(ctx, options, found, who, making); err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(making, completeMark), "made whole by gongbao\n"); err != nil {
		return fmt.Errorf("mark the cluster as whole: %w", err)
	}
	if options.beforeMove != nil {
		options.beforeMove()
	}
	if err := os.Rename(making, data); err != nil {
		return fmt.Errorf("move the cluster to its place: %w", err)
	}
	return syncFolder(options.Dir)
}

// runInitdb makes a cluster that sorts the same on every machine. Who can open the socket is trusted: only we can.
func runInitdb(ctx context.Context, options PostgresOptions, found binaries, who identity, folder string) error {
	arguments := []string{
		"-D", folder, "-U", superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums",
		"--no-instructions",
	}
	if options.Fast {
		arguments = append(arguments, "--no-sync")
	}
	command := exec.CommandContext(ctx, found.path("initdb"), arguments...) //nolint:gosec // found by us
	command.SysProcAttr = who.attributes()
	followThread(command.SysProcAttr)
	command.Env, command.Dir, command.WaitDelay = environment(), options.Dir, delay
	runtime.LockOSThread() // initdb ends with the thread that starts it
	defer runtime.UnlockOSThread()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("make the cluster with %s as %s: %w\n%s", command.Path, who.name, err, bytes.TrimSpace(output))
	}
	return nil
}

// environment is ours without what would change the server: its messages are read here, so they are English.
func environment() []string {
	var kept []string
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); !strings.HasPrefix(name, "PG") && !strings.HasPrefix(name, "LC_") &&
			name != "LANG" && name != "LANGUAGE" && name != "TZ" {
			kept = append(kept, setting)
		}
	}
	return append(kept, "LC_ALL=C", "TZ=UTC")
}

func writeSynced(name, text string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Sync(), file.Close(), syncFolder(filepath.Dir(name)))
}

// syncFolder makes the names in a folder outlast a power cut.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

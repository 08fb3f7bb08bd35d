//go:build linux || darwin

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"time"

	"gongbao/internal/fault"
)

// identity is as whom the server runs: Postgres refuses root, and a user that has no name.
type identity struct {
	name       string
	uid, gid   int // who owns the cluster's files
	attributes func() *syscall.SysProcAttr
}

// own hands a folder over to the identity, where it is not ours.
func (i identity) own(folder string) error {
	if i.uid == os.Geteuid() {
		return nil
	}
	if err := os.Chown(folder, i.uid, i.gid); err != nil {
		return fmt.Errorf("hand %s to %s: %w", folder, i.name, err)
	}
	return nil
}

// group is a new process group, so that Ctrl-C reaches the program first and the order of ending is ours.
func group() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func ourselves() identity {
	return identity{name: "ourselves", uid: os.Geteuid(), gid: os.Getegid(), attributes: group}
}

func credential(name string, uid, gid int) identity {
	return identity{name: "the user " + name, uid: uid, gid: gid, attributes: func() *syscall.SysProcAttr {
		attributes := group()
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids are small
		return attributes
	}}
}

// identities are those worth trying for a cluster, best first; owner is whose the cluster is, -1 for a new one. In a
// user namespace we are nobody to Postgres while the files stay ours; where namespaces are denied, root hands the
// folder to the user postgres or nobody.
func identities(options PostgresOptions, owner int) []identity {
	us := os.Geteuid()
	if us == 0 && owner > 0 {
		return []identity{credential(strconv.Itoa(owner), owner, owner)}
	}
	if _, err := user.LookupId(strconv.Itoa(us)); us != 0 && err == nil {
		return []identity{ourselves()}
	}
	var tries []identity
	if !options.noSpaces {
		tries = namespaces()
	}
	if us != 0 { // a directory service may know a name that we do not
		return append(tries, ourselves())
	}
	if owner == 0 {
		return tries
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, uidErr := strconv.Atoi(found.Uid)
			gid, gidErr := strconv.Atoi(found.Gid)
			if uidErr == nil && gidErr == nil && uid > 0 {
				tries = append(tries, credential(name, uid, gid))
			}
		}
	}
	return tries
}

// chooseIdentity gives the first identity that can run the binaries in the cluster's folder; a new cluster's folder is
// handed to it.
func chooseIdentity(ctx context.Context, options PostgresOptions, found binaries, exists bool) (identity, error) {
	owner := -1
	if exists {
		info, err := os.Stat(dataFolder(options.Dir))
		if err != nil {
			return identity{}, err
		}
		if owner = ownerOf(info); owner != os.Geteuid() && os.Geteuid() != 0 {
			return identity{}, ErrForeignCluster.Case(fault.Args{"folder": options.Dir, "owner": owner})
		}
	}
	var failures []error
	for _, who := range identities(options, owner) {
		err := who.own(options.Dir)
		if err == nil {
			if err = probe(ctx, who, found, options.Dir); err == nil {
				return who, nil
			}
		}
		failures = append(failures, err)
	}
	_ = os.Chown(options.Dir, os.Geteuid(), os.Getegid())
	return identity{}, ErrNoIdentity.From(errors.Join(failures...))
}

// probe runs the server's smallest errand as the identity and in the folder, which shows that it may do both.
func probe(ctx context.Context, who identity, found binaries, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, found.path("postgres"), "--version") //nolint:gosec // found by us
	command.SysProcAttr, command.Dir, command.Env = who.attributes(), folder, environment()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("run %s as %s: %w %s", command.Path, who.name, err, bytes.TrimSpace(output))
	}
	return nil
}

func ownerOf(info os.FileInfo) int {
	status, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1
	}
	return int(status.Uid)
}

// ownedBy says that there is a folder, and no link, that belongs to a user.
func ownedBy(folder string, uid int) bool {
	info, err := os.Lstat(folder)
	return err == nil && info.IsDir() && ownerOf(info) == uid
}

func signalProcess(pid int, signal syscall.Signal) error { return syscall.Kill(pid, signal) }

// isProcess says that some process has the number, be it somebody else's.
func isProcess(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

package embedded

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const nobody = 65534

// identity is as whom the server runs: Postgres refuses root, and a user that has no name.
type identity struct {
	name       string
	attributes func() *syscall.SysProcAttr
	prepare    func() error // hands the folder over, where it must
}

func nothing() error { return nil }

// identities are those worth trying for a new cluster, best first. In a user namespace we are nobody to Postgres
// while the files stay ours; where namespaces are denied, root hands the folder to the user postgres or nobody.
func identities(folder string) []identity {
	_, unnamed := user.LookupId(strconv.Itoa(os.Getuid()))
	if os.Getuid() != 0 && unnamed == nil {
		return []identity{ourselves()}
	}
	tries := []identity{namespace()}
	if os.Getuid() != 0 {
		return tries
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(found.Uid, 10, 32)
			gid, _ := strconv.ParseUint(found.Gid, 10, 32)
			tries = append(tries, credential(name, uint32(uid), uint32(gid), folder))
		}
	}
	return tries
}

// identityOf is as whom an existing cluster runs: who owns its files.
func identityOf(data, folder string) identity {
	info, err := os.Stat(data)
	if err != nil || os.Getuid() != 0 {
		return identities(folder)[0]
	}
	owner := info.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // what Stat gives on Linux
	if owner.Uid == 0 {
		return namespace()
	}
	return credential(strconv.FormatUint(uint64(owner.Uid), 10), owner.Uid, owner.Gid, folder)
}

func ourselves() identity {
	return identity{
		name: "ourselves", prepare: nothing,
		attributes: func() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} },
	}
}

func namespace() identity {
	return identity{
		name: "nobody in a user namespace", prepare: nothing,
		attributes: func() *syscall.SysProcAttr {
			return &syscall.SysProcAttr{
				Setpgid: true, Cloneflags: syscall.CLONE_NEWUSER,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getgid(), Size: 1}},
			}
		},
	}
}

func credential(name string, uid, gid uint32, folder string) identity {
	return identity{
		name: "the user " + name,
		attributes: func() *syscall.SysProcAttr {
			return &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: uid, Gid: gid}}
		},
		prepare: func() error {
			for _, owned := range []string{folder, socketFolder(folder)} {
				if err := os.Chown(owned, int(uid), int(gid)); err != nil {
					return fmt.Errorf("hand %s to %s: %w", owned, name, err)
				}
			}
			return nil
		},
	}
}

// followThread lets the server end with the thread that started it.
func followThread(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGINT }

// isPostgres says that a process of that number is there and is a Postgres.
func isPostgres(pid int) bool {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Contains(string(text), "(postgres)") && !strings.HasPrefix(rest, "Z")
}

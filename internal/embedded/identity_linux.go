package embedded

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const nobody = 65534 // whom we are inside our user namespace; every system has a name for it

// namespaces is the identity of nobody in a user namespace of our own.
func namespaces() []identity {
	return []identity{{
		name: "nobody in a user namespace", uid: os.Geteuid(), gid: os.Getegid(),
		attributes: func() *syscall.SysProcAttr {
			attributes := group()
			attributes.Cloneflags = syscall.CLONE_NEWUSER
			attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}}
			attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getegid(), Size: 1}}
			return attributes
		},
	}}
}

// spacesAllowed says that we may make a user namespace.
func spacesAllowed() bool {
	command := exec.Command("true") //nolint:noctx // it does nothing
	command.SysProcAttr = namespaces()[0].attributes()
	return command.Run() == nil
}

// followThread lets a process end with the thread that started it.
func followThread(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGINT }

// fateOf looks whether the process works in the data folder, as every postmaster does: its number alone may by now be
// anybody's, and a signal must not reach a stranger.
func fateOf(pid int, data, sockets string) fate {
	process := filepath.Join("/proc", strconv.Itoa(pid))
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		if listens(sockets) {
			return fateAlive
		}
		return fateUnknown
	}
	status, err := os.ReadFile(filepath.Join(process, "stat"))
	if err != nil {
		return fateGone
	}
	after := strings.LastIndex(string(status), ") ") // the name before it may hold anything
	if after < 0 || strings.HasPrefix(string(status[after+2:]), "Z") {
		return fateGone
	}
	working, err := os.Stat(filepath.Join(process, "cwd"))
	if err != nil {
		return fateGone // it is not ours to look at, or ended this moment
	}
	ours, err := os.Stat(data)
	if err != nil {
		return fateUnknown
	}
	if os.SameFile(working, ours) {
		return fateAlive
	}
	return fateGone
}

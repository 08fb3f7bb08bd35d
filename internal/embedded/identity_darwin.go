package embedded

import "syscall"

// There are no user namespaces here.
func namespaces() []identity { return nil }

func spacesAllowed() bool { return false }

// followThread: a server cannot be tied to a thread here; the next start meets it and ends it.
func followThread(*syscall.SysProcAttr) {}

// fateOf: only who answers at the cluster's socket is surely its postmaster; the number alone may be anybody's.
func fateOf(pid int, _, sockets string) fate {
	switch {
	case listens(sockets):
		return fateAlive
	case !isProcess(pid):
		return fateGone
	default:
		return fateUnknown
	}
}

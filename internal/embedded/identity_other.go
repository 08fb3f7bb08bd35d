//go:build unix && !linux

package embedded

import "syscall"

// identity is as whom the server runs; outside Linux always as ourselves, and Postgres refuses root.
type identity struct {
	name       string
	attributes func() *syscall.SysProcAttr
	prepare    func() error
}

func identities(string) []identity {
	return []identity{{
		name: "ourselves", prepare: func() error { return nil },
		attributes: func() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} },
	}}
}

func identityOf(_, folder string) identity { return identities(folder)[0] }

// followThread: a server cannot be tied to a thread here; the next start meets it and ends it.
func followThread(*syscall.SysProcAttr) {}

// isPostgres says that a process of that number is there.
func isPostgres(pid int) bool { return syscall.Kill(pid, 0) == nil }

package cluster

import "syscall"

// attributes give a broker a group of its own, so that Ctrl-C reaches us first, and let it end with the thread that
// started it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

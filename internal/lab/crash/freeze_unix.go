//go:build unix

package crash

import "syscall"

// The signals that let a process stand still and go on.
const (
	canFreeze = true
	freezeIt  = syscall.SIGSTOP
	thawIt    = syscall.SIGCONT
)

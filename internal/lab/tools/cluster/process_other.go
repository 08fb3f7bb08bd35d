//go:build !linux

package cluster

import "syscall"

// attributes: elsewhere a broker outlives a program that is killed.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

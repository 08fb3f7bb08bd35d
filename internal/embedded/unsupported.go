//go:build !linux && !darwin

package embedded

import (
	"context"
	"errors"
	"os"
	"syscall"
)

// errUnsupported: here the program compiles, and works with servers that run somewhere.
var errUnsupported = errors.New(
	"embedded parts keep data on Linux and macOS only; set DATABASE_URL and KAFKA_BROKERS to servers that run somewhere")

type identity struct {
	name       string
	uid        int
	attributes func() *syscall.SysProcAttr
}

func (identity) own(string) error { return errUnsupported }

func chooseIdentity(context.Context, PostgresOptions, binaries, bool) (identity, error) {
	return identity{}, errUnsupported
}

func acquire(string) (*os.File, error) { return nil, errUnsupported }

func release(*os.File) {}

func spacesAllowed() bool                     { return false }
func followThread(*syscall.SysProcAttr)       {}
func ownedBy(string, int) bool                { return true }
func signalProcess(int, syscall.Signal) error { return errUnsupported }
func isProcess(int) bool                      { return false }
func ownerOf(os.FileInfo) int                 { return -1 }
func fateOf(int, string, string) fate         { return fateUnknown }

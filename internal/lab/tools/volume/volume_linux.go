package volume

import (
	"errors"
	"strconv"
	"syscall"
)

func mount(folder string, size int64) error {
	return syscall.Mount("tmpfs", folder, "tmpfs", 0, "mode=0700,size="+strconv.FormatInt(size, 10))
}

// unmount lets go of a disk also while somebody has a file of it open.
func unmount(folder string) { _ = syscall.Unmount(folder, syscall.MNT_DETACH) }

func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }

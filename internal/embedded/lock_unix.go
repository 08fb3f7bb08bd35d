//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// acquire takes a folder's lock, which ends with the process that holds it.
func acquire(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrOwned
	}
	return nil, fmt.Errorf("take the lock: %w", err)
}

// release gives a folder's lock back. Closing the file alone would not, as long as a process that is being started
// at this moment still holds a copy of it.
func release(lock *os.File) {
	_ = syscall.Flock(int(lock.Fd()), syscall.LOCK_UN)
	_ = lock.Close()
}

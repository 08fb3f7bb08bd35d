// Package volume makes small disks in memory that can be filled up. It takes the right to mount, as root has it.
package volume

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// ErrDenied says that this process may not mount, or that its system knows no such disks.
var ErrDenied = errors.New("a small disk cannot be mounted here")

const ballastName = "ballast"

// Volume is a small disk.
type Volume struct {
	folder string
	once   sync.Once
}

// Mount puts an empty disk of so many bytes in the place of a folder, which is made if need be.
func Mount(folder string, size int64) (*Volume, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := mount(folder, size); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDenied, err)
	}
	return &Volume{folder: folder}, nil
}

// Possible says whether disks can be mounted.
func Possible() bool {
	folder, err := os.MkdirTemp("", "gongbao-volume-")
	if err != nil {
		return false
	}
	defer func() { _ = os.RemoveAll(folder) }()
	made, err := Mount(folder, 1<<20)
	if err != nil {
		return false
	}
	made.Close()
	return true
}

// Fill takes all room there is.
func (v *Volume) Fill() error {
	ballast, err := os.OpenFile(v.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = ballast.Close() }()
	for size := int64(1 << 20); size > 0; size /= 4 { // the last crumbs as well
		for err = nil; err == nil; {
			_, err = io.CopyN(ballast, zeros{}, size)
		}
		if !isFull(err) {
			return fmt.Errorf("fill %s: %w", v.folder, err)
		}
	}
	return nil
}

// Free gives the room back.
func (v *Volume) Free() error {
	if err := os.Remove(v.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Close takes the disk away, with all that is on it.
func (v *Volume) Close() { v.once.Do(func() { unmount(v.folder) }) }

func (v *Volume) ballast() string { return filepath.Join(v.folder, ballastName) }

type zeros struct{}

// Read gives nothing but zeros.
func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

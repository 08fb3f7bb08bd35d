package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// socketPathMax is what fits into a socket's address (macOS: 103 bytes, Linux: 107), less the name Postgres gives it.
const socketPathMax = 103 - len("/.s.PGSQL.") - len(port)

// DefaultDir is where embedded parts keep their data, and it exists: the user's data folder; for a user without a home,
// or with one that cannot be written, a temporary folder. Root, where user namespaces are denied, must hand its server
// to another user, who may not be able to enter root's home: then it is a folder of the system.
func DefaultDir() (string, error) {
	var tries []string
	if folder := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(folder) {
		tries = append(tries, filepath.Join(folder, "gongbao"))
	} else if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) && home != "/" {
		inHome := filepath.Join(home, ".local", "share", "gongbao")
		if os.Geteuid() != 0 || reachable(inHome) || spacesAllowed() {
			tries = append(tries, inHome)
		} else {
			tries = append(tries, "/var/lib/gongbao")
		}
	}
	for _, folder := range tries {
		if os.MkdirAll(folder, 0o711) == nil && writable(folder) { //nolint:gosec // clusters below it are closed
			return folder, nil
		}
	}
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-data-%d", os.Geteuid()))
	if err := os.MkdirAll(folder, 0o711); err != nil { //nolint:gosec // clusters below it are closed
		return "", fmt.Errorf("make a folder for data: %w", err)
	}
	if !ownedBy(folder, os.Geteuid()) || !writable(folder) {
		return "", fmt.Errorf("%s belongs to somebody else; name a folder for data", folder)
	}
	return folder, nil
}

// writable says that files can be made in a folder.
func writable(folder string) bool {
	file, err := os.CreateTemp(folder, ".try-")
	if err != nil {
		return false
	}
	_ = file.Close()
	return os.Remove(file.Name()) == nil //nolint:gosec // the file we have just made
}

// reachable says that every user may pass through the folders above, as far as they exist.
func reachable(folder string) bool {
	for above := filepath.Dir(folder); ; above = filepath.Dir(above) {
		if info, err := os.Stat(above); err == nil && info.Mode()&0o001 == 0 {
			return false
		}
		if above == filepath.Dir(above) {
			return true
		}
	}
}

// realFolder makes a folder that only we can enter, and gives its absolute name without links.
func realFolder(folder string) (string, error) {
	if folder == "" {
		return "", errors.New("what is embedded needs a folder")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return "", err
	}
	if err := os.Chmod(folder, 0o700); err != nil { //nolint:gosec // a folder needs its x bit
		return "", fmt.Errorf("close the folder to others: %w", err)
	}
	return folder, nil
}

// socketFolder makes the folder of the cluster's socket: in the cluster's when the path is short enough, else a
// temporary one. Its name holds our uid, and if somebody else's stands there nevertheless, it is another: who joins
// reads the name from the server's own note.
func socketFolder(folder string, who identity) (string, error) {
	sockets := filepath.Join(folder, "socket")
	if len(sockets) > socketPathMax {
		hash := sha256.Sum256([]byte(folder))
		name := fmt.Sprintf("gongbao-%d-%s", os.Geteuid(), hex.EncodeToString(hash[:6]))
		sockets = filepath.Join(os.TempDir(), name)
		if len(sockets) > socketPathMax {
			sockets = filepath.Join("/tmp", name)
		}
	}
	err := os.Mkdir(sockets, 0o700)
	if os.IsExist(err) {
		err = nil
		if !ownedBy(sockets, os.Geteuid()) && !ownedBy(sockets, who.uid) {
			sockets, err = os.MkdirTemp(filepath.Dir(sockets), "gongbao-")
		}
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for the server's socket: %w", err)
	}
	if err := os.Chmod(sockets, 0o700); err != nil { //nolint:gosec // a folder needs its x bit
		return "", fmt.Errorf("close the socket's folder to others: %w", err)
	}
	return sockets, who.own(sockets)
}

package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// socketPathMax is what fits into a socket's address, less the name Postgres gives it (".s.PGSQL.5432.lock").
const socketPathMax = 107 - 20

// DefaultDir is where embedded parts keep their data: the user's data folder, or a temporary one for a user without a
// home.
func DefaultDir() (string, error) {
	if folder := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(folder) {
		return filepath.Join(folder, "gongbao"), nil
	}
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) && home != "/" {
		return filepath.Join(home, ".local", "share", "gongbao"), nil
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-data-%d", os.Getuid())), nil
}

// privateFolder makes a folder that only we can enter.
func privateFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder %s: %w", folder, err)
	}
	return os.Chmod(folder, 0o700) //nolint:gosec // a folder needs its x bit
}

// socketFolder is where the cluster's socket lies: in its own folder when the path is short enough, else in a
// temporary one whose name holds our uid, so that nobody else's stands in the way.
func socketFolder(folder string) string {
	own := filepath.Join(folder, "socket")
	if len(own) <= socketPathMax {
		return own
	}
	hash := sha256.Sum256([]byte(folder))
	return filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-%d-%s", os.Getuid(), hex.EncodeToString(hash[:6])))
}

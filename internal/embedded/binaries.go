package embedded

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/fault"
)

// finder gives the binaries for a cluster made by a major version, "" for a new one.
type finder func(ctx context.Context, major string) (binaries, error)

// majorMin is the oldest server the schema is tried on.
const majorMin = 15

// binaries is a folder with initdb and postgres of one major version.
type binaries struct {
	folder string
	major  int
}

func (b binaries) path(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(b.folder, name)
}

// binaries finds a server: the system's, else the npm package. A cluster that exists wants the major version that made
// it: a newer one cannot read it.
func (o PostgresOptions) binaries(ctx context.Context, major string) (binaries, error) {
	wanted, _ := strconv.Atoi(major) // 0 when there is none
	system := systemBinaries(ctx, os.Getenv("PATH"), systemFolders)
	if found, ok := choose(system, wanted); ok {
		return found, nil
	}
	if wanted != 0 && wanted != npmMajor {
		return binaries{}, ErrOtherMajor.Case(fault.Args{"folder": o.Dir, "major": major})
	}
	return npmBinaries(ctx, filepath.Join(filepath.Dir(o.Dir), "bin"), o.Log)
}

// choose takes the first of the wanted major version, or the first of all when any will do.
func choose(found []binaries, wanted int) (binaries, bool) {
	at := slices.IndexFunc(found, func(b binaries) bool { return wanted == 0 || b.major == wanted })
	if at < 0 {
		return binaries{}, false
	}
	return found[at], true
}

// systemFolders are where packages put the servers that are not on the path.
var systemFolders = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
}

// systemBinaries lists the servers of the system: those on the path in its order, then the others, newest first.
func systemBinaries(ctx context.Context, path string, patterns []string) []binaries {
	seen := map[string]bool{}
	look := func(folder string) (binaries, bool) {
		b := binaries{folder: folder}
		if !filepath.IsAbs(folder) || !isProgram(b.path("initdb")) || !isProgram(b.path("postgres")) {
			return b, false
		}
		real, err := filepath.EvalSymlinks(b.path("postgres")) // the path often links to a folder below
		if err != nil || seen[real] {
			return b, false
		}
		seen[real] = true
		b.major = versionOf(ctx, b.path("postgres"))
		return b, b.major >= majorMin
	}
	var onPath, others []binaries
	for _, folder := range filepath.SplitList(path) {
		if b, ok := look(folder); ok {
			onPath = append(onPath, b)
		}
	}
	for _, pattern := range patterns {
		matches, _ := filepath.Glob(pattern) // the patterns are well formed
		for _, folder := range matches {
			if b, ok := look(folder); ok {
				others = append(others, b)
			}
		}
	}
	slices.SortStableFunc(others, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	return append(onPath, others...)
}

func isProgram(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// versionOf asks a server for its major version; 0 when it does not tell.
func versionOf(ctx context.Context, program string) int {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--version")
	command.Env = environment()
	output, err := command.Output()
	if err != nil {
		return 0
	}
	words := strings.Fields(string(output)) // postgres (PostgreSQL) 15.18 (Debian …)
	if len(words) < 3 {
		return 0
	}
	digits, _, _ := strings.Cut(words[2], ".")
	major, _ := strconv.Atoi(digits) // 0 for "19beta1" too: what is unfinished is not chosen
	return major
}

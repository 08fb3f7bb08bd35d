package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/identity"
)

const (
	uploadSize    = 60 << 20
	uploadsAtOnce = 8
	memoryMax     = 256 << 10 // KiB that the service may come to
)

// running is the service in a process of its own.
type running struct {
	*testing.T

	folder, url, scratch string
	process              *os.Process
}

// runService starts the program as the service. It is built as users have it: the race detector of the test would keep
// books of its own in the memory that is measured.
func runService(t *testing.T) *running {
	t.Helper()
	program := filepath.Join(t.TempDir(), "gongbao")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	folder, err := os.MkdirTemp("", "gbup") // short: a socket's path may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	r := &running{T: t, folder: folder, scratch: filepath.Join(folder, "tmp")}
	if err := os.Mkdir(r.scratch, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, "serve", "--sample", "--http", "127.0.0.1:0", "--metrics", "",
		"--data", folder)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.Env = append(os.Environ(), "TMPDIR="+r.scratch)
	screen, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	r.process = command.Process
	t.Cleanup(func() { _ = r.process.Signal(syscall.SIGTERM); _ = command.Wait() })
	for lines := bufio.NewScanner(screen); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "API:" {
			r.url = strings.TrimSuffix(words[1], "/v1")
			go func() { _, _ = io.Copy(io.Discard, screen) }()
			return r
		}
	}
	t.Fatal("the service did not start")
	return nil
}

// peak is the most memory that the service has had, in KiB.
func (r *running) peak() int {
	r.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Pid))
	if err != nil {
		r.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	number, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		r.Fatal(err)
	}
	return number
}

// TestUploadsDoNotFillTheMemory sends eight files of 60 MB at once. Two are imported, the others are told at once that
// there is no room; none is held in memory, and no file is left behind, in the folder of those that come in either.
func TestUploadsDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	r := runService(t)
	signer, err := identity.OpenSigner(r.folder, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Token(access.Person("clerk", access.Manager, "", access.Settlement), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	row := "CODE," + strings.Repeat("名", 1300) + "\n" // no member's name is as long
	table := "code,name\n" + strings.Repeat(row, 100)
	statuses, begun := map[int]int{}, []string{}
	var mutex sync.Mutex
	var work sync.WaitGroup
	for range uploadsAtOnce {
		work.Go(func() {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
				r.url+"/v1/imports/members?dry_run=true", io.MultiReader(strings.NewReader(table),
					io.LimitReader(&again{text: []byte(row)}, int64(uploadSize/len(row)*len(row)-len(table)))))
			if err != nil {
				t.Error(err)
				return
			}
			request.ContentLength = int64(uploadSize / len(row) * len(row))
			request.Header.Set("Authorization", "Bearer "+token)
			request.Header.Set("Content-Type", "text/csv")
			request.Header.Set("Expect", "100-continue")
			response, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}).Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			_ = response.Body.Close()
			mutex.Lock()
			defer mutex.Unlock()
			statuses[response.StatusCode]++
			if place := response.Header.Get("Location"); place != "" {
				begun = append(begun, place)
			}
		})
	}
	work.Wait()
	if statuses[202] == 0 || statuses[202]+statuses[503] != uploadsAtOnce {
		t.Errorf("the answers: %v", statuses)
	}
	for _, place := range begun {
		r.awaitImport(place, token)
	}
	if peak := r.peak(); peak > memoryMax {
		t.Errorf("the service came to %d KiB, wanted at most %d", peak, memoryMax)
	}
	left, err := filepath.Glob(filepath.Join(r.scratch, "gongbao-incoming-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("files are left behind: %v %v", left, err)
	}
	t.Logf("answers %v, peak %d KiB", statuses, r.peak())
}

// awaitImport waits until an import has ended.
func (r *running) awaitImport(place, token string) {
	r.Helper()
	await(r.T, "the end of "+place, func() bool {
		request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.url+place, nil)
		if err != nil {
			r.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			r.Fatal(err)
		}
		return response.StatusCode == http.StatusOK && !strings.Contains(string(text), `"state":"running"`)
	})
}

// again gives a text over and over.
type again struct {
	text []byte
	at   int
}

// Read never ends.
func (a *again) Read(into []byte) (int, error) {
	count := 0
	for count < len(into) {
		copied := copy(into[count:], a.text[a.at:])
		count, a.at = count+copied, (a.at+copied)%len(a.text)
	}
	return count, nil
}

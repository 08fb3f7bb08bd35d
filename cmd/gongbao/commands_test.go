package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gongbao/internal/launch"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// typed runs a command line as a shell would; the status is what the shell sees.
func typed(t *testing.T, args ...string) (out string, status int, err error) {
	t.Helper()
	var answer bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&answer)
	root.SetErr(io.Discard)
	err = root.ExecuteContext(t.Context())
	return answer.String(), statusOf(err), err
}

func TestEveryCommandExplainsItself(t *testing.T) {
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		path := command.CommandPath()
		if command.Name() == "help" || strings.Contains(path, "completion") {
			return
		}
		if command.Short == "" {
			t.Errorf("%s does not say what it is for", path)
		}
		if len(command.Commands()) == 0 && command.Example == "" {
			t.Errorf("%s shows no example", path)
		}
		for line := range strings.Lines(command.Example) {
			if words := strings.Fields(line); len(words) > 0 && words[0] == command.Root().Name() {
				checkExample(t, command, words)
			}
		}
		command.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if flag.Usage == "" && !strings.HasPrefix(command.Long, command.Short+".\n\nFor:") {
				t.Errorf("%s: nothing says what --%s is", path, flag.Name)
			}
		})
		for _, child := range command.Commands() {
			walk(child)
		}
	}
	walk(newRoot())
}

// checkExample fails when a line of an example is of another command or has flags the command does not know.
func checkExample(t *testing.T, command *cobra.Command, words []string) {
	t.Helper()
	found, _, err := command.Root().Find(words[1:])
	if err != nil || found != command {
		t.Errorf("%s: its example is of another command: %s", command.CommandPath(), strings.Join(words, " "))
		return
	}
	for _, word := range words {
		name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		if strings.HasPrefix(word, "--") && command.Flags().Lookup(name) == nil &&
			command.InheritedFlags().Lookup(name) == nil {
			t.Errorf("%s: its example has --%s, which it does not know", command.CommandPath(), name)
		}
	}
}

func TestAMisunderstoodCommandLineHasAStatusOfItsOwn(t *testing.T) {
	t.Setenv("GONGBAO_TOKEN", "")
	for line, says := range map[string]string{
		"nonsense":                          `no command "nonsense"`,
		"polcy":                             "did you mean policy",
		"policy nonsense":                   `no command "nonsense"`,
		"import nonsense":                   `no command "nonsense"`,
		"policy get":                        "policy get takes NUMBER, and 0 words are there",
		"policy list --nonsense":            "unknown flag",
		"verify now":                        "unknown command",
		"token":                             "person",
		"token --as li":                     "person",
		"policy list":                       "--as",
		"policy list --as li":               "person",
		"policy list --server ftp://x":      "GONGBAO_SERVER",
		"policy list --server http://x.net": "use https",
		"policy list --server https://x":    "GONGBAO_TOKEN",
		"scenario nowhere.txt":              "nowhere.txt",
		"sim --steps 0":                     "--steps",
		"sim --steps many":                  "--steps",
		"trial-balance IC May":              "month",
	} {
		t.Run(line, func(t *testing.T) {
			_, status, err := typed(t, strings.Fields(line)...)
			if status != exitMisused || !strings.Contains(err.Error(), says) {
				t.Errorf("status %d: %v", status, err)
			}
		})
	}
	if _, status, _ := typed(t, "--help"); status != exitOK {
		t.Errorf("help ends with %d", status)
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out, status, err := typed(t, "completion", shell); status != exitOK || !strings.Contains(out, "gongbao") {
			t.Errorf("%s: %v", shell, err)
		}
	}
}

// The API's commands work in this process as they do against a service.
func TestTheAPIByCommandHereAndElsewhere(t *testing.T) {
	t.Setenv("GONGBAO_DATA", t.TempDir())
	t.Setenv("LOG_LEVEL", "error")
	url := serve(t)
	const leader, follower = "li@SHAHU:underwriter", "wu@NANHU:underwriter"
	good := []string{
		"policy", "quote", "--as", leader, "--pool", "IC", "--number", "IC-CLI-1", "--line", "first_set",
		"--insured", "武汉示例装备", "--start", "2030-12-01", "--end", "2031-11-30", "--premium", "100000.00", "--limit",
		"5000000.00", "--equipment-value", "4000000.00",
	}
	if out, status, err := typed(t, good...); status != exitOK || !strings.Contains(out, "quoted") {
		t.Fatalf("quote: %s%v", out, err)
	}
	_, status, err := typed(t, "policy", "issue", "IC-CLI-1", "--as", leader)
	if status != exitFailed || !strings.Contains(err.Error(), "insurance.premium_not_received") {
		t.Errorf("issue before the money is in: status %d, %v", status, err)
	}
	for _, args := range [][]string{
		{"policy", "receive-premium", "IC-CLI-1", "--amount", "106000.00"}, {"policy", "issue", "IC-CLI-1"},
	} {
		if out, _, err := typed(t, append(args, "--server", url, "--as", leader)...); err != nil {
			t.Fatalf("%v: %s%v", args, out, err)
		}
	}
	if out, _, err := typed(t, "import", "policies", "../../docs/examples/policies.csv"); err != nil ||
		!strings.HasPrefix(out, "3 rows: 3 imported") {
		t.Errorf("the README's example: %s%v", out, err)
	}
	if _, _, err := typed(t, "import", "members", "--template", filepath.Join(t.TempDir(), "m.xlsx")); err != nil {
		t.Errorf("a template: %v", err)
	}
	if out, _, err := typed(t, "import", "catalogue", "../../docs/examples/catalogue.csv"); err != nil ||
		!strings.HasPrefix(out, "3 rows: 3 imported") {
		t.Errorf("the README's catalogue: %s%v", out, err)
	}
	token, _, err := typed(t, "token", "--as", follower)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GONGBAO_TOKEN", strings.TrimSpace(token))
	t.Setenv("GONGBAO_SERVER", url)
	out, _, err := typed(t, "policy", "get", "IC-CLI-1", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		State string `json:"state"`
	}
	if err := json.Unmarshal([]byte(out), &policy); err != nil || policy.State != "in_force" && policy.State != "issued" {
		t.Errorf("%v: %s", err, out)
	}
	_, status, err = typed(t, "book", "get-balance", "SHAHU", "cash")
	if status != exitFailed || err == nil {
		t.Errorf("another member's book: status %d, %v", status, err)
	}
}

// serve runs the service, with the sample zone, on a free port until the test ends, and gives its address.
func serve(t *testing.T) string {
	t.Helper()
	url, _ := serveOn(t)
	return url
}

// serveOn is serve with more flags, and can be stopped earlier.
func serveOn(t *testing.T, flags ...string) (url string, end func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	screen, out := io.Pipe()
	root := newRoot()
	root.SetArgs(append([]string{"serve", "--sample", "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"}, flags...))
	root.SetOut(out)
	ended := make(chan error, 1)
	go func() {
		err := root.ExecuteContext(ctx)
		_ = out.CloseWithError(io.EOF)
		ended <- err
	}()
	var once sync.Once
	end = func() {
		once.Do(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(end)
	lines := bufio.NewScanner(screen)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "API:" {
			go func() { _, _ = io.Copy(io.Discard, screen) }()
			return strings.TrimSuffix(words[1], "/v1"), end
		}
	}
	t.Fatal("the service did not start")
	return "", nil
}

func TestVersionIsPrinted(t *testing.T) {
	t.Parallel()
	if out, _, err := typed(t, "--version"); err != nil || strings.TrimSpace(out) != "gongbao "+launch.Version() {
		t.Errorf("%q, %v", out, err)
	}
}

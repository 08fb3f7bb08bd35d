package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/pg"
)

// lastWithoutContract is the last commit whose program knows nothing of a contract.
const lastWithoutContract = "c3ea5d981dcfde3344285bbbc564a96dd75a00ae"

// oldProgram builds it from this repository's history. It is kept between runs, as the clusters of tests are.
func oldProgram(t *testing.T) string {
	t.Helper()
	kept := filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-test-%d", os.Getuid()), "gongbao-"+lastWithoutContract)
	if _, err := os.Stat(kept); err == nil {
		return kept
	}
	folder := t.TempDir()
	archive := filepath.Join(folder, "source.tar")
	program := filepath.Join(folder, "gongbao-old")
	for _, step := range [][]string{
		{"git", "-C", "../..", "archive", "--format=tar", "-o", archive, lastWithoutContract},
		{"tar", "-xf", archive, "-C", folder},
		{"go", "-C", folder, "build", "-buildvcs=false", "-o", program, "./cmd/gongbao"},
	} {
		command := exec.CommandContext(t.Context(), step[0], step[1:]...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("the program of commit %.7s cannot be built; a clone with its history is needed: %v: %v\n%s",
				lastWithoutContract, step, err, out)
		}
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(kept), 0o700), os.Rename(program, kept)); err != nil {
		return program // another file system
	}
	return kept
}

// upgrade is a database that is not embedded, with two logins, and programs on it.
type upgrade struct {
	*testing.T

	program string
	db      *testdb.Database
	brokers string
	folder  string
}

// environment is how the programs find it; owner says that they know the owner's login as well.
func (u *upgrade) environment(owner bool) []string {
	set := []string{
		"DATABASE_URL=" + u.db.ApplicationAt, "KAFKA_BROKERS=" + u.brokers, "GONGBAO_DATA=" + u.folder, "LOG_LEVEL=error",
		"MIGRATE_DATABASE_URL=", "GONGBAO_SERVER=", "GONGBAO_TOKEN=", "METRICS_ADDRESS=127.0.0.1:0",
	}
	if owner {
		set = append(set, "MIGRATE_DATABASE_URL="+u.db.OwnerAt)
	}
	return set
}

// old runs the old program.
func (u *upgrade) old(args ...string) (string, error) {
	u.Helper()
	command := exec.CommandContext(u.Context(), u.program, args...)
	command.Env = append(os.Environ(), u.environment(true)...)
	out, err := command.CombinedOutput()
	return string(out), err
}

// new runs this program and wants a status.
func (u *upgrade) new(wanted int, args ...string) string {
	u.Helper()
	out, status, err := typed(u.T, args...)
	if status != wanted {
		u.Fatalf("%v: status %d, %s%v", args, status, out, err)
	}
	return out + fmt.Sprint(err)
}

// serveOld runs the old service until the test ends, and gives its address; "" when it ends at once.
func (u *upgrade) serveOld() string {
	u.Helper()
	command := exec.CommandContext(context.WithoutCancel(u.Context()), u.program, "serve", "--http", "127.0.0.1:0")
	command.Env = append(os.Environ(), u.environment(true)...)
	screen, err := command.StdoutPipe()
	if err != nil {
		u.Fatal(err)
	}
	if err := command.Start(); err != nil {
		u.Fatal(err)
	}
	u.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	lines := bufio.NewScanner(screen)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "API:" {
			go func() { _, _ = io.Copy(io.Discard, screen) }()
			return strings.TrimSuffix(words[1], "/v1")
		}
	}
	return ""
}

// picture is everything that is in a database: its catalogue, its rights and every row.
func picture(t *testing.T, db *pg.DB) map[string]string {
	t.Helper()
	shown := map[string]string{}
	var tables []string
	err := db.NewRaw(`SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'
		AND relnamespace = to_regnamespace('gongbao')`).Scan(t.Context(), &tables)
	if err != nil {
		t.Fatal(err)
	}
	const catalogue = `SELECT string_agg(t::text, E'\n' ORDER BY t::text) FROM (
		SELECT c.oid, c.relname, c.relkind, c.relacl::text, c.relfilenode::bigint, a.attname, a.atttypid, a.attnotnull,
			a.attacl::text, k.names
		FROM pg_class AS c LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid
		LEFT JOIN LATERAL (SELECT string_agg(conname || conrelid, ',' ORDER BY conname) AS names FROM pg_constraint
			WHERE conrelid = c.oid) AS k ON true
		WHERE c.relnamespace = to_regnamespace('gongbao')
		UNION ALL SELECT oid, nspname, 'n', nspacl::text, 0, '', 0, false, '', '' FROM pg_namespace) AS t`
	asked := map[string]string{"the catalogue": catalogue}
	for _, table := range tables {
		asked[table] = `SELECT coalesce(string_agg(t::text, E'\n' ORDER BY t::text), '') FROM ` + table + ` AS t`
	}
	for name, query := range asked {
		var text string
		if err := pg.Row(t.Context(), db, query, nil, &text); err != nil {
			t.Fatal(err)
		}
		shown[name] = text
	}
	return shown
}

// mustBe wants the database as it was.
func (u *upgrade) mustBe(before map[string]string, after string) {
	u.Helper()
	now := picture(u.T, u.db.Superuser)
	if len(now) != len(before) {
		u.Errorf("after %s there are %d tables, before %d", after, len(now), len(before))
	}
	for name, text := range now {
		if text != before[name] {
			u.Errorf("%s has changed %s:\n%.2000s\nwas\n%.2000s", after, name, text, before[name])
		}
	}
}

const (
	oldLeader = "li@SHAHU:underwriter"
	oldClerk  = "clerk@manager:settlement"
)

func quotation(number string) []string {
	return []string{
		"policy", "quote", "--pool", "IC", "--number", number, "--line", "first_set", "--insured", "武汉示例装备", "--start",
		"2030-12-01", "--end", "2031-11-30", "--premium", "100000.00", "--limit", "5000000.00", "--equipment-value",
		"4000000.00", "--as", oldLeader,
	}
}

// TestOldPrograms goes from the last commit without a contract to this one: this program touches nothing of the old
// schema, the old one writes nothing into the new, and the book verifies all the way.
func TestOldPrograms(t *testing.T) {
	u := &upgrade{
		T: t, program: oldProgram(t), db: testdb.Empty(t), folder: t.TempDir(),
		brokers: strings.Join(testkafka.Fake(t).ListenAddrs(), ","),
	}
	for _, setting := range u.environment(false) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	u.refuses("an empty database")
	u.makeOld()
	u.refuses("an older schema")
	url := u.serveOld()
	if url == "" {
		t.Fatal("the old service does not start on its own schema")
	}
	if out, err := u.old(append(quotation("IC-OLD-1"), "--server", url)...); err != nil {
		t.Fatalf("the old service on its own schema: %s%v", out, err)
	}
	await(t, "published by the old service", func() bool {
		var waiting int64
		err := pg.Row(t.Context(), u.db.Superuser, `SELECT count(*) FROM gongbao.event_pending`, nil, &waiting)
		return err == nil && waiting == 0
	})
	t.Setenv("MIGRATE_DATABASE_URL", u.db.OwnerAt)
	if out := u.new(exitOK, "migrate"); !strings.Contains(out, "contract") {
		t.Errorf("migrate: %s", out)
	}
	t.Setenv("MIGRATE_DATABASE_URL", "")
	before := picture(t, u.db.Superuser)
	if out := u.new(exitOK, "verify"); !strings.Contains(out, "verified") {
		t.Errorf("the upgraded book: %s", out)
	}
	u.mustBe(before, "verify")
	u.oldMustFail(url, "the old service, which was running")
	u.mustBe(before, "the old service, which was running")
	if again := u.serveOld(); again != "" {
		u.oldMustFail(again, "the old service, started again")
	}
	u.oldMustFail("", "the old program by itself")
	u.mustBe(before, "the old program")
	u.goesOn()
}

// makeOld makes a book with the old program, and closes a month of it.
func (u *upgrade) makeOld() {
	u.Helper()
	for _, args := range [][]string{
		{"migrate"}, {"import", "members", "--columns"}, {"verify"},
	} {
		if out, err := u.old(args...); err != nil {
			u.Fatalf("old %v: %s%v", args, out, err)
		}
	}
	ctx, stop := context.WithCancel(u.Context())
	defer stop()
	command := exec.CommandContext(ctx, u.program, "serve", "--sample", "--http", "127.0.0.1:0")
	command.Env = append(os.Environ(), u.environment(true)...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	screen, err := command.StdoutPipe()
	if err != nil {
		u.Fatal(err)
	}
	if err := command.Start(); err != nil {
		u.Fatal(err)
	}
	lines := bufio.NewScanner(screen)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "API:") {
	}
	stop()
	_, _ = io.Copy(io.Discard, screen)
	_ = command.Wait()
	for _, args := range [][]string{
		append(quotation("IC-OLD-0"), "--key", "k1"),
		{"policy", "receive-premium", "IC-OLD-0", "--amount", "106000.00", "--as", oldLeader},
		{"policy", "issue", "IC-OLD-0", "--as", oldLeader},
		{"verify"},
	} {
		if out, err := u.old(args...); err != nil {
			u.Fatalf("old %v: %s%v", args, out, err)
		}
	}
}

// refuses says that this program opens no such database, by no command, and leaves it as it is.
func (u *upgrade) refuses(what string) {
	u.Helper()
	before := picture(u.T, u.db.Superuser)
	file := filepath.Join(u.folder, "refused.gongbao")
	for _, args := range [][]string{
		{"serve", "--http", "127.0.0.1:0"}, {"verify"}, {"backup", file}, {"trial-balance", "IC", "2026-06"},
		{"export", "ledger"}, quotation("IC-NEW-0"), {"import", "policies", "../../docs/examples/policies.csv"},
		{"feed", "recover"}, {"demo", "--once"},
	} {
		if out := u.new(exitFailed, args...); !strings.Contains(out, "run gongbao migrate") {
			u.Errorf("%v on %s: %s", args, what, out)
		}
	}
	if _, err := os.Stat(file); err == nil {
		u.Errorf("a backup of %s was taken", what)
	}
	u.mustBe(before, "this program on "+what)
}

// oldMustFail lets the old program try to write, in every way it has.
func (u *upgrade) oldMustFail(url, who string) {
	u.Helper()
	commands := [][]string{
		quotation("IC-OLD-2"), {"policy", "cancel", "IC-OLD-0", "--effective", "2030-12-05", "--as", oldLeader},
		{"pool", "close-period", "IC", "2026-01", "--as", oldClerk},
	}
	if url == "" {
		commands = append(commands, []string{"import", "policies", "../../docs/examples/policies.csv"},
			[]string{"import", "workdays", u.workdays()})
	}
	for _, args := range commands {
		if url != "" {
			args = slices.Concat(args, []string{"--server", url})
		}
		if out, err := u.old(args...); err == nil {
			u.Errorf("%s: %v succeeds: %s", who, args, out)
		}
	}
	if url == "" {
		return
	}
	token, err := u.old("token", "--as", oldClerk)
	if err != nil {
		u.Fatal(token, err)
	}
	request, err := http.NewRequestWithContext(u.Context(), http.MethodPost, url+"/v1/imports/policies",
		bytes.NewReader([]byte("pool,number\nIC,IC-OLD-3\n")))
	if err != nil {
		u.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	request.Header.Set("Content-Type", "text/csv")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		u.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if said, _ := io.ReadAll(answer.Body); answer.StatusCode < 400 {
		u.Errorf("%s begins an import: %d %s", who, answer.StatusCode, said)
	}
}

func (u *upgrade) workdays() string {
	file := filepath.Join(u.folder, "workdays.csv")
	if err := os.WriteFile(file, []byte("date,kind,name\n2030-01-01,holiday,元旦\n"), 0o600); err != nil {
		u.Fatal(err)
	}
	return file
}

// goesOn says that this program works on the upgraded book, with the application's login alone.
func (u *upgrade) goesOn() {
	u.Helper()
	url, stop := serveOn(u.T)
	u.new(exitOK, append(quotation("IC-NEW-1"), "--server", url)...)
	await(u.T, "published", func() bool {
		status, _, _, backlog := ready(u.T, url)
		return status == http.StatusOK && backlog == 0
	})
	stop()
	if out := u.new(exitOK, "verify"); !strings.Contains(out, "verified") {
		u.Errorf("in the end: %s", out)
	}
}

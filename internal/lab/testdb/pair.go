package testdb

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/embedded"
)

const (
	pairDatabase = "tpair"
	standbyName  = "standby"
	pairPatience = time.Minute // for what the servers of a pair do; nothing takes so long unless it is broken
	pairPause    = 20 * time.Millisecond
)

// Pair is a migrated database on a server of its own whose commits wait for a standby.
type Pair struct {
	*Database // on the primary

	t                testing.TB
	folder           string
	primary, standby *embedded.Postgres
	following        map[string]string
}

// OpenPair starts a primary and its synchronous standby; both end with the test.
func OpenPair(t testing.TB) *Pair {
	t.Helper()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "gbpair")
	if err != nil {
		t.Fatal(err)
	}
	p := &Pair{t: t, folder: folder}
	t.Cleanup(p.end)
	if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // the servers may be another user's
		t.Fatal(err)
	}
	p.primary = p.start("primary", nil)
	if err := furnish(ctx, p.primary.URL("postgres", ""), pairDatabase); err != nil {
		t.Fatalf("make the pair's database: %v", err)
	}
	if err := p.primary.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if err := embedded.CopyAsStandby(p.dir("primary"), p.dir(standbyName)); err != nil {
		t.Fatal(err)
	}
	p.primary = p.start("primary", nil)
	p.following = p.primary.Following(standbyName)
	p.following["wal_retrieve_retry_interval"] = "100ms"
	p.Database = reach(t, p.primary.URL("postgres", ""), pairDatabase)
	p.StartStandby()
	for _, statement := range []string{
		`ALTER SYSTEM SET synchronous_standby_names = '` + standbyName + `'`, `SELECT pg_reload_conf()`,
	} {
		if _, err := p.Superuser.Pool.Exec(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	p.await("the standby is waited for", `SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')`)
	if _, err := p.Superuser.Pool.Exec(ctx, `CHECKPOINT`); err != nil { // who makes it has read the settings again
		t.Fatal(err)
	}
	return p
}

func (p *Pair) dir(name string) string { return filepath.Join(p.folder, name) }

func (p *Pair) start(name string, settings map[string]string) *embedded.Postgres {
	p.t.Helper()
	// Autovacuum's commits would wait for the standby as well, and nobody asks for them.
	all := map[string]string{"synchronous_commit": "on", "wal_keep_size": "256MB", "autovacuum": "off"}
	for key, value := range settings {
		all[key] = value
	}
	started, err := embedded.StartPostgres(context.Background(), embedded.PostgresOptions{
		Dir: p.dir(name), Fast: true, Alone: true, Log: zerolog.Nop(), Settings: all,
	})
	if err != nil {
		p.t.Fatalf("start the %s: %v", name, err)
	}
	return started
}

// StopStandby takes the standby away: from now on no commit is answered.
func (p *Pair) StopStandby() {
	p.t.Helper()
	if err := p.standby.Stop(context.Background()); err != nil {
		p.t.Fatal(err)
	}
	p.await("the standby is gone", `SELECT NOT EXISTS (SELECT FROM pg_stat_replication)`)
}

// StartStandby brings it back, and waits until it has all that the primary has.
func (p *Pair) StartStandby() {
	p.t.Helper()
	p.standby = p.start(standbyName, p.following)
	p.await("the standby has everything", `SELECT EXISTS (SELECT FROM pg_stat_replication
		WHERE state = 'streaming' AND flush_lsn >= pg_current_wal_insert_lsn())`)
}

// AwaitWaiting waits until so many commits, and no more, wait for the standby.
func (p *Pair) AwaitWaiting(count int) {
	p.t.Helper()
	p.await("commits wait for the standby",
		`SELECT count(*) = $1::bigint FROM pg_stat_activity WHERE wait_event = 'SyncRep'`, count)
}

// AwaitAny waits until a commit waits for the standby.
func (p *Pair) AwaitAny() {
	p.t.Helper()
	p.await("a commit waits for the standby",
		`SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')`)
}

// CallOff calls all waits for the standby off, as an administrator would who has given it up.
func (p *Pair) CallOff() {
	p.t.Helper()
	const cancel = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
	if _, err := p.Superuser.Pool.Exec(context.Background(), cancel); err != nil {
		p.t.Fatal(err)
	}
}

// CallOffAll calls the waits off that are left of callers who are gone, until there is none. Such a caller asks the
// server to cancel what it had sent; a request that overtakes the statement finds the connection idle and is nothing,
// and then the statement waits for ever.
func (p *Pair) CallOffAll() {
	p.t.Helper()
	p.await("no commit waits for the standby", `WITH called AS MATERIALIZED (
		SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'
	) SELECT count(*) = 0 FROM called`)
}

// await waits until the primary answers yes.
func (p *Pair) await(what, question string, args ...any) {
	p.t.Helper()
	var last error
	if !again(func() (yes bool) {
		last = p.Superuser.Pool.QueryRow(context.Background(), question, args...).Scan(&yes)
		return last == nil && yes
	}) {
		p.t.Fatalf("never: %s (%v)", what, last)
	}
}

// FailOver kills the primary, makes the standby a server of its own and gives the database there.
func (p *Pair) FailOver() *Database {
	p.t.Helper()
	p.primary.Kill()
	if p.standby.Stop(context.Background()) == nil { // it may be gone already; what it has, it has
		p.standby = p.start(standbyName, p.following)
	}
	if err := p.standby.Promote(context.Background()); err != nil {
		p.t.Fatal(err)
	}
	promoted := reach(p.t, p.standby.URL("postgres", ""), pairDatabase)
	p.t.Cleanup(func() { promoted.DB.Close(); promoted.Superuser.Close() })
	return promoted
}

// BothAt is the application's address of whichever of the two takes commands.
func (p *Pair) BothAt() string {
	at, first, second := new(url.URL), new(url.URL), new(url.URL)
	for parsed, address := range map[*url.URL]string{
		at: p.ApplicationAt, first: p.primary.URL("", ""), second: p.standby.URL("", ""),
	} {
		if err := parsed.UnmarshalBinary([]byte(address)); err != nil {
			p.t.Fatal(err)
		}
	}
	query := at.Query()
	for _, name := range []string{"host", "port"} {
		query.Set(name, first.Query().Get(name)+","+second.Query().Get(name))
	}
	query.Set("target_session_attrs", "read-write")
	at.RawQuery = query.Encode()
	return at.String()
}

// end stops what runs and takes the folder away.
func (p *Pair) end() {
	if p.Database != nil {
		p.Database.DB.Close()
		p.Superuser.Close()
	}
	for _, server := range []*embedded.Postgres{p.standby, p.primary} {
		if server != nil {
			_ = server.Stop(context.Background()) // it may have been killed
		}
	}
	if !again(func() bool { return os.RemoveAll(p.folder) == nil }) { // what is left of a killed server tidies up
		p.t.Errorf("%s cannot be removed", p.folder)
	}
}

// again asks until the answer is yes; false when it never was.
func again(ask func() bool) bool {
	late := time.After(pairPatience)
	tick := time.NewTicker(pairPause)
	defer tick.Stop()
	for !ask() {
		select {
		case <-late:
			return false
		case <-tick.C:
		}
	}
	return true
}

package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"gongbao/internal/embedded"
	"gongbao/internal/pg"
)

// slots bounds how many test processes may run at once; each has a server of its own.
const slots = 64

var (
	superuser string             // the address of the Postgres this test process runs on
	kept      *embedded.Postgres // holds the slot's lock for as long as the process lives
)

func server() string { return superuser }

// startServer takes a server of its own for this test process. Clusters are kept between runs, so only the first run
// of a slot has to make one; the server ends with the process. GONGBAO_TEST_DATABASE_URL names another server.
func startServer(ctx context.Context) error {
	if superuser = os.Getenv("GONGBAO_TEST_DATABASE_URL"); superuser != "" {
		return nil
	}
	running, err := takeSlot(ctx)
	if err != nil {
		return err
	}
	kept = running
	superuser = kept.URL("postgres", "")
	return sweep(ctx)
}

// takeSlot starts the first cluster that no other test has.
func takeSlot(ctx context.Context) (*embedded.Postgres, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-test-%d", os.Getuid()))
	for slot := range slots {
		running, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{
			Dir: filepath.Join(folder, fmt.Sprintf("postgres-%d", slot)), Fast: true, Alone: true, Log: zerolog.Nop(),
		})
		if !errors.Is(err, embedded.ErrOwned) {
			return running, err
		}
	}
	return nil, fmt.Errorf("more than %d clusters are wanted at once", slots)
}

// Cluster gives the superuser's address of a cluster that is the test's own until it ends, besides the one that all
// tests of a process share. What the test makes in it, it takes away.
func Cluster(t testing.TB) string {
	t.Helper()
	running, err := takeSlot(t.Context())
	if err != nil {
		t.Fatalf("a further Postgres is needed: %v", err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.Background()); err != nil {
			t.Errorf("stop the test's own Postgres: %v", err)
		}
	})
	return running.URL("postgres", "")
}

// sweep drops the databases that tests of an earlier process could not drop. The slot is ours alone.
func sweep(ctx context.Context) error {
	admin, err := pg.Open(ctx, pg.Options{URL: superuser, MaxConnections: 1})
	if err != nil {
		return err
	}
	defer admin.Close()
	var left []string
	err = admin.NewRaw(`SELECT datname FROM pg_database WHERE datname ~ '^t[0-9]+_'`).Scan(ctx, &left)
	if err != nil {
		return err
	}
	for _, name := range left {
		if _, err := admin.Pool.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

package embedded

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var promote = pg.SQL[pg.None](pg.Load(folder), "Promote")

// A standby is made of a cluster that is stopped, so that no pg_basebackup is needed: the npm package has none.

// CopyAsStandby copies the cluster of a folder, whose server is stopped, into another folder that is not there yet.
// Started with the settings that Following gives, it is a standby of the first.
func CopyAsStandby(from, to string) error {
	if readPIDFile(dataFolder(from)).ready {
		return errors.New("a cluster is copied when its server is stopped")
	}
	to, err := realFolder(to)
	if err != nil {
		return err
	}
	data := dataFolder(to)
	if err := os.CopyFS(data, os.DirFS(dataFolder(from))); err != nil {
		return fmt.Errorf("copy the cluster: %w", err)
	}
	if err := os.Chmod(data, 0o700); err != nil { //nolint:gosec // a folder needs its x bit
		return err
	}
	if err := writeSynced(filepath.Join(data, "standby.signal"), ""); err != nil {
		return fmt.Errorf("mark the copy as a standby: %w", err)
	}
	info, err := os.Stat(dataFolder(from))
	if err != nil {
		return err
	}
	owner := ownerOf(info)
	if owner < 0 || owner == os.Geteuid() {
		return nil
	}
	return filepath.WalkDir(data, func(name string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(name, owner, owner)) //nolint:gosec // only we can enter the folder
	})
}

// Following are the settings by which a copy of this server follows it, under a name by which it can be waited for
// (synchronous_standby_names).
func (p *Postgres) Following(name string) map[string]string {
	return map[string]string{"primary_conninfo": fmt.Sprintf("host=%s port=%s user=%s application_name=%s",
		p.sockets, port, superuser, name)}
}

// Kill ends a server that we own as a power cut would, and does not bring it back. What it had not written is lost.
func (p *Postgres) Kill() {
	p.once.Do(func() {
		if p.keeper == nil {
			return
		}
		p.keeper.kill()
		release(p.lock)
	})
}

// Promote makes a standby a server of its own, which takes commands from then on.
func (p *Postgres) Promote(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.URL(superuser, ""))
	if err != nil {
		return fmt.Errorf("reach the standby: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var promoted bool
	if err := promote.With(pg.None{}).RowOn(ctx, conn, &promoted); err != nil || !promoted {
		return fmt.Errorf("promote the standby (done: %t): %w", promoted, err)
	}
	return nil
}

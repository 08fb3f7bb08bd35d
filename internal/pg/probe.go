package pg

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"
)

// probeMax bounds how long a database is waited for that is asked whether it is there.
const probeMax = 2 * time.Second

// probe is a connection besides the pool, so that commands which wait with all of the pool's in their hands are not
// taken for a database that is gone. It is made when it is first needed, and again when it broke.
type probe struct {
	pool *pgxpool.Pool // a new connection is made as the pool makes its own
	asks singleflight.Group

	mutex sync.Mutex
	conn  *pgx.Conn
}

func (p *probe) ask(ctx context.Context) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.conn != nil {
		if p.conn.Ping(ctx) == nil {
			return nil
		}
		p.drop(ctx) // the database may have been started again: a connection that broke says nothing yet
	}
	config := p.pool.Config()
	config.ConnConfig.Tracer = nil // a probe is no query of anybody's
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	p.conn = conn
	if err := config.AfterConnect(ctx, conn); err != nil {
		p.drop(ctx)
		return err
	}
	return conn.Ping(ctx)
}

func (p *probe) drop(ctx context.Context) {
	_ = p.conn.Close(ctx) // it is given up
	p.conn = nil
}

func (p *probe) close() {
	ctx, cancel := context.WithTimeout(context.Background(), probeMax)
	defer cancel()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.conn != nil {
		p.drop(ctx)
	}
}

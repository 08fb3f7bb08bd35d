package embedded

import (
	"context"
	"os"
	"runtime"
	"time"
)

const pauseMax = 30 * time.Second // between two tries to bring a server back

// keeper starts the server again when somebody kills it.
type keeper struct {
	starter *starter
	lock    *os.File // of the folder: the collector closes a file that nobody holds, and the folder is free then
	cancel  context.CancelFunc
	running *server       // read it after idle is closed
	idle    chan struct{} // closed when the keeper has let go of the server
}

func keep(starter *starter, running *server, lock *os.File) *keeper {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{starter: starter, lock: lock, cancel: cancel, running: running, idle: make(chan struct{})}
	go k.watch(ctx)
	return k
}

func (k *keeper) watch(ctx context.Context) {
	defer close(k.idle)
	defer runtime.KeepAlive(k.lock)
	log := k.starter.options.Log
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.running.gone:
		}
		log.Warn().Str("folder", k.starter.options.Dir).Str("said", k.running.lastWords()).
			Msg("the embedded Postgres ended by itself; starting it again")
		for next := 10 * pause; ; next = min(2*next, pauseMax) {
			again, _, err := k.starter.raise(ctx)
			if err == nil {
				k.running = again
				log.Info().Str("folder", k.starter.options.Dir).Msg("the embedded Postgres is back")
				break
			}
			if ctx.Err() != nil {
				return
			}
			log.Error().Err(err).Dur("pause_ms", next).Msg("the embedded Postgres does not come back; trying again")
			if wait(ctx, next) != nil {
				return
			}
		}
	}
}

// stop lets the keeper go and ends the server.
func (k *keeper) stop(ctx context.Context) error {
	k.cancel()
	<-k.idle
	return k.running.stop(ctx)
}

// kill lets the keeper go and kills the server.
func (k *keeper) kill() {
	k.cancel()
	<-k.idle
	_ = k.running.process.Kill() // it may have ended in this moment
	<-k.running.gone
}

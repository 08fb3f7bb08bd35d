// Package wire is a line between the program and its Postgres that can be cut, held and closed, at any moment and
// around a commit. It knows so much of the protocol that it hears a commit go by.
package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Moment is when something happens to the next commit.
type Moment int

// The moments around a commit.
const (
	Never             Moment = iota
	BeforeCommit             // it never gets to the server
	DuringCommit             // it is on its way to the server
	AfterCommit              // the server has answered, and the answer does not get to the client
	AnsweredOtherwise        // the server has committed, and the client gets an ERROR for an answer
)

// Wire is a listener whose connections go on to a server.
type Wire struct {
	listener net.Listener
	network  string
	address  string
	group    sync.WaitGroup

	mutex   sync.Mutex
	lines   map[*line]bool
	refuse  bool
	at      Moment        // of the next commit
	code    string        // of the ERROR that answers the next commit
	hold    bool          // what happens then is a silence, not a cut
	alone   bool          // and nobody else connects afterwards
	held    chan struct{} // closed when nothing is held
	struck  int
	changed chan struct{} // closed and replaced when struck grows
}

// Lay lays a wire to the server of a database address.
func Lay(database string) (*Wire, error) {
	config, err := pgx.ParseConfig(database)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Wire{listener: listener, lines: map[*line]bool{}, held: make(chan struct{}), changed: make(chan struct{})}
	close(w.held)
	w.network, w.address = pgconn.NetworkAddress(config.Host, config.Port)
	w.group.Go(w.accept)
	return w, nil
}

// URL is an address of the same server, through the wire.
func (w *Wire) URL(database string) string {
	at, err := url.Parse(database)
	if err != nil {
		return database
	}
	query := at.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	at.Host, at.RawQuery = w.listener.Addr().String(), query.Encode()
	return at.String()
}

// Close takes the wire away, and waits until nothing of it is left.
func (w *Wire) Close() {
	_ = w.listener.Close()
	w.Refuse(true)
	w.Release()
	w.Cut()
	w.group.Wait()
}

func (w *Wire) accept() {
	for {
		near, err := w.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		w.group.Go(func() { w.connect(near) })
	}
}

// connect carries one connection until either side ends it.
func (w *Wire) connect(near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := new(net.Dialer).DialContext(context.Background(), w.network, w.address)
	if err != nil {
		return
	}
	l := &line{wire: w, near: near, far: far}
	defer l.cut()
	w.mutex.Lock()
	refused := w.refuse
	if !refused {
		w.lines[l] = true
	}
	w.mutex.Unlock()
	if refused {
		return
	}
	defer w.forget(l)
	var both sync.WaitGroup
	both.Go(l.ask)
	both.Go(l.answer)
	both.Wait()
}

func (w *Wire) forget(l *line) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	delete(w.lines, l)
}

// Cut ends every connection there is.
func (w *Wire) Cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for l := range w.lines {
		l.cut()
	}
}

// Refuse lets nobody connect, or again everybody.
func (w *Wire) Refuse(refuse bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.refuse = refuse
}

// CutAt cuts the connection of the next commit.
func (w *Wire) CutAt(moment Moment) { w.plan(moment, false) }

// AnswerError lets the next commit be done and answered with an ERROR of this SQLSTATE, as the coordinator of a cluster
// answers that has heard nothing of a server which committed.
func (w *Wire) AnswerError(code string) {
	w.plan(AnsweredOtherwise, false)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.code = code
}

// RefuseAfter cuts the connection of the next commit and all others, and lets nobody connect until Refuse says so.
func (w *Wire) RefuseAfter(moment Moment) {
	w.plan(moment, false)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.alone = true
}

// HoldAt lets nothing more pass on the connection of the next commit until Release.
func (w *Wire) HoldAt(moment Moment) { w.plan(moment, true) }

func (w *Wire) plan(moment Moment, hold bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.at, w.hold, w.alone = moment, hold, false
	if hold {
		w.held = make(chan struct{})
	}
}

// Hold lets nothing pass until Release.
func (w *Wire) Hold() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.held = make(chan struct{})
	for l := range w.lines {
		l.mute.Store(true)
	}
}

// Release lets everything pass that is held.
func (w *Wire) Release() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	select {
	case <-w.held:
	default:
		close(w.held)
	}
	for l := range w.lines {
		l.mute.Store(false)
	}
}

// Struck says how many commits a moment came to so far; the channel is closed when the next one is struck.
func (w *Wire) Struck() (int, <-chan struct{}) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.struck, w.changed
}

// otherwise is the answer to a commit that says it failed: an ErrorResponse, and that no transaction is open.
func (w *Wire) otherwise() []byte {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	fields := "SERROR\x00VERROR\x00C" + w.code + "\x00Mcould not commit on at least one node\x00\x00"
	answer := binary.BigEndian.AppendUint32([]byte{'E'}, uint32(len(fields))+4) //nolint:gosec // a short text
	return append(append(answer, fields...), 'Z', 0, 0, 0, 5, 'I')
}

// strike takes what is planned for this commit.
func (w *Wire) strike(l *line) (moment Moment, hold bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	moment, hold = w.at, w.hold
	if moment != Never {
		w.at = Never
		w.struck++
		close(w.changed)
		w.changed = make(chan struct{})
		if w.alone {
			w.refuse = true
			for other := range w.lines {
				if other != l {
					other.cut()
				}
			}
		}
	}
	return moment, hold
}

func (w *Wire) wait() {
	w.mutex.Lock()
	held := w.held
	w.mutex.Unlock()
	<-held
}

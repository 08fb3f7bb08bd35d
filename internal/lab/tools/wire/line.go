package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// line is one connection through the wire.
type line struct {
	wire *Wire
	near net.Conn // the program
	far  net.Conn // the server
	once sync.Once
	mute atomic.Bool // nothing passes until the wire is released
	last atomic.Bool // the next answer is heard, not passed on, and the line is cut
	lies atomic.Bool // the next answer is heard, and an ERROR passed on
}

// cut ends the connection on both sides.
func (l *line) cut() {
	l.once.Do(func() { _ = l.near.Close(); _ = l.far.Close() })
}

const headBytes = 5 // a message's type and its length

var commitMessage = []byte("Q\x00\x00\x00\x0bcommit\x00")

// ask carries what the program says, message by message.
func (l *line) ask() {
	defer l.cut()
	from := bufio.NewReader(l.near)
	greeting, err := from.Peek(headBytes - 1) // the first message has no type
	if err != nil || !l.pass(from, int64(binary.BigEndian.Uint32(greeting))) {
		return
	}
	for {
		head, err := from.Peek(headBytes)
		if err != nil {
			return
		}
		size := int64(binary.BigEndian.Uint32(head[1:])) + 1
		if size == int64(len(commitMessage)) {
			if _, err = from.Peek(int(size)); err != nil {
				return
			}
		}
		carry := l.pass
		if whole, _ := from.Peek(from.Buffered()); bytes.HasPrefix(whole, commitMessage) {
			carry = l.commit
		}
		if !carry(from, size) {
			return
		}
	}
}

// commit carries a commit as far as is planned.
func (l *line) commit(from io.Reader, size int64) bool {
	moment, hold := l.wire.strike(l)
	switch moment {
	case BeforeCommit:
		if !hold {
			return false
		}
		l.mute.Store(true)
	case DuringCommit:
		l.pass(from, size)
		return false
	case AfterCommit:
		l.mute.Store(hold)
		l.last.Store(!hold)
		_, err := io.CopyN(l.far, from, size) // past its own silence
		return err == nil
	case AnsweredOtherwise:
		l.lies.Store(true)
	case Never:
	}
	return l.pass(from, size)
}

// pass carries so many bytes to the server, once nothing is held.
func (l *line) pass(from io.Reader, size int64) bool {
	if l.mute.Load() {
		l.wire.wait()
	}
	_, err := io.CopyN(l.far, from, size)
	return err == nil
}

// answer carries what the server says.
func (l *line) answer() {
	defer l.cut()
	part := make([]byte, 32<<10)
	for {
		count, err := l.far.Read(part)
		if l.last.Load() {
			return
		}
		if l.mute.Load() {
			l.wire.wait()
		}
		if l.lies.CompareAndSwap(true, false) {
			if _, failed := l.near.Write(l.wire.otherwise()); failed != nil {
				return
			}
			continue
		}
		if _, failed := l.near.Write(part[:count]); failed != nil || err != nil {
			return
		}
	}
}

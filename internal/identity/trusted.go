package identity

import (
	"crypto/sha256"
	"sync"
	"time"

	"gongbao/internal/access"
)

const (
	trustedTime = time.Minute // after which a signature is checked again, so that a key that was withdrawn ends
	trustedMax  = 10_000      // tokens
)

// trusted remembers for a short while whose tokens were good: a client sends the same one with every request, and a
// signature costs more to check than all else about a token. It is found by its digest; no token is kept.
type trusted struct {
	mutex sync.RWMutex
	known map[[sha256.Size]byte]trustedPerson
}

type trustedPerson struct {
	person access.Principal
	from   time.Time
	until  time.Time
}

func (t *trusted) find(token string, now time.Time) (access.Principal, bool) {
	digest := sha256.Sum256([]byte(token))
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	known, there := t.known[digest]
	if !there || now.Before(known.from) || !now.Before(known.until) {
		return access.Principal{}, false
	}
	return known.person, true
}

// keep remembers a token, never beyond its own end. When there are too many all are forgotten, which is rare and costs
// each only one more look.
func (t *trusted) keep(token string, person access.Principal, now, expiry time.Time) {
	until := now.Add(trustedTime)
	if expiry.Before(until) {
		until = expiry
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.known == nil || len(t.known) >= trustedMax {
		t.known = map[[sha256.Size]byte]trustedPerson{}
	}
	t.known[sha256.Sum256([]byte(token))] = trustedPerson{person: person, from: now, until: until}
}

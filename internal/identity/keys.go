package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/time/rate"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
)

const (
	fetchEvery   = 10 * time.Second // a fetch of the provider's keys, in the long run
	fetchBurst   = 3                // and at once: the first, and a change of keys soon after
	fetchTime    = 5 * time.Second  // for one
	fetchSizeMax = 1 << 20          // bytes
	waitersMax   = 64               // requests that wait for one fetch
	missingTime  = 30 * time.Second // a key that the provider did not have is not asked for again
	missingMax   = 1000             // of them are remembered
	keysAge      = 15 * time.Minute // after which keys are fetched again, so that one that was withdrawn ends
)

// providerKeys are a provider's public keys. They are fetched when a token names one that is not known yet: not more
// often than fetchEvery, once for all who wait, and not again for a key that was not among them. A token that is forged
// with the name of a known key costs the provider nothing.
type providerKeys struct {
	url    string
	client *http.Client
	clock  clock.Clock

	mutex   sync.Mutex
	known   []jose.JSONWebKey
	fetched time.Time            // when known was
	missing map[string]time.Time // keys that the provider did not have, and since when
	bucket  *rate.Limiter
	flight  *fetch
	failure error // of the last fetch
}

// fetch is one that is under way; err may be read once done is closed.
type fetch struct {
	done    chan struct{}
	waiting int
	err     error
}

func newProviderKeys(url string, client *http.Client, now clock.Clock) *providerKeys {
	return &providerKeys{
		url: url, client: client, clock: now, missing: map[string]time.Time{},
		bucket: rate.NewLimiter(rate.Every(fetchEvery), fetchBurst),
	}
}

// find gives the keys of that name, all when it is empty. ErrKeys when the provider cannot be asked; none when it does
// not have it.
func (k *providerKeys) find(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	k.mutex.Lock()
	now := k.clock.Now()
	found := k.named(id)
	if len(found) > 0 {
		if now.Sub(k.fetched) >= keysAge { // the old ones are good meanwhile
			k.start(now)
		}
		k.mutex.Unlock()
		return found, nil
	}
	if since, there := k.missing[id]; there && now.Sub(since) < missingTime {
		k.mutex.Unlock()
		return nil, nil
	}
	flight := k.start(now)
	if flight == nil {
		defer k.mutex.Unlock()
		if k.failure != nil {
			return nil, ErrKeys.From(k.failure)
		}
		return nil, nil
	}
	if flight.waiting >= waitersMax {
		k.mutex.Unlock()
		return nil, ErrKeys.Case(fault.Args{"count": waitersMax})
	}
	flight.waiting++
	k.mutex.Unlock()
	select {
	case <-flight.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if flight.err != nil {
		return nil, ErrKeys.From(flight.err)
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if found = k.named(id); len(found) == 0 {
		if len(k.missing) >= missingMax {
			clear(k.missing)
		}
		k.missing[id] = now
	}
	return found, nil
}

func (k *providerKeys) named(id string) []jose.JSONWebKey {
	var found []jose.JSONWebKey
	for _, key := range k.known {
		if id == "" || key.KeyID == id {
			found = append(found, key)
		}
	}
	return found
}

// start gives the fetch that is under way or begins one, when it is not too soon; nil when it is.
func (k *providerKeys) start(now time.Time) *fetch {
	if k.flight != nil {
		return k.flight
	}
	if !k.bucket.AllowN(now, 1) {
		return nil
	}
	flight := &fetch{done: make(chan struct{})}
	k.flight = flight
	go func() {
		keys, err := k.fetch()
		k.mutex.Lock()
		defer k.mutex.Unlock()
		if err == nil {
			k.known, k.fetched = keys, k.clock.Now()
			clear(k.missing)
		}
		flight.err, k.failure, k.flight = err, err, nil
		close(flight.done)
	}()
	return flight
}

// fetch asks the provider. It belongs to no request: who began it may go, and others wait for it.
func (k *providerKeys) fetch() ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, err
	}
	response, err := k.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch the provider's keys: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch the provider's keys: it answers %s", response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, fetchSizeMax))
	if err != nil {
		return nil, fmt.Errorf("fetch the provider's keys: %w", err)
	}
	var listed struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, fmt.Errorf("read the provider's keys: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, text := range listed.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(text, &key) == nil && key.Valid() && key.IsPublic() { // other kinds of keys are no use to us
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// attempt is the look at one token. The library that checks the rest of it passes on no errors, so they are kept here.
type attempt struct {
	keys *providerKeys
	err  error
}

var errSignature = errors.New("no key of the provider signed it")

// VerifySignature gives what the token says when one of the provider's keys signed it.
func (a *attempt) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, algorithms())
	if err != nil || len(signed.Signatures) != 1 {
		return nil, errSignature
	}
	keys, err := a.keys.find(ctx, signed.Signatures[0].Header.KeyID)
	if err != nil {
		a.err = err
		return nil, err
	}
	for _, key := range keys {
		if payload, err := signed.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, errSignature
}

// algorithms are the ways of signing that are taken: none by a secret that two know, and not "none".
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.ES384, jose.RS256, jose.RS384, jose.RS512, jose.PS256}
}

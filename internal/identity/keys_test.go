package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"gongbao/internal/clock"
	"gongbao/internal/identity"
)

// forge signs good claims with a key of one's own, under any name.
func (p *provider) forge(id string) string {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id},
	}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(p.claims()).Serialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

func (p *provider) fetches() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.asked
}

func (p *provider) set(change func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	change()
}

func (p *provider) discover(now clock.Clock) *identity.Verifier {
	p.t.Helper()
	verifier, err := identity.Discover(p.t.Context(), identity.Options{
		Issuer: p.URL, Audience: "gongbao", OrganisationClaim: "org", RolesClaim: "groups", Clock: now,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return verifier
}

// Forged tokens, whatever key they name, make no more fetches than a minute of quiet would; a real change of keys is
// still seen soon.
func TestForgedTokensAreNoFetches(t *testing.T) {
	t.Parallel()
	p, now := startProvider(t), clock.NewManual(noon)
	verifier := p.discover(now)
	if _, err := verifier.Person(t.Context(), p.sign(p.claims())); err != nil {
		t.Fatal(err)
	}
	refuse := func(token string) {
		if _, err := verifier.Person(t.Context(), token); !errors.Is(err, identity.ErrUnknown) {
			t.Errorf("a forged token: %v", err)
		}
	}
	for range 100 {
		refuse(p.forge("k1"))
	}
	if got := p.fetches(); got != 1 {
		t.Errorf("100 tokens forged with the name of a known key made %d fetches", got-1)
	}
	for i := range 100 {
		refuse(p.forge(fmt.Sprint("forged-", i)))
	}
	if got := p.fetches(); got > 3 {
		t.Errorf("100 forged tokens made %d fetches", got-1)
	}
	p.rotate("k2")
	now.Set(noon.Add(10 * time.Second))
	refuse(p.forge("forged again"))
	if _, err := verifier.Person(t.Context(), p.sign(p.claims())); err != nil {
		t.Errorf("a token of a new key, ten seconds after a flood: %v", err)
	}
	before := p.fetches()
	now.Set(noon.Add(25 * time.Second))
	refuse(p.forge("forged again"))
	if got := p.fetches(); got != before {
		t.Errorf("a key that the provider did not have was asked for again")
	}
}

// Whatever waits for keys waits for one fetch; who waits no longer goes, and a provider that hangs holds up nobody
// whose key is known.
func TestOneFetchForAll(t *testing.T) {
	t.Parallel()
	p, now := startProvider(t), clock.NewManual(noon)
	verifier := p.discover(now)
	known := p.sign(p.claims())
	if _, err := verifier.Person(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	now.Set(noon.Add(2 * time.Minute)) // the signature is looked at again
	hold := make(chan struct{})
	p.set(func() { p.hold = hold })
	p.rotate("k2")
	token := p.sign(p.claims())
	const waiting = 20
	results := make(chan error, waiting)
	var work sync.WaitGroup
	for range waiting {
		work.Go(func() {
			_, err := verifier.Person(t.Context(), token)
			results <- err
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verifier.Person(ctx, token); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone waits: %v", err)
	}
	if _, err := verifier.Person(t.Context(), known); err != nil {
		t.Errorf("a known key, while the provider hangs: %v", err)
	}
	close(hold)
	work.Wait()
	for range waiting {
		if err := <-results; err != nil {
			t.Errorf("one of those who waited: %v", err)
		}
	}
	if got := p.fetches(); got != 2 {
		t.Errorf("%d fetches for all who waited", got-1)
	}
}

// A provider that answers with errors is not asked more often for it, and its people are told to come again.
func TestProviderIsIll(t *testing.T) {
	t.Parallel()
	p, now := startProvider(t), clock.NewManual(noon)
	verifier := p.discover(now)
	p.set(func() { p.ill = true })
	for i := range 50 {
		if _, err := verifier.Person(t.Context(), p.sign(p.claims())); !errors.Is(err, identity.ErrKeys) {
			t.Errorf("the provider is ill, try %d: %v", i, err)
		}
	}
	if got := p.fetches(); got > 3 {
		t.Errorf("an ill provider was asked %d times", got)
	}
	p.set(func() { p.ill = false })
	now.Set(noon.Add(11 * time.Second))
	if _, err := verifier.Person(t.Context(), p.sign(p.claims())); err != nil {
		t.Errorf("when it is well again: %v", err)
	}
}

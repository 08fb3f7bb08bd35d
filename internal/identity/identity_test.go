package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/identity"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, clock.Zone)

// provider is a small OpenID provider with keys that rotate.
type provider struct {
	*httptest.Server

	t     *testing.T
	mutex sync.Mutex
	keys  []jose.JSONWebKey
	asked int           // for its keys
	hold  chan struct{} // when there is one, keys are given once it is closed
	ill   bool          // it answers with an error
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL + "/a", "token_endpoint": p.URL + "/t",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.mutex.Lock()
		p.asked++
		hold := p.hold
		p.mutex.Unlock()
		if hold != nil {
			<-hold
		}
		p.mutex.Lock()
		defer p.mutex.Unlock()
		if p.ill {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		var public jose.JSONWebKeySet
		for _, key := range p.keys {
			public.Keys = append(public.Keys, key.Public())
		}
		_ = json.NewEncoder(w).Encode(public)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	p.rotate("k1")
	return p
}

// rotate replaces all keys by a new one.
func (p *provider) rotate(id string) {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.keys = []jose.JSONWebKey{{Key: key, KeyID: id, Algorithm: "ES256", Use: "sig"}}
}

func (p *provider) sign(claims map[string]any) string {
	p.t.Helper()
	p.mutex.Lock()
	key := p.keys[0]
	p.mutex.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

func (p *provider) claims() map[string]any {
	return map[string]any{
		"iss": p.URL, "aud": "gongbao", "sub": "li", "exp": noon.Add(time.Hour).Unix(),
		"iat": noon.Add(-time.Minute).Unix(),
		"org": "member:A", "groups": "underwriter billing reader",
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	ctx, cancel := context.WithCancel(t.Context())
	verifier, err := identity.Discover(ctx, identity.Options{
		Issuer: p.URL, Audience: "gongbao", OrganisationClaim: "org", RolesClaim: "groups", Clock: clock.NewManual(noon),
	})
	cancel() // the verifier outlives the start-up it was made in
	if err != nil {
		t.Fatal(err)
	}
	person, err := verifier.Person(t.Context(), p.sign(p.claims()))
	if err != nil || person.Subject != "li@A" || !person.IsMember("A") {
		t.Fatalf("got %+v, %v", person, err)
	}
	if !slices.Equal(person.Roles, []access.Role{access.Underwriter, access.Reader}) {
		t.Errorf("the roles are %v", person.Roles)
	}
	old := p.sign(p.claims())
	p.rotate("k2")
	if _, err := verifier.Person(t.Context(), p.sign(p.claims())); err != nil {
		t.Errorf("a token of a new key: %v", err)
	}
	if _, err := verifier.Person(t.Context(), old); !errors.Is(err, identity.ErrUnknown) {
		t.Errorf("a token of a key that was taken away: %v", err)
	}
	for name, test := range map[string]struct {
		claim  string
		value  any
		wanted error
	}{
		"another audience":                 {"aud", "elsewhere", identity.ErrUnknown},
		"another issuer":                   {"iss", "https://elsewhere", identity.ErrUnknown},
		"expired":                          {"exp", noon.Add(-time.Minute).Unix(), identity.ErrUnknown},
		"no organisation":                  {"org", nil, identity.ErrClaims},
		"an organisation of no kind":       {"org", "broker:X", identity.ErrClaims},
		"a member without a code":          {"org", "member:", identity.ErrClaims},
		"a manager with a code":            {"org", "manager:A", identity.ErrClaims},
		"an organisation that is not text": {"org", 7, identity.ErrClaims},
		"a person without a name":          {"sub", "@A", identity.ErrClaims},
		"a name of two lines":              {"sub", "li\nwu", identity.ErrClaims},
	} {
		claims := p.claims()
		claims[test.claim] = test.value
		if _, err := verifier.Person(t.Context(), p.sign(claims)); !errors.Is(err, test.wanted) {
			t.Errorf("%s: got %v, wanted %v", name, err, test.wanted)
		}
	}
}

func TestProviderAway(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	p.Close()
	options := identity.Options{Issuer: p.URL, Audience: "gongbao", Clock: clock.NewManual(noon)}
	if _, err := identity.Discover(t.Context(), options); err == nil {
		t.Error("a provider that is away was discovered")
	}
}

func TestSigner(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "deep", "folder")
	now := clock.NewManual(noon)
	var signers [4]*identity.Signer
	var work sync.WaitGroup
	for i := range signers { // started at once on an empty folder they agree on one key
		work.Go(func() {
			signer, err := identity.OpenSigner(folder, now)
			if err != nil {
				t.Error(err)
			}
			signers[i] = signer
		})
	}
	work.Wait()
	verifier := signers[0].Verifier()
	for _, text := range []string{
		"li@A:underwriter,reader", "wang@regulator:reader", "op@operator:reader", "m@manager:settlement",
		strings.Repeat("李", 64) + "@" + strings.Repeat("Ж", 64) + ":reader",
	} {
		person, err := identity.ParsePerson(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, signer := range signers {
			token, err := signer.Token(person, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			got, err := verifier.Person(t.Context(), token)
			same := got.Subject == person.Subject && got.Kind == person.Kind && slices.Equal(got.Roles, person.Roles)
			if err != nil || !same {
				t.Errorf("%s came back as %+v, %v", text, got, err)
			}
		}
	}
	info, err := os.Stat(filepath.Join(folder, "token-key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	other, err := identity.OpenSigner(t.TempDir(), now)
	if err != nil {
		t.Fatal(err)
	}
	token, _ := other.Token(access.Person("li", access.Member, "A"), time.Hour)
	if _, err := verifier.Person(t.Context(), token); !errors.Is(err, identity.ErrUnknown) {
		t.Errorf("another service's token: %v", err)
	}
}

func TestTokenIsGoodUntilItEnds(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(noon)
	signer, err := identity.OpenSigner(t.TempDir(), now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Token(access.Person("li", access.Member, "A", access.Underwriter), 90*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	verifier := signer.Verifier()
	for _, test := range []struct {
		name  string
		after time.Duration
		want  error
	}{
		{"OK the first time", 0, nil},
		{"OK at once again", 0, nil},
		{"OK as its signature is checked anew", 70 * time.Second, nil},
		{"OK in its last second", 89 * time.Second, nil},
		{"ErrUnknown after its end", 91 * time.Second, identity.ErrUnknown},
	} {
		now.Set(noon.Add(test.after))
		person, err := verifier.Person(t.Context(), token)
		if !errors.Is(err, test.want) || err == nil && person.Subject != "li@A" {
			t.Errorf("%s: %+v, %v", test.name, person, err)
		}
		if _, err := verifier.Person(t.Context(), token+"x"); !errors.Is(err, identity.ErrUnknown) {
			t.Errorf("%s: a token with another signature: %v", test.name, err)
		}
	}
}

func TestPersonMisspelt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "li", "li@", "@A:reader", "li@A", "li@A:", "li@A:king", "l i@A:reader", "li@A:reader,",
		strings.Repeat("l", 65) + "@A:reader", "li@" + strings.Repeat("A", 65) + ":reader",
	} {
		if person, err := identity.ParsePerson(text); !errors.Is(err, identity.ErrPerson) {
			t.Errorf("%q is %+v, %v", text, person, err)
		}
	}
}

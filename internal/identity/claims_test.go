package identity_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/identity"
)

// written signs claims byte for byte as they are written, which a library would not write so.
func (p *provider) written(claims string) string {
	p.t.Helper()
	p.mutex.Lock()
	key := p.keys[0]
	p.mutex.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(claims))
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// with is a token's claims with some changed; nil takes one away.
func (p *provider) with(changes map[string]any) string {
	claims := p.claims()
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	return p.sign(claims)
}

// A token is taken only when it says when it was made and for whom, and lives no longer than tokens may.
func TestATokenIsOfItsTimeAndOfItsClient(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	options := identity.Options{
		Issuer: p.URL, Audience: "gongbao", OrganisationClaim: "org", RolesClaim: "groups", Clock: clock.NewManual(noon),
	}
	usual, err := identity.Discover(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	options.Clients, options.LifeMax = []string{"console", "robot"}, 8*time.Hour
	chosen, err := identity.Discover(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	at := func(after time.Duration) int64 { return noon.Add(after).Unix() }
	for name, test := range map[string]struct {
		verifier *identity.Verifier
		changes  map[string]any
		good     bool
	}{
		"made a moment ahead of us":       {usual, map[string]any{"iat": at(30 * time.Second)}, true},
		"made in the future":              {usual, map[string]any{"iat": at(2 * time.Minute)}, false},
		"made at no time":                 {usual, map[string]any{"iat": nil}, false},
		"made at a text":                  {usual, map[string]any{"iat": "2026-03-02"}, false},
		"made before time":                {usual, map[string]any{"iat": -1}, false},
		"parts of a second":               {usual, map[string]any{"iat": float64(at(0)) - 0.5}, true},
		"a life of a day":                 {usual, map[string]any{"iat": at(-time.Hour), "exp": at(23 * time.Hour)}, true},
		"a life of more than a day":       {usual, map[string]any{"iat": at(-time.Hour), "exp": at(24 * time.Hour)}, false},
		"a life of a hundred years":       {usual, map[string]any{"exp": at(876_000 * time.Hour)}, false},
		"an end behind all time":          {usual, map[string]any{"exp": int64(1) << 62}, false},
		"an end that no number holds":     {usual, map[string]any{"exp": 1e300}, false},
		"no end":                          {usual, map[string]any{"exp": nil}, false},
		"a longer life than is set":       {chosen, map[string]any{"azp": "robot", "exp": at(9 * time.Hour)}, false},
		"good from later on":              {usual, map[string]any{"nbf": at(2 * time.Minute)}, false},
		"good from a moment ago":          {usual, map[string]any{"nbf": at(-time.Second)}, true},
		"given to the audience itself":    {usual, map[string]any{"azp": "gongbao"}, true},
		"given to another client":         {usual, map[string]any{"azp": "console"}, false},
		"given to no text":                {usual, map[string]any{"azp": []string{"gongbao"}}, false},
		"given to nobody by name":         {usual, map[string]any{"azp": ""}, false},
		"given to a client that is taken": {chosen, map[string]any{"azp": "robot"}, true},
		"given to one that is not":        {chosen, map[string]any{"azp": "gongbao"}, false},
		"several audiences":               {usual, map[string]any{"aud": []string{"gongbao", "account"}}, false},
		"several audiences, and its client": {
			chosen, map[string]any{"aud": []string{"gongbao", "account"}, "azp": "console"}, true,
		},
	} {
		_, err := test.verifier.Person(t.Context(), p.with(test.changes))
		if test.good && err != nil || !test.good && !errors.Is(err, identity.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What two readers of JSON could take for different claims is no token: of a name that stands there twice one takes the
// first and the other the last, and one reads "SUB" as sub.
func TestATokenSpellsItsClaimsOnce(t *testing.T) {
	t.Parallel()
	p := startProvider(t)
	verifier := p.discover(clock.NewManual(noon))
	plain, err := json.Marshal(p.claims())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Person(t.Context(), p.written(string(plain))); err != nil {
		t.Fatal(err)
	}
	other := strconv.FormatInt(noon.Add(2*time.Hour).Unix(), 10)
	for _, more := range []string{
		`"sub":"wu"`, `"SUB":"wu"`, `"Sub":"wu"`, "\"\u017fub\":\"wu\"", `"\u0073ub":"wu"`, `"Iss":"https://elsewhere"`,
		`"Aud":"elsewhere"`, `"EXP":` + other, `"Iat":0`, `"NBF":0`, `"AZP":"gongbao"`, `"org":"member:B"`,
		`"Org":"member:B"`,
		`"GROUPS":["senior_underwriter"]`, `"groups":["senior_underwriter"]`, `"address":{"a":1,"a":2}`,
		`"deep":` + strings.Repeat("[", 40) + strings.Repeat("]", 40),
	} {
		for _, claims := range []string{
			`{` + more + `,` + string(plain[1:]), string(plain[:len(plain)-1]) + `,` + more + `}`,
		} {
			if person, err := verifier.Person(t.Context(), p.written(claims)); !errors.Is(err, identity.ErrUnknown) {
				t.Errorf("%s: %+v, %v", claims, person, err)
			}
		}
	}
	for _, more := range []string{`"Name":"李"`, `"subs":1`, `"address":{"formatted":"a\nb","Sub":"x"}`} {
		claims := `{` + more + `,` + string(plain[1:])
		if _, err := verifier.Person(t.Context(), p.written(claims)); err != nil {
			t.Errorf("a claim that nobody reads, %s: %v", more, err)
		}
	}
}

// The key in the data folder could sign a token for ever; none that lives longer than a month is taken.
func TestOurOwnTokensLiveForAMonthAtMost(t *testing.T) {
	t.Parallel()
	signer, err := identity.OpenSigner(t.TempDir(), clock.NewManual(noon))
	if err != nil {
		t.Fatal(err)
	}
	for life, good := range map[time.Duration]bool{identity.OwnLifeMax: true, identity.OwnLifeMax + time.Hour: false} {
		token, err := signer.Token(access.Person("li", access.Member, "A", access.Reader), life)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signer.Verifier().Person(t.Context(), token); (err == nil) != good {
			t.Errorf("a life of %s: %v", life, err)
		}
	}
}

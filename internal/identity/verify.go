package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"gongbao/internal/access"
	"gongbao/internal/clock"
)

// Names of the claims a token carries besides the standard ones.
const (
	OrganisationClaim = "gongbao_organisation" // "member:A", "manager", "regulator" or "operator"
	RolesClaim        = "gongbao_roles"        // a list, or a text with blanks between
)

const (
	tokenMax     = 8 << 10 // bytes of a token
	rolesMax     = 16
	discoverTime = 10 * time.Second
)

// Options say whose tokens are taken.
type Options struct {
	Issuer            string // the provider's address, as in its discovery document
	Audience          string
	OrganisationClaim string // OrganisationClaim when empty
	RolesClaim        string // RolesClaim when empty
	Clock             clock.Clock
}

// Verifier knows the issuer's keys.
type Verifier struct {
	options Options
	tokens  *oidc.IDTokenVerifier
	trusted trusted
}

// Discover asks the provider for its keys; they are fetched again when a token names one that is not known yet.
func Discover(ctx context.Context, options Options) (*Verifier, error) {
	// The context lives as long as the verifier: the library keeps it to fetch new keys with.
	client := &http.Client{Timeout: discoverTime}
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client), options.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the token issuer %s: %w", options.Issuer, err)
	}
	return newVerifier(options, provider.Verifier(options.config())), nil
}

func (o Options) config() *oidc.Config {
	return &oidc.Config{
		ClientID: o.Audience, Now: o.Clock.Now,
		SupportedSigningAlgs: []string{oidc.EdDSA, oidc.ES256, oidc.ES384, oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256},
	}
}

func newVerifier(options Options, tokens *oidc.IDTokenVerifier) *Verifier {
	if options.OrganisationClaim == "" {
		options.OrganisationClaim = OrganisationClaim
	}
	if options.RolesClaim == "" {
		options.RolesClaim = RolesClaim
	}
	return &Verifier{options: options, tokens: tokens}
}

// Person is who holds the token. ErrUnknown when it is not good; ErrClaims when it does not say for whom the person
// acts.
func (v *Verifier) Person(ctx context.Context, token string) (access.Principal, error) {
	if token == "" || len(token) > tokenMax {
		return access.Principal{}, ErrUnknown
	}
	now := v.options.Clock.Now()
	if person, there := v.trusted.find(token, now); there {
		return person, nil
	}
	verified, err := v.tokens.Verify(ctx, token)
	if err != nil {
		return access.Principal{}, ErrUnknown.From(err)
	}
	claims := map[string]json.RawMessage{}
	if err := verified.Claims(&claims); err != nil {
		return access.Principal{}, ErrUnknown.From(err)
	}
	kind, member, err := organisationOf(claims[v.options.OrganisationClaim])
	if err != nil {
		return access.Principal{}, err
	}
	name, _, _ := strings.Cut(verified.Subject, "@")
	if !nameForm.MatchString(name) {
		return access.Principal{}, ErrClaims.With("the subject is no name of a person")
	}
	person := access.Person(name, kind, member, rolesOf(claims[v.options.RolesClaim])...)
	v.trusted.keep(token, person, now, verified.Expiry)
	return person, nil
}

var (
	nameForm   = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.|-]{0,63}$`)
	memberForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$`)
)

func organisationOf(claim json.RawMessage) (access.Kind, string, error) {
	var text string
	_ = json.Unmarshal(claim, &text) // what is no text stays empty
	kind, member, found := strings.Cut(text, ":")
	switch access.Kind(kind) {
	case access.Member:
		if found && memberForm.MatchString(member) {
			return access.Member, member, nil
		}
	case access.Manager, access.Regulator, access.Operator:
		if !found {
			return access.Kind(kind), "", nil
		}
	}
	return "", "", ErrClaims.With("%q is no organisation", text)
}

// rolesOf takes the roles it knows; a provider's other roles are not ours.
func rolesOf(claim json.RawMessage) []access.Role {
	var names []string
	if err := json.Unmarshal(claim, &names); err != nil {
		var text string
		_ = json.Unmarshal(claim, &text)
		names = strings.Fields(text)
	}
	var roles []access.Role
	for _, name := range names {
		role := access.Role(name)
		if slices.Contains(access.Roles, role) && !slices.Contains(roles, role) && len(roles) < rolesMax {
			roles = append(roles, role)
		}
	}
	return roles
}

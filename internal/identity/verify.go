package identity

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/text"
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
	OrganisationClaim string        // OrganisationClaim when empty
	RolesClaim        string        // RolesClaim when empty
	Clients           []string      // to whom tokens may have been given; the audience alone when empty
	LifeMax           time.Duration // the package's LifeMax when zero
	Clock             clock.Clock
}

// Verifier knows the issuer's keys.
type Verifier struct {
	options Options
	tokens  *oidc.IDTokenVerifier // of keys that are always the same; else nil
	keys    *providerKeys
	trusted trusted
}

// Discover asks the provider where its keys are; they are fetched when a token names one that is not known yet.
func Discover(ctx context.Context, options Options) (*Verifier, error) {
	client := &http.Client{Timeout: discoverTime}
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client), options.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the token issuer %s: %w", options.Issuer, err)
	}
	var document struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&document); err != nil || document.Keys == "" {
		return nil, errors.Join(fmt.Errorf("the token issuer %s does not say where its keys are", options.Issuer), err)
	}
	verifier := newVerifier(options, nil)
	verifier.keys = newProviderKeys(document.Keys, client, options.Clock)
	return verifier, nil
}

func (o Options) config() *oidc.Config {
	return &oidc.Config{
		ClientID: o.Audience, Now: o.Clock.Now,
		SupportedSigningAlgs: algorithmNames(),
	}
}

func algorithmNames() []string {
	var names []string
	for _, algorithm := range algorithms() {
		names = append(names, string(algorithm))
	}
	return names
}

func newVerifier(options Options, tokens *oidc.IDTokenVerifier) *Verifier {
	if options.OrganisationClaim == "" {
		options.OrganisationClaim = OrganisationClaim
	}
	if options.RolesClaim == "" {
		options.RolesClaim = RolesClaim
	}
	if len(options.Clients) == 0 {
		options.Clients = []string{options.Audience}
	}
	options.LifeMax = cmp.Or(options.LifeMax, LifeMax)
	return &Verifier{options: options, tokens: tokens}
}

// Trusts says whether the token was good a moment ago, so that it is no stranger's.
func (v *Verifier) Trusts(token string) bool {
	if len(token) > tokenMax {
		return false
	}
	_, there := v.trusted.find(token, v.options.Clock.Now())
	return there
}

// Person is who holds the token. ErrUnknown when it is not good; ErrKeys when the issuer cannot be asked for the key
// that signed it; ErrClaims when it does not say for whom the person acts.
func (v *Verifier) Person(ctx context.Context, token string) (access.Principal, error) {
	if token == "" || len(token) > tokenMax {
		return access.Principal{}, ErrUnknown
	}
	now := v.options.Clock.Now()
	if person, there := v.trusted.find(token, now); there {
		return person, nil
	}
	verified, err := v.verify(ctx, token)
	if err != nil {
		return access.Principal{}, err
	}
	claims, err := v.judged(verified, now)
	if err != nil {
		return access.Principal{}, ErrUnknown.From(err)
	}
	kind, member, err := organisationOf(claims[v.options.OrganisationClaim])
	if err != nil {
		return access.Principal{}, err
	}
	name, _, _ := strings.Cut(verified.Subject, "@")
	if !isName(name) {
		return access.Principal{}, ErrClaims.Case(fault.Args{"subject": strconv.Quote(name)})
	}
	person := access.Person(name, kind, member, rolesOf(claims[v.options.RolesClaim])...)
	v.trusted.keep(token, person, now, verified.Expiry)
	return person, nil
}

func (v *Verifier) verify(ctx context.Context, token string) (*oidc.IDToken, error) {
	tokens, look := v.tokens, &attempt{keys: v.keys}
	if tokens == nil {
		tokens = oidc.NewVerifier(v.options.Issuer, look, v.options.config())
	}
	verified, err := tokens.Verify(ctx, token)
	switch {
	case err == nil:
		return verified, nil
	case look.err != nil:
		return nil, look.err
	default:
		return nil, ErrUnknown.From(err)
	}
}

// judged are the claims of a token whose signature, issuer, audience and end are good, and which says all else that a
// token must.
func (v *Verifier) judged(verified *oidc.IDToken, now time.Time) (map[string]json.RawMessage, error) {
	var body json.RawMessage
	if err := verified.Claims(&body); err != nil {
		return nil, err
	}
	claims, err := readClaims(body, v.options.OrganisationClaim, v.options.RolesClaim)
	if err != nil {
		return nil, err
	}
	return claims, errors.Join(timely(claims, now, v.options.LifeMax),
		meant(claims, len(verified.Audience), v.options.Clients))
}

// nameForm is how people's names are written in tokens: providers put user names, numbers or "auth0|…" there.
var nameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.|-]*$`)

func isName(name string) bool { return hasForm(name, nameForm) }

// memberForm is wider than the rule for new codes: a member that joined before it keeps its code.
var memberForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.-]*$`)

func isMember(code string) bool { return hasForm(code, memberForm) }

const nameMax = 64 // characters

// hasForm counts the characters beside the form: a form that counts them itself holds every letter of Unicode as many
// times, which costs each start of the program megabytes and milliseconds.
func hasForm(name string, form *regexp.Regexp) bool {
	return utf8.RuneCountInString(name) <= nameMax && form.MatchString(name) && !text.LineFault(name).Any()
}

func organisationOf(claim json.RawMessage) (access.Kind, string, error) {
	var said string
	_ = json.Unmarshal(claim, &said) // what is no text stays empty
	kind, member, found := strings.Cut(said, ":")
	switch access.Kind(kind) {
	case access.Member:
		if found && isMember(member) {
			return access.Member, member, nil
		}
	case access.Manager, access.Regulator, access.Operator:
		if !found {
			return access.Kind(kind), "", nil
		}
	}
	return "", "", ErrClaims.Case(fault.Args{"said": strconv.Quote(said)})
}

// rolesOf takes the roles it knows; a provider's other roles are not ours.
func rolesOf(claim json.RawMessage) []access.Role {
	var names []string
	if err := json.Unmarshal(claim, &names); err != nil {
		var said string
		_ = json.Unmarshal(claim, &said)
		names = strings.Fields(said)
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

package identity

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
)

// Issuer and audience of the tokens we sign ourselves.
const (
	OwnIssuer   = "https://gongbao.invalid" // a reserved name: nobody else can be it
	OwnAudience = "gongbao"
	keyFile     = "token-key.pem"
)

// Signer signs the tokens of the demo and of a lonely machine. Whoever can read its key can be anyone.
type Signer struct {
	key   ed25519.PrivateKey
	clock clock.Clock
}

// OpenSigner reads the key in the folder, or makes one there that only its owner may read.
func OpenSigner(folder string, clock clock.Clock) (*Signer, error) {
	path := filepath.Join(folder, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKey(folder, path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key that signs tokens: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("the key that signs tokens: %s is not a PEM file", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the key that signs tokens: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key that signs tokens: %s holds no Ed25519 key", path)
	}
	return &Signer{key: key, clock: clock}, nil
}

// makeKey writes a new key whole or not at all; of two that start at once the quicker one's key counts.
func makeKey(folder, path string) ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	draft, err := os.CreateTemp(folder, keyFile+".*") // readable by its owner alone
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	err = errors.Join(pem.Encode(draft, &pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), draft.Sync(), draft.Close())
	if err != nil {
		return nil, err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// Token signs a token for the person, good from now on for the given time.
func (s *Signer) Token(person access.Principal, life time.Duration) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: s.key},
		new(jose.SignerOptions).WithType("JWT"))
	if err != nil {
		return "", err
	}
	organisation := string(person.Kind)
	if person.Kind == access.Member {
		organisation += ":" + person.Organisation
	}
	now := s.clock.Now()
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: OwnIssuer, Audience: jwt.Audience{OwnAudience}, Subject: person.Subject,
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(life)),
	}).Claims(map[string]any{OrganisationClaim: organisation, RolesClaim: person.Roles}).Serialize()
}

// Verifier takes this signer's tokens and no others.
func (s *Signer) Verifier() *Verifier {
	options := Options{Issuer: OwnIssuer, Audience: OwnAudience, LifeMax: OwnLifeMax, Clock: s.clock}
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{s.key.Public()}}
	return newVerifier(options, oidc.NewVerifier(OwnIssuer, keys, options.config()))
}

// ParsePerson reads NAME@ORGANISATION:ROLE,ROLE, as in li@DONGHU:underwriter or wang@regulator:reader. manager,
// regulator and operator are those organisations; any other is a member's code.
func ParsePerson(text string) (access.Principal, error) {
	name, rest, _ := strings.Cut(text, "@")
	organisation, listed, _ := strings.Cut(rest, ":")
	kind, member := access.Kind(organisation), ""
	if kind != access.Manager && kind != access.Regulator && kind != access.Operator {
		kind, member = access.Member, organisation
	}
	if !isName(name) || (kind == access.Member && !isMember(member)) {
		return access.Principal{}, ErrPerson.Case(fault.Args{"written": strconv.Quote(text)})
	}
	var roles []access.Role
	for role := range strings.SplitSeq(listed, ",") {
		if !slices.Contains(access.Roles, access.Role(role)) {
			return access.Principal{}, ErrPerson.Case(fault.Args{
				"role": strconv.Quote(role), "roles": access.Roles,
			})
		}
		roles = append(roles, access.Role(role))
	}
	return access.Person(name, kind, member, roles...), nil
}

package door

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/throttle"
)

// Gate says who asks, and whether they ask too much. Every door lets people in through the same one.
type Gate struct {
	// Person is who holds a bearer token; identity.Verifier has it.
	Person func(ctx context.Context, token string) (access.Principal, error)
	// Trusts says whether a token was good a moment ago; identity.Verifier has it. Nil: none was.
	Trusts func(token string) bool
	Load   *throttle.Gate
}

// Enter lets a person in whom the operation admits, until they leave.
func (g *Gate) Enter(person access.Principal, upload bool) (leave func(), err error) {
	leave, refused := g.Load.Enter(person.Subject, upload)
	if refused != nil {
		return nil, Excess{refused}
	}
	return leave, nil
}

// Known is the person who holds the request's token. From an address that many bad tokens came from no further one is
// looked at for a while, apart from those that were good a moment ago.
func (g *Gate) Known(request *http.Request) (access.Principal, error) {
	var token string
	if headers := request.Header.Values("Authorization"); len(headers) == 1 {
		if scheme, rest, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Bearer") {
			token = strings.TrimSpace(rest)
		}
	}
	address := addressOf(request)
	if g.Trusts == nil || !g.Trusts(token) {
		if refused := g.Load.Strange(address); refused != nil {
			return access.Principal{}, Excess{refused}
		}
	}
	person, err := g.Person(request.Context(), token)
	if refusal, ok := errors.AsType[*fault.Fault](err); ok && refusal.Kind == fault.Unknown {
		g.Load.Failed(address)
	}
	return person, err
}

// addressOf is whose bad tokens are counted together: an IPv4 address, or the network that one IPv6 subscriber has.
func addressOf(request *http.Request) string {
	const subscriber = 64 // bits
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		return request.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	network, err := ip.WithZone("").Prefix(subscriber)
	if err != nil {
		return host
	}
	return network.String()
}

// Excess is the error of a caller who has to wait.
type Excess struct{ *throttle.Refusal }

// Error is the reason.
func (e Excess) Error() string { return e.Reason }

// Unwrap is the rule.
func (e Excess) Unwrap() error { return ErrTooMany.Case(fault.Args{"reason": e.Reason}) }

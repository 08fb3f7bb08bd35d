package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"gongbao/internal/wire"
)

// How long a token may live.
const (
	OwnLifeMax = 30 * 24 * time.Hour // one that we sign ourselves
	LifeMax    = 24 * time.Hour      // a provider's, unless it is said otherwise

	skew = time.Minute // that the issuer's clock may be ahead of ours
)

// standard are the claims that every token is judged by. A token that writes one of them in other letters says one
// thing to a reader that minds the case and another to one that does not.
var standard = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "azp"}

// readClaims are a token's claims by their exact names. A name that stands there twice, at any depth, is refused, and
// so is one that differs from a claim that is read, the standard ones and the others, only by its case.
func readClaims(body json.RawMessage, others ...string) (map[string]json.RawMessage, error) {
	reader, err := wire.NewReader(body)
	if err != nil {
		return nil, err
	}
	if first, err := reader.Next(); err != nil || first.Kind() != jsontext.KindBeginObject {
		return nil, errors.Join(errors.New("the claims are no object"), err)
	}
	read := slices.Concat(standard, others)
	for reader.Peek() != jsontext.KindEndObject {
		token, err := reader.Next()
		if err != nil {
			return nil, err
		}
		name := token.String()
		for _, known := range read {
			if name != known && strings.EqualFold(name, known) {
				return nil, fmt.Errorf("the claim %s is written %s", known, strconv.Quote(wire.Shown(name)))
			}
		}
		if err := reader.Skip(); err != nil {
			return nil, err
		}
	}
	claims := map[string]json.RawMessage{}
	return claims, json.Unmarshal(body, &claims)
}

// timely refuses a token that does not say when it was made, was made in the future, ends before it begins or lives
// longer than it may.
func timely(claims map[string]json.RawMessage, now time.Time, lifeMax time.Duration) error {
	issued, err := instant(claims, "iat")
	if err != nil {
		return err
	}
	expiry, err := instant(claims, "exp")
	if err != nil {
		return err
	}
	if _, there := claims["nbf"]; there {
		begins, err := instant(claims, "nbf")
		if err != nil || begins.After(now.Add(skew)) {
			return errors.Join(errors.New("the token is not good yet (nbf)"), err)
		}
	}
	switch life := expiry.Sub(issued); {
	case issued.After(now.Add(skew)):
		return errors.New("the token was made in the future (iat)")
	case life <= 0:
		return errors.New("the token ends before it was made (exp, iat)")
	case life > lifeMax:
		return fmt.Errorf("the token lives for %s, and %s is the longest life (exp, iat)", life, lifeMax)
	default:
		return nil
	}
}

// secondMax is the end of the year 9999: what lies behind it is no time that anybody means.
const secondMax = 253_402_300_799

// instant is a claim in seconds since 1970, as any number of JSON writes it; parts of a second are left out.
func instant(claims map[string]json.RawMessage, name string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(string(claims[name]), 64)
	if err != nil || seconds < 0 || seconds > secondMax { // a claim of JSON is never NaN
		return time.Time{}, fmt.Errorf("the token does not say a time as %s", name)
	}
	return time.Unix(int64(seconds), 0), nil
}

// meant refuses a token that was given to another client than those whose tokens are taken. One that is good for
// several audiences has to say to whom it was given.
func meant(claims map[string]json.RawMessage, audiences int, clients []string) error {
	said, there := claims["azp"]
	if !there {
		if audiences > 1 {
			return errors.New("the token is for several audiences and does not say to whom it was given (azp)")
		}
		return nil
	}
	var client string
	if err := json.Unmarshal(said, &client); err != nil || !slices.Contains(clients, client) {
		return errors.Join(errors.New("the token was given to another client (azp)"), err)
	}
	return nil
}

package scenario

import (
	"context"
	"errors"
	"maps"
	"sync"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/feed"
	"gongbao/internal/periodend"
	"gongbao/product"
	"gongbao/zone"
)

// Kinds of what an expectation names, besides those that a file makes.
const (
	ofEither = "policy or claim"
	ofEvent  = "type of event"
)

// asked lists what an expectation names.
func asked(s Statement) []name {
	var list []name
	ask := func(kind string, codes ...string) {
		for _, code := range codes {
			if code != "" {
				list = append(list, name{kind: kind, code: code})
			}
		}
	}
	switch s := s.(type) {
	case ExpectPortion:
		kind := ofPolicy
		if _, ofItsClaim := claimStreams[s.Stream]; ofItsClaim {
			kind = ofClaim
		}
		ask(kind, s.Subject)
		ask(ofMember, s.Member)
	case ExpectOwes:
		ask(ofMember, s.Debtor, s.Creditor)
		ask(ofPool, s.Pool)
	case ExpectBalance:
		ask(ofMember, s.Member, s.With)
		ask(ofPool, s.Pool)
		ask(ofPolicy, s.Policy)
		ask(ofClaim, s.Claim)
	case ExpectState:
		ask(ofEither, s.Subject)
	case ExpectStatement:
		ask(ofPool, s.Pool)
		ask(ofMember, s.Member)
	case ExpectNet:
		ask(ofPool, s.Pool)
		ask(ofMember, s.Member)
	case ExpectPayment:
		ask(ofPool, s.Pool)
		ask(ofMember, s.From, s.To)
	case ExpectPayments:
		ask(ofPool, s.Pool)
	case ExpectEvent:
		ask(ofEvent, s.Type)
		ask(ofEither, s.Subject)
	case ExpectClock:
		ask(ofClaim, s.Claim)
	case ExpectSubsidy:
		ask(ofPolicy, s.Policy)
	}
	return list
}

// unknown is the first thing that an expectation names and that is not there; "" when everything is.
func (p *Player) unknown(ctx context.Context, s Statement) (string, error) {
	for _, n := range asked(s) {
		known, err := p.knows(ctx, n)
		if err != nil {
			return "", err
		}
		if !known {
			return "a " + n.kind + " " + n.code, nil
		}
	}
	return "", nil
}

// knows says that something of the name is there: a policy or claim of this file, a member or pool of the ledger.
func (p *Player) knows(ctx context.Context, n name) (bool, error) {
	_, made := p.pools[n.code]
	switch n.kind {
	case ofEither:
		return made, nil
	case ofPolicy:
		return made && !p.claimed[n.code], nil
	case ofClaim:
		return made && p.claimed[n.code], nil
	case ofEvent:
		return eventTypes()[n.code], nil
	}
	if p.seen[n] {
		return true, nil
	}
	var err error
	if n.kind == ofPool {
		_, err = coinsurance.FindPool(ctx, p.db, n.code)
		if errors.Is(err, coinsurance.ErrPoolNotFound) {
			return false, nil
		}
		p.seen[n] = err == nil
	} else {
		var found map[string]zone.Member
		found, err = zone.MembersByCode(ctx, p.db, []string{n.code})
		_, p.seen[n] = found[n.code]
	}
	return p.seen[n], err
}

// eventTypes are the types of everything that is announced.
var eventTypes = sync.OnceValue(func() map[string]bool {
	types := map[string]bool{}
	for _, wing := range []map[string]any{
		zone.EventTypes(), coinsurance.EventTypes(), settlement.EventTypes(), product.EventTypes(), insurance.EventTypes(),
		claims.EventTypes(), dossier.EventDetails(), periodend.EventTypes(), feed.EventTypes(),
	} {
		for kind := range maps.Keys(wing) {
			types[kind] = true
		}
	}
	return types
})

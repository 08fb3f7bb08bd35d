package insurance

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// gated is what the gate on money looks at besides the amount: what whoever acts decides alone, and what second persons
// have agreed to of the policy as it stands.
type gated struct {
	limit authority.Limit
	words []authority.Word
}

// gateIn asks for it among other reads.
func (p *lockedPolicy) gateIn(reads *pg.Reads, by access.Principal, known *gated) {
	zone.LimitIn(reads, by, access.Underwriter, p.Policy.Line, p.today, &known.limit)
	zone.CountersignaturesIn(reads, p.Policy.Pool, p.Policy.Subject(), p.Policy.Version, &known.words)
}

// loadGate is for a use case whose decision needs to know nothing else.
func loadGate[C command](ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd C) (known gated, err error) {
	var reads pg.Reads
	p.gateIn(&reads, cmd.Said().By, &known)
	err = reads.Run(ctx, tx)
	return known, err
}

// pass asks the gate for an act that moves an amount, to date.
func (p *lockedPolicy) pass(
	act *authority.Act, by access.Principal, amount money.Amount, known gated,
) (authority.Pass, error) {
	return act.Decide(authority.Case{
		By: by, Role: access.Underwriter, Line: p.Policy.Line, Amount: amount, Limit: known.limit, Words: known.words,
	})
}

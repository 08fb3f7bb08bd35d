package authority

import (
	"slices"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// Limit is up to what amount a person decides alone 授权额度. The zero limit is any amount.
type Limit struct {
	Most  *money.Amount // nil for any amount
	Unset bool          // the member has set none, and the zone lets nobody decide alone then
}

// UpTo is the limit of an amount.
func UpTo(amount money.Amount) Limit { return Limit{Most: &amount} }

// Alone says that a person of the limit decides the amount alone.
func (l Limit) Alone(amount money.Amount) bool {
	return !l.Unset && (l.Most == nil || amount.Cmp(*l.Most) <= 0)
}

// Word is what a second person has agreed to 复核意见: an act, up to an amount to date.
type Word struct {
	Act          string       `bun:"act"`          // the command of it
	Organisation string       `bun:"organisation"` // of who agreed
	By           string       `bun:"said_by"`
	Amount       money.Amount `bun:"amount"`
}

// Case is what is put before the gate: who would move how much, and who else had a part in it.
type Case struct {
	By     access.Principal
	Role   access.Role // in which the person acts, or its senior
	Line   string
	Amount money.Amount // to date
	Limit  Limit        // of the person
	Junior Limit        // of the role without its senior: above it, who made it does not decide it
	Makers []string     // who made what is decided; "" for nobody
	Words  []Word
}

// Decide lets an act through whose amount is within the person's limit, or to which a second person has agreed. It
// refuses, in this order: access.second_person_needed (the member has set no limit), access.authority_exceeded,
// access.maker_is_checker.
func (a *Act) Decide(c Case) (Pass, error) {
	if a.agreed(&c) {
		return Pass{a}, nil
	}
	if c.Limit.Unset && !c.others() {
		return Pass{}, access.ErrSecondPersonNeeded.Case(fault.Args{
			"person": c.By.Subject, "amount": c.Amount, "organisation": c.By.Organisation,
			"role": c.By.Acting(c.Role), "line": c.Line,
		})
	}
	if err := c.Agrees(); err != nil {
		return Pass{}, err
	}
	if !c.Junior.Alone(c.Amount) {
		if err := c.By.RequireOther(c.Makers...); err != nil {
			return Pass{}, err
		}
	}
	return Pass{a}, nil
}

// Agrees refuses with access.authority_exceeded an amount above the limit of whoever decides it, or agrees to it as the
// second person. Where the member has set no limit, any two decide together.
func (c *Case) Agrees() error {
	if c.Limit.Unset || c.Limit.Alone(c.Amount) {
		return nil
	}
	return access.ErrAuthorityExceeded.Case(fault.Args{
		"person": c.By.Subject, "limit": c.Limit.Most, "role": c.By.Acting(c.Role), "line": c.Line, "amount": c.Amount,
		"senior_role": c.Role.Senior(), "organisation": c.By.Organisation,
	})
}

// agreed says that a second person has agreed to so much of the act.
func (a *Act) agreed(c *Case) bool {
	return slices.ContainsFunc(c.Words, func(w Word) bool {
		return w.Act == a.Command && w.Organisation == c.By.Organisation && w.By != c.By.Subject &&
			w.Amount.Cmp(c.Amount) >= 0
	})
}

// others says that somebody else made what is decided, so that two persons have a part in it.
func (c *Case) others() bool {
	return slices.ContainsFunc(c.Makers, func(maker string) bool { return maker != "" && maker != c.By.Subject })
}

package sim

import (
	"slices"

	"gongbao/internal/lab/sim/auditor"
)

// agreement makes up a version of a pool's agreement, with every term drawn anew.
func (l *life) agreement(pool string, last *auditor.Agreement) auditor.Agree {
	d := l.dice
	order := d.Perm(len(codes))[:1+d.IntN(6)]
	collection := among(d, auditor.Leader, auditor.Leader, auditor.Each)
	if l.goal > 0 && !d.chance(150) { // much is owed between many
		order, collection = d.Perm(len(codes))[:3+d.IntN(6)], auditor.Leader
	}
	members := make([]string, len(order))
	for i, place := range order {
		members[i] = codes[place]
	}
	g := auditor.Agreement{
		Pool: pool, Version: 1, From: l.today - d.days(0, 120), Shares: l.shares(members),
		Leader: among(d, members...), IssuingFee: d.fraction(12_000_000), FeeVAT: among(d, int64(0), 0, 6_000_000, 3_000_000),
		Residue: among(d, auditor.Leader, auditor.LargestRemainder), Collection: collection,
		Claims:    among(d, auditor.Leader, auditor.Leader, auditor.Each),
		Netting:   among(d, auditor.NettingNone, auditor.NettingBilateral, auditor.NettingMultilateral),
		Authority: l.threshold(), NoticeFrom: l.threshold(), CashCallFrom: l.threshold(),
	}
	g.Issuer, g.Servicer = g.Leader, g.Leader
	if d.chance(450) {
		g.Issuer = among(d, members...)
	}
	if d.chance(450) {
		g.Servicer = among(d, members...)
	}
	if d.chance(400) {
		g.RingFence = among(d, auditor.FenceLine, auditor.FenceYear, auditor.FenceLineYear)
	}
	if d.chance(350) {
		g.Silence, g.QueryDays = auditor.Confirms, d.between(1, 9)
	}
	if d.chance(400) {
		g.LateInterest, g.ReimburseDays = 1_000_000*d.Int64N(24)+d.Int64N(1_000_000), d.between(1, 6)
		g.CashCallFrom = nil // what a call costs that is met late is not foretold here
	}
	if last != nil {
		g.Version, g.From = last.Version+1, max(last.From+1, l.today+d.days(-30, 90))
	}
	return auditor.Agree{Agreement: g}
}

// threshold is an amount from which something happens, or never.
func (l *life) threshold() *int64 {
	if l.dice.chance(400) {
		return nil
	}
	amount := 100_000 + l.dice.Int64N(among(l.dice, int64(10_000_000), 1_000_000_000, 100_000_000_000))
	return &amount
}

// shares divides the whole: equally, in round numbers, or in hundred-millionths.
func (l *life) shares(members []string) []auditor.Share {
	unit := among(l.dice, int64(1), 1, 1_000_000, 5_000_000)
	equal := l.dice.chance(250)
	shares := make([]auditor.Share, len(members))
	left := int64(auditor.Whole)
	for i, member := range members {
		rest := int64(len(members) - i)
		share := left
		switch {
		case rest == 1:
		case equal:
			share = left / rest
		case unit == 1 && l.dice.chance(100):
			share = 1 // the smallest share there is
		default:
			share = unit * (1 + l.dice.Int64N(max(1, (left-unit*(rest-1))/unit)))
		}
		shares[i] = auditor.Share{Member: member, Share: share}
		left -= share
	}
	return shares
}

// amend draws up a new version, and now and then one that may not be.
func (l *life) amend(pool *auditor.Pool) auditor.Move {
	if len(pool.Agreements) == 0 {
		return l.on(l.agreement(pool.Code, nil))
	}
	last := pool.Agreements[len(pool.Agreements)-1]
	act := l.agreement(pool.Code, last)
	switch l.dice.IntN(10) {
	case 0:
		act.From = last.From - l.dice.days(0, 30)
	case 1:
		act.Version = last.Version
	case 2:
		act.Shares = slices.Clone(act.Shares)
		act.Shares[0].Share = max(1, act.Shares[0].Share-1-l.dice.Int64N(1000))
	case 3:
		act.Shares = append(slices.Clone(act.Shares), act.Shares[0])
	}
	return l.on(act)
}

// closing closes the next month, or tries another one.
func (l *life) closing(pool *auditor.Pool) auditor.Move {
	month := pool.NextToClose()
	if month == 0 {
		month = l.today.Month()
	}
	if l.dice.chance(150) || month.Last() >= l.today {
		month += auditor.Month(l.dice.between(-2, 2)) //nolint:gosec // two months
	}
	return l.on(auditor.ClosePeriod{Pool: pool.Code, Month: month})
}

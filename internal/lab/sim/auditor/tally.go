package auditor

// count notes that something worth counting happened.
func (a *Auditor) count(what string) { a.Tally[what]++ }

// countDrawn notes what is particular to a statement.
func (a *Auditor) countDrawn(s *Statement) {
	pool := a.Pools[s.Pool]
	for at := range pool.waiting {
		if at.Effective > s.Period.Last() {
			a.count("statement that leaves what counts later")
			break
		}
	}
	if pool.cancelled[s.Period] {
		a.count("statement drawn again")
	}
}

// countSettled notes what is particular to a settlement.
func (a *Auditor) countSettled(s *Statement) {
	settlement := s.Settlement
	a.count("netting " + settlement.Netting)
	if settlement.Fence != "" {
		a.count("ring fence " + settlement.Fence)
	}
	rings := map[string]bool{}
	for _, order := range settlement.Orders {
		rings[order.Ring] = true
	}
	if len(rings) > 1 {
		a.count("settlement with orders of several rings")
	}
	for _, item := range settlement.Items {
		if item.of != s {
			a.count("late item, left out as " + item.left)
		}
		if item.Group == OfInterest {
			a.count("settled item of interest")
		}
	}
	a.countLeft(s)
	if settlement.ConfirmedOnly {
		a.count("settlement of what is confirmed only")
	}
}

func (a *Auditor) countLeft(s *Statement) {
	left := map[string]bool{}
	for _, item := range s.Items {
		if item.left != "" {
			left[item.left] = true
		}
	}
	for why := range left {
		a.count("settlement that leaves out as " + why)
	}
}

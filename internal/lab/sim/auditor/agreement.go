package auditor

// Each is the word for every member collecting or paying its own; the other word is Leader.
const Each = "each"

const poolNotFound = "coinsurance.pool_not_found"

// Agreement is a version of a pool's agreement, with every term written out.
type Agreement struct {
	Pool                                string
	Version                             int
	From                                Day
	Shares                              []Share
	Leader, Issuer, Servicer            string
	IssuingFee, FeeVAT                  int64
	Residue, Collection, Claims         string
	Netting                             string
	RingFence, Silence                  string // "" for none
	QueryDays, ReimburseDays            int    // 0 for what counts when nothing is said
	LateInterest                        int64  // a year
	Authority, NoticeFrom, CashCallFrom *int64 // nil for unlimited and never
}

// Has says that a member is in the share table.
func (g *Agreement) Has(member string) bool {
	for _, share := range g.Shares {
		if share.Member == member {
			return true
		}
	}
	return false
}

// Pool is what the auditor keeps of a pool.
type Pool struct {
	Code       string
	Agreements []*Agreement // in the order of their days
	Policies   []*Policy
	Claims     []*Claim
	Closed     Month // the last closed month

	Statements []*Statement // those that stand, in the order in which they were drawn

	accounts  map[Account]*account
	waiting   map[loose]int64    // what stands on no statement yet
	paid      map[string]int64   // each member's net of all items paid so far
	booked    map[lateness]int64 // of late interest
	runs      []*Settlement      // every one that was approved
	cancelled map[Period]bool    // of which a statement was cancelled
	first     Day                // the earliest effective day of anything posted
	last      Day                // the latest
	reserved  []*Policy          // on risk, and not yet known to have nothing unearned for good
	events    map[string]int
}

// LastDay is the latest on which anything posted has effect, none while nothing was.
func (p *Pool) LastDay() Day { return p.last }

// FirstDay is that of the pool's first agreement, none while there is none.
func (p *Pool) FirstDay() Day {
	if len(p.Agreements) == 0 {
		return 0
	}
	return p.Agreements[0].From
}

// At is the version in force on a day, nil where there is none.
func (p *Pool) At(day Day) *Agreement {
	var found *Agreement
	for _, agreement := range p.Agreements {
		if agreement.From <= day {
			found = agreement
		}
	}
	return found
}

// month is the accounting month of what has effect on a day: its own if that is open, else the first open one.
func (p *Pool) month(effective Day) Month {
	month := effective.Month()
	if p.Closed != 0 && month <= p.Closed {
		return p.Closed + 1
	}
	return month
}

// agree checks a version and puts it in force.
func (a *Auditor) agree(act Agree, as string) string {
	if as != "" {
		return Forbidden
	}
	pool := a.Pools[act.Pool]
	if pool == nil {
		return poolNotFound
	}
	agreement := act.Agreement
	seen := map[string]bool{}
	sum := int64(0)
	for _, share := range agreement.Shares {
		if seen[share.Member] {
			return "coinsurance.agreement_invalid"
		}
		seen[share.Member] = true
		sum += share.Share
	}
	if !seen[agreement.Leader] || !seen[agreement.Issuer] || !seen[agreement.Servicer] {
		return "coinsurance.agreement_invalid"
	}
	if sum != Whole {
		return "coinsurance.shares_not_whole"
	}
	for member := range seen {
		if a.Members[member] == nil {
			return "coinsurance.member_not_found"
		}
	}
	if last := len(pool.Agreements) - 1; last >= 0 &&
		(agreement.From <= pool.Agreements[last].From || agreement.Version <= pool.Agreements[last].Version) {
		return "coinsurance.agreement_overlaps"
	}
	pool.Agreements = append(pool.Agreements, &agreement)
	pool.events["coinsurance.agreement_proposed"]++
	pool.events["coinsurance.agreement_accepted"]++
	return ""
}

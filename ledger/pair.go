package ledger

// AccountsTransferred is the kind of the journal that brings what stands in closed accounts of a pool over to those
// that took their place, once in every book. It moves nothing else, and no other journal may move that.
const AccountsTransferred = "ledger.accounts_transferred"

// pairs are accounts between which a posting moves, debit first.
type pairs map[[2]Account]bool

func (p pairs) add(a, b Account) { p[[2]Account{a, b}], p[[2]Account{b, a}] = true, true }

// The pairs of the chart: those a posting may move between; those of closed accounts, which journals of before name and
// no new one may; and a closed account with the one that took its place.
var allowed, retired, transfers = func() (allowed, retired, transfers pairs) {
	allowed, retired, transfers = pairs{}, pairs{}, pairs{}
	for _, l := range chart {
		into := allowed
		if l.Closed != "" {
			into = retired
			transfers.add(l.Account, l.Closed)
		}
		for _, other := range l.others {
			into.add(l.Account, other)
		}
	}
	return allowed, retired, transfers
}()

// mayMove says that a journal of the kind may move between two accounts.
func mayMove(kind string, debit, credit Account) bool {
	if kind == AccountsTransferred {
		return transfers[[2]Account{debit, credit}]
	}
	return allowed[[2]Account{debit, credit}]
}

package claims

import (
	"gongbao/claims/worksheet"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

func set(figure *money.Amount, value *money.Amount) {
	if value != nil {
		*figure = *value
	}
}

// checkFigures holds the shape of a command with an indemnity and an expense: one of them is there, unless the command
// says something else, and none is negative.
func checkFigures(other bool, indemnity, expense *money.Amount) error {
	var check fault.Check
	check.Require(other || indemnity != nil || expense != nil, "indemnity", "an amount of indemnity or expense is needed")
	check.Require(indemnity == nil || !indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	check.Require(expense == nil || !expense.IsNegative(), "expense", "the amount may not be negative")
	return check.Refuse(ErrClaimInvalid)
}

// allows refuses an indemnity above what the policy pays.
func allows(most worksheet.Payable, indemnity money.Amount) error {
	if indemnity.Cmp(most.Total()) > 0 {
		return ErrExceedsPayable.At("indemnity", "{payable} is payable: {because}",
			fault.Args{"payable": most.Total(), "because": most.Because})
	}
	return nil
}

// usedIn asks for what the policy's other claims use of its limits, among other reads; of its sections' only if that is
// wanted.
func (l *lockedClaim) usedIn(reads *pg.Reads, bySection bool) {
	others := othersOfPolicy{l.before.Pool, l.before.Policy, l.before.Number}
	usedOfLimit.With(others).In(reads, &l.found.used.OfLimit)
	if bySection {
		pg.ListIn(reads, usedOfSections.With(others), &l.found.used.Sections)
	}
}

// occurrenceIn asks for an occurrence, held until the transaction ends, and for what its other claims are estimated at,
// among other reads. The other claims are added up once the lock is there.
func (l *lockedClaim) occurrenceIn(reads *pg.Reads, code string) {
	if code == "" {
		return
	}
	pg.FindIn(reads, lockOccurrence.With(occurrenceCode{l.policy.Pool, code}), &l.found.occurrence)
	estimatesOfOthers.With(othersOfOccurrence{l.policy.Pool, code, l.before.Number}).In(reads, &l.found.others)
}

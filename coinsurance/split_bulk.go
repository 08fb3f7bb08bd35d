package coinsurance

import (
	"math/bits"
	"slices"

	"gongbao/internal/money"
)

// Portions divides a to-date total as Split does, without the working: in 128-bit whole numbers, and without
// allocating when dst has room for all members. What dst held is overwritten. The property tests and FuzzSplit prove
// it equal to Split; it panics as Split does.
func (t ShareTable) Portions(dst []money.Amount, total money.Amount, residue Residue) []money.Amount {
	residue = t.known(residue)
	dst = slices.Grow(dst[:0], t.Len())
	if residue == ResidueLargestRemainder {
		return t.portionsByRemainder(dst, total)
	}
	return t.portionsByLeader(dst, total)
}

func (t ShareTable) portionsByLeader(dst []money.Amount, total money.Amount) []money.Amount {
	magnitude, negative := magnitudeOf(total)
	half := uint64(sharesWhole) / 2 //nolint:gosec // a positive constant
	rest := total.Fen()
	for i, share := range t.shares {
		if i == t.leader {
			dst = append(dst, total) // its place is kept until the rest is known
			continue
		}
		quotient, remainder := product(magnitude, share)
		if remainder >= half {
			quotient++
		}
		fen := signed(quotient, negative)
		rest -= fen // followers have the total's sign and sum to it but for a fen each, so this cannot wrap
		dst = append(dst, total.Like(fen))
	}
	dst[t.leader] = total.Like(rest)
	return dst
}

func (t ShareTable) portionsByRemainder(dst []money.Amount, total money.Amount) []money.Amount {
	magnitude, negative := magnitudeOf(total)
	var remainders [MembersMax]uint64
	left := magnitude
	for i, share := range t.shares {
		quotient, remainder := product(magnitude, share)
		remainders[i] = remainder
		left -= quotient
		dst = append(dst, total.Like(signed(quotient, negative)))
	}
	fen := signed(1, negative)
	var taken uint64 // one bit for every member
	for ; left > 0; left-- {
		i := t.nextRemainder(&remainders, taken)
		taken |= 1 << i
		dst[i] = total.Like(dst[i].Fen() + fen)
	}
	return dst
}

// nextRemainder finds the largest remainder not yet taken: the leader first, then whoever has strictly more. There is
// always one, because fewer fen are left over than members have a remainder.
func (t ShareTable) nextRemainder(remainders *[MembersMax]uint64, taken uint64) int {
	next := -1
	if taken&(1<<t.leader) == 0 {
		next = t.leader
	}
	for i := range t.shares {
		if taken&(1<<i) == 0 && (next < 0 || remainders[i] > remainders[next]) {
			next = i
		}
	}
	return next
}

// product is magnitude × share in fen and hundred-millionths of a fen. Both fit: a share is at most one.
func product(magnitude uint64, share money.Share) (fen, e8 uint64) {
	high, low := bits.Mul64(magnitude, uint64(share.E8())) //nolint:gosec // shares are never negative
	return bits.Div64(high, low, uint64(sharesWhole))      //nolint:gosec // a positive constant
}

// magnitudeOf takes the sign off; unlike a negation it has room for the smallest int64.
func magnitudeOf(total money.Amount) (magnitude uint64, negative bool) {
	fen := total.Fen()
	if fen < 0 {
		return -uint64(fen), true //nolint:gosec // two's complement: the wrap is the magnitude
	}
	return uint64(fen), false
}

// signed puts the sign back on a magnitude that came from a total of that sign.
func signed(magnitude uint64, negative bool) int64 {
	if negative {
		return int64(-magnitude) //nolint:gosec // the wrap undoes that of magnitudeOf
	}
	return int64(magnitude) //nolint:gosec // at most the magnitude of a total, or one more where that cannot wrap
}

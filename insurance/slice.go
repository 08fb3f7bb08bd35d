package insurance

import (
	"strconv"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// SliceKind is what a slice is.
type SliceKind string

// Kinds of slice.
const (
	PremiumSlice       SliceKind = "premium"       // the original premium, or an endorsement
	CancellationSlice  SliceKind = "cancellation"  // its amount is what was returned, negative
	ReinstatementSlice SliceKind = "reinstatement" // its amount is what was returned before, positive
)

// Slice is a part of a policy's premium to date. The original premium and each endorsement are earned evenly by day
// from their first day to the policy's end; a cancellation takes away, and its reinstatement gives back.
type Slice struct {
	bun.BaseModel `bun:"table:policy_slice"`

	Kind        SliceKind      `bun:"kind"`
	Endorsement string         `bun:"endorsement"` // "" for the original premium; of the others, the policy's version
	Amount      money.Amount   `bun:"amount"`
	EarnedFrom  calendar.Date  `bun:"earned_from"` // of a cancellation and its reinstatement: the day it took effect
	Period      calendar.Month `bun:"period"`      // accounting month in which it was posted; zero while it is not
}

// ofPolicy picks what belongs to a policy, oldest first.
const ofPolicy = `WHERE pool = $1 AND policy = $2 ORDER BY recorded, kind, endorsement`

// postedWith gives the slices that were posted when the policy went on risk the month of that.
func postedWith(policy *Policy, slices []Slice) []Slice {
	for i := range slices {
		if slices[i].Period.IsZero() {
			slices[i].Period = policy.OnRiskPeriod
		}
	}
	return slices
}

// insertSlice queues a slice; before the policy is on risk it has no accounting month.
func insertSlice(tx *pg.Tx, policy *Policy, slice Slice) {
	tx.Queue(`INSERT INTO policy_slice (pool, policy, kind, endorsement, amount, earned_from, period, recorded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, policy.Pool, policy.Number, string(slice.Kind), slice.Endorsement,
		slice.Amount.Fen(), slice.EarnedFrom.SQL(), slice.Period.First().SQL(), policy.Recorded)
}

// turnSlice is the slice of a cancellation or a reinstatement; the policy's version counts them.
func turnSlice(policy *Policy, kind SliceKind, amount money.Amount, from calendar.Date, period calendar.Month) Slice {
	return Slice{
		Kind: kind, Endorsement: strconv.FormatInt(policy.Version, 10), Amount: amount, EarnedFrom: from, Period: period,
	}
}

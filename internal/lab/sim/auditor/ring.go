package auditor

import "fmt"

// Ring fences: what is netted by itself.
const (
	FenceLine     = "line"
	FenceYear     = "year" // of the policy's start
	FenceLineYear = "line_year"
)

// ringOf is the ring of an item under a fence. What is of no policy is in the ring without a name.
func (a *Auditor) ringOf(item *Item, fence string) string {
	policy := a.Policies[item.Subject]
	if claim := a.Claims[item.Subject]; claim != nil {
		policy = claim.On
	}
	if policy == nil {
		return ""
	}
	year, _, _ := policy.Start.Civil()
	switch fence {
	case FenceLine:
		return policy.Line
	case FenceYear:
		return fmt.Sprintf("%04d", year)
	case FenceLineYear:
		return fmt.Sprintf("%s %04d", policy.Line, year)
	default:
		return ""
	}
}

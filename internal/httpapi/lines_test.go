package httpapi_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"gongbao/internal/money"
)

// TestAMemberHashesItsLinesByWhatItIsShown recomputes the digest of a member's lines from the items that it is shown,
// as docs/life-of-a-settlement.md says how.
func TestAMemberHashesItsLinesByWhatItIsShown(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.confirmed()
	for _, member := range []string{"SHAHU", "NANHU"} {
		var items struct {
			Items []struct {
				Policy, Claim, Group, A, B string
				AOwes                      money.Amount `json:"a_owes"`
				BOwes                      money.Amount `json:"b_owes"`
			}
		}
		d.get(staff(member), quarter+"/items", &items)
		lines := sha256.New()
		for _, item := range items.Items {
			other, receives := item.A, item.AOwes.Sub(item.BOwes)
			if item.A == member {
				other, receives = item.B, receives.Neg()
			}
			fmt.Fprintf(lines, "%s|%s|%s|%s|%d\n", item.Policy, item.Claim, item.Group, other, receives.Fen())
		}
		if len(items.Items) == 0 {
			t.Errorf("%s is shown no items", member)
		}
		d.shows(staff(member), quarter, fmt.Sprintf("%x", lines.Sum(nil)))
	}
}

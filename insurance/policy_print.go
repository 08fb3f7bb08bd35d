package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/product"
	"gongbao/zone"
)

// Printable is all that stands on a policy's schedule 保险单明细表.
type Printable struct {
	Policy  *Policy
	State   State // on the day it is printed
	Line    product.Line
	Pool    coinsurance.Pool
	Leader  string          // code of the member that signs
	Members []PrintedMember // every insurer with its share (保监发〔2006〕31号); of a quotation those it would come under
}

// PrintPolicy reads what stands on a policy's schedule. The schedule is for the insured and names every insurer with
// its share, so only who leads may print it, the pool manager and the regulator. It refuses:
// insurance.policy_not_found, access.forbidden.
func PrintPolicy(
	ctx context.Context, handle bun.IDB, by access.Principal, number string, today calendar.Date,
) (*Printable, error) {
	policy, agreement, err := findVisible(ctx, handle, by, number)
	if err != nil {
		return nil, err
	}
	if by.Kind == access.Member && (agreement == nil || !agreement.Leads(by)) {
		return nil, access.ErrForbidden.Case(fault.Args{"policy": number})
	}
	print := &Printable{Policy: policy, State: policy.StateOn(today)}
	print.Line, _ = product.FindLine(policy.Line)
	if print.Pool, err = coinsurance.FindPool(ctx, handle, policy.Pool); err != nil {
		return nil, err
	}
	if print.Members, err = policy.Printed(); err != nil {
		return nil, err
	}
	if agreement == nil {
		return print, nil
	}
	print.Leader = agreement.Leader
	if len(print.Members) == 0 {
		members, err := zone.MembersByCode(ctx, handle, agreement.Members())
		if err != nil {
			return nil, err
		}
		print.Members = printedMembers(agreement, members)
	}
	return print, nil
}

package insurance

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Approval is a second person's word for issuing a policy.
type Approval struct {
	bun.BaseModel `bun:"table:issue_approval"`

	Pool       string       `bun:"pool,pk"     json:"-"`
	Policy     string       `bun:"policy,pk"   json:"-"`
	Approver   string       `bun:"approver"    json:"approver"`
	Role       access.Role  `bun:"role"        json:"role"`
	Version    int64        `bun:"version,pk"  json:"version"` // the policy's when it was approved
	SumInsured money.Amount `bun:"sum_insured" json:"limit"`   // up to which it is approved
	Recorded   time.Time    `bun:"recorded"    json:"recorded"`
}

var approvalsOf = pg.Select[Approval, policyKey](files, "ApprovalsOf")

// approved says that a person other than whoever issues has approved so much.
func approved(approvals []Approval, by access.Principal, sumInsured money.Amount) bool {
	return slices.ContainsFunc(approvals, func(a Approval) bool {
		return a.Approver != by.Subject && a.SumInsured.Cmp(sumInsured) >= 0
	})
}

func within(limit *money.Amount, sumInsured money.Amount) bool {
	return limit == nil || sumInsured.Cmp(*limit) <= 0
}

func needsApproval(by access.Principal, policy *Policy, limit money.Amount) error {
	return ErrApprovalNeeded.Case(fault.Args{
		"person": by.Subject, "limit": limit, "line": policy.Line, "sum_insured": policy.SumInsured,
	})
}

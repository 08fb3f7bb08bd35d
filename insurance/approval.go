package insurance

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
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

// wordsOf are approvals as the gate on money knows them: each is of the issuer's own underwriters, as the issue is.
func wordsOf(approvals []Approval, by access.Principal) []authority.Word {
	words := make([]authority.Word, 0, len(approvals))
	for _, a := range approvals {
		words = append(words, authority.Word{
			Act: authority.IssuePolicy.Command, Organisation: by.Organisation, By: a.Approver, Amount: a.SumInsured,
		})
	}
	return words
}

// approvalNeeded says in this wing's words that the gate wants a second person for an issue.
func approvalNeeded(by access.Principal, policy *Policy, limit authority.Limit) error {
	if limit.Most == nil {
		return ErrApprovalNeeded.Case(fault.Args{
			"alone": by.Subject, "line": policy.Line, "organisation": by.Organisation, "sum_insured": policy.SumInsured,
		})
	}
	return ErrApprovalNeeded.Case(fault.Args{
		"person": by.Subject, "limit": limit.Most, "line": policy.Line, "sum_insured": policy.SumInsured,
	})
}

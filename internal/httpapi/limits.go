package httpapi

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// MemberPath names an insurer of the zone.
type MemberPath struct {
	Member string `path:"member" maxLength:"64" doc:"Code of the insurer"`
}

// EntryPath names an entry of one of a member's lists.
type EntryPath struct {
	MemberPath

	Entry int64 `path:"entry" minimum:"1" maximum:"1000000" doc:"The entry's number in the member's list"`
}

type limitBody struct {
	Role   string        `json:"role" enum:"underwriter,senior_underwriter,claims,senior_claims"`
	Line   string        `json:"line,omitempty" maxLength:"64" doc:"All lines without a limit of their own when left out"`
	From   calendar.Date `json:"from,omitempty" doc:"First day; today when left out"`
	Amount *money.Amount `json:"amount,omitempty" doc:"Up to which the role decides alone; anything when left out"`
}

func (s *Server) bindLimits() {
	s.bindBanks()
	bind(s, "list-limits", func(
		ctx context.Context, by access.Principal, in *MemberPath,
	) (*page[coinsurance.Limit], error) {
		return all(coinsurance.SeeLimits(ctx, s.DB, by, in.Member))
	})
	bind(s, "propose-limit", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		MemberPath

		Body limitBody
	},
	) (*single[*coinsurance.Limit], error) {
		return one(s.Zone.ProposeLimit(ctx, coinsurance.ProposeLimit{
			By: by, Key: in.Key, Organisation: in.Member, Role: access.Role(in.Body.Role), Line: in.Body.Line,
			From: in.Body.From, Amount: in.Body.Amount,
		}))
	})
	bind(s, "accept-limit", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		EntryPath
	},
	) (*single[*coinsurance.Limit], error) {
		return one(s.Zone.AcceptLimit(ctx, coinsurance.AcceptLimit{
			By: by, Key: in.Key, Organisation: in.Member, Number: in.Entry,
		}))
	})
}

func (s *Server) bindApproval() {
	bind(s, "approve-issue", func(ctx context.Context, by access.Principal, in *Changed) (*policyAnswer, error) {
		match, err := in.version()
		if err != nil {
			return nil, err
		}
		return policyOr(s.Insurance.ApproveIssue(ctx, insurance.ApproveIssue{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key, IfVersion: match}, Policy: in.Number,
		}))
	})
}

package httpapi

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
	"gongbao/zone"
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
	bind(s, get("list-limits", tagMember, "/v1/members/{member}/limits", door.Business,
		"Up to what amount a member's own people decide alone"), func(
		ctx context.Context, by access.Principal, in *MemberPath,
	) (*page[zone.AuthorityLimit], error) {
		return all(zone.ViewLimits(ctx, s.DB, by, in.Member))
	})
	change(s, post(tagMember, "/v1/members/{member}/limits", door.Administrators,
		"Propose up to what amount a role decides alone").creates(), s.Zone.ProposeLimit,
		func(by access.Principal, in *struct {
			Keyed
			MemberPath

			Body limitBody
		},
		) zone.ProposeLimit {
			return zone.ProposeLimit{
				Command:      in.command(by),
				Organisation: in.Member, Role: access.Role(in.Body.Role), Line: in.Body.Line,
				From: in.Body.From, Amount: in.Body.Amount,
			}
		})
	change(s, post(tagMember, "/v1/members/{member}/limits/{entry}/acceptance", door.Administrators,
		"Accept a proposed limit; never by who proposed it"), s.Zone.AcceptLimit,
		func(by access.Principal, in *struct {
			Keyed
			EntryPath
		},
		) zone.AcceptLimit {
			return zone.AcceptLimit{
				Command: in.command(by), Organisation: in.Member, Number: in.Entry,
			}
		})
}

package httpapi

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/zone"
)

func (s *Server) bindMandates() {
	bind(s, get("list-mandates", tagMember, "/v1/members/{member}/mandates", door.Business,
		"By which the pool manager may pay from a member's account"), func(
		ctx context.Context, by access.Principal, in *MemberPath,
	) (*page[zone.Mandate], error) {
		return all(zone.ViewMandates(ctx, s.DB, by, in.Member))
	})
	change(s, post(tagMember, "/v1/members/{member}/mandates", door.Administrators,
		"Propose that the pool manager pays from the member's account").creates(), s.Zone.ProposeMandate,
		func(by access.Principal, in *struct {
			Keyed
			MemberPath

			Body *struct {
				From calendar.Date `json:"from,omitempty" doc:"First day; today when left out"`
			}
		},
		) zone.ProposeMandate {
			return zone.ProposeMandate{Command: in.command(by), Member: in.Member, From: orEmpty(in.Body).From}
		})
	change(s, post(tagMember, "/v1/members/{member}/mandates/{entry}/decision", door.Administrators,
		"Give or reject a mandate; never given by who proposed it"),
		s.Zone.DecideMandate, func(by access.Principal, in *struct {
			Keyed
			EntryPath

			Body struct {
				Give bool `json:"give" doc:"false rejects it"`
			}
		},
		) zone.DecideMandate {
			return zone.DecideMandate{
				Command: in.command(by), Member: in.Member, Number: in.Entry, Give: in.Body.Give,
			}
		})
	change(s, post(tagMember, "/v1/members/{member}/mandates/{entry}/withdrawal", door.Administrators,
		"Withdraw a mandate at once"), s.Zone.WithdrawMandate, func(by access.Principal, in *struct {
		Keyed
		EntryPath
	},
	) zone.WithdrawMandate {
		return zone.WithdrawMandate{Command: in.command(by), Member: in.Member, Number: in.Entry}
	})
}

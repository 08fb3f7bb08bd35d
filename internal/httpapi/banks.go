package httpapi

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/zone"
)

type bankBody struct {
	From          calendar.Date `json:"from,omitempty" doc:"First day; today when left out"`
	Bank          string        `json:"bank" maxLength:"200" doc:"The bank's name, with its branch"`
	CNAPS         string        `json:"cnaps" maxLength:"12" doc:"Its 12 digits in the payment system"`
	AccountName   string        `json:"account_name" maxLength:"200"`
	AccountNumber string        `json:"account_number" maxLength:"32" doc:"8 to 32 digits"`
}

func (s *Server) bindBanks() {
	bind(s, get("list-bank-details", tagMember, "/v1/members/{member}/bank-details", door.Business,
		"Where a member is paid; the account masked but for the member and the pool manager"), func(
		ctx context.Context, by access.Principal, in *MemberPath,
	) (*page[zone.BankDetails], error) {
		return all(zone.ViewBankDetails(ctx, s.DB, by, in.Member))
	})
	change(s, post(tagMember, "/v1/members/{member}/bank-details", door.BankKeepers,
		"Propose where a member is to be paid").named("propose-bank-details").creates(), s.Zone.ProposeBank,
		func(by access.Principal, in *struct {
			Keyed
			MemberPath

			Body bankBody
		},
		) zone.ProposeBank {
			return zone.ProposeBank{
				Command: in.command(by),
				Member:  in.Member, From: in.Body.From, Bank: in.Body.Bank, CNAPS: in.Body.CNAPS,
				AccountName: in.Body.AccountName, AccountNumber: in.Body.AccountNumber,
			}
		})
	change(s, post(tagMember, "/v1/members/{member}/bank-details/{entry}/decision", door.BankKeepers,
		"Approve or reject bank details; never approved by who proposed them").named("decide-bank-details"),
		s.Zone.DecideBank, func(by access.Principal, in *struct {
			Keyed
			EntryPath

			Body struct {
				Approve bool `json:"approve" doc:"false rejects them"`
			}
		},
		) zone.DecideBank {
			return zone.DecideBank{
				Command: in.command(by),
				Member:  in.Member, Number: in.Entry, Approve: in.Body.Approve,
			}
		})
	change(s, post(tagMember, "/v1/members/{member}/bank-details/{entry}/confirmation", door.BankConfirmers,
		"Confirm approved bank details for the member; nothing is paid there before").named("confirm-bank-details"),
		s.Zone.ConfirmBank, func(by access.Principal, in *struct {
			Keyed
			EntryPath
		},
		) zone.ConfirmBank {
			return zone.ConfirmBank{Command: in.command(by), Member: in.Member, Number: in.Entry}
		})
}

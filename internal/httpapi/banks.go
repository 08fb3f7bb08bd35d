package httpapi

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
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
	bind(s, "list-bank-details", func(
		ctx context.Context, by access.Principal, in *MemberPath,
	) (*page[zone.BankDetails], error) {
		return all(zone.ViewBankDetails(ctx, s.DB, by, in.Member))
	})
	bind(s, "propose-bank-details", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		MemberPath

		Body bankBody
	},
	) (*single[*zone.BankDetails], error) {
		return one(s.Zone.ProposeBank(ctx, zone.ProposeBank{
			By: by, Key: in.Key, Member: in.Member, From: in.Body.From, Bank: in.Body.Bank, CNAPS: in.Body.CNAPS,
			AccountName: in.Body.AccountName, AccountNumber: in.Body.AccountNumber,
		}))
	})
	bind(s, "decide-bank-details", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		EntryPath

		Body struct {
			Approve bool `json:"approve" doc:"false rejects them"`
		}
	},
	) (*single[*zone.BankDetails], error) {
		return one(s.Zone.DecideBank(ctx, zone.DecideBank{
			By: by, Key: in.Key, Member: in.Member, Number: in.Entry, Approve: in.Body.Approve,
		}))
	})
}

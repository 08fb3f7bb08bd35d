package httpapi

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
)

// SettlementPath names a run of settlement.
type SettlementPath struct {
	PoolPath

	Settlement int `path:"settlement" minimum:"1" maximum:"1000000" doc:"Its number"`
}

type (
	// Settled says what is to be settled.
	Settled struct {
		Period        string `json:"period" maxLength:"16" doc:"A month or a quarter, as 2026-06 or 2026-Q1"`
		ConfirmedOnly bool   `json:"confirmed_only,omitempty" doc:"Only pairs that have both confirmed; none if multilateral"`
	}
	proposedBody struct {
		Dated
		Settled
	}
	// supposedBody says what is supposed of a settlement.
	supposedBody struct {
		Settled

		Netting   string   `json:"netting,omitempty" enum:"none,bilateral,multilateral" doc:"As agreed when left out"`
		Held      []string `json:"held,omitempty" maxItems:"1000" nullable:"false" doc:"Policies or claims, as if disputed"`
		Confirmed bool     `json:"confirmed,omitempty" doc:"As if every member had confirmed"`
	}
)

func (s *Server) bindSettlements() {
	bind(s, get("list-settlements", tagSettlement, "/v1/pools/{pool}/settlements", door.Business,
		"The runs of a pool, oldest first; a member sees those that are approved"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[settlement.SettlementLine], error) {
		return all(settlement.ViewSettlements(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	bind(s, get("get-settlement", tagSettlement, "/v1/pools/{pool}/settlements/{settlement}", door.Business,
		"One run, from what its items come to over gross and net to its orders; a member its own part"), func(
		ctx context.Context, by access.Principal, in *SettlementPath,
	) (*tagged[*settlement.SettlementView], error) {
		return tag(settlement.ViewSettlement(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Settlement))
	})
	bind(s, get("list-settlement-exceptions", tagSettlement, "/v1/pools/{pool}/settlements/{settlement}/exceptions",
		door.Business, "Items that a run leaves out, page by page, why, and which run has taken them since"),
		s.listExceptions)
	bind(s, post(tagSettlement, "/v1/pools/{pool}/settlements/preview", door.PoolClerks,
		"Say what a run would come to, as things stand or on suppositions; nothing is stored").named("preview-settlement"),
		s.previewSettlement)
	bind(s, of[settlement.ProposeSettlement](post(tagSettlement, "/v1/pools/{pool}/settlements", door.PoolClerks,
		"Fix what is to be settled of a period's statement; If-Match names that statement").creates(), ""),
		s.proposeSettlement)
	changeSettlement(s, post(tagSettlement, "/v1/pools/{pool}/settlements/{settlement}/withdrawal", door.PoolClerks,
		"Take a proposed run back before it is approved"), s.Settlement.WithdrawSettlement,
		func(cmd idempotency.Command, at SettlementPath, body reasonBody) settlement.WithdrawSettlement {
			return settlement.WithdrawSettlement{Command: cmd, Pool: at.Pool, Number: at.Settlement, Reason: body.Reason}
		})
	changeSettlement(s, post(tagSettlement, "/v1/pools/{pool}/settlements/{settlement}/approval", door.PoolClerks,
		"Make the payment orders; never by who proposed the settlement").asksForPapers(), s.Settlement.ApproveSettlement,
		func(cmd idempotency.Command, at SettlementPath, _ *Dated) settlement.ApproveSettlement {
			return settlement.ApproveSettlement{Command: cmd, Pool: at.Pool, Number: at.Settlement}
		})
	changeSettlement(s, post(tagSettlement, "/v1/pools/{pool}/settlements/{settlement}/completion", door.PoolClerks,
		"Record, on your word, that all of its orders was paid, and bring its items to zero; never by who proposed it"),
		s.Settlement.CompleteSettlement,
		func(cmd idempotency.Command, at SettlementPath, _ *Dated) settlement.CompleteSettlement {
			return settlement.CompleteSettlement{Command: cmd, Pool: at.Pool, Number: at.Settlement}
		})
	s.bindUnwinding()
}

// unwindingBody says why a run is to be unwound.
type unwindingBody struct {
	Dated

	Reason string `json:"reason" maxLength:"500"`
}

func (s *Server) bindUnwinding() {
	const path = "/v1/pools/{pool}/settlements/{settlement}/unwinding"
	changeSettlement(s, post(tagSettlement, path, door.PoolClerks,
		"Propose to give back what was paid of a run that cannot be completed, and to free its items").
		named("unwind-settlement"), s.Settlement.ProposeUnwinding,
		func(cmd idempotency.Command, at SettlementPath, body unwindingBody) settlement.ProposeUnwinding {
			return settlement.ProposeUnwinding{Command: cmd, Pool: at.Pool, Number: at.Settlement, Reason: body.Reason}
		})
	changeSettlement(s, post(tagSettlement, path+"/approval", door.PoolClerks,
		"Unwind it, by opposite orders for what was paid; never by who proposed that"), s.Settlement.ApproveUnwinding,
		func(cmd idempotency.Command, at SettlementPath, _ *Dated) settlement.ApproveUnwinding {
			return settlement.ApproveUnwinding{Command: cmd, Pool: at.Pool, Number: at.Settlement}
		})
	changeSettlement(s, post(tagSettlement, path+"/withdrawal", door.PoolClerks,
		"Take the proposal to unwind a run back; its payments go on"), s.Settlement.WithdrawUnwinding,
		func(cmd idempotency.Command, at SettlementPath, _ *Dated) settlement.WithdrawUnwinding {
			return settlement.WithdrawUnwinding{Command: cmd, Pool: at.Pool, Number: at.Settlement}
		})
}

// changeSettlement declares a change to a run: how the command is made of the body, and the use case that carries it
// out. A body that may be left out is a pointer.
func changeSettlement[B, C, A any](
	s *Server, r route, do func(context.Context, C) (A, error),
	command func(cmd idempotency.Command, at SettlementPath, body B) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		SettlementPath

		Body B
	},
	) (*tagged[A], error) {
		cmd, err := in.command(by, dayOf(&in.Body))
		if err != nil {
			return nil, err
		}
		return tag(do(ctx, command(cmd, in.SettlementPath, in.Body)))
	})
}

func (s *Server) proposeSettlement(ctx context.Context, by access.Principal, in *struct {
	Versioned
	PoolPath

	Body proposedBody
},
) (*tagged[*settlement.Calculation], error) {
	cmd, err := in.command(by, in.Body.Effective)
	if err != nil {
		return nil, err
	}
	return tag(s.Settlement.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: cmd, Pool: in.Pool, Period: in.Body.Period, ConfirmedOnly: in.Body.ConfirmedOnly,
	}))
}

func (s *Server) previewSettlement(ctx context.Context, by access.Principal, in *struct {
	PoolPath

	Body supposedBody
},
) (*single[*settlement.Calculation], error) {
	return one(s.Settlement.PreviewSettlement(ctx, settlement.PreviewSettlement{
		By: by, Pool: in.Pool, Period: in.Body.Period, ConfirmedOnly: in.Body.ConfirmedOnly,
		Netting: coinsurance.Netting(in.Body.Netting), Held: in.Body.Held, Confirmed: in.Body.Confirmed,
	}))
}

func (s *Server) listExceptions(ctx context.Context, by access.Principal, in *struct {
	SettlementPath
	PageQuery
},
) (*page[settlement.Exception], error) {
	var after settlement.ItemCursor
	if err := unseal(in.After, &after); err != nil {
		return nil, err
	}
	found, err := settlement.ViewExceptions(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Settlement, after, in.limit())
	return paged(in.PageQuery, found, err, func(last settlement.Exception) string { return placeOf(last.At()) })
}

package eventdoc_test

import (
	"context"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
)

// settle draws the statement of the story's last quarter, disputes and confirms it, settles it, and has a payment come
// back.
func settle(ctx context.Context, t *testing.T, s *settlement.Service) {
	t.Helper()
	const pool, period = "IC", "2026-Q4"
	must(t, second(s.DrawStatement(ctx, settlement.DrawStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	must(t, second(s.IssueStatement(ctx, settlement.IssueStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	staff := func(member string) access.Principal {
		return access.Person("qian", access.Member, member, access.Settlement)
	}
	must(t, second(s.RaiseQuery(ctx, settlement.RaiseQuery{
		Command: idempotency.By(staff("B")), Pool: pool, Period: period, Member: "B", Subject: "IC-P1",
		Reason: settlement.ReasonShare, Remark: "份额应为 40%",
	})))
	must(t, second(s.ResolveQueries(ctx, settlement.ResolveQueries{
		Command: idempotency.By(staff("B")), Pool: pool, Period: period, Member: "B", Subject: "IC-P1",
	})))
	for _, member := range []string{"A", "B"} {
		must(t, second(s.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: idempotency.By(staff(member)), Pool: pool, Period: period, Member: member,
		})))
	}
	proposed, err := s.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})
	must(t, err)
	approved, err := s.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: idempotency.By(checker), Pool: pool, Number: proposed.Number,
	})
	must(t, err)
	complete := settlement.CompleteSettlement{Command: idempotency.By(checker), Pool: pool, Number: proposed.Number}
	must(t, second(s.CompleteSettlement(ctx, complete)))
	must(t, second(s.ReturnOrder(ctx, settlement.ReturnOrder{
		Command: idempotency.By(checker), Pool: pool, Order: approved.Payments[0].ID,
	})))
	must(t, second(s.ExecuteOrder(ctx, settlement.ExecuteOrder{
		Command: idempotency.By(checker), Pool: pool, Order: approved.Payments[0].ID, Amount: approved.Payments[0].Amount,
	})))
}

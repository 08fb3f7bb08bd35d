package sim

import (
	"context"
	"fmt"
	"sync"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// banks gives members bank details when a payment file needs them first.
type banks struct {
	mutex sync.Mutex
	given map[string]bool
}

// known has two persons of the manager write down the details of members, and one of each member confirm them.
func (b *banks) known(ctx context.Context, db *pg.DB, today auditor.Day, members ...string) error {
	day, err := dateOf(today)
	if err != nil {
		return err
	}
	service := zone.NewService(db, clock.NewManual(day.Noon()))
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.given == nil {
		b.given = map[string]bool{}
	}
	for _, member := range members {
		if b.given[member] {
			continue
		}
		if err := give(ctx, service, member); err != nil {
			return fmt.Errorf("bank details of %s: %w", member, err)
		}
		b.given[member] = true
	}
	return nil
}

func give(ctx context.Context, service *zone.Service, member string) error {
	proposed, err := service.ProposeBank(ctx, zone.ProposeBank{
		Command: idempotency.By(proposer), Member: member, Bank: "示例银行", CNAPS: "104521003456",
		AccountName: member + "财险", AccountNumber: fmt.Sprintf("62220000111122%02d", member[0]),
	})
	if err != nil {
		return err
	}
	if _, err := service.DecideBank(ctx, zone.DecideBank{
		Command: idempotency.By(bookkeeper), Member: member, Number: proposed.Number, Approve: true,
	}); err != nil {
		return err
	}
	_, err = service.ConfirmBank(ctx, zone.ConfirmBank{
		Command: idempotency.By(access.Person("treasurer", access.Member, member, access.Settlement)), Member: member,
		Number: proposed.Number,
	})
	return err
}

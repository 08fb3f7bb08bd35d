package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// BookInterest books late interest through a month that has ended: of every month up to it what is not booked yet, as
// it is known now.
type BookInterest struct {
	idempotency.Command

	Pool  string         `json:"pool"`
	Month calendar.Month `json:"month"`
}

// BookInterest refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.month_not_ended. Asked
// again it books only what has become known since; mostly that is nothing.
func (s *Service) BookInterest(ctx context.Context, cmd BookInterest) ([]LateInterest, error) {
	return change(ctx, s, cmd, loadInterest, decideInterest, postDue)
}

func (cmd BookInterest) home() string { return cmd.Pool }

func (cmd BookInterest) admit() error { return cmd.By.RequireKind(access.Settlement, access.Manager) }

// owing is what late interest is made of: the orders of a pool that were due before the end of a month, and what is
// booked of it.
type owing struct {
	period ledger.Period
	orders []orderLife
	booked []LateInterest
}

func (o *owing) book() ledger.Period { return o.period }

func loadInterest(ctx context.Context, tx *pg.Tx, cmd BookInterest) (*owing, error) {
	known := new(owing)
	var reads pg.Reads
	var head string
	lockHead.With(ofPool{cmd.Pool}).In(&reads, &head)
	ledger.LockPeriodIn(&reads, cmd.Pool, &known.period)
	lives := livesIn(&reads, cmd.Pool, cmd.Month.Last())
	pg.ListIn(&reads, interestBooked.With(ofPool{cmd.Pool}), &known.booked)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	known.orders = lives()
	return known, rate(ctx, tx, cmd.Pool, known.orders)
}

// rate gives every order the yearly rate of late interest under the agreement of its settlement.
func rate(ctx context.Context, handle bun.IDB, pool string, orders []orderLife) error {
	for i := range orders {
		order := &orders[i]
		if order.run.AgreementVersion == 0 {
			continue
		}
		agreement, err := coinsurance.AgreementVersion(ctx, handle, pool, order.run.AgreementVersion)
		if err != nil {
			return err
		}
		order.rate = agreement.LateInterest
	}
	return nil
}

type interestMonth struct {
	Pool  string
	Month calendar.Month
}

var setInterestThrough = pg.SQL[interestMonth](files, "SetInterestThrough")

func decideInterest(known *owing, cmd BookInterest, now time.Time) (decision[[]LateInterest], error) {
	if !cmd.Month.Before(calendar.DateOf(now).Month()) {
		return decision[[]LateInterest]{}, ErrMonthNotEnded.Case(fault.Args{"month": cmd.Month})
	}
	due := interestDue(known.orders, known.booked, cmd.Month)
	for i := range due {
		due[i].Pool, due[i].Journal, due[i].Recorded = cmd.Pool, fact.NewID(now), now
	}
	return decision[[]LateInterest]{answer: due, write: func(tx *pg.Tx) {
		setInterestThrough.With(interestMonth{cmd.Pool, cmd.Month}).Queue(tx)
		pg.InsertAll(tx, due, interestShared)
	}}, nil
}

var interestShared = pg.ColumnsShared[LateInterest]("pool", "recorded")

// postDue posts and announces what is to be booked, by month and pair.
func postDue(ctx context.Context, tx *pg.Tx, known *owing, cmd BookInterest, due []LateInterest) error {
	for i := range due {
		if err := due[i].post(ctx, tx, known.period, cmd.By); err != nil {
			return err
		}
	}
	return nil
}

// post books what is to be booked of a month and pair, on the month's last day, and announces it to the two.
func (l *LateInterest) post(ctx context.Context, tx *pg.Tx, period ledger.Period, by access.Principal) error {
	var postings ledger.JournalBuilder
	postInterest(&postings, l)
	posted, err := ledger.Post(ctx, tx, period, ledger.Journal{
		Pool: l.Pool, ID: l.Journal, Kind: EventLateInterestBooked, Effective: l.Month.Last(), Recorded: l.Recorded,
		By: by.Subject, Pass: authority.BookInterest.Pass(), Postings: postings.Postings(),
	})
	if err != nil {
		return err
	}
	return announce(ctx, tx, fact.Fact{
		ID: l.Journal, Pool: l.Pool, Type: EventLateInterestBooked, Subject: l.subject(), SubjectVersion: int64(l.Number),
		Effective: l.Month.Last(), Recorded: l.Recorded, By: by, Audience: fact.Sections,
		AgreementVersion: l.AgreementVersion, Journal: posted.Seal(), Sections: sectionsOf(posted.Lines), Data: InterestData{
			Month: l.Month, Debtor: l.Debtor, Creditor: l.Creditor, Amount: l.Amount, Interest: interestOn(l.Overdue),
			Overdue: l.Overdue,
		},
	})
}

func (l *LateInterest) subject() string {
	return fmt.Sprintf("interest/%s/%s/%s/%s", l.Pool, l.Month, l.Debtor, l.Creditor)
}

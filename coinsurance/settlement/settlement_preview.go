package settlement

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// PreviewSettlement asks what a run would come to, as things stand or supposing others 试算. Nothing is stored.
type PreviewSettlement struct {
	By access.Principal `json:"-"`

	Pool          string              `json:"pool"`
	Period        string              `json:"period"`
	ConfirmedOnly bool                `json:"confirmed_only"`
	Netting       coinsurance.Netting `json:"netting"`   // supposed; that of the agreement when left out
	Held          []string            `json:"held"`      // subjects that all their parties are supposed to dispute
	Confirmed     bool                `json:"confirmed"` // all members are supposed to have confirmed
}

// PreviewSettlement proposes a run on the real figures and takes everything back. It refuses what ProposeSettlement
// does, in the same order.
func (s *Service) PreviewSettlement(ctx context.Context, preview PreviewSettlement) (*Calculation, error) {
	proposes := ProposeSettlement{
		Command: idempotency.Command{By: preview.By, Rehearsal: new(idempotency.Rehearsal)},
		Pool:    preview.Pool, Period: preview.Period, ConfirmedOnly: preview.ConfirmedOnly,
	}
	load := func(ctx context.Context, tx *pg.Tx, cmd ProposeSettlement) (*proposal, error) {
		known, err := loadProposal(ctx, tx, cmd)
		if err == nil {
			preview.suppose(tx, known)
		}
		return known, err
	}
	return change(ctx, s, proposes, load, decideProposal, takeItems)
}

// suppose writes what is supposed into the rehearsed transaction.
func (p PreviewSettlement) suppose(tx *pg.Tx, known *proposal) {
	if p.Netting != "" {
		supposed := coinsurance.Agreement{Terms: coinsurance.Terms{RingFence: coinsurance.FenceNone}}
		if known.agreement != nil {
			supposed = *known.agreement
		}
		supposed.Netting, known.agreement = p.Netting, &supposed
	}
	for i := range known.answers {
		answer := &known.answers[i]
		if p.Confirmed && !answer.Stands() {
			answer.State, answer.ConfirmedBy, answer.Confirmed = AnswerConfirmed, p.By.Subject, &known.statement.Recorded
			pg.Update(tx, answer, answered)
		}
		for _, subject := range p.Held {
			known.queries = append(known.queries, Query{
				Pool: p.Pool, Statement: known.statement.Number, Number: len(known.queries) + 1, Subject: subject,
				Member: answer.Member, Reason: ReasonOther, State: QueryOpen, RaisedBy: p.By.Subject,
				Raised: known.statement.Recorded, AnswerBy: calendar.DateOf(known.statement.Recorded),
			})
			pg.Insert(tx, &known.queries[len(known.queries)-1])
		}
	}
}

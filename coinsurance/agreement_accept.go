package coinsurance

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// AcceptAgreement puts a proposed version in force, by a second person.
type AcceptAgreement struct {
	idempotency.Command

	Pool    string `json:"pool"`
	Version int    `json:"version"`
}

// AcceptAgreement refuses, in this order: access.forbidden, coinsurance.agreement_not_found,
// coinsurance.agreement_accepted, access.forbidden to the person who proposed it, coinsurance.agreement_invalid when
// the pool's book is kept in another currency.
func (s *Service) AcceptAgreement(ctx context.Context, cmd AcceptAgreement) (*Agreement, error) {
	return change(ctx, s, cmd, loadAcceptance, acceptAgreement)
}

func (cmd AcceptAgreement) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func (cmd AcceptAgreement) home() string { return cmd.Pool }

// acceptanceFacts are what an acceptance needs to know.
type acceptanceFacts struct {
	proposed *Agreement    // the version; nil when there is none
	accepted Versions      // those that were accepted before
	book     ledger.Period // of the pool
}

func loadAcceptance(ctx context.Context, tx *pg.Tx, cmd AcceptAgreement) (known acceptanceFacts, err error) {
	var reads pg.Reads
	var pool string
	ledger.LockPeriodIn(&reads, cmd.Pool, &known.book)
	lockPoolIn(&reads, cmd.Pool, &pool)
	VersionsIn(&reads, cmd.Pool, &known.accepted)
	proposed := agreementIn(&reads, cmd.Pool, cmd.Version)
	if err := reads.Run(ctx, tx); err != nil {
		return known, err
	}
	known.proposed, err = proposed()
	return known, err
}

func acceptAgreement(known acceptanceFacts, cmd AcceptAgreement, now time.Time) (decision[Agreement], error) {
	proposed := known.proposed
	switch {
	case proposed == nil:
		return decision[Agreement]{}, ErrAgreementNotFound.Case(fault.Args{"pool": cmd.Pool, "version": cmd.Version})
	case proposed.State == AgreementAccepted:
		return decision[Agreement]{}, ErrAgreementAccepted.Case(fault.Args{"pool": cmd.Pool, "version": cmd.Version})
	case proposed.ProposedBy == cmd.By.Subject:
		return decision[Agreement]{}, access.ErrForbidden.Case(fault.Args{"proposer": cmd.By.Subject})
	case len(known.accepted) > 0 && proposed.Currency != known.book.Currency:
		return decision[Agreement]{}, ErrAgreementInvalid.At(
			"terms.currency", "the pool's book is kept in {currency}", fault.Args{"currency": known.book.Currency})
	}
	after, accepted := *proposed, now
	if accepted.Before(proposed.Proposed) {
		accepted = proposed.Proposed
	}
	after.State, after.AcceptedBy, after.Accepted = AgreementAccepted, cmd.By.Subject, &accepted
	after.SubjectVersion++
	return decision[Agreement]{
		after: &after, write: writeAcceptance, fact: agreementFact(EventAgreementAccepted, &after, accepted, cmd.By),
	}, nil
}

var acceptance = pg.ColumnsOf[Agreement]("state", "accepted_by", "accepted", "subject_version")

// writeAcceptance has the pool's book kept in the currency of the version.
func writeAcceptance(_ context.Context, tx *pg.Tx, agreement *Agreement) error {
	pg.Update(tx, agreement, acceptance)
	ledger.KeepIn(tx, agreement.Pool, agreement.Currency)
	return nil
}

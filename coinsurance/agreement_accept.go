package coinsurance

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// AcceptAgreement puts a proposed version in force, by a second person.
type AcceptAgreement struct {
	idempotency.Command

	Pool    string `json:"pool"`
	Version int    `json:"version"`
}

var acceptance = pg.ColumnsOf[Agreement]("state", "accepted_by", "accepted", "subject_version")

// AcceptAgreement refuses: access.forbidden (also to the person who proposed it), coinsurance.agreement_not_found,
// coinsurance.agreement_accepted.
func (s *Service) AcceptAgreement(ctx context.Context, cmd AcceptAgreement) (*Agreement, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, cmd.Scope(cmd.Pool, idempotency.OperationOf("coinsurance", cmd), s.clock), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Agreement, error) {
			if err := lockPool(ctx, tx, cmd.Pool); err != nil && !pg.NoRows(err) {
				return nil, err
			}
			agreement, err := AgreementVersion(ctx, tx, cmd.Pool, cmd.Version)
			if err != nil {
				return nil, err
			}
			if agreement.State == AgreementAccepted {
				return nil, ErrAgreementAccepted.Case(fault.Args{"pool": cmd.Pool, "version": cmd.Version})
			}
			if agreement.ProposedBy == cmd.By.Subject {
				return nil, access.ErrForbidden.Case(fault.Args{"proposer": cmd.By.Subject})
			}
			accepted := s.clock.Now()
			if accepted.Before(agreement.Proposed) {
				accepted = agreement.Proposed
			}
			agreement.State, agreement.AcceptedBy, agreement.Accepted = AgreementAccepted, cmd.By.Subject, &accepted
			agreement.SubjectVersion++
			pg.Update(tx, agreement, acceptance)
			return agreement, announceAgreement(ctx, tx, EventAgreementAccepted, agreement, cmd.By)
		})
}

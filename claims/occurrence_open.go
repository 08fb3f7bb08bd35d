package claims

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// OpenOccurrence makes an occurrence known to a pool.
type OpenOccurrence struct {
	idempotency.Command

	Pool string        `json:"pool"`
	Code string        `json:"code"`
	Name string        `json:"name"`
	Day  calendar.Date `json:"day"`
}

const occurrenceMax = 200 // runes of a name

// OpenOccurrence refuses: claims.claim_invalid (shape), coinsurance.pool_not_found, access.forbidden (neither a claims
// person of a member of the pool nor a settlement clerk of its manager), claims.occurrence_exists.
func (s *Service) OpenOccurrence(ctx context.Context, cmd OpenOccurrence) (*Occurrence, error) {
	var check fault.Check
	insurance.CheckNumber(&check, "code", cmd.Pool, cmd.Code)
	field.Line(&check, "name", cmd.Name, occurrenceMax)
	check.Require(!cmd.Day.IsZero(), "day", "the day is needed")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	if err := s.mayOpenOccurrence(ctx, cmd); err != nil {
		return nil, err
	}
	scope := cmd.Scope(cmd.Pool, idempotency.OperationOf("claims", cmd), s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Occurrence, error) {
		now := s.clock.Now()
		made := &Occurrence{Pool: cmd.Pool, Code: cmd.Code, Name: cmd.Name, Day: cmd.Day, Version: 1, Recorded: now}
		inserted, err := pg.InsertNew(ctx, tx, made)
		if err != nil {
			return nil, err
		}
		if !inserted {
			return nil, ErrOccurrenceExists.Case(fault.Args{"occurrence": cmd.Code})
		}
		return made, outbox.Append(ctx, tx, fact.Fact{
			ID: fact.NewID(now), Pool: cmd.Pool, Type: EventOccurrence, Subject: "occurrence/" + cmd.Code,
			SubjectVersion: 1, Effective: calendar.DateOf(now), Recorded: now, By: cmd.By,
			Audience: fact.Overseers, Data: occurrenceData{Code: cmd.Code, Name: cmd.Name, Day: cmd.Day},
		})
	})
}

func (s *Service) mayOpenOccurrence(ctx context.Context, cmd OpenOccurrence) error {
	if cmd.By.Kind == access.Manager {
		if _, err := coinsurance.FindPool(ctx, s.db, cmd.Pool); err != nil {
			return err
		}
		return cmd.By.RequireKind(access.Settlement, access.Manager)
	}
	seen, err := coinsurance.ViewAgreements(ctx, s.db.Of(cmd.Pool), cmd.By, cmd.Pool)
	if err != nil {
		return err
	}
	if len(seen) == 0 || cmd.By.Kind != access.Member {
		return access.ErrForbidden.Case(fault.Args{"organisation": cmd.By.Organisation, "pool": cmd.Pool})
	}
	return cmd.By.RequireMember(access.Claims, cmd.By.Organisation)
}

package claims

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// Occurrence is one event that several claims come from 同一事故: a fire, an earthquake, a faulty batch. Its claims count
// together when the regulator asks whether a claim is a major one.
type Occurrence struct {
	bun.BaseModel `bun:"table:occurrence"`

	Pool     string        `bun:"pool,pk"  json:"pool"`
	Code     string        `bun:"code,pk"  json:"code"` // begins with the pool's code and a dash
	Name     string        `bun:"name"     json:"name"`
	Day      calendar.Date `bun:"day"      json:"day"`
	Major    calendar.Date `bun:"major"    json:"major"` // when its claims together became a major one
	Version  int64         `bun:"version"  json:"version"`
	Recorded time.Time     `bun:"recorded" json:"recorded"`
}

// OccurrenceFigures are an occurrence with what its claims come to, at 100 %.
type OccurrenceFigures struct {
	Occurrence

	Claims   int64        `bun:"claims"   json:"claims"`
	Estimate money.Amount `bun:"estimate" json:"estimate"` // indemnity and expense
	Paid     money.Amount `bun:"paid"     json:"paid"`
	Incurred money.Amount `bun:"incurred" json:"incurred"` // paid and outstanding
}

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
	return idempotency.Once(ctx, s.db, s.once(cmd.Code, cmd.By, "open_occurrence", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Occurrence, error) {
			now := s.clock.Now()
			made := &Occurrence{Pool: cmd.Pool, Code: cmd.Code, Name: cmd.Name, Day: cmd.Day, Version: 1, Recorded: now}
			result, err := tx.NewInsert().Model(made).On("CONFLICT DO NOTHING").Exec(ctx)
			if err != nil {
				return nil, err
			}
			if count, err := result.RowsAffected(); err != nil || count == 0 {
				return nil, orTaken(err, cmd.Code)
			}
			return made, outbox.Append(ctx, tx, fact.Fact{
				ID: fact.NewID(now), Pool: cmd.Pool, Type: EventOccurrence, Subject: "occurrence/" + cmd.Code,
				SubjectVersion: 1, Effective: calendar.DateOf(now), Recorded: now, By: cmd.By,
				Audience: fact.Overseers,
				Data:     occurrenceData{Code: cmd.Code, Name: cmd.Name, Day: cmd.Day},
			})
		})
}

func orTaken(err error, code string) error {
	if err != nil {
		return err
	}
	return ErrOccurrenceExists.With("%s", code)
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
		return access.ErrForbidden.With("%s is no member of pool %s", cmd.By.Organisation, cmd.Pool)
	}
	return cmd.By.RequireMember(access.Claims, cmd.By.Organisation)
}

// TieClaim ties a claim to an occurrence, or loosens it from one.
type TieClaim struct {
	Command

	Occurrence string `json:"occurrence"` // "" for none
}

// TieClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.occurrence_not_found.
func (s *Service) TieClaim(ctx context.Context, cmd TieClaim) (*Claim, error) {
	return s.actIn(ctx, cmd.Command, "tie_claim", EventClaimTied, cmd,
		func(ctx context.Context, tx *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			after.Occurrence = cmd.Occurrence
			return tiedDetail{Occurrence: cmd.Occurrence}, h.knowOccurrence(ctx, tx, cmd.Occurrence)
		})
}

func (h *held) knowOccurrence(ctx context.Context, tx *pg.Tx, code string) error {
	if code == "" {
		return nil
	}
	known, err := tx.NewSelect().Model((*Occurrence)(nil)).Where("pool = ? AND code = ?", h.policy.Pool, code).Exists(ctx)
	if err == nil && !known {
		return ErrOccurrenceNotFound.With("%s in pool %s", code, h.policy.Pool)
	}
	return err
}

// together flags a claim as a major one when it makes the claims of its occurrence reach the amount together. One claim
// of an occurrence is flagged for that, once: it carries the report for all.
func (h *held) together(ctx context.Context, tx *pg.Tx, by access.Principal, c *Claim) error {
	if c.Occurrence == "" || c.EstimateIndemnity == h.claim.EstimateIndemnity && c.Occurrence == h.claim.Occurrence {
		return nil
	}
	var major calendar.Date
	var others int64
	err := pg.Row(ctx, tx, `SELECT major FROM occurrence WHERE pool = $1 AND code = $2 FOR NO KEY UPDATE`,
		[]any{c.Pool, c.Occurrence}, &major)
	if err != nil || !major.IsZero() {
		return err
	}
	err = pg.Row(ctx, tx, `SELECT coalesce(sum(estimate_indemnity), 0)::bigint FROM claim
		WHERE pool = $1 AND occurrence = $2 AND number <> $3`, []any{c.Pool, c.Occurrence, c.Number}, &others)
	sum := money.Fen(others).Add(c.EstimateIndemnity)
	if err != nil || !reached(sum, &majorFrom) {
		return err
	}
	tx.Queue(`UPDATE occurrence SET major = $3 WHERE pool = $1 AND code = $2`, c.Pool, c.Occurrence, h.today.SQL())
	if !c.MajorOn.IsZero() || reached(c.EstimateIndemnity, &majorFrom) {
		return nil // it is, or is about to be, flagged for itself
	}
	c.MajorOn = h.today
	detail := thresholdDetail{From: majorFrom, Together: &sum, Occurrence: c.Occurrence}
	return h.announce(ctx, tx, by, EventMajor, c, detail, nil)
}

// ListOccurrences lists the occurrences of a pool with what their claims come to, newest first, to whoever takes part
// in the pool, manages or supervises it; access.forbidden for anyone else.
func ListOccurrences(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string,
) ([]OccurrenceFigures, error) {
	seen, err := coinsurance.ViewAgreements(ctx, handle, by, pool)
	if err != nil {
		return nil, err
	}
	if by.Kind == access.Operator || by.Kind == access.Member && len(seen) == 0 {
		return nil, access.ErrForbidden.With("%s has no part in pool %s", by.Subject, pool)
	}
	found := []OccurrenceFigures{}
	err = handle.NewRaw(`SELECT o.pool, o.code, o.name, o.day, o.major, o.version, o.recorded, count(c.number) AS claims,
			coalesce(sum(estimate_indemnity + estimate_expense), 0)::bigint AS estimate,
			coalesce(sum(paid_indemnity + paid_expense), 0)::bigint AS paid,
			coalesce(sum(paid_indemnity + paid_expense + CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0 ELSE
				greatest(0, estimate_indemnity - paid_indemnity) + greatest(0, estimate_expense - paid_expense) END), 0)::bigint
				AS incurred
		FROM occurrence AS o LEFT JOIN claim AS c ON c.pool = o.pool AND c.occurrence = o.code
		WHERE o.pool = ? GROUP BY o.pool, o.code ORDER BY o.day DESC, o.code`, pool).Scan(ctx, &found)
	return found, err
}

package claims

import (
	"context"

	"gongbao/internal/pg"
)

// TieClaim ties a claim to an occurrence, or loosens it from one.
type TieClaim struct {
	Command

	Occurrence string `json:"occurrence"` // "" for none
}

// TieClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.occurrence_not_found.
func (s *Service) TieClaim(ctx context.Context, cmd TieClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd TieClaim) load(reads *pg.Reads, l *lockedClaim) { l.occurrenceIn(reads, cmd.Occurrence) }

func (cmd TieClaim) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	o.after.Occurrence = cmd.Occurrence
	o.say(EventClaimTied, tiedDetail{Occurrence: cmd.Occurrence})
	return o.knowsOccurrence(cmd.Occurrence)
}

package claims

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// States of a piece of evidence.
const (
	EvidenceReceived = "received"
	EvidenceWaived   = "waived"  // not needed here; the note says why
	EvidenceMissing  = "missing" // asked for again (Insurance Law of the PRC, art. 22: once, and at once)
)

// Evidence is a piece of evidence of the line's list, as it was checked off 索赔资料.
type Evidence struct {
	bun.BaseModel `bun:"table:claim_evidence"`

	Pool     string    `bun:"pool,pk"  json:"-"`
	Claim    string    `bun:"claim,pk" json:"-"`
	Item     string    `bun:"item,pk"  json:"item"`
	Chinese  string    `bun:"-"        json:"chinese"`
	State    string    `bun:"state"    json:"state"`
	Note     string    `bun:"note"     json:"note,omitempty"`
	Document *int      `bun:"document" json:"document,omitempty"` // number of the document it is
	Actor    string    `bun:"actor"    json:"actor,omitempty"`
	Recorded time.Time `bun:"recorded" json:"recorded,omitzero"`
}

// CheckEvidence checks a piece of evidence off, waives it, or says that it is missing.
type CheckEvidence struct {
	Command

	Item     string `json:"item"`
	State    string `json:"state"`
	Note     string `json:"note,omitempty"`
	Document *int   `json:"document,omitempty"`
}

// CheckEvidence refuses: claims.claim_invalid (shape; an item that is not on the line's list; a document that is not
// the claim's), claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed.
func (s *Service) CheckEvidence(ctx context.Context, cmd CheckEvidence) (*Claim, error) {
	var check fault.Check
	check.Require(cmd.State == EvidenceReceived || cmd.State == EvidenceWaived || cmd.State == EvidenceMissing, "state",
		"%q is none of %s, %s, %s", cmd.State, EvidenceReceived, EvidenceWaived, EvidenceMissing)
	check.Require(cmd.State != EvidenceWaived || cmd.Note != "", "note", "say why it is not needed")
	field.ProseIf(&check, "note", cmd.Note, reasonMax)
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	claim, err := s.actIn(ctx, cmd.Command, "check_evidence", EventEvidenceChecked, cmd,
		func(_ context.Context, tx *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			line, _ := insurance.FindLine(h.policy.Line)
			if !line.Wants(cmd.Item) {
				return nil, ErrClaimInvalid.At("item", "%s does not ask for %q", line.Code, cmd.Item)
			}
			tx.Queue(`INSERT INTO claim_evidence (pool, claim, item, state, note, document, actor, recorded)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool, claim, item) DO UPDATE SET state = $4, note = $5,
					document = $6, actor = $7, recorded = $8`,
				after.Pool, after.Number, cmd.Item, cmd.State, cmd.Note, cmd.Document, cmd.By.Subject, h.now)
			return evidenceDetail{Item: cmd.Item, State: cmd.State, Note: cmd.Note, Document: cmd.Document}, nil
		})
	return claim, broken(err, cmd.Claim)
}

// evidenceOf lists the line's evidence with what was checked off of it.
func evidenceOf(ctx context.Context, handle bun.IDB, c *Claim, policyLine string) ([]Evidence, error) {
	var checked []Evidence
	err := handle.NewSelect().Model(&checked).Where("pool = ? AND claim = ?", c.Pool, c.Number).Scan(ctx)
	if err != nil {
		return nil, err
	}
	line, _ := insurance.FindLine(policyLine)
	list := make([]Evidence, len(line.Evidence))
	for i, proof := range line.Evidence {
		list[i] = Evidence{Item: proof.Code, State: EvidenceMissing}
		for _, one := range checked {
			if one.Item == proof.Code {
				list[i] = one
			}
		}
		list[i].Chinese = proof.Chinese
	}
	return list, nil
}

// checkEvidence refuses with ErrEvidenceMissing an approval before the line's list is checked off, where the agreement
// wants that or the loss was assessed by section.
func (h *held) checkEvidence(ctx context.Context, tx *pg.Tx) error {
	if h.agreement.Evidence != coinsurance.EvidenceRequired && !h.claim.Calculated {
		return nil
	}
	list, err := evidenceOf(ctx, tx, h.claim, h.policy.Line)
	if err != nil {
		return err
	}
	var missing []string
	for _, one := range list {
		if one.State == EvidenceMissing {
			missing = append(missing, one.Item+" "+one.Chinese)
		}
	}
	if len(missing) > 0 {
		return ErrEvidenceMissing.With("missing: %s", strings.Join(missing, ", "))
	}
	return nil
}

package claims

import (
	"context"
	"strconv"

	"gongbao/internal/fault"
	"gongbao/internal/text/field"
	"gongbao/product"
)

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
	return s.change(ctx, cmd)
}

func (cmd CheckEvidence) check() error {
	var check fault.Check
	check.Require(cmd.State == EvidenceReceived || cmd.State == EvidenceWaived || cmd.State == EvidenceMissing, "state",
		"{given} is none of {allowed}", fault.Args{
			"given": strconv.Quote(cmd.State), "allowed": []string{EvidenceReceived, EvidenceWaived, EvidenceMissing},
		})
	check.Require(cmd.State != EvidenceWaived || cmd.Note != "", "note", "say why it is not needed")
	field.ProseIf(&check, "note", cmd.Note, reasonMax)
	return check.Refuse(ErrClaimInvalid)
}

func (cmd CheckEvidence) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	line, _ := product.FindLine(o.policy.Line)
	if !line.Wants(cmd.Item) {
		return ErrClaimInvalid.At("item", "{line} does not ask for {item}",
			fault.Args{"line": line.Code, "item": strconv.Quote(cmd.Item)})
	}
	o.evidence = &Evidence{
		Pool: o.after.Pool, Claim: o.after.Number, Item: cmd.Item, State: cmd.State, Note: cmd.Note,
		Document: cmd.Document, Actor: cmd.By.Subject, Recorded: o.now,
	}
	o.say(EventEvidenceChecked, evidenceDetail{Item: cmd.Item, State: cmd.State, Note: cmd.Note, Document: cmd.Document})
	return nil
}

package claims

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/product"
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

// evidenceOf lists the line's evidence with what was checked off of it.
func evidenceOf(checked []Evidence, policyLine string) []Evidence {
	line, _ := product.FindLine(policyLine)
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
	return list
}

// missing names the evidence of a list that was neither received nor waived.
func missing(list []Evidence) []string {
	var names []string
	for _, one := range list {
		if one.State == EvidenceMissing {
			names = append(names, one.Item+" "+one.Chinese)
		}
	}
	return names
}

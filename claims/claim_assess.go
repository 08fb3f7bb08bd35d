package claims

import (
	"context"
	"fmt"
	"strconv"

	"gongbao/claims/worksheet"
	"gongbao/insurance/indemnity"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/product"
)

const lossesMax = 16 // lines of a worksheet

// AssessClaim gives the assessed loss 定损, at 100 %: as one sum, or by section, from which the worksheet 理算书 follows.
type AssessClaim struct {
	Command

	Loss   *money.Amount    `json:"loss,omitempty"`
	Losses []indemnity.Loss `json:"losses,omitempty"`
}

// AssessClaim refuses: claims.claim_invalid (shape; a section the policy's line does not have),
// claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed, claims.claim_closed. A
// section that does not pay is no refusal: the worksheet says so, with the clause or article, and nothing can be
// approved for it.
func (s *Service) AssessClaim(ctx context.Context, cmd AssessClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd AssessClaim) check() error {
	var check fault.Check
	check.Require((cmd.Loss == nil) == (len(cmd.Losses) > 0), "loss", "give the loss as one sum, or by section")
	check.Require(cmd.Loss == nil || !cmd.Loss.IsNegative(), "loss", "the amount may not be negative")
	check.Require(len(cmd.Losses) <= lossesMax, "losses", "at most {most} lines", fault.Args{"most": lossesMax})
	for i, loss := range cmd.Losses {
		path := fmt.Sprintf("losses[%d]", i)
		check.Require(!loss.Amount.IsNegative(), path+".amount", "the amount may not be negative")
		check.Require(!loss.Rescue.IsNegative(), path+".rescue", "the amount may not be negative")
		check.Require(loss.Value == nil || loss.Value.Sign() > 0, path+".value", "the value must be above zero")
	}
	return check.Refuse(ErrClaimInvalid)
}

func (cmd AssessClaim) load(reads *pg.Reads, l *lockedClaim) {
	if cmd.Loss == nil {
		l.usedIn(reads, true)
	}
}

func (cmd AssessClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	after.AssessedBy = cmd.By.Subject
	after.Calculated = cmd.Loss == nil
	if cmd.Loss != nil {
		after.Loss, o.sheet = cmd.Loss, nil
		o.say(EventClaimAssessed, nil)
		return after.move(Assessed)
	}
	if err := cmd.checkSections(o.policy.Line); err != nil {
		return err
	}
	sheet := worksheet.Calculate(o.policy, after.LossDay, cmd.Losses, o.found.used)
	o.sheet, after.Loss = sheet.Lines, &sheet.Loss
	o.say(EventClaimAssessed, assessedDetail{Worksheet: sheet})
	return after.move(Assessed)
}

// checkSections refuses what the policy's line does not have.
func (cmd AssessClaim) checkSections(policyLine string) error {
	line, _ := product.FindLine(policyLine)
	var check fault.Check
	for i, loss := range cmd.Losses {
		path := fmt.Sprintf("losses[%d]", i)
		section, known := line.Section(loss.Section)
		check.Require(known, path+".section", "{line} has no section {section}",
			fault.Args{"line": line.Code, "section": strconv.Quote(loss.Section)})
		check.Require(loss.Value == nil || section.Kind == product.PropertyCover, path+".value",
			"only insured property has a value")
	}
	return check.Refuse(ErrClaimInvalid)
}

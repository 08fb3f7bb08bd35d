package claims

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone/authority"
)

// importedClaim is one row.
type importedClaim struct {
	claim     Claim
	expense   Expense
	effective calendar.Date
	row       int // of the file

	words     []authority.Word // of second persons on the file
	rehearsed bool
}

// importedTerms are what a row of a file says of a claim, by the names of its columns.
type importedTerms struct {
	Policy            string        `json:"policy"`
	LossDay           calendar.Date `json:"loss_day"`
	Filed             calendar.Date `json:"filed"`
	Papers            calendar.Date `json:"papers"`
	Occurrence        string        `json:"occurrence"`
	EstimateIndemnity money.Amount  `json:"estimate_indemnity"`
	EstimateExpense   money.Amount  `json:"estimate_expense"`
	Injury            money.Amount  `json:"injury"`
	Loss              *money.Amount `json:"loss"`
	Approved          calendar.Date `json:"approved"`
	ApprovedIndemnity money.Amount  `json:"approved_indemnity"`
	ApprovedExpense   money.Amount  `json:"approved_expense"`
	PaidIndemnity     money.Amount  `json:"paid_indemnity"`
	PaidAdjuster      money.Amount  `json:"paid_adjuster"`
	PaidExpert        money.Amount  `json:"paid_expert"`
	PaidLegal         money.Amount  `json:"paid_legal"`
	PaidOther         money.Amount  `json:"paid_other"`
	Recovery          money.Amount  `json:"recovery"`
	Salvage           money.Amount  `json:"salvage"`
	State             State         `json:"state"`
	Reason            string        `json:"reason"`
	Effective         calendar.Date `json:"effective"`
}

func (c *Claim) importedTerms(effective calendar.Date) importedTerms {
	spent := c.Spent()
	return importedTerms{
		Policy: c.Policy, LossDay: c.LossDay, Filed: c.Filed, Papers: c.DocumentsCompleteOn, Occurrence: c.Occurrence,
		EstimateIndemnity: c.EstimateIndemnity, EstimateExpense: c.EstimateExpense, Injury: c.Injury, Loss: c.Loss,
		Approved: c.ApprovedOn, ApprovedIndemnity: c.ApprovedIndemnity, ApprovedExpense: c.ApprovedExpense,
		PaidIndemnity: c.PaidIndemnity, PaidAdjuster: spent.Adjuster, PaidExpert: spent.Expert,
		PaidLegal: spent.Legal, PaidOther: spent.Other, Recovery: c.Recovery, Salvage: c.Salvage, State: c.Status,
		Reason: c.Reason, Effective: effective,
	}
}

// otherwise names the columns in which a row differs from the claim that stands. The day of the postings is compared
// where the row gives one and the claim was imported: today is another day when the file comes again.
func otherwise(ctx context.Context, tx *pg.Tx, stands *Claim, row *importedClaim) ([]string, error) {
	effective := row.effective
	if !effective.IsZero() {
		told, err := outbox.Told(ctx, tx, stands.Pool, []string{stands.Subject()}, EventClaimImported)
		if err != nil {
			return nil, err
		}
		for _, fact := range told {
			effective = fact.Effective
		}
	}
	return sheet.Differences(stands.importedTerms(effective), row.claim.importedTerms(row.effective)), nil
}

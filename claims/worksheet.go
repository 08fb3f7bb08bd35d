package claims

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// sectionRow is one line of a claim's worksheet as it is kept.
type sectionRow struct {
	bun.BaseModel `bun:"table:claim_section"`

	Pool       string        `bun:"pool,pk"`
	Claim      string        `bun:"claim,pk"`
	Place      int           `bun:"place,pk"`
	Section    string        `bun:"section"`
	Cause      string        `bun:"cause"`
	Amount     money.Amount  `bun:"amount"`
	Value      *money.Amount `bun:"value"`
	Rescue     money.Amount  `bun:"rescue"`
	Kind       string        `bun:"kind"`
	Insured    money.Amount  `bun:"insured"`
	Deductible money.Amount  `bun:"deductible"`
	Ratio      money.Share   `bun:"indemnity_ratio"`
	LimitLeft  money.Amount  `bun:"limit_left"`
	Payable    money.Amount  `bun:"payable"`
	RescuePays money.Amount  `bun:"rescue_pays"`
	Approved   money.Amount  `bun:"approved"`
	Reason     string        `bun:"reason"`
}

func (r *sectionRow) line() indemnity.SheetLine {
	return indemnity.SheetLine{
		Loss: indemnity.Loss{Section: r.Section, Cause: r.Cause, Amount: r.Amount, Value: r.Value, Rescue: r.Rescue},
		Kind: r.Kind, Insured: r.Insured, Deductible: r.Deductible, Ratio: r.Ratio, LimitLeft: r.LimitLeft,
		Payable: r.Payable, RescuePays: r.RescuePays, Approved: r.Approved, Reason: r.Reason,
	}
}

// lines is the claim's worksheet as last calculated; none of a claim that was assessed as one sum.
func (h *held) lines() []indemnity.SheetLine {
	lines := []indemnity.SheetLine{}
	if h.claim.Calculated {
		for i := range h.rows {
			lines = append(lines, h.rows[i].line())
		}
	}
	return lines
}

// used is what the policy's other claims take of its limit and of its sections': what each has approved or paid, the
// larger, for an advance is paid before anything is approved. Rescue costs and what was paid ex gratia take nothing.
func (h *held) used(
	ctx context.Context, tx *pg.Tx, bySection bool,
) (ofLimit money.Amount, ofSections map[string]money.Amount, err error) {
	at := []any{h.claim.Pool, h.claim.Policy, h.claim.Number}
	var fen int64
	err = pg.Row(ctx, tx, `
		SELECT coalesce(sum(least(used, coalesce(payable, used))), 0)::bigint
		FROM (SELECT greatest(approved_indemnity, paid_indemnity) AS used, payable FROM claim
			WHERE pool = $1 AND policy = $2 AND number <> $3) AS other`, at, &fen)
	if err != nil || !bySection {
		return money.Fen(fen), nil, err
	}
	ofSections, err = h.usedBySection(ctx, tx)
	return money.Fen(fen), ofSections, err
}

// usedBySection divides what each other claim takes over the lines of its worksheet, as an approval is divided.
func (h *held) usedBySection(ctx context.Context, tx *pg.Tx) (map[string]money.Amount, error) {
	var rows []struct {
		Claim      string       `bun:"claim"`
		Used       money.Amount `bun:"used"`
		Section    string       `bun:"section"`
		Kind       string       `bun:"kind"`
		Payable    money.Amount `bun:"payable"`
		RescuePays money.Amount `bun:"rescue_pays"`
	}
	err := tx.NewRaw(`SELECT c.number AS claim, greatest(c.approved_indemnity, c.paid_indemnity) AS used, s.section,
			s.kind, s.payable, s.rescue_pays
		FROM claim AS c JOIN claim_section AS s ON s.pool = c.pool AND s.claim = c.number
		WHERE c.pool = ? AND c.policy = ? AND c.number <> ? ORDER BY c.number, s.place`,
		h.claim.Pool, h.claim.Policy, h.claim.Number).Scan(ctx, &rows)
	used := map[string]money.Amount{}
	for len(rows) > 0 {
		claim, all := rows[0].Claim, rows[0].Used
		var lines []indemnity.SheetLine
		for ; len(rows) > 0 && rows[0].Claim == claim; rows = rows[1:] {
			lines = append(lines, indemnity.SheetLine{
				Loss: indemnity.Loss{Section: rows[0].Section}, Kind: rows[0].Kind, Payable: rows[0].Payable,
				RescuePays: rows[0].RescuePays,
			})
		}
		indemnity.Allocate(lines, all)
		for _, line := range lines {
			used[line.Section] = used[line.Section].Add(money.Min(line.Approved, line.Payable))
		}
	}
	return used, err
}

// calculate works out what the policy pays for the losses, as of now.
func (h *held) calculate(ctx context.Context, tx *pg.Tx, losses []indemnity.Loss) (indemnity.Worksheet, error) {
	line, _ := insurance.FindLine(h.policy.Line)
	ofLimit, ofSections, err := h.used(ctx, tx, true)
	if err != nil {
		return indemnity.Worksheet{}, err
	}
	return indemnity.Calculate(indemnity.Case{
		Line: line, Cover: insurance.CoverOf(h.policy), Starts: h.policy.Starts, LossDay: h.claim.LossDay,
		Losses: losses, LimitUsed: ofLimit, SectionUse: ofSections,
	}), nil
}

// payable is what the policy pays for the claim's loss as of now: of the loss, which uses up its limit, and on top.
// ErrExceedsPayable when the loss has not been assessed.
type payable struct {
	loss, top money.Amount
	because   string
}

func (p payable) total() money.Amount { return p.loss.Add(p.top) }

func (h *held) payable(ctx context.Context, tx *pg.Tx, c *Claim) (payable, error) {
	if c.Loss == nil {
		return payable{}, ErrExceedsPayable.At("indemnity", "the loss has not been assessed")
	}
	if !c.Calculated {
		ofLimit, _, err := h.used(ctx, tx, false)
		left := h.policy.SumInsured.Sub(ofLimit)
		p := payable{loss: money.Min(left, money.Max(money.Amount{}, c.Loss.Sub(h.policy.Deductible))), top: c.ExGratia}
		p.because = "the loss is " + c.Loss.String() + ", the deductible " + h.policy.Deductible.String() + ", " +
			left.String() + " of the limit is left"
		return p, err
	}
	sheet, err := h.calculate(ctx, tx, lossesOf(h.sheet))
	if err != nil {
		return payable{}, err
	}
	h.sheet = sheet.Lines
	p := payable{loss: sheet.Payable, top: sheet.Rescue.Add(c.ExGratia), because: "as calculated by section"}
	for _, line := range sheet.Lines {
		if line.Reason != "" {
			p.because += "; " + line.Section + ": " + line.Reason
		}
	}
	return p, nil
}

func lossesOf(lines []indemnity.SheetLine) []indemnity.Loss {
	losses := make([]indemnity.Loss, len(lines))
	for i, line := range lines {
		losses[i] = line.Loss
	}
	return losses
}

// defence is the sum of legal costs that the worksheet pays.
func defence(lines []indemnity.SheetLine) (total money.Amount, covered bool) {
	for _, line := range lines {
		if line.Kind == insurance.DefenceCover {
			total, covered = total.Add(line.Payable), true
		}
	}
	return total, covered
}

// writeSheet replaces the claim's worksheet, with what is approved divided over its lines.
func (h *held) writeSheet(tx *pg.Tx, c *Claim) {
	if !c.Calculated && !h.claim.Calculated {
		return
	}
	tx.Queue(`DELETE FROM claim_section WHERE pool = $1 AND claim = $2`, c.Pool, c.Number)
	if !c.Calculated {
		return
	}
	indemnity.Allocate(h.sheet, c.ApprovedIndemnity)
	for place, line := range h.sheet {
		tx.Queue(`INSERT INTO claim_section (pool, claim, place, section, cause, amount, value, rescue, kind, insured,
				deductible, indemnity_ratio, limit_left, payable, rescue_pays, approved, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			c.Pool, c.Number, place, line.Section, line.Cause, line.Amount.Fen(), fenOrNil(line.Value), line.Rescue.Fen(),
			line.Kind, line.Insured.Fen(), line.Deductible.Fen(), line.Ratio.E8(), line.LimitLeft.Fen(),
			line.Payable.Fen(), line.RescuePays.Fen(), line.Approved.Fen(), line.Reason)
	}
}

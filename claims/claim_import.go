package claims

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/internal/text/field"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// ImportColumns are the columns of a file of claims. Amounts are in yuan, at 100 % and to date.
var ImportColumns = []sheet.Column{
	sheet.Needs("policy", "number of the policy"),
	sheet.Needs("number", "number of the claim: the pool's code, a dash and a name"),
	sheet.Needs("loss_day", "YYYY-MM-DD"), sheet.Needs("filed", "first notice and filing, YYYY-MM-DD"),
	sheet.May("papers", "when the papers were complete; the day of filing when left out"),
	sheet.May("occurrence", "code of the occurrence it comes from"),
	sheet.May("estimate_indemnity", "gross: what is paid is part of it"), sheet.May("estimate_expense", "the same"),
	sheet.May("injury", "of the indemnity, for bodily injury"), sheet.May("loss", "as assessed"),
	sheet.May("approved", "day of the latest approval, YYYY-MM-DD"), sheet.May("approved_indemnity", "to date"),
	sheet.May("approved_expense", "to date"), sheet.May("paid_indemnity", "to date"),
	sheet.May("paid_adjuster", "expense, to date"), sheet.May("paid_expert", "expense, to date"),
	sheet.May("paid_legal", "expense, to date"), sheet.May("paid_other", "expense, to date"),
	sheet.May("recovery", "to date"), sheet.May("salvage", "to date"),
	sheet.May("state", "closed, refused or withdrawn for a claim that has ended; nothing for an open one"),
	sheet.May("reason", "why it was refused"),
	sheet.May("effective", "day the postings are dated, YYYY-MM-DD; today when left out"),
}

const (
	importMax   = 100_000 // rows of one file
	importFlush = 200     // claims written in one round trip
)

// ImportClaims brings claims in as they stand 导入赔案: each with one event, its splits and its postings. Claims that are
// there already, the same, are passed over.
type ImportClaims struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see ImportColumns
	sheet.Ways

	subject string // of what second persons say of the file
}

// ImportClaims imports all rows or none, unless SkipBad. It refuses: access.forbidden, claims.import_unreadable,
// claims.import_refused; faults of rows are in the report, with the code of the rule. A row is held to the rules of
// OpenClaim, ApproveClaim, PayClaim, RecoverClaim, CloseClaim and RefuseClaim; evidence, consent and second lead are
// taken to be as the file says. What is approved or paid is held to the gate on money: a clerk of the pool manager
// imports it once another one has confirmed the file (ConfirmClaims). A rehearsal does not wait for that.
func (s *Service) ImportClaims(ctx context.Context, cmd ImportClaims) (sheet.Report, error) {
	if err := mayImport(cmd.By); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	file := mark(cmd.Source, cmd.Ways)
	cmd.Source = file
	rows, err := readClaims(cmd, &read)
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	if cmd.subject, err = file.subject(); err != nil {
		return read, err
	}
	// In the order of policies, so that two imports never wait for each other in a circle.
	slices.SortStableFunc(rows, func(a, b *importedClaim) int {
		return cmp.Or(cmp.Compare(a.claim.Policy, b.claim.Policy), cmp.Compare(a.claim.Number, b.claim.Number))
	})
	report, err := sheet.RunPools(ctx, s.db, cmd.Ways, read, func(ctx context.Context, txs pg.Txs, r *sheet.Report) error {
		return again(s.addClaims(ctx, txs, cmd, rows, r))
	})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

// addClaims writes the rows' claims. All is sent before it ends.
func (s *Service) addClaims(
	ctx context.Context, txs pg.Txs, cmd ImportClaims, rows []*importedClaim, report *sheet.Report,
) error {
	words, err := zone.Countersigned(ctx, txs.Of(pg.Zone), pg.Zone, cmd.subject)
	if err != nil {
		return err
	}
	previous := ""
	for i, row := range rows {
		tx := txs.Of(row.claim.Pool)
		if row.claim.Policy == previous || row.claim.Occurrence != "" || i%importFlush == 0 {
			// What the claims before took of the limit, and added to the occurrence, must be seen.
			if err := tx.Flush(ctx); err != nil {
				return err
			}
		}
		previous = row.claim.Policy
		row.words, row.rehearsed = words, cmd.DryRun
		if err := s.addClaim(ctx, tx, cmd.By, row, report); err != nil {
			return err
		}
		cmd.Told(i+1, 0)
	}
	for _, tx := range txs {
		if err := tx.Flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// again has the import run again when somebody opened a claim of one of its numbers meanwhile: the row then finds it.
func again(err error) error {
	if numberTaken(err) {
		return pg.ErrAgain
	}
	return err
}

func mayImport(by access.Principal) error {
	if by.Kind == access.Manager {
		return by.RequireKind(access.Settlement, access.Manager)
	}
	return by.RequireKind(access.Claims, access.Member)
}

func readClaims(cmd ImportClaims, report *sheet.Report) ([]*importedClaim, error) {
	var rows []*importedClaim
	seen := map[string]int{} // row of the file
	return rows, sheet.Each(cmd.Source, cmd.Ways, ImportColumns, importMax, report, func(cells *sheet.Row) {
		row := claimOf(cells)
		if first, twice := seen[row.claim.Number]; twice {
			cells.Fault("number", "%s stands in row %d already", row.claim.Number, first)
		}
		seen[row.claim.Number] = cells.Number
		if len(cells.Bad) == 0 {
			rows = append(rows, row)
		}
	})
}

// claimOf reads a row.
func claimOf(cells *sheet.Row) *importedClaim {
	amount := func(column string) money.Amount {
		value := cells.Amount(column)
		if value == nil {
			return money.Amount{}
		}
		if value.IsNegative() {
			cells.Fault(column, "the amount may not be negative")
		}
		return *value
	}
	row := &importedClaim{row: cells.Number, effective: cells.Day("effective", calendar.Date{}), expense: Expense{
		Adjuster: amount("paid_adjuster"), Expert: amount("paid_expert"), Legal: amount("paid_legal"),
		Other: amount("paid_other"),
	}}
	row.claim = Claim{
		Pool: insurance.PoolOf(cells.Text("policy")), Number: cells.Text("number"), Policy: cells.Text("policy"),
		LossDay: cells.Day("loss_day", calendar.Date{}), Filed: cells.Day("filed", calendar.Date{}),
		Occurrence: cells.Text("occurrence"), Reason: cells.Prose("reason"), Status: Filed,
		EstimateIndemnity: amount("estimate_indemnity"), EstimateExpense: amount("estimate_expense"),
		Injury: amount("injury"), ApprovedOn: cells.Day("approved", calendar.Date{}),
		ApprovedIndemnity: amount("approved_indemnity"), ApprovedExpense: amount("approved_expense"),
		PaidIndemnity: amount("paid_indemnity"), Recovery: amount("recovery"), Salvage: amount("salvage"),
	}
	row.claim.DocumentsCompleteOn = cells.Day("papers", row.claim.Filed)
	if row.claim.Loss = cells.Amount("loss"); row.claim.Loss != nil {
		row.claim.Loss, row.claim.Status = new(amount("loss")), Assessed
	}
	row.claim.spend(row.expense)
	row.check(cells)
	return row
}

// check holds what can be told from the row alone.
func (r *importedClaim) check(cells *sheet.Row) {
	c := &r.claim
	var check fault.Check
	check.Require(!c.LossDay.IsZero(), "loss_day", "the day is needed")
	check.Require(!c.Filed.IsZero(), "filed", "the day is needed")
	insurance.CheckNumber(&check, "number", c.Pool, c.Number)
	check.Require(c.Injury.Cmp(c.EstimateIndemnity) <= 0, "injury", "more than the indemnity")
	approved := !c.ApprovedIndemnity.IsZero() || !c.ApprovedExpense.IsZero()
	check.Require(!approved || !c.ApprovedOn.IsZero(), "approved", "the day is needed where something is approved")
	if !c.ApprovedOn.IsZero() {
		c.Status = Approved
	}
	state := State(cells.Text("state"))
	check.Require(state == "" || state == Closed || state == Refused || state == Withdrawn, "state",
		"{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(string(state)), "allowed": []State{Closed, Refused, Withdrawn}})
	check.Require((state == Refused) == (c.Reason != ""), "reason", "a refused claim, and no other, has a reason")
	field.ProseIf(&check, "reason", c.Reason, reasonMax)
	r.checkGiven(cells, &check, state)
	cells.Refuse(check.Refuse(ErrClaimInvalid))
	c.settle()
	if state == Closed || state == Refused {
		cells.Refuse(c.mayEnd())
	}
	if state != "" {
		c.Status = state
		c.ApprovedIndemnity, c.ApprovedExpense = c.PaidIndemnity, c.PaidExpense
	}
	if state == Refused {
		c.RefusedOn = c.Filed
	}
}

// checkGiven holds that nothing is taken for zero because its cell is empty: what an open claim is estimated at is said
// where there is a column for it, an approval says of what, and what has ended has nothing approved but what is paid.
func (r *importedClaim) checkGiven(cells *sheet.Row, check *fault.Check, state State) {
	c := &r.claim
	for _, column := range []string{"estimate_indemnity", "estimate_expense"} {
		check.Require(state != "" || !cells.Has(column) || cells.Given(column), column,
			"an open claim needs an estimate; 0.00 says that nothing is expected")
	}
	approves := cells.Given("approved_indemnity") || cells.Given("approved_expense")
	check.Require(state != "" || c.ApprovedOn.IsZero() || approves, "approved_indemnity",
		"the amount is needed where a day of approval is given")
	if state != Withdrawn { // one that was closed or refused is held to the rule of its end
		return
	}
	check.Require(!cells.Given("approved_indemnity") || c.ApprovedIndemnity == c.PaidIndemnity, "approved_indemnity",
		"a withdrawn claim has nothing approved but what is paid")
	check.Require(!cells.Given("approved_expense") || c.ApprovedExpense == c.PaidExpense, "approved_expense",
		"a withdrawn claim has nothing approved but what is paid")
}

// addClaim writes a row's claim, or notes why not.
func (s *Service) addClaim(
	ctx context.Context, tx *pg.Tx, by access.Principal, row *importedClaim, report *sheet.Report,
) error {
	stands, err := FindClaim(ctx, tx, row.claim.Pool, row.claim.Number)
	switch {
	case err == nil:
		var columns []string
		if columns, err = otherwise(ctx, tx, stands, row); err != nil {
			return err
		}
		if len(columns) == 0 {
			report.Known++
			return nil
		}
		err = sheet.Otherwise(ErrClaimExists, columns)
	case errors.Is(err, ErrClaimNotFound):
		err = s.importClaim(ctx, tx, by, row) // a rehearsal too: it is undone, and rows see what those before them use up
	}
	if err == nil {
		report.Imported++
		return nil
	}
	if _, refusal := errors.AsType[*fault.Fault](err); !refusal {
		return err
	}
	cells := sheet.Blank(row.row)
	cells.Refuse(err)
	report.Refuse(cells.Bad)
	return nil
}

// importClaim takes a claim from nothing to where it stands, in one step.
func (s *Service) importClaim(ctx context.Context, tx *pg.Tx, by access.Principal, row *importedClaim) error {
	locked, err := lockNew(ctx, tx, s.clock, by, &Claim{
		Number: row.claim.Number, Policy: row.claim.Policy, // whose limit others have used
	})
	if err != nil {
		return err
	}
	err = locked.loadNew(ctx, tx, func(reads *pg.Reads, l *lockedClaim) { row.load(reads, l, by) })
	if err != nil {
		return err
	}
	outcome := begin(locked, by)
	if err := row.decide(outcome); err != nil {
		return err
	}
	_, err = outcome.keep(ctx, tx)
	return err
}

func (r *importedClaim) load(reads *pg.Reads, l *lockedClaim, by access.Principal) {
	l.occurrenceIn(reads, r.claim.Occurrence)
	l.usedIn(reads, false)
	l.limitsIn(reads, by)
	l.found.gate.words = r.words
	if by.Kind != access.Member { // the manager's clerk decides no claim alone, and is told so when it is not for show
		l.found.gate.own.Unset = !r.rehearsed
	}
}

// decide holds the rules that the claim would have met on its way, by the decisions of the commands.
func (r *importedClaim) decide(o *Outcome) error {
	if err := o.date("effective", r.effective, o.today); err != nil {
		return err
	}
	for _, written := range []struct {
		column string
		day    calendar.Date
	}{{"filed", r.claim.Filed}, {"approved", r.claim.ApprovedOn}} {
		if err := o.dates.Check(written.column, written.day); err != nil {
			return err
		}
	}
	if err := o.signed(); err != nil {
		return err
	}
	if o.by.Kind != access.Manager {
		if err := mayHandle(o.by, o.lockedClaim); err != nil {
			return err
		}
	}
	recorded := o.after.Recorded
	o.after = r.claim
	o.after.AgreementVersion, o.after.Recorded = o.agreement.Version, recorded
	if err := covers(o.policy, o.after.LossDay, o.after.Filed); err != nil {
		return err
	}
	if err := o.knowsOccurrence(o.after.Occurrence); err != nil {
		return err
	}
	if err := r.stands(o); err != nil {
		return err
	}

	var detail any
	if !o.after.paid().IsZero() {
		detail = o.recordPayment(&Payment{
			Indemnity: o.after.PaidIndemnity, Expense: r.expense, PayeeKind: PayeeInsured,
		})
	}
	o.say(EventClaimImported, detail)
	return nil
}

// stands holds that what is approved was payable and within the person's limit, and what is paid approved.
func (r *importedClaim) stands(o *Outcome) error {
	after := &o.after
	if after.ApprovedIndemnity.Sign() > 0 {
		most, err := o.payable()
		if err != nil {
			return err
		}
		if err := allows(most, after.ApprovedIndemnity); err != nil {
			return err
		}
		after.Payable = &most.Loss
	}
	if after.PaidIndemnity.Cmp(after.ApprovedIndemnity) > 0 || after.PaidExpense.Cmp(after.ApprovedExpense) > 0 {
		return ErrPaymentExceedsApproved.At("paid_indemnity", "more is paid than is approved")
	}
	if after.decided().IsZero() {
		o.pass = authority.ImportEstimates.Pass()
		return nil
	}
	return o.passDecided(authority.ImportClaims)
}

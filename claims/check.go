package claims

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"gongbao/insurance"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var (
	claimPostingsAgree    = pg.SQL[ledger.StreamArgs](files, "ClaimPostingsAgree")
	splitsAgreeWithClaims = pg.SQL[ledger.OfPool](files, "SplitsAgreeWithClaims")
	expenseKindsAgree     = pg.SQL[ledger.OfPool](files, "ExpenseKindsAgree")
	paymentsAgree         = pg.SQL[ledger.OfPool](files, "PaymentsAgree")
	callsAgree            = pg.SQL[ledger.OfPool](files, "CallsAgree")
	claimsAsNoted         = pg.SQL[ledger.OfPool](files, "ClaimsAsNoted")
	deadlinesAgree        = pg.SQL[ledger.OfPool](files, "DeadlinesAgreeWithEvents")
)

// ownAccounts are the accounts on which a member's book says what each stream of a claim comes to. The kinds of expense
// are parts of one total. Recoveries and salvage also stand on the accounts that were theirs before those were closed.
var ownAccounts = []ledger.StreamRule{
	{Stream: ledger.Indemnity, Account: ledger.ClaimsPaid, Side: ledger.Debit},
	{Stream: ledger.ExpenseAdjuster, Total: ledger.ClaimCost, Account: ledger.ClaimExpense, Side: ledger.Debit},
	{Stream: ledger.ExpenseExpert, Total: ledger.ClaimCost, Account: ledger.ClaimExpense, Side: ledger.Debit},
	{Stream: ledger.ExpenseLegal, Total: ledger.ClaimCost, Account: ledger.ClaimExpense, Side: ledger.Debit},
	{Stream: ledger.ExpenseOther, Total: ledger.ClaimCost, Account: ledger.ClaimExpense, Side: ledger.Debit},
	{Stream: ledger.Recovery, Account: ledger.ClaimsRecovered, Side: ledger.Credit},
	{Stream: ledger.Salvage, Account: ledger.SalvageRecovered, Side: ledger.Credit},
	{Stream: ledger.Recovery, Account: ledger.RecoveryIncome, Side: ledger.Credit},
	{Stream: ledger.Salvage, Account: ledger.SalvageIncome, Side: ledger.Credit},
	{Stream: ledger.OutstandingIndemnity, Account: ledger.OutstandingClaimsReserve, Side: ledger.Credit},
	{Stream: ledger.OutstandingExpense, Account: ledger.OutstandingClaimsReserve, Side: ledger.Credit},
}

// Checks are what verify proves of this wing: that the book agrees with the splits, and the splits with the claims.
func Checks() []ledger.Check {
	return []ledger.Check{
		ledger.StreamCheck("claim_postings_agree_with_portions", claimPostingsAgree, ownAccounts),
		ledger.StatementCheck("splits_agree_with_claims", splitsAgreeWithClaims),
		ledger.StatementCheck("expense_kinds_agree_with_claims", expenseKindsAgree),
		ledger.StatementCheck("payments_agree_with_claims", paymentsAgree),
		ledger.StatementCheck("cash_calls_agree_with_postings", callsAgree),
		{Name: "policies_know_their_claims", Run: notesAgree},
	}
}

// notesAgree: what insurance knows of each claim is what the claim says. Insurance reads its own notes.
func notesAgree(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	wanted := map[string]insurance.ClaimNote{}
	err := claimsAsNoted.With(ledger.OfPool{Pool: pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		c := Claim{Pool: pool}
		err := rows.Scan(&c.Number, &c.Policy, &c.LossDay, &c.Status, &c.ApprovedIndemnity, &c.PaidIndemnity,
			&c.PaidExpense)
		wanted[c.Number] = noteOf(&c)
		return err
	})
	if err != nil {
		return err
	}
	tell := func(number, text string) {
		report(ledger.Finding{Pool: pool, Subject: number, Text: number + ": " + text})
	}
	err = insurance.EachClaimNote(ctx, handle, pool, func(note insurance.ClaimNote) error {
		if wanted[note.Claim] != note {
			tell(note.Claim, "the policy "+note.Policy+" knows it otherwise than it is")
		}
		delete(wanted, note.Claim)
		return nil
	})
	for number, note := range wanted {
		tell(number, "the policy "+note.Policy+" does not know it")
	}
	return err
}

// DeadlineCheck proves that what every deadline stands at was announced, and once: since it last started it was due
// soon, missed, met or stopped as often as it says. It reads all events of deadlines, so it is no part of Checks.
func DeadlineCheck() ledger.Check {
	return ledger.StatementCheck("clocks_agree_with_events", deadlinesAgree)
}

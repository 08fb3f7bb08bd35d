package claims_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/words"
	"gongbao/ledger"
)

// moves are everything that can be asked of a claim.
func (z *fixture) moves() map[string]func(claims.Command) error {
	return map[string]func(claims.Command) error{
		"reserve":   func(c claims.Command) error { return z.reserve(c, "9000.00") },
		"assess":    func(c claims.Command) error { return z.assess(c, "9000.00") },
		"approve":   func(c claims.Command) error { return z.approve(c, "5000.00") },
		"advance":   func(c claims.Command) error { return z.advance(c, "10.00") },
		"pay":       func(c claims.Command) error { return z.payIndemnity(c, "10.00") },
		"recover":   func(c claims.Command) error { return z.recover(c, "7.00", "0.00") },
		"paid_call": func(c claims.Command) error { return z.payCall(c, "B", "3.00") },
		"refuse":    func(c claims.Command) error { return z.refuse(c, "条款第五条") },
		"withdraw":  z.withdraw,
		"close":     z.close,
		"reopen":    z.reopen,
	}
}

// lives bring a claim into each state.
var lives = map[claims.State]string{
	claims.Filed: "", claims.Assessed: "assess", claims.Approved: "assess approve", claims.Paid: "assess approve pay_all",
	claims.Refused: "refuse", claims.Withdrawn: "withdraw", claims.Closed: "close", claims.Reopened: "close reopen",
}

// table says where each move leads from each state, or which rule refuses it.
const table = `
filed
	reserve=filed assess=assessed approve=exceeds_payable advance=exceeds_payable
	pay=payment_exceeds_approved recover=recovery_exceeds_paid paid_call=filed refuse=refused withdraw=withdrawn
	close=closed reopen=claim_open
assessed
	reserve=assessed assess=assessed approve=approved advance=assessed pay=payment_exceeds_approved
	recover=recovery_exceeds_paid paid_call=assessed refuse=refused withdraw=withdrawn close=closed reopen=claim_open
approved
	reserve=approved assess=approved approve=approved advance=approved pay=approved
	recover=recovery_exceeds_paid paid_call=approved refuse=approved_unpaid withdraw=withdrawn close=approved_unpaid
	reopen=claim_open
paid
	reserve=paid assess=paid approve=paid advance=payment_exceeds_approved pay=payment_exceeds_approved
	recover=paid paid_call=paid refuse=refused withdraw=withdrawn close=closed reopen=claim_open
reopened
	reserve=reopened assess=assessed approve=exceeds_payable advance=exceeds_payable
	pay=payment_exceeds_approved recover=recovery_exceeds_paid paid_call=reopened refuse=refused withdraw=withdrawn
	close=closed reopen=claim_open
ended
	reserve=claim_closed assess=claim_closed approve=claim_closed advance=claim_closed pay=claim_closed
	recover=claim_closed paid_call=claim_closed refuse=claim_closed withdraw=claim_closed
	close=claim_closed reopen=reopened
`

// outcomes are what each move comes to from a state, by the table.
func outcomes(from claims.State) map[string]string {
	rows, state := map[string]map[string]string{}, ""
	for line := range strings.Lines(strings.TrimSpace(table)) {
		if !strings.HasPrefix(line, "\t") {
			state = strings.TrimSpace(line)
			rows[state] = map[string]string{}
			continue
		}
		for _, word := range strings.Fields(line) {
			move, to, _ := strings.Cut(word, "=")
			rows[state][move] = to
		}
	}
	if row, open := rows[string(from)]; open {
		return row
	}
	return rows["ended"]
}

// The page about a claim's life draws every move of the table, and has every deadline.
func TestThePageShowsTheWholeLife(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "life-of-a-claim.md"))
	must(t, err)
	page := string(text)
	for state := range lives {
		for move, to := range outcomes(state) {
			if _, is := lives[claims.State(to)]; !is || to == string(state) {
				continue // refused, or the claim stays where it is
			}
			if arrow := fmt.Sprintf("\n    %s --> %s", state, to); !strings.Contains(page, arrow) {
				t.Errorf("%s leads from %s to %s, and the page does not draw it", move, state, to)
			}
		}
	}
	_, deadlines, _ := strings.Cut(page, "\n## Deadlines\n")
	names := reflect.TypeOf(words.English.Deadlines)
	for i := range names.NumField() {
		if name := words.CodeOf(names.Field(i)); !strings.Contains(deadlines, "`"+name+"`") {
			t.Errorf("the page does not say when %s is due", name)
		}
	}
}

func TestEveryMoveFromEveryState(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	moves := z.moves()
	moves["pay_all"] = func(c claims.Command) error { return z.payIndemnity(c, "5000.00") }
	count := 0
	for state, life := range lives {
		for move, to := range outcomes(state) {
			count++
			number := fmt.Sprintf("IC-C%d", count)
			must(t, z.open(number))
			for _, step := range strings.Fields(life) {
				must(t, moves[step](on(number)))
			}
			err := moves[move](on(number))
			got := strings.TrimPrefix(fault.CodeOf(err), "claims.")
			if err == nil {
				got = string(z.find(number).Status)
			}
			if got != to {
				t.Errorf("%s from %s: %s, wanted %s", move, state, got, to)
			}
			must(t, ignore(moves["withdraw"](on(number)), claims.ErrClaimClosed))
		}
	}
	z.verified()
}

func ignore(err, but error) error {
	if errors.Is(err, but) {
		return nil
	}
	return err
}

func TestClaimsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	open := func(change func(*claims.OpenClaim)) error {
		cmd := claims.OpenClaim{
			Command: idempotency.Command{By: handler},
			Policy:  "IC-P1", Number: "IC-C9", LossDay: calendar.MustDate("2026-01-02"),
		}
		change(&cmd)
		return errOf(z.claims.OpenClaim(t.Context(), cmd))
	}
	z.wants("no day", claims.ErrClaimInvalid, open(func(c *claims.OpenClaim) { c.LossDay = calendar.Date{} }))
	z.wants("a number of another pool", claims.ErrClaimInvalid, open(func(c *claims.OpenClaim) { c.Number = "LH-C1" }))
	z.wants("no policy", insurance.ErrPolicyNotFound, open(func(c *claims.OpenClaim) { c.Policy, c.Number = "IC-P9", "" }))
	z.wants("a follower", access.ErrForbidden, open(func(c *claims.OpenClaim) {
		c.By = access.Person("b", access.Member, "B", access.Claims)
	}))
	z.wants("an underwriter", access.ErrForbidden, open(func(c *claims.OpenClaim) { c.By = li }))
	z.wants("tomorrow", claims.ErrLossOutsidePeriod, open(func(c *claims.OpenClaim) {
		c.LossDay = calendar.MustDate("2026-01-03")
	}))
	z.wants("filed tomorrow", ledger.ErrDateOutOfRange, open(func(c *claims.OpenClaim) {
		c.Filed = calendar.MustDate("2026-01-03")
	}))
	z.wants("the same number", claims.ErrClaimExists, open(func(c *claims.OpenClaim) { c.Number = "IC-C1" }))

	for name, move := range z.moves() {
		z.wants(name+" of a claim that is not there", claims.ErrClaimNotFound, move(on("IC-C8")))
		z.wants(name+" of a claim of no pool", claims.ErrClaimNotFound, move(on("C8")))
		stale := on("IC-C1")
		stale.IfVersion = 7
		z.wants(name+" of another version", claims.ErrClaimChanged, move(stale))
		foreign := on("IC-C1")
		foreign.By = access.Person("b", access.Member, "B", access.Claims)
		if name == "paid_call" {
			continue // it is the follower's own
		}
		z.wants(name+" by a follower", access.ErrForbidden, move(foreign))
	}
	z.wants("a call that another member paid", access.ErrForbidden, errOf(z.claims.PayCall(t.Context(),
		claims.PayCall{Command: on("IC-C1"), Member: "B", Amount: *yuan("1.00")})))
	z.wants("a negative estimate", claims.ErrClaimInvalid,
		errOf(z.claims.ReserveClaim(t.Context(), claims.ReserveClaim{Command: on("IC-C1"), Expense: yuan("-0.01")})))
	z.wants("a negative loss", claims.ErrClaimInvalid, z.assess(on("IC-C1"), "-0.01"))
	z.wants("no reason", claims.ErrClaimInvalid, z.refuse(on("IC-C1"), ""))
	z.wants("more given back than taken in", claims.ErrRecoveryNegative, z.recover(on("IC-C1"), "0.00", "-0.01"))
	for _, member := range []string{"A", "X"} {
		z.wants("a call paid by "+member, coinsurance.ErrNotAFollower, z.payCall(on("IC-C1"), member, "1.00"))
	}
	z.verified()
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.assessed("700000.00", "IC-C1", "IC-C2")
	approve := func(number, indemnity string) error { return z.approve(on(number), indemnity) }
	z.wants("the deductible is the insured's", claims.ErrExceedsPayable, approve("IC-C1", "699000.01"))
	must(t, approve("IC-C1", "699000.00"))
	z.wants("the limit is shared by all claims", claims.ErrExceedsPayable, approve("IC-C2", "301000.01"))
	must(t, approve("IC-C2", "301000.00"))
	must(t, z.payIndemnity(on("IC-C2"), "1000.00"))
	z.wants("less than paid", claims.ErrApprovalBelowPaid, approve("IC-C2", "999.99"))
	z.wants("more than approved", claims.ErrPaymentExceedsApproved,
		z.pay(on("IC-C2"), claims.PayClaim{Expense: claims.Expense{Other: *yuan("0.01")}}))

	z.limit("2000.00")
	z.wants("above the person's limit", access.ErrAuthorityExceeded, approve("IC-C2", "2000.01"))
	dated := on("IC-C2")
	dated.Effective = z.today().AddDays(-1) // before there was a limit
	z.wants("dated back, the limit is still today's", access.ErrAuthorityExceeded, z.approve(dated, "2000.01"))
	must(t, approve("IC-C2", "2000.00"))
	must(t, z.approve(as(senior, "IC-C2"), "2000.01"))
	z.verified()
}

func TestEachPaysItsOwn(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{Claims: coinsurance.ByEach})
	must(t, z.open("IC-C1"))
	z.wants("no cash calls", claims.ErrNoCashCall, z.payCall(on("IC-C1"), "B", "1.00"))
}

// An effective date dates the postings; the days the law counts from are those on which things were done.
func TestAnEffectiveDateMovesNoDeadline(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.clock.Set(calendar.MustDate("2026-01-26").Noon())
	must(t, z.open("IC-C1"))
	c := on("IC-C1")
	c.Effective = calendar.MustDate("2026-01-02")
	must(t, z.reserve(c, "50000000.00"))
	must(t, z.assess(c, "9000.00"))
	must(t, z.approve(c, "5000.00"))
	must(t, z.approve(c, "0.00"))
	must(t, z.refuse(c, "条款第五条"))
	claim := z.find("IC-C1")
	for name, day := range map[deadline.Name]string{
		deadline.PayDue: "2026-02-05", deadline.RefuseDue: "2026-01-29", deadline.MajorReportDue: "2026-02-02",
	} {
		if due := claim.Due(name, calendar.Announced()); due.String() != day {
			t.Errorf("%s is %s, not %s", name, due, day)
		}
	}
	held, err := ledger.BalanceOf(t.Context(), z.db, ledger.BalanceQuery{
		Book: "A", Account: ledger.OutstandingClaimsReserve, Claim: "IC-C1", Effective: c.Effective,
	})
	must(t, err)
	if !held.Balance.IsZero() {
		t.Errorf("%s was held back on the second after the claim had ended with effect from it", held.Balance)
	}
}

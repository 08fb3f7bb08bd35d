package insurance_test

import (
	"context"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// ahead quotes, pays and issues a policy that starts on a later day.
func (z *fixture) ahead(number, start, premium, paid string) {
	z.Helper()
	cmd := z.quote(number, premium)
	cmd.Starts = calendar.MustDate(start)
	z.quoted(cmd)
	z.receive(number, paid)
	z.does(z.issue(person("A"), number))
}

func (z *fixture) state(number string, wanted insurance.State) {
	z.Helper()
	policy, err := insurance.FindPolicy(z.Context(), z.db, number)
	must(z, err)
	if got := policy.StateOn(calendar.DateOf(z.clock.Now())); got != wanted {
		z.Errorf("%s is %s, not %s", number, got, wanted)
	}
}

func (z *fixture) balance(book string, account ledger.Account, day, wanted string) {
	z.Helper()
	answer, err := ledger.BalanceOf(z.Context(), z.db, ledger.BalanceQuery{
		Book: book, Account: account, Effective: calendar.MustDate(day),
	})
	must(z, err)
	if answer.Balance.String() != wanted {
		z.Errorf("%s of %s on %s: got %s, wanted %s", account, book, day, answer.Balance, wanted)
	}
}

func (z *fixture) events(kind, number string) int {
	z.Helper()
	var count int
	must(z, pg.Row(z.Context(), z.db, `SELECT count(*) FROM event WHERE type = $1 AND subject = $2`,
		[]any{kind, "policy/" + number}, &count))
	return count
}

// onDay does the day's work at 00:00 of a day.
func (z *fixture) onDay(day string) {
	z.Helper()
	z.clock.Set(calendar.MustDate(day).Start())
	z.does(call(z.insurance.RunDay, clerk))
}

func TestIssuedAhead(t *testing.T) {
	t.Parallel()
	for _, collection := range []coinsurance.CashHandling{coinsurance.ByLeader, coinsurance.ByEach} {
		t.Run("OK collected by "+string(collection), func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			z.agree(1, "2026-01-01", coinsurance.Terms{Collection: collection}, "A", "60%", "B", "40%")
			z.ahead("IC-P1", "2026-02-10", "100.00", "110.00")
			z.state("IC-P1", insurance.Issued)
			z.portion("IC-P1", ledger.NetPremium, "B", "0.00")
			z.balance("A", ledger.PremiumReceivedInAdvance, "2026-02-09", "110.00")
			z.balance("B", ledger.Cash, "2026-02-09", "0.00")
			z.verified()
			z.onDay("2026-02-09")
			z.state("IC-P1", insurance.Issued)
			z.onDay("2026-02-10")
			z.state("IC-P1", insurance.InForce)
			z.portion("IC-P1", ledger.NetPremium, "B", "40.00")
			z.balance("A", ledger.PremiumReceivedInAdvance, "2026-02-09", "110.00")
			z.balance("A", ledger.PremiumReceivedInAdvance, "2026-02-10", "0.00")
			z.balance("A", ledger.PremiumWritten, "2026-02-09", "0.00")
			z.balance("A", ledger.PremiumWritten, "2026-02-10", "60.00")
			z.onDay("2026-02-11")
			if made := z.events(insurance.EventPolicyIncepted, "IC-P1"); made != 1 {
				t.Errorf("it went on risk %d times", made)
			}
			z.verified()
		})
	}
	t.Run("OK a command on the first day comes after, also when nobody did the day's work", func(t *testing.T) {
		t.Parallel()
		z := newZone(t)
		z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
		z.ahead("IC-P1", "2026-02-10", "100.00", "106.00")
		z.clock.Set(calendar.MustDate("2026-02-20").Noon())
		z.receive("IC-P1", "1.00")
		z.balance("B", ledger.PremiumWritten, "2026-02-10", "40.00")
		z.balance("A", ledger.PremiumRefundPayable, "2026-02-20", "1.00")
		z.verified()
	})
}

func TestIssuedAheadAndChanged(t *testing.T) {
	t.Parallel()
	t.Run("OK what changes before only changes what is booked on the first day", func(t *testing.T) {
		t.Parallel()
		z := newZone(t)
		z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
		z.ahead("IC-P1", "2026-02-10", "100.00", "106.00")
		z.ahead("IC-P2", "2026-02-10", "100.00", "106.00")
		for _, number := range []string{"IC-P1", "IC-P2"} {
			z.does(z.endorse(number, "E1", "50.00", "2026-02-10"))
		}
		z.does(z.cancel("IC-P2", "2026-02-10"))
		z.state("IC-P2", insurance.Cancelled)
		commission := insurance.PayCommission{
			Command: idempotency.By(person("A")), Policy: "IC-P1", Amount: money.MustAmount("1.00"),
		}
		z.refuses("commission before on risk", insurance.ErrPolicyNotInForce, call(z.insurance.PayCommission, commission))
		z.onDay("2026-02-10")
		z.portion("IC-P1", ledger.NetPremium, "B", "60.00")
		z.portion("IC-P1", ledger.NetReceived, "B", "40.00")
		z.portion("IC-P2", ledger.NetPremium, "B", "0.00")
		z.state("IC-P2", insurance.Cancelled)
		z.balance("A", ledger.PremiumRefundPayable, "2026-02-10", "106.00")
		z.verified()
	})
	t.Run("OK an import ahead, and one of the past", func(t *testing.T) {
		t.Parallel()
		z := newZone(t)
		z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
		for _, file := range []string{
			"pool,number,line,insured,start,end,premium,limit\n" +
				"IC,IC-I1,pilot_test,甲,2026-03-01,2026-12-31,100.00,1000.00\n",
			"pool,number,line,insured,start,end,premium,limit,issued\n" +
				"IC,IC-I2,pilot_test,甲,2026-01-02,2026-12-31,100.00,1000.00,2026-01-01\n",
		} {
			report, err := z.insurance.ImportPolicies(t.Context(), insurance.ImportPolicies{
				By: clerk, Source: strings.NewReader(file),
			})
			if err != nil || report.Imported != 1 {
				t.Fatalf("%+v %v", report, err)
			}
		}
		z.state("IC-I1", insurance.Issued)
		z.state("IC-I2", insurance.InForce)
		z.balance("A", ledger.PremiumReceivedInAdvance, "2026-01-02", "106.00")
		z.balance("B", ledger.PremiumWritten, "2026-01-01", "0.00")
		z.balance("B", ledger.PremiumWritten, "2026-01-02", "40.00")
		z.verified()
		z.onDay("2026-03-01")
		z.balance("B", ledger.PremiumWritten, "2026-03-01", "80.00")
		z.verified()
	})
}

func TestWhatMayLeave(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.issued("IC-P1", "365.00", "400.00")
	z.refuses("what is owed", insurance.ErrRefundNotOwed, z.refund("IC-P1", "13.11"))
	z.does(z.refund("IC-P1", "13.10"))
	note := func(open bool, paid, used string) {
		must(t, pg.InTx(t.Context(), z.db.DB, func(_ context.Context, tx *pg.Tx) error {
			insurance.NoteClaim(tx, insurance.ClaimNote{
				Pool: "IC", Policy: "IC-P1", Claim: "IC-C1", LossDay: calendar.MustDate("2026-03-01"), Open: open,
				Paid: money.MustAmount(paid), Used: money.MustAmount(used),
			})
			return nil
		}))
	}
	note(true, "0.00", "0.00")
	z.refuses("an open claim", insurance.ErrClaimsStand, z.cancel("IC-P1", "2026-03-01"))
	note(false, "0.01", "0.01")
	z.refuses("a paid claim", insurance.ErrClaimsStand, z.cancel("IC-P1", "2026-02-28"))
	note(false, "250000.00", "250000.00") // a quarter of the limit
	z.does(z.cancel("IC-P1", "2026-12-31"))
	z.portion("IC-P1", ledger.NetPremium, "A", "218.55") // 60 % of 364.25: three quarters of the last day's 1.00 and a bit
	z.verified()
}

// TestDatesOutOfRange: no command writes a day before the pool's first agreement, nor ahead of what has happened.
func TestDatesOutOfRange(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.issued("IC-P1", "100.00", "106.00")
	amount, by := money.MustAmount("1.00"), person("A")
	commands := map[string]func(calendar.Date) act{
		"quote": func(day calendar.Date) act {
			cmd := z.quote("IC-P2", "1.00")
			cmd.Effective = day
			return call(z.insurance.QuotePolicy, cmd)
		},
		"receive": func(day calendar.Date) act {
			return call(z.insurance.ReceivePremium, insurance.ReceivePremium{
				Command: idempotency.Command{By: by, Effective: day}, Policy: "IC-P1", Amount: amount,
			})
		},
		"refund": func(day calendar.Date) act {
			return call(z.insurance.RefundPremium, insurance.RefundPremium{
				Command: idempotency.Command{By: by, Effective: day}, Policy: "IC-P1", Amount: amount,
			})
		},
		"issue": func(day calendar.Date) act {
			return call(z.insurance.IssuePolicy, insurance.IssuePolicy{
				Command: idempotency.Command{By: by, Effective: day}, Policy: "IC-P1",
			})
		},
		"commission": func(day calendar.Date) act {
			return call(z.insurance.PayCommission, insurance.PayCommission{
				Command: idempotency.Command{By: by, Effective: day}, Policy: "IC-P1", Amount: amount,
			})
		},
		"subsidy": func(day calendar.Date) act {
			return call(z.insurance.ApplySubsidy, insurance.ApplySubsidy{
				Command: idempotency.Command{By: by, Effective: day}, Policy: "IC-P1",
			})
		},
		"accept": func(day calendar.Date) act {
			return call(z.insurance.DecideRisk, insurance.DecideRisk{
				Command: idempotency.Command{By: person("B"), Effective: day},
				Policy:  "IC-P1", Member: "B", Accept: true,
			})
		},
	}
	for name, command := range commands {
		for _, day := range []string{"1999-01-01", "2025-12-31", "2026-01-03", "2035-01-01"} {
			z.refuses(name+" on "+day, ledger.ErrDateOutOfRange, command(calendar.MustDate(day)))
		}
	}
	z.refuses("an endorsement before", ledger.ErrDateOutOfRange, z.endorse("IC-P1", "E1", "1.00", "2025-12-31"))
	z.does(z.cancel("IC-P1", "2026-07-01"))
	reinstate := insurance.ReinstatePolicy{
		Command: idempotency.Command{By: by, Effective: calendar.MustDate("2026-08-01")}, Policy: "IC-P1",
	}
	z.refuses("a reinstatement on another day", ledger.ErrDateOutOfRange, call(z.insurance.ReinstatePolicy, reinstate))
	z.verified()
}

package auditor

import "testing"

// page plays what an accountant wrote down, and asks for the figures that stand there.
type page struct {
	*testing.T

	book *Auditor
	day  Day
}

func newPage(t *testing.T) *page {
	t.Helper()
	p := &page{T: t, book: New()}
	p.on(2026, 1, 1)
	for _, code := range []string{"A", "B", "C"} {
		p.play(Register{Code: code}, 0, "")
	}
	p.play(Found{Pool: "IC", Industry: "integrated_circuits"}, 0, "")
	p.play(Agree{Agreement{
		Pool: "IC", Version: 1, From: DayOf(2026, 1, 1),
		Shares: []Share{{"A", 50_000_000}, {"B", 30_000_000}, {"C", 20_000_000}},
		Leader: "A", Issuer: "A", Servicer: "A", IssuingFee: 2_000_000, Residue: Leader, Collection: Leader, Claims: Leader,
		Netting: NettingNone,
	}}, 0, "")
	return p
}

func (p *page) on(year, month, day int) {
	p.day = DayOf(year, month, day)
	p.book.Advance(p.day)
}

func (p *page) play(act Act, effective Day, refusal string) {
	p.Helper()
	verdict := p.book.Play(Move{Day: p.day, Effective: effective, Pool: "IC", Act: act})
	if verdict.Refusal != refusal {
		p.Errorf("%s: got %q, wanted %q", verdict.Line, verdict.Refusal, refusal)
	}
}

func (p *page) figure(what string, got, wanted int64) {
	p.Helper()
	if got != wanted {
		p.Errorf("%s %s: got %s, wanted %s", p.day, what, Yuan(got), Yuan(wanted))
	}
}

// quoted has a policy quoted and paid for, from a day for a year, at 6 % VAT.
func (p *page) quoted(name string, start Day, premium, limit int64) {
	p.Helper()
	p.play(Quote{
		Policy: name, Pool: "IC", Line: "first_set", Start: start, End: start + 364, Premium: premium, Limit: limit,
		VAT: 6_000_000,
	}, 0, "")
	p.play(Receive{name, premium + premium*6/100}, 0, "")
	p.play(Issue{name}, 0, "")
}

// TestOnRisk plays what the shared page on risks says of a policy issued ahead, of one cancelled ahead, and of dates.
func TestOnRisk(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.on(2026, 1, 5)
	p.quoted("P1", DayOf(2026, 2, 10), 3_650_000, 100_000_000)
	p.figure("portion", p.book.Portion("P1", "net_premium", "B"), 0)
	p.figure("in advance", p.book.Balance(Question{Book: "A", Account: "premium_received_in_advance"}), 3_869_000)
	p.on(2026, 2, 9)
	p.figure("owed", p.book.Owes("A", "B", "", 0, 0), 0)
	p.on(2026, 2, 10)
	p.figure("portion", p.book.Portion("P1", "net_premium", "B"), 1_095_000)
	p.figure("owed", p.book.Owes("A", "B", "", 0, 0), 1_138_800)
	p.figure("owed before", p.book.Owes("A", "B", "", DayOf(2026, 2, 9), 0), 0)
	p.figure("in advance", p.book.Balance(Question{Book: "A", Account: "premium_received_in_advance"}), 0)
	p.on(2026, 2, 11)
	p.quoted("P2", DayOf(2026, 3, 1), 1_200_000, 50_000_000)
	p.play(Endorse{Policy: "P2", Name: "E1", Premium: -100_000}, DayOf(2026, 3, 1), "")
	p.play(Refund{"P2", 106_001}, 0, "insurance.refund_not_owed")
	p.play(Refund{"P2", 106_000}, 0, "")
	p.play(Cancel{"P2"}, DayOf(2026, 3, 1), "")
	p.play(Refund{"P2", 1_166_000}, 0, "")
	p.on(2026, 3, 2)
	p.figure("portion", p.book.Portion("P2", "net_premium", "B"), 0)
	p.figure("incepted", int64(p.book.Standing("P2").Events["insurance.policy_incepted"]), 1)
	p.play(Receive{"P1", 100}, DayOf(2025, 12, 31), dateOutOfRange)
	p.play(Receive{"P1", 100}, DayOf(2026, 3, 3), dateOutOfRange)
	p.play(Endorse{Policy: "P1", Name: "E1", Premium: 365_000}, DayOf(2026, 8, 10), "")
	p.play(Receive{"P1", 386_900}, DayOf(2026, 2, 20), "")
	p.figure("owed", p.book.Owes("A", "B", "", 0, 0), 1_252_680)
	p.figure("owed before", p.book.Owes("A", "B", "", DayOf(2026, 2, 19), 0), 1_138_800)
	for month := DayOf(2026, 1, 1).Month(); month <= DayOf(2026, 4, 1).Month(); month++ {
		p.on(2026, 7, 2)
		p.play(ClosePeriod{"IC", month}, 0, "")
	}
	reserve := func(day Day) int64 {
		return p.book.Balance(Question{Book: "B", Account: "unearned_premium_reserve", Effective: day})
	}
	p.figure("unearned", reserve(DayOf(2026, 1, 31)), 0)
	p.figure("unearned", reserve(DayOf(2026, 2, 28)), 1_038_000)
	p.figure("unearned", reserve(DayOf(2026, 4, 30)), 855_000) // 285 of 365 days; the endorsement is posted in August
}

// TestWhatMayLeave plays what the shared page says of a limit that several claims share, and of a cancellation once
// some of it is used.
func TestWhatMayLeave(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.on(2026, 3, 3)
	p.quoted("P3", DayOf(2026, 3, 3), 100_000, 100_000)
	p.on(2026, 3, 10)
	p.play(File{Claim: "C1", Policy: "P3", Loss: DayOf(2026, 3, 9)}, 0, "")
	p.play(File{Claim: "C2", Policy: "P3", Loss: DayOf(2026, 3, 10)}, 0, "")
	p.play(Assess{"C1", 90_000}, 0, "")
	p.play(Assess{"C2", 90_000}, 0, "")
	p.play(Advance{"C1", 60_000}, 0, "")
	p.play(Advance{"C2", 40_001}, 0, "claims.exceeds_payable")
	p.play(Advance{"C2", 15_000}, 0, "")
	p.play(Recover{Claim: "C1", Salvage: 60_001}, 0, "claims.recovery_exceeds_paid")
	p.play(Recover{Claim: "C1", Salvage: 10_000}, 0, "")
	sixty, twentyFive := int64(60_000), int64(25_000)
	p.play(Approve{Claim: "C1", Indemnity: &sixty}, 0, "")
	p.play(Approve{Claim: "C2", Indemnity: &twentyFive}, 0, "")
	p.play(End{"C2", Closed}, 0, "claims.approved_unpaid")
	p.play(Pay{Claim: "C2", Indemnity: 10_000}, 0, "")
	p.play(End{"C1", Closed}, 0, "")
	p.play(End{"C2", Closed}, 0, "")
	p.on(2026, 4, 1)
	p.play(Cancel{"P3"}, DayOf(2026, 3, 10), "insurance.claims_stand")
	p.play(Cancel{"P3"}, DayOf(2026, 4, 2), "")
	p.figure("portion", p.book.Portion("P3", "net_premium", "A"), 43_116)
	p.figure("portion", p.book.Portion("P3", "net_premium", "B"), 25_870)
	p.figure("portion", p.book.Portion("P3", "net_premium", "C"), 17_247)
	p.play(Refund{"P3", 20_000}, 0, "insurance.refund_not_owed")
	p.play(Reinstate{"P3"}, DayOf(2026, 4, 1), dateOutOfRange)
	p.play(Reinstate{"P3"}, 0, "")
	p.figure("portion", p.book.Portion("P3", "net_premium", "A"), 50_000)
	p.play(Reinstate{"P3"}, 0, "insurance.policy_not_cancelled")
}

// TestUnearnedAcrossTurns: a cancellation and its reinstatement count from the months in which they were posted.
func TestUnearnedAcrossTurns(t *testing.T) {
	t.Parallel()
	january := DayOf(2026, 1, 1).Month()
	policy := &Policy{
		Quote:  Quote{Start: DayOf(2026, 1, 1), End: DayOf(2026, 12, 31)},
		Slices: []Slice{{Amount: 36_500, First: DayOf(2026, 1, 1), month: january}},
		Turns: []Turn{
			{Reinstated: true, month: january + 1, counter: january + 3},
			{month: january + 5},
		},
	}
	for month, wanted := range []int64{33_400, 0, 0, 24_500, 21_400, 0, 0} {
		if got := policy.unearnedAfter(january + Month(month)); got != wanted {
			t.Errorf("%s: got %d, wanted %d", january+Month(month), got, wanted)
		}
	}
}

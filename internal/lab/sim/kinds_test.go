package sim

import (
	"maps"
	"slices"
	"testing"

	"gongbao/internal/lab/sim/auditor"
)

// kindsOfLife are the kinds of things that must happen in a life, each for the reason that a rule is about it. A kind
// is counted after a move or a night, from the auditor's notebook and its verdict.
var kindsOfLife = map[string]func(w witness) bool{
	"issue ahead": func(w witness) bool {
		return w.done("issue") && w.policy.State == auditor.Issued
	},
	"issue ahead, dated": func(w witness) bool {
		return w.done("issue") && w.ahead() && w.move.Effective != 0
	},
	"issue on risk, back-dated": func(w witness) bool {
		return w.done("issue") && !w.ahead() && w.policy.OnRisk < w.move.Day
	},
	"issue on risk, later than its day for a receipt": func(w witness) bool {
		return w.done("issue") && w.move.Effective != 0 && !w.ahead() &&
			w.policy.OnRisk > max(w.move.Effective, w.policy.Start)
	},
	"inception": func(w witness) bool {
		return w.began() && w.policy.State == auditor.InForce
	},
	"inception under each": func(w witness) bool {
		return w.began() && w.policy.Terms.Collection == auditor.Each
	},
	"inception of a policy cancelled": func(w witness) bool {
		return w.began() && w.policy.State == auditor.Cancelled
	},
	"inception with nothing left": func(w witness) bool {
		return w.began() && w.policy.Net == 0 && w.policy.Received > 0
	},
	"inception of a policy endorsed": func(w witness) bool {
		return w.began() && len(w.policy.Slices) > 1
	},
	"inception after a reinstatement": func(w witness) bool {
		return w.began() && len(w.policy.Turns) > 0 && w.policy.State == auditor.InForce
	},
	"inception with a hand-over": func(w witness) bool {
		return w.began() && w.before.Collector != "" && w.before.Collector != w.policy.Collector
	},
	"inception with an instalment of before": func(w witness) bool {
		return w.began() && len(w.policy.Instalments) > 0 && w.policy.Instalments[0].Due < w.policy.Start
	},
	"instalment due on the first day": func(w witness) bool {
		return w.began() && w.policy.State == auditor.InForce &&
			slices.ContainsFunc(w.policy.Instalments, func(i auditor.Instalment) bool { return i.Due == w.policy.Start })
	},
	"receipt between issue and on risk": func(w witness) bool {
		return w.done("receive") && w.ahead()
	},
	"refund before on risk": func(w witness) bool {
		return w.done("refund") && w.ahead()
	},
	"endorsement before on risk": func(w witness) bool {
		return w.done("endorse") && w.ahead()
	},
	"cancellation before on risk": func(w witness) bool {
		return w.done("cancel") && w.ahead()
	},
	"cancellation from the first day": func(w witness) bool {
		return w.done("cancel") && w.policy.From == w.policy.Start
	},
	"cancellation dated before on risk": func(w witness) bool {
		return w.done("cancel") && !w.ahead() && w.policy.From < w.policy.OnRisk
	},
	"cancellation ahead": func(w witness) bool {
		return w.done("cancel") && w.policy.From > w.move.Day
	},
	"cancellation of an expired one": func(w witness) bool {
		return w.done("cancel") && w.policy.End < w.move.Day
	},
	"cancellation, instalments to come": func(w witness) bool {
		return w.done("cancel") && !w.ahead() && w.policy.Returned > 0 &&
			slices.ContainsFunc(w.policy.Instalments, func(i auditor.Instalment) bool { return i.Due > w.move.Day })
	},
	"cancellation, second": func(w witness) bool {
		return w.done("cancel") && len(w.policy.Turns) > 1
	},
	"cancellation, limit partly used": func(w witness) bool {
		return w.done("cancel") && w.policy.Used() > 0 && w.policy.Used() < w.policy.Limit && w.policy.Returned > 0
	},
	"cancellation, limit used up": func(w witness) bool {
		return w.done("cancel") && w.policy.Used() == w.policy.Limit && w.policy.From < w.policy.End
	},
	"cancellation beside a claim that stands not": func(w witness) bool {
		return w.done("cancel") && w.claims(func(c *auditor.Claim) bool { return c.Loss >= w.policy.From })
	},
	"cancellation before an open claim": func(w witness) bool {
		return w.refused("cancel", "insurance.claims_stand") && w.claims(func(c *auditor.Claim) bool { return !c.Ended() })
	},
	"cancellation before a claim closed with payment": func(w witness) bool {
		return w.refused("cancel", "insurance.claims_stand") && !w.claims(func(c *auditor.Claim) bool { return !c.Ended() })
	},
	"reinstatement before on risk": func(w witness) bool {
		return w.done("reinstate") && w.ahead()
	},
	"reinstatement on risk": func(w witness) bool {
		return w.done("reinstate") && !w.ahead()
	},
	"reinstatement with its written day": func(w witness) bool {
		return w.done("reinstate") && w.move.Effective != 0
	},
	"reinstatement with another day": func(w witness) bool {
		return w.refused("reinstate", "ledger.date_out_of_range") && w.policy.State == auditor.Cancelled &&
			w.move.Effective <= w.move.Day
	},
	"reinstatement after a claim was filed": func(w witness) bool {
		return w.done("reinstate") && len(w.policy.Claims) > 0
	},
	"reinstatement of an expired one": func(w witness) bool {
		return w.done("reinstate") && w.policy.End < w.move.Day
	},
	"reinstatement with another month than its cancellation": func(w witness) bool {
		return w.done("reinstate") && w.policy.OnRisk != 0 &&
			w.pool.Closed >= w.before.From.Month() && w.closedThen < w.before.From.Month()
	},
	"month closed late": func(w witness) bool {
		return w.done("close_period") && w.verdict.Kept.Month.Last()+60 < w.move.Day
	},
	"refund of all that is owed": func(w witness) bool {
		return w.done("refund") && w.policy.Received == w.policy.Gross()
	},
	"refund of a fen too much": func(w witness) bool {
		return w.refused("refund", "insurance.refund_not_owed") && w.policy.Received > w.policy.Gross()
	},
	"receipt dated back": func(w witness) bool {
		return w.done("receive") && w.dated()
	},
	"receipt dated before on risk": func(w witness) bool {
		return w.done("receive") && w.dated() && w.move.Effective < w.policy.OnRisk
	},
	"payment dated before on risk": func(w witness) bool {
		return w.done("pay") && w.dated() && w.move.Effective < w.policy.OnRisk
	},
	"receipt before the first agreement": func(w witness) bool {
		return w.outOfRange("receive") && w.move.Effective < w.move.Day
	},
	"receipt ahead": func(w witness) bool {
		return w.outOfRange("receive") && w.move.Effective > w.move.Day
	},
	"payment out of range": func(w witness) bool {
		return w.outOfRange("pay")
	},
	"quotation out of range": func(w witness) bool {
		return w.verb("policy") && w.verdict.Refusal == "ledger.date_out_of_range"
	},
	"claim out of range": func(w witness) bool {
		return w.outOfRange("claim")
	},
	"word of a follower out of range": func(w witness) bool {
		return w.outOfRange("accept") || w.outOfRange("decline")
	},
	"endorsement before the first agreement": func(w witness) bool {
		return w.outOfRange("endorse")
	},
	"cancellation before the first agreement": func(w witness) bool {
		return w.outOfRange("cancel")
	},
	"claim on a policy cancelled from its first day": func(w witness) bool {
		return w.refused("claim", "claims.loss_outside_period") && w.policy.State == auditor.Cancelled &&
			w.policy.From == w.policy.Start
	},
	"claims-made, a loss after the cancellation": func(w witness) bool {
		file, is := w.move.Act.(auditor.File)
		return is && w.refused("claim", "claims.loss_outside_period") && w.policy.Retroactive != 0 &&
			w.policy.State == auditor.Cancelled && file.Loss >= w.policy.From && file.Loss <= w.move.Day &&
			w.policy.Start <= w.move.Day && w.move.Day <= w.policy.End
	},
	"claims-made, a loss of before, cancelled from the first day": func(w witness) bool {
		file, is := w.move.Act.(auditor.File)
		return is && w.refused("claim", "claims.loss_outside_period") && w.policy.Retroactive != 0 &&
			w.policy.From == w.policy.Start && file.Loss >= w.policy.Retroactive && file.Loss < w.policy.Start &&
			w.policy.Start <= w.move.Day && w.move.Day <= w.policy.End
	},
	"claims-made, filed after the cancellation": func(w witness) bool {
		return w.done("claim") && w.policy.Retroactive != 0 && w.policy.State == auditor.Cancelled &&
			w.policy.From <= w.move.Day
	},
	"advance up to what other claims leave": func(w witness) bool {
		return w.done("advance") && w.claim.ApprovedOn == 0 && w.policy.Used() == w.policy.Limit && len(w.policy.Claims) > 1
	},
	"advance beyond what other advances leave": func(w witness) bool {
		act, is := w.move.Act.(auditor.Advance)
		return is && w.refused("advance", "claims.exceeds_payable") && w.claim.Worth != nil &&
			act.Indemnity+w.claim.PaidIndemnity <= *w.claim.Worth-w.claim.On.Deductible &&
			act.Indemnity+w.claim.PaidIndemnity <= w.claim.On.Limit
	},
	"advance after a reopening": func(w witness) bool {
		return w.refused("advance", "claims.payment_exceeds_approved") && w.claim.State == auditor.Reopened
	},
	"close with an unpaid approval": func(w witness) bool {
		return w.refused("close", "claims.approved_unpaid")
	},
	"refusal with an unpaid approval": func(w witness) bool {
		return w.refused("refuse", "claims.approved_unpaid")
	},
	"withdrawal with an unpaid approval": func(w witness) bool {
		return w.done("withdraw") && w.unpaid
	},
	"recovery of all that was paid": func(w witness) bool {
		return w.done("recover") && w.recovered() == w.paid()
	},
	"recovery above what was paid, by both": func(w witness) bool {
		return w.refused("recover", "claims.recovery_exceeds_paid") && w.recovered() > 0
	},
	"payment of nothing": func(w witness) bool {
		return w.refused("pay", "claims.amount_not_positive")
	},
	"advance of nothing": func(w witness) bool {
		return w.refused("advance", "claims.amount_not_positive")
	},
	"recovery of nothing": func(w witness) bool {
		return w.refused("recover", "claims.amount_not_positive")
	},
	"call of nothing": func(w witness) bool {
		return w.refused("paid_call", "claims.amount_not_positive")
	},
}

// witness is one move, or one policy that went on risk in a night, with what the notebook said before and after.
type witness struct {
	move    auditor.Move
	verdict auditor.Verdict
	pool    *auditor.Pool   // of the policy or statement
	policy  *auditor.Policy // nil when it concerns none
	before  auditor.Policy  // as the policy was; zero when there was none
	claim   *auditor.Claim  // nil when it concerns none
	unpaid  bool            // more was approved of it than paid, before
	night   bool            // the policy was waiting to go on risk when days passed

	stood     int  // queries of the subject by the member, before
	confirmed bool // the member had confirmed the statement, before

	wasPaid, returnedWhole bool // the settlement was complete, and all of the order was paid, before it came back

	closedThen auditor.Month // the last closed month when the policy was cancelled
}

func (w witness) verb(verb string) bool { return !w.night && verbOf(w.move.Act) == verb }

func (w witness) done(verb string) bool { return w.verb(verb) && w.verdict.Refusal == "" }

func (w witness) refused(verb, code string) bool {
	return w.verb(verb) && w.verdict.Refusal == code && w.policy != nil
}

func (w witness) outOfRange(verb string) bool { return w.refused(verb, "ledger.date_out_of_range") }

// ahead says that the policy is issued and was not on risk yet.
func (w witness) ahead() bool { return w.policy.Issued() && w.policy.OnRisk == 0 }

// dated says that another day than the move's own was written.
func (w witness) dated() bool { return w.move.Effective != 0 && w.move.Effective != w.move.Day }

func (w witness) began() bool { return w.night && w.before.OnRisk == 0 && w.policy.OnRisk != 0 }

// claims says that a claim of the policy is such.
func (w witness) claims(is func(*auditor.Claim) bool) bool {
	return slices.ContainsFunc(w.policy.Claims, is)
}

func (w witness) recovered() int64 { return w.claim.Recovery + w.claim.Salvage }
func (w witness) paid() int64      { return w.claim.PaidIndemnity + w.claim.PaidExpense }

// watch lives a life in the notebook alone, and shows every move and every night to a witness.
func watch(seed uint64, steps int, see func(w witness)) {
	book := auditor.New()
	life := newLife(seed, steps, book)
	waiting, closedThen := map[string]bool{}, map[string]auditor.Month{}
	for {
		move, more := life.next()
		if !more {
			return
		}
		if move.Day != book.Today {
			night(book, move.Day, waiting, see)
		}
		w := witness{move: move}
		w.find(book)
		w.statement(book)
		if w.policy != nil {
			w.before = *w.policy
		}
		if w.claim != nil {
			w.unpaid = w.claim.ApprovedIndemnity > w.claim.PaidIndemnity || w.claim.ApprovedExpense > w.claim.PaidExpense
		}
		w.verdict = book.Play(move)
		w.find(book) // it may be made now
		if w.policy != nil {
			w.closedThen = closedThen[w.policy.Policy]
			if w.done("cancel") {
				closedThen[w.policy.Policy] = w.pool.Closed
			}
			if w.done("issue") && w.ahead() {
				waiting[w.policy.Policy] = true
			}
		}
		see(w)
	}
}

// night lets days pass, and shows each policy that went on risk.
func night(book *auditor.Auditor, day auditor.Day, waiting map[string]bool, see func(w witness)) {
	before := map[string]auditor.Policy{}
	for name := range waiting {
		before[name] = *book.Policies[name]
	}
	book.Advance(day)
	for name, was := range before {
		if policy := book.Policies[name]; policy.OnRisk != 0 {
			delete(waiting, name)
			see(witness{night: true, policy: policy, before: was, pool: book.Pools[policy.Pool]})
		}
	}
}

// find looks up the policy and the claim that the move is about.
func (w *witness) find(book *auditor.Auditor) {
	subject := auditor.Subject(w.move.Act)
	w.policy, w.claim = book.Policies[subject], book.Claims[subject]
	if w.claim != nil {
		w.policy = w.claim.On
	}
	w.pool = book.Pools[w.move.Pool]
	if w.policy != nil {
		w.pool = book.Pools[w.policy.Pool]
	}
}

// TestALifeIsOfEveryKind: a rule that no life comes near is never compared. Each kind happens more than once, so that a
// little change of the dice does not lose it.
func TestALifeIsOfEveryKind(t *testing.T) {
	t.Parallel()
	const atLeast = 3
	happened := map[string]int{}
	kinds := maps.Clone(kindsOfLife)
	maps.Copy(kinds, kindsOfSettlement)
	for _, seed := range []uint64{11, 12, 13} {
		watch(seed, 24_000, func(w witness) {
			for kind, is := range kinds {
				if is(w) {
					happened[kind]++
				}
			}
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("%6d %s", happened[kind], kind)
		if happened[kind] < atLeast {
			t.Errorf("%s: happens only %d times", kind, happened[kind])
		}
	}
}

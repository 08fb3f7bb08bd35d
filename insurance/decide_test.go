package insurance

import (
	"fmt"
	"slices"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/product"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// What this wing decides on a policy, without a database: every refusal, in the order in which a decision finds them.

// flaw is one thing that keeps a decision from being taken, and the code it is refused with.
type flaw[C, K any] struct {
	code  string
	bring func(p *lockedPolicy, cmd *C, known *K)
}

// refuses takes a decision on a case that has all the flaws, then on one that has all but the first, and so on until
// nothing is wrong with it: each time the first flaw left is the one that is refused. Sound makes a case that has none.
func refuses[C, K any](
	t *testing.T, decide func(*lockedPolicy, C, K) (Decision, error), sound func(*lockedPolicy, *C, *K),
	flaws ...flaw[C, K],
) {
	t.Helper()
	for i := range len(flaws) + 1 {
		wanted := ""
		if i < len(flaws) {
			wanted = flaws[i].code
		}
		t.Run(fmt.Sprintf("%d %s", i, wanted), func(t *testing.T) {
			t.Parallel()
			p, cmd, known := underLock(t), *new(C), *new(K)
			sound(p, &cmd, &known)
			for _, flaw := range slices.Backward(flaws[i:]) {
				flaw.bring(p, &cmd, &known)
			}
			before := *p.Policy
			decided, err := decide(p, cmd, known)
			if fault.CodeOf(err) != wanted {
				t.Fatalf("got %v, wanted %q", err, wanted)
			}
			if err == nil && (decided.Event == "" || decided.After.Version != before.Version+1) {
				t.Errorf("got %s at version %d", decided.Event, decided.After.Version)
			}
		})
	}
}

// underLock is the worked policy of 10,000.00 net, 10,600.00 gross, in force since the first of the year and paid, as a
// decision finds it on 2 March.
func underLock(t *testing.T) *lockedPolicy {
	t.Helper()
	policy := contract(InForce, "10600.00")
	policy.SumInsured, policy.QuotedBy = money.MustAmount("1000000.00"), he.Subject
	p := &lockedPolicy{
		Locked: Locked{Policy: &policy, Agreement: example(t, nil), Period: ledger.Period{Pool: "IC"}},
		now:    calendar.MustDate("2026-03-02").Noon(), today: calendar.MustDate("2026-03-02"),
	}
	p.effective = p.today
	p.Dates = coinsurance.Dates{First: calendar.MustDate("2026-01-01"), Today: p.today}
	return p
}

// asQuoted is that policy before its issue.
func asQuoted(p *lockedPolicy) {
	p.Policy.Status, p.Policy.OnRiskFrom, p.Policy.OnRiskPeriod = Quoted, calendar.Date{}, calendar.Month{}
}

var (
	he         = access.Person("he", access.Member, "A", access.Underwriter)
	wu         = access.Person("wu", access.Member, "A", access.Underwriter)
	outsider   = access.Person("xu", access.Member, "C", access.Underwriter)
	afterwards = calendar.MustDate("2027-01-01")
)

func yuan(text string) *money.Amount { return new(money.MustAmount(text)) }

func noAgreement[C, K any]() flaw[C, K] {
	return flaw[C, K]{"coinsurance.no_agreement_in_force", func(p *lockedPolicy, _ *C, _ *K) { p.Agreement = nil }}
}

// stands is a policy in another state than a decision needs.
func stands[C, K any](code string, state State) flaw[C, K] {
	return flaw[C, K]{code, func(p *lockedPolicy, _ *C, _ *K) { p.Policy.Status = state }}
}

func outsidePeriod[C, K any]() flaw[C, K] {
	return flaw[C, K]{"insurance.outside_period", func(p *lockedPolicy, _ *C, _ *K) { p.effective = afterwards }}
}

// What is admitted before any decision: the day that was written, who asks, and what the caller has seen.
func TestAdmission(t *testing.T) {
	t.Parallel()
	type c = flaw[idempotency.Command, nothing]
	refuses(t, func(p *lockedPolicy, cmd idempotency.Command, _ nothing) (Decision, error) {
		return Decision{Event: EventPolicyNoted, After: p.next()}, p.admit(cmd, false, mayUnderwrite)
	}, func(p *lockedPolicy, cmd *idempotency.Command, _ *nothing) {
		cmd.By, cmd.IfVersion, cmd.Effective = wu, p.Policy.Version, p.today
	}, c{"ledger.date_out_of_range", func(p *lockedPolicy, cmd *idempotency.Command, _ *nothing) {
		cmd.Effective = p.today.AddDays(1)
	}}, c{"access.forbidden", func(_ *lockedPolicy, cmd *idempotency.Command, _ *nothing) {
		cmd.By = outsider
	}}, c{"insurance.policy_changed", func(p *lockedPolicy, cmd *idempotency.Command, _ *nothing) {
		cmd.IfVersion = p.Policy.Version + 1
	}})
}

func TestQuotePolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[QuotePolicy, quoteFacts]
	const unknown = "insurance.catalogue_item_unknown"
	refuses(t, func(p *lockedPolicy, cmd QuotePolicy, known quoteFacts) (Decision, error) {
		p.Policy.Version = 0
		return quotePolicy(cmd, known)
	}, func(p *lockedPolicy, cmd *QuotePolicy, known *quoteFacts) {
		p.Policy.Version = 0
		cmd.Command, cmd.Contract, cmd.Effective = idempotency.By(he), p.Policy.Contract, p.today
		cmd.Facts.CatalogueEdition, cmd.Facts.CatalogueItem, cmd.Facts.UnitBasis = "2024", "1.1", product.BySet
		known.agreement, known.item = p.Agreement, &product.CatalogueItem{Edition: "2024", Item: "1.1", Unit: product.BySet}
		known.dates, known.now = p.Dates, p.now
		known.dates.Today = p.today
	}, c{"coinsurance.pool_closed", func(p *lockedPolicy, _ *QuotePolicy, known *quoteFacts) {
		known.pool.Closes = p.Policy.Starts.AddDays(-1)
	}}, c{"access.forbidden", func(_ *lockedPolicy, cmd *QuotePolicy, _ *quoteFacts) {
		cmd.By = outsider
	}}, c{unknown, func(_ *lockedPolicy, _ *QuotePolicy, known *quoteFacts) {
		known.item = nil
	}}, c{unknown, func(p *lockedPolicy, _ *QuotePolicy, known *quoteFacts) {
		known.item.Starts = p.Policy.Starts.AddDays(1)
	}}, c{unknown, func(_ *lockedPolicy, cmd *QuotePolicy, _ *quoteFacts) {
		cmd.Facts.UnitBasis = product.ByBatch
	}}, c{"ledger.date_out_of_range", func(p *lockedPolicy, cmd *QuotePolicy, _ *quoteFacts) {
		cmd.Effective = p.today.AddDays(1)
	}})
}

func TestDecideRiskDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[DecideRisk, nothing]
	refuses(t, decideRisk, func(p *lockedPolicy, cmd *DecideRisk, _ *nothing) {
		asQuoted(p)
		cmd.Member = "B"
	}, stands[DecideRisk, nothing]("insurance.policy_not_quoted", Issued), noAgreement[DecideRisk, nothing](),
		c{"coinsurance.not_a_follower", func(_ *lockedPolicy, cmd *DecideRisk, _ *nothing) { cmd.Member = "A" }},
		c{"coinsurance.not_a_follower", func(_ *lockedPolicy, cmd *DecideRisk, _ *nothing) { cmd.Member = "X" }})
}

func TestApproveIssueDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ApproveIssue, authority.Limit]
	refuses(t, approveIssue, func(p *lockedPolicy, cmd *ApproveIssue, limit *authority.Limit) {
		asQuoted(p)
		cmd.By, *limit = wu, upTo("1000000.00")
	}, stands[ApproveIssue, authority.Limit]("insurance.policy_not_quoted", Issued),
		noAgreement[ApproveIssue, authority.Limit](),
		c{"access.forbidden", func(_ *lockedPolicy, cmd *ApproveIssue, _ *authority.Limit) { cmd.By = outsider }},
		c{"access.maker_is_checker", func(_ *lockedPolicy, cmd *ApproveIssue, _ *authority.Limit) { cmd.By = he }},
		c{"access.authority_exceeded", func(_ *lockedPolicy, _ *ApproveIssue, limit *authority.Limit) {
			*limit = upTo("999999.99")
		}})
}

func TestIssuePolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[IssuePolicy, issueFacts]
	const exceeded = "coinsurance.capacity_exceeded"
	refuses(t, issuePolicy, func(p *lockedPolicy, cmd *IssuePolicy, known *issueFacts) {
		asQuoted(p)
		cmd.By, known.signed = he, p.today
		known.limit, known.approvals = upTo("1.00"), []Approval{{Approver: wu.Subject, SumInsured: p.Policy.SumInsured}}
		known.pool.Capacity, known.members = yuan("1000000.00"), map[string]zone.Member{"B": {Capital: yuan("2500000.00")}}
	}, stands[IssuePolicy, issueFacts]("insurance.policy_not_quoted", Issued),
		c{"insurance.product_rule_broken", func(p *lockedPolicy, _ *IssuePolicy, _ *issueFacts) {
			p.Policy.EquipmentValue = yuan("1000000.01")
		}}, noAgreement[IssuePolicy, issueFacts](),
		c{"coinsurance.placement_incomplete", func(p *lockedPolicy, _ *IssuePolicy, known *issueFacts) {
			p.Agreement.Authority, known.accepted = yuan("999999.99"), []string{"A"}
		}}, c{exceeded, func(_ *lockedPolicy, _ *IssuePolicy, known *issueFacts) {
			known.pool.Capacity = yuan("999999.99")
		}}, c{exceeded, func(_ *lockedPolicy, _ *IssuePolicy, known *issueFacts) {
			known.members["B"] = zone.Member{Capital: yuan("2499999.99")}
		}}, c{exceeded, func(p *lockedPolicy, _ *IssuePolicy, _ *issueFacts) {
			p.Agreement.Participations[1].Capacity = yuan("249999.99")
		}}, c{"insurance.approval_needed", func(_ *lockedPolicy, _ *IssuePolicy, known *issueFacts) {
			known.approvals[0].Approver = he.Subject
		}}, c{"insurance.approval_needed", func(_ *lockedPolicy, _ *IssuePolicy, known *issueFacts) {
			known.approvals[0].SumInsured = money.MustAmount("999999.99")
		}}, c{"insurance.premium_not_received", func(p *lockedPolicy, _ *IssuePolicy, _ *issueFacts) {
			p.Policy.Received = money.MustAmount("10599.99")
		}})
}

func TestEndorsePolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[EndorsePolicy, endorsedBefore]
	refuses(t, endorsePolicy, func(_ *lockedPolicy, cmd *EndorsePolicy, _ *endorsedBefore) {
		cmd.Endorsement, cmd.Premium = "E1", money.MustAmount("-10000.00")
	}, stands[EndorsePolicy, endorsedBefore]("insurance.policy_not_in_force", Cancelled),
		outsidePeriod[EndorsePolicy, endorsedBefore](),
		c{"insurance.premium_negative", func(_ *lockedPolicy, cmd *EndorsePolicy, _ *endorsedBefore) {
			cmd.Premium = money.MustAmount("-10000.01")
		}},
		c{"insurance.endorsement_exists", func(_ *lockedPolicy, _ *EndorsePolicy, known *endorsedBefore) {
			known.exists = true
		}}, c{"access.second_person_needed", func(_ *lockedPolicy, _ *EndorsePolicy, known *endorsedBefore) {
			known.gate.limit.Unset = true
		}}, c{"access.authority_exceeded", func(_ *lockedPolicy, _ *EndorsePolicy, known *endorsedBefore) {
			known.changed, known.gate.limit = money.MustAmount("0.01"), upTo("10000.00")
		}})
}

func TestCancelPolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[CancelPolicy, cancelFacts]
	refuses(t, cancelPolicy, func(p *lockedPolicy, _ *CancelPolicy, known *cancelFacts) {
		known.items = []PremiumItem{p.Policy.originalItem()}
		known.claims = []ClaimNote{{Claim: "IC-C1", LossDay: p.today, Used: money.MustAmount("1.00")}}
	}, stands[CancelPolicy, cancelFacts]("insurance.policy_not_in_force", Quoted),
		outsidePeriod[CancelPolicy, cancelFacts](),
		c{"insurance.claims_stand", func(_ *lockedPolicy, _ *CancelPolicy, known *cancelFacts) {
			known.claims[0].Open = true
		}}, c{"insurance.claims_stand", func(_ *lockedPolicy, _ *CancelPolicy, known *cancelFacts) {
			known.claims[0].Paid = money.MustAmount("0.01")
		}}, c{"insurance.premium_negative", func(p *lockedPolicy, _ *CancelPolicy, _ *cancelFacts) {
			p.Policy.NetPremium = money.MustAmount("1.00")
		}}, c{"access.authority_exceeded", func(_ *lockedPolicy, _ *CancelPolicy, known *cancelFacts) {
			known.gate.limit = upTo("100.00")
		}})
}

func TestReinstatePolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ReinstatePolicy, reinstateFacts]
	refuses(t, reinstatePolicy, func(p *lockedPolicy, cmd *ReinstatePolicy, _ *reinstateFacts) {
		p.Policy.Status, p.Policy.CancelledFrom, cmd.Effective = Cancelled, p.today, p.today
	}, stands[ReinstatePolicy, reinstateFacts]("insurance.policy_not_cancelled", InForce),
		c{"ledger.date_out_of_range", func(p *lockedPolicy, cmd *ReinstatePolicy, _ *reinstateFacts) {
			cmd.Effective = p.today.AddDays(-1)
		}}, c{"access.authority_exceeded", func(p *lockedPolicy, _ *ReinstatePolicy, known *reinstateFacts) {
			p.Policy.Returned, known.gate.limit = money.MustAmount("10.01"), upTo("10.00")
		}})
}

func TestNotePolicyDecides(t *testing.T) {
	t.Parallel()
	refuses(t, notePolicy, func(*lockedPolicy, *NotePolicy, *nothing) {})
}

func TestReceivePremiumDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ReceivePremium, string]
	refuses(t, receivePremium, func(p *lockedPolicy, cmd *ReceivePremium, first *string) {
		asQuoted(p)
		cmd.Amount, p.Policy.Collector, *first = money.MustAmount("0.01"), "", "A"
	}, c{"insurance.amount_not_positive", func(_ *lockedPolicy, cmd *ReceivePremium, _ *string) {
		cmd.Amount = money.Amount{}
	}}, c{"coinsurance.no_agreement_in_force", func(_ *lockedPolicy, _ *ReceivePremium, first *string) { *first = "" }})
}

func TestRefundPremiumDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[RefundPremium, takenBack]
	refund := func(code, amount string) c {
		return c{code, func(_ *lockedPolicy, cmd *RefundPremium, _ *takenBack) { cmd.Amount = money.MustAmount(amount) }}
	}
	refuses(t, refundPremium, func(p *lockedPolicy, cmd *RefundPremium, _ *takenBack) {
		p.Policy.Received, cmd.Amount = money.MustAmount("10700.00"), money.MustAmount("100.00")
	}, refund("insurance.amount_not_positive", "-0.01"), refund("insurance.refund_exceeds_received", "10700.01"),
		refund("insurance.refund_not_owed", "100.01"),
		c{"access.authority_exceeded", func(_ *lockedPolicy, _ *RefundPremium, known *takenBack) {
			known.amount, known.gate.limit = money.MustAmount("0.01"), upTo("100.00")
		}})
}

func TestReversePremiumDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ReversePremium, cashMoved]
	refuses(t, reversePremium, func(_ *lockedPolicy, _ *ReversePremium, cash *cashMoved) {
		cash.amount = money.MustAmount("10600.00")
	}, c{"insurance.cash_not_found", func(_ *lockedPolicy, _ *ReversePremium, cash *cashMoved) {
		cash.missing = true
	}}, c{"ledger.already_reversed", func(_ *lockedPolicy, _ *ReversePremium, cash *cashMoved) {
		cash.reversed = ledger.ErrAlreadyReversed
	}}, c{"insurance.refund_exceeds_received", func(_ *lockedPolicy, _ *ReversePremium, cash *cashMoved) {
		cash.amount = money.MustAmount("10600.01")
	}}, c{"access.authority_exceeded", func(_ *lockedPolicy, _ *ReversePremium, cash *cashMoved) {
		cash.before.amount, cash.before.gate.limit = money.MustAmount("0.01"), upTo("10600.00")
	}})
}

func TestPayCommissionDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[PayCommission, gated]
	pay := func(code, amount string) c {
		return c{code, func(_ *lockedPolicy, cmd *PayCommission, _ *gated) { cmd.Amount = money.MustAmount(amount) }}
	}
	refuses(t, payCommission, func(_ *lockedPolicy, cmd *PayCommission, _ *gated) {
		cmd.Amount = money.MustAmount("1000.00")
	}, c{"insurance.policy_not_in_force", func(p *lockedPolicy, _ *PayCommission, _ *gated) {
		p.Policy.OnRiskFrom = calendar.Date{}
	}}, pay("insurance.amount_not_positive", "0.00"), pay("insurance.commission_exceeds_accrued", "1000.01"),
		c{"access.authority_exceeded", func(_ *lockedPolicy, _ *PayCommission, known *gated) {
			known.limit = upTo("999.99")
		}})
}

func TestCountersignPolicyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[CountersignPolicy, gated]
	refuses(t, countersignPolicy, func(_ *lockedPolicy, cmd *CountersignPolicy, known *gated) {
		cmd.By, cmd.Act, cmd.Amount, known.limit = wu, "endorse_policy", money.MustAmount("10.00"), upTo("10.00")
	}, c{"access.authority_exceeded", func(_ *lockedPolicy, cmd *CountersignPolicy, _ *gated) {
		cmd.Amount = money.MustAmount("10.01")
	}})
}

// upTo is the limit of an amount.
func upTo(amount string) authority.Limit { return authority.UpTo(money.MustAmount(amount)) }

package scenario

import (
	"reflect"
	"strings"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

var (
	industries = []string{"life_health", "integrated_circuits", "optoelectronics"}
	lines      = []string{"concept_verification", "pilot_test", "first_set", "new_material", "rd_liability"}
	defaultVAT = money.MustRate("6%")
)

// verbs reads the words after each verb.
var verbs = map[string]func(*args) Statement{
	"member": func(a *args) Statement {
		return Member{
			Code: a.made(ofMember), Name: a.word("the member's name").text,
			Capital: a.amountOption("capital"),
		}
	},
	"pool": func(a *args) Statement {
		return Pool{
			Code:     a.made(ofPool),
			Industry: a.oneOf(a.needed("industry"), "industry", industries...),
		}
	},
	"agreement": parseAgreement,
	"policy":    parsePolicy,
	"accept": func(a *args) Statement {
		return Accept{Policy: a.code(a.word("the policy"), "policy"), Member: a.member()}
	},
	"decline": func(a *args) Statement {
		return Decline{Policy: a.code(a.word("the policy"), "policy"), Member: a.member()}
	},
	"receive": func(a *args) Statement {
		return Receive{Policy: a.code(a.word("the policy"), "policy"), Amount: a.amount(a.word("the amount"), "amount")}
	},
	"refund": func(a *args) Statement {
		return Refund{Policy: a.code(a.word("the policy"), "policy"), Amount: a.amount(a.word("the amount"), "amount")}
	},
	"issue": func(a *args) Statement { return Issue{Policy: a.code(a.word("the policy"), "policy")} },
	"endorse": func(a *args) Statement {
		return Endorse{
			Policy: a.code(a.word("the policy"), "policy"), Name: a.code(a.word("the endorsement"), "endorsement"),
			Premium: a.figure(a.needed("premium"), "premium"), Basis: a.oneOfOption(
				"basis", "remaining", "remaining", "period",
			),
		}
	},
	"cancel":    func(a *args) Statement { return Cancel{Policy: a.code(a.word("the policy"), "policy")} },
	"reinstate": func(a *args) Statement { return Reinstate{Policy: a.code(a.word("the policy"), "policy")} },

	"claim": func(a *args) Statement {
		return Claim{
			Name: a.made(ofClaim), Policy: a.code(a.needed("policy"), "policy"),
			Loss: a.date(a.needed("loss"), "loss"), Papers: a.dateOption("papers"),
		}
	},
	"reserve": func(a *args) Statement {
		s := Reserve{Claim: claimOf(a), Indemnity: a.amountOption("indemnity"), Expense: a.amountOption("expense")}
		a.oneNeeded(s.Indemnity, s.Expense, "indemnity= or expense=")
		return s
	},
	"assess": func(a *args) Statement { return Assess{Claim: claimOf(a), Loss: a.amount(a.needed("loss"), "loss")} },
	"approve": func(a *args) Statement {
		s := Approve{Claim: claimOf(a), Indemnity: a.amountOption("indemnity"), Expense: a.amountOption("expense")}
		a.oneNeeded(s.Indemnity, s.Expense, "indemnity= or expense=")
		return s
	},
	"advance": func(a *args) Statement {
		return Advance{Claim: claimOf(a), Indemnity: a.amount(a.needed("indemnity"), "indemnity")}
	},
	"pay": func(a *args) Statement {
		return Pay{Claim: claimOf(a), Indemnity: a.amountOr("indemnity"), Expense: a.amountOr("expense")}
	},
	"refuse":   func(a *args) Statement { return Refuse{Claim: claimOf(a), Reason: a.needed("reason").text} },
	"withdraw": func(a *args) Statement { return Withdraw{Claim: claimOf(a)} },
	"recover": func(a *args) Statement {
		s := Recover{Claim: claimOf(a), Recovery: a.amountOption("recovery"), Salvage: a.amountOption("salvage")}
		a.oneNeeded(s.Recovery, s.Salvage, "recovery= or salvage=")
		return s
	},
	"paid_call": func(a *args) Statement {
		return PaidCall{
			Claim: claimOf(a), Member: a.member(),
			Amount: a.amount(a.word("the amount"), "amount"),
		}
	},
	"close":  func(a *args) Statement { return Close{Claim: claimOf(a)} },
	"reopen": func(a *args) Statement { return Reopen{Claim: claimOf(a)} },

	"statement": func(a *args) Statement { return DrawStatement{Pool: a.pool(), Period: a.period(a.word("the period"))} },
	"query": func(a *args) Statement {
		return Query{
			a.pool(), a.period(a.word("the period")), a.member(),
			a.code(a.needed("item"), "item"),
		}
	},
	"resolve": func(a *args) Statement {
		return Resolve{
			a.pool(), a.period(a.word("the period")), a.member(),
			a.code(a.needed("item"), "item"),
		}
	},
	"confirm": func(a *args) Statement {
		return Confirm{a.pool(), a.period(a.word("the period")), a.member()}
	},
	"settle": func(a *args) Statement { return Settle{Pool: a.pool(), Period: a.period(a.word("the period"))} },
	"paid":   func(a *args) Statement { return Paid{Pool: a.pool(), Period: a.period(a.word("the period"))} },
	"close_period": func(a *args) Statement {
		return ClosePeriod{Pool: a.pool(), Month: read(a, a.word("the month"), "month", parseMonth)}
	},
}

func claimOf(a *args) string { return a.code(a.word("the claim"), "claim") }

func (a *args) oneNeeded(x, y *money.Amount, what string) {
	if x == nil && y == nil {
		a.fail(a.end, "%s is missing", what)
	}
}

func parseAgreement(a *args) Statement {
	s := Agreement{Pool: a.pool(), Version: a.version(a.word("the version"))}
	s.From = a.date(a.needed("from"), "from")
	s.Shares = a.participations()
	s.Terms = a.terms()
	return s
}

// participations reads the share table: one share of a member for all streams, unless those of claims or of their costs
// are other ones.
func (a *args) participations() []coinsurance.Participation {
	premium := a.shares(a.needed("shares"), "shares")
	table, at := make([]coinsurance.Participation, len(premium)), map[string]int{}
	for i, row := range premium {
		table[i] = coinsurance.Participation{Member: row.Member, Premium: row.Share, Claim: row.Share, Cost: row.Share}
		at[row.Member] = i
	}
	line := func(t token, key, member string) *coinsurance.Participation {
		i, known := at[member]
		if !known {
			a.fail(t.column, "%s: %s is not among the shares", key, member)
			return new(coinsurance.Participation)
		}
		return &table[i]
	}
	column := func(key string, place func(*coinsurance.Participation) *money.Share) {
		t, there := a.option(key)
		if !there {
			return
		}
		for i := range table {
			*place(&table[i]) = money.Share{}
		}
		for _, row := range a.shares(t, key) {
			*place(line(t, key, row.Member)) = row.Share
		}
	}
	column("claim_shares", func(p *coinsurance.Participation) *money.Share { return &p.Claim })
	column("cost_shares", func(p *coinsurance.Participation) *money.Share { return &p.Cost })
	if t, there := a.option("capacities"); there {
		members, values := a.byMember(t, "capacities", "AMOUNT")
		for i, member := range members {
			amount := a.amount(token{text: values[i], column: t.column}, "capacities")
			line(t, "capacities", member).Capacity = &amount
		}
	}
	return table
}

// terms reads the keys of an agreement's terms; they bear the names that the service gives them.
func (a *args) terms() coinsurance.Terms {
	rate := func(key string) money.Rate { return readOption(a, key, money.Rate{}, money.ParseRate) }
	return coinsurance.Terms{
		Leader: a.memberOption("leader"), Issuer: a.memberOption("issuer"), Servicer: a.memberOption("servicer"),
		Manager: a.codeOption("manager"), SecondLead: a.memberOption("second_lead"),
		IssuingFee: rate("issuing_fee"), FeeVAT: rate("fee_vat"), ManagementFee: rate("management_fee"),
		LateInterest: rate("late_interest"),
		Residue:      choice(a, "residue", coinsurance.ResidueLeader, coinsurance.ResidueLargestRemainder),
		Collection:   choice(a, "collection", coinsurance.ByLeader, coinsurance.ByEach),
		Claims:       choice(a, "claims", coinsurance.ByLeader, coinsurance.ByEach),
		Netting: choice(a, "netting", coinsurance.NettingNone, coinsurance.NettingBilateral,
			coinsurance.NettingMultilateral),
		Currency:   choice(a, "currency", money.CNY.Code()),
		VATInvoice: choice(a, "vat_invoice", coinsurance.InvoiceByEach, coinsurance.InvoiceByIssuer),
		Silence:    choice(a, "silence", coinsurance.SilenceNone, coinsurance.SilenceConfirms),
		RingFence: choice(a, "ring_fence", coinsurance.FenceNone, coinsurance.FenceLine, coinsurance.FenceYear,
			coinsurance.FenceLineYear),
		Evidence:  choice(a, "evidence", coinsurance.EvidenceUnchecked, coinsurance.EvidenceRequired),
		Authority: a.amountOption("authority"), NoticeFrom: a.amountOption("notice_from"),
		SurveyFrom: a.amountOption("survey_from"), SecondLeadFrom: a.amountOption("second_lead_from"),
		CashCallFrom: a.amountOption("cash_call_from"),
		PayDays:      a.countOption("pay_days"), ReimburseDays: a.countOption("reimburse_days"),
		CashCallDays: a.countOption("cash_call_days"), NoticeDays: a.countOption("notice_days"),
		SurveyDays: a.countOption("survey_days"), ConsentDays: a.countOption("consent_days"),
		AnswerDays: a.countOption("answer_days"), StatementDays: a.countOption("statement_days"),
		QueryDays: a.countOption("query_days"),
	}
}

func parsePolicy(a *args) Statement {
	s := Policy{Name: a.made(ofPolicy)}
	s.Pool = a.named(ofPool, a.needed("pool"))
	s.Line = a.oneOf(a.needed("line"), "line", lines...)
	s.Starts, s.Ends = a.date(a.needed("start"), "start"), a.date(a.needed("end"), "end")
	s.Premium, s.SumInsured = a.amount(a.needed("premium"), "premium"), a.amount(a.needed("limit"), "limit")
	s.Insured = a.needed("insured").text
	s.VAT = readOption(a, "vat", defaultVAT, money.ParseRate)
	s.Instalments = a.instalments("instalments")
	s.Renews = a.codeOption("renews")
	a.otherTerms(&s.Contract)
	s.Facts = a.facts()
	s.Sections = readOption(a, "sections", nil, product.ParseSections)
	return s
}

// otherTerms reads the terms of a contract that have not been asked for, each by its key, as its type is written.
func (a *args) otherTerms(contract *insurance.Contract) {
	values := reflect.ValueOf(contract).Elem()
	for i := range values.NumField() {
		key, _, _ := strings.Cut(values.Type().Field(i).Tag.Get("json"), ",")
		if a.asked[key] {
			continue
		}
		switch term := values.Field(i).Addr().Interface().(type) {
		case *string:
			*term = a.textOption(key)
		case *money.Amount:
			*term = a.amountOr(key)
		case **money.Amount:
			*term = a.amountOption(key)
		case *money.Rate:
			*term = readOption(a, key, money.Rate{}, money.ParseRate)
		case *calendar.Date:
			*term = a.dateOption(key)
		}
	}
}

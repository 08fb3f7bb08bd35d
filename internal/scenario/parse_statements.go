package scenario

import (
	"gongbao/insurance"
	"gongbao/internal/money"
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
			Code: a.code(a.word("the member's code"), "member"), Name: a.word("the member's name").text,
			Capital: a.amountOption("capital"),
		}
	},
	"pool": func(a *args) Statement {
		return Pool{
			Code:     a.code(a.word("the pool's code"), "pool"),
			Industry: a.oneOf(a.needed("industry"), "industry", industries...),
		}
	},
	"agreement": parseAgreement,
	"policy":    parsePolicy,
	"accept": func(a *args) Statement {
		return Accept{Policy: a.code(a.word("the policy"), "policy"), Member: a.code(a.word("the member"), "member")}
	},
	"decline": func(a *args) Statement {
		return Decline{Policy: a.code(a.word("the policy"), "policy"), Member: a.code(a.word("the member"), "member")}
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
	"cancel": func(a *args) Statement { return Cancel{Policy: a.code(a.word("the policy"), "policy")} },

	"claim": func(a *args) Statement {
		return Claim{
			Name: a.code(a.word("the claim"), "claim"), Policy: a.code(a.needed("policy"), "policy"),
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
			Claim: claimOf(a), Member: a.code(a.word("the member"), "member"),
			Amount: a.amount(a.word("the amount"), "amount"),
		}
	},
	"close":  func(a *args) Statement { return Close{Claim: claimOf(a)} },
	"reopen": func(a *args) Statement { return Reopen{Claim: claimOf(a)} },

	"statement": func(a *args) Statement { return DrawStatement{Pool: poolOf(a), Period: a.period(a.word("the period"))} },
	"query": func(a *args) Statement {
		return Query{
			poolOf(a), a.period(a.word("the period")), a.code(a.word("the member"), "member"),
			a.code(a.needed("item"), "item"),
		}
	},
	"resolve": func(a *args) Statement {
		return Resolve{
			poolOf(a), a.period(a.word("the period")), a.code(a.word("the member"), "member"),
			a.code(a.needed("item"), "item"),
		}
	},
	"confirm": func(a *args) Statement {
		return Confirm{poolOf(a), a.period(a.word("the period")), a.code(a.word("the member"), "member")}
	},
	"settle": func(a *args) Statement { return Settle{Pool: poolOf(a), Period: a.period(a.word("the period"))} },
	"paid":   func(a *args) Statement { return Paid{Pool: poolOf(a), Period: a.period(a.word("the period"))} },
	"close_period": func(a *args) Statement {
		return ClosePeriod{Pool: poolOf(a), Month: read(a, a.word("the month"), "month", parseMonth)}
	},
}

func claimOf(a *args) string { return a.code(a.word("the claim"), "claim") }

func poolOf(a *args) string { return a.code(a.word("the pool"), "pool") }

func (a *args) oneNeeded(x, y *money.Amount, what string) {
	if x == nil && y == nil {
		a.fail(a.end, "%s is missing", what)
	}
}

func parseAgreement(a *args) Statement {
	s := Agreement{Pool: poolOf(a), Version: a.version(a.word("the version"))}
	s.From = a.date(a.needed("from"), "from")
	s.Shares = a.shares(a.needed("shares"))
	s.Leader, s.Issuer, s.Servicer = a.codeOption("leader"), a.codeOption("issuer"), a.codeOption("servicer")
	s.IssuingFee = readOption(a, "issuing_fee", money.Rate{}, money.ParseRate)
	s.FeeVAT = readOption(a, "fee_vat", money.Rate{}, money.ParseRate)
	s.Residue = a.oneOfOption("residue", "leader", "leader", "largest_remainder")
	s.Collection = a.oneOfOption("collection", "leader", "leader", "each")
	s.Claims = a.oneOfOption("claims", "leader", "leader", "each")
	s.Netting = a.oneOfOption("netting", "none", "none", "bilateral", "multilateral")
	s.Authority, s.NoticeFrom = a.amountOption("authority"), a.amountOption("notice_from")
	s.CashCallFrom = a.amountOption("cash_call_from")
	return s
}

func parsePolicy(a *args) Statement {
	s := Policy{Name: a.code(a.word("the policy"), "policy")}
	s.Pool = a.code(a.needed("pool"), "pool")
	s.Line = a.oneOf(a.needed("line"), "line", lines...)
	s.Start, s.End = a.date(a.needed("start"), "start"), a.date(a.needed("end"), "end")
	s.Premium, s.Limit = a.amount(a.needed("premium"), "premium"), a.amount(a.needed("limit"), "limit")
	s.Insured = a.needed("insured").text
	s.Deductible = a.amountOr("deductible")
	s.VAT = readOption(a, "vat", defaultVAT, money.ParseRate)
	s.Commission = readOption(a, "commission", money.Rate{}, money.ParseRate)
	s.Instalments = a.instalments("instalments")
	s.EquipmentValue, s.ContractValue = a.amountOption("equipment_value"), a.amountOption("contract_value")
	if t, there := a.option("catalogue"); there {
		s.Catalogue = t.text
	}
	if t, there := a.option("qualification"); there {
		s.Qualification = t.text
	}
	s.Retroactive = a.dateOption("retroactive")
	s.Renews = a.codeOption("renews")
	s.Facts = a.facts()
	s.Sections = readOption(a, "sections", nil, insurance.ParseSections)
	return s
}

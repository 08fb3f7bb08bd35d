package scenario

import (
	"bytes"
	"context"
	"encoding/csv"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

// Statements on products: catalogues and premium support.
type (
	// CatalogueItem publishes an item of a catalogue.
	CatalogueItem struct {
		Line, Edition, Item, Name, Unit string
		From, To                        calendar.Date
	}
	// ApplySubsidy puts in for premium support.
	ApplySubsidy struct{ Policy, To string }
	// GrantSubsidy is the authority's yes, to an amount or to what was applied for.
	GrantSubsidy struct {
		Policy string
		Amount *money.Amount
	}
	// RefuseSubsidy is the authority's no.
	RefuseSubsidy struct{ Policy string }
	// PaySubsidy is the money.
	PaySubsidy struct {
		Policy string
		Amount *money.Amount
	}
	// ClawBackSubsidy is money taken back.
	ClawBackSubsidy struct {
		Policy string
		Amount *money.Amount
		False  bool
	}
	// ExpectSubsidy compares where a policy's premium support stands.
	ExpectSubsidy struct {
		Policy, State string
		Amount        *money.Amount
	}
)

// Verb is "catalogue".
func (CatalogueItem) Verb() string { return "catalogue" }

// Verb is "apply_subsidy".
func (ApplySubsidy) Verb() string { return "apply_subsidy" }

// Verb is "grant_subsidy".
func (GrantSubsidy) Verb() string { return "grant_subsidy" }

// Verb is "refuse_subsidy".
func (RefuseSubsidy) Verb() string { return "refuse_subsidy" }

// Verb is "pay_subsidy".
func (PaySubsidy) Verb() string { return "pay_subsidy" }

// Verb is "claw_back_subsidy".
func (ClawBackSubsidy) Verb() string { return "claw_back_subsidy" }

// Verb is "expect subsidy".
func (ExpectSubsidy) Verb() string { return "expect subsidy" }

// subsidyStates are the states as files write them.
var subsidyStates = []string{"none", "applied", "granted", "refused", "paid", "clawed_back"}

// productVerbs reads the words after each of these verbs.
var productVerbs = map[string]func(*args) Statement{
	"catalogue": func(a *args) Statement {
		return CatalogueItem{
			Line: a.oneOf(a.word("the line"), "line", lines...), Edition: a.line(a.word("the edition"), "edition"),
			Item: a.line(a.word("the item"), "item"), Name: a.word("the item's name").text,
			Unit: a.oneOfOption("unit", "", product.BySet, product.ByBatch),
			From: a.date(a.needed("from"), "from"), To: a.dateOption("to"),
		}
	},
	"apply_subsidy": func(a *args) Statement {
		return ApplySubsidy{
			Policy: a.code(a.word("the policy"), "policy"), To: a.oneOfOption("to", "insured", "insured", "insurer"),
		}
	},
	"grant_subsidy": func(a *args) Statement {
		return GrantSubsidy{Policy: a.code(a.word("the policy"), "policy"), Amount: a.amountOption("amount")}
	},
	"refuse_subsidy": func(a *args) Statement {
		return RefuseSubsidy{Policy: a.code(a.word("the policy"), "policy")}
	},
	"pay_subsidy": func(a *args) Statement {
		return PaySubsidy{Policy: a.code(a.word("the policy"), "policy"), Amount: a.amountOption("amount")}
	},
	"claw_back_subsidy": func(a *args) Statement {
		return ClawBackSubsidy{
			Policy: a.code(a.word("the policy"), "policy"), Amount: a.amountOption("amount"),
			False: a.oneOfOption("false_documents", "no", "yes", "no") == "yes",
		}
	},
}

func parseExpectSubsidy(a *args) Statement {
	return ExpectSubsidy{
		Policy: a.code(a.word("the policy"), "policy"), State: a.oneOf(a.word("the state"), "state", subsidyStates...),
		Amount: a.amountOption("amount"),
	}
}

// facts reads the keys of a policy that its product's rules ask about.
func (a *args) facts() product.Facts {
	var facts product.Facts
	for _, fact := range product.AllFacts {
		if t, there := a.option(fact.Name); there {
			if err := fact.Set(&facts, t.text); err != nil {
				a.fail(t.column, "%s: %v", fact.Name, err)
			}
		}
	}
	return facts
}

// product plays the statements on products.
func (p *Player) product(ctx context.Context, line Line) error {
	switch s := line.Statement.(type) {
	case CatalogueItem:
		return p.catalogue(ctx, line, s)
	case ApplySubsidy:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.ApplySubsidy(ctx, insurance.ApplySubsidy{
				Command: said(by, line),
				Policy:  number, PaidTo: insurance.PaidTo(s.To),
			}))
		})
	case GrantSubsidy:
		return p.decideSubsidy(ctx, line, s.Policy, true, s.Amount)
	case RefuseSubsidy:
		return p.decideSubsidy(ctx, line, s.Policy, false, nil)
	case PaySubsidy:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.PaySubsidy(ctx, insurance.PaySubsidy{
				Command: said(by, line),
				Policy:  number, Amount: orZero(s.Amount),
			}))
		})
	case ClawBackSubsidy:
		return p.on(ctx, line, s.Policy, func(by access.Principal, number string) error {
			return second(p.insurance.ClawBackSubsidy(ctx, insurance.ClawBackSubsidy{
				Command: said(by, line),
				Policy:  number, Amount: orZero(s.Amount), False: s.False, Reason: "scenario",
			}))
		})
	default:
		return errUnknown(s)
	}
}

func (p *Player) decideSubsidy(ctx context.Context, line Line, policy string, grant bool, amount *money.Amount) error {
	return p.on(ctx, line, policy, func(by access.Principal, number string) error {
		return second(p.insurance.DecideSubsidy(ctx, insurance.DecideSubsidy{
			Command: said(by, line),
			Policy:  number, Grant: grant, Amount: orZero(amount), Reference: "scenario",
		}))
	})
}

func orZero(amount *money.Amount) money.Amount {
	if amount == nil {
		return money.Amount{}
	}
	return *amount
}

// catalogue brings one item in, as a file of one row.
func (p *Player) catalogue(ctx context.Context, line Line, s CatalogueItem) error {
	if err := p.dated(ctx, line, ""); err != nil {
		return err
	}
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	to := ""
	if !s.To.IsZero() {
		to = s.To.String()
	}
	if err := writer.WriteAll([][]string{
		{"line", "edition", "item", "name", "unit", "starts", "ends", "source"},
		{s.Line, s.Edition, s.Item, s.Name, s.Unit, s.From.String(), to, "scenario"},
	}); err != nil {
		return err
	}
	_, err := p.products.ImportCatalogue(ctx, product.ImportCatalogue{By: line.who(clerk), Source: &file})
	return err
}

func (p *Player) expectSubsidy(ctx context.Context, s ExpectSubsidy) (*compared, error) {
	policy, err := insurance.FindPolicy(ctx, p.of(p.number(s.Policy)), p.number(s.Policy))
	if err != nil {
		return nil, err
	}
	state := string(policy.Subsidy.State)
	if state == "" {
		state = "none"
	}
	if s.Amount == nil || state != s.State {
		return &compared{wanted: s.State, got: state}, nil
	}
	return equal(*s.Amount, policy.Subsidy.Amount), nil
}

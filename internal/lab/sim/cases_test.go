package sim

import (
	"fmt"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/money"
)

// TestTheAuditorKnowsTheCases plays the shared acceptance files in the auditor's notebook alone: every refusal and
// every figure that an accountant wrote down there is the auditor's too.
func TestTheAuditorKnowsTheCases(t *testing.T) {
	t.Parallel()
	for _, name := range scenario.CaseNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := scenario.Case(name)
			if err != nil {
				t.Fatal(err)
			}
			book := auditor.New()
			for _, line := range file.Lines {
				book.Advance(dayOf(line.Date))
				if wanted, got, is := answer(book, line.Statement); is {
					if wanted != got {
						t.Errorf("%s:%d %s: the auditor has %s", name, line.Number, line.Text, got)
					}
					continue
				}
				act := actOf(line.Statement)
				if act == nil {
					t.Fatalf("%s:%d %s: the auditor does not know that", name, line.Number, line.Text)
				}
				move := auditor.Move{
					Day: dayOf(line.Date), Effective: dayOf(line.Effective), As: line.As, Act: act,
				}
				if got := book.Play(move).Refusal; got != line.Outcome {
					t.Errorf("%s:%d %s: the auditor has %q", name, line.Number, line.Text, got)
				}
			}
		})
	}
}

// dayOf is a day of the house as the auditor has it.
func dayOf(date calendar.Date) auditor.Day {
	if date.IsZero() {
		return 0
	}
	return auditor.ParseDay(date.String())
}

func periodOf(text string) auditor.Period {
	if year, quarter, is := strings.Cut(text, "-Q"); is {
		return auditor.Period{First: auditor.ParseDay(fmt.Sprintf("%s-01-01", year)).Month() +
			3*auditor.Month(quarter[0]-'1'), Months: 3}
	}
	return auditor.Period{First: auditor.ParseDay(text + "-01").Month(), Months: 1}
}

func fenOf(amount *money.Amount) *int64 {
	if amount == nil {
		return nil
	}
	fen := amount.Fen()
	return &fen
}

// orNone is an amount that is zero when left out.
func orNone(amount *money.Amount) int64 {
	if amount == nil {
		return 0
	}
	return amount.Fen()
}

// actOf is a statement in the auditor's words; nil when it has none for it.
func actOf(statement scenario.Statement) auditor.Act {
	for _, words := range []func(scenario.Statement) auditor.Act{ofPool, ofPolicy, ofClaim, ofStatement} {
		if act := words(statement); act != nil {
			return act
		}
	}
	return nil
}

func ofPool(statement scenario.Statement) auditor.Act {
	switch s := statement.(type) {
	case scenario.Member:
		return auditor.Register{Code: s.Code, Capital: orNone(s.Capital)}
	case scenario.Pool:
		return auditor.Found{Pool: s.Code, Industry: s.Industry}
	case scenario.Agreement:
		return auditor.Agree{Agreement: agreementOf(s)}
	case scenario.ClosePeriod:
		return auditor.ClosePeriod{Pool: s.Pool, Month: auditor.ParseDay(s.Month.String() + "-01").Month()}
	default:
		return nil
	}
}

func agreementOf(s scenario.Agreement) auditor.Agreement {
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	g := auditor.Agreement{
		Pool: s.Pool, Version: s.Version, From: dayOf(s.From), IssuingFee: s.Terms.IssuingFee.E8(),
		FeeVAT: s.Terms.FeeVAT.E8(), Residue: or(string(s.Terms.Residue), auditor.Leader),
		Collection: or(string(s.Terms.Collection), auditor.Leader), Claims: or(string(s.Terms.Claims), auditor.Leader),
		Netting: or(string(s.Terms.Netting), auditor.NettingNone), Authority: fenOf(s.Terms.Authority),
		NoticeFrom: fenOf(s.Terms.NoticeFrom), CashCallFrom: fenOf(s.Terms.CashCallFrom),
	}
	largest := int64(0)
	for _, line := range s.Shares {
		share := line.Premium.E8()
		g.Shares = append(g.Shares, auditor.Share{Member: line.Member, Share: share})
		if share > largest {
			largest, g.Leader = share, line.Member
		}
	}
	g.Leader = or(s.Terms.Leader, g.Leader)
	g.Issuer, g.Servicer = or(s.Terms.Issuer, g.Leader), or(s.Terms.Servicer, g.Leader)
	return g
}

func ofPolicy(statement scenario.Statement) auditor.Act {
	switch s := statement.(type) {
	case scenario.Policy:
		return quoteOf(s)
	case scenario.Accept:
		return auditor.Decide{Policy: s.Policy, Member: s.Member, Accept: true}
	case scenario.Decline:
		return auditor.Decide{Policy: s.Policy, Member: s.Member}
	case scenario.Receive:
		return auditor.Receive{Policy: s.Policy, Amount: s.Amount.Fen()}
	case scenario.Issue:
		return auditor.Issue{Policy: s.Policy}
	case scenario.Endorse:
		return auditor.Endorse{
			Policy: s.Policy, Name: s.Name, Premium: s.Premium.Fen(), WholePeriod: s.Basis == "period",
		}
	case scenario.Cancel:
		return auditor.Cancel{Policy: s.Policy}
	case scenario.Reinstate:
		return auditor.Reinstate{Policy: s.Policy}
	case scenario.Refund:
		return auditor.Refund{Policy: s.Policy, Amount: s.Amount.Fen()}
	default:
		return nil
	}
}

func quoteOf(s scenario.Policy) auditor.Quote {
	quote := auditor.Quote{
		Policy: s.Name, Pool: s.Pool, Line: s.Line, Start: dayOf(s.Starts), End: dayOf(s.Ends), Premium: s.Premium.Fen(),
		Limit: s.SumInsured.Fen(), Deductible: s.Deductible.Fen(), VAT: s.VAT.E8(), Commission: s.Commission.E8(),
		EquipmentValue: orNone(s.EquipmentValue), Retroactive: dayOf(s.Retroactive),
	}
	for _, part := range s.Instalments {
		quote.Instalments = append(quote.Instalments, auditor.Instalment{Due: dayOf(part.Due), Amount: part.Amount.Fen()})
	}
	return quote
}

func ofClaim(statement scenario.Statement) auditor.Act {
	switch s := statement.(type) {
	case scenario.Claim:
		return auditor.File{Claim: s.Name, Policy: s.Policy, Loss: dayOf(s.Loss), Papers: dayOf(s.Papers)}
	case scenario.Reserve:
		return auditor.Reserve{Claim: s.Claim, Indemnity: fenOf(s.Indemnity), Expense: fenOf(s.Expense)}
	case scenario.Assess:
		return auditor.Assess{Claim: s.Claim, Loss: s.Loss.Fen()}
	case scenario.Approve:
		return auditor.Approve{Claim: s.Claim, Indemnity: fenOf(s.Indemnity), Expense: fenOf(s.Expense)}
	case scenario.Advance:
		return auditor.Advance{Claim: s.Claim, Indemnity: s.Indemnity.Fen()}
	case scenario.Pay:
		return auditor.Pay{Claim: s.Claim, Indemnity: s.Indemnity.Fen(), Expense: s.Expense.Fen()}
	case scenario.Refuse:
		return auditor.End{Claim: s.Claim, To: auditor.Refused}
	case scenario.Withdraw:
		return auditor.End{Claim: s.Claim, To: auditor.Withdrawn}
	case scenario.Recover:
		return auditor.Recover{Claim: s.Claim, Recovery: orNone(s.Recovery), Salvage: orNone(s.Salvage)}
	case scenario.PaidCall:
		return auditor.PayCall{Claim: s.Claim, Member: s.Member, Amount: s.Amount.Fen()}
	case scenario.Close:
		return auditor.End{Claim: s.Claim, To: auditor.Closed}
	case scenario.Reopen:
		return auditor.Reopen{Claim: s.Claim}
	default:
		return nil
	}
}

func ofStatement(statement scenario.Statement) auditor.Act {
	of := func(pool, period string) auditor.OnStatement {
		return auditor.OnStatement{Pool: pool, Period: periodOf(period)}
	}
	switch s := statement.(type) {
	case scenario.DrawStatement:
		return auditor.Draw{OnStatement: of(s.Pool, s.Period)}
	case scenario.Query:
		return auditor.Query{OnStatement: of(s.Pool, s.Period), Dispute: auditor.Dispute{Subject: s.Item, Member: s.Member}}
	case scenario.Resolve:
		return auditor.Resolve{
			OnStatement: of(s.Pool, s.Period), Dispute: auditor.Dispute{Subject: s.Item, Member: s.Member},
		}
	case scenario.Confirm:
		return auditor.Confirm{OnStatement: of(s.Pool, s.Period), Member: s.Member}
	case scenario.Settle:
		return auditor.Settle{OnStatement: of(s.Pool, s.Period)}
	case scenario.Paid:
		return auditor.MarkPaid{OnStatement: of(s.Pool, s.Period)}
	default:
		return nil
	}
}

// answer answers an expectation from the notebook.
func answer(book *auditor.Auditor, statement scenario.Statement) (wanted, got string, is bool) {
	yuan := func(amount money.Amount, fen int64) (string, string, bool) {
		return amount.String(), auditor.Yuan(fen), true
	}
	switch s := statement.(type) {
	case scenario.ExpectPortion:
		return yuan(s.Amount, book.Portion(s.Subject, s.Stream, s.Member))
	case scenario.ExpectOwes:
		return yuan(s.Amount, book.Owes(s.Debtor, s.Creditor, s.Pool, dayOf(s.Effective), dayOf(s.Known)))
	case scenario.ExpectBalance:
		return yuan(s.Amount, book.Balance(auditor.Question{
			Book: s.Member, Account: s.Account, Pool: s.Pool, Policy: s.Policy, Claim: s.Claim, With: s.With,
			Effective: dayOf(s.Effective), Known: dayOf(s.Known),
		}))
	case scenario.ExpectState:
		if claim := book.Claims[s.Subject]; claim != nil {
			return s.State, claim.State, true
		}
		return s.State, book.Policies[s.Subject].StateOn(book.Today), true
	case scenario.ExpectClock:
		due := "none"
		if !s.Due.IsZero() {
			due = s.Due.String()
		}
		return due, book.Claims[s.Claim].Clock(s.Clock).String(), true
	case scenario.ExpectEvent:
		return fmt.Sprint(s.Count), fmt.Sprint(announcedSoFar(book, s)), true
	case scenario.ExpectVerified:
		return "", "", true
	default:
		return answerOfStatement(book, statement)
	}
}

func announcedSoFar(book *auditor.Auditor, s scenario.ExpectEvent) int {
	if s.Subject != "" {
		return book.Standing(s.Subject).Events[s.Type]
	}
	sum := 0
	for _, pool := range book.Pools {
		sum += pool.Events()[s.Type]
	}
	return sum
}

func answerOfStatement(book *auditor.Auditor, statement scenario.Statement) (wanted, got string, is bool) {
	of := func(pool, period string) *auditor.Statement { return book.Pools[pool].StatementOf(periodOf(period)) }
	switch s := statement.(type) {
	case scenario.ExpectStatement:
		line := of(s.Pool, s.Period).Lines[s.Member]
		wanted = fmt.Sprintf("%s %s %s", s.Opening, s.Movement, s.Closing)
		got = strings.Join([]string{
			auditor.Yuan(line.Opening), auditor.Yuan(line.Movement), auditor.Yuan(line.Closing),
		}, " ")
	case scenario.ExpectNet:
		wanted, got = s.Amount.String(), auditor.Yuan(of(s.Pool, s.Period).Settlement.Net(s.Member))
	case scenario.ExpectPayment:
		wanted, got = s.Amount.String(), auditor.Yuan(of(s.Pool, s.Period).Settlement.Payment(s.From, s.To))
	case scenario.ExpectPayments:
		wanted, got = fmt.Sprint(s.Count), fmt.Sprint(len(of(s.Pool, s.Period).Settlement.Orders))
	default:
		return "", "", false
	}
	return wanted, got, true
}

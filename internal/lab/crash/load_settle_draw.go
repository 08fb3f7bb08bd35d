package crash

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// tradeSize is how many policies a month has beside those of the load: so a statement has several hundred items, and
// clearing more than a thousand postings.
const tradeSize = 100

func (m *month) policy(number int) string { return fmt.Sprintf("%s-T%d-%d", m.pool, m.number, number) }

// trade imports the policies of the month; those that are there already are passed over.
func (m *month) trade(ctx context.Context) error {
	var book strings.Builder
	book.WriteString("pool,number,line,insured,start,end,premium,limit,vat,commission,issued\n")
	for i := range tradeSize {
		fmt.Fprintf(&book, "%s,%s,pilot_test,示例,2026-01-01,2026-12-31,%d.37,100000.00,6%%,5%%,2026-01-01\n",
			m.pool, m.policy(i+1), 1000+i)
	}
	_, err := insist(ctx, &m.stream, func(ctx context.Context) (sheet.Report, error) {
		return m.Insurance.ImportPolicies(ctx, insurance.ImportPolicies{By: clerk, Source: strings.NewReader(book.String())})
	})
	return err
}

// nettings take turns from month to month.
var nettings = []coinsurance.Netting{
	coinsurance.NettingBilateral, coinsurance.NettingMultilateral, coinsurance.NettingNone,
}

// agree puts a version of the agreement in force from the month's first day, with another netting, and in the first
// month gives every member bank details.
func (m *month) agree(ctx context.Context) error {
	first, err := insist(ctx, &m.stream, func(ctx context.Context) (*coinsurance.Agreement, error) {
		return coinsurance.AgreementVersion(ctx, m.DB.Of(m.pool), m.pool, 1)
	})
	if err != nil {
		return err
	}
	m.members = first.Members()
	if m.number == 0 {
		for _, member := range m.members {
			if err := m.bank(ctx, member); err != nil {
				return err
			}
		}
	}
	period, err := settlement.ParsePeriod(m.period)
	if err != nil {
		return err
	}
	terms := first.Terms
	terms.Netting = nettings[m.number%len(nettings)]
	key, said := m.said(clerk, "agreement")
	agreed, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*coinsurance.Agreement, error) {
		return m.Coinsurance.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
			Command: said, Pool: m.pool, Version: m.number + 2, From: period.Starts, Shares: first.Participations, Terms: terms,
		})
	})
	if err != nil {
		return err
	}
	key, said = m.said(checker, "accept")
	_, err = send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*coinsurance.Agreement, error) {
		return m.Coinsurance.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
			Command: said, Pool: m.pool, Version: agreed.Version,
		})
	})
	return err
}

// bank gives a member bank details: two clerks write them down, the member confirms. Every pool wants them; they are
// written down once.
func (m *month) bank(ctx context.Context, member string) error {
	of := &month{settler: m.settler, pool: "ZONE"}
	key, said := of.said(clerk, "bank-"+member)
	bank, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*zone.BankDetails, error) {
		return m.Zone.ProposeBank(ctx, zone.ProposeBank{
			Command: said, Member: member, Bank: "示例银行", CNAPS: "104521003456", AccountName: "示例财险",
			AccountNumber: accountOf(member),
		})
	})
	if err != nil {
		return err
	}
	key, said = of.said(checker, "bank-decided-"+member)
	_, err = send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*zone.BankDetails, error) {
		return m.Zone.DecideBank(ctx, zone.DecideBank{Command: said, Member: member, Number: bank.Number, Approve: true})
	})
	if err != nil {
		return err
	}
	key, said = of.said(treasurer(member), "bank-confirmed-"+member)
	_, err = send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*zone.BankConfirmation, error) {
		return m.Zone.ConfirmBank(ctx, zone.ConfirmBank{Command: said, Member: member, Number: bank.Number})
	})
	return err
}

// draw draws the month's statement and issues it. Every other month it is cancelled in between and drawn again; in the
// others two clerks draw it at the same time, and one of them is told that it is drawn.
func (m *month) draw(ctx context.Context) error {
	var err error
	if m.every(2) {
		err = m.drawOnce(ctx, clerk, "draw")
		for _, again := range []string{"1", "2"} {
			if err == nil {
				err = m.cancel(ctx, again)
			}
			if err == nil {
				err = m.drawOnce(ctx, clerk, "draw-again-"+again)
			}
		}
	} else {
		err = m.drawTwice(ctx)
	}
	if err != nil {
		return err
	}
	key, said := m.said(clerk, "issue")
	_, err = send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*settlement.Statement, error) {
		return m.Settlement.IssueStatement(ctx, settlement.IssueStatement{Command: said, Pool: m.pool, Period: m.period})
	})
	return err
}

func (m *month) drawOnce(ctx context.Context, by access.Principal, step string) error {
	key, said := m.said(by, step)
	_, err := send(ctx, m.settler, stepDraw, key, func(ctx context.Context) (*settlement.Statement, error) {
		return m.Settlement.DrawStatement(ctx, settlement.DrawStatement{
			Command: said, Pool: m.pool, Period: m.period, Ahead: true, // months go by faster than the clock
		})
	})
	return err
}

func (m *month) cancel(ctx context.Context, again string) error {
	key, said := m.said(checker, "cancel-"+again)
	_, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*settlement.Statement, error) {
		return m.Settlement.CancelStatement(ctx, settlement.CancelStatement{
			Command: said, Pool: m.pool, Period: m.period, Reason: "作废重编",
		})
	})
	return err
}

func (m *month) drawTwice(ctx context.Context) error {
	var group sync.WaitGroup
	var first, second error
	group.Go(func() { first = m.drawOnce(ctx, clerk, "draw") })
	group.Go(func() { second = m.drawOnce(ctx, rival, "draw-rival") })
	group.Wait()
	if (first == nil) != (second == nil) { // the other was told what it should have been
		if err := errors.Join(first, second); !errors.Is(err, settlement.ErrStatementExists) {
			return err
		}
		return nil
	}
	if first == nil {
		return fmt.Errorf("%s of %s was drawn for two clerks", m.period, m.pool)
	}
	return errors.Join(first, second)
}

// dispute has a member query a subject, and the issuer answer. Every other month the member resolves the query before
// the run, else only after it: then a later run takes the items.
func (m *month) dispute(ctx context.Context) error {
	key, said := m.said(treasurer(m.follower()), "query")
	query, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*settlement.Query, error) {
		return m.Settlement.RaiseQuery(ctx, settlement.RaiseQuery{
			Command: said, Pool: m.pool, Period: m.period, Member: m.follower(), Subject: m.disputed,
			Reason: settlement.ReasonShare, Remark: "份额待核对",
		})
	})
	if err != nil {
		return err
	}
	key, said = m.said(treasurer(m.issuer()), "answer")
	_, err = send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*settlement.Query, error) {
		return m.Settlement.AnswerQuery(ctx, settlement.AnswerQuery{
			Command: said, Pool: m.pool, Period: m.period, Number: query.Number, Answer: "按协议份额计算",
		})
	})
	if err == nil && m.every(2) {
		err = m.resolve(ctx)
	}
	return err
}

func (m *month) resolve(ctx context.Context) error {
	key, said := m.said(treasurer(m.follower()), "resolve")
	_, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) ([]settlement.Query, error) {
		return m.Settlement.ResolveQueries(ctx, settlement.ResolveQueries{
			Command: said, Pool: m.pool, Period: m.period, Member: m.follower(), Subject: m.disputed,
		})
	})
	return err
}

// issuer is who writes the pool's policies, and so is a party of every item of premium.
func (m *month) issuer() string {
	at := slices.IndexFunc(pools, func(p pool) bool { return p.code == m.pool })
	return pools[at].issuer
}

// follower is another member.
func (m *month) follower() string {
	at := slices.IndexFunc(m.members, func(member string) bool { return member != m.issuer() })
	return m.members[at]
}

// confirm has every member confirm its statement.
func (m *month) confirm(ctx context.Context) error {
	for _, member := range m.members {
		if err := m.confirmed(ctx, member, "confirm-"+member); err != nil {
			return err
		}
	}
	return nil
}

func (m *month) confirmed(ctx context.Context, member, step string) error {
	key, said := m.said(treasurer(member), step)
	_, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (*settlement.Answer, error) {
		return m.Settlement.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: said, Pool: m.pool, Period: m.period, Member: member,
		})
	})
	return err
}

// end closes an accounting month, as long as there are some that have ended, and confirms what is confirmed: the last
// command of the month, by which whoever comes next sees that it is over.
func (m *month) end(ctx context.Context) error {
	closing := calendar.MustMonth("2026-01") // in which the policies begin
	for range m.number {
		closing = closing.Next()
	}
	if closing.Before(m.First.First().AddDays(-1).Month()) { // it is over today
		key, said := m.said(clerk, "close")
		_, err := send(ctx, m.settler, stepOther, key, func(ctx context.Context) (periodend.Closed, error) {
			return m.Periods.ClosePeriod(ctx, periodend.ClosePeriod{Command: said, Pool: m.pool, Month: closing})
		})
		if err != nil {
			return err
		}
	}
	return m.confirmed(ctx, m.members[0], "end")
}

// part is a part of an amount, above zero and less than all.
func part(amount money.Amount) money.Amount { return money.ProRata(amount, 1, 3) }

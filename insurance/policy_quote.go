package insurance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/ledger"
)

const (
	textMax        = 200 // runes of a name or a reference
	instalmentsMax = 60
	termDaysMax    = 20 * 366
)

// QuotePolicy writes down what is offered to the policyholder. Nothing is booked before issue but premium received.
type QuotePolicy struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number string `json:"number"` // begins with the pool's code and a dash; made up when empty
	Contract
	Sections []SectionTerms `json:"sections,omitempty"` // all of the line's when empty
}

// QuotePolicy refuses, in this order: insurance.policy_invalid, insurance.instalments_do_not_sum,
// insurance.instalment_back_loaded, coinsurance.pool_not_found, coinsurance.pool_closed, access.forbidden,
// insurance.catalogue_item_unknown, ledger.date_out_of_range, insurance.policy_exists.
func (s *Service) QuotePolicy(ctx context.Context, cmd QuotePolicy) (*Policy, error) {
	if err := cmd.Check(); err != nil {
		return nil, err
	}
	scope := s.once(cmd.Number, cmd.By, "quote_policy", cmd.IdempotencyKey)
	scope.Pool = cmd.Pool // a quotation may come without a number
	return idempotency.Once(ctx, s.db, scope, cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			cmd := cmd
			if cmd.Number == "" { // made up here, so that the same command sent again is the same command
				cmd.Number = newNumber(cmd.Pool, cmd.Starts, s.clock.Now())
			}
			if err := s.mayQuote(ctx, tx, cmd); err != nil {
				return nil, err
			}
			policy := cmd.policy()
			if err := checkCatalogue(ctx, tx, policy); err != nil {
				return nil, err
			}
			policy.Recorded, policy.QuotedBy = s.clock.Now(), cmd.By.Subject
			effective, err := writtenDay(ctx, tx, cmd.Pool, cmd.Effective, policy.Recorded)
			if err != nil {
				return nil, err
			}
			policy.QuotedAt = policy.Recorded
			made, err := insertPolicy(ctx, tx, policy)
			if err != nil || !made {
				return nil, orExists(err, policy.Number)
			}
			quote := &policyEvent{
				kind: EventPolicyQuoted, id: fact.NewID(policy.Recorded), by: cmd.By, after: *policy,
				effective: effective, data: policy.agreed(),
			}
			result := quote.work()
			announced := quote.fact(&result, ledger.Posted{})
			announced.Audience = fact.Overseers
			return policy, outbox.Append(ctx, tx, announced)
		})
}

// writtenDay is the effective day that a command names, held to the days that postings of the pool may bear, or the
// business day.
func writtenDay(
	ctx context.Context, handle bun.IDB, pool string, day calendar.Date, now time.Time,
) (calendar.Date, error) {
	today := calendar.DateOf(now)
	if day.IsZero() {
		return today, nil
	}
	var reads pg.Reads
	dates := coinsurance.Dates{Today: today}
	coinsurance.DatesIn(&reads, pool, &dates)
	if err := reads.Run(ctx, handle); err != nil {
		return day, err
	}
	return day, dates.Check("effective", day)
}

func orDay(day, fallback calendar.Date) calendar.Date {
	if day.IsZero() {
		return fallback
	}
	return day
}

func orExists(err error, number string) error {
	if err != nil {
		return err
	}
	return ErrPolicyExists.With("%s", number)
}

// mayQuote checks the pool and who asks: the leader or the issuer of the agreement the policy would come under.
func (s *Service) mayQuote(ctx context.Context, tx *pg.Tx, cmd QuotePolicy) error {
	pool, err := coinsurance.FindPool(ctx, tx, cmd.Pool)
	if err != nil {
		return err
	}
	if !pool.Covers(cmd.Starts) {
		return coinsurance.ErrPoolClosed.With(
			"pool %s takes policies that start from %s to %s", pool.Code, pool.Opens, pool.Closes,
		)
	}
	agreement, err := coinsurance.AgreementAt(ctx, tx, cmd.Pool, cmd.Starts)
	if err != nil && !isNoAgreement(err) {
		return err
	}
	return mayUnderwrite(cmd.By, agreement)
}

func isNoAgreement(err error) bool { return errors.Is(err, coinsurance.ErrNoAgreementInForce) }

// Check holds the rules that need no book; it names every fault of the quotation at once.
func (cmd *QuotePolicy) Check() error {
	var check fault.Check
	line, known := FindLine(cmd.Line)
	check.Require(known, "line", "%q is no product line; there are %s", cmd.Line, strings.Join(LineCodes(), ", "))
	if cmd.Number != "" {
		CheckNumber(&check, "number", cmd.Pool, cmd.Number)
	}
	field.Line(&check, "insured", cmd.Insured, textMax)
	cmd.checkTexts(&check)
	check.Require(cmd.Renews == "" || PoolOf(cmd.Renews) == cmd.Pool, "renews", "it names no policy of the pool")
	check.Require(
		cmd.ConsentDigest == "" || isDigest(cmd.ConsentDigest), "consent_digest",
		"a SHA-256 has 64 hexadecimal digits",
	)
	check.Require(
		!cmd.Starts.IsZero() && !cmd.Ends.IsZero() && !cmd.Ends.Before(cmd.Starts), "end",
		"the period must end on or after its start",
	)
	check.Require(cmd.Starts.DaysUntil(cmd.Ends) < termDaysMax, "end", "the period may not be longer than twenty years")
	coinsurance.CheckRate(&check, "vat", cmd.VAT, coinsurance.VATMax)
	coinsurance.CheckRate(&check, "commission", cmd.Commission, coinsurance.RateMax)
	check.Require(!cmd.Premium.IsNegative(), "premium", "the premium may not be negative")
	check.Require(cmd.SumInsured.Sign() > 0, "limit", "the limit must be above zero")
	check.Require(!cmd.Deductible.IsNegative(), "deductible", "the deductible may not be negative")
	check.Require(
		cmd.EquipmentValue == nil || cmd.EquipmentValue.Sign() > 0, "equipment_value", "the value must be above zero",
	)
	check.Require(
		cmd.ContractValue == nil || cmd.ContractValue.Sign() > 0, "contract_value", "the value must be above zero",
	)
	check.Require(cmd.Retroactive.IsZero() || !cmd.Retroactive.After(cmd.Starts), "retroactive",
		"the retroactive date may not lie after the start")
	cmd.Facts.check(&check)
	if known {
		line.checkSections(&check, cmd.Sections, cmd.SumInsured)
	}
	cmd.checkInstalmentShape(&check)
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return err
	}
	return cmd.checkInstalments()
}

func (cmd *QuotePolicy) checkInstalmentShape(check *fault.Check) {
	check.Require(len(cmd.Instalments) <= instalmentsMax, "instalments", "at most %d instalments", instalmentsMax)
	for i, instalment := range cmd.Instalments {
		path := fmt.Sprintf("instalments[%d]", i)
		check.Require(instalment.Amount.Sign() > 0, path+".amount", "an instalment must be above zero")
		check.Require(!instalment.Due.IsZero(), path+".due", "the day is needed")
		check.Require(i == 0 || instalment.Due.After(cmd.Instalments[i-1].Due), path+".due", "the days must rise")
	}
}

// checkInstalments: no remainder, and no back-loading (金发〔2025〕36号: after the first, each instalment is equal or
// smaller).
func (cmd *QuotePolicy) checkInstalments() error {
	var sum money.Amount
	for _, instalment := range cmd.Instalments {
		sum = sum.Add(instalment.Amount)
	}
	if len(cmd.Instalments) > 0 && sum != cmd.Premium {
		return ErrInstalmentsDoNotSum.At("instalments", "they sum to %s, the premium is %s", sum, cmd.Premium)
	}
	for i, instalment := range cmd.Instalments {
		if i > 0 && instalment.Amount.Cmp(cmd.Instalments[i-1].Amount) > 0 {
			return ErrInstalmentBackLoaded.At(fmt.Sprintf("instalments[%d].amount", i), "%s is more than %s",
				instalment.Amount, cmd.Instalments[i-1].Amount)
		}
	}
	return nil
}

func (cmd *QuotePolicy) policy() *Policy {
	line, _ := FindLine(cmd.Line)
	return &Policy{
		Pool: cmd.Pool, Number: cmd.Number, Contract: cmd.Contract, Sections: line.cover(cmd.SumInsured, cmd.Sections),
		Progress: Progress{Status: Quoted, Members: []byte("[]"), NetPremium: cmd.Premium, Version: 1},
	}
}

// insertPolicy inserts a quotation with its instalments unless the number is taken.
func insertPolicy(ctx context.Context, tx *pg.Tx, policy *Policy) (bool, error) {
	made, err := pg.InsertNew(ctx, tx, policy)
	if err != nil || !made {
		return false, err
	}
	for _, row := range policy.instalmentRows() {
		pg.Insert(tx, &row)
	}
	return true, nil
}

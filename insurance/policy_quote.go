package insurance

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/ledger"
	"gongbao/product"
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
	Sections []product.SectionTerms `json:"sections,omitempty"` // all of the line's when empty
}

// QuotePolicy refuses, in this order: insurance.policy_invalid, insurance.instalments_do_not_sum,
// insurance.instalment_back_loaded, coinsurance.pool_not_found, coinsurance.pool_closed, access.forbidden,
// insurance.catalogue_item_unknown, ledger.date_out_of_range, insurance.policy_exists.
func (s *Service) QuotePolicy(ctx context.Context, cmd QuotePolicy) (*Policy, error) {
	if err := cmd.Check(); err != nil {
		return nil, err
	}
	scope := cmd.Scope(cmd.Pool, idempotency.OperationOf("insurance", cmd), s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
		cmd := cmd
		if cmd.Number == "" { // made up here, so that the same command sent again is the same command
			cmd.Number = newNumber(cmd.Pool, cmd.Starts, s.clock.Now())
		}
		known, err := s.loadQuotation(ctx, tx, cmd)
		if err != nil {
			return nil, err
		}
		quoted, err := quotePolicy(cmd, known)
		if err != nil {
			return nil, err
		}
		return &quoted.After, quoted.open(ctx, tx, cmd.By)
	})
}

// quoteFacts are what a quotation is held against.
type quoteFacts struct {
	pool      coinsurance.Pool
	agreement *coinsurance.Agreement // in force on the first day; nil when there is none
	anyone    bool                   // whoever asks may quote: the pool's manager imports
	item      *product.CatalogueItem // that the quotation names; nil when the catalogue does not have it
	dates     coinsurance.Dates
	now       time.Time
}

// quotePolicy checks the pool, who asks (the leader or the issuer of the agreement the policy would come under) and the
// catalogue, and makes the quotation.
func quotePolicy(cmd QuotePolicy, known quoteFacts) (Decision, error) {
	if pool := known.pool; !pool.Covers(cmd.Starts) {
		return Decision{}, coinsurance.ErrPoolClosed.At("start",
			"pool {pool} takes policies that start from {opens} to {closes}",
			fault.Args{"pool": pool.Code, "opens": pool.Opens, "closes": pool.Closes})
	}
	if !known.anyone {
		if err := mayUnderwrite(cmd.By, known.agreement); err != nil {
			return Decision{}, err
		}
	}
	if cmd.Facts.CatalogueItem != "" {
		if err := known.item.Refuses(cmd.Line, cmd.Starts, &cmd.Facts); err != nil {
			return Decision{}, err
		}
	}
	if err := known.dates.Check("effective", cmd.Effective); err != nil {
		return Decision{}, err
	}
	line, _ := product.FindLine(cmd.Line)
	policy := Policy{
		Pool: cmd.Pool, Number: cmd.Number, Contract: cmd.Contract, Sections: line.Cover(cmd.SumInsured, cmd.Sections),
		QuotedBy: cmd.By.Subject, QuotedAt: known.now,
		Progress: Progress{
			Status: Quoted, Members: []byte("[]"), NetPremium: cmd.Premium, Version: 1, Recorded: known.now,
		},
	}
	quoted := Decision{
		Event: EventPolicyQuoted, After: policy, Effective: cmd.Effective, Detail: policy.agreed(),
		Audience: fact.Overseers,
	}
	if quoted.Effective.IsZero() {
		quoted.Effective = known.dates.Today
	}
	return quoted, nil
}

func (s *Service) loadQuotation(ctx context.Context, tx *pg.Tx, cmd QuotePolicy) (known quoteFacts, err error) {
	var reads pg.Reads
	var versions coinsurance.Versions
	foundPool := coinsurance.FindPoolIn(&reads, cmd.Pool)
	coinsurance.VersionsIn(&reads, cmd.Pool, &versions)
	product.FindItemIn(&reads, cmd.Facts.ItemKey(cmd.Line), &known.item)
	if err := reads.Run(ctx, tx); err != nil {
		return known, err
	}
	if known.pool, err = foundPool(); err != nil {
		return known, err
	}
	if version := versions.At(cmd.Starts); version > 0 {
		known.agreement, err = coinsurance.AgreementVersion(ctx, tx, cmd.Pool, version)
	}
	known.now = s.clock.Now()
	known.dates = coinsurance.Dates{First: versions.First(), Today: calendar.DateOf(known.now)}
	return known, err
}

// open writes a new policy with its instalments, unless its number is taken, and announces it.
func (d *Decision) open(ctx context.Context, tx *pg.Tx, by access.Principal) error {
	made, err := pg.InsertNew(ctx, tx, &d.After)
	if err != nil {
		return err
	}
	if !made {
		return ErrPolicyExists.Case(fault.Args{"policy": d.After.Number})
	}
	for _, row := range d.After.instalmentRows() {
		pg.Insert(tx, &row)
	}
	event := &policyEvent{Decision: *d, id: fact.NewID(d.After.Recorded), by: by}
	result := event.work()
	return outbox.Append(ctx, tx, event.fact(&result, ledger.Posted{}))
}

func isNoAgreement(err error) bool { return errors.Is(err, coinsurance.ErrNoAgreementInForce) }

// Check holds the rules that need no book; it names every fault of the quotation at once.
func (cmd *QuotePolicy) Check() error {
	var check fault.Check
	line, known := product.FindLine(cmd.Line)
	if !known {
		check.Require(false, "line", "{given} is no product line; there are {lines}",
			fault.Args{"given": strconv.Quote(cmd.Line), "lines": product.LineCodes()})
	}
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
	cmd.Facts.Check(&check)
	if known {
		line.CheckSections(&check, cmd.Sections, cmd.SumInsured)
	}
	cmd.checkInstalmentShape(&check)
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return err
	}
	return cmd.checkInstalments()
}

func (cmd *QuotePolicy) checkInstalmentShape(check *fault.Check) {
	check.Require(len(cmd.Instalments) <= instalmentsMax, "instalments", "at most {most} instalments",
		fault.Args{"most": instalmentsMax})
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
		return ErrInstalmentsDoNotSum.At("instalments", "they sum to {sum}, the premium is {premium}",
			fault.Args{"sum": sum, "premium": cmd.Premium})
	}
	for i, instalment := range cmd.Instalments {
		if i > 0 && instalment.Amount.Cmp(cmd.Instalments[i-1].Amount) > 0 {
			return ErrInstalmentBackLoaded.At(fmt.Sprintf("instalments[%d].amount", i),
				"{amount} is more than {before}",
				fault.Args{"amount": instalment.Amount, "before": cmd.Instalments[i-1].Amount})
		}
	}
	return nil
}

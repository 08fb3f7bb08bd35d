package coinsurance

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/zone"
)

// ProposeAgreement writes down a version of a pool's agreement. It is in force once a second person has accepted it.
type ProposeAgreement struct {
	idempotency.Command

	Pool    string          `json:"pool"`
	Version int             `json:"version"`
	From    calendar.Date   `json:"from"`
	Shares  []Participation `json:"shares"`
	Terms   Terms           `json:"terms"`
}

// ProposeAgreement refuses: access.forbidden, coinsurance.pool_not_found, coinsurance.agreement_invalid,
// coinsurance.shares_not_whole, coinsurance.member_not_found, coinsurance.agreement_overlaps.
func (s *Service) ProposeAgreement(ctx context.Context, cmd ProposeAgreement) (*Agreement, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return nil, err
	}
	if _, err := FindPool(ctx, s.db, cmd.Pool); err != nil {
		return nil, err
	}
	proposal, err := cmd.proposal()
	if err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, cmd.Scope(cmd.Pool, idempotency.OperationOf("coinsurance", cmd), s.clock), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Agreement, error) {
			return proposal, s.propose(ctx, tx, proposal, cmd.By)
		})
}

// propose checks a version against the book, and writes it down.
func (s *Service) propose(ctx context.Context, tx *pg.Tx, proposal *Agreement, by access.Principal) error {
	if err := lockPool(ctx, tx, proposal.Pool); err != nil {
		return err
	}
	if err := knownMembers(ctx, tx, proposal.Members()); err != nil {
		return err
	}
	if err := laterThanAll(ctx, tx, proposal); err != nil {
		return err
	}
	proposal.Proposed = s.clock.Now()
	if err := insertAgreement(ctx, tx, proposal); err != nil {
		return err
	}
	return announceAgreement(ctx, tx, EventAgreementProposed, proposal, by)
}

// proposal checks what can be checked without the book.
func (cmd ProposeAgreement) proposal() (*Agreement, error) {
	terms := cmd.Terms.WithDefaults(cmd.Shares)
	var check fault.Check
	check.Require(cmd.Version > 0, "version", "versions are counted from 1")
	check.Require(!cmd.From.IsZero(), "from", "the first day is needed")
	check.Require(len(cmd.Shares) > 0, "shares", "at least one member is needed")
	named := make(map[string]bool, len(cmd.Shares))
	for i, p := range cmd.Shares {
		path := fmt.Sprintf("shares[%d]", i)
		field.Line(&check, path+".member", p.Member, zone.NameMax)
		check.Require(!named[p.Member], path+".member", "{member} is named twice", fault.Args{"member": p.Member})
		check.Require(p.Capacity == nil || p.Capacity.Sign() > 0, path+".capacity", "the amount must be above zero")
		named[p.Member] = true
	}
	check.Require(named[terms.Leader], "terms.leader", "{member} is not in the share table",
		fault.Args{"member": terms.Leader})
	check.Require(named[terms.Issuer], "terms.issuer", "{member} is not in the share table",
		fault.Args{"member": terms.Issuer})
	check.Require(named[terms.Servicer], "terms.servicer", "{member} is not in the share table",
		fault.Args{"member": terms.Servicer})
	check.Require(terms.SecondLead == "" || named[terms.SecondLead] && terms.SecondLead != terms.Leader,
		"terms.second_lead", "{member} is no follower", fault.Args{"member": terms.SecondLead})
	checkTerms(&check, terms)
	if err := check.Refuse(ErrAgreementInvalid); err != nil {
		return nil, err
	}
	agreement := &Agreement{
		Pool: cmd.Pool, Version: cmd.Version, Starts: cmd.From, State: AgreementProposed,
		Terms: terms, ProposedBy: cmd.By.Subject, SubjectVersion: 1, Participations: cmd.Shares,
	}
	return agreement, agreement.tabulate()
}

func checkTerms(check *fault.Check, terms Terms) {
	field.LineIf(check, "terms.manager", terms.Manager, zone.NameMax)
	oneOf(check, "terms.residue", terms.Residue, ResidueLeader, ResidueLargestRemainder)
	oneOf(check, "terms.collection", terms.Collection, ByLeader, ByEach)
	oneOf(check, "terms.claims", terms.Claims, ByLeader, ByEach)
	oneOf(check, "terms.netting", terms.Netting, NettingNone, NettingBilateral, NettingMultilateral)
	oneOf(check, "terms.evidence", terms.Evidence, EvidenceUnchecked, EvidenceRequired)
	oneOf(check, "terms.currency", terms.Currency, money.CNY.Code()) // the only one that amounts are read in today
	oneOf(check, "terms.vat_invoice", terms.VATInvoice, InvoiceByEach, InvoiceByIssuer)
	CheckRate(check, "terms.issuing_fee", terms.IssuingFee, RateMax)
	CheckRate(check, "terms.fee_vat", terms.FeeVAT, VATMax)
	CheckRate(check, "terms.management_fee", terms.ManagementFee, RateMax)
	CheckRate(check, "terms.late_interest", terms.LateInterest, RateMax)
	for path, days := range map[string]int{
		"terms.pay_days": terms.PayDays, "terms.reimburse_days": terms.ReimburseDays,
		"terms.cash_call_days": terms.CashCallDays, "terms.notice_days": terms.NoticeDays,
		"terms.survey_days": terms.SurveyDays, "terms.consent_days": terms.ConsentDays,
		"terms.answer_days": terms.AnswerDays, "terms.statement_days": terms.StatementDays,
		"terms.query_days": terms.QueryDays,
	} {
		check.Require(days > 0 && days <= 366, path, "a term has 1 to 366 days")
	}
}

// oneOf wants of an option that it is one of those there are.
func oneOf[Option ~string](check *fault.Check, path string, chosen Option, allowed ...Option) {
	check.Require(slices.Contains(allowed, chosen), path, "{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(string(chosen)), "allowed": allowed})
}

var (
	lockedPool    = pg.SQL[poolCode](files, "LockPool")
	newestVersion = pg.SQL[poolKey](files, "NewestVersion")
)

// lockPool makes changes to one pool's agreements wait for each other.
func lockPool(ctx context.Context, tx *pg.Tx, pool string) error {
	return lockedPool.With(poolCode{pool}).Row(ctx, tx, new(string))
}

func knownMembers(ctx context.Context, tx *pg.Tx, codes []string) error {
	known, err := zone.MembersByCode(ctx, tx, codes)
	if err != nil {
		return err
	}
	for i, code := range codes {
		if _, ok := known[code]; !ok {
			return zone.ErrMemberNotFound.At(fmt.Sprintf("shares[%d].member", i), "{member} is not registered",
				fault.Args{"member": code})
		}
	}
	return nil
}

// laterThanAll holds the rule that a version starts later than every version before it, so that a day has one table.
func laterThanAll(ctx context.Context, tx *pg.Tx, proposal *Agreement) error {
	var version int
	var starts calendar.Date
	err := newestVersion.With(poolKey{proposal.Pool}).Row(ctx, tx, &version, &starts)
	if err != nil {
		return err
	}
	if proposal.Version <= version || (!starts.IsZero() && !proposal.Starts.After(starts)) {
		return ErrAgreementOverlaps.Case(fault.Args{
			"version": proposal.Version, "from": proposal.Starts, "newest": version, "newest_from": starts,
		})
	}
	return nil
}

// insertAgreement sends the version at once: an import reads it before it adds the next.
func insertAgreement(ctx context.Context, tx *pg.Tx, agreement *Agreement) error {
	pg.Insert(tx, agreement)
	for i, p := range agreement.Participations {
		pg.Insert(tx, &participation{
			Pool: agreement.Pool, Version: agreement.Version, Sequence: i, Participation: p,
		})
	}
	return tx.Flush(ctx)
}

func announceAgreement(ctx context.Context, tx *pg.Tx, kind string, agreement *Agreement, by access.Principal) error {
	recorded := agreement.Proposed
	if agreement.Accepted != nil {
		recorded = *agreement.Accepted
	}
	return outbox.Append(ctx, tx, fact.Fact{
		ID: fact.NewID(recorded), Pool: agreement.Pool, Type: kind,
		Subject:        fmt.Sprintf("agreement/%s/%d", agreement.Pool, agreement.Version),
		SubjectVersion: agreement.SubjectVersion,
		Effective:      agreement.Starts, Recorded: recorded, By: by, Audience: fact.Everyone,
		AgreementVersion: agreement.Version,
		Data: AgreementTerms{
			Version: agreement.Version, From: agreement.Starts, State: agreement.State,
			Terms: agreement.Terms, Shares: agreement.Participations,
		},
	})
}

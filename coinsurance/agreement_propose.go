package coinsurance

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
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

// ProposeAgreement refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.agreement_invalid,
// coinsurance.shares_not_whole, coinsurance.member_not_found, coinsurance.agreement_overlaps.
func (s *Service) ProposeAgreement(ctx context.Context, cmd ProposeAgreement) (*Agreement, error) {
	return change(ctx, s, cmd, loadProposal, proposeAgreement)
}

func (cmd ProposeAgreement) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func (cmd ProposeAgreement) home() string { return cmd.Pool }

// proposalFacts are what a proposal needs to know of the pool.
type proposalFacts struct {
	pool    string                 // its code; "" when there is none
	members map[string]zone.Member // those of the share table that are registered
	version int                    // the newest of the pool's agreement; 0 when there is none
	starts  calendar.Date          // the latest first day of a version
}

// loadProposal looks nobody up whose name has faults: the decision refuses them.
func loadProposal(ctx context.Context, tx *pg.Tx, cmd ProposeAgreement) (known proposalFacts, err error) {
	var reads pg.Reads
	var codes []string
	if proposal, err := cmd.proposal(); err == nil {
		codes = proposal.Members()
	}
	lockPoolIn(&reads, cmd.Pool, &known.pool)
	newestVersion.With(poolKey{cmd.Pool}).In(&reads, &known.version, &known.starts)
	members := zone.MembersByCodeIn(&reads, codes)
	if err := reads.Run(ctx, tx); err != nil {
		return known, err
	}
	known.members = members()
	return known, nil
}

func proposeAgreement(known proposalFacts, cmd ProposeAgreement, now time.Time) (decision[Agreement], error) {
	proposal, err := known.proposal(cmd)
	if err == nil {
		err = known.follows(proposal)
	}
	if err != nil {
		return decision[Agreement]{}, err
	}
	proposal.Proposed = now
	return decision[Agreement]{
		after: proposal, write: writeProposal, fact: agreementFact(EventAgreementProposed, proposal, now, cmd.By),
	}, nil
}

// proposal is the version that is proposed for a pool that there is, checked by itself.
func (k *proposalFacts) proposal(cmd ProposeAgreement) (*Agreement, error) {
	if k.pool == "" {
		return nil, ErrPoolNotFound.Case(fault.Args{"pool": cmd.Pool})
	}
	return cmd.proposal()
}

// follows refuses a version with a stranger, and one that does not start later than every version before it: a day has
// one share table.
func (k *proposalFacts) follows(proposal *Agreement) error {
	for i, code := range proposal.Members() {
		if _, registered := k.members[code]; !registered {
			return zone.ErrMemberNotFound.At(fmt.Sprintf("shares[%d].member", i), "{member} is not registered",
				fault.Args{"member": code})
		}
	}
	if proposal.Version <= k.version || (!k.starts.IsZero() && !proposal.Starts.After(k.starts)) {
		return ErrAgreementOverlaps.Case(fault.Args{
			"version": proposal.Version, "from": proposal.Starts, "newest": k.version, "newest_from": k.starts,
		})
	}
	return nil
}

// writeProposal sends the version at once: an import reads it before it adds the next.
func writeProposal(ctx context.Context, tx *pg.Tx, agreement *Agreement) error {
	pg.Insert(tx, agreement)
	for i, p := range agreement.Participations {
		pg.Insert(tx, &participation{
			Pool: agreement.Pool, Version: agreement.Version, Sequence: i, Participation: p,
		})
	}
	return tx.Flush(ctx)
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
	oneOf(check, "terms.silence", terms.Silence, SilenceNone, SilenceConfirms)
	oneOf(check, "terms.ring_fence", terms.RingFence, FenceNone, FenceLine, FenceYear, FenceLineYear)
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
	lockPool      = pg.SQL[poolCode](files, "LockPool")
	newestVersion = pg.SQL[poolKey](files, "NewestVersion")
)

// lockPoolIn makes changes to one pool's agreements wait for each other. The code stays empty when there is no such
// pool.
func lockPoolIn(reads *pg.Reads, pool string, code *string) {
	lockPool.With(poolCode{pool}).In(reads, code)
}

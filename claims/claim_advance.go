package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// AdvanceClaim records a payment before approval 预付赔款 (Insurance Law of the PRC, art. 25).
type AdvanceClaim struct {
	Command

	Indemnity money.Amount `json:"indemnity"`
	Payee     Payee        `json:"payee"`
}

// AdvanceClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.claim_closed, claims.amount_not_positive, claims.evidence_missing,
// claims.exceeds_payable (with what was paid before it; without an assessment), claims.second_lead_missing, and what
// the gate on money refuses: an advance is held to what an approval of all that is paid would be. Once an approval was
// recorded, also before a reopening, an advance is a payment, and refuses what PayClaim does.
func (s *Service) AdvanceClaim(ctx context.Context, cmd AdvanceClaim) (*Claim, error) {
	cmd.Payee = cmd.Payee.orInsured()
	return s.change(ctx, cmd)
}

func (cmd AdvanceClaim) check() error {
	var check fault.Check
	cmd.Payee.check(&check)
	check.Require(!cmd.Indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	return check.Refuse(ErrClaimInvalid)
}

func (cmd AdvanceClaim) may(l *lockedClaim) error { return mayPay(cmd.By, l) }

func (cmd AdvanceClaim) load(reads *pg.Reads, l *lockedClaim) {
	if l.before.ApprovedOn.IsZero() {
		l.evidenceIn(reads)
		l.usedIn(reads, l.before.Calculated)
		l.gateIn(reads, cmd.By)
	}
}

func (cmd AdvanceClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	if cmd.Indemnity.IsZero() {
		return ErrAmountNotPositive.At("indemnity", "nothing would be paid")
	}
	if !after.ApprovedOn.IsZero() {
		return PayClaim{Command: cmd.Command, Indemnity: cmd.Indemnity, Payee: cmd.Payee}.pay(o, EventClaimAdvanced)
	}
	if err := o.checkEvidence(); err != nil {
		return err
	}
	after.PaidIndemnity = after.PaidIndemnity.Add(cmd.Indemnity)
	most, err := o.payable()
	if err != nil {
		return err
	}
	if err := allows(most, after.PaidIndemnity); err != nil {
		return err
	}
	if err := o.checkSecondLead(); err != nil {
		return err
	}
	if err := o.passDecided(authority.AdvanceClaim); err != nil {
		return err
	}
	after.Payable = &most.Loss // what is above (rescue, ex gratia) takes nothing of the limit
	o.say(EventClaimAdvanced, o.recordPayment(&Payment{
		Indemnity: cmd.Indemnity, Advance: true, PayeeKind: cmd.Payee.Kind, Payee: cmd.Payee.Name,
	}))
	return nil
}

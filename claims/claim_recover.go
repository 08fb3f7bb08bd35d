package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// RecoverClaim records cash taken in from third parties 追偿 or for salvage 残值; a negative amount is given back.
type RecoverClaim struct {
	Command

	Recovery money.Amount `json:"recovery"`
	Salvage  money.Amount `json:"salvage"`
}

// RecoverClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.amount_not_positive (neither recovery nor salvage), claims.recovery_negative, what
// the gate on money refuses (where something is given back), claims.recovery_exceeds_paid.
func (s *Service) RecoverClaim(ctx context.Context, cmd RecoverClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd RecoverClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	if cmd.Recovery.IsZero() && cmd.Salvage.IsZero() {
		return ErrAmountNotPositive.At("recovery", "an amount of recovery or salvage is needed")
	}
	after.Recovery, after.Salvage = after.Recovery.Add(cmd.Recovery), after.Salvage.Add(cmd.Salvage)
	if after.Recovery.IsNegative() || after.Salvage.IsNegative() {
		return ErrRecoveryNegative.Case(fault.Args{"recovery": after.Recovery, "salvage": after.Salvage})
	}
	if err := cmd.gate(o); err != nil {
		return err
	}
	o.say(EventClaimRecovered, recoveredDetail{Recovery: cmd.Recovery, Salvage: cmd.Salvage})
	return nil
}

func (cmd RecoverClaim) may(l *lockedClaim) error { return mayPay(cmd.By, l) }

func (cmd RecoverClaim) load(reads *pg.Reads, l *lockedClaim) {
	if cmd.givesBack() {
		l.gateIn(reads, cmd.By)
	}
}

func (cmd RecoverClaim) givesBack() bool {
	return cmd.Recovery.IsNegative() || cmd.Salvage.IsNegative()
}

// gate lets in what comes in. What is given back is held to a limit as all that had come in is, so that many small
// parts come to no more than one.
func (cmd RecoverClaim) gate(o *Outcome) error {
	if !cmd.givesBack() {
		o.pass = authority.RecoverClaim.Pass()
		return nil
	}
	return o.passMoved(authority.GiveBackRecovery, o.before.Recovery.Add(o.before.Salvage))
}

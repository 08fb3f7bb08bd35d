package claims

import (
	"context"

	"gongbao/claims/cashcall"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/internal/fault"
)

// CallCash calls the other members for their portions of what is approved and not yet paid 现金摊赔通知. The first call goes
// out by itself when the approved indemnity reaches the agreement's threshold; this is for all further ones.
type CallCash struct{ Command }

// CallCash refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.no_cash_call (every member pays its own; nothing is left to be called for).
func (s *Service) CallCash(ctx context.Context, cmd CallCash) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (CallCash) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	if o.agreement.Claims == coinsurance.ByEach {
		return ErrNoCashCall.Case(fault.Args{"pool": o.agreement.Pool, "version": o.agreement.Version})
	}
	amounts := o.callable()
	if len(amounts) == 0 {
		return ErrNoCashCall.Case(fault.Args{
			"indemnity": o.after.ApprovedIndemnity, "expense": o.after.ApprovedExpense,
		})
	}
	o.concerned = o.send(notice.Notice{Kind: notice.CashCall}, amounts)
	o.say(cashcall.EventRaised, notice.Detail{Notice: o.after.Notices, Kind: notice.CashCall})
	return nil
}

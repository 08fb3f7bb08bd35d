package scenario

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// isExpectation tells the expectations from everything else.
func isExpectation(s Statement) bool { return strings.HasPrefix(s.Verb(), "expect ") }

// expect compares. What is expected of something that is not there fails, whatever it is.
func (p *Player) expect(ctx context.Context, s Statement) (*compared, error) {
	if unknown, err := p.unknown(ctx, s); unknown != "" || err != nil {
		return &compared{wanted: unknown, got: "none of that name"}, err
	}
	switch s := s.(type) {
	case ExpectPortion:
		return p.expectPortion(ctx, s)
	case ExpectOwes:
		question := ledger.BalanceQuery{Pool: s.Pool, Effective: s.Effective, Known: endOf(s.Known)}
		answer, err := ledger.Owes(ctx, p.db, s.Debtor, s.Creditor, question)
		return equal(s.Amount, answer.Balance), err
	case ExpectBalance:
		answer, err := ledger.BalanceOf(ctx, p.db, ledger.BalanceQuery{
			Book: s.Member, Account: ledger.Account(
				s.Account,
			), Pool: s.Pool, Policy: p.optional(s.Policy), Claim: p.optional(s.Claim),
			Counterparty: s.With, Effective: s.Effective, Known: endOf(s.Known),
		})
		return equal(s.Amount, answer.Balance), err
	case ExpectState:
		if p.isClaim(s.Subject) {
			claim, err := p.findClaim(ctx, s.Subject)
			if err != nil {
				return nil, err
			}
			return &compared{wanted: s.State, got: string(claim.Status)}, nil
		}
		policy, err := insurance.FindPolicy(ctx, p.of(p.number(s.Subject)), p.number(s.Subject))
		if err != nil {
			return nil, err
		}
		return &compared{wanted: s.State, got: string(policy.StateOn(calendar.DateOf(p.clock.Now())))}, nil
	case ExpectClock:
		return p.expectClock(ctx, s)
	case ExpectSubsidy:
		return p.expectSubsidy(ctx, s)
	case ExpectEvent:
		return p.expectEvent(ctx, s)
	case ExpectVerified:
		return p.verified(ctx)
	default:
		return p.expectSettlement(ctx, s)
	}
}

// optional is a policy's number, or "" when none was named.
func (p *Player) optional(name string) string {
	if name == "" {
		return ""
	}
	return p.number(name)
}

// endOf is the last moment of a day, the zero time for none.
func endOf(day calendar.Date) time.Time {
	if day.IsZero() {
		return time.Time{}
	}
	return day.AddDays(1).Start().Add(-time.Microsecond)
}

var policyStreams = map[string]ledger.Stream{
	"net_premium": ledger.NetPremium, "vat": ledger.VAT, "net_received": ledger.NetReceived,
	"vat_received": ledger.VATReceived, "issuing_fee": ledger.IssuingFee, "commission": ledger.Commission,
	"subsidy": ledger.Subsidy,
}

func (p *Player) expectPortion(ctx context.Context, s ExpectPortion) (*compared, error) {
	if _, ofClaim := claimStreams[s.Stream]; ofClaim {
		return p.expectClaimPortion(ctx, s)
	}
	stream, known := policyStreams[s.Stream]
	if !known {
		return nil, errUnknown(s)
	}
	number := p.number(s.Subject)
	if _, err := insurance.FindPolicy(ctx, p.of(number), number); err != nil {
		return nil, err
	}
	portion, err := coinsurance.PortionAt(ctx, p.of(number), insurance.PoolOf(number), number, stream, s.Member)
	return equal(s.Amount, portion), err
}

func (p *Player) expectEvent(ctx context.Context, s ExpectEvent) (*compared, error) {
	subject := ""
	if s.Subject != "" {
		subject = p.subject(s.Subject)
	}
	total := 0
	for _, part := range pg.Parts(p.db, "") {
		var count int
		err := pg.Row(ctx, part, `SELECT count(*) FROM event WHERE type = $1 AND ($2 = '' OR subject = $2)`,
			[]any{s.Type, subject}, &count)
		if err != nil {
			return nil, err
		}
		total += count
	}
	return &compared{wanted: strconv.Itoa(s.Count), got: strconv.Itoa(total)}, nil
}

func (p *Player) verified(ctx context.Context) (*compared, error) {
	checks := slices.Concat(insurance.Checks(), claims.Checks(), settlement.Checks())
	report, err := ledger.Verify(ctx, p.db, ledger.VerifyOptions{Checks: checks})
	if err != nil {
		return nil, err
	}
	got := "verified"
	if len(report.Findings) > 0 {
		got = report.Findings[0].String()
	}
	return &compared{wanted: "verified", got: got}, nil
}

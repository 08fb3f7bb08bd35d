package crash

import (
	"context"

	"gongbao/claims"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// claim takes a loss before the cancellation from first notice to closing, or leaves it open for the scheduler.
func (s *stream) claim(ctx context.Context, policy string, by access.Principal, left bool) error {
	on := func(step string) claims.Command {
		return claims.Command{
			Command: idempotency.Command{By: by, IdempotencyKey: step + policy},
			Claim:   policy + "-C",
		}
	}
	some, more := money.MustAmount("12345.67"), money.MustAmount("20000.01")
	commands := []func(context.Context) (*claims.Claim, error){
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.OpenClaim(ctx, claims.OpenClaim{
				Command: idempotency.Command{By: by, IdempotencyKey: "6-" + policy},
				Policy:  policy, Number: policy + "-C", LossDay: calendar.MustDate("2026-03-01"),
				DocumentsCompleteOn: calendar.MustDate("2026-03-01"), // so that its clocks are over as soon as they start
			})
		},
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.ReserveClaim(ctx, claims.ReserveClaim{Command: on("7-"), Indemnity: &more, Expense: &some})
		},
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.AssessClaim(ctx, claims.AssessClaim{Command: on("8-"), Loss: &more})
		},
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.ApproveClaim(ctx, claims.ApproveClaim{Command: on("9-"), Indemnity: &some})
		},
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.PayClaim(ctx, claims.PayClaim{Command: on("10-"), Indemnity: some})
		},
		func(ctx context.Context) (*claims.Claim, error) {
			return s.Claims.CloseClaim(ctx, claims.CloseClaim{Command: on("11-")})
		},
	}
	if left {
		commands = commands[:3]
	}
	for _, command := range commands {
		claim, err := insist(ctx, s, command)
		if err != nil {
			return err
		}
		s.said.say(wordAcknowledged, claim.Subject(), claim.Version)
		if err := rest(ctx, breath); err != nil {
			return err
		}
	}
	return nil
}

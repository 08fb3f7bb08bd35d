package settlement

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/pg"
)

// TakeStatus writes down what a bank says of a payment file (pain.002): accepted or rejected. That money moved is said
// by entries of accounts alone, so nothing is posted. A rejected order is open for another attempt.
type TakeStatus struct {
	idempotency.Command

	Pool   string           `json:"pool"`
	Number int              `json:"number"`
	Report *iso20022.Report `json:"report"`
}

// StatusTaken is what changed.
type StatusTaken struct{ Accepted, Rejected int }

// TakeStatus refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.file_not_found (also one
// that nobody has released, or that the caller may not see).
func (s *Service) TakeStatus(ctx context.Context, cmd TakeStatus) (StatusTaken, error) {
	return change(ctx, s, cmd, loadStatus, decideStatus, nil)
}

func (cmd TakeStatus) home() string { return cmd.Pool }

func (cmd TakeStatus) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager, access.Member)
}

func loadStatus(ctx context.Context, tx *pg.Tx, cmd TakeStatus) (*payable, error) {
	return loadPayments(ctx, tx, cmd.Pool, nil, cmd.Number)
}

func decideStatus(known *payable, cmd TakeStatus, now time.Time) (decided decision[StatusTaken], err error) {
	if known.file == nil || known.file.State != FileReleased || !known.file.seenBy(cmd.By) {
		return decided, noFile(cmd.Pool, cmd.Number)
	}
	var attempts []Attempt
	var orders []*PaymentOrder
	for _, attempt := range known.attempts {
		order := known.order(attempt.Order)
		status := cmd.Report.Of(attempt.Payment, endToEnd(attempt.Order, attempt.Attempt))
		// Of an order that is paid, or tried again, an older word is late.
		if order == nil || order.Attempt != attempt.Attempt || !order.Executed.IsZero() {
			continue
		}
		after := order.next(clock.Later(now, *known.file.Released))
		kind := ""
		switch outcome := status.Outcome(); {
		case outcome == iso20022.Accepted && attempt.State == AttemptReleased:
			kind, after.State, attempt.State = EventOrderAccepted, OrderAccepted, AttemptAccepted
			decided.answer.Accepted++
		case outcome == iso20022.Rejected && (attempt.State == AttemptReleased || attempt.State == AttemptAccepted):
			kind, after.State, attempt.State = EventOrderRejected, OrderOpen, AttemptRejected
			after.Attempt++
			decided.answer.Rejected++
		default:
			continue
		}
		attempt.Reason = reasonOf(status)
		attempts, orders = append(attempts, attempt), append(orders, after)
		decided.facts = append(decided.facts, attemptFact(kind, after, &attempt, cmd.By))
	}
	decided.write = func(tx *pg.Tx) {
		for i := range attempts {
			pg.Update(tx, &attempts[i], attemptState)
			pg.Update(tx, orders[i], orderMovement)
		}
	}
	return decided, nil
}

// reasonOf is what a bank says beside its word.
func reasonOf(status iso20022.Status) string {
	var texts []string
	for _, reason := range status.Reasons {
		texts = append(texts, strings.TrimSpace(reason.Code+" "+reason.Text))
	}
	return strings.Join(texts, "; ")
}

var messageForm = regexp.MustCompile(`^G([0-9]+)-F([0-9]{1,9})$`)

// takeStatus finds the file that a report speaks of, and takes it.
func (s *Service) takeStatus(
	ctx context.Context, by access.Principal, status *iso20022.Report, report *BankReport,
) error {
	unknown := ErrFileNotFound.Case(fault.Args{"message": strconv.Quote(status.File)})
	parts := messageForm.FindStringSubmatch(status.File)
	if parts == nil {
		return unknown
	}
	pools, err := coinsurance.Pools(ctx, s.db.Of(pg.Zone))
	if err != nil {
		return err
	}
	for _, pool := range pools {
		if strconv.Itoa(int(pool.Ordinal)) != parts[1] {
			continue
		}
		number, _ := strconv.Atoi(parts[2])
		taken, err := s.TakeStatus(ctx, TakeStatus{
			Command: idempotency.By(by), Pool: pool.Code, Number: number, Report: status,
		})
		report.Accepted, report.Rejected = taken.Accepted, taken.Rejected
		return err
	}
	return unknown
}

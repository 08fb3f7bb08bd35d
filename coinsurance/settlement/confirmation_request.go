package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// RequestConfirmation asks for a confirmation of balances between two members. Without an instant it is as the book
// says it now: while that has not changed, the confirmation that was asked for last is the answer, so that who asks
// twice gets one paper.
type RequestConfirmation struct {
	idempotency.Command

	Pool     string        `json:"pool"`
	Debtor   string        `json:"debtor"`
	Creditor string        `json:"creditor"`
	Day      calendar.Date `json:"day"`
	Known    time.Time     `json:"known"` // now when left out
}

// RequestConfirmation refuses, in this order: access.forbidden (neither of the two, nor the pool manager),
// coinsurance.pool_not_found, coinsurance.member_not_found, coinsurance.paper_invalid (one member, no day, a day or
// an instant that lies ahead).
func (s *Service) RequestConfirmation(ctx context.Context, cmd RequestConfirmation) (*BalanceConfirmation, error) {
	return change(ctx, s, cmd, loadBalances, decideBalances, nil)
}

func (cmd RequestConfirmation) home() string { return cmd.Pool }

func (cmd RequestConfirmation) admit() error {
	if cmd.By.Kind == access.Manager {
		return cmd.By.RequireKind(access.Settlement, access.Manager)
	}
	return cmd.By.RequireMember(access.Settlement, cmd.Debtor, cmd.Creditor)
}

// confirming is what a request for a confirmation of balances needs to know.
type confirming struct {
	period  ledger.Period
	members map[string]zone.Member
	asked   []BalanceConfirmation // as of the day, the latest instant first
	moved   bool                  // the book has something that the latest does not
}

func (c *confirming) book() ledger.Period { return c.period }

type subjectKey struct{ Pool, Subject string }

var (
	bookedSinceConfirmation = pg.SQL[betweenOnDay](files, "BookedSinceConfirmation")
	confirmationsDue        = pg.Select[PaperDue, pg.None](files, "ConfirmationsDue")
	lastVersion             = pg.SQL[subjectKey](files, "LastVersion")
)

// loadBalances locks the pool's head of settlement, so that who asks the same at once gets the same.
func loadBalances(ctx context.Context, tx *pg.Tx, cmd RequestConfirmation) (*confirming, error) {
	known := new(confirming)
	var reads pg.Reads
	var head string
	ledger.LockPeriodIn(&reads, cmd.Pool, &known.period)
	lockHead.With(ofPool{cmd.Pool}).In(&reads, &head)
	key := betweenOnDay{cmd.Pool, cmd.Debtor, cmd.Creditor, cmd.Day}
	pg.ListIn(&reads, confirmationsOfDay.With(key), &known.asked)
	bookedSinceConfirmation.With(key).In(&reads, &known.moved)
	err := reads.Run(ctx, tx)
	if err == nil {
		known.members, err = zone.MembersByCode(ctx, tx, []string{cmd.Debtor, cmd.Creditor})
	}
	return known, err
}

func decideBalances(
	known *confirming, cmd RequestConfirmation, now time.Time,
) (decided decision[*BalanceConfirmation], err error) {
	for _, code := range []string{cmd.Debtor, cmd.Creditor} {
		if _, there := known.members[code]; !there {
			return decided, zone.ErrMemberNotFound.Case(fault.Args{"member": code})
		}
	}
	var check fault.Check
	check.Require(cmd.Debtor != cmd.Creditor, "creditor", "another member is needed")
	check.Require(!cmd.Day.IsZero(), "day", "is needed")
	check.Require(!cmd.Day.After(calendar.DateOf(now)), "day", "the day lies ahead")
	check.Require(!cmd.Known.After(now), "known", "the instant lies ahead")
	if err := check.Refuse(ErrPaperInvalid); err != nil {
		return decided, err
	}
	asked := &BalanceConfirmation{
		Pool: cmd.Pool, Debtor: cmd.Debtor, Creditor: cmd.Creditor, Day: cmd.Day, Known: cmd.Known.Truncate(clock.Precision),
		Requested: now, RequestedBy: cmd.By.Subject,
	}
	for i := range known.asked {
		if before := &known.asked[i]; before.Known.Equal(asked.Known) || cmd.Known.IsZero() && !known.moved {
			decided.answer = before
			return decided, nil
		}
	}
	if cmd.Known.IsZero() {
		asked.Known = now
	}
	decided.answer = asked
	decided.facts = facts(requestedFact(asked, cmd.By))
	decided.write = func(tx *pg.Tx) {
		pg.Insert(tx, asked)
		pg.Insert(tx, asked.Due())
	}
	return decided, nil
}

// AnnounceConfirmations announces what was asked for before that was announced, in the one database of the service. It
// gives their number, and may be repeated.
func (s *Service) AnnounceConfirmations(ctx context.Context, by access.Principal) (done int, err error) {
	due, err := pg.Listed[PaperDue](ctx, s.db, confirmationsDue.With(pg.None{}))
	if err != nil {
		return 0, err
	}
	for i := range due {
		asked, err := due[i].Confirmation()
		if err != nil {
			return done, err
		}
		err = pg.InTx(ctx, s.db, func(ctx context.Context, tx *pg.Tx) error {
			version, err := LastVersion(ctx, tx, due[i].Pool, due[i].Subject())
			if err != nil || version > 0 || !asked.Known.Equal(asked.Known.Truncate(clock.Precision)) { // no row has it
				return err
			}
			announced := requestedFact(asked, by)
			announced.Recorded = clock.Later(s.clock.Now(), asked.Requested)
			announced.Effective = calendar.DateOf(announced.Recorded)
			done++
			return announce(ctx, tx, announced)
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// LastVersion is that of a subject's last event; 0 when there is none.
func LastVersion(ctx context.Context, tx *pg.Tx, pool, subject string) (version int64, err error) {
	err = lastVersion.With(subjectKey{pool, subject}).Row(ctx, tx, &version)
	return version, err
}

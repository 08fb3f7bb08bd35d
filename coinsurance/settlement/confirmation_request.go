package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// BalanceConfirmation is what was asked of two members' balances 询证: what the debtor's book says that counts by a day
// and was recorded by an instant. There is one paper of each.
type BalanceConfirmation struct {
	bun.BaseModel `bun:"table:balance_confirmation"`

	Pool        string        `bun:"pool,pk"     json:"pool"`
	Debtor      string        `bun:"debtor,pk"   json:"debtor"`   // whose book is read
	Creditor    string        `bun:"creditor,pk" json:"creditor"` // who confirms
	Day         calendar.Date `bun:"day,pk"      json:"day"`
	Known       time.Time     `bun:"known,pk"    json:"known"`
	Requested   time.Time     `bun:"recorded"    json:"requested"`
	RequestedBy string        `bun:"actor"       json:"requested_by"`
}

// Reference is what its paper is kept by.
func (c *BalanceConfirmation) Reference() string {
	return fmt.Sprintf("%s/%s/%s", c.Creditor, c.Day, c.Known.UTC().Format(time.RFC3339Nano))
}

// Confirmation is what a paper that is due confirms.
func (d *PaperDue) Confirmation() (*BalanceConfirmation, error) {
	c := &BalanceConfirmation{Pool: d.Pool, Debtor: d.Member, Requested: d.Recorded, RequestedBy: d.Actor}
	rest, known, _ := cutLast(d.Reference)
	creditor, day, _ := cutLast(rest)
	c.Creditor = creditor
	var err error
	if c.Day, err = calendar.ParseDate(day); err != nil {
		return nil, fmt.Errorf("read the reference %q: %w", d.Reference, err)
	}
	if c.Known, err = time.Parse(time.RFC3339Nano, known); err != nil {
		return nil, fmt.Errorf("read the reference %q: %w", d.Reference, err)
	}
	return c, nil
}

// cutLast parts a reference at its last stroke.
func cutLast(reference string) (before, after string, found bool) {
	at := strings.LastIndexByte(reference, '/')
	if at < 0 {
		return reference, "", false
	}
	return reference[:at], reference[at+1:], true
}

// Due is its paper.
func (c *BalanceConfirmation) Due() *PaperDue {
	return &PaperDue{
		Pool: c.Pool, Kind: ConfirmationPaper, Reference: c.Reference(), Member: c.Debtor, Recorded: c.Requested,
		Actor: c.RequestedBy,
	}
}

// RequestConfirmation asks for a confirmation of balances between two members. Without an instant it is as the book
// says it now: while that has not changed, the confirmation that was asked for last is the answer, so that who asks
// twice gets one paper.
type RequestConfirmation struct {
	idempotency.Command

	Pool     string        `json:"pool"`
	Debtor   string        `json:"debtor"`
	Creditor string        `json:"creditor"`
	Day      calendar.Date `json:"day"`   // today when left out
	Known    time.Time     `json:"known"` // now when left out
}

// RequestConfirmation refuses, in this order: access.forbidden (neither of the two, nor the pool manager),
// coinsurance.pool_not_found, coinsurance.member_not_found, coinsurance.paper_invalid (one member, a day or an instant
// that lies ahead).
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

type betweenOnDay struct {
	Pool, Debtor, Creditor string
	Day                    calendar.Date
}

var (
	confirmationsOfDay      = pg.Select[BalanceConfirmation, betweenOnDay](files, "ConfirmationsOfDay")
	bookedSinceConfirmation = pg.SQL[betweenOnDay](files, "BookedSinceConfirmation")
	confirmationsOfPool     = pg.Select[BalanceConfirmation, ofPool](files, "ConfirmationsOfPool")
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
	check.Require(!cmd.Day.IsZero() && !cmd.Day.After(calendar.DateOf(now)), "day", "is needed, and may not lie ahead")
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

// ConfirmationData is the data of coinsurance.balance_confirmation_requested.
type ConfirmationData struct {
	Debtor   string        `json:"debtor"`
	Creditor string        `json:"creditor"`
	Day      calendar.Date `json:"day"`
	Known    time.Time     `json:"known"`
	// RequestedBy is who asked, and Requested when: before this was announced, earlier than the event.
	Requested   time.Time `json:"requested"`
	RequestedBy string    `json:"requested_by"`
}

// Data is what is announced of it.
func (c *BalanceConfirmation) Data() ConfirmationData {
	return ConfirmationData{c.Debtor, c.Creditor, c.Day, c.Known, c.Requested, c.RequestedBy}
}

// requestedFact tells both members what was asked of them: the first that is said of its paper.
func requestedFact(asked *BalanceConfirmation, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: asked.Pool, Type: EventConfirmationRequested, Subject: asked.Due().Subject(), SubjectVersion: 1,
		Effective: calendar.DateOf(asked.Requested), Recorded: asked.Requested, By: by, Audience: fact.Sections,
		Data: asked.Data(), Sections: private(asked.Debtor, asked.Creditor),
	}
}

// ConfirmationsOf lists what was asked of two members' balances as of a day, the latest instant first.
func ConfirmationsOf(
	ctx context.Context, handle bun.IDB, pool, debtor, creditor string, day calendar.Date,
) ([]BalanceConfirmation, error) {
	return pg.Listed[BalanceConfirmation](ctx, handle,
		confirmationsOfDay.With(betweenOnDay{pool, debtor, creditor, day}))
}

// Confirmations lists what was asked of balances in a pool.
func Confirmations(ctx context.Context, handle bun.IDB, pool string) ([]BalanceConfirmation, error) {
	return pg.Listed[BalanceConfirmation](ctx, handle, confirmationsOfPool.With(ofPool{pool}))
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

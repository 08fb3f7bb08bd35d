package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
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
	rest, known := cutLast(d.Reference)
	creditor, day := cutLast(rest)
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
func cutLast(reference string) (before, after string) {
	at := strings.LastIndexByte(reference, '/')
	if at < 0 {
		return reference, ""
	}
	return reference[:at], reference[at+1:]
}

// Due is its paper.
func (c *BalanceConfirmation) Due() *PaperDue {
	return &PaperDue{
		Pool: c.Pool, Kind: ConfirmationPaper, Reference: c.Reference(), Member: c.Debtor, Recorded: c.Requested,
		Actor: c.RequestedBy,
	}
}

type betweenOnDay struct {
	Pool, Debtor, Creditor string
	Day                    calendar.Date
}

var (
	confirmationsOfDay  = pg.Select[BalanceConfirmation, betweenOnDay](files, "ConfirmationsOfDay")
	confirmationsOfPool = pg.Select[BalanceConfirmation, ofPool](files, "ConfirmationsOfPool")
)

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

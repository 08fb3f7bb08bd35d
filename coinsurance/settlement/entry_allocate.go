package settlement

import (
	"context"
	"errors"
	"regexp"
	"strconv"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

var (
	orderIDForm   = regexp.MustCompile(`\bG([0-9]+)-([0-9]+)-([0-9]+)(?:-([0-9]+))?\b`)
	paymentIDForm = regexp.MustCompile(`^G([0-9]+)-F([0-9]+)-[0-9]+$`)
)

// target is an order that an entry names.
type target struct {
	pool, order string
	attempt     int
}

// named is the order of which a text has the id.
func named(text string, pools []coinsurance.Pool) (target, bool) {
	parts := orderIDForm.FindStringSubmatch(text)
	if parts == nil {
		return target{}, false
	}
	attempt, _ := strconv.Atoi(parts[4])
	for _, pool := range pools {
		if strconv.Itoa(int(pool.Ordinal)) == parts[1] {
			return target{pool.Code, "G" + parts[1] + "-" + parts[2] + "-" + parts[3], attempt}, true
		}
	}
	return target{}, false
}

// Arguments of the statements.
type (
	entriesNaming struct {
		Accounts []string
		Most     int

		AwayAccounts, AwayKeys []string // see elsewhere
		AwayAmounts            []int64

		After                  bool // the entry that ended the page before
		AfterDay               calendar.Date
		AfterReturned          bool
		AfterAccount, AfterKey string
	}
	entriesCounted struct {
		Accounts []string

		AwayAccounts, AwayKeys []string
		AwayAmounts            []int64
	}
)

var (
	namingEntries = pg.Select[BankEntry, entriesNaming](files, "EntriesNaming")
	openCount     = pg.SQL[entriesCounted](files, "OpenEntries")
)

// allocate allocates what is open on accounts to the orders that it names, each by itself: what is refused stays open
// for a person.
func (s *Service) allocate(ctx context.Context, by access.Principal, accounts []string, report *BankReport) error {
	home := s.db.Of(pg.Zone)
	pools, err := coinsurance.Pools(ctx, home)
	if err != nil {
		return err
	}
	away, err := allocatedElsewhere(ctx, home, false, accounts)
	if err != nil {
		return err
	}
	page := entriesNaming{
		Accounts: accounts, Most: EntriesMax, AwayAccounts: away.accounts, AwayKeys: away.keys, AwayAmounts: away.amounts,
	}
	for more := true; more; {
		open, err := pg.Listed[BankEntry](ctx, home, namingEntries.With(page))
		if err != nil {
			return err
		}
		for i := range open {
			matched, err := s.allocateOne(ctx, by, &open[i], pools)
			if err != nil {
				return err
			}
			report.Matched += matched
		}
		if more = len(open) == page.Most; more {
			last := &open[len(open)-1]
			page.After, page.AfterDay, page.AfterReturned = true, last.Day, last.Returned
			page.AfterAccount, page.AfterKey = last.Account, last.Key
		}
	}
	if away, err = allocatedElsewhere(ctx, home, false, accounts); err != nil {
		return err
	}
	return openCount.With(entriesCounted{accounts, away.accounts, away.keys, away.amounts}).Row(ctx, home, &report.Open)
}

func (s *Service) allocateOne(
	ctx context.Context, by access.Principal, entry *BankEntry, pools []coinsurance.Pool,
) (matched int, err error) {
	cmd := MatchReceipt{Account: entry.Account, Key: entry.Key, how: ByEndToEnd}
	cmd.By = by
	found, is := named(entry.EndToEnd, pools)
	if !is && entry.EndToEnd == "" {
		cmd.how = ByReference
		found, is = named(entry.Reference+" "+entry.Remark, pools)
	}
	if is {
		cmd.Pool, cmd.Order, cmd.attempt = found.pool, found.order, found.attempt
		return s.try(ctx, cmd)
	}
	parts := paymentIDForm.FindStringSubmatch(entry.Payment)
	if parts == nil || entry.EndToEnd != "" || entry.Returned {
		return 0, nil
	}
	cmd.how = ByPayment
	for _, pool := range pools {
		if strconv.Itoa(int(pool.Ordinal)) != parts[1] {
			continue
		}
		number, _ := strconv.Atoi(parts[2])
		attempts, err := pg.Listed[Attempt](ctx, s.db.Of(pool.Code), attemptsOfFile.With(fileKey{pool.Code, number}))
		if err != nil {
			return 0, err
		}
		return s.allocateBatch(ctx, cmd, entry, attempts)
	}
	return 0, nil
}

// allocateBatch allocates an entry that a bank booked for a payer's whole part of a file, when it comes to that.
func (s *Service) allocateBatch(
	ctx context.Context, cmd MatchReceipt, entry *BankEntry, attempts []Attempt,
) (matched int, err error) {
	sum := entry.Amount.Sub(entry.Amount)
	var of []Attempt
	for _, a := range attempts {
		if a.Payment == entry.Payment && a.State != AttemptRejected && a.State != AttemptVoid {
			of, sum = append(of, a), sum.Add(a.Amount)
		}
	}
	if sum != entry.Amount {
		return 0, nil
	}
	for i := range of {
		cmd.Pool, cmd.Order, cmd.attempt, cmd.Amount = of[i].Pool, of[i].Order, of[i].Attempt, &of[i].Amount
		one, err := s.try(ctx, cmd)
		if err != nil {
			return matched, err
		}
		matched += one
	}
	return matched, nil
}

// try allocates, and leaves what is refused to a person.
func (s *Service) try(ctx context.Context, cmd MatchReceipt) (int, error) {
	_, err := s.MatchReceipt(ctx, cmd)
	refusal, is := errors.AsType[*fault.Fault](err)
	switch {
	case err == nil:
		return 1, nil
	case is && (refusal.Kind == fault.Conflict || refusal.Kind == fault.NotFound):
		return 0, nil
	default:
		return 0, err
	}
}

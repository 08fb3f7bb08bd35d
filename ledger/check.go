package ledger

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// findingsMax bounds a report; a book in ruins is not listed line by line.
const findingsMax = 1000

// Finding is one thing that is wrong with the book.
type Finding struct {
	Check   string `json:"check"`
	Pool    string `json:"pool"`
	Subject string `json:"subject"` // journal, policy, month …
	Text    string `json:"text"`
}

// String is the finding in one line.
func (f Finding) String() string { return f.Check + ": " + f.Pool + ": " + f.Text }

// Check is one thing that verify proves of a pool; wings add their own.
type Check struct {
	Name string
	Run  func(ctx context.Context, handle bun.IDB, pool string, report func(Finding)) error
	Zone bool // it is of what belongs to no pool, and runs for ZONE alone
}

// StatementCheck is a check that is one statement: a row per fault, with subject and text.
func StatementCheck(name string, statement pg.Statement[OfPool]) Check {
	return statementCheck(name, func(pool string) pg.Bound { return statement.With(OfPool{pool}) })
}

// ZoneCheck is StatementCheck of what belongs to no pool. It is announced at home alone, so copies in other databases
// are no proof.
func ZoneCheck(name string, statement pg.Statement[OfPool]) Check {
	check := StatementCheck(name, statement)
	run := check.Run
	check.Zone = true
	check.Run = func(ctx context.Context, handle bun.IDB, pool string, report func(Finding)) error {
		if !AtHome(handle) {
			return nil
		}
		return run(ctx, handle, pool, report)
	}
	return check
}

// AtHome says that a check runs in the database in which what belongs to no pool is announced.
func AtHome(handle bun.IDB) bool {
	of, is := handle.(interface{ Holds(pool string) bool })
	return !is || of.Holds(pg.Zone)
}

// StreamRule says on which account, and on which side of it, a member's book shows what a stream comes to.
type StreamRule struct {
	Stream  Stream
	Total   Stream // the stream whose total it is part of; the stream itself when left out
	Account Account
	Side    Side // the side that adds to the total
}

// StreamArgs are the arguments of a statement that compares postings with totals by such rules: an array per column, so
// that the accounts and streams are those of the chart.
type StreamArgs struct {
	Pool                      string
	Streams, Totals, Accounts []string
	Signs                     []int32 // of the debit side
}

// StreamCheck is a check that is one statement which goes by rules: a row per fault, with subject and text.
func StreamCheck(name string, statement pg.Statement[StreamArgs], rules []StreamRule) Check {
	args := StreamArgs{}
	for _, rule := range rules {
		sign := int32(1)
		if rule.Side == Credit {
			sign = -1
		}
		args.Streams = append(args.Streams, string(rule.Stream))
		args.Totals = append(args.Totals, string(cmp.Or(rule.Total, rule.Stream)))
		args.Accounts = append(args.Accounts, string(rule.Account))
		args.Signs = append(args.Signs, sign)
	}
	return statementCheck(name, func(pool string) pg.Bound {
		args := args
		args.Pool = pool
		return statement.With(args)
	})
}

func statementCheck(name string, bind func(pool string) pg.Bound) Check {
	return Check{Name: name, Run: func(ctx context.Context, handle bun.IDB, pool string, report func(Finding)) error {
		return bind(pool).Rows(ctx, handle, func(rows *sql.Rows) error {
			finding := Finding{Check: name, Pool: pool}
			if err := rows.Scan(&finding.Subject, &finding.Text); err != nil {
				return err
			}
			report(finding)
			return nil
		})
	}}
}

package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/launch"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
	"gongbao/ledger"
)

// samplePolicies is the size of the sample book; sampleSeed makes it the same book every time.
const (
	samplePolicies = 2400
	sampleSeed     = 20260101
	demoEvents     = 5 // how many of the last events are shown
)

// Figures are everything the demo shows, as --json prints them.
type Figures struct {
	Started    []string                  `json:"started"`
	AppendOnly string                    `json:"append_only"`
	Cases      []caseFigures             `json:"cases"`
	Import     sheet.Report              `json:"import"`
	Closed     []periodend.Closed        `json:"closed"`
	Income     []insurance.PremiumIncome `json:"premium_income"`
	Claim      *claimFigures             `json:"claim,omitempty"`
	Positions  []position                `json:"positions"`
	Settled    []settled                 `json:"settled"`
	Shelf      string                    `json:"shelf"` // folder of papers, payment files and what the bank answered
	Verified   ledger.Report             `json:"verified"`
	Feed       feedFigures               `json:"feed"`
	Look       []string                  `json:"look"`
}

type caseFigures struct {
	File   string `json:"file"`
	Held   int    `json:"held"`
	Failed int    `json:"failed"`
}

// position is what one member owes another in a pool, net.
type position struct {
	Pool     string `json:"pool"`
	Debtor   string `json:"debtor"`
	Creditor string `json:"creditor"`
	Amount   string `json:"amount"`
}

// spread lets the last of the sample's pools live in private clusters of their own.
func spread(c *launch.Config, clusters int) error {
	pools := sample.PoolCodes()
	switch {
	case clusters < 1 || clusters > len(pools):
		return launch.Misused(fmt.Errorf("--clusters: 1 to %d, the sample has as many pools", len(pools)))
	case clusters == 1:
		return nil
	case c.Database != "" || c.Pools != "":
		return launch.Misused(errors.New("--clusters is for the embedded Postgres, and POOL_DATABASES says where pools live"))
	}
	for _, pool := range pools[len(pools)-clusters+1:] {
		c.Pools += pool + "=" + launch.EmbeddedPlace + " "
	}
	return nil
}

// Options are how the demo is shown.
type Options struct {
	Once     bool // leave when everything was shown
	Clusters int  // private Postgres that the pools are spread over
	Out      io.Writer
	Progress io.Writer
	Shown    func(*Figures) error // gets the figures at the end; may be nil
	Log      zerolog.Logger
}

// show is the demo while it is shown.
type show struct {
	house    *launch.House
	pipe     *launch.Pipe
	folder   string // of the embedded parts; the demo's own lies in it
	progress io.Writer
}

// runDemo shows the whole thing on a sample zone.
func Run(ctx context.Context, c *launch.Config, options Options) error {
	if err := spread(c, options.Clusters); err != nil {
		return err
	}
	h, err := c.Open(ctx, options.Log)
	if err != nil {
		return err
	}
	defer h.Close()
	if c.Pools != "" && !strings.Contains(c.Pools, "://") { // an address may hold a password
		h.Spread = fmt.Sprintf(" --pool-databases '%s'", strings.TrimSpace(c.Pools))
	}
	if c.Data != os.Getenv("GONGBAO_DATA") { // who set the variable has it set for the next command too
		h.Spread += fmt.Sprintf(" --data '%s'", c.Data)
	}
	f, err := c.OpenFeed(ctx, options.Log, h)
	if err != nil {
		return err
	}
	folder, err := c.Folder()
	if err != nil {
		return err
	}
	s, out := &show{house: h, pipe: f, folder: folder, progress: options.Progress}, options.Out
	figures := Figures{Started: h.Started, AppendOnly: "unenforced"}
	if h.AppendOnly {
		figures.AppendOnly = "enforced"
	}
	printStart(out, &figures)
	for _, step := range []func(context.Context, io.Writer, *Figures) error{
		s.found, s.cases, s.book, s.close, s.income, s.claim, s.positions, s.settle, s.verify,
		s.feed,
	} {
		if err := step(ctx, out, &figures); err != nil {
			return err
		}
	}
	figures.Look = s.look(c, options.Once)
	if options.Shown != nil {
		if err := options.Shown(&figures); err != nil {
			return err
		}
	}
	printLook(out, &figures)
	if len(figures.Verified.Findings) > 0 {
		return launch.ErrBookBroken
	}
	if options.Once {
		return nil
	}
	return s.stay(ctx, out, c, options.Log)
}

// stay keeps the demo open to be looked at, with its API on the usual ports or, when one is taken, on any.
func (s *show) stay(ctx context.Context, out io.Writer, c *launch.Config, log zerolog.Logger) error {
	d, err := c.OpenDoor(ctx, log, s.house, s.pipe)
	if errors.Is(err, syscall.EADDRINUSE) {
		c.HTTP, c.Metrics = "127.0.0.1:0", "127.0.0.1:0"
		d, err = c.OpenDoor(ctx, log, s.house, s.pipe)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nThe service stays up for a look around. Ctrl-C ends it.")
	d.Print(out)
	select {
	case <-ctx.Done():
		return nil
	case err := <-d.Failed:
		return fmt.Errorf("serve the API: %w", err)
	}
}

// found founds the sample zone, once.
func (s *show) found(ctx context.Context, out io.Writer, _ *Figures) error {
	founded, err := sample.Found(ctx, s.house.DB, s.house.Clock)
	if err != nil {
		return err
	}
	if !founded {
		return fmt.Errorf("this database has a zone of its own; run the demo on another one (--data FOLDER)")
	}
	pools, err := coinsurance.Pools(ctx, s.house.DB)
	if err != nil {
		return err
	}
	return printPools(ctx, out, s.house.DB, pools)
}

// cases plays the acceptance cases as far as they are supported, each in a scratch schema of its own.
func (s *show) cases(ctx context.Context, out io.Writer, figures *Figures) error {
	for _, name := range scenario.CaseNames() {
		file, err := scenario.Case(name)
		if err != nil {
			return err
		}
		run, err := scenario.PlayFile(ctx, scenario.Options{URL: s.house.Owner, Pools: s.house.Owners}, file)
		if err != nil {
			return err
		}
		figure := caseFigures{File: name}
		figure.Held, figure.Failed = scenario.Tally(run.Results)
		figures.Cases = append(figures.Cases, figure)
	}
	return printCases(out, figures.Cases)
}

// book imports the sample book. Run again, it finds every policy there.
func (s *show) book(ctx context.Context, out io.Writer, figures *Figures) error {
	var book bytes.Buffer
	if err := sample.WriteBook(&book, samplePolicies, sampleSeed, lastMonth()); err != nil {
		return err
	}
	bar := launch.NewBar(s.progress, int64(book.Len()), "import")
	watch := clock.Stopwatch()
	report, err := s.house.Insurance.ImportPolicies(ctx, insurance.ImportPolicies{
		By: sample.Clerk, Source: &book,
		Ways: sheet.Ways{Progress: func(_ int, bytes int64) { _ = bar.Set64(bytes) }},
	})
	if err != nil {
		return err
	}
	figures.Import = report
	fmt.Fprintf(out, "\nImported %d policies in %d ms (%d were there already).\n",
		report.Imported, clock.Since(watch).Milliseconds(), report.Known)
	return nil
}

// lastMonth is the last month that has ended.
func lastMonth() calendar.Month {
	today := calendar.DateOf(clock.System{}.Now())
	return today.Month().First().AddDays(-1).Month()
}

// close closes the first month of the sample book in every pool, if it is still open.
func (s *show) close(ctx context.Context, out io.Writer, figures *Figures) error {
	pools, err := coinsurance.Pools(ctx, s.house.DB)
	if err != nil {
		return err
	}
	for _, pool := range pools {
		month, err := ledger.NextToClose(ctx, s.house.DB.Of(pool.Code), pool.Code)
		if err != nil {
			return err
		}
		if month != lastMonth().First().AddDays(-330).Month() {
			fmt.Fprintf(out, "Pool %s is closed up to the month before %s.\n", pool.Code, month)
			continue
		}
		closed, err := s.house.Periods.ClosePeriod(ctx, periodend.ClosePeriod{
			Command: idempotency.Command{By: sample.Clerk, IdempotencyKey: "demo-" + month.String()},
			Pool:    pool.Code, Month: month,
		})
		if err != nil {
			return err
		}
		figures.Closed = append(figures.Closed, closed)
		fmt.Fprintf(out, "Closed %s of pool %s: %d postings sealed, unearned premium of %d policies.\n",
			closed.Month, closed.Pool, closed.Postings, closed.Reserves)
	}
	return nil
}

func (s *show) income(ctx context.Context, out io.Writer, figures *Figures) error {
	income, err := insurance.PremiumIncomeBy(ctx, s.house.DB, sample.Clerk)
	if err != nil {
		return err
	}
	figures.Income = income
	return printIncome(out, income)
}

func (s *show) positions(ctx context.Context, out io.Writer, figures *Figures) error {
	positions, err := ledger.Debts(ctx, s.house.DB)
	if err != nil {
		return err
	}
	for _, p := range positions {
		figures.Positions = append(figures.Positions, position{p.Pool, p.Debtor, p.Creditor, p.Amount.String()})
	}
	return printPositions(out, figures.Positions)
}

func (s *show) verify(ctx context.Context, out io.Writer, figures *Figures) error {
	report, err := ledger.Verify(
		ctx, s.house.DB, ledger.VerifyOptions{
			Checks: launch.Checks(s.house.Store), Progress: launch.CheckProgress(s.progress),
		},
	)
	if err != nil {
		return err
	}
	figures.Verified = report
	fmt.Fprintln(out, "\nThe book, added up again:")
	launch.PrintReport(out, report)
	return nil
}

package main

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
	"github.com/spf13/cobra"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/scenario"
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

// demoFigures are everything the demo shows, as --json prints them.
type demoFigures struct {
	Started    []string                  `json:"started"`
	AppendOnly string                    `json:"append_only"`
	Cases      []caseFigures             `json:"cases"`
	Import     sheet.Report              `json:"import"`
	Closed     []periodend.Closed        `json:"closed"`
	Income     []insurance.PremiumIncome `json:"premium_income"`
	Claim      *claimFigures             `json:"claim,omitempty"`
	Positions  []position                `json:"positions"`
	Verified   ledger.Report             `json:"verified"`
	Feed       feedFigures               `json:"feed"`
	Look       []string                  `json:"look"`
}

type caseFigures struct {
	File        string `json:"file"`
	Held        int    `json:"held"`
	Failed      int    `json:"failed"`
	Unsupported int    `json:"not_yet_supported"`
}

// position is what one member owes another in a pool, net.
type position struct {
	Pool     string `json:"pool"`
	Debtor   string `json:"debtor"`
	Creditor string `json:"creditor"`
	Amount   string `json:"amount"`
}

func newDemoCommand(c *config) *cobra.Command {
	var once, asJSON bool
	var clusters int
	command := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole thing on a sample zone",
		Long: `Founds three pools with fictional members, plays the acceptance cases, imports a sample book of
policies, closes a month, takes a claim from first notice to a payment, and shows premium income, positions, the proof
of the book and the last events as read back from Kafka. It stays up until Ctrl-C, so that you can look around; --once
leaves at the end.`,
		Example: "  go run ./cmd/gongbao demo\n  go run ./cmd/gongbao demo --once --clusters 3\n" +
			"  go run ./cmd/gongbao demo --once --json | jq .verified",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.spreadDemo(clusters); err != nil {
				return err
			}
			return runDemo(cmd, c, once, asJSON)
		},
	}
	command.Flags().BoolVar(&once, "once", false, "leave when everything was shown")
	command.Flags().IntVar(&clusters, "clusters", 1, "how many private Postgres the pools are spread over, 1 to 3")
	command.Flags().BoolVar(&asJSON, "json", false, "print the figures as JSON")
	return command
}

// spreadDemo lets the last of the sample's pools live in private clusters of their own.
func (c *config) spreadDemo(clusters int) error {
	pools := sample.PoolCodes()
	switch {
	case clusters < 1 || clusters > len(pools):
		return misused(fmt.Errorf("--clusters: 1 to %d, the sample has as many pools", len(pools)))
	case clusters == 1:
		return nil
	case c.database != "" || c.pools != "":
		return misused(errors.New("--clusters is for the embedded Postgres, and POOL_DATABASES says where pools live"))
	}
	for _, pool := range pools[len(pools)-clusters+1:] {
		c.pools += pool + "=" + embeddedPlace + " "
	}
	return nil
}

func runDemo(cmd *cobra.Command, c *config, once, asJSON bool) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	if asJSON {
		out = io.Discard
	}
	log, err := c.logger()
	if err != nil {
		return err
	}
	h, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer h.close()
	if c.pools != "" && !strings.Contains(c.pools, "://") { // an address may hold a password
		h.spread = fmt.Sprintf(" --pool-databases '%s'", strings.TrimSpace(c.pools))
	}
	if c.data != os.Getenv("GONGBAO_DATA") { // who set the variable has it set for the next command too
		h.spread += fmt.Sprintf(" --data '%s'", c.data)
	}
	f, err := c.openFeed(ctx, log, h)
	if err != nil {
		return err
	}
	figures := demoFigures{Started: h.started, AppendOnly: "unenforced"}
	if h.appendOnly {
		figures.AppendOnly = "enforced"
	}
	printStart(out, &figures)
	for _, step := range []func(context.Context, io.Writer, *demoFigures) error{
		h.demoFound, h.demoCases, h.demoImport(cmd.ErrOrStderr()), h.demoClose, h.demoIncome, h.demoClaim, h.demoPositions,
		h.demoVerify(cmd.ErrOrStderr()), f.demoFeed,
	} {
		if err := step(ctx, out, &figures); err != nil {
			return err
		}
	}
	figures.Look = c.look(h, f, once)
	if asJSON {
		if err := printJSON(cmd.OutOrStdout(), figures); err != nil {
			return err
		}
	}
	printLook(out, &figures)
	if len(figures.Verified.Findings) > 0 {
		return errBookBroken
	}
	if once {
		return nil
	}
	return h.stay(ctx, out, c, f, log)
}

// stay keeps the demo open to be looked at, with its API on the usual port or, when that is taken, on any.
func (h *house) stay(ctx context.Context, out io.Writer, c *config, f *pipe, log zerolog.Logger) error {
	d, err := c.openDoor(ctx, log, h, f)
	if errors.Is(err, syscall.EADDRINUSE) {
		c.http = "127.0.0.1:0"
		d, err = c.openDoor(ctx, log, h, f)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nThe service stays up for a look around. Ctrl-C ends it.")
	d.print(out)
	select {
	case <-ctx.Done():
		return nil
	case err := <-d.failed:
		return fmt.Errorf("serve the API: %w", err)
	}
}

// demoFound founds the sample zone, once.
func (h *house) demoFound(ctx context.Context, out io.Writer, _ *demoFigures) error {
	founded, err := sample.Found(ctx, h.zone, h.db)
	if err != nil {
		return err
	}
	if !founded {
		return fmt.Errorf("this database has a zone of its own; run the demo on another one (--data FOLDER)")
	}
	pools, err := coinsurance.Pools(ctx, h.db)
	if err != nil {
		return err
	}
	return printPools(ctx, out, h.db, pools)
}

// demoCases plays the acceptance cases as far as they are supported, each in a scratch schema of its own.
func (h *house) demoCases(ctx context.Context, out io.Writer, figures *demoFigures) error {
	for _, name := range scenario.CaseNames() {
		file, err := scenario.Case(name)
		if err != nil {
			return err
		}
		run, err := scenario.PlayFile(ctx, scenario.Options{URL: h.owner, Pools: h.owners}, file)
		if err != nil {
			return err
		}
		figure := caseFigures{File: name}
		figure.Held, figure.Failed, figure.Unsupported = scenario.Tally(run.Results)
		figures.Cases = append(figures.Cases, figure)
	}
	return printCases(out, figures.Cases)
}

// demoImport imports the sample book. Run again, it finds every policy there.
func (h *house) demoImport(progress io.Writer) func(context.Context, io.Writer, *demoFigures) error {
	return func(ctx context.Context, out io.Writer, figures *demoFigures) error {
		var book bytes.Buffer
		if err := sample.WriteBook(&book, samplePolicies, sampleSeed, lastMonth()); err != nil {
			return err
		}
		bar := newBar(progress, int64(book.Len()), "import")
		watch := clock.Stopwatch()
		report, err := h.insurance.ImportPolicies(ctx, insurance.ImportPolicies{
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
}

// lastMonth is the last month that has ended.
func lastMonth() calendar.Month {
	today := calendar.DateOf(clock.System{}.Now())
	return today.Month().First().AddDays(-1).Month()
}

// demoClose closes the first month of the sample book in every pool, if it is still open.
func (h *house) demoClose(ctx context.Context, out io.Writer, figures *demoFigures) error {
	pools, err := coinsurance.Pools(ctx, h.db)
	if err != nil {
		return err
	}
	for _, pool := range pools {
		month, err := ledger.NextToClose(ctx, h.db.Of(pool.Code), pool.Code)
		if err != nil {
			return err
		}
		if month != lastMonth().First().AddDays(-330).Month() {
			fmt.Fprintf(out, "Pool %s is closed up to the month before %s.\n", pool.Code, month)
			continue
		}
		closed, err := h.periods.ClosePeriod(ctx, periodend.ClosePeriod{
			By: sample.Clerk, Key: "demo-" + month.String(), Pool: pool.Code, Month: month,
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

func (h *house) demoIncome(ctx context.Context, out io.Writer, figures *demoFigures) error {
	income, err := insurance.PremiumIncomeBy(ctx, h.db, sample.Clerk)
	if err != nil {
		return err
	}
	figures.Income = income
	return printIncome(out, income)
}

func (h *house) demoPositions(ctx context.Context, out io.Writer, figures *demoFigures) error {
	positions, err := ledger.Debts(ctx, h.db)
	if err != nil {
		return err
	}
	for _, p := range positions {
		figures.Positions = append(figures.Positions, position{p.Pool, p.Debtor, p.Creditor, p.Amount.String()})
	}
	return printPositions(out, figures.Positions)
}

func (h *house) demoVerify(progress io.Writer) func(context.Context, io.Writer, *demoFigures) error {
	return func(ctx context.Context, out io.Writer, figures *demoFigures) error {
		report, err := ledger.Verify(
			ctx, h.db, ledger.VerifyOptions{Checks: checks(), Progress: checkProgress(progress)},
		)
		if err != nil {
			return err
		}
		figures.Verified = report
		fmt.Fprintln(out, "\nThe book, added up again:")
		printReport(out, report)
		return nil
	}
}

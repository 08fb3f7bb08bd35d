package main

import (
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
)

func newServeCommand(c *launch.Config) *cobra.Command {
	var founded bool
	command := &cobra.Command{
		Use:   "serve",
		Short: "Run the service: the API, the feed to Kafka and the day's own work",
		Long: `Serves the API under /v1 with its description at /docs/, publishes facts to Kafka, and does what the calendar
asks for. Without OIDC_ISSUER it takes tokens it signed itself ("gongbao token") and listens on loopback only. Elsewhere
it listens with a certificate, or behind a proxy that speaks TLS and is declared (--http-behind-proxy true). Metrics and
profiles have an address of their own (--metrics).`,
		Example: `  gongbao serve --sample
  DATABASE_URL=postgres://app@db/gongbao KAFKA_BROKERS=kafka:9092 OIDC_ISSUER=https://id.example \
    gongbao serve --http 0.0.0.0:8443 --http-cert cert.pem --http-key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runServe(cmd, c, founded) },
	}
	command.Flags().BoolVar(&founded, "sample", false,
		"found the three pools with fictional members, if there is no zone yet")
	return command
}

func runServe(cmd *cobra.Command, c *launch.Config, founded bool) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	log, err := c.Logger()
	if err != nil {
		return err
	}
	stop, err := c.Trace(ctx)
	if err != nil {
		return err
	}
	defer stop()
	h, err := c.Open(ctx, log)
	if err != nil {
		return err
	}
	defer h.Close()
	if founded {
		if _, err := sample.Found(ctx, h.DB, h.Clock); err != nil {
			return err
		}
	}
	f, err := c.OpenFeed(ctx, log, h)
	if err != nil {
		return err
	}
	d, err := c.OpenDoor(ctx, log, h, f)
	if err != nil {
		return err
	}
	var keeping sync.WaitGroup
	keeping.Go(func() { h.KeepDays(ctx, log, f) })
	keeping.Go(func() { h.KeepPapers(ctx, log, f) })
	for _, line := range h.Started {
		fmt.Fprintln(out, line)
	}
	d.Print(out)
	select {
	case <-ctx.Done():
		keeping.Wait()
		return nil
	case err := <-d.Failed:
		return fmt.Errorf("serve the API: %w", err)
	}
}

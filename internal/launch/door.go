package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/httpapi"
	"gongbao/internal/identity"
	"gongbao/internal/throttle"
)

const (
	farewellTime = 10 * time.Second // that requests under way have to end
	dayTick      = time.Minute      // between looks at what the calendar and the clocks ask for
)

// Scheduler is whom the day's own work is done by.
var Scheduler = access.Person("scheduler", access.Manager, "", access.Settlement)

// door is the API as it listens.
type door struct {
	address    string
	tls        bool
	signer     *identity.Signer // nil when tokens come from a provider
	metrics    string           // where metrics and profiles are; "" for nowhere
	operations *http.Server     // that answers there
	Failed     chan error
}

// url is where the API is found.
func (d *door) url() string {
	if d.tls {
		return "https://" + d.address
	}
	return "http://" + d.address
}

// server builds the API of a house. Without limits it is for one person, in this process.
func (c *Config) server(h *House, f *Pipe, limits throttle.Limits, log zerolog.Logger) *httpapi.Server {
	options := httpapi.Options{
		Trusts: h.trusts, Limits: limits, ByTLS: h.byTLS,
		DB: h.DB, Zone: h.Zone, Coinsurance: h.Coinsurance, Product: h.Product, Insurance: h.Insurance, Claims: h.Claims,
		Dossier: h.dossier, Papers: h.Papers, Periods: h.Periods, Settlement: h.Settlement,
		Clock: c.Time(), Log: log,
		AppendOnly: h.AppendOnly, Version: Version(), Revision: revision(),
	}
	if f != nil {
		options.Feed, options.Wake = f.Status, f.wake
	}
	if h.person != nil {
		options.Person = h.person
	}
	return httpapi.NewServer(options)
}

// OpenDoor listens.
func (c *Config) OpenDoor(ctx context.Context, log zerolog.Logger, h *House, f *Pipe) (*door, error) {
	d := &door{Failed: make(chan error, 2), tls: c.tlsCert != ""}
	byTLS, err := c.checkReach()
	if err != nil {
		return nil, err
	}
	verifier, err := c.verifier(ctx, d)
	if err != nil {
		return nil, err
	}
	h.person, h.trusts, h.byTLS = verifier.Person, verifier.Trusts, byTLS
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	listener, err := listen(ctx, "HTTP_ADDRESS (--http)", c.HTTP)
	if err != nil {
		return nil, err
	}
	d.address = listener.Addr().String()
	api := c.server(h, f, limits, log)
	if err := c.openOperations(ctx, log, api, d); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	server := api.HTTP(d.address)
	go func() {
		var err error
		if d.tls {
			err = server.ServeTLS(listener, c.tlsCert, c.tlsKey)
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			d.Failed <- err
		}
	}()
	h.Stops = append(h.Stops, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			log.Warn().Err(err).Msg("requests under way were cut off")
		}
		if d.operations != nil {
			_ = d.operations.Close() // a scrape or a profile is no work that has to end
		}
		api.Close()
	})
	return d, nil
}

// verifier takes the provider's tokens or, on a loopback address, our own.
func (c *Config) verifier(ctx context.Context, d *door) (*identity.Verifier, error) {
	if c.issuer != "" {
		life, err := c.tokenLife()
		if err != nil {
			return nil, err
		}
		return identity.Discover(ctx, identity.Options{
			Issuer: c.issuer, Audience: c.audience, OrganisationClaim: c.orgClaim, RolesClaim: c.rolesClaim,
			Clients: words(c.clients), LifeMax: life, Clock: clock.System{},
		})
	}
	signer, err := c.Signer()
	if err != nil {
		return nil, err
	}
	d.signer = signer
	return signer.Verifier(), nil
}

// Signer signs tokens with the key in the data folder.
func (c *Config) Signer() (*identity.Signer, error) {
	folder, err := c.Folder()
	if err != nil {
		return nil, err
	}
	return identity.OpenSigner(folder, clock.System{})
}

// KeepPapers writes the papers that are due and that no request of this process has asked for: those of one that died.
func (h *House) KeepPapers(ctx context.Context, log zerolog.Logger, f *Pipe) {
	tick := time.NewTicker(dayTick)
	defer tick.Stop()
	for {
		written, err := h.Papers.WriteDue(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error().Err(err).Msg("write papers; it is tried again")
		case written > 0:
			log.Info().Int("papers", written).Msg("wrote papers that were due")
		}
		if written > 0 {
			f.wake()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// KeepDays does what the calendar and the clocks of claims and settlement ask for, until the context ends.
func (h *House) KeepDays(ctx context.Context, log zerolog.Logger, f *Pipe) {
	tick := time.NewTicker(dayTick)
	defer tick.Stop()
	for {
		copied := h.DB.Spread(ctx)
		events, day := h.Insurance.RunDay(ctx, Scheduler)
		clocks, late := h.Claims.RunDeadlines(ctx, Scheduler)
		silent, unanswered := h.Settlement.RunClocks(ctx, Scheduler)
		interest, unbooked := h.Settlement.RunInterest(ctx, Scheduler)
		err := errors.Join(copied, day, late, unanswered, unbooked)
		events += clocks + silent + interest
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error().Err(err).Msg("do the day's work; it is tried again")
		case events > 0:
			f.wake()
			log.Info().Int("events", events).Msg("did the day's work")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Print says where the API is and how to get in.
func (d *door) Print(out io.Writer) {
	fmt.Fprintf(out, "API:         %s/v1   description: %s/docs/   health: %s/readyz\n", d.url(), d.url(), d.url())
	if d.metrics != "" {
		fmt.Fprintf(out, "metrics:     http://%s/metrics   profiles: http://%s/debug/pprof/\n", d.metrics, d.metrics)
	}
	if d.signer != nil {
		fmt.Fprintln(out, "a token:     gongbao token --as li@SHAHU:underwriter   (with the same --data, if you gave one)")
	}
}

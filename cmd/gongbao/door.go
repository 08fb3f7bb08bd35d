package main

import (
	"context"
	"errors"
	"fmt"
	"net"
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

// scheduler is whom the day's own work is done by.
var scheduler = access.Person("scheduler", access.Manager, "", access.Settlement)

// door is the API as it listens.
type door struct {
	address string
	tls     bool
	signer  *identity.Signer // nil when tokens come from a provider
	failed  chan error
}

// url is where the API is found.
func (d *door) url() string {
	if d.tls {
		return "https://" + d.address
	}
	return "http://" + d.address
}

// server builds the API of a house. Without limits it is for one person, in this process.
func (c *config) server(h *house, f *pipe, limits throttle.Limits, log zerolog.Logger) *httpapi.Server {
	options := httpapi.Options{
		Trusts: h.trusts, Limits: limits,
		DB: h.db, Zone: h.zone, Insurance: h.insurance, Claims: h.claims, Dossier: h.dossier, Periods: h.periods,
		Clock: clock.System{}, Log: log,
		AppendOnly: h.appendOnly, Version: version(), Revision: revision(),
	}
	if f != nil {
		options.Feed, options.Wake = f.status, f.wake
	}
	if h.person != nil {
		options.Person = h.person
	}
	return httpapi.NewServer(options)
}

// openDoor listens.
func (c *config) openDoor(ctx context.Context, log zerolog.Logger, h *house, f *pipe) (*door, error) {
	d := &door{failed: make(chan error, 1), tls: c.tlsCert != ""}
	verifier, err := c.verifier(ctx, d)
	if err != nil {
		return nil, err
	}
	h.person, h.trusts = verifier.Person, verifier.Trusts
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.http)
	if err != nil {
		return nil, fmt.Errorf("listen for the API (--http): %w", err)
	}
	d.address = listener.Addr().String()
	api := c.server(h, f, limits, log)
	server := api.HTTP(d.address)
	go func() {
		var err error
		if d.tls {
			err = server.ServeTLS(listener, c.tlsCert, c.tlsKey)
		} else {
			err = server.Serve(listener)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			d.failed <- err
		}
	}()
	h.stops = append(h.stops, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			log.Warn().Err(err).Msg("requests under way were cut off")
		}
		api.Close()
	})
	return d, nil
}

// verifier takes the provider's tokens or, on a loopback address, our own.
func (c *config) verifier(ctx context.Context, d *door) (*identity.Verifier, error) {
	if c.issuer != "" {
		return identity.Discover(ctx, identity.Options{
			Issuer: c.issuer, Audience: c.audience, OrganisationClaim: c.orgClaim, RolesClaim: c.rolesClaim,
			Clock: clock.System{},
		})
	}
	host, _, err := net.SplitHostPort(c.http)
	if err != nil {
		return nil, misused(fmt.Errorf("HTTP_ADDRESS: %w", err))
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, misused(fmt.Errorf("HTTP_ADDRESS: %s can be reached from elsewhere, and OIDC_ISSUER is not set; "+
			"our own tokens are for loopback addresses only", c.http))
	}
	if d.signer, err = c.signer(); err != nil {
		return nil, err
	}
	return d.signer.Verifier(), nil
}

func (c *config) signer() (*identity.Signer, error) {
	folder, err := c.folder()
	if err != nil {
		return nil, err
	}
	return identity.OpenSigner(folder, clock.System{})
}

// keepDays does what the calendar and the clocks of claims ask for, until the context ends.
func (h *house) keepDays(ctx context.Context, log zerolog.Logger, f *pipe) {
	tick := time.NewTicker(dayTick)
	defer tick.Stop()
	for {
		copied := h.db.Spread(ctx)
		events, day := h.insurance.RunDay(ctx, scheduler)
		clocks, late := h.claims.RunDeadlines(ctx, scheduler)
		err := errors.Join(copied, day, late)
		events += clocks
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

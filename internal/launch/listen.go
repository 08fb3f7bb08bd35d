package launch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/httpapi"
)

// lonely says that an address can be reached from this machine alone.
func lonely(setting, address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, Misused(fmt.Errorf("%s: %w", setting, err))
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback(), nil
}

// checkReach refuses an address that can be reached from elsewhere where tokens would travel in the clear, or where
// whoever reads the key in the data folder could be anyone. It says whether callers come by TLS.
func (c *Config) checkReach() (byTLS bool, err error) {
	alone, err := lonely("HTTP_ADDRESS", c.HTTP)
	if err != nil {
		return false, err
	}
	proxy, err := strconv.ParseBool(c.proxy)
	if err != nil {
		return false, Misused(fmt.Errorf("HTTP_BEHIND_PROXY: %q is neither true nor false", c.proxy))
	}
	if (c.tlsCert == "") != (c.tlsKey == "") {
		return false, Misused(errors.New("HTTP_CERT_FILE and HTTP_KEY_FILE go together: give both or none"))
	}
	byTLS = c.tlsCert != "" || proxy
	if !alone && !byTLS {
		return false, Misused(fmt.Errorf("HTTP_ADDRESS: %s can be reached from elsewhere, and tokens would travel in the "+
			"clear: set HTTP_CERT_FILE and HTTP_KEY_FILE or, with a proxy in front that speaks TLS, HTTP_BEHIND_PROXY=true",
			c.HTTP))
	}
	if !alone && c.issuer == "" {
		return false, Misused(fmt.Errorf("HTTP_ADDRESS: %s can be reached from elsewhere, and OIDC_ISSUER is not set; "+
			"our own tokens are for loopback addresses only", c.HTTP))
	}
	return byTLS, nil
}

// tokenLife is how long a provider's token may live.
func (c *Config) tokenLife() (time.Duration, error) {
	life, err := time.ParseDuration(c.life)
	if err != nil || life <= 0 {
		return 0, Misused(fmt.Errorf("OIDC_TOKEN_LIFE: %q is no time above zero, as 1h or 30m", c.life))
	}
	return life, nil
}

// words are the texts of a setting that lists them with commas.
func words(listed string) []string {
	return strings.FieldsFunc(listed, func(r rune) bool { return r == ',' || r == ' ' })
}

// listen opens an address; the setting is named when it cannot be had.
func listen(ctx context.Context, setting, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w", setting, err)
	}
	return listener, nil
}

// openOperations listens for those who run the service; "" switches it off.
func (c *Config) openOperations(ctx context.Context, log zerolog.Logger, api *httpapi.Server, d *door) error {
	if c.Metrics == "" {
		return nil
	}
	alone, err := lonely("METRICS_ADDRESS", c.Metrics)
	if err != nil {
		return err
	}
	if !alone {
		log.Warn().Str("address", c.Metrics).
			Msg("metrics and profiles ask for no token and can be reached from elsewhere: see that only monitoring reaches them")
	}
	listener, err := listen(ctx, "METRICS_ADDRESS (--metrics)", c.Metrics)
	if err != nil {
		return err
	}
	d.metrics, d.operations = listener.Addr().String(), api.Operations()
	go func() {
		if err := d.operations.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			d.Failed <- err
		}
	}()
	return nil
}

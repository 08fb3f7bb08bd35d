package launch

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// What can be reached from elsewhere speaks TLS, by itself or by a proxy that is declared, and takes the tokens of a
// provider.
func TestTheServiceIsNotOpenToTheWorldByMistake(t *testing.T) {
	t.Parallel()
	provider := []string{"--oidc-issuer", "https://id"}[:2:2]
	for name, test := range map[string]struct {
		flags []string
		byTLS bool
		says  string // "" when it starts
	}{
		"as it comes":               {nil, false, ""},
		"by name":                   {[]string{"--http", "localhost:0"}, false, ""},
		"loopback of IPv6":          {[]string{"--http", "[::1]:0"}, false, ""},
		"loopback with certificate": {[]string{"--http-cert", "a", "--http-key", "b"}, true, ""},
		"everywhere":                {append(provider, "--http", "0.0.0.0:80"), false, "in the clear"},
		"everywhere without a host": {append(provider, "--http", ":80"), false, "in the clear"},
		"everywhere by IPv6":        {append(provider, "--http", "[::]:80"), false, "in the clear"},
		"a name of elsewhere":       {append(provider, "--http", "gongbao.example:80"), false, "in the clear"},
		"everywhere behind a proxy": {
			append(provider, "--http", "0.0.0.0:80", "--http-behind-proxy", "true"), true, "",
		},
		"everywhere by TLS": {
			append(provider, "--http", "0.0.0.0:443", "--http-cert", "a", "--http-key", "b"), true, "",
		},
		"our own tokens behind a proxy": {
			[]string{"--http", "0.0.0.0:80", "--http-behind-proxy", "true"}, false, "OIDC_ISSUER",
		},
		"a proxy, perhaps":   {[]string{"--http-behind-proxy", "perhaps"}, false, "neither true nor false"},
		"half a certificate": {[]string{"--http-cert", "a"}, false, "go together"},
		"no port":            {[]string{"--http", "127.0.0.1"}, false, "HTTP_ADDRESS"},
	} {
		c, flags := &Config{}, pflag.NewFlagSet(name, pflag.ContinueOnError)
		c.Bind(flags)
		if err := flags.Parse(test.flags); err != nil {
			t.Fatal(err)
		}
		byTLS, err := c.checkReach()
		switch {
		case test.says == "" && (err != nil || byTLS != test.byTLS):
			t.Errorf("%s: %v, %v", name, byTLS, err)
		case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says) || !IsMisused(err)):
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, good := range map[string]bool{"8h": true, "1d": false, "0": false, "-1h": false, "": false} {
		if _, err := (&Config{life: text}).tokenLife(); (err == nil) != good {
			t.Errorf("a token's life of %q: %v", text, err)
		}
	}
}

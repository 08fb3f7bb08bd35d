package launch

import (
	"testing"

	"github.com/spf13/pflag"

	"gongbao/internal/throttle"
)

// The doors' limits come from flags; what is no number is said by the name of its variable.
func TestLimitsOfTheDoors(t *testing.T) {
	t.Parallel()
	read := func(args ...string) (throttle.Limits, error) {
		c := &Config{}
		flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
		c.Bind(flags)
		if err := flags.Parse(args); err != nil {
			t.Fatal(err)
		}
		return c.limits()
	}
	if limits, err := read(); err != nil || limits != throttle.Default {
		t.Errorf("nothing said: %+v, %v", limits, err)
	}
	wanted := throttle.Default
	wanted.Together, wanted.UploadsEach, wanted.Unknown = 7, 3, 0
	limits, err := read("--http-at-once", "7", "--http-uploads-each", "3", "--http-unknown-rate", "0")
	if err != nil || limits != wanted {
		t.Errorf("%+v, %v", limits, err)
	}
	for _, bad := range []string{"", "-1", "many", "1e3", "99999999999"} {
		if limits, err := read("--http-rate-each", bad); err == nil {
			t.Errorf("%q is taken for %d", bad, limits.RateEach)
		}
	}
}

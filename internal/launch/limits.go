package launch

import (
	"fmt"
	"strconv"

	"gongbao/internal/throttle"
)

// limit is a setting that is a number; 0 switches it off.
type limit struct {
	flag, env, help string
	value           *int
}

const limitCount = 7

// limits are the doors' limits, in the values.
func limits(values *throttle.Limits) [limitCount]limit {
	return [limitCount]limit{
		{"http-at-once", "HTTP_AT_ONCE", "requests answered at once", &values.Together},
		{"http-at-once-each", "HTTP_AT_ONCE_EACH", "the same of one person", &values.TogetherEach},
		{"http-rate", "HTTP_RATE", "requests in a second; twice as many may come in one burst", &values.Rate},
		{"http-rate-each", "HTTP_RATE_EACH", "the same of one person", &values.RateEach},
		{"http-uploads", "HTTP_UPLOADS", "files coming in at once", &values.Uploads},
		{"http-uploads-each", "HTTP_UPLOADS_EACH", "the same of one person", &values.UploadsEach},
		{
			"http-unknown-rate", "HTTP_UNKNOWN_RATE",
			"bad tokens in a second from one address; four times as many may come in one burst", &values.Unknown,
		},
	}
}

func (c *Config) limitSettings() []setting {
	values := throttle.Default
	var settings []setting
	for i, l := range limits(&values) {
		settings = append(settings, setting{
			l.flag, l.env, strconv.Itoa(*l.value), l.help + "; 0 for any number", false, &c.limitTexts[i],
		})
	}
	return settings
}

const limitMax = 1_000_000

// limits reads the doors' limits.
func (c *Config) limits() (throttle.Limits, error) {
	values := throttle.Default
	for i, l := range limits(&values) {
		number, err := strconv.Atoi(c.limitTexts[i])
		if err != nil || number < 0 || number > limitMax {
			return values, Misused(fmt.Errorf("%s: %q is no number from 0 to %d", l.env, c.limitTexts[i], limitMax))
		}
		*l.value = number
	}
	return values, nil
}

package launch

import (
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"

	"gongbao/internal/clock"
)

// Logger writes to standard error, so that figures on standard output can be piped.
func (c *Config) Logger() (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(c.logLevel)
	if err != nil {
		return zerolog.Nop(), Misused(fmt.Errorf("LOG_LEVEL: %q is none of debug, info, warn, error", c.logLevel))
	}
	var target io.Writer = os.Stderr
	switch c.logFormat {
	case "text":
		target = zerolog.ConsoleWriter{Out: os.Stderr, TimeFormat: "15:04:05", NoColor: !IsTerminal(os.Stderr)}
	case "json":
	default:
		return zerolog.Nop(), Misused(fmt.Errorf("LOG_FORMAT: %q is neither text nor json", c.logFormat))
	}
	stamp := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Time(zerolog.TimestampFieldName, clock.System{}.Now())
	})
	return zerolog.New(target).Level(level).Hook(stamp), nil
}

// IsTerminal says that people look at the target while it is written.
func IsTerminal(target io.Writer) bool {
	file, is := target.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

package kafka

import (
	"fmt"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"
)

// logger lets franz-go write to our log. Its own notes of everyday work are one level louder than ours, so they step
// down.
type logger struct{ log zerolog.Logger }

var levels = map[kgo.LogLevel]zerolog.Level{
	kgo.LogLevelError: zerolog.WarnLevel, // the caller gets the error and decides how bad it is
	kgo.LogLevelWarn:  zerolog.InfoLevel,
	kgo.LogLevelInfo:  zerolog.DebugLevel,
	kgo.LogLevelDebug: zerolog.TraceLevel,
}

// Level is the most talkative level that our log would keep, so that franz-go does not build what is thrown away.
func (l logger) Level() kgo.LogLevel {
	threshold := max(l.log.GetLevel(), zerolog.GlobalLevel())
	for _, level := range []kgo.LogLevel{kgo.LogLevelDebug, kgo.LogLevelInfo, kgo.LogLevelWarn, kgo.LogLevelError} {
		if levels[level] >= threshold {
			return level
		}
	}
	return kgo.LogLevelNone
}

// Log writes one line with franz-go's key and value pairs.
func (l logger) Log(level kgo.LogLevel, message string, pairs ...any) {
	ours, known := levels[level]
	if !known {
		return
	}
	event := l.log.WithLevel(ours).Str("part", "kafka")
	for i := 0; i+1 < len(pairs); i += 2 {
		key := fmt.Sprint(pairs[i])
		switch value := pairs[i+1].(type) {
		case error:
			event = event.AnErr(key, value)
		case fmt.Stringer:
			event = event.Stringer(key, value)
		default:
			event = event.Interface(key, value)
		}
	}
	event.Msg(message)
}

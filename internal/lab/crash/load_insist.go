package crash

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// answerTime is how long a caller waits for an answer. The door's own patience is longer; rounds are not.
const answerTime = 2 * time.Second

const codeTimeout = "timeout"

// mayRepeat says that a refusal is for now.
func mayRepeat(code string) bool {
	return slices.Contains([]string{
		pg.ErrUnavailable.Code, pg.ErrFull.Code, pg.ErrContended.Code, pg.ErrInDoubt.Code, codeTimeout,
	}, code)
}

// insist sends a command as a careful caller does: what is refused for now, in doubt or not answered in time is sent
// again with the same key until there is an answer. Any other refusal ends the load: after an outage it would be a lie.
func insist[A any](ctx context.Context, s *stream, command func(context.Context) (A, error)) (A, error) {
	if !s.Insistent {
		return command(ctx)
	}
	for doubtful := false; ; {
		waiting, cancel := context.WithTimeout(ctx, s.patience)
		answer, err := command(waiting)
		cancel()
		if err == nil {
			if doubtful {
				s.said.say(wordCleared)
			}
			return answer, nil
		}
		code := fault.CodeOf(pg.Refusal(err))
		if code == "internal" && errors.Is(err, context.DeadlineExceeded) {
			code = codeTimeout
		}
		if ctx.Err() != nil || !mayRepeat(code) {
			return answer, err
		}
		doubtful = doubtful || code == pg.ErrInDoubt.Code
		s.said.say(wordRefused, code)
		if err := rest(ctx, 5*breath); err != nil {
			return answer, err
		}
	}
}

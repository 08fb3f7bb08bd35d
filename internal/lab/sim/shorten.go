package sim

import (
	"context"
	"slices"
	"strings"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
)

// Shortest is the shortest beginning of a life that shows a difference, and what is left of it without the statements
// that are not needed.
type Shortest struct {
	Plays     int    `json:"plays"`     // in fresh ledgers, until it was found
	Beginning *Story `json:"beginning"` // nil when no fresh ledger showed the difference
	Needed    *Story `json:"needed"`
}

// Story is a scenario whose last line fails.
type Story struct {
	Statements int         `json:"statements"`
	Difference *Difference `json:"difference"`
	Lines      []string    `json:"-"`
}

const (
	seekTime = 20 * time.Minute // for the shortest beginning, once it is known that one shows the difference
	dropTime = 90 * time.Second // for dropping what is not needed
)

// seeker plays parts of a life in fresh ledgers.
type seeker struct {
	options Options
	session *session
	sought  *Difference
	plays   int
	played  int // moves of the last play
}

// shorten seeks the shortest beginning that shows a difference, and then drops what is not needed of it.
func shorten(ctx context.Context, options Options, moves []auditor.Move, found *Difference) (*Shortest, error) {
	played, err := openSession(ctx, &options)
	if err != nil {
		return nil, err
	}
	defer played.close(ctx, false)
	s := &seeker{options: options, session: played, sought: found}
	shortest := &Shortest{}
	shortest.Beginning, moves, err = s.beginning(ctx, moves[:min(len(moves), found.Step)])
	if err == nil && shortest.Beginning != nil {
		shortest.Needed, err = s.needed(ctx, moves, shortest.Beginning)
	}
	shortest.Plays = s.plays
	return shortest, err
}

// timer says when the time is up.
func timer(length time.Duration) func() bool {
	begun := clock.Stopwatch()
	return func() bool { return clock.Since(begun) > length }
}

// enough says that no more is to be tried: a person waits for so long, a test for so many tries, however slow they are.
func (s *seeker) enough() func() bool {
	if s.options.patience == 0 {
		return timer(dropTime)
	}
	tries := 0
	return func() bool {
		tries++
		return tries > s.options.patience
	}
}

// beginning is the shortest that shows the difference; nil when none does. What was seen right after a step is shown by
// playing up to that step; what was seen later is halved down to.
func (s *seeker) beginning(ctx context.Context, moves []auditor.Move) (*Story, []auditor.Move, error) {
	story, err := s.play(ctx, moves)
	if story == nil || err != nil {
		return nil, nil, err
	}
	up := timer(seekTime)
	high := story.Difference.Step
	for low := min(s.sought.Since, high-1); high-low > 1 && !up(); {
		middle := low + (high-low)/2
		shown, err := s.play(ctx, moves[:middle])
		if err != nil {
			return nil, nil, err
		}
		if shown == nil {
			low = middle
			continue
		}
		story, high = shown, shown.Difference.Step
	}
	return story, moves[:high], nil
}

// needed drops what is not needed: first everything that belongs to other policies or pools, then what moved nothing,
// then ever smaller parts.
func (s *seeker) needed(ctx context.Context, moves []auditor.Move, story *Story) (*Story, error) {
	for _, choose := range []func() func(auditor.Move) bool{
		func() func(auditor.Move) bool { return s.ofSubject(moves) },
		func() func(auditor.Move) bool { return s.ofPool },
		func() func(auditor.Move) bool { return moving(moves) },
	} {
		keep := choose()
		part := slices.DeleteFunc(slices.Clone(moves), func(m auditor.Move) bool { return !keep(m) })
		if len(part) == len(moves) {
			continue
		}
		shown, err := s.play(ctx, part)
		if err != nil {
			return nil, err
		}
		if shown != nil {
			moves, story = part[:shown.Difference.Step], shown
		}
	}
	up := s.enough()
	for size := len(moves) / 2; size > 0 && !up(); {
		dropped := false
		for from := 0; from < len(moves) && !up(); {
			without := slices.Concat(moves[:from], moves[min(from+size, len(moves)):])
			shown, err := s.play(ctx, without)
			if err != nil {
				return nil, err
			}
			if shown == nil {
				from += size
				continue
			}
			moves, story, dropped = without[:shown.Difference.Step], shown, true
		}
		if !dropped {
			size /= 2
		}
		size = min(size, len(moves))
	}
	return story, nil
}

// ofSubject keeps what the policy of the difference needs to live: itself, its claims, members, agreements and closes.
func (s *seeker) ofSubject(moves []auditor.Move) func(auditor.Move) bool {
	policies := map[string]string{} // claim → its policy
	for _, move := range moves {
		if file, is := move.Act.(auditor.File); is {
			policies[file.Claim] = file.Policy
		}
	}
	policyOf := func(name string) string {
		if policy, is := policies[name]; is {
			return policy
		}
		return name
	}
	subject := policyOf(s.sought.Subject)
	if subject == "" {
		subject = policyOf(auditor.Subject(moves[len(moves)-1].Act))
	}
	return func(m auditor.Move) bool {
		if about := auditor.Subject(m.Act); about != "" && policyOf(about) != subject {
			return false
		}
		return s.ofPool(m)
	}
}

// ofPool keeps what belongs to the pool of the difference, and to all.
func (s *seeker) ofPool(m auditor.Move) bool {
	return m.Pool == s.sought.Pool || m.Pool == "" || s.sought.Pool == ""
}

// moving keeps what the auditor expects to move something, and the last move, whatever it is.
func moving(moves []auditor.Move) func(auditor.Move) bool {
	book := auditor.New()
	made := 0
	return func(m auditor.Move) bool {
		made++
		book.Advance(m.Day)
		_, asks := m.Act.(auditor.Expect)
		return made == len(moves) || book.Play(m).Refusal == "" && !asks
	}
}

// play plays moves in an emptied ledger with a new auditor, and tells the story if the difference shows.
func (s *seeker) play(ctx context.Context, moves []auditor.Move) (*Story, error) {
	if s.plays++; s.options.Progress != nil {
		s.options.Progress("shorten", s.plays, len(moves))
	}
	if err := s.session.renew(ctx, &s.options, s.played); err != nil {
		return nil, err
	}
	s.played = len(moves)
	again := &replay{sought: s.sought, moves: len(moves)}
	r := &runner{
		session: s.session, options: s.options, source: &list{moves: moves}, report: newReport(s.options.Seed),
		replay: again,
	}
	shown, err := r.live(ctx)
	if err != nil || !s.sought.same(shown) {
		return nil, err
	}
	story := again.story(r.book, shown)
	if _, err := scenario.Parse("story", []byte(strings.Join(story.Lines, "\n"))); err != nil {
		return nil, nil // it speaks of something that was dropped: no scenario can say that
	}
	return story, nil
}

// list is a source of moves that were made before.
type list struct{ moves []auditor.Move }

func (l *list) next() (auditor.Move, bool) {
	if len(l.moves) == 0 {
		return auditor.Move{}, false
	}
	move := l.moves[0]
	l.moves = l.moves[1:]
	return move, true
}

package sim

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/pg"
)

// step is one move with what is foretold of it and what came of it.
type step struct {
	number  int // from 1
	move    auditor.Move
	verdict auditor.Verdict
	refusal string // as it came out; "" for none
	lane    lane
	alone   bool   // it concerns more than one policy of its pool
	run     int    // number of the settlement that it decided; 0 before
	order   string // that it was about, as the service names it; "" before
}

// key is the idempotency key with which the step is asked.
func (s *step) key() string { return fmt.Sprintf("step %d", s.number) }

// lane is one of the ways on which the policies of a pool go, each always on the same, with their claims.
type lane struct {
	pool string
	way  uint32
}

// ways is how many lanes a pool has: nothing of one policy concerns another, so they may be played at the same time.
const ways = 2

// step puts a move on its lane, and has the auditor foretell it.
func (s *session) step(number int, move auditor.Move) *step {
	one := &step{number: number, move: move, lane: lane{pool: move.Pool}}
	subject := auditor.Subject(move.Act)
	if claim := s.book.Claims[subject]; claim != nil {
		subject = claim.On.Policy
	}
	switch move.Act.(type) {
	case auditor.Query, auditor.Resolve: // played where the subject's name is known, and it concerns a statement
		one.alone = true
	default:
		one.alone = subject == ""
	}
	if subject != "" {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(subject)) // never fails
		one.lane.way = hash.Sum32() % ways
	}
	if file, is := move.Act.(auditor.File); is && s.book.Claims[file.Claim] != nil {
		one.alone = true // the name is taken, perhaps by a claim of today on another lane
	}
	one.verdict = s.book.Play(move)
	return one
}

// session is one ledger that is played on, with the auditor beside it.
type session struct {
	db    *pg.DB
	eyes  *pg.DB // for looking at single subjects
	book  *auditor.Auditor
	base  *scenario.Player // lets the days pass, and plays what concerns every pool
	lanes map[lane]*scenario.Player
	banks *banks
	hook  hook

	again atomic.Int64 // steps that were asked a second time with their key
}

// hook is called after a step was played; a test tampers with the ledger there.
type hook func(ctx context.Context, db *pg.DB, line string) error

// openSession makes a fresh ledger. What looks at single subjects has connections of its own that never scan a whole
// table: their statements are prepared while the ledger is still empty, when a scan seems cheap.
func openSession(ctx context.Context, options *Options) (*session, error) {
	db, err := scenario.OpenScratch(ctx, options.URL, 16)
	if err != nil {
		return nil, err
	}
	eyes, err := pg.Open(ctx, pg.Options{
		URL: scenario.Setting(options.URL, "enable_seqscan", "off"), Schema: db.Schema, MaxConnections: 8,
	})
	if err != nil {
		scenario.CloseScratch(ctx, db)
		return nil, err
	}
	played := &session{db: db, eyes: eyes, hook: options.hook}
	played.begin(options)
	// A life closes hundreds of months where a year has twelve, so their postings must be found quickly.
	if _, err = pg.Exec(ctx, db, `CREATE INDEX posting_pool_period_idx ON posting (pool, period)`); err != nil {
		played.close(ctx, false)
		return nil, err
	}
	return played, nil
}

// begin puts an auditor and players before an empty ledger.
func (s *session) begin(options *Options) {
	s.book, s.base, s.lanes = auditor.New(), scenario.NewPlayer(s.db), map[lane]*scenario.Player{}
	s.banks = &banks{}
	if options.mislead != nil {
		options.mislead(s.book)
	}
}

// close drops the ledger, unless it is kept for a look.
func (s *session) close(ctx context.Context, keep bool) {
	s.eyes.Close()
	if keep {
		s.db.Close()
		return
	}
	scenario.CloseScratch(ctx, s.db)
}

// player is that of a lane; the one for all where a move concerns every pool.
func (s *session) player(of lane) *scenario.Player {
	if of.pool == "" {
		return s.base
	}
	if s.lanes[of] == nil {
		s.lanes[of] = s.base.Beside()
	}
	return s.lanes[of]
}

// advance lets the days pass, in the ledger and in the auditor's notebook, and compares what fell due.
func (s *session) advance(ctx context.Context, day auditor.Day) (*Difference, error) {
	date, err := dateOf(day)
	if err != nil {
		return nil, err
	}
	due := s.book.Advance(day)
	if err := s.base.Advance(ctx, date); err != nil {
		return failed(ctx, err)
	}
	for _, standing := range due {
		if difference, err := s.touched(ctx, standing); difference != nil || err != nil {
			return difference, err
		}
	}
	return nil, nil
}

// play plays steps of one day, the pools at the same time. It gives the first difference in the order of the steps.
func (s *session) play(ctx context.Context, steps []*step) (*Difference, error) {
	byPool := map[string][]*step{}
	for _, one := range steps {
		byPool[one.move.Pool] = append(byPool[one.move.Pool], one)
		s.player(one.lane) // made before anybody plays
	}
	found := &finds{}
	var group errgroup.Group
	for _, own := range byPool {
		group.Go(func() error { return s.playPool(ctx, own, found) })
	}
	err := group.Wait()
	return found.first(), err
}

// playPool plays the steps of a pool: each lane in its order, and what concerns more than one policy when all before
// has been played.
func (s *session) playPool(ctx context.Context, steps []*step, found *finds) error {
	for len(steps) > 0 && !found.any() {
		until := slices.IndexFunc(steps, func(one *step) bool { return one.alone })
		switch until {
		case 0:
			until = 1
		case -1:
			until = len(steps)
		}
		byLane := map[lane][]*step{}
		for _, one := range steps[:until] {
			byLane[one.lane] = append(byLane[one.lane], one)
		}
		var group errgroup.Group
		for of, own := range byLane {
			group.Go(func() error { return s.playLane(ctx, s.player(of), own, found) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
		steps = steps[until:]
	}
	return nil
}

func (s *session) playLane(ctx context.Context, player *scenario.Player, steps []*step, found *finds) error {
	for _, one := range steps {
		difference, err := s.one(ctx, player, one)
		if difference != nil {
			difference.Step, difference.Line = one.number, one.verdict.Line
			found.add(difference)
		}
		if difference != nil || err != nil {
			return err
		}
	}
	return nil
}

// finds are the differences that several lanes found.
type finds struct {
	mutex sync.Mutex
	found []*Difference
}

func (f *finds) add(difference *Difference) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.found = append(f.found, difference)
}

func (f *finds) any() bool { return f.first() != nil }

// first is the one of the earliest step, nil when there is none.
func (f *finds) first() *Difference {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.found) == 0 {
		return nil
	}
	return slices.MinFunc(f.found, func(a, b *Difference) int { return a.Step - b.Step })
}

// refusedLooked is how many refusals pass for one after which it is looked whether it really changed nothing; what a
// refusal changed would show after the next step on the same policy or claim anyway.
const refusedLooked = 4

// looked says that the policy or claim of the step is looked at after it.
func (s *step) looked() bool { return s.verdict.Standing != nil && s.worth() }

func (s *step) worth() bool { return s.verdict.Refusal == "" || s.number%refusedLooked == 0 }

// one plays one step, and compares its outcome and what it touched.
func (s *session) one(ctx context.Context, player *scenario.Player, one *step) (*Difference, error) {
	result, difference, err := s.asked(ctx, player, one)
	if err != nil {
		return failed(ctx, err)
	}
	if difference != nil {
		return difference, nil
	}
	if one.refusal = one.verdict.Refusal; !result.OK {
		for _, refusal := range one.verdict.OneOf {
			if result.Got == "error "+refusal {
				one.refusal, result.OK = refusal, true
			}
		}
	}
	if !result.OK {
		return &Difference{
			Kind: kindOutcome, Pool: one.move.Pool, Figure: verbOf(one.move.Act), Foretold: result.Wanted, Found: result.Got,
		}, nil
	}
	if s.hook != nil {
		if err := s.hook(ctx, s.db, one.verdict.Line); err != nil {
			return nil, err
		}
	}
	if one.verdict.Kept != nil {
		return s.kept(ctx, one.verdict.Kept)
	}
	if paper := one.verdict.Paper; paper != nil && one.worth() {
		return s.paper(ctx, paper)
	}
	if !one.looked() {
		return nil, nil
	}
	return s.touched(ctx, one.verdict.Standing)
}

// played plays a step as a line of a scenario, or asks the service where scenarios have no words for it.
func (s *session) played(ctx context.Context, player *scenario.Player, one *step) (scenario.Result, error) {
	if auditor.Beyond(one.move.Act) {
		asker := &asker{db: s.db, service: player.Settlement(), banks: s.banks, one: one}
		return asker.played(ctx)
	}
	line, err := scenario.ParseLine("sim", one.verdict.Line)
	if err != nil {
		return scenario.Result{}, err
	}
	if ofSettlement(one.move.Act) {
		line.Key = one.key()
	}
	return player.PlayLine(ctx, line)
}

// failed turns a failure of the machine into a difference: the auditor foretells none. One that was called off is no
// difference.
func failed(ctx context.Context, err error) (*Difference, error) {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return nil, err
	}
	return &Difference{Kind: kindFailure, Foretold: "no failure", Found: err.Error()}, nil
}

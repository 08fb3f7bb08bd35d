// Package throttle says who has to wait: how many requests there may be at once and in a second, of one person and in
// all. Nothing it keeps grows with the number of those who ask.
package throttle

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"gongbao/internal/clock"
)

// Limits are what there may be at most; 0 stands for any number.
type Limits struct {
	Together     int // requests being answered at once
	TogetherEach int // the same of one person
	Rate         int // requests in a second; twice as many may come in one burst
	RateEach     int // the same of one person
	Uploads      int // files coming in at once
	UploadsEach  int // the same of one person
	Unknown      int // bad tokens in a second from one address; four times as many may come in one burst
}

// Default is far above what an insurer's programs ask for, and far below what would hurt.
var Default = Limits{
	Together: 1000, TogetherEach: 250, Rate: 20_000, RateEach: 2000, Uploads: 32, UploadsEach: 8, Unknown: 50,
}

const (
	burstSeconds   = 2
	unknownSeconds = 4
	keptMax        = 10_000          // persons, and addresses, that are told apart
	sweepTime      = time.Second     // at least, between two looks for whom to forget
	soon           = 1 * time.Second // when nothing says how long others will take
)

// Gate counts who is inside. Nil lets everybody in.
type Gate struct {
	limits Limits
	clock  clock.Clock

	mutex   sync.Mutex
	all     *guest
	persons book
	strange book
}

// guest is what is known of one person, or of one address.
type guest struct {
	bucket  *rate.Limiter // nil for any rate
	inside  int
	uploads int
}

// book tells guests apart, as long as there are not too many of them: those that do not fit share one entry.
type book struct {
	guests   map[string]*guest
	crowd    *guest
	swept    time.Time
	perSec   int
	inBursts int
}

// New is a gate with nobody inside.
func New(limits Limits, now clock.Clock) *Gate {
	return &Gate{
		limits: limits, clock: now, all: newGuest(limits.Rate, burstSeconds),
		persons: book{perSec: limits.RateEach, inBursts: burstSeconds},
		strange: book{perSec: limits.Unknown, inBursts: unknownSeconds},
	}
}

func newGuest(perSecond, seconds int) *guest {
	if perSecond <= 0 {
		return &guest{}
	}
	return &guest{bucket: rate.NewLimiter(rate.Limit(perSecond), perSecond*seconds)}
}

// Refusal is why somebody has to wait, and about how long.
type Refusal struct {
	Reason string
	Wait   time.Duration
}

// Enter lets a person in, with a file or without; leave must be called once. A refusal changes nothing but the rate.
func (g *Gate) Enter(person string, upload bool) (leave func(), refused *Refusal) {
	if g == nil {
		return func() {}, nil
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	now := g.clock.Now()
	one := g.persons.find(person, now)
	for _, limit := range []struct {
		used, most int
		reason     string
	}{
		{one.inside, g.limits.TogetherEach, "too many requests of this person are being answered"},
		{g.all.inside, g.limits.Together, "too many requests are being answered"},
		{files(upload, one.uploads), g.limits.UploadsEach, "too many files of this person are coming in"},
		{files(upload, g.all.uploads), g.limits.Uploads, "too many files are coming in"},
	} {
		if limit.most > 0 && limit.used >= limit.most {
			return nil, &Refusal{limit.reason, soon}
		}
	}
	if wait := one.take(now); wait > 0 {
		return nil, &Refusal{"this person asks too often", wait}
	}
	if wait := g.all.take(now); wait > 0 {
		return nil, &Refusal{"the service is asked too often", wait}
	}
	g.count(one, upload, 1)
	return sync.OnceFunc(func() {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		g.count(one, upload, -1)
	}), nil
}

// files is the number of files to be compared with a limit; no file is no reason to wait.
func files(upload bool, count int) int {
	if !upload {
		return -1
	}
	return count
}

func (g *Gate) count(one *guest, upload bool, by int) {
	for _, guest := range []*guest{one, g.all} {
		guest.inside += by
		if upload {
			guest.uploads += by
		}
	}
}

// Strange says whether a token from this address that nobody knows yet may be looked at. It costs nothing as long as
// its tokens are good: Failed counts.
func (g *Gate) Strange(address string) *Refusal {
	if g == nil || g.limits.Unknown <= 0 {
		return nil
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	now := g.clock.Now()
	one := g.strange.find(address, now)
	if one.bucket.TokensAt(now) >= 1 {
		return nil
	}
	return &Refusal{"too many bad tokens came from this address", soon}
}

// Failed counts a bad token from an address.
func (g *Gate) Failed(address string) {
	if g == nil || g.limits.Unknown <= 0 {
		return
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	now := g.clock.Now()
	g.strange.find(address, now).bucket.AllowN(now, 1)
}

// Kept is how many persons and addresses are told apart at the moment.
func (g *Gate) Kept() (persons, addresses int) {
	if g == nil {
		return 0, 0
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return len(g.persons.guests), len(g.strange.guests)
}

// take uses up one of the guest's requests, or says how long to wait for the next.
func (g *guest) take(now time.Time) time.Duration {
	if g.bucket == nil || g.bucket.AllowN(now, 1) {
		return 0
	}
	return soon
}

// find gives the guest's entry. Who has been quiet is forgotten when there are too many; nothing is lost by that, since
// an entry that is as new is what it would get.
func (b *book) find(key string, now time.Time) *guest {
	if one, there := b.guests[key]; there {
		return one
	}
	if b.guests == nil {
		b.guests, b.crowd = map[string]*guest{}, newGuest(b.perSec, b.inBursts)
	}
	if len(b.guests) >= keptMax && now.Sub(b.swept).Abs() >= sweepTime {
		b.swept = now
		for key, one := range b.guests {
			if one.inside == 0 && (one.bucket == nil || int(one.bucket.TokensAt(now)) >= one.bucket.Burst()) {
				delete(b.guests, key)
			}
		}
	}
	if len(b.guests) >= keptMax {
		return b.crowd
	}
	one := newGuest(b.perSec, b.inBursts)
	b.guests[key] = one
	return one
}

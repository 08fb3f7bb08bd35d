package throttle_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/throttle"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, clock.Zone)

// enter counts how many of so many requests get in and stay inside.
func enter(g *throttle.Gate, person string, upload bool, tries int) (leave []func(), reason string) {
	for range tries {
		out, refused := g.Enter(person, upload)
		if refused != nil {
			reason = refused.Reason
			continue
		}
		leave = append(leave, out)
	}
	return leave, reason
}

func TestEnter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits   throttle.Limits
		upload   bool
		li, wu   int // of ten requests each that come at once
		laterLi  int // of ten more, once a second has passed and all have left
		whyNotLi string
	}{
		"OK no limits":        {throttle.Limits{}, true, 10, 10, 10, ""},
		"Err at once, each":   {throttle.Limits{TogetherEach: 3}, false, 3, 3, 3, "requests of this person"},
		"Err at once, in all": {throttle.Limits{Together: 12}, false, 10, 2, 10, ""},
		"Err rate, each":      {throttle.Limits{RateEach: 2}, false, 4, 4, 2, "this person asks too often"},
		"Err rate, in all":    {throttle.Limits{Rate: 6}, false, 10, 2, 6, ""},
		"Err files, each":     {throttle.Limits{UploadsEach: 2}, true, 2, 2, 2, "files of this person"},
		"Err files, in all":   {throttle.Limits{Uploads: 11}, true, 10, 1, 10, ""},
		"OK no file":          {throttle.Limits{Uploads: 1, UploadsEach: 1}, false, 10, 10, 10, ""},
	} {
		now := clock.NewManual(noon)
		g := throttle.New(test.limits, now)
		li, _ := enter(g, "li", test.upload, 10)
		wu, _ := enter(g, "wu", test.upload, 10)
		for _, leave := range append(li, wu...) {
			leave()
			leave() // once is enough
		}
		now.Set(noon.Add(time.Second))
		later, _ := enter(g, "li", test.upload, 10)
		if len(li) != test.li || len(wu) != test.wu || len(later) != test.laterLi {
			t.Errorf("%s: %d, %d and later %d got in, wanted %d, %d, %d", name, len(li), len(wu), len(later), test.li, test.wu,
				test.laterLi)
		}
	}
	var open *throttle.Gate
	if leave, refused := open.Enter("li", true); refused != nil || leave == nil || open.Strange("x") != nil {
		t.Error("no gate keeps nobody out")
	}
}

func TestStrange(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(noon)
	g := throttle.New(throttle.Limits{Unknown: 2}, now)
	for range 8 {
		if g.Strange("1.1.1.1") != nil {
			t.Fatal("kept out before the limit")
		}
		g.Failed("1.1.1.1")
	}
	if g.Strange("1.1.1.1") == nil {
		t.Error("eight bad tokens at once, and a ninth is looked at")
	}
	if g.Strange("1.1.1.2") != nil {
		t.Error("another address is kept out")
	}
	now.Set(noon.Add(time.Second))
	if g.Strange("1.1.1.1") != nil {
		t.Error("kept out for ever")
	}
}

// However many ask, what is kept is bounded, and who is quiet makes room.
func TestNothingGrows(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(noon)
	g := throttle.New(throttle.Limits{RateEach: 1, Unknown: 1, TogetherEach: 1}, now)
	for i := range 30_000 {
		name := fmt.Sprint(i)
		g.Failed(name)
		if leave, refused := g.Enter(name, false); refused == nil {
			leave()
		}
	}
	if persons, addresses := g.Kept(); persons > 10_000 || addresses > 10_000 {
		t.Errorf("%d persons and %d addresses are kept", persons, addresses)
	}
	now.Set(noon.Add(time.Minute))
	g.Failed("new")
	leave, refused := g.Enter("new", false)
	if refused != nil {
		t.Fatal(refused)
	}
	leave()
	if persons, addresses := g.Kept(); persons != 1 || addresses != 1 {
		t.Errorf("a minute later %d persons and %d addresses are kept", persons, addresses)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	g := throttle.New(throttle.Limits{Together: 5, TogetherEach: 5}, clock.NewManual(noon))
	var work sync.WaitGroup
	for range 50 {
		work.Go(func() {
			for range 100 {
				if leave, refused := g.Enter("li", false); refused == nil {
					leave()
				}
			}
		})
	}
	work.Wait()
	if inside, _ := enter(g, "li", false, 10); len(inside) != 5 {
		t.Errorf("when all have left %d get in, wanted 5", len(inside))
	}
}

package launch

import (
	"errors"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

func TestPlacesOfPools(t *testing.T) {
	entries, err := parsePlaces("POOL_DATABASES", "IC=postgres://u:p@a,b/x  OE=embedded\nLH=postgresql://c/y?z=1")
	if err != nil || len(entries) != 3 || entries[0] != (named{"IC", "postgres://u:p@a,b/x"}) ||
		entries[2] != (named{"LH", "postgresql://c/y?z=1"}) {
		t.Errorf("got %v %v", entries, err)
	}
	for text, says := range map[string]string{
		"IC=mysql://secret@a":      "not POOL=postgres://",
		"postgres://u:secret@a/x":  "not POOL=postgres://",
		"ZONE=embedded":            "stays in the home database",
		"IC=embedded IC=embedded":  "named twice",
		"=postgres://u:secret@a/x": "not POOL=postgres://",
	} {
		_, err := parsePlaces("POOL_DATABASES", text)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
	c := &Config{}
	c.Pools = "IC=postgres://u:secret@a,b/x OE=embedded"
	for _, s := range c.Settings() {
		shown := s.Shown()
		if s.Env == "POOL_DATABASES" && (strings.Contains(shown, "secret") || !strings.Contains(shown, "OE=embedded")) {
			t.Errorf("it is shown as %s", shown)
		}
	}
}

// A pool whose book lies elsewhere than the configuration says is not given a second one.
func TestAPoolHasOneBook(t *testing.T) {
	t.Parallel()
	home, other := testdb.Open(t), testdb.Open(t)
	house := func(pools ...string) error {
		h := &House{}
		defer h.Close()
		places := []place{{Owner: home.OwnerAt, Application: home.ApplicationAt}}
		if len(pools) > 0 {
			places = append(places, place{Pools: pools, Owner: other.OwnerAt, Application: other.ApplicationAt})
		}
		if err := h.openPlaces(t.Context(), zerolog.Nop(), places); err != nil {
			return err
		}
		_, err := sample.Found(t.Context(), h.DB, clock.System{})
		return err
	}
	if err := house("IC"); err != nil {
		t.Fatal(err)
	}
	if err := house("IC"); err != nil {
		t.Errorf("opened as it was left: %v", err)
	}
	for _, pools := range [][]string{nil, {"OE"}, {"IC", "OE"}} {
		if err := house(pools...); !errors.Is(err, errElsewhere) {
			t.Errorf("with %v elsewhere: %v", pools, err)
		}
	}
	var ordinals, distinct int
	err := pg.Row(t.Context(), other, `SELECT count(*), count(DISTINCT ordinal) FROM pool`, nil, &ordinals, &distinct)
	if err != nil || ordinals != 3 || distinct != 3 {
		t.Errorf("the other database knows %d pools with %d ordinals: %v", ordinals, distinct, err)
	}
}

package pg_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongbao/internal/pg"
)

func TestAnAddressAsItMayBePrinted(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://app:s3cret@db:5433/gongbao":                      "postgres://app@db:5433/gongbao",
		"postgres://app:s3@cret@db:5433/gongbao":                     pg.Unreadable,
		"postgres://app@db:5433/gongbao?password=s3cret":             "postgres://app@db:5433/gongbao",
		"postgres://app:s3cret@a:1,b:2/gongbao?sslpassword=s3cret":   "postgres://app@a:1,b:2/gongbao",
		"postgres://app:s3cret@[::1]:5433/gongbao":                   "postgres://app@[::1]:5433/gongbao",
		"postgres://app:s3cret@db:5433/gongbao?pool_max_conns=4":     "postgres://app@db:5433/gongbao",
		"host=db port=5433 user=app password='s3 cret' dbname=book":  "postgres://app@db:5433/book",
		"host=db port=5433 user=app password=s3\\ cret dbname=book":  "postgres://app@db:5433/book",
		"host=db port=5433 user=app password=x s3cret=x dbname=book": pg.Unreadable,
		"postgres://app:s3 cret@db/gongbao":                          pg.Unreadable,
		"postgres://app:12/s3cret@db/gongbao":                        pg.Unreadable,
		"postgres://app:12?s3cret@db/gongbao":                        pg.Unreadable,
		"postgres://app:12#s3cret@db/gongbao":                        pg.Unreadable,
		"postgres://app:s3cret%zz@db/gongbao":                        pg.Unreadable,
		"postgres://app:s3cret":                                      pg.Unreadable,
		"postgres://app:s3cret@/book?host=/run/postgresql&port=5":    "postgres://app@/book?host=/run/postgresql&port=5",
		"s3cret":                                pg.Unreadable,
		"postgres://app:s3cret@db:port/gongbao": pg.Unreadable,
		"host=db user=app passwort=s3cret dbname=gongbao":             pg.Unreadable,
		"postgres://db:5433/gongbao?user=app&passfile=/etc/s3cret.pg": "postgres://app@db:5433/gongbao",
	} {
		if got := pg.Shown(address); got != want {
			t.Errorf("%s is shown as %s, not %s", address, got, want)
		}
		if want != pg.Unreadable {
			continue
		}
		_, err := pg.Open(t.Context(), pg.Options{URL: address})
		if err == nil || strings.Contains(err.Error(), "cret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// No secret is ever seen in what is shown, however it is written into an address: also as nobody should.
func TestNoSecretIsShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := "Geheim" + rapid.StringOfN(rapid.RuneFrom([]rune("aZ9@/?#:%&= '\\+,[]甲")), 1, 12, -1).Draw(t, "secret")
		form := rapid.SampledFrom([]string{
			"postgres://app:%s@db:5433/gongbao", "postgres://app:%s@a:1,b:2/gongbao", "postgres://app:%s@db",
			"postgresql://app@db/gongbao?password=%s", "postgres://db/gongbao?sslpassword=%s&user=app",
			"host=db user=app password=%s dbname=book", "host=db user=app password='%s' dbname=book",
			"password=%s host=db", "host=db sslpassword=%s", "postgres://app:%s", "%s",
		}).Draw(t, "form")
		if rapid.Bool().Draw(t, "escaped") {
			secret = url.QueryEscape(secret)
		}
		if shown := pg.Shown(fmt.Sprintf(form, secret)); strings.Contains(shown, "Geheim") {
			t.Fatalf("%s is shown as %s", fmt.Sprintf(form, secret), shown)
		}
	})
}

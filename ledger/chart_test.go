package ledger_test

import (
	"slices"
	"testing"

	"github.com/uptrace/bun"

	"gongbao/internal/lab/testdb"
	"gongbao/ledger"
)

// TestChart: the accounts and streams of the program are those of the database, in the same order; an account that
// mirrors another is mirrored by it, on the other side; and no new posting touches a closed account.
func TestChart(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	labels := func(enum string) (labels []string) {
		t.Helper()
		err := db.Superuser.NewRaw(`SELECT unnest(enum_range(NULL::?))::text`, bun.Ident(enum)).Scan(t.Context(), &labels)
		if err != nil {
			t.Fatal(err)
		}
		return labels
	}
	var accounts, streams []string
	for _, account := range ledger.Chart() {
		accounts = append(accounts, string(account.Account))
		if found, known := ledger.FindAccount(account.Account); !known || found != account {
			t.Errorf("%s is found as %+v", account.Account, found)
		}
		if account.Mirrored == "" {
			continue
		}
		mirror, known := ledger.FindAccount(account.Mirrored)
		if !known || mirror.Mirrored != account.Account || mirror.Normal == account.Normal {
			t.Errorf("%s is mirrored by %+v", account.Account, mirror)
		}
	}
	for _, stream := range ledger.Streams() {
		streams = append(streams, string(stream))
	}
	if got := labels("account"); !slices.Equal(got, accounts) {
		t.Errorf("accounts: the database has %v", got)
	}
	if got := labels("stream"); !slices.Equal(got, streams) {
		t.Errorf("streams: the database has %v", got)
	}
}

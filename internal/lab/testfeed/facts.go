package testfeed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// Fact is a small event of a subject; its id and its figures follow from the subject and the version.
func Fact(pool, subject string, version int64, recorded time.Time) fact.Fact {
	return fact.Fact{
		ID: fact.NewID(recorded), Pool: pool, Type: "test.thing_done", Subject: subject, SubjectVersion: version,
		Effective: calendar.DateOf(recorded), Recorded: recorded,
		By: access.Person("li", access.Member, "A"), Audience: fact.Sections, AgreementVersion: 1,
		Data:    map[string]string{"gross": fmt.Sprintf("%d.00", version), "text": "<保费> & more"},
		Journal: &fact.JournalSeal{Postings: 2, Digest: []byte{0xab, 0xcd}, Period: "2026-01"},
		Sections: []fact.Section{
			{Member: "B", Data: map[string]string{"net_premium": "0.40"}},
			{Member: "A", Data: map[string]string{"net_premium": "0.60"}},
		},
	}
}

// Append announces facts in one transaction.
func Append(ctx context.Context, db *testdb.Database, facts ...fact.Fact) error {
	return pg.InTx(ctx, db.DB, func(ctx context.Context, tx *pg.Tx) error {
		for _, announced := range facts {
			if err := outbox.Append(ctx, tx, announced); err != nil {
				return err
			}
		}
		return nil
	})
}

// MustAppend announces facts in one transaction, or ends the test.
func MustAppend(t testing.TB, db *testdb.Database, facts ...fact.Fact) {
	t.Helper()
	if err := Append(context.Background(), db, facts...); err != nil {
		t.Fatal(err)
	}
}

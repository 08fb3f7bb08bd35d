package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/tools/wire"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// The command of these tests, and what it comes to once.
const (
	receipts = "/v1/policies/IC-P1/receipts"
	cash     = `{"amount":"106000.01"}`
	received = `SELECT received FROM policy WHERE number = 'IC-P1'`
)

func (d *door) received(want int64) {
	d.Helper()
	var fen int64
	if err := pg.Row(d.Context(), d.db.Superuser, received, nil, &fen); err != nil || fen != want {
		d.Errorf("%d fen were received, wanted %d: %v", fen, want, err)
	}
}

// unavailable wants an answer that says to come back, and why.
func (d *door) unavailable(answer reply, code, wait string) {
	d.Helper()
	d.refused(answer, http.StatusServiceUnavailable, code)
	if got := answer.Header.Get("Retry-After"); got != wait {
		d.Errorf("%s: Retry-After %q, wanted %q", code, got, wait)
	}
}

func (d *door) readiness() (status int, says string) {
	d.Helper()
	answer := d.ask(access.Principal{}, "GET", "/readyz", "")
	var read struct{ Status string }
	if err := json.Unmarshal([]byte(answer.text), &read); err != nil {
		d.Errorf("%v in %s", err, answer.text)
	}
	return answer.StatusCode, read.Status
}

// TestOutages lets the database refuse the last write of a command in every way it has. The caller is told to come
// back, nothing half done is kept, and the same key then does it once.
func TestOutages(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.post(leader, "/v1/policies", firstSet)
	super := func(statement string) {
		t.Helper()
		if _, err := d.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for i, test := range []struct{ state, code, wait, ready string }{
		{"40001", "pg.contended", "2", "ready"}, {"40P01", "pg.contended", "2", "ready"},
		{"53300", "pg.unavailable", "2", "ready"}, {"57014", "pg.unavailable", "2", "ready"},
		{"57P01", "pg.unavailable", "2", "ready"}, {"57P03", "pg.unavailable", "2", "ready"},
		{"08006", "pg.unavailable", "2", "ready"}, {"53100", "pg.full", "30", "database_full"},
	} {
		key := fmt.Sprintf("cash-%s", test.state)
		super(`CREATE OR REPLACE FUNCTION outage() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'out of order' USING ERRCODE = '` + test.state + `'; END $$;
			CREATE TRIGGER outage BEFORE INSERT ON idempotency FOR EACH ROW EXECUTE FUNCTION outage()`)
		d.unavailable(d.ask(leader, "POST", receipts, cash, "Idempotency-Key", key), test.code, test.wait)
		d.received(int64(i) * 10600001)
		if status, says := d.readiness(); says != test.ready || (status == http.StatusOK) != (says == "ready") {
			t.Errorf("%s: /readyz says %d %s", test.state, status, says)
		}
		super(`DROP TRIGGER outage ON idempotency`)
		for range 2 {
			d.post(leader, receipts, cash, "Idempotency-Key", key)
			d.received(int64(i+1) * 10600001)
		}
	}
	if status, says := d.readiness(); status != http.StatusOK || says != "ready" {
		t.Errorf("after all: /readyz says %d %s", status, says)
	}
}

// TestDoubt cuts the wire between a commit and its answer. What the door knows it says; when it cannot know, it says
// that; and a repeat with the same key always clears the doubt.
func TestDoubt(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	laid, err := wire.Lay(db.ApplicationAt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(laid.Close)
	reached, err := pg.Open(t.Context(), pg.Options{URL: laid.URL(db.ApplicationAt), MaxConnections: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reached.Close)
	d := openDoorOn(t, db, reached)
	d.post(leader, "/v1/policies", firstSet)

	laid.CutAt(wire.AfterCommit)
	d.post(leader, receipts, cash, "Idempotency-Key", "cut after") // it asks what came of it, and finds it done
	d.received(10600001)

	laid.CutAt(wire.BeforeCommit)
	d.unavailable(d.ask(leader, "POST", receipts, cash, "Idempotency-Key", "cut before"), "pg.in_doubt", "2")
	d.post(leader, receipts, cash, "Idempotency-Key", "cut before")
	d.received(2 * 10600001)

	laid.CutAt(wire.AfterCommit)
	d.unavailable(d.ask(leader, "POST", receipts, cash), "pg.in_doubt", "2") // without a key nobody can find out
	d.received(3 * 10600001)

	// Nobody gets in after the cut, so the door cannot ask: the caller learns of the doubt, and of the end of it.
	laid.RefuseAfter(wire.AfterCommit)
	d.unavailable(d.ask(leader, "POST", receipts, cash, "Idempotency-Key", "alone"), "pg.in_doubt", "2")
	d.unavailable(d.ask(leader, "POST", receipts, cash, "Idempotency-Key", "alone"), "pg.unavailable", "2")
	d.unavailable(d.ask(leader, "GET", "/v1/policies/IC-P1", ""), "pg.unavailable", "2")
	if status, says := d.readiness(); status != http.StatusServiceUnavailable || says != "database_down" {
		t.Errorf("/readyz says %d %s", status, says)
	}
	laid.Refuse(false)
	d.post(leader, receipts, cash, "Idempotency-Key", "alone")
	d.received(4 * 10600001)
	if status, says := d.readiness(); status != http.StatusOK || says != "ready" {
		t.Errorf("/readyz says %d %s", status, says)
	}
	verified, err := ledger.Verify(t.Context(), db.DB, ledger.VerifyOptions{})
	if err != nil || len(verified.Findings) > 0 {
		t.Errorf("%v %v", verified, err)
	}
}

// TestSetBack sets the service's clock back between commands. What is recorded of a policy never goes back, and what
// was answered as final stays.
func TestSetBack(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.drain()
	type balance struct {
		Balance string    `json:"balance"`
		Known   time.Time `json:"known"`
		Final   bool      `json:"final"`
	}
	var first, second balance
	start := d.clock.Now()
	asked := "/v1/books/SHAHU/accounts/cash/balance?known=" + start.Add(-time.Second).UTC().Format(time.RFC3339Nano)
	d.get(leader, asked, &first)
	for _, back := range []time.Duration{time.Second, 90 * time.Second, 20 * time.Minute} {
		d.clock.Set(start.Add(-back))
		d.post(leader, receipts, cash)
		d.post(claimant, "/v1/claims/IC-C1/assessments", `{"loss":"2000.00"}`)
		d.drain()
		d.get(leader, asked, &second)
		if first != second || !first.Final {
			t.Errorf("%s back: the final answer was %+v and is %+v", back, first, second)
		}
	}
	d.clock.Set(start.Add(time.Minute))
	d.drain()
	for name, query := range map[string]string{
		"a subject's time goes back": `SELECT count(*) FROM (SELECT recorded < lag(recorded)
			OVER (PARTITION BY pool, subject ORDER BY subject_version) AS back FROM event) e WHERE back`,
		"what was known goes back": `SELECT count(*) FROM (SELECT known < lag(known)
			OVER (PARTITION BY pool ORDER BY position) AS back FROM feed_position) e WHERE back`,
		"an event has no position": `SELECT count(*) FROM event_pending`,
	} {
		var count int64
		if err := pg.Row(t.Context(), d.db.Superuser, query, nil, &count); err != nil || count != 0 {
			t.Errorf("%s: %d times, %v", name, count, err)
		}
	}
}

package claims_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// traced opens a test's database once more, with a tracer of its own.
func traced(t *testing.T, db *testdb.Database) (*pg.DB, *trace.TracerProvider, *tracetest.SpanRecorder) {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	tracers := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	others := otel.GetTracerProvider()
	otel.SetTracerProvider(tracers)
	defer otel.SetTracerProvider(others)
	opened, err := pg.Open(t.Context(), pg.Options{URL: db.ApplicationAt, MaxConnections: 1, Trace: true})
	must(t, err)
	t.Cleanup(opened.Close)
	return opened, tracers, spans
}

// tripsOf counts what was sent below a span and answered by the server, but for what asks it to prepare a statement:
// that is asked once on each connection. What went in a batch has a span of its own beside the batch's.
func tripsOf(root trace.ReadOnlySpan, all []trace.ReadOnlySpan) (trips int) {
	for _, span := range all {
		name := span.Name()
		switch {
		case span.Parent().SpanID() != root.SpanContext().SpanID(), strings.HasPrefix(name, "prepare"),
			name == "--", name == "pool.acquire": // a ping of an idle connection, and the wait for it
			continue
		}
		trips++
		for _, attribute := range span.Attributes() {
			if attribute.Key == "db.operation.batch.size" {
				trips -= int(attribute.Value.AsInt64())
			}
		}
	}
	return trips
}

// A payment begins, locks the period, the policy and the claim and reads all that belongs to them, writes, and commits:
// four round trips. What it takes to know the policy's number and the agreement is asked for by the first change only.
func TestRoundTripsOfAPayment(t *testing.T) { // not in parallel: the tracer is the whole process's while it is taken
	z := newZone(t, coinsurance.Terms{})
	db, tracers, spans := traced(t, z.db)
	z.claims = claims.NewService(db, z.clock)
	z.approved("IC-C1")
	const trips = 4
	for range 3 {
		ctx, span := tracers.Tracer("payment").Start(t.Context(), "payment")
		z.done(z.claims.PayClaim(ctx, claims.PayClaim{
			Command: on("IC-C1"), Indemnity: *yuan("10.00"), Expense: claims.Expense{Legal: *yuan("1.00")},
		}))
		span.End()
		ended := spans.Ended()
		if got := tripsOf(ended[len(ended)-1], ended); got != trips {
			t.Errorf("%d round trips, wanted %d", got, trips)
		}
	}
}

// A number that was kept of a claim misleads nobody: when the claim is another one by now, it is locked under its own
// policy, and when it is gone, it is not found.
func TestTheKeptPolicyOfAClaimMisleadsNobody(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.issue("IC-P2")
	must(t, z.open("IC-C1"))
	must(t, z.reserve(on("IC-C1"), "10.00"))
	unseen := func(statement string) { // as a server that lost its last commits and went on from there
		t.Helper()
		_, err := z.db.Superuser.Pool.Exec(t.Context(), "SET session_replication_role = replica; "+statement+
			"; RESET session_replication_role")
		must(t, err)
	}
	unseen(`UPDATE claim SET policy = 'IC-P2' WHERE number = 'IC-C1';
		UPDATE policy SET insured = '封测厂' WHERE number = 'IC-P2'`)
	moved, err := z.claims.ReserveClaim(t.Context(), claims.ReserveClaim{Command: on("IC-C1"), Indemnity: yuan("20.00")})
	must(t, err)
	var insured string // of the policy that was locked
	must(t, pg.Row(t.Context(), z.db, `SELECT insured FROM split WHERE pool = 'IC' AND subject = 'IC-C1'
		AND stream = 'reserve_indemnity' ORDER BY subject_version DESC LIMIT 1`, nil, &insured))
	if moved.Policy != "IC-P2" || insured != "封测厂" {
		t.Errorf("the claim is of %s, and %s was locked", moved.Policy, insured)
	}
	unseen(`DELETE FROM claim WHERE number = 'IC-C1'`)
	for range 2 {
		z.wants("the claim is gone", claims.ErrClaimNotFound, z.reserve(on("IC-C1"), "30.00"))
	}
}

// A claim whose opening was only rehearsed is not there, and may be opened under another policy.
func TestARehearsedClaimIsNotKept(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.issue("IC-P2")
	open := claims.OpenClaim{Policy: "IC-P2", Number: "IC-C1", LossDay: z.today()}
	open.By, open.Rehearsal = handler, new(idempotency.Rehearsal)
	z.done(z.claims.OpenClaim(t.Context(), open))
	reserve := claims.ReserveClaim{Command: on("IC-C1"), Indemnity: yuan("10.00")}
	z.wants("not there", claims.ErrClaimNotFound, errOf(z.claims.ReserveClaim(t.Context(), reserve)))
	must(t, z.open("IC-C1"))
	claim, err := z.claims.ReserveClaim(t.Context(), reserve)
	must(t, err)
	if claim.Policy != "IC-P1" {
		t.Errorf("the claim is of %s", claim.Policy)
	}
	z.verified()
}

package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	shared "gongbao/internal/door"
	"gongbao/internal/filestore"
	"gongbao/internal/httpapi"
	"gongbao/internal/identity"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/product"
	"gongbao/zone"
)

// door is a service with the sample zone, reached over HTTP.
type door struct {
	*testing.T

	server *httptest.Server
	db     *testdb.Database
	clock  *clock.Manual
	signer *identity.Signer
	log    *lines
	api    *httpapi.Server
}

// lines is a log that tests may read while the service writes.
type lines struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

func openDoor(t *testing.T, changes ...func(*httpapi.Options)) *door {
	t.Helper()
	db := testdb.Open(t)
	return openDoorOn(t, db, db.DB, changes...)
}

// openDoorOn is a door whose service reaches its database in a way of its own.
func openDoorOn(t *testing.T, db *testdb.Database, reached *pg.DB, changes ...func(*httpapi.Options)) *door {
	t.Helper()
	d := newDoor(t, db)
	if _, err := sample.Found(t.Context(), reached, d.clock); err != nil {
		t.Fatal(err)
	}
	file := "line,edition,item,name,starts,source\nfirst_set,2025,1.1,示例装备,2025-01-01,示例通知\n"
	_, err := product.NewService(reached, d.clock).ImportCatalogue(t.Context(), product.ImportCatalogue{
		By: clerk, Source: strings.NewReader(file),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.serve(reached, changes...)
	return d
}

func newDoor(t *testing.T, db *testdb.Database) *door {
	t.Helper()
	return &door{T: t, db: db, log: &lines{}, clock: clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, clock.Zone))}
}

// serve opens the door to a database in which everything is.
func (d *door) serve(reached *pg.DB, changes ...func(*httpapi.Options)) {
	t := d.T
	t.Helper()
	var err error
	if d.signer, err = identity.OpenSigner(t.TempDir(), d.clock); err != nil {
		t.Fatal(err)
	}
	store, err := filestore.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	handled := claims.NewService(reached, d.clock)
	verifier := d.signer.Verifier()
	options := httpapi.Options{
		DB: reached, Zone: zone.NewService(reached, d.clock), Coinsurance: coinsurance.NewService(reached, d.clock),
		Product: product.NewService(reached, d.clock), Insurance: insurance.NewService(reached, d.clock),
		Claims: handled, Dossier: dossier.NewService(handled, reached, store),
		Periods: periodend.NewService(reached, d.clock), Settlement: settlement.NewService(reached, d.clock),
		Papers: paper.NewService(reached, store, d.clock), Clock: d.clock, Log: zerolog.New(d.log),
		Person: verifier.Person, Trusts: verifier.Trusts, AppendOnly: true, Version: "test",
	}
	for _, change := range changes {
		change(&options)
	}
	d.api = httpapi.NewServer(options)
	d.server = httptest.NewUnstartedServer(nil)
	d.server.Config = d.api.HTTP("")
	d.server.Start()
	t.Cleanup(func() { d.server.Close(); d.api.Close() })
}

// People of the sample zone: SHAHU leads and issues in pool IC, NANHU follows, DONGHU leads pool LH. A pool of three,
// OE, is led by NANHU and issued by TANGXUN.
var (
	leader    = access.Person("li", access.Member, "SHAHU", access.Underwriter)
	claimant  = access.Person("zhou", access.Member, "SHAHU", access.Claims)
	follower  = access.Person("wu", access.Member, "NANHU", access.Underwriter)
	stranger  = access.Person("he", access.Member, "OUTSIDE", access.Underwriter)
	clerk     = access.Person("clerk", access.Manager, "", access.Settlement)
	regulator = access.Person("wang", access.Regulator, "", access.Reader)
	operator  = access.Person("op", access.Operator, "", access.Reader)
)

// bearer is what a person's requests carry.
func (d *door) bearer(by access.Principal) string {
	d.Helper()
	token, err := d.signer.Token(by, time.Hour)
	if err != nil {
		d.Fatal(err)
	}
	return "Bearer " + token
}

// reply is an answer with its body read.
type reply struct {
	*http.Response

	text string
}

// ask sends a request with a JSON body ("" for none); headers come as pairs.
func (d *door) ask(by access.Principal, method, path, body string, headers ...string) reply {
	d.Helper()
	request, err := http.NewRequestWithContext(d.Context(), method, d.server.URL+path, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	if by.Subject != "" {
		request.Header.Set("Authorization", d.bearer(by))
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := d.server.Client().Do(request) //nolint:bodyclose // read closes it
	if err != nil {
		d.Fatal(err)
	}
	return d.read(response)
}

// read takes the whole answer.
func (d *door) read(response *http.Response) reply {
	d.Helper()
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		d.Fatal(err)
	}
	return reply{Response: response, text: string(text)}
}

// get asks and wants 200; the answer is read into the value.
func (d *door) get(by access.Principal, path string, into any) {
	d.Helper()
	answer := d.ask(by, http.MethodGet, path, "")
	if answer.StatusCode != http.StatusOK {
		d.Fatalf("GET %s: %d %s", path, answer.StatusCode, answer.text)
	}
	if err := json.Unmarshal([]byte(answer.text), into); err != nil {
		d.Fatalf("GET %s: %v in %s", path, err, answer.text)
	}
}

// post wants success and gives the answer.
func (d *door) post(by access.Principal, path, body string, headers ...string) reply {
	d.Helper()
	answer := d.ask(by, http.MethodPost, path, body, headers...)
	if answer.StatusCode/100 != 2 {
		d.Fatalf("POST %s %s: %d %s", path, body, answer.StatusCode, answer.text)
	}
	return answer
}

// refused wants a problem of this status and code, and gives it.
func (d *door) refused(answer reply, status int, code string) shared.Problem {
	d.Helper()
	var problem shared.Problem
	err := json.Unmarshal([]byte(answer.text), &problem)
	if err != nil || answer.StatusCode != status || problem.Code != code || problem.Status != status {
		d.Errorf("got %d %s, wanted %d %s", answer.StatusCode, answer.text, status, code)
	}
	if answer.Header.Get("Content-Type") != "application/problem+json" {
		d.Errorf("a problem comes as %s", answer.Header.Get("Content-Type"))
	}
	if problem.RequestID == "" || problem.RequestID != answer.Header.Get("X-Request-Id") {
		d.Errorf("the problem names request %q, the answer %q", problem.RequestID, answer.Header.Get("X-Request-Id"))
	}
	return problem
}

// firstSet is a quotation that SHAHU may make.
const firstSet = `{"pool":"IC","number":"IC-P1","line":"first_set","insured":"武汉示例装备","start":"2026-03-01",
	"end":"2027-02-28","premium":"100000.01","limit":"5000000.00","equipment_value":"4000000.00","commission":"5%",
	"qualification":"Q-2026-7","facts":{"catalogue_edition":"2025","catalogue_item":"1.1","unit_basis":"set"}}`

// issued brings a first-set policy into force.
func (d *door) issued() {
	d.Helper()
	d.post(leader, "/v1/policies", firstSet)
	d.post(leader, "/v1/policies/IC-P1/receipts", `{"amount":"106000.01"}`)
	d.post(leader, "/v1/policies/IC-P1/issue", "")
	d.post(claimant, "/v1/claims", `{"policy":"IC-P1","number":"IC-C1","loss_day":"2026-03-02"}`)
	d.post(claimant, "/v1/claims/IC-C1/assessments", `{"loss":"2000.00"}`)
}

// drain gives every event its position.
func (d *door) drain() {
	d.Helper()
	d.clock.Set(d.clock.Now().Add(time.Second)) // an instant that has passed is needed to stamp up to
	relay := relay.New(relay.Options{
		DB: d.db.DB, Clock: d.clock, Log: zerolog.Nop(),
		Partitions: func(ctx context.Context) (map[string]int32, error) { return coinsurance.Partitions(ctx, d.db.DB) },
	})
	ctx, stop := context.WithCancel(d.Context())
	done := make(chan error)
	go func() { done <- relay.Run(ctx) }()
	if err := relay.Drain(ctx); err != nil {
		d.Fatal(err)
	}
	stop()
	if err := <-done; err != nil && ctx.Err() == nil {
		d.Error(err)
	}
}

// described is an operation of the description, or none.
type described struct{ *huma.Operation }

func (d described) id() string {
	if d.Operation == nil {
		return ""
	}
	return d.OperationID
}

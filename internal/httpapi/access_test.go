package httpapi_test

import (
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/lab/golden"
)

// callers are who knocks at every door: every kind of organisation in every role, of the policy's own insurers and of
// another. Who may change most comes last, so that nobody before it is refused for a state it has left behind.
var callers = []struct {
	name string
	as   access.Principal
}{
	{"nobody", access.Principal{}},
	{"outsider", stranger},
	{"follower", follower},
	{"follower_claims", access.Person("c", access.Member, "NANHU", access.Claims)},
	{"follower_reader", access.Person("r", access.Member, "NANHU", access.Reader)},
	{"regulator", regulator},
	{"operator", operator},
	{"manager_reader", access.Person("m", access.Manager, "", access.Reader)},
	{"leader_settle", settler},
	{"leader_admin", access.Person("a", access.Member, "SHAHU", access.Administrator)},
	{"leader_claims", access.Person("c", access.Member, "SHAHU", access.Claims)},
	{"leader_reader", access.Person("r", access.Member, "SHAHU", access.Reader)},
	{"clerk", clerk},
	{"leader", leader},
}

// bodies are good requests for the routes that take one, about the leader's policy.
var bodies = map[string]string{
	"register-member": `{"code":"NEW","name":"新示例财险"}`,
	"open-pool":       `{"code":"NEW","industry":"life_health","name":"新共保体"}`,
	"propose-agreement": `{"version":2,"from":"2027-01-01",
		"shares":[{"member":"SHAHU","premium":"60%"},{"member":"NANHU","premium":"40%"}]}`,
	"propose-limit": `{"role":"underwriter","amount":"1000000.00"}`, "accept-limit": "", "approve-issue": "",
	"propose-bank-details": `{"bank":"示例银行","cnaps":"104521003456","account_name":"沙湖","account_number":"62220000"}`,
	"decide-bank-details":  `{"approve":false}`, "confirm-bank-details": "",
	"propose-mandate": "", "decide-mandate": `{"give":true}`, "withdraw-mandate": "",
	"file-payment": `{"payer":"SHAHU"}`, "release-payment": "", "void-payment": `{"reason":"错"}`,
	"read-payment": "<Document><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>62220000</Id></Othr></Id></Acct></Stmt>" +
		"</BkToCstmrStmt></Document>",
	"match-payment":    `{"account":"62220000","key":"R1/0"}`,
	"unmatch-payment":  `{"account":"62220000","key":"R1/0","number":1}`,
	"accept-agreement": "", "close-period": "", "issue-policy": "", "cancel-policy": "", "reinstate-policy": "",
	"quote-policy":       strings.Replace(firstSet, "IC-P1", "IC-P2", 1),
	"decide-risk":        `{"accept":true}`,
	"receive-premium":    `{"amount":"10.00"}`,
	"refund-premium":     `{"amount":"1.00"}`,
	"pay-commission":     `{"amount":"1.00"}`,
	"reverse-premium":    `{"event":"01a20aed-45ef-7b29-a024-47031bd86018","reason":"twice"}`,
	"countersign-policy": `{"act":"endorse_policy","amount":"1.00"}`,
	"countersign-claim":  `{"act":"advance_claim","amount":"1.00"}`,
	"endorse-policy":     `{"endorsement":"E9","premium":"1.00"}`,
	"renew-policy":       `{"end":"2028-02-29","premium":"1.00"}`,
	"note-policy":        `{"name":"n","value":"v"}`,

	"apply-policy-subsidy": `{"paid_to":"insured"}`, "decide-policy-subsidy": `{"grant":true,"reference":"一号文"}`,
	"open-claim":           `{"policy":"IC-P1","number":"IC-C2","loss_day":"2026-03-01"}`,
	"reserve-claim":        `{"indemnity":"1000.00"}`,
	"assess-claim":         `{"loss":"1000.00"}`,
	"file-claim-document":  "查勘报告",
	"check-claim-evidence": `{"item":"sales_contract","state":"received"}`,
	"approve-claim":        `{"indemnity":"1.00","expense":"10.00"}`,
	"advance-claim":        `{"indemnity":"1.00"}`,
	"pay-claim":            `{"expense":"1.00"}`,
	"recover-claim":        `{"salvage":"1.00"}`, "reverse-claim-payment": `{"payment":1,"reason":"退回"}`,
	"pay-claim-call":  `{"member":"NANHU","amount":"1.00"}`,
	"call-claim-cash": "", "answer-claim-notice": `{"answer":"read"}`,
	"raise-claim-query":    `{"topic":"question","text":"查勘何时进行？"}`,
	"answer-claim-query":   `{"answer":"已进行"}`,
	"escalate-claim-query": "",
	"close-claim-query":    `{"outcome":"accepted"}`, "decide-claim-query": `{"decision":"维持"}`,
	"ask-claim-consent":      `{"purpose":"ex_gratia","amount":"1.00","reason":"客户关系"}`,
	"declare-claim-conflict": `{"member":"DONGHU","reason":"关联关系"}`,
	"report-claim":           `{"report":"major","reference":"鄂报1号"}`,
	"flag-claim-emergency":   `{}`, "tie-claim": `{"occurrence":""}`,
	"open-occurrence": `{"code":"IC-E1","name":"园区火灾","day":"2026-03-01"}`,
	"refuse-claim":    `{"reason":"条款第五条"}`,
	"withdraw-claim":  "", "close-claim": "", "reopen-claim": "",
	"draw-statement": `{"period":"2026-04","ahead":true}`, "issue-statement": "", "confirm-statement": "",
	"query-statement":     `{"subject":"IC-P1","reason":"share","remark":"份额应为 15%"}`,
	"resolve-statement":   `{"subject":"IC-P1"}`,
	"preview-statement":   `{"period":"2026-04"}`,
	"cancel-statement":    `{"reason":"漏列一单"}`,
	"preview-settlement":  `{"period":"2026-Q1","netting":"none","held":["IC-P1"],"confirmed":true}`,
	"withdraw-settlement": `{"reason":"另有异议"}`, "book-interest": "",
	"request-balance-confirmation": `{"debtor":"SHAHU","creditor":"NANHU","day":"2026-03-01"}`,
	"answer-statement-query":       `{"answer":"份额无误","document":"协议附件一"}`, "escalate-statement-query": "",
	"propose-settlement": `{"period":"2026-04"}`, "approve-settlement": "", "complete-settlement": "",
	"unwind-settlement": `{"reason":"成员停止支付"}`, "approve-unwinding": "", "withdraw-unwinding": "",
	"execute-payment": `{"amount":"1.00"}`, "return-payment": "",

	"start-import":       "code,name\nNEWER,更新示例财险\n",
	"pay-policy-subsidy": `{}`, "claw-back-policy-subsidy": `{"reason":"错"}`,
}

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// places fill the paths: all about the leader's own pool, policy and book.
var places = map[string]string{
	"{pool}": "IC", "{number}": "IC-P1", "{version}": "1", "{month}": "2026-02", "{book}": "SHAHU", "{account}": "cash",
	"{creditor}": "NANHU", "{line}": "first_set", "{kind}": "members", "{id}": "01a20aed-45ef-7b29-a024-47031bd86018",
	"{member}": "SHAHU", "{entry}": "1", "{claim}": "IC-C1", "{order}": "G2-1-1", "{period}": "2026-Q1",
	"{settlement}": "1", "{subject}": "IC-P1",
}

// TestWhoMayDoWhat walks every route as every caller. The table of answers is kept in testdata/access.txt for people to
// read; a new route stands in it only when somebody rewrote it (-update) and looked.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.proposed()
	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprint(out, "route")
	for _, caller := range callers {
		fmt.Fprint(out, "\t", caller.name)
	}
	fmt.Fprintln(out)
	for _, door := range d.doors() {
		fmt.Fprint(out, door.id)
		for _, caller := range callers {
			answer := d.ask(caller.as, door.method, door.path, door.body)
			d.api.Finish() // papers are written beside the requests
			fmt.Fprint(out, "\t", answer.StatusCode)
			judge(t, door, caller.name, answer)
		}
		fmt.Fprintln(out)
	}
	_ = out.Flush()
	golden.Same(t, "testdata/access.txt", table.String())
}

// judge holds what is true of every door, whatever the table says.
func judge(t *testing.T, door doorway, caller string, answer reply) {
	t.Helper()
	status := answer.StatusCode
	if caller == "nobody" && status != http.StatusUnauthorized {
		t.Errorf("%s lets in who has no token: %d", door.id, status)
	}
	if caller != "nobody" && status == http.StatusUnauthorized {
		t.Errorf("%s does not know %s", door.id, caller)
	}
	if status >= http.StatusInternalServerError {
		t.Errorf("%s as %s: %d %s", door.id, caller, status, answer.text)
	}
	reads := caller == "regulator" || caller == "operator" || strings.HasSuffix(caller, "_reader")
	if reads && door.method == http.MethodPost && status != http.StatusForbidden {
		t.Errorf("%s lets %s change something: %d %s", door.id, caller, status, answer.text)
	}
	if status == http.StatusUnprocessableEntity {
		t.Errorf("%s: the test's request is not good: %s", door.id, answer.text)
	}
}

// doorway is a route with a path and a body to knock with.
type doorway struct{ id, method, path, body string }

// doors lists every route of the served description.
func (d *door) doors() []doorway {
	d.Helper()
	var doors []doorway
	for path, item := range d.api.OpenAPI().Paths {
		for method, operation := range map[string]interface{ id() string }{
			http.MethodGet: described{item.Get}, http.MethodPost: described{item.Post},
		} {
			id := operation.id()
			if id == "" {
				continue
			}
			body, known := bodies[id]
			if method == http.MethodPost && !known {
				d.Errorf("the test has no body for %s", id)
			}
			filled := inPath.ReplaceAllStringFunc(path, func(name string) string {
				if places[name] == "" {
					d.Errorf("the test has no place for %s of %s", name, path)
				}
				return places[name]
			})
			doors = append(doors, doorway{id, method, filled, body})
		}
	}
	sort.Slice(doors, func(i, j int) bool { return doors[i].id < doors[j].id })
	return doors
}

// TestTokens: who comes with a token that is not good is told so, and learns nothing more.
func TestTokens(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	good, err := d.signer.Token(leader, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{
		"none": "", "another scheme": "Basic " + good, "no token": "Bearer", "garbage": "Bearer x.y.z",
		"a changed token": "Bearer " + good[:len(good)-8] + "AAAAAAAA", "too long": "Bearer " + strings.Repeat("x", 9000),
	} {
		answer := d.ask(access.Principal{}, "GET", "/v1/me", "", "Authorization", header)
		d.refused(answer, 401, "identity.unknown")
		if !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: no challenge", name)
		}
	}
	answer := d.ask(access.Principal{}, "GET", "/v1/me", "", "Authorization", "bearer "+good)
	if answer.StatusCode != http.StatusOK {
		t.Errorf("a good token: %d %s", answer.StatusCode, answer.text)
	}
	d.clock.Set(d.clock.Now().Add(2 * time.Hour))
	d.refused(d.ask(access.Principal{}, "GET", "/v1/me", "", "Authorization", "Bearer "+good), 401, "identity.unknown")
}

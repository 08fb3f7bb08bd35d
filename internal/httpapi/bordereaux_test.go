package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	claimlist "gongbao/claims/bordereau"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance/bordereau"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/golden"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
)

// TestBordereauxAreExplained writes the page that says what each column is.
func TestBordereauxAreExplained(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString(`# Bordereaux and the pool's result

What a member is sent for some accounting months, and what a program that reads it may rely on: the columns, their
order and their codes. New columns come last. A test writes this page (TestBordereauxAreExplained).

- **CSV** is UTF-8 with its mark, separated by commas, its header the codes. **XLSX** has the same header; behind the
  rows a sheet *columns* says these three names. A sheet that is full (1,000,000 rows) goes on in the next, below the
  header again.
- **Amounts** are yuan with two decimals, exact from the book; in a workbook they are numbers, and text only above
  fifteen digits. **Days** are ISO (2026-06-30), instants ISO with the zone of Shanghai. **Shares and ratios** are
  numbers in a workbook (0.4, shown as 40%); in a CSV a share is 40% and a ratio 0.6512.
- **The last row** begins with "total"; it adds up the amounts of all rows, on whichever sheet they stand.
- **Made again.** Every list reads the book by accounting month, as known at an instant. The answer in JSON says which;
  with it (known=) the same list is made again, whatever has happened since.
- **Who sees it.** A member its own, manager and regulator any member's; of claims, who leads or services them sees the
  others' too.

The names in English are those of the Coverholder Reporting Standards 5.2 of Lloyd's where those have the column, else
the market's.
`)
	chapter := func(title, text string, columns []sheet.Heading) {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| code | 中文 | CRS 5.2 |\n| --- | --- | --- |\n", title, text)
		for _, column := range columns {
			fmt.Fprintf(&page, "| `%s` | %s | %s |\n", column.Code, column.Chinese, column.English)
		}
	}
	chapter("Premium bordereau 保费清单", `A row for each transaction of a policy that moved its premium: new, endorsement,
cancellation, reinstatement, instalment, refund, reversal. What came in before the policy was on risk stands in its new
row; what came in above the premium is not shared and stands in none. The instalment is the one that was reached by what
had been received by then. The issuer bears its own commission and no issuing fee. The net due is what the others owe
the member by the row, less what it owes them: for a follower what was received less fees and commission, for the issuer
the followers' with the opposite sign; the rows on a statement add up to its premium, fees and commission. The state is
open, held (by a query) or settled (taken by a run that is approved), and empty where nothing is between members; it and
the statement are as they stand today.`,
		bordereau.Columns())
	chapter("Claims bordereau 赔案清单", `A row for each claim that has moved by the end of the month. First notice files a
claim, so both days are one. State and closing are as known at the instant, servicer, occurrence and statement as they
stand today.`, claimlist.Columns())
	chapter("Result of a pool 共保体经营结果", `A row for each accounting month of each member, from its own books. Earned is
written less what was held back as unearned, which is booked at the month's close; incurred is paid and expense less
what was recovered, and the change of the reserve; the result is earned, fees and interest earned less incurred,
commission and fees paid.`, periodend.ResultColumns())
	explainPapers(&page, chapter)
	golden.Same(t, "../../docs/bordereaux.md", page.String())
}

// explainPapers writes the chapters of what is written once.
func explainPapers(page *strings.Builder, chapter func(title, text string, columns []sheet.Heading)) {
	page.WriteString(`
What follows is written once and the same bytes ever after: a member's statement once it is issued, its letter once the
run is approved, both with what was known then, and a confirmation of balances once somebody asks for it. Each is
written as PDF, XLSX and CSV; the PDF names the hash of the workbook, and coinsurance.paper_written that of each file.
Until it is written, soon after the act, it is not there yet (coinsurance.paper_not_written, 503, with Retry-After);
reading a paper never writes one.
`)
	chapter("Statement 对账单", `A row for each item of a statement in which the member is a party. What it says of the
subject is as it stood at the cut; late is what counts before the statement's period began.`,
		paper.Columns(paper.Statement))
	chapter("Settlement letter 结算函", `A row for each payment order of a run that the member pays or receives.`,
		paper.Columns(paper.Letter))
	chapter("Confirmation of balances 询证函", `A row for each group in which the two members owe each other, by the
debtor's book: what counts by the day and was recorded by the instant. What settlement brought to zero stands in a row
of its own, and so does what was paid on cash calls and is not used yet. There is one of two members, a day and an
instant: who asks again without an instant is given the one of before, as long as nothing has been recorded since that
counts by the day; then a new one, and the one of before stays what it is.`, paper.Columns(paper.Confirmation))
}

// Papers are handed out in three formats to the member they are for, and say where there is none.
func TestPapersOverHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	const file = "/v1/pools/IC/statements/2026-03/members/NANHU/file"
	if answer := d.ask(follower, http.MethodGet, file, ""); !strings.Contains(answer.text, "statement_not_found") {
		t.Errorf("%d %s", answer.StatusCode, answer.text)
	}
	desk := settlement.NewService(d.db.DB, d.clock)
	if _, err := desk.DrawStatement(t.Context(), settlement.DrawStatement{
		Command: idempotency.By(clerk), Pool: "IC", Period: "2026-03",
	}); err != nil {
		t.Fatal(err)
	}
	answer := d.ask(clerk, http.MethodPost, "/v1/pools/IC/statements/2026-03/issue", "")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", answer.StatusCode, answer.text)
	}
	const balances = "/v1/pools/IC/balance-confirmations"
	answer = d.ask(follower, http.MethodGet, balances+"/SHAHU/NANHU", "")
	if answer.StatusCode != http.StatusNotFound || !strings.Contains(answer.text, "paper_not_found") {
		t.Errorf("%d %s", answer.StatusCode, answer.text)
	}
	asked := fmt.Sprintf(`{"debtor":"SHAHU","creditor":"NANHU","day":"%s"}`, calendar.DateOf(d.clock.Now()))
	for range 2 {
		if answer := d.ask(clerk, http.MethodPost, balances, asked); answer.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", answer.StatusCode, answer.text)
		}
	}
	d.api.Finish()
	for path, begins := range map[string]string{
		file: "%PDF-", file + "?format=xlsx": "PK", file + "?format=csv": "\ufeffstatement,pool,",
		"/v1/pools/IC/balance-confirmations/SHAHU/NANHU?format=csv": "\ufeffpool,debtor,",
		"/v1/pools/IC/balance-confirmations/SHAHU/NANHU":            "%PDF-",
	} {
		answer := d.ask(follower, http.MethodGet, path, "")
		if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.text, begins) ||
			!strings.Contains(answer.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %.80s", path, answer.StatusCode, answer.text)
		}
	}
}

// Lists and results are answered page by page and as files, for whoever may see them.
func TestBordereauxOverHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	const list = "/v1/pools/IC/premium-bordereaux/2026/NANHU"
	page := d.ask(follower, http.MethodGet, list+"?limit=1", "")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.text, `"count":1`) ||
		strings.Contains(page.text, `"next"`) || !strings.Contains(page.text, `"transaction":"new"`) {
		t.Errorf("%d %s", page.StatusCode, page.text)
	}
	for path, begins := range map[string]string{
		list + "/file":                          "\ufeffperiod,pool,",
		list + "/file?format=xlsx":              "PK",
		"/v1/pools/IC/results/2026-Q1/file":     "\ufeffmonth,pool,",
		"/v1/pools/IC/results/2026-01..2026-3":  "",
		"/v1/pools/IC/results/2026-03..2026-01": "",
	} {
		answer := d.ask(follower, http.MethodGet, path, "")
		if begins == "" {
			if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(answer.text, "is no month 2026-06") {
				t.Errorf("%s: %d %s", path, answer.StatusCode, answer.text)
			}
			continue
		}
		if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.text, begins) {
			t.Errorf("%s: %d %.80s", path, answer.StatusCode, answer.text)
		}
	}
}

package tidy

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// height is how high a package stands, in eighths of a floor, so that 1½ and 4⅝ are whole numbers.
type height int

const floor height = 8

var eighths = [...]string{"", "⅛", "¼", "⅜", "½", "⅝", "¾", "⅞"}

func (h height) String() string {
	if h > 0 && h < floor {
		return eighths[h]
	}
	return strconv.Itoa(int(h/floor)) + eighths[h%floor]
}

// storey is a height of the house with the packages that stand on it.
type storey struct {
	height height
	name   string
	rooms  []room
}

// room is a package and what it is, as the README's picture shows it. One that is not built yet is kept a place; the
// picture leaves it out.
type room struct{ folder, is string }

// stair is the whole house, roof first. A new package is given a line here, and nowhere else: the README's picture and
// the linter's lists are written from it (TestTheStairIsDrawn).
var stair = []storey{
	{64, "roof", []room{{"cmd/gongbao", "one binary, wiring only"}}},
	{60, "commands", []room{{"internal/apicli", "the API as commands, made of its description"}}},
	{56, "doors", []room{
		{"internal/httpapi", "HTTP: each route beside its handler, with who may pass; OpenAPI, metrics"},
		{"internal/web", "the console"},
	}},
	{52, "yard", []room{
		{"internal/imports", "files that come in, run in the background"},
		{"internal/backup", "the whole house in one file, and back"},
	}},
	{48, "watch", []room{
		{"regulator", "proofs, indicators and returns 监管"},
		{"internal/periodend", "month end across the wings 关账"},
	}},
	{44, "annexes", []room{
		{"claims/dossier", "documents of a claim 案卷"},
		{"claims/bordereau", "a member's list of claims for a month 赔案清单"},
	}},
	{40, "wing", []room{{"claims", "claims from first notice to closing 理赔"}}},
	{39, "parts", []room{{"claims/cashcall", "what members pay before a claim is paid 现金摊赔"}}},
	{38, "", []room{{"claims/notice", "what members are told and asked 通知"}}},
	{37, "", []room{
		{"claims/deadline", "the terms of law and agreement, and when they end 时限"},
		{"claims/worksheet", "the working of a claim that is assessed by section 理算书"},
	}},
	{36, "annexes", []room{
		{"insurance/indemnity", "what a policy pays for a loss, section by section 理算"},
		{"insurance/schedule", "a policy as PDF 保险单明细表"},
		{"insurance/bordereau", "a member's list of premiums for some months 保费清单"},
	}},
	{32, "wing", []room{{"insurance", "policies and premiums 保单、保费"}}},
	{30, "annexes", []room{{"coinsurance/settlement/paper", "statement, letter, confirmation of balances 对账单、结算函、询证函"}}},
	{28, "", []room{
		{"coinsurance/settlement", "statements, netting, payments between members 结算"},
		{"product", "product lines, their cover, rules, premium support, catalogues 险种"},
	}},
	{24, "wing", []room{{"coinsurance", "pools, agreements, placement, the split 共保"}}},
	{20, "", []room{{"zone", "members, people's limits, bank details, working days 园区"}}},
	{16, "the book", []room{{"ledger", "accounts, postings, balances, close, verify 台账"}}},
	{15, "", []room{{"zone/authority", "the one gate on money: acts, limits, second persons 授权"}}},
	{14, "pipes", []room{
		{"internal/relay", "gives events their positions and publishes them"},
		{"internal/feed", "reads and compares what was published"},
	}},
	{13, "", []room{{"internal/banktable", "statements of accounts as Chinese banks export them 银行流水"}}},
	{12, "", []room{
		{"internal/outbox", "announces a fact in the transaction that makes it true"},
		{"internal/idempotency", "a command sent twice happens once; rehearsals"},
		{"internal/identity", "who asks, from a token"},
		{"internal/sheet", "tables that people send: CSV, XLSX"},
		{"internal/paper", "sheets that people print: PDF, in Chinese and English"},
		{"internal/door", "what every door needs: who may pass, problems, pages"},
	}},
	{10, "", []room{{"internal/fact", "what is announced, as exact bytes, and who may read it"}}},
	{9, "", []room{{"internal/iso20022", "payment files for a bank, and what it answers"}}},
	{8, "measures", []room{
		{"internal/calendar", "days and months"},
		{"internal/access", "people, organisations, roles"},
		{"internal/pg", "Postgres: transactions, rows, named statements"},
		{"internal/kafka", "Kafka: clients, topics"},
		{"internal/filestore", "files under the hash of their bytes"},
		{"internal/wire", "JSON from outside, read strictly"},
		{"internal/throttle", "who has to wait"},
		{"internal/words", "what people read, in Chinese and English: refusals, names"},
		{"migrations", "the schema, step by step"},
	}},
	{4, "", []room{
		// Money stands below the measures: what the database says of a sum that does not fit is money's to refuse.
		{"internal/money", "amounts in fen, shares, rates, rounding"},
		{"internal/text/field", "texts and codes of a command, checked"},
	}},
	{2, "", []room{{"internal/text", "what a text from outside may hold"}}},
	{0, "ground", []room{
		{"internal/fault", "what a refusal is"},
		{"internal/clock", "the time"},
	}},
}

// beside are the folders of what tries and proves the house, and of what cmd starts it with: it may look at every
// floor, and nothing on the stair imports it.
var beside = []room{
	{scaffold, "what tries and proves the house: scenario, sim, crash, bench, bank, tidy …"},
	{showroom, "the demo, on the lab's sample"},
	{"internal/launch", "makes the program of its parts: configuration, databases, broker"},
	{"internal/embedded", "a private Postgres and Kafka"},
}

const (
	scaffold = "internal/lab"
	showroom = "internal/demo"
)

// floorOf is the height of a package.
func floorOf(folder string) (stands height, known bool) {
	for _, storey := range stair {
		for _, room := range storey.rooms {
			if room.folder == folder {
				return storey.height, true
			}
		}
	}
	return 0, false
}

func isOutside(folder string) bool {
	for _, room := range beside {
		if within(folder, room.folder) {
			return true
		}
	}
	return false
}

// within says that a folder is another or stands in it.
func within(folder, other string) bool {
	return folder == other || strings.HasPrefix(folder, other+"/")
}

func isCommand(folder string) bool { return within(folder, "cmd") }

// climbs says which imports of a file go up or sideways.
func climbs(file *source) []finding {
	folder := file.Folder()
	stands, known := floorOf(folder)
	if !known && !isOutside(folder) {
		return []finding{
			{file.Path, fmt.Sprintf("package %s has no floor; give it one in the table of floors", folder)},
		}
	}
	var findings []finding
	for _, spec := range file.AST.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || imported != module && !strings.HasPrefix(imported, module+"/") {
			continue
		}
		target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
		if complaint := judge(file, folder, stands, target); complaint != "" {
			findings = append(findings, finding{file.At(file.Line(spec.Pos())), complaint})
		}
	}
	return findings
}

// judge is the law of the stair for one import; "" is innocence.
func judge(file *source, folder string, stands height, target string) string {
	if target == folder && file.IsTest() {
		return "" // an external test looks at its own package
	}
	if isOutside(target) {
		if isCommand(folder) || file.IsTest() {
			return ""
		}
		if isOutside(folder) {
			return judgeBeside(folder, target)
		}
		const law = "%s (floor %s) imports %s, which stands outside the stair: only cmd, tests and its like may"
		return fmt.Sprintf(law, folder, stands, target)
	}
	above, known := floorOf(target)
	switch {
	case !known:
		return fmt.Sprintf("%s imports %s, which has no floor", folder, target)
	case isOutside(folder):
		if isCommand(target) {
			return fmt.Sprintf("%s imports %s, the roof: nobody does", folder, target)
		}
		return ""
	case above > stands:
		return fmt.Sprintf("%s (floor %s) imports %s (floor %s): that goes up", folder, stands, target, above)
	case above == stands:
		return fmt.Sprintf("%s (floor %s) imports %s (floor %s): that goes sideways", folder, stands, target, above)
	default:
		return ""
	}
}

// judgeBeside is the law for what stands beside the stair: of it, only the demo leans on the lab.
func judgeBeside(folder, target string) string {
	if within(target, scaffold) && !within(folder, scaffold) && !within(folder, showroom) {
		return fmt.Sprintf("%s imports %s: only cmd, tests, the demo and the lab itself do", folder, target)
	}
	return ""
}

func TestNobodyClimbs(t *testing.T) {
	t.Parallel()
	for _, file := range theHouse(t).Files {
		report(t, climbs(file))
	}
}

func TestFloorRule(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, imports, want string }{
		{"OK down", "insurance/policy.go", "gongbao/coinsurance", ""},
		{"OK half a floor down", "ledger/post.go", "gongbao/internal/outbox", ""},
		{"OK measure on ground", "internal/calendar/date.go", "gongbao/internal/clock", ""},
		{"OK not ours", "ledger/post.go", "github.com/uptrace/bun", ""},
		{"OK namesake", "ledger/post.go", "gongbaolike/claims", ""},
		{"OK sub-package on its parent", "coinsurance/settlement/net.go", "gongbao/coinsurance", ""},
		{
			"Err sub-package without a floor of its own", "internal/httpapi/problem/problem.go",
			"gongbao/internal/httpapi", "has no floor",
		},
		{"OK wing on its part", "claims/claim_pay.go", "gongbao/claims/notice", ""},
		{"OK part on a lower part", "claims/notice/send.go", "gongbao/claims/deadline", ""},
		{"OK test looks outside", "ledger/post_test.go", "gongbao/internal/lab/testdb", ""},
		{"OK test of its own package", "ledger/post_test.go", "gongbao/ledger", ""},
		{"OK roof looks outside", "cmd/gongbao/main.go", "gongbao/internal/embedded", ""},
		{"OK outside looks outside", "internal/lab/sim/life.go", "gongbao/internal/lab/testdb", ""},
		{"OK outside looks at a wing", "internal/lab/scenario/play.go", "gongbao/claims", ""},
		{"Err up", "coinsurance/split.go", "gongbao/insurance", "(floor 3) imports insurance (floor 4)"},
		{"Err up half a floor", "internal/money/split.go", "gongbao/internal/outbox", "that goes up"},
		{
			"Err parent on its child", "coinsurance/split.go", "gongbao/coinsurance/settlement",
			"(floor 3½): that goes up",
		},
		{
			"Err sideways", "internal/pg/open.go", "gongbao/migrations",
			"imports migrations (floor 1): that goes sideways",
		},
		{"Err watch on watch", "regulator/feed.go", "gongbao/internal/periodend", "that goes sideways"},
		{"Err sub-packages beside each other", "claims/dossier/a.go", "gongbao/claims/bordereau", "that goes sideways"},
		{"OK demo on the lab", "internal/demo/demo.go", "gongbao/internal/lab/sample", ""},
		{"Err launch on the lab", "internal/launch/open.go", "gongbao/internal/lab/sample", "only cmd, tests, the demo"},
		{"Err part on its wing", "claims/notice/send.go", "gongbao/claims", "(floor 4¾) imports claims (floor 5)"},
		{"Err test goes up", "ledger/post_test.go", "gongbao/claims", "that goes up"},
		{"Err wing looks outside", "ledger/post.go", "gongbao/internal/lab/testdb", "outside the stair"},
		{"Err outside leans on the roof", "internal/lab/sim/life.go", "gongbao/cmd/gongbao", "the roof"},
		{"Err package without a floor", "util/text.go", "fmt", "util has no floor"},
		{"Err the root has no floor", "embed.go", "fmt", "has no floor"},
		{"Err import without a floor", "ledger/post.go", "gongbao/billing", "which has no floor"},
		{"Err import of the root", "ledger/post.go", "gongbao", "which has no floor"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := climbs(snippet(t, test.file, "package p\n\nimport _ \""+test.imports+"\"\n"))
			expectOne(t, found, test.want)
		})
	}
}

// expectOne wants exactly one finding with the given words, or none at all for "".
func expectOne(t *testing.T, found []finding, want string) {
	t.Helper()
	if want == "" {
		if len(found) != 0 {
			t.Errorf("wanted no finding, got %v", found)
		}
		return
	}
	if len(found) != 1 || !strings.Contains(found[0].String(), want) {
		t.Errorf("wanted one finding with %q, got %v", want, found)
	}
}

func TestFloorsAreWritten(t *testing.T) {
	t.Parallel()
	for stands, want := range map[height]string{0: "0", 4: "½", 12: "1½", 37: "4⅝", 64: "8"} {
		if got := stands.String(); got != want {
			t.Errorf("%d eighths of a floor are %q, not %q", int(stands), got, want)
		}
	}
}

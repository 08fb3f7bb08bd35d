package tidy

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"testing"
)

// height is how high a package stands, in eighths of a floor, so that 1½ and 4⅝ are whole numbers.
type height int

// annex is how far a sub-package stands above its parent when the table does not say where it stands.
const annex height = floor / 2

const floor height = 8

var eighths = [...]string{"", "⅛", "¼", "⅜", "½", "⅝", "¾", "⅞"}

func (h height) String() string {
	if h > 0 && h < floor {
		return eighths[h]
	}
	return strconv.Itoa(int(h/floor)) + eighths[h%floor]
}

// The stair, lowest floor first. A package that is not here, nor inside one that is here, has no place in the house. A
// part of a wing that stands below it is here with a height of its own; an annex above its parent need not be.
var stair = map[string]height{
	"internal/fault": 0, "internal/clock": 0,
	"internal/text":     2, // says why a text is refused
	"internal/money":    4, // below the others: what the database says of a sum that does not fit is money's to refuse
	"internal/calendar": 8, "internal/access": 8,
	"internal/pg": 8, "internal/kafka": 8, "internal/filestore": 8, "internal/wire": 8, "internal/throttle": 8,
	"internal/words":  8,
	"migrations":      8,
	"internal/fact":   10,
	"internal/outbox": 12, "internal/sheet": 12, "internal/idempotency": 12, "internal/identity": 12, "internal/door": 12,
	"internal/relay": 14, "internal/feed": 14,
	"ledger":      16,
	"zone":        20,
	"coinsurance": 24, "coinsurance/settlement": 28,
	"insurance":       32,
	"claims/deadline": 37, "claims/worksheet": 37, "claims/notice": 38, "claims/cashcall": 39, // parts below claims
	"claims":    40,
	"regulator": 48, "internal/periodend": 48,
	"internal/imports": 52, "internal/backup": 52,
	"internal/httpapi": 56, "internal/web": 56, "internal/apicli": 60, "cmd/gongbao": 64,
}

// Outside the stair stands what tries and proves the house, and what cmd starts it with: it may look at every floor,
// and nothing on the stair imports it.
var outside = map[string]bool{
	"internal/lab": true, "internal/embedded": true, "internal/demo": true, "internal/launch": true,
}

// floorOf is the height of a package; a sub-package that is not in the table stands half a floor above its parent.
func floorOf(folder string) (stands height, known bool) {
	above := height(0)
	for ; folder != "." && folder != "/"; folder = path.Dir(folder) {
		if parent, ok := stair[folder]; ok {
			return parent + above, true
		}
		above += annex
	}
	return 0, false
}

func isOutside(folder string) bool {
	for ; folder != "." && folder != "/"; folder = path.Dir(folder) {
		if outside[folder] {
			return true
		}
	}
	return false
}

func isCommand(folder string) bool { return folder == "cmd" || strings.HasPrefix(folder, "cmd/") }

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
		if isCommand(folder) || isOutside(folder) || file.IsTest() {
			return ""
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
			"OK unlisted sub-package on its parent", "internal/httpapi/problem/problem.go",
			"gongbao/internal/httpapi", "",
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
		{"Err sub-packages beside each other", "internal/web/a/a.go", "gongbao/internal/web/b", "that goes sideways"},
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

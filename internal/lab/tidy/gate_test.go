package tidy

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/text"
	"gongbao/zone/authority"
)

// wingOf is what the use cases of a folder are called after, in the keys that count them.
var wingOf = map[string]string{
	"zone": "coinsurance", "coinsurance": "coinsurance", "coinsurance/settlement": "coinsurance", "product": "product",
	"insurance": "insurance", "claims": "claims", "claims/dossier": "claims", "internal/periodend": "ledger",
}

// useCase is a method of a wing's service by which something happens.
type useCase struct {
	command bool // it is asked with a command of its own name, and not by the day's own work
}

// useCases are all of them by the name of their keys.
func useCases(t *testing.T) map[string]useCase {
	t.Helper()
	all := map[string]useCase{}
	for _, file := range theHouse(t).Files {
		wing, is := wingOf[file.Folder()]
		if !is || file.IsTest() {
			continue
		}
		for _, declared := range file.AST.Decls {
			method, is := declared.(*ast.FuncDecl)
			if !is || method.Recv == nil || !method.Name.IsExported() || receiverOf(method) != "Service" {
				continue
			}
			params := method.Type.Params.List
			last, _ := params[len(params)-1].Type.(*ast.Ident)
			all[wing+"."+text.Snake(method.Name.Name)] = useCase{last != nil && last.Name == method.Name.Name}
		}
	}
	return all
}

func receiverOf(method *ast.FuncDecl) string {
	pointer, is := method.Recv.List[0].Type.(*ast.StarExpr)
	if !is {
		return ""
	}
	name, _ := pointer.X.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// asked are the acts that the wings ask the gate for, by the names of their variables.
func asked(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, file := range theHouse(t).Files {
		gate := file.ImportName(module + "/zone/authority")
		if gate == "" || file.IsTest() {
			continue
		}
		for node := range ast.Preorder(file.AST) {
			selector, is := node.(*ast.SelectorExpr)
			if !is {
				continue
			}
			if from, is := selector.X.(*ast.Ident); is && from.Name == gate {
				found[selector.Sel.Name] = true
			}
		}
	}
	return found
}

// TestEveryActIsBehindTheGate: every act of the gate's list is a use case of the house and is asked for by one, and the
// page for auditors lists all use cases: those that move money with their control, and those that cannot, because the
// book takes no journal from them (TestNothingIsPostedWithoutAPass).
func TestEveryActIsBehindTheGate(t *testing.T) {
	t.Parallel()
	cases, moves := useCases(t), map[string]bool{}
	for _, act := range authority.Acts {
		moves[act.Command] = true
		if _, is := cases[act.Command]; !is {
			t.Errorf("the gate lists %s, which is no use case", act.Command)
		}
	}
	named := asked(t)
	for name := range declaredActs(t) {
		if !named[name] {
			t.Errorf("nobody asks the gate for %s", name)
		}
	}
	var others []string
	for name, use := range cases {
		if use.command && !moves[name] {
			others = append(others, "`"+name+"`")
		}
	}
	slices.Sort(others)
	rewrite(t, "docs/gate.md", "<!-- acts -->\n\n", "\n<!-- end of acts -->", actsPrinted())
	rewrite(t, "docs/gate.md", "<!-- others -->\n\n", "\n\n<!-- end of others -->", strings.Join(others, ", "))
}

// declaredActs are the variables of the gate's list.
func declaredActs(t *testing.T) map[string]bool {
	t.Helper()
	declared := map[string]bool{}
	for _, file := range theHouse(t).Files {
		if file.Path != "zone/authority/acts.go" {
			continue
		}
		for node := range ast.Preorder(file.AST) {
			spec, is := node.(*ast.ValueSpec)
			if is && len(spec.Values) == 1 && spec.Names[0].IsExported() && spec.Names[0].Name != "Acts" {
				declared[spec.Names[0].Name] = true
			}
		}
	}
	if len(declared) != len(authority.Acts) {
		t.Errorf("%d acts are declared, and %d listed", len(declared), len(authority.Acts))
	}
	return declared
}

// triedBy is the test that tries an act's control.
func triedBy(act *authority.Act) string {
	wing, name, _ := strings.Cut(act.Command, ".")
	switch {
	case act.Command == authority.ImportPolicies.Command:
		return "TestIssuePolicyDecides"
	case act.Command == authority.ImportClaims.Command:
		return "TestAnImportIsNoWayAroundTheGate"
	case act == authority.MatchReceipt, act == authority.UnmatchReceipt, act == authority.ExecuteOrder,
		act == authority.ReturnOrder, act == authority.CompleteSettlement,
		wing == "insurance" && act.Control != authority.Calendar && act.Control != authority.Estimated:
		return "Test" + camel(name) + "Decides"
	case act == authority.ReversePayment:
		return "TestAPaymentIsTakenBackInThePayersBook, TestDecisionsRefuse"
	case wing == "claims":
		return "TestDecisionsRefuse"
	default:
		return "TestNothingIsPostedWithoutAPass"
	}
}

func camel(snake string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(snake, "_") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

// actsPrinted is the table of the page.
func actsPrinted() string {
	var table strings.Builder
	table.WriteString("| command | control | what counts, or why none is needed | journals | tried by |\n" +
		"| --- | --- | --- | --- | --- |\n")
	for _, act := range authority.Acts {
		fmt.Fprintf(&table, "| `%s` | %s | %s | `%s` | %s |\n", act.Command, act.Control, act.Counts,
			strings.Join(act.Events, "`, `"), triedBy(act))
	}
	return table.String()
}

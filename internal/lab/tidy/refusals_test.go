package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

const faultPath = module + "/internal/fault"

// refusal is one fault.New of the house.
type refusal struct {
	file     *source
	where    string
	code     string // "insurance.policy_not_in_force"
	variable string // "ErrPolicyNotInForce", "" when it is no variable of a package
	cases    []string
}

// kept are the packages whose codes begin with the name of the package that they were once a part of: a code is a
// promise to callers, and outlives a move.
var kept = map[string]string{
	"internal/fact": "outbox", "internal/relay": "outbox", "internal/feed": "outbox", "internal/door": "httpapi",
	"zone": "coinsurance", "product": "insurance",
}

// wing is the name a refusal's code begins with: the top-level folder, or the package below internal.
func wing(folder string) string {
	if former, moved := kept[folder]; moved {
		return former
	}
	parts := strings.Split(folder, "/")
	if len(parts) > 1 && (parts[0] == "internal" || parts[0] == "cmd") {
		return parts[1]
	}
	return parts[0]
}

// refusalsOf finds what a file refuses, and what is wrong with the way it says so.
func refusalsOf(file *source) (refusals []refusal, wrong []finding) {
	name := file.ImportName(faultPath)
	if name == "" || file.IsTest() {
		return nil, nil
	}
	variables := packageVariables(file)
	for node := range ast.Preorder(file.AST) {
		call, ok := node.(*ast.CallExpr)
		if !ok || !isCallOf(call, name, "New") {
			continue
		}
		found := refusal{file: file, where: file.At(file.Line(call.Pos())), variable: variables[call]}
		if len(call.Args) >= 3 {
			if literal, ok := call.Args[1].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				found.code, _ = strconv.Unquote(literal.Value)
			}
			for _, argument := range call.Args[3:] {
				found.cases = append(found.cases, written(argument))
			}
		}
		if what := misdeclared(found); what != "" {
			wrong = append(wrong, finding{found.where, what})
		}
		refusals = append(refusals, found)
	}
	return refusals, wrong
}

// written is a text that stands there, in one piece or in several.
func written(expression ast.Expr) string {
	switch part := expression.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(part.Value)
		return text
	case *ast.BinaryExpr:
		return written(part.X) + written(part.Y)
	default:
		return ""
	}
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9]*\.[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// misdeclared says what is wrong with a refusal taken by itself.
func misdeclared(found refusal) string {
	folder := found.file.Folder()
	switch prefix, _, _ := strings.Cut(found.code, "."); {
	case found.code == "":
		return "the code of a refusal is a literal, so that it can be searched for"
	case !codeForm.MatchString(found.code):
		return fmt.Sprintf("%q is not of the form wing.rule", found.code)
	case prefix != wing(folder):
		return fmt.Sprintf("%q does not begin with its wing, %s", found.code, wing(folder))
	case found.variable == "":
		return fmt.Sprintf("%q is not declared as a variable of its package", found.code)
	case !strings.HasPrefix(folder, "internal/") && path.Base(found.file.Path) != "errors.go":
		return fmt.Sprintf("%q is declared outside errors.go, where a wing lists what it refuses", found.code)
	default:
		return ""
	}
}

// packageVariables gives the name of the package variable that each call sets.
func packageVariables(file *source) map[*ast.CallExpr]string {
	names := map[*ast.CallExpr]string{}
	for _, declared := range file.AST.Decls {
		group, ok := declared.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, value := range values.Values {
				if call, ok := value.(*ast.CallExpr); ok && i < len(values.Names) {
					names[call] = values.Names[i].Name
				}
			}
		}
	}
	return names
}

func isCallOf(call *ast.CallExpr, imported, name string) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && from.Name == imported
}

// checkRefusals wants every code once, well declared, and provoked by some test or case.
func checkRefusals(read *code.House) (findings []finding) {
	first := map[string]string{}
	tried := provocationsOf(read, anyTest)
	tried.cases(read)
	for _, file := range read.Files {
		refusals, wrong := refusalsOf(file)
		findings = append(findings, wrong...)
		for _, refusal := range refusals {
			if before, taken := first[refusal.code]; taken && refusal.code != "" {
				findings = append(findings, finding{refusal.where, fmt.Sprintf("%q is taken by %s", refusal.code, before)})
				continue
			}
			first[refusal.code] = refusal.where
			if refusal.code != "" && !tried.has(refusal) {
				what := fmt.Sprintf("%q is never provoked by a test", refusal.code)
				findings = append(findings, finding{refusal.where, what})
			}
		}
	}
	return findings
}

// tried is what tests and cases mention: codes in text, and names of variables by the package they are used from.
type tried struct {
	codes map[string]bool
	names map[string]bool // "insurance.ErrPolicyNotInForce" and "insurance/ErrPolicyNotInForce" (inside the folder)
}

func (t tried) has(refusal refusal) bool {
	folder := refusal.file.Folder()
	return t.codes[refusal.code] || t.names[folder+"/"+refusal.variable] ||
		t.names[refusal.file.AST.Name.Name+"."+refusal.variable]
}

var (
	codeInText = regexp.MustCompile(`\b[a-z][a-z0-9]*\.[a-z][a-z0-9_]*\b`)
	codeInCase = regexp.MustCompile(`=>\s*error\s+([a-z][a-z0-9]*\.[a-z][a-z0-9_]*)`)
)

// cases notes what cases want to be refused with.
func (t tried) cases(read *code.House) {
	for _, text := range read.Cases {
		for line := range strings.Lines(text) {
			statement, _, _ := strings.Cut(line, "#")
			for _, match := range codeInCase.FindAllStringSubmatch(statement, -1) {
				t.codes[match[1]] = true
			}
		}
	}
}

func anyTest(file *source) bool { return file.IsTest() && !file.Under("internal/lab/tidy") }

// provocationsOf is what some files mention.
func provocationsOf(read *code.House, some func(*source) bool) tried {
	found := tried{codes: map[string]bool{}, names: map[string]bool{}}
	for _, file := range read.Files {
		if some(file) {
			for node := range ast.Preorder(file.AST) {
				found.note(file, node)
			}
		}
	}
	return found
}

func (t tried) note(file *source, node ast.Node) {
	switch node := node.(type) {
	case *ast.BasicLit:
		if node.Kind == token.STRING {
			for _, code := range codeInText.FindAllString(node.Value, -1) {
				t.codes[code] = true
			}
		}
	case *ast.SelectorExpr:
		if from, ok := node.X.(*ast.Ident); ok {
			t.names[from.Name+"."+node.Sel.Name] = true
		}
	case *ast.Ident:
		t.names[file.Folder()+"/"+node.Name] = true
	}
}

func TestEveryRefusalIsProvoked(t *testing.T) {
	t.Parallel()
	report(t, checkRefusals(theHouse(t)))
}

func TestRefusalRule(t *testing.T) {
	t.Parallel()
	const head = "package ledger\n\nimport \"gongbao/internal/fault\"\n\n"
	const closed = head + "var ErrClosed = fault.New(fault.Conflict, \"ledger.period_closed\", \"closed\")\n"
	const provoked = "package ledger\n\nfunc f() { _ = ErrClosed }\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		cases map[string]string
		want  string
	}{
		{"OK named in a test", map[string]string{"ledger/errors.go": closed, "ledger/a_test.go": provoked}, nil, ""},
		{"OK named from another package", map[string]string{
			"ledger/errors.go": closed, "claims/a_test.go": "package p\n\nvar a = ledger.ErrClosed\n",
		}, nil, ""},
		{"OK code in a test", map[string]string{
			"ledger/errors.go": closed, "claims/a_test.go": "package p\n\nvar a = `want ledger.period_closed`\n",
		}, nil, ""},
		{"OK wanted by a case", map[string]string{"ledger/errors.go": closed},
			map[string]string{"cases/a.txt": "2026-01-01 close_period IC => error ledger.period_closed\n"}, ""},
		{"OK sub-package has its wing's name", map[string]string{
			"coinsurance/settlement/errors.go": strings.Replace(closed, "ledger.", "coinsurance.", 1),
			"coinsurance/settlement/a_test.go": provoked,
		}, nil, ""},
		{"Err never provoked", map[string]string{"ledger/errors.go": closed}, nil, "never provoked"},
		{"Err longer code in a test", map[string]string{
			"ledger/errors.go": closed, "ledger/a_test.go": "package p\n\nvar a = \"ledger.period_closed_twice\"\n",
		}, nil, "never provoked"},
		{"Err only in a comment", map[string]string{
			"ledger/errors.go": closed, "ledger/a_test.go": "package p\n\n// ledger.period_closed ErrClosed\n",
		}, nil, "never provoked"},
		{"Err commented out in a case", map[string]string{"ledger/errors.go": closed},
			map[string]string{"a.txt": "# 2026-01-01 close_period IC => error ledger.period_closed\n"}, "never provoked"},
		{"Err namesake elsewhere", map[string]string{
			"ledger/errors.go": closed, "claims/a_test.go": "package p\n\nvar a = ErrClosed\n",
		}, nil, "never provoked"},
		{"Err declared twice", map[string]string{
			"ledger/errors.go": closed + strings.TrimPrefix(strings.Replace(closed, "ErrClosed", "ErrShut", 1), head),
			"ledger/a_test.go": provoked,
		}, nil, "is taken by ledger/errors.go:5"},
		{"Err another wing's name", map[string]string{
			"ledger/errors.go": strings.Replace(closed, "ledger.", "claims.", 1), "ledger/a_test.go": provoked,
		}, nil, "does not begin with its wing, ledger"},
		{"Err form", map[string]string{
			"ledger/errors.go": strings.Replace(closed, "period_closed", "periodClosed", 1), "ledger/a_test.go": provoked,
		}, nil, "not of the form wing.rule"},
		{"Err code put together", map[string]string{
			"ledger/errors.go": strings.Replace(closed, "\"ledger.period_closed\"", "prefix + \"closed\"", 1),
			"ledger/a_test.go": provoked,
		}, nil, "is a literal"},
		{"Err outside errors.go", map[string]string{
			"ledger/post.go": closed, "ledger/a_test.go": provoked,
		}, nil, "outside errors.go"},
		{"Err made inside a function", map[string]string{
			"ledger/errors.go": head + "func f() error { return fault.New(fault.Conflict, \"ledger.period_closed\", \"\") }\n",
			"ledger/a_test.go": "package p\n\nvar a = \"ledger.period_closed\"\n",
		}, nil, "not declared as a variable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			made := &code.House{Cases: test.cases}
			for name, text := range test.files {
				made.Files = append(made.Files, snippet(t, name, text))
			}
			expectOne(t, checkRefusals(made), test.want)
		})
	}
}

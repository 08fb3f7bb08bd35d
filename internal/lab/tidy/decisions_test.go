package tidy

import (
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

// isDecideTest says that the file tries decisions, which need no database.
func isDecideTest(file *source) bool {
	base := path.Base(file.Path)
	return base == "decide_test.go" || strings.HasSuffix(base, "_decide_test.go")
}

func decisionRules() []rule {
	return []rule{{
		name:  "decisions are tried without a database",
		why:   "a decision is pure: what needs a database to be tried reads or writes, and belongs into load or write",
		check: checkDecideTest,
		bad: []sample{
			{"insurance/decide_test.go", "package p\n\nimport _ \"gongbao/internal/lab/testdb\"\n"},
			{"insurance/subsidy_decide_test.go", "package p\n\nimport \"database/sql\"\n\nvar a sql.DB\n"},
			{"zone/decide_test.go", "package p\n\nimport \"gongbao/internal/pg\"\n\nvar a = pg.Open\n"},
			{"zone/decide_test.go", "package p\n\nimport _ \"github.com/jackc/pgx/v5\"\n"},
		},
		good: []sample{
			{"zone/decide_test.go", "package p\n\nimport \"gongbao/internal/pg\"\n\nvar a = pg.ErrAgain\n"},
			{"insurance/lives_test.go", "package p\n\nimport _ \"gongbao/internal/lab/testdb\"\n"},
		},
	}}
}

// checkDecideTest lets a file that tries decisions name no more of a database than the errors of internal/pg.
func checkDecideTest(file *source) (found []finding) {
	if !isDecideTest(file) {
		return nil
	}
	for _, spec := range file.AST.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if imported == module+"/internal/lab/testdb" || imported == "database/sql" ||
			strings.HasPrefix(imported, "github.com/jackc/") || strings.HasPrefix(imported, "github.com/uptrace/bun") {
			found = append(found, finding{file.At(file.Line(spec.Pos())), "a test of decisions imports " + imported})
		}
	}
	pg := file.ImportName(module + "/internal/pg")
	return append(found, selectors(file, func(selector *ast.SelectorExpr) string {
		from, is := selector.X.(*ast.Ident)
		if pg != "" && is && from.Name == pg && !strings.HasPrefix(selector.Sel.Name, "Err") {
			return "a test of decisions names " + pg + "." + selector.Sel.Name
		}
		return ""
	})...)
}

// body is a function of the house with what its names mean.
type body struct {
	declared *ast.FuncDecl
	in       *code.Package
	file     *source
}

// bodiesOf are all functions of the packages.
func bodiesOf(packages map[string]*code.Package) map[*types.Func]body {
	all := map[*types.Func]body{}
	for _, p := range packages {
		for _, file := range p.Files {
			for _, declared := range file.AST.Decls {
				declaration, is := declared.(*ast.FuncDecl)
				if object, known := p.Info.Defs[nameOf(declaration, is)].(*types.Func); known && declaration.Body != nil {
					all[object] = body{declaration, p, file}
				}
			}
		}
	}
	return all
}

func nameOf(declaration *ast.FuncDecl, is bool) *ast.Ident {
	if !is {
		return nil
	}
	return declaration.Name
}

// alsoDecide are decisions that no recipe takes by name.
var alsoDecide = []string{"quotePolicy", "importAgreement"}

// decides finds the functions that are named as a decide: methods of that name, and what is handed to a field or a
// parameter of that name.
func decides(packages map[string]*code.Package, all map[*types.Func]body) map[*types.Func]bool {
	found := map[*types.Func]bool{}
	note := func(p *code.Package, value ast.Expr) {
		if name, is := value.(*ast.Ident); is {
			if object, is := p.Info.Uses[name].(*types.Func); is {
				found[object] = true
			}
		}
	}
	for object := range all {
		method := object.Signature().Recv() != nil
		if method && object.Name() == "decide" || !method && slices.Contains(alsoDecide, object.Name()) {
			found[object] = true
		}
	}
	for _, p := range packages {
		for _, file := range p.Files {
			for node := range ast.Preorder(file.AST) {
				switch node := node.(type) {
				case *ast.KeyValueExpr:
					if key, is := node.Key.(*ast.Ident); is && key.Name == "decide" {
						note(p, node.Value)
					}
				case *ast.CallExpr:
					for i, parameter := range parametersOf(p, node) {
						if parameter == "decide" && i < len(node.Args) {
							note(p, node.Args[i])
						}
					}
				}
			}
		}
	}
	return found
}

// parametersOf are the names of the parameters of the function of this package that is called.
func parametersOf(p *code.Package, call *ast.CallExpr) (names []string) {
	called, is := call.Fun.(*ast.Ident)
	if !is {
		return nil
	}
	object, is := p.Info.Uses[called].(*types.Func)
	if !is {
		return nil
	}
	parameters := object.Signature().Params()
	for i := range parameters.Len() {
		names = append(names, parameters.At(i).Name())
	}
	return names
}

// refusable are the variables that a function and all that it calls name: of these it can return each refusal.
func refusable(from *types.Func, all map[*types.Func]body, seen map[*types.Func]bool, found map[types.Object]bool) {
	f, ours := all[from]
	if !ours || seen[from] {
		return
	}
	seen[from] = true
	for node := range ast.Preorder(f.declared.Body) {
		name, is := node.(*ast.Ident)
		if !is {
			continue
		}
		switch object := f.in.Info.Uses[name].(type) {
		case *types.Func:
			refusable(object.Origin(), all, seen, found)
		case *types.Var:
			if object.Pkg() != nil && object.Parent() == object.Pkg().Scope() {
				found[object] = true
			}
		}
	}
}

// untried are the codes that a wing's decisions can return and nothing tried provokes, each with those decisions.
func untried(read *code.House, packages map[string]*code.Package, tried tried) map[string][]string {
	codes := map[string]refusal{} // by folder and variable
	for _, file := range read.Files {
		refusals, _ := refusalsOf(file)
		for _, found := range refusals {
			codes[file.Folder()+"/"+found.variable] = found
		}
	}
	all, found := bodiesOf(packages), map[string][]string{}
	for decision := range decides(packages, all) {
		f, names := all[decision], map[types.Object]bool{}
		if f.file == nil || f.file.Under("internal") {
			continue
		}
		refusable(decision, all, map[*types.Func]bool{}, names)
		for name := range names {
			refused, is := codes[strings.TrimPrefix(name.Pkg().Path(), module+"/")+"/"+name.Name()]
			if is && !tried.has(refused) {
				found[refused.code] = append(found[refused.code], f.file.At(f.file.Line(f.declared.Pos())))
			}
		}
	}
	return found
}

// arithmetic are the codes with which any sum may panic; the tests of money provoke them.
var arithmetic = []string{"money.currencies_mixed", "money.sum_too_large"}

// Every code that a decision can return is provoked without a database.
func TestDecisionsAreTriedWithoutADatabase(t *testing.T) {
	t.Parallel()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	read := theHouse(t)
	found := untried(read, packages, provocationsOf(read, isDecideTest))
	for _, refused := range slices.Sorted(maps.Keys(found)) {
		if !slices.Contains(arithmetic, refused) {
			slices.Sort(found[refused])
			t.Error(finding{strings.Join(found[refused], ", "), refused + " is tried by no decide_test.go"})
		}
	}
	none := untried(read, packages, tried{})
	for refused, where := range map[string]string{
		"insurance.policy_not_quoted":      "insurance/policy_issue.go",
		"insurance.catalogue_item_unknown": "insurance/policy_quote.go",
		"claims.claim_closed":              "claims/claim_pay.go",
		"coinsurance.limit_accepted":       "zone/authority_accept.go",
		"coinsurance.agreement_exists":     "coinsurance/agreement_import.go",
		"coinsurance.agreement_accepted":   "coinsurance/agreement_accept.go",
	} {
		if !strings.Contains(strings.Join(none[refused], " "), where) {
			t.Errorf("where no decision is tried, %s of %s is not missed", refused, where)
		}
	}
}

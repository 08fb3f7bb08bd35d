package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
)

func commentRules() []rule {
	return []rule{
		{
			name:  "what is left to do has an owner",
			why:   "nobody's task is done by nobody",
			check: checkOwner,
			bad: []sample{
				{"ledger/a.go", "package p\n\n// TO" + "DO: round\n"},
				{"ledger/a.go", "package p\n\n/* FIX" + "ME() round */\n"},
			},
			good: []sample{{"ledger/a.go", "package p\n\n// TO" + "DO(li): round, see the issue\n"}},
		},
		{
			name:  "what is exported is explained",
			why:   "who calls it reads what it means, in what unit, and what it refuses",
			check: checkDocs,
			bad: []sample{
				{"ledger/a.go", "package p\n\nfunc Post() {}\n"},
				{"ledger/a.go", "package p\n\nfunc (b *Book) Post() {}\n"},
				{"ledger/a.go", "package p\n\nfunc (b Pair[T]) Post() {}\n"},
				{"ledger/a.go", "package p\n\ntype Book struct{}\n"},
				{"ledger/a.go", "package p\n\nvar A, b = 1, 2\n"},
				{"ledger/a.go", "package p\n\nconst (\n\tA = 1\n\tb = 2\n)\n"},
				{"ledger/a.go", "package p\n\n//nolint:gosec // no comment at all\nfunc Post() {}\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\n// Post posts.\nfunc Post() {}\n\nfunc post() {}\n\nfunc (b *book) Post() {}\n"},
				{"ledger/a.go", "package p\n\n// The kinds.\nconst (\n\tA = 1\n\tB = 2\n)\n"},
				{"ledger/a.go", "package p\n\nconst (\n\tA = 1 // the first\n\t// B is the second.\n\tB = 2\n)\n"},
				{"ledger/a_test.go", "package p\n\nfunc TestA() {}\n"},
			},
		},
	}
}

var (
	unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)
	owned      = regexp.MustCompile(`\b(TODO|FIXME|XXX)\([^)\s]+\)`)
)

func checkOwner(file *source) []finding {
	var found []finding
	for _, group := range file.AST.Comments {
		for _, comment := range group.List {
			if len(unfinished.FindAllString(comment.Text, -1)) > len(owned.FindAllString(comment.Text, -1)) {
				found = append(found, finding{file.At(file.Line(comment.Pos())), "unfinished work without an owner"})
			}
		}
	}
	return found
}

func checkDocs(file *source) []finding {
	if file.IsTest() {
		return nil
	}
	var found []finding
	missing := func(at token.Pos, name string) {
		found = append(found, finding{file.At(file.Line(at)), name + " has no doc comment"})
	}
	for _, declared := range file.AST.Decls {
		switch declared := declared.(type) {
		case *ast.FuncDecl:
			if declared.Name.IsExported() && exportedReceiver(declared) && declared.Doc.Text() == "" {
				missing(declared.Pos(), declared.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				if name := unexplained(declared, spec); name != "" {
					missing(spec.Pos(), name)
				}
			}
		}
	}
	return found
}

// unexplained is the first exported name of the spec when neither it nor its group says what it is.
func unexplained(group *ast.GenDecl, spec ast.Spec) string {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && group.Doc.Text()+spec.Doc.Text()+spec.Comment.Text() == "" {
			return spec.Name.Name
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && group.Doc.Text()+spec.Doc.Text()+spec.Comment.Text() == "" {
				return name.Name
			}
		}
	}
	return ""
}

// exportedReceiver says that the function is no method, or a method of an exported type.
func exportedReceiver(function *ast.FuncDecl) bool {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return true
	}
	receiver := function.Recv.List[0].Type
	for {
		switch inner := receiver.(type) {
		case *ast.StarExpr:
			receiver = inner.X
		case *ast.ParenExpr:
			receiver = inner.X
		case *ast.IndexExpr:
			receiver = inner.X
		case *ast.IndexListExpr:
			receiver = inner.X
		case *ast.Ident:
			return inner.IsExported()
		default:
			panic(fmt.Sprintf("a receiver of type %T", receiver))
		}
	}
}

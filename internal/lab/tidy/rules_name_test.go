package tidy

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// Names that say nothing: everything and nothing fits into them.
var emptyNames = []string{
	"util", "utils", "common", "model", "models", "type", "types", "helper", "helpers", "misc", "shared", "base", "lib",
}

func nameRules() []rule {
	return []rule{
		{
			name:  "packages are named after what they hold",
			why:   "a package is one noun; a name that says nothing attracts everything",
			check: checkPackageName,
			bad: []sample{
				{"ledger/a.go", "package util\n"},
				{"ledger/helpers/a.go", "package helpers\n"},
				{"ledger/common/a.go", "package ledgercommon\n"},
				{"ledger/a_test.go", "package types_test\n"},
				{"claims/claimPay/a.go", "package claimPay\n"},
			},
			good: []sample{
				{"ledger/a.go", "package ledger\n"},
				{"ledger/a_test.go", "package ledger_test\n"},
				{"cmd/gongbao/main.go", "package main\n"},
			},
		},
		{
			name:  "no init function",
			why:   "what registers itself behind the reader's back cannot be read; wire it in cmd",
			check: checkInit,
			bad: []sample{
				{"ledger/a.go", "package p\n\nfunc init() {}\n"},
				{"ledger/a_test.go", "package p\n\nfunc init() {}\n"},
			},
			good: []sample{{"ledger/a.go", "package p\n\ntype t struct{}\n\nfunc (t) init() {}\n\nfunc initial() {}\n"}},
		},
	}
}

func checkPackageName(file *source) []finding {
	name := strings.TrimSuffix(file.AST.Name.Name, "_test")
	for _, word := range []string{name, path.Base(file.Folder())} {
		if slices.Contains(emptyNames, word) || word != strings.ToLower(word) || strings.Contains(word, "_") {
			return []finding{{file.Path, fmt.Sprintf("%q is no name for a package", word)}}
		}
	}
	return nil
}

func checkInit(file *source) []finding {
	var found []finding
	for _, declared := range file.AST.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
			found = append(found, finding{file.At(file.Line(function.Pos())), "an init function"})
		}
	}
	return found
}

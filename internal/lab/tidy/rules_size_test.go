package tidy

import (
	"fmt"
	"go/ast"
	"strings"
	"unicode/utf8"
)

const (
	fileLinesMax     = 400
	testFileLinesMax = 600
	functionLinesMax = 59
	lineColumnsMax   = 120
)

func sizeRules() []rule {
	return []rule{
		{
			name:  "short files",
			why:   "who opens a file wants to see all of it",
			check: checkFileLines,
			bad: []sample{
				{"ledger/a.go", "package p\n" + strings.Repeat("\n", fileLinesMax)},
				{"ledger/a_test.go", "package p\n" + strings.Repeat("\n", testFileLinesMax)},
			},
			good: []sample{
				{"ledger/a.go", "package p\n" + strings.Repeat("\n", fileLinesMax-1)},
				{"ledger/a_test.go", "package p\n" + strings.Repeat("\n", fileLinesMax)},
			},
		},
		{
			name:  "short functions",
			why:   "a recipe is read from top to bottom without turning the page; tables in tests do not count",
			check: checkFunctionLines,
			bad: []sample{
				{"ledger/a.go", function(functionLinesMax - 1)},
				{"ledger/a_test.go", function(functionLinesMax - 1)},
				{"ledger/a.go", table(functionLinesMax)},
				{"ledger/a.go", "package p\n\nvar f = func() {" + strings.Repeat("\n", functionLinesMax) + "}\n"},
			},
			good: []sample{
				{"ledger/a.go", function(functionLinesMax - 2)},
				{"ledger/a_test.go", table(functionLinesMax)},
			},
		},
		{
			name:  "short lines",
			why:   "two files fit side by side",
			check: checkColumns,
			bad:   []sample{{"ledger/a.go", "package p\n\n// " + strings.Repeat("共", lineColumnsMax-2) + "\n"}},
			good:  []sample{{"ledger/a.go", "package p\n\n// " + strings.Repeat("共", lineColumnsMax-3) + "\n"}},
		},
	}
}

// function is a file with a function of so many lines between its braces.
func function(lines int) string {
	return "package p\n\nfunc f() {\n" + strings.Repeat("\tprintln()\n", lines) + "}\n"
}

// table is a file with a function that is mostly a table.
func table(lines int) string {
	return "package p\n\nfunc f() {\n\t_ = []string{\n" + strings.Repeat("\t\t\"\",\n", lines) + "\t}\n}\n"
}

func checkFileLines(file *source) []finding {
	limit := fileLinesMax
	if file.IsTest() {
		limit = testFileLinesMax
	}
	if lines := strings.Count(file.Text, "\n"); lines > limit && !file.IsGenerated() {
		return []finding{{file.Path, fmt.Sprintf("the file has %d lines, at most %d are wanted", lines, limit)}}
	}
	return nil
}

func checkFunctionLines(file *source) []finding {
	var found []finding
	for node := range ast.Preorder(file.AST) {
		name := "a function literal"
		switch node := node.(type) {
		case *ast.FuncDecl:
			name = node.Name.Name
		case *ast.FuncLit:
			if enclosed(file, node) {
				continue // counted with the function around it
			}
		default:
			continue
		}
		lines := file.Span(node)
		if file.IsTest() {
			lines -= tableLines(file, node)
		}
		if lines > functionLinesMax {
			what := fmt.Sprintf("%s has %d lines, at most %d are wanted", name, lines, functionLinesMax)
			found = append(found, finding{file.At(file.Line(node.Pos())), what})
		}
	}
	return found
}

// enclosed says that the literal stands in a declared function.
func enclosed(file *source, literal *ast.FuncLit) bool {
	for _, declared := range file.AST.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if ok && function.Pos() <= literal.Pos() && literal.End() <= function.End() {
			return true
		}
	}
	return false
}

// tableLines counts the lines of a test's outermost composite literals, beyond the one each would need anyway.
func tableLines(file *source, function ast.Node) int {
	lines := 0
	ast.Inspect(function, func(node ast.Node) bool {
		literal, ok := node.(*ast.CompositeLit)
		if ok {
			lines += file.Span(literal) - 1
		}
		return !ok
	})
	return lines
}

func checkColumns(file *source) []finding {
	var found []finding
	number := 0
	for text := range strings.Lines(file.Text) {
		number++
		columns := utf8.RuneCountInString(strings.TrimRight(text, "\r\n"))
		if columns > lineColumnsMax && !file.IsGenerated() {
			what := fmt.Sprintf("the line has %d columns, at most %d are wanted", columns, lineColumnsMax)
			found = append(found, finding{file.At(number), what})
		}
	}
	return found
}

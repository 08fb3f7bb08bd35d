package tidy

import (
	"go/ast"
	"slices"
)

func testRules() []rule {
	return []rule{
		{
			name:  "no sleeping to wait",
			why:   "a sleep is too short on a busy machine and too long on a free one; wait for the thing itself",
			check: checkSleep,
			bad: []sample{
				{"ledger/a_test.go", "package p\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n"},
				{"internal/lab/testdb/a.go", "package p\n\nimport \"time\"\n\nvar rest = time.Sleep\n"},
			},
			good: []sample{
				{"ledger/a_test.go", "package p\n\nimport \"time\"\n\nfunc f() { <-time.After(1) }\n"},
				{"internal/embedded/a.go", "package p\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n"},
			},
		},
		{
			name:  "no test is skipped",
			why:   "a skipped test is a green lamp without a wire; what is missing fails",
			check: checkSkip,
			bad: []sample{
				{"ledger/a_test.go", "package p\n\nfunc TestA(t *testing.T) { t.Skip(\"no database\") }\n"},
				{"ledger/a_test.go", "package p\n\nfunc BenchmarkA(bench *testing.B) { bench.SkipNow() }\n"},
				{"internal/lab/testdb/a.go", "package p\n\nfunc Open(t testing.TB) { t.Skipf(\"%d\", 1) }\n"},
				{"ledger/a_test.go", "package p\n\nimport \"testing\"\n\nvar quick = testing.Short()\n"},
			},
			good: []sample{
				{"ledger/a_test.go", "package p\n\nfunc TestA(t *testing.T) { t.Fatal(\"no database\") }\n"},
				{"ledger/a.go", "package p\n\nfunc f() { decoder.Skip() }\n"},
			},
		},
	}
}

func checkSleep(file *source) []finding {
	if !file.IsTest() && !file.Under("internal/lab/testdb") {
		return nil
	}
	return uses(file, "time", "Sleep")
}

func checkSkip(file *source) []finding {
	found := uses(file, "testing", "Short")
	names := []string{"Skipf", "SkipNow"}
	if file.IsTest() || file.Under("internal/lab/testdb") {
		names = append(names, "Skip")
	}
	return append(found, selectors(file, func(selector *ast.SelectorExpr) string {
		if slices.Contains(names, selector.Sel.Name) {
			return selector.Sel.Name
		}
		return ""
	})...)
}

package tidy

import (
	"go/ast"
	"slices"
	"strings"
)

const decimalPath = "github.com/shopspring/decimal"

// Calls and globals of the decimal library that bring in floats or a precision nobody chose.
var decimalGlobals = []string{
	"DivisionPrecision", "PowPrecisionNegativeExponent", "MarshalJSONWithoutQuotes", "ExpMaxIterations",
	"TrimTrailingZeros",
}

func moneyRules() []rule {
	return []rule{
		{
			name:  "no float becomes a decimal",
			why:   "0.1 is not a tenth in floating point; read decimals from text",
			check: checkFromFloat,
			bad: []sample{
				{"ledger/a.go", "package p\n\nvar a = decimal.NewFromFloat(0.1)\n"},
				{"ledger/a_test.go", "package p\n\nvar a = decimal.NewFromFloat32(0.1)\n"},
				{"ledger/a.go", "package p\n\nvar a = d.NewFromFloatWithExponent(0.1, -2)\n"},
				{"ledger/a.go", "package p\n\nvar a = share.InexactFloat64()\n"},
				{"ledger/a.go", "package p\n\nfunc f() { share, _ := d.Float64(); _ = share }\n"},
				{"ledger/a.go", "package p\n\nvar number = json.Number.Float64\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nvar a = decimal.NewFromInt(1)\n"},
				{"ledger/a_test.go", "package p\n\nimport \"math/rand/v2\"\n\nvar a = rand.Float64()\n"},
			},
		},
		{
			name: "no float",
			why:  "no float comes near money; a place that measures seconds says so on the list",
			allowed: map[string]string{
				"internal/money/sheet.go":     "the one checked conversion, for cells of a spreadsheet",
				"internal/httpapi/metrics.go": "gauges and seconds for Prometheus, never money",
				"internal/identity/claims.go": "seconds of a token's life, never money",
				"internal/paper/page.go":      "millimetres of a page, never money",
				"internal/lab/bench":          "counts and seconds of measurements, never money",
			},
			check: checkFloatType,
			bad: []sample{
				{"ledger/a.go", "package p\n\nvar a float64\n"},
				{"ledger/a.go", "package p\n\nvar a = float32(1)\n"},
				{"ledger/a.go", "package p\n\nvar a = strconv.ParseFloat\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nvar float string // float64 only in a comment\n"},
				{"ledger/a_test.go", "package p\n\nfunc f(b *testing.B) { b.ReportMetric(float64(1), \"rows/s\") }\n"},
			},
		},
		{
			name:  "no division of unknown precision",
			why:   "decimal.Div cuts at a global precision; name the precision and the rounding (money does)",
			check: checkDivision,
			bad: []sample{
				{"ledger/a.go", "package p\n\nvar a = total.Div(parts)\n"},
				{"ledger/a_test.go", "package p\n\nvar a = decimal.Avg(one, two)\n"},
				{"ledger/a.go", "package p\n\nvar a = decimal.Decimal.Div\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nvar a = total.DivRound(parts, 2)\n"},
				{"ledger/a.go", "package p\n\nvar a = new(big.Int).Div(x, y)\n"},
				{"ledger/a.go", "package p\n\nimport \"math/bits\"\n\nvar a, b = bits.Div64(0, 1, 2)\n"},
			},
		},
		{
			name:  "decimal's globals stay as they are",
			why:   "a global precision set in one place changes sums in all others",
			check: checkDecimalGlobals,
			bad: []sample{
				{"ledger/a.go", "package p\n\nimport \"" + decimalPath + "\"\n\nfunc f() { decimal.DivisionPrecision = 30 }\n"},
				{"ledger/a_test.go", "package p\n\nimport d \"" + decimalPath + "\"\n\nvar a = &d.MarshalJSONWithoutQuotes\n"},
			},
			good: []sample{{"ledger/a.go", "package p\n\nimport \"" + decimalPath + "\"\n\nvar a = decimal.Zero\n"}},
		},
	}
}

func checkFromFloat(file *source) []finding {
	return selectors(file, func(selector *ast.SelectorExpr) string {
		name := selector.Sel.Name
		switch {
		case strings.HasPrefix(name, "NewFromFloat"), name == "InexactFloat64":
			return name
		case name == "Float64" && !isRandom(file, selector.X):
			return name
		default:
			return ""
		}
	})
}

// isRandom says that the name is a random number generator's package, whose Float64 is a draw and no conversion.
func isRandom(file *source, expression ast.Expr) bool {
	name, ok := expression.(*ast.Ident)
	if !ok {
		return false
	}
	for _, imported := range []string{"math/rand", "math/rand/v2", "pgregory.net/rapid"} {
		used := file.ImportName(imported)
		if used == "v2" {
			used = "rand"
		}
		if used != "" && used == name.Name {
			return true
		}
	}
	return false
}

func checkFloatType(file *source) []finding {
	if file.IsTest() {
		return nil // the rule above keeps a test's floats out of decimals
	}
	var found []finding
	for node := range ast.Preorder(file.AST) {
		name, ok := node.(*ast.Ident)
		if ok && slices.Contains([]string{"float32", "float64", "ParseFloat"}, name.Name) {
			found = append(found, finding{file.At(file.Line(name.Pos())), name.Name})
		}
	}
	return found
}

func checkDivision(file *source) []finding {
	found := selectors(file, func(selector *ast.SelectorExpr) string {
		if name, ok := selector.X.(*ast.Ident); ok && name.Name == "decimal" && selector.Sel.Name == "Avg" {
			return "decimal.Avg divides at the global precision"
		}
		if inner, ok := selector.X.(*ast.SelectorExpr); ok && inner.Sel.Name == "Decimal" && selector.Sel.Name == "Div" {
			return "decimal.Decimal.Div divides at the global precision"
		}
		return ""
	})
	for node := range ast.Preorder(file.AST) {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			continue // big.Int's Div takes two
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Div" {
			found = append(found, finding{file.At(file.Line(call.Pos())), "Div divides at the global precision"})
		}
	}
	return found
}

func checkDecimalGlobals(file *source) []finding {
	decimal := file.ImportName(decimalPath)
	return selectors(file, func(selector *ast.SelectorExpr) string {
		name, ok := selector.X.(*ast.Ident)
		if ok && decimal != "" && name.Name == decimal && slices.Contains(decimalGlobals, selector.Sel.Name) {
			return name.Name + "." + selector.Sel.Name
		}
		return ""
	})
}

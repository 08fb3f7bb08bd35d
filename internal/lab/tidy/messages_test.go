package tidy

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongbao/internal/fault"
	"gongbao/internal/lab/code"
	"gongbao/internal/words"
)

// englishAlone are the packages whose diagnostics no user meets: they stand in the log, beside the cause.
var englishAlone = []string{"internal/fact", "internal/kafka", "internal/relay"}

// sentences are what is said in the house beside the rules of refusals, and how.
type sentences struct {
	declared map[types.Object]fault.Cases // by the variable of the refusal
	messages map[fault.Message]string     // where each is said
	wrong    []finding
}

// theSentences reads every fault.Message and every call that says one.
func theSentences(t *testing.T) *sentences {
	t.Helper()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	s := &sentences{declared: map[types.Object]fault.Cases{}, messages: map[fault.Message]string{}}
	for _, p := range packages {
		s.declare(p)
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		if folder != "internal/fault" && folder != "internal/words" {
			s.read(packages[folder])
		}
	}
	return s
}

func (s *sentences) declare(p *code.Package) {
	for _, file := range p.Files {
		refusals, _ := refusalsOf(file)
		for _, refusal := range refusals {
			if cases, err := fault.CasesOf(refusal.cases...); err == nil && p.Types != nil {
				s.declared[p.Types.Scope().Lookup(refusal.variable)] = cases
			}
		}
	}
}

func (s *sentences) read(p *code.Package) {
	for _, file := range p.Files {
		for node := range ast.Preorder(file.AST) {
			expression, is := node.(ast.Expr)
			if !is {
				continue
			}
			where := file.At(file.Line(expression.Pos()))
			if call, is := expression.(*ast.CallExpr); is {
				if what := s.call(p, call); what != "" {
					s.wrong = append(s.wrong, finding{where, what})
				}
			}
			if of := p.Info.Types[expression]; of.Value != nil && isOfFault(of.Type, "Message") {
				s.messages[fault.Message(constant.StringVal(of.Value))] = where
			}
		}
	}
}

func isOfFault(of types.Type, name string) bool {
	named, is := of.(*types.Named)
	return is && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == faultPath && named.Obj().Name() == name
}

// messageAt says which argument of a function of package fault is a message.
var messageAt = map[string]int{"Say": 0, "At": 1, "Require": 2}

// call says what is wrong with a call that says something, or "".
func (s *sentences) call(p *code.Package, call *ast.CallExpr) string {
	if of := p.Info.Types[call.Fun]; of.IsType() && isOfFault(of.Type, "Message") && p.Info.Types[call].Value == nil {
		return "a message is made while the program runs; no other language can have it"
	}
	selector, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return ""
	}
	called, is := p.Info.Uses[selector.Sel].(*types.Func)
	if !is || called.Pkg() == nil || called.Pkg().Path() != faultPath {
		return ""
	}
	if called.Name() == "With" {
		if slices.Contains(englishAlone, p.Folder) {
			return ""
		}
		return "what people read is said by a declared case (Case), which internal/words has in Chinese"
	}
	if called.Name() == "Case" && len(call.Args) == 1 {
		return s.undeclared(p, selector.X, call.Args[0])
	}
	at, says := messageAt[called.Name()]
	if !says || len(call.Args) <= at || p.Info.Types[call.Args[at]].Value == nil {
		return ""
	}
	var args ast.Expr
	if len(call.Args) > at+1 {
		args = call.Args[at+1]
	}
	message := fault.Message(constant.StringVal(p.Info.Types[call.Args[at]].Value))
	names, literal := argumentsOf(args)
	if !literal {
		return fmt.Sprintf("what %q speaks of is to stand beside it", message)
	}
	return misnamed(message, names)
}

// misnamed says that a sentence speaks of other things than are given.
func misnamed(message fault.Message, given []string) string {
	spoken := slices.Sorted(slices.Values(message.Names()))
	slices.Sort(given)
	if slices.Equal(spoken, given) {
		return ""
	}
	return fmt.Sprintf("%q speaks of %q, and %q is given", message, spoken, given)
}

// argumentsOf are the names of a literal fault.Args; none of nothing.
func argumentsOf(args ast.Expr) (names []string, literal bool) {
	if args == nil {
		return nil, true
	}
	composed, is := args.(*ast.CompositeLit)
	if !is {
		return nil, false
	}
	for _, element := range composed.Elts {
		pair, is := element.(*ast.KeyValueExpr)
		if !is {
			return nil, false
		}
		key, is := pair.Key.(*ast.BasicLit)
		if !is {
			return nil, false
		}
		name, _ := strconv.Unquote(key.Value)
		names = append(names, name)
	}
	return names, true
}

// undeclared says that a case is not one of those that its refusal declares. Of a refusal that is handed over to say a
// case of it, any refusal's case will do.
func (s *sentences) undeclared(p *code.Package, refusal, args ast.Expr) string {
	names, literal := argumentsOf(args)
	if !literal {
		return "what a case speaks of is to stand there"
	}
	given := fault.Args{}
	for _, name := range names {
		given[name] = nil
	}
	var of *ast.Ident
	switch refusal := refusal.(type) {
	case *ast.Ident:
		of = refusal
	case *ast.SelectorExpr:
		of = refusal.Sel
	}
	cases, known := s.declared[p.Info.Uses[of]]
	if known {
		if _, declared := cases.Find(given); !declared {
			return fmt.Sprintf("%s declares no case that speaks of %q", of.Name, names)
		}
		return ""
	}
	for _, cases := range s.declared {
		if _, declared := cases.Find(given); declared {
			return ""
		}
	}
	return fmt.Sprintf("no refusal declares a case that speaks of %q", names)
}

// TestWhatIsSaidCanBeSaidInBothLanguages: a message is a constant, what it speaks of stands beside it, and a case is
// one that its refusal declares.
func TestWhatIsSaidCanBeSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	report(t, theSentences(t).wrong)
	for _, bad := range []struct {
		message fault.Message
		given   []string
	}{{"{a} is above {b}", []string{"a"}}, {"nothing is in", []string{"a"}}, {"{a}", nil}} {
		if misnamed(bad.message, bad.given) == "" {
			t.Errorf("%q may speak of %q", bad.message, bad.given)
		}
	}
}

// TestEveryMessageSpeaksBothLanguages: internal/words says each in Chinese, with the same names, and no other.
func TestEveryMessageSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	said := theSentences(t).messages
	if len(said) < 100 {
		t.Fatalf("only %d messages are found", len(said))
	}
	for _, message := range slices.Sorted(maps.Keys(said)) {
		chinese, there := words.Chinese.Messages[message]
		switch {
		case !there && isNothingButNames(message):
		case !there || !hasHan(string(chinese)):
			t.Errorf("%s: internal/words does not say %q in Chinese", said[message], message)
		default:
			spoken, wanted := slices.Sorted(slices.Values(chinese.Names())), slices.Sorted(slices.Values(message.Names()))
			if !slices.Equal(spoken, wanted) {
				t.Errorf("%q speaks of %q in English, of %q in Chinese", message, wanted, spoken)
			}
		}
	}
	for message := range words.Chinese.Messages {
		if said[message] == "" {
			t.Errorf("internal/words has Chinese for %q, which nobody says", message)
		}
	}
}

// isNothingButNames says of a message such as "{amount}" that it is the same in every language.
func isNothingButNames(message fault.Message) bool {
	blank := fault.Args{}
	for _, name := range message.Names() {
		blank[name] = ""
	}
	return strings.Trim(message.With(blank), " :;,()") == ""
}

package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Cases are the sentences a case of one rule may add, in one language, by the names that stand in their braces.
type Cases map[string]Message

// CasesOf sorts sentences by the names in their braces. The error names two sentences that have the same names, or one
// that has none: nothing would tell which of them is meant.
func CasesOf(sentences ...string) (Cases, error) {
	cases := make(Cases, len(sentences))
	for _, sentence := range sentences {
		names := Message(sentence).Names()
		if len(names) == 0 {
			return nil, fmt.Errorf("%q names nothing", sentence)
		}
		key := keyOf(slices.Values(names))
		if other, there := cases[key]; there {
			return nil, fmt.Errorf("%q and %q have the same names", other, sentence)
		}
		cases[key] = Message(sentence)
	}
	return cases, nil
}

func newCases(code string, sentences []string) Cases {
	if len(sentences) == 0 {
		return nil
	}
	cases, err := CasesOf(sentences...)
	if err != nil {
		panic("fault: the cases of " + code + ": " + err.Error())
	}
	return cases
}

func keyOf(names func(yield func(string) bool)) string {
	return strings.Join(slices.Sorted(names), " ")
}

// Find is the sentence that is declared for arguments of these names.
func (c Cases) Find(args Args) (sentence Message, declared bool) {
	sentence, declared = c[keyOf(maps.Keys(args))]
	return sentence, declared
}

// Say is the sentence that has these arguments' names, with the arguments in it. A case that no sentence is declared
// for is written as names and values, so that nothing is lost.
func (c Cases) Say(args Args) string {
	if sentence, declared := c.Find(args); declared {
		return sentence.With(args)
	}
	parts := make([]string, 0, len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		parts = append(parts, fmt.Sprintf("%s: %v", name, args[name]))
	}
	return strings.Join(parts, ", ")
}

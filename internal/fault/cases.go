package fault

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Args are what one case of a refusal says, by name.
type Args map[string]any

// Cases are the sentences a case of one rule may add, in one language, by the names that stand in their braces.
type Cases map[string]string

var argument = regexp.MustCompile(`\{([a-z_]+)\}`)

// CasesOf sorts sentences by the names in their braces. The error names two sentences that have the same names.
func CasesOf(sentences ...string) (Cases, error) {
	cases := make(Cases, len(sentences))
	for _, sentence := range sentences {
		names := map[string]bool{}
		for _, match := range argument.FindAllStringSubmatch(sentence, -1) {
			names[match[1]] = true
		}
		key := keyOf(maps.Keys(names))
		if other, there := cases[key]; there {
			return nil, fmt.Errorf("%q and %q have the same names", other, sentence)
		}
		cases[key] = sentence
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

// Has says whether a sentence is declared for arguments of these names.
func (c Cases) Has(args Args) bool {
	_, declared := c[keyOf(maps.Keys(args))]
	return declared
}

// Say is the sentence that has these arguments' names, with the arguments in it. A case that no sentence is declared
// for is written as names and values, so that nothing is lost.
func (c Cases) Say(args Args) string {
	if sentence, declared := c[keyOf(maps.Keys(args))]; declared {
		return argument.ReplaceAllStringFunc(sentence, func(place string) string {
			return fmt.Sprint(args[place[1:len(place)-1]])
		})
	}
	parts := make([]string, 0, len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		parts = append(parts, fmt.Sprintf("%s: %v", name, args[name]))
	}
	return strings.Join(parts, ", ")
}

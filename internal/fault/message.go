package fault

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Message is a sentence for people with the names of what it speaks of in braces: "at most {most} lines". It stands in
// English where it is said; internal/words says it in Chinese, under the English sentence.
type Message string

// Args are what a sentence speaks of, by name.
type Args map[string]any

// Said is a message with what it speaks of. It may itself stand in another sentence, which is then said in one language
// as a whole.
type Said struct {
	Message Message
	Args    Args
}

// Say puts a message together with what it speaks of; nothing for a sentence without names. It keeps a copy of the
// arguments, so that those of a check that passes (Check.Require) stay on the stack: a command makes many such checks,
// an import makes them for every row.
func Say(message Message, args ...Args) Said {
	if len(args) == 0 {
		return Said{Message: message}
	}
	kept := make(Args, len(args[0]))
	maps.Copy(kept, args[0]) // not maps.Clone, which moves what it copies to the heap
	return Said{Message: message, Args: kept}
}

// Any says that there is something said.
func (s Said) Any() bool { return s.Message != "" }

// String is the sentence in English.
func (s Said) String() string { return s.Message.With(s.Args) }

var argument = regexp.MustCompile(`\{([a-z_0-9]+)\}`)

// Names are those that stand in the braces, each once, in their order.
func (m Message) Names() (names []string) {
	for _, match := range argument.FindAllStringSubmatch(string(m), -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	return names
}

// With is the sentence with these arguments in it; braces that no argument has the name of stay. A list of texts is
// written with commas.
func (m Message) With(args Args) string {
	if len(args) == 0 {
		return string(m)
	}
	return argument.ReplaceAllStringFunc(string(m), func(place string) string {
		value, given := args[place[1:len(place)-1]]
		if !given {
			return place
		}
		if list, is := Texts(value); is {
			return strings.Join(list, ", ")
		}
		return fmt.Sprint(value)
	})
}

// Texts are the elements of an argument that is a list of texts, of whatever type.
func Texts(argument any) (texts []string, is bool) {
	list := reflect.ValueOf(argument)
	if !list.IsValid() || list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.String {
		return nil, false
	}
	for i := range list.Len() {
		texts = append(texts, list.Index(i).String())
	}
	return texts, true
}

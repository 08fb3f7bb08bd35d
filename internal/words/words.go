// Package words holds what people read, in Chinese and in English: one Words per language, with a name for every state,
// account, stream, deadline and event, and a sentence for every refusal.
//
// A refusal's English sentence stands in the errors.go that declares it, beside the code; everything else stands here.
// A test in internal/lab/tidy names what one language lacks.
package words

import (
	"reflect"
	"strings"
	"unicode"
)

// Words are the texts of one language. Every name is found by the code that programs use (Name).
type Words struct {
	Language string // as Content-Language says it

	Organisations  Organisations
	Roles          Roles
	PolicyStates   PolicyStates
	SubsidyStates  SubsidyStates
	ClaimStates    ClaimStates
	QueryStates    QueryStates
	NoticeKinds    NoticeKinds
	NoticeStates   NoticeStates
	Deadlines      Deadlines
	DeadlineStates DeadlineStates
	FeedStates     FeedStates
	Accounts       Accounts
	Streams        Streams
	Events         Events

	Refusals map[string]Refusal // by code
	Rules    map[string]Rule    // of the product lines, by code; English is what lines.json says
}

// Refusal is what a refusal says in one language.
type Refusal struct {
	Sentence string   // the rule; English is what errors.go says
	Cases    []string // what a case adds, with arguments by name; English is what errors.go says
	Remedy   string   // what to do; "" where the sentence says it
}

// Rule is what a rule of a product line says.
type Rule struct{ Sentence, Remedy string }

// Name finds the name for a code in one group of names, such as w.PolicyStates: "in force" for "in_force". A code that
// the group lacks is its own name.
func Name[G any](group G, code string) string {
	value := reflect.ValueOf(group)
	for i := range value.NumField() {
		if CodeOf(value.Type().Field(i)) == code {
			return value.Field(i).String()
		}
	}
	return code
}

// CodeOf is the code that a field of a group is the name of: its tag, or the field's name in small letters.
func CodeOf(field reflect.StructField) string {
	if code := field.Tag.Get("code"); code != "" {
		return code
	}
	var code strings.Builder
	previous := 'A'
	for _, letter := range field.Name {
		if unicode.IsUpper(letter) && !unicode.IsUpper(previous) {
			code.WriteByte('_')
		}
		code.WriteRune(unicode.ToLower(letter))
		previous = letter
	}
	return code.String()
}

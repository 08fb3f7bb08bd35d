// Package words holds what people read, in Chinese and in English: one Words per language, with a name for every state,
// account, stream, deadline and event, and a sentence for every refusal.
//
// What a refusal says in Chinese stands in refusals_chinese.go, by its code, and what is said of a field in
// messages_chinese.go, by the English. The English of both stands where it is said: a refusal's in the errors.go that
// declares it, a field's where the field is checked. Everything else stands here in both languages. A test in
// internal/lab/tidy names what one language lacks.
package words

import (
	"reflect"
	"slices"

	"gongbao/internal/fault"
	"gongbao/internal/text"
)

// Words are the texts of one language. Every name is found by the code that programs use (Name).
type Words struct {
	Language string // as Content-Language says it
	Comma    string // between the parts of a list

	Organisations        Organisations
	Roles                Roles
	BankStates           BankStates
	MandateStates        MandateStates
	PolicyStates         PolicyStates
	SubsidyStates        SubsidyStates
	ClaimStates          ClaimStates
	QueryStates          QueryStates
	StatementStates      StatementStates
	AnswerStates         AnswerStates
	StatementQueryStates StatementQueryStates
	QueryReasons         QueryReasons
	ItemGroups           ItemGroups
	SettlementStates     SettlementStates
	OrderStates          OrderStates
	FileStates           FileStates
	AttemptStates        AttemptStates
	NoticeKinds          NoticeKinds
	NoticeStates         NoticeStates
	Deadlines            Deadlines
	DeadlineStates       DeadlineStates
	FeedStates           FeedStates
	Accounts             Accounts
	Streams              Streams
	Events               Events

	Refusals map[string]Refusal              // by code
	Messages map[fault.Message]fault.Message // by the English, which stands where it is said
	Rules    map[string]Rule                 // of the product lines, by code; English is what lines.json says
}

// Refusal is what a refusal says in one language.
type Refusal struct {
	Sentence string   // the rule; English is what errors.go says
	Cases    []string // what a case adds, with arguments by name; English is what errors.go says
	Remedy   string   // what to do; "" where the sentence says it

	cases fault.Cases // the same, by their names
}

// refusals brings the parts of what a language says of refusals together, with their cases sorted once.
func refusals(parts ...map[string]Refusal) map[string]Refusal {
	all := map[string]Refusal{}
	for _, part := range parts {
		for code, refusal := range part {
			cases, err := fault.CasesOf(refusal.Cases...)
			if err != nil {
				panic("words: the cases of " + code + ": " + err.Error())
			}
			if _, twice := all[code]; twice {
				panic("words: " + code + " stands there twice")
			}
			refusal.cases = cases
			all[code] = refusal
		}
	}
	return all
}

// messages pairs English with what another language says for it: a text and its translation in turn.
func messages(pairs ...fault.Message) map[fault.Message]fault.Message {
	all := make(map[fault.Message]fault.Message, len(pairs)/2)
	for pair := range slices.Chunk(pairs, 2) {
		if _, twice := all[pair[0]]; twice || len(pair) < 2 {
			panic("words: " + string(pair[0]) + " stands there twice, or without what it says")
		}
		all[pair[0]] = pair[1]
	}
	return all
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

// CodeOf is the code that a field of a group is the name of: its tag, or the field's name as codes are written.
func CodeOf(field reflect.StructField) string {
	if code := field.Tag.Get("code"); code != "" {
		return code
	}
	return text.Snake(field.Name)
}

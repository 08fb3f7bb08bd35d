package product

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Rule is one rule of a product line. It is data: what is asked, of which fact, with which number, from whom and from
// when to when. A rule whose facts are not given is not checked.
type Rule struct {
	Code      string        `json:"code"`
	Kind      RuleKind      `json:"kind"`
	Fact      string        `json:"fact"`               // what it looks at
	When      string        `json:"when,omitempty"`     // a yes-or-no fact that must be yes for the rule to hold
	Section   string        `json:"section,omitempty"`  // whose limit is meant; the policy's when empty
	Multiple  int           `json:"multiple,omitempty"` // of the fact's amount
	Amount    *money.Amount `json:"amount,omitempty"`   // in yuan
	Day       calendar.Date `json:"day,omitzero"`       // the last good one
	Choices   []string      `json:"choices,omitempty"`  // of a text
	Severity  Severity      `json:"severity"`           // what is refused
	Sentence  string        `json:"sentence"`           // the rule, for people
	Remedy    string        `json:"remedy"`             // what to do about it
	Source    string        `json:"source"`             // where it comes from
	Certainty string        `json:"certainty"`          // how well that is known
	From      calendar.Date `json:"from,omitzero"`      // of the policy's first day; open when left out
	To        calendar.Date `json:"to,omitzero"`
}

// RuleKind is what a rule asks.
type RuleKind string

// The closed list of kinds.
const (
	LimitAtLeast RuleKind = "limit_at_least" // the limit is at least a multiple of the fact's amount
	LimitAtMost  RuleKind = "limit_at_most"  // the limit is at most a multiple of the fact's amount
	AtLeast      RuleKind = "at_least"       // the fact's amount is at least the rule's
	Forbidden    RuleKind = "forbidden"      // the fact is not "yes"
	Wanted       RuleKind = "wanted"         // the fact is not "no"
	Given        RuleKind = "given"          // the fact is known: the one kind that asks for it
	OneOf        RuleKind = "one_of"         // the fact is one of the choices
	WithinTerm   RuleKind = "within_term"    // the policy's first day lies in the fact's term
	StartsBy     RuleKind = "starts_by"      // the policy's first day is no later than the rule's
)

// RuleKinds are all of them.
var RuleKinds = []RuleKind{LimitAtLeast, LimitAtMost, AtLeast, Forbidden, Wanted, Given, OneOf, WithinTerm, StartsBy}

// Severity is what a broken rule stops.
type Severity string

// A broken rule stops the issue of the policy, or only its subsidy.
const (
	StopsIssue   Severity = "issue"
	StopsSubsidy Severity = "subsidy"
)

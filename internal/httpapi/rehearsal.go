package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
)

// Rehearsal is what a command would do, as far as who asks may see it: a member's person sees the postings of its own
// book, the splits as they will be listed to it, and the facts as the feed will list them. Nothing of it was done, and
// ids and instants are drawn anew when it is. A command whose key is known does nothing more: only its first answer.
type Rehearsal struct {
	Answer   any                         `json:"answer"   doc:"What the command would answer, in its own form"`
	Splits   []coinsurance.RecordedSplit `json:"splits"   doc:"To-date totals that it would divide, with the working"`
	Journals []RehearsedJournal          `json:"postings" doc:"Postings it would make in books you may read, by journal"`
	Facts    []RehearsedFact             `json:"facts"    doc:"Facts it would announce, as the feed lists them to you"`
}

// RehearsedJournal is what one fact would do to the books.
type RehearsedJournal struct {
	Pool      string           `json:"pool"`
	Kind      string           `json:"kind"               doc:"Type of the fact that makes it"`
	Effective calendar.Date    `json:"effective"`
	Period    calendar.Month   `json:"period"             doc:"Accounting month"`
	Reverses  *uuid.UUID       `json:"reverses,omitempty" doc:"The journal it takes back"`
	Postings  []ledger.Posting `json:"postings"`
}

// RehearsedFact is a fact that would be announced.
type RehearsedFact struct {
	Pool     string             `json:"pool"`
	Type     string             `json:"type"`
	Subject  string             `json:"subject"`
	Common   json.RawMessage    `json:"common"`
	Sections []RehearsedSection `json:"sections" doc:"Your own, or all"`
}

// RehearsedSection is one member's section of a fact; what proves it exists only when the fact does.
type RehearsedSection struct {
	Member string          `json:"member"`
	Body   json.RawMessage `json:"body"`
}

// rehearsable is a request for a command, which can be rehearsed.
type rehearsable interface{ rehearsing() *idempotency.Rehearsal }

// rehearsedAnswer takes a rehearsal past the library, which knows one form of answer for every route, and any other
// only as an error with a status of its own.
type rehearsedAnswer struct{ Rehearsal }

// Error is never shown: the status says that nothing is wrong.
func (*rehearsedAnswer) Error() string { return "the command was rehearsed" }

// GetStatus is that of a good answer.
func (*rehearsedAnswer) GetStatus() int { return http.StatusOK }

// rehearsed answers with what a command would do instead of with out, which is what it would answer.
func (s *Server) rehearsed(
	ctx context.Context, r route, by access.Principal, would *idempotency.Rehearsal, out any,
) error {
	answer := rehearsedAnswer{Rehearsal{
		Answer: reflect.ValueOf(out).Elem().FieldByName("Body").Interface(), Splits: []coinsurance.RecordedSplit{},
		Journals: journalsFor(by, idempotency.Told[ledger.PostedJournal](would)),
	}}
	var err error
	if answer.Facts, err = factsFor(by, idempotency.Told[fact.Fact](would)); err != nil {
		return s.refused(ctx, r, err)
	}
	for _, record := range idempotency.Told[coinsurance.SplitRecord](would) {
		seen, err := record.SeenBy(ctx, s.DB.Of(record.Subject.Pool), by)
		if err != nil {
			return s.refused(ctx, r, err)
		}
		answer.Splits = append(answer.Splits, seen...)
	}
	return &answer
}

// journalsFor are the journals with the postings of the books that a principal may read, as the books will show them.
func journalsFor(by access.Principal, told []ledger.PostedJournal) []RehearsedJournal {
	journals := []RehearsedJournal{}
	for _, one := range told {
		journal := RehearsedJournal{
			Pool: one.Journal.Pool, Kind: one.Journal.Kind, Effective: one.Journal.Effective, Period: one.Posted.Period,
			Reverses: one.Journal.Reverses,
		}
		for _, posting := range one.Posted.Lines {
			if by.MayRead(posting.Book) {
				posting.Mirror = 0 // books do not show it
				journal.Postings = append(journal.Postings, posting)
			}
		}
		if len(journal.Postings) > 0 {
			journals = append(journals, journal)
		}
	}
	return journals
}

// factsFor are the facts that the feed will show to a principal.
func factsFor(by access.Principal, told []fact.Fact) ([]RehearsedFact, error) {
	facts := []RehearsedFact{}
	for _, one := range told {
		event, err := fact.Encode(one)
		if err != nil {
			return nil, err
		}
		sections, sees := event.SeenBy(by)
		if !sees {
			continue
		}
		shown := RehearsedFact{
			Pool: event.Pool, Type: event.Type, Subject: event.Subject, Common: event.Common,
			Sections: []RehearsedSection{},
		}
		for _, section := range sections {
			shown.Sections = append(shown.Sections, RehearsedSection{Member: section.Member, Body: section.Body})
		}
		facts = append(facts, shown)
	}
	return facts, nil
}

// describeRehearsal describes the answer to a rehearsal beside the command's own.
func (s *Server) describeRehearsal(operation *huma.Operation, out reflect.Type) {
	schemas := s.api.OpenAPI().Components.Schemas
	schema := schemas.Schema(reflect.TypeFor[Rehearsal](), true, "")
	description := "With rehearse=true: what the command would do"
	if operation.DefaultStatus == http.StatusOK {
		body, _ := out.FieldByName("Body")
		schema = &huma.Schema{OneOf: []*huma.Schema{schemas.Schema(body.Type, true, ""), schema}}
		description = "What the command did; with rehearse=true, what it would do"
	}
	operation.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {
		Description: description, Content: map[string]*huma.MediaType{mediaJSON: {Schema: schema}},
	}}
}

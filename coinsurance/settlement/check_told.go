package settlement

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
	"gongbao/ledger"
)

// What stands in a table of settlement is what its events told: each row is held against them, field by field, and
// each subject of an event against the rows. So a row that was altered, taken away, repeated or moved is named even
// where no figure of the book depends on it: who confirmed what and when, why something is disputed.

// told is an event of a statement, a run or an order.
type told struct {
	kind, subject    string
	version          int64
	recorded         time.Time
	by               string
	agreementVersion int
	data             json.RawMessage
	sections         json.RawMessage // of statement_issued: a list, in the order of the members
	members          string          // whom it was told to
}

// toldRow is a row with what its events have to have told in the end.
type toldRow struct {
	version  int64
	recorded time.Time
	fields   map[string]any
}

// toldCheck collects what events told of a pool, and then compares.
type toldCheck struct {
	pool   string
	report func(subject, text string)

	rows map[string]toldRow
	told map[string]toldRow
}

var (
	eventsTold = pg.SQL[ledger.OfPool](files, "EventsTold")
	queriesAll = pg.Select[Query, ledger.OfPool](files, "QueriesOfPool")
	answersAll = pg.Select[Answer, ledger.OfPool](files, "AnswersOfPool")
	totalsAll  = pg.Select[MemberTotal, ledger.OfPool](files, "TotalsOfPool")
	ordersAll  = pg.Select[PaymentOrder, ledger.OfPool](files, "OrdersToCheck")
)

// rowsAreAsTold compares every row of a pool with its events.
func rowsAreAsTold(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	check := &toldCheck{
		pool: pool, rows: map[string]toldRow{}, told: map[string]toldRow{}, report: func(subject, text string) {
			report(ledger.Finding{Check: "settlement_is_as_told", Pool: pool, Subject: subject, Text: text})
		},
	}
	if err := check.readRows(ctx, handle); err != nil {
		return err
	}
	err := eventsTold.With(ledger.OfPool{Pool: pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var e told
		err := rows.Scan(&e.kind, &e.subject, &e.version, &e.recorded, &e.by, &e.agreementVersion, &e.data, &e.sections,
			&e.members)
		if err != nil {
			return err
		}
		return check.hear(&e)
	})
	if err == nil {
		check.compare()
	}
	return err
}

// readRows says what events have to have told.
func (c *toldCheck) readRows(ctx context.Context, handle bun.IDB) error {
	of := ledger.OfPool{Pool: c.pool}
	statements, err := Statements(ctx, handle, c.pool)
	if err != nil {
		return err
	}
	subjects := make(map[int]string, len(statements))
	for i := range statements {
		if s := &statements[i]; s.State != StatementCut { // nothing is told of the cut alone
			subjects[s.Number] = s.subject()
			c.expect(s.subject(), s.Version, s.Recorded, statementData(s), map[string]any{
				"items": s.Items, "postings": s.Postings, "agreement_version": s.AgreementVersion, "drawn_by": s.DrawnBy,
				"issued_by": s.IssuedBy, "issued": s.Issued, "cancelled_by": s.CancelledBy, "reason": s.Reason,
			})
		}
	}
	part := func(statement int, what string, number any) string {
		if subjects[statement] == "" {
			return fmt.Sprintf("statement/%s/%d: %s %v", c.pool, statement, what, number) // which nobody has told of
		}
		return fmt.Sprintf("%s: %s %v", subjects[statement], what, number)
	}
	if err := c.readParts(ctx, handle, part); err != nil {
		return err
	}
	runs, err := Settlements(ctx, handle, c.pool)
	if err != nil {
		return err
	}
	for i := range runs {
		c.expect(runs[i].subject(), runs[i].Version, runs[i].Recorded, map[string]any{"settlement": &runs[i]}, nil)
	}
	return pg.Each(ctx, handle, ordersAll.With(of), func(order *PaymentOrder) error {
		c.expect(order.subject(), order.Version, order.Recorded, orderData(order), nil)
		delete(c.rows[order.subject()].fields, "attempt") // see paidCheck
		return nil
	})
}

// readParts does so for what is of a statement: queries, answers, and totals that were issued.
func (c *toldCheck) readParts(
	ctx context.Context, handle bun.IDB, part func(statement int, what string, number any) string,
) error {
	of := ledger.OfPool{Pool: c.pool}
	err := pg.Each(ctx, handle, queriesAll.With(of), func(query *Query) error {
		c.expect(part(query.Statement, "query", query.Number), 0, time.Time{}, query, map[string]any{
			"parties": query.Parties, "remark": query.Remark, "document": query.Document, "answer": query.Answer,
			"answer_document": query.AnswerDocument, "answerer": query.Answerer, "answered_by": query.AnsweredBy,
			"answered": query.answeredAt(),
		})
		return nil
	})
	if err != nil {
		return err
	}
	totals, err := pg.Listed[MemberTotal](ctx, handle, totalsAll.With(of))
	if err != nil {
		return err
	}
	type key struct {
		statement int
		member    string
	}
	totalOf := make(map[key]MemberTotal, len(totals))
	for _, total := range totals {
		totalOf[key{total.Statement, total.Member}] = total
	}
	answers, err := pg.Listed[Answer](ctx, handle, answersAll.With(of))
	if err != nil {
		return err
	}
	slices.SortFunc(answers, func(x, y Answer) int {
		return cmp.Or(cmp.Compare(x.Statement, y.Statement), strings.Compare(x.Member, y.Member))
	})
	for i, at := 0, 0; i < len(answers); i++ {
		answer := &answers[i]
		if at++; i > 0 && answers[i-1].Statement != answer.Statement {
			at = 1
		}
		total := totalOf[key{answer.Statement, answer.Member}]
		section := statementSection{total.Opening, total.Movement, total.Closing, total.Items, answer.LinesSHA256}
		c.expect(part(answer.Statement, "section", at), 0, time.Time{}, section, nil)
		if answer.Overdue != nil {
			c.expect(part(answer.Statement, "silence of", answer.Member), 0, time.Time{}, map[string]any{
				"overdue": answer.Overdue,
			}, nil)
		}
		if answer.State != AnswerOpen || answer.ConfirmedBy != "" || answer.Confirmed != nil {
			c.expect(part(answer.Statement, "answer of", answer.Member), 0, time.Time{}, map[string]any{
				"answer": answer.State, "confirmed_by": answer.ConfirmedBy, "confirmed": answer.Confirmed,
			}, nil)
		}
	}
	return nil
}

// expect notes what events have to have told of a row.
func (c *toldCheck) expect(subject string, version int64, recorded time.Time, data any, more map[string]any) {
	row := toldRow{version, recorded, fieldsOf(data)}
	maps.Copy(row.fields, fieldsOf(more))
	c.rows[subject] = row
}

// hear lets an event add to what was told of its subject.
func (c *toldCheck) hear(event *told) error {
	heard := c.told[event.subject]
	if heard.fields == nil {
		heard.fields = map[string]any{}
	}
	heard.version, heard.recorded = event.version, event.recorded
	data := fieldsOf(event.data)
	switch event.kind {
	case EventStatementDrawn:
		maps.Copy(heard.fields, fieldsOf(map[string]any{
			"agreement_version": event.agreementVersion, "drawn_by": event.by, "issued_by": "", "issued": nil,
			"cancelled_by": "", "reason": "",
		}))
	case EventStatementIssued:
		maps.Copy(heard.fields, fieldsOf(map[string]any{"issued_by": event.by, "issued": event.recorded}))
		var sections []json.RawMessage
		if err := json.Unmarshal(event.sections, &sections); err != nil {
			return err
		}
		for i, section := range sections {
			c.told[fmt.Sprintf("%s: section %d", event.subject, i+1)] = toldRow{fields: fieldsOf(section)}
		}
	}
	if query, is := data["query"].(map[string]any); is {
		name := fmt.Sprintf("%s: query %v", event.subject, query["number"])
		before := c.told[name].fields
		query["parties"] = before["parties"]
		if event.kind == EventStatementQueried { // it is told to the parties of the disputed items, as they were then
			query["parties"] = event.members
		}
		if event.kind != EventQueryAnswered { // the answer is told by its own event alone
			for _, field := range answerFields {
				query[field] = before[field]
			}
		}
		for _, field := range slices.Concat(answerFields, []string{"remark", "document"}) {
			if query[field] == nil { // what is empty is left out
				query[field] = ""
			}
		}
		c.told[name] = toldRow{fields: query}
		delete(data, "query")
	}
	if event.kind == EventStatementOverdue {
		c.told[fmt.Sprintf("%s: silence of %v", event.subject, data["member"])] = toldRow{fields: fieldsOf(map[string]any{
			"overdue": event.recorded,
		})}
	} else if answer, is := data["answer"]; is {
		c.told[fmt.Sprintf("%s: answer of %v", event.subject, data["member"])] = toldRow{fields: fieldsOf(map[string]any{
			"answer": answer, "confirmed_by": event.by, "confirmed": event.recorded,
		})}
	}
	if data["state"] == string(StatementCancelled) {
		data["cancelled_by"] = event.by
	}
	maps.Copy(heard.fields, data)
	c.told[event.subject] = heard
	return nil
}

// answerFields are what is said of a query's answer.
var answerFields = []string{"answer", "answer_document", "answerer", "answered_by", "answered"}

// answeredAt is when a query was answered, or an empty text.
func (q *Query) answeredAt() any {
	if q.Answered == nil {
		return ""
	}
	return q.Answered
}

// compare reports every difference between rows and events.
func (c *toldCheck) compare() {
	for _, subject := range slices.Sorted(maps.Keys(c.rows)) {
		row := c.rows[subject]
		heard, is := c.told[subject]
		if !is {
			c.report(subject, subject+" was never announced")
			continue
		}
		if row.version != heard.version || !row.recorded.Equal(heard.recorded) {
			c.report(subject, fmt.Sprintf("%s stands at version %d of %s, the last event is %d of %s", subject, row.version,
				row.recorded.UTC().Format(time.RFC3339Nano), heard.version, heard.recorded.UTC().Format(time.RFC3339Nano)))
		}
		for _, name := range slices.Sorted(maps.Keys(row.fields)) {
			got, _ := json.Marshal(row.fields[name])
			if wanted, _ := json.Marshal(heard.fields[name]); !bytes.Equal(got, wanted) {
				c.report(subject, fmt.Sprintf("%s: %s is %s, it was announced as %s", subject, name, got, wanted))
			}
		}
	}
	for _, subject := range slices.Sorted(maps.Keys(c.told)) {
		if _, is := c.rows[subject]; !is {
			c.report(subject, subject+" was announced, and is not there")
		}
	}
}

// fieldsOf are the fields of anything as JSON has them, with all times in one form.
func fieldsOf(data any) map[string]any {
	fields := map[string]any{}
	text, err := json.Marshal(data)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		return map[string]any{"unreadable": err.Error()}
	}
	for name, value := range fields {
		fields[name] = inOneForm(value)
	}
	return fields
}

func inOneForm(value any) any {
	switch value := value.(type) {
	case string:
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	case map[string]any:
		for name, inner := range value {
			value[name] = inOneForm(inner)
		}
	}
	return value
}

// linesAreAsHashed hashes every member's lines of the issued statements again.
func linesAreAsHashed(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	statements, err := Statements(ctx, handle, pool)
	if err != nil {
		return err
	}
	for i := range statements {
		key := statementKey{pool, statements[i].Number}
		answers, err := pg.Listed[Answer](ctx, handle, answersOf.With(key))
		if err != nil {
			return err
		}
		if len(answers) == 0 {
			continue
		}
		lines, err := linesOf(ctx, handle, &statements[i])
		if err != nil {
			return err
		}
		for _, answer := range answers {
			wanted := lines[answer.Member]
			if wanted == nil {
				wanted = noLines[:]
			}
			if !bytes.Equal(answer.LinesSHA256, wanted) {
				report(ledger.Finding{
					Check: "statement_lines_are_as_hashed", Pool: pool, Subject: statements[i].subject(),
					Text: fmt.Sprintf("%s of %s: its lines hash to %x, it was given %x", statements[i].subject(), answer.Member,
						wanted, []byte(answer.LinesSHA256)),
				})
			}
		}
	}
	return nil
}

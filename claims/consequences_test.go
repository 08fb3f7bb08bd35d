package claims

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gongbao/claims/deadline"
	"gongbao/internal/lab/golden"
	"gongbao/internal/words"
)

// TestConsequencesArePrinted prints the list of consequences into the life of a claim. -update writes the page anew.
func TestConsequencesArePrinted(t *testing.T) {
	t.Parallel()
	const begins = "<!-- consequences: written by a test from claims/consequences.go -->\n"
	const ends = "<!-- /consequences -->\n"
	page := filepath.Join("..", "docs", "life-of-a-claim.md")
	kept, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(kept), begins)
	_, after, closes := strings.Cut(rest, ends)
	if !found || !closes {
		t.Fatalf("%s has no place for the consequences", page)
	}
	var list strings.Builder
	list.WriteString("| | when | then | events |\n| ---: | --- | --- | --- |\n")
	for i, rule := range consequences {
		var events []string
		for _, event := range rule.events {
			events = append(events, "`"+event+"`")
		}
		fmt.Fprintf(&list, "| %d | %s | %s | %s |\n", i+1, rule.when, rule.then, strings.Join(events, ", "))
	}
	golden.Same(t, page, before+begins+list.String()+ends+after)
}

// An end stops every deadline of the claim itself but those that are listed here with why they go on. Those of notices
// and queries belong to members, and are not looked at.
func TestAnEndStopsDeadlines(t *testing.T) {
	t.Parallel()
	goesOn := []deadline.Name{
		deadline.MajorReportDue, deadline.EmergencyDue, // the reports are wanted whatever becomes of the claim
		deadline.RefuseDue, deadline.MajorClosingDue, // an end starts them
	}
	for name, end := range map[string]struct {
		cmd  interface{ decide(*Outcome) error }
		also deadline.Name
	}{
		"withdrawn": {WithdrawClaim{}, ""}, "closed": {CloseClaim{}, ""},
		"refused": {RefuseClaim{Reason: "条款第五条"}, deadline.RescindDue}, // the policy may still be rescinded
	} {
		o := begin(desk(t, func(l *lockedClaim) {
			l.before.ApprovedIndemnity = l.before.PaidIndemnity
			names := reflect.TypeOf(words.English.Deadlines)
			for i := range names.NumField() {
				l.kept.deadlines = append(l.kept.deadlines, deadline.Deadline{
					Name: deadline.Name(words.CodeOf(names.Field(i))), State: deadline.Running, Due: l.today.AddDays(9),
				})
			}
		}), person("he", "A").By)
		if err := end.cmd.decide(o); err != nil {
			t.Fatal(err)
		}
		if err := o.ensue(); err != nil {
			t.Fatal(err)
		}
		for _, one := range o.deadlines.All {
			if one.State == deadline.Running && !ofMembers[one.Name] && one.Name != end.also &&
				!slices.Contains(goesOn, one.Name) {
				t.Errorf("%s goes on when the claim is %s", one.Name, name)
			}
		}
	}
}

// ofMembers are the deadlines that each run for one member.
var ofMembers = map[deadline.Name]bool{
	deadline.ReimbursementDue: true, deadline.NoticeDue: true, deadline.SurveyDue: true, deadline.ConsentDue: true,
	deadline.CashCallDue: true, deadline.QueryDue: true, deadline.EscalationDue: true,
}

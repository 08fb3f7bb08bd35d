package sim

import (
	"strings"

	"gongbao/internal/lab/sim/auditor"
)

// replay is what a run needs to know when it plays again what happened before, to seek a difference.
type replay struct {
	sought *Difference
	moves  int      // how many will be played
	lines  []string // of those that were
}

// carefulLast is how many of the last moves are played one by one, so that the auditor's notebook is not ahead of the
// step that shows the difference.
const carefulLast = 1000

// careful says that the next move is played by itself.
func (r *replay) careful(made int) bool { return r != nil && r.moves-made <= carefulLast }

// note writes down the lines that were played, with the refusals that came.
func (r *replay) note(steps []*step) {
	if r == nil {
		return
	}
	for _, one := range steps {
		line := one.verdict.Line
		if one.refusal != one.verdict.Refusal && len(one.verdict.OneOf) > 0 {
			line = one.move.Text(one.refusal)
		}
		r.lines = append(r.lines, line)
	}
}

// story is the scenario that ends with what fails.
func (r *replay) story(book *auditor.Auditor, shown *Difference) *Story {
	lines := r.lines
	if fails := shown.expectation(book); fails != nil {
		lines = append(lines, auditor.Move{Day: book.Today, Act: fails}.Text("")+" "+fails.Ask(book))
	}
	shown.Fails = lines[len(lines)-1]
	return &Story{Statements: len(lines), Lines: lines, Difference: shown}
}

// expectation asks for the figure that differs, in the words of a scenario; nil when the last statement itself fails.
func (d *Difference) expectation(book *auditor.Auditor) *auditor.Expect {
	verified := &auditor.Expect{Ask: func(*auditor.Auditor) string { return "verified" }}
	claim, policy := d.Subject, ""
	if book.Claims[d.Subject] == nil {
		claim, policy = "", d.Subject
	}
	var ask auditor.Expect
	switch f := d.figure; d.Kind {
	case kindOutcome, kindFailure:
		return nil
	case kindBalance:
		ask = askBalance(auditor.Question{Book: f.b, Account: f.a, With: f.c, Pool: d.Pool, Policy: policy, Claim: claim})
	case kindTotal:
		ask = askBalance(auditor.Question{Book: f.b, Account: f.a, With: f.c, Pool: d.Pool})
	case kindDated: // on the first day that differs, so does the balance up to it
		day, with, _ := strings.Cut(f.c, " ")
		ask = askBalance(auditor.Question{
			Book: f.b, Account: f.a, With: with, Pool: d.Pool, Effective: auditor.ParseDay(day),
		})
	case kindKept:
		last := book.Pools[d.Pool].Closed.Last()
		ask = askBalance(auditor.Question{Book: f.b, Account: f.a, With: f.c, Pool: d.Pool, Effective: last})
	case kindPortion:
		if !asked(f.a) {
			return verified
		}
		ask = askPortion(d.Subject, f.a, f.b)
	case kindEvent:
		ask = askEvent(d.Subject, f.a)
	case kindLine, kindOrder:
		return askPaper(d, book, verified)
	case kindFact:
		return askFact(d.Subject, f.a, verified)
	default:
		return verified
	}
	return &ask
}

// asked says that scenarios can ask for the portions of a stream.
func asked(stream string) bool {
	for _, streams := range [][]string{policyStreams, claimStreams} {
		for _, one := range streams {
			if one == stream {
				return true
			}
		}
	}
	return false
}

// askPaper asks for a member's figures on a statement, or for a payment order.
func askPaper(d *Difference, book *auditor.Auditor, otherwise *auditor.Expect) *auditor.Expect {
	for _, statement := range book.Pools[d.Pool].Statements {
		switch {
		case statement.Period.String() != d.Subject:
		case d.Kind == kindLine:
			return &auditor.Expect{Ask: func(*auditor.Auditor) string { return askLine(statement, d.figure.a) }}
		case statement.Settlement != nil:
			return &auditor.Expect{Ask: func(*auditor.Auditor) string {
				return askPayment(statement, d.figure.a, d.figure.b)
			}}
		}
	}
	return otherwise
}

// askFact asks for what a row says, as far as a scenario can.
func askFact(subject, fact string, otherwise *auditor.Expect) *auditor.Expect {
	clock := map[string]string{
		"approved": "pay_due", "refused": "refuse_due", "papers": "decide_due", "major": "major_report_due",
	}[fact]
	switch {
	case fact == "state":
		ask := askState(subject)
		return &ask
	case clock != "":
		ask := askClock(subject, clock)
		return &ask
	default:
		return otherwise
	}
}

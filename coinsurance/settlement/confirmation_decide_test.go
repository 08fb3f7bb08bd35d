package settlement

import (
	"errors"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
	"gongbao/zone"
)

func TestRequestConfirmationDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[RequestConfirmation, *confirming]
	sound := func() (RequestConfirmation, *confirming) {
		return RequestConfirmation{
				Command: idempotency.By(clerk), Pool: "IC", Debtor: "A", Creditor: "B", Day: calendar.DateOf(noon),
			}, &confirming{
				period:  ledger.Period{Pool: "IC"},
				members: map[string]zone.Member{"A": {Code: "A"}, "B": {Code: "B"}},
			}
	}
	decide := func(known *confirming, cmd RequestConfirmation) error {
		_, err := decideBalances(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide,
		f{zone.ErrMemberNotFound, func(cmd *RequestConfirmation, _ *confirming) { cmd.Creditor = "X" }},
		f{ErrPaperInvalid, func(cmd *RequestConfirmation, _ *confirming) { cmd.Creditor = "A" }},
		f{ErrPaperInvalid, func(cmd *RequestConfirmation, _ *confirming) { cmd.Day = calendar.Date{} }},
		f{ErrPaperInvalid, func(cmd *RequestConfirmation, _ *confirming) { cmd.Day = cmd.Day.AddDays(1) }},
		f{ErrPaperInvalid, func(cmd *RequestConfirmation, _ *confirming) { cmd.Known = noon.Add(time.Second) }},
	)
	for _, by := range []access.Principal{
		access.Person("x", access.Member, "C", access.Settlement), access.Person("x", access.Member, "A", access.Reader),
		access.Person("x", access.Regulator, "", access.Reader), access.Person("x", access.Manager, "", access.Reader),
	} {
		cmd, _ := sound()
		cmd.By = by
		if err := cmd.admit(); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s asks: %v", by, err)
		}
	}
}

// What is asked for again is what was asked for before, unless the book has changed since.
func TestAConfirmationIsThereOnce(t *testing.T) {
	t.Parallel()
	before := noon.Add(-time.Hour)
	asked := BalanceConfirmation{
		Pool: "IC", Debtor: "A", Creditor: "B", Day: calendar.DateOf(noon), Known: before, Requested: before,
	}
	for _, test := range []struct {
		name  string
		known time.Time
		moved bool
		want  time.Time
	}{
		{"OK as it is now", time.Time{}, false, before},
		{"OK the book has changed", time.Time{}, true, noon},
		{"OK the same instant", before, true, before},
		{"OK another instant", before.Add(-time.Hour), false, before.Add(-time.Hour)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decided, err := decideBalances(&confirming{
				members: map[string]zone.Member{"A": {}, "B": {}}, asked: []BalanceConfirmation{asked}, moved: test.moved,
			}, RequestConfirmation{
				Command: idempotency.By(clerk), Pool: "IC", Debtor: "A", Creditor: "B", Day: asked.Day, Known: test.known,
			}, noon)
			isNew := len(decided.facts) == 1
			if err != nil || !decided.answer.Known.Equal(test.want) || isNew == test.want.Equal(before) {
				t.Errorf("got %+v, %v", decided.answer, err)
			}
			due := decided.answer.Due()
			again, err := due.Confirmation()
			if err != nil || again.Reference() != due.Reference || !again.Known.Equal(test.want) {
				t.Errorf("the reference %q reads as %+v, %v", due.Reference, again, err)
			}
		})
	}
}

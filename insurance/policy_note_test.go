package insurance_test

import (
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/idempotency"
)

func TestNotePolicy(t *testing.T) {
	t.Parallel()
	t.Run("OK a new value does not erase the old one", func(t *testing.T) {
		t.Parallel()
		z := newZone(t)
		z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
		z.issued("IC-P1", "100.00", "106.00")
		for _, value := range []string{"BR-1", "BR-2"} {
			z.does(call(z.insurance.NotePolicy, insurance.NotePolicy{
				Command: idempotency.By(person("A")), Policy: "IC-P1", Name: "broker_reference", Value: value,
			}))
		}
		notes, err := insurance.Notes(t.Context(), z.db, "IC-P1")
		must(t, err)
		if len(notes) != 2 || notes[0].Value != "BR-1" || notes[1].Value != "BR-2" || notes[1].Actor != "li@A" {
			t.Errorf("got %+v", notes)
		}
		z.verified()
	})
}

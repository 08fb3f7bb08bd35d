package fact

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
)

// goldenFact has fixed figures; with fixed salts its record never changes.
func goldenFact() Fact {
	return Fact{
		Audience: Sections,
		ID:       uuid.MustParse("019b8c0e-7a40-7000-8000-000000000001"), Pool: "IC", Type: "insurance.policy_issued",
		Subject: "policy/IC-P1", SubjectVersion: 3, Effective: calendar.MustDate("2026-01-05"),
		Recorded: time.Date(2026, 1, 5, 12, 0, 0, 120_000, clock.Zone), By: access.Person("li", access.Member, "A"),
		AgreementVersion: 1, Data: map[string]string{"insured": "武汉 <光谷> & Co", "net_premium": "1000000.01"},
		Journal: &JournalSeal{Postings: 7, Digest: []byte{0xab, 0xcd}, Period: "2026-01"},
		Sections: []Section{
			{Member: "B", Data: map[string]string{"net_premium": "400000.00"}},
			{Member: "A", Data: map[string]string{"net_premium": "600000.01"}},
		},
	}
}

func goldenRow(t *testing.T) *Event {
	t.Helper()
	r, err := Encode(goldenFact())
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Salts {
		r.Salts[i] = bytes.Repeat([]byte{byte(i + 1)}, saltBytes)
	}
	if r.Manifest, err = marshal(r.buildManifest()); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	r := goldenRow(t)
	value := r.appendEnvelope(nil)
	decoded, err := DecodeEnvelope(value)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("OK every part is embedded as it was hashed", func(t *testing.T) {
		t.Parallel()
		if err := decoded.Verify(); err != nil {
			t.Error(err)
		}
		if !bytes.Equal(decoded.Common, r.Common) || !bytes.Equal(decoded.Manifest, r.Manifest) ||
			!bytes.Equal(decoded.Sections[1].Body, r.Sections[1]) {
			t.Error("bytes changed on the way")
		}
		if leaf := decoded.LeafHash(); !bytes.Equal(leaf[:], r.LeafHash()) {
			t.Error("the leaf differs")
		}
		if !json.Valid(value) || len(value) > r.wireSize() {
			t.Errorf("%d bytes, at most %d foreseen: %s", len(value), r.wireSize(), value)
		}
	})
	t.Run("OK a member proves its own section only", func(t *testing.T) {
		t.Parallel()
		view, ok := decoded.ForMember("B")
		if !ok || view.Verify() != nil || bytes.Contains(view.Manifest, []byte("600000.01")) {
			t.Errorf("%+v", view)
		}
		if _, ok := decoded.ForMember("C"); ok {
			t.Error("C has no section")
		}
		view.Section.Body = json.RawMessage(`{"net_premium":"400000.01"}`)
		if err := view.Verify(); !errors.Is(err, ErrEnvelopeInvalid) {
			t.Errorf("a fen more: %v", err)
		}
	})
	t.Run("OK names that need escapes", func(t *testing.T) {
		t.Parallel()
		odd := goldenFact()
		odd.Sections[0].Member = `人保 "一"\`
		r, err := Encode(odd)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := DecodeEnvelope(r.appendEnvelope(nil))
		if err != nil || decoded.Verify() != nil || decoded.Sections[1].Member != odd.Sections[0].Member {
			t.Errorf("%v %+v", err, decoded)
		}
	})
	t.Run("ErrEnvelopeInvalid not a record", func(t *testing.T) {
		t.Parallel()
		if _, err := DecodeEnvelope([]byte(`{"common":`)); !errors.Is(err, ErrEnvelopeInvalid) {
			t.Error(err)
		}
	})
}

func TestEnvelopeVerifyFindsEveryChange(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*Envelope){
		"common part":      func(e *Envelope) { e.Common = bytes.Replace(e.Common, []byte("0.01"), []byte("0.02"), 1) },
		"common salt":      func(e *Envelope) { e.CommonSalt[0]++ },
		"salt cut":         func(e *Envelope) { e.CommonSalt = e.CommonSalt[1:] },
		"section":          func(e *Envelope) { e.Sections[0].Body = json.RawMessage(`{}`) },
		"section salt":     func(e *Envelope) { e.Sections[0].Salt[0]++ },
		"section lost":     func(e *Envelope) { e.Sections = e.Sections[:1] },
		"sections swapped": func(e *Envelope) { e.Sections[0], e.Sections[1] = e.Sections[1], e.Sections[0] },
		"members swapped": func(e *Envelope) {
			e.Sections[0].Member, e.Sections[1].Member = e.Sections[1].Member, e.Sections[0].Member
		},
		"manifest's member": func(e *Envelope) {
			e.Manifest = bytes.Replace(e.Manifest, []byte(`"member":"B"`), []byte(`"member":"A"`), 1)
		},
		"manifest's pool": func(e *Envelope) { e.Manifest = bytes.Replace(e.Manifest, []byte(`"IC"`), []byte(`"LH"`), 1) },
		"no manifest":     func(e *Envelope) { e.Manifest = nil },
	}
	for name, change := range changes {
		t.Run("ErrEnvelopeInvalid "+name, func(t *testing.T) {
			t.Parallel()
			envelope, err := DecodeEnvelope(goldenRow(t).appendEnvelope(nil))
			if err != nil {
				t.Fatal(err)
			}
			change(envelope)
			if err := envelope.Verify(); !errors.Is(err, ErrEnvelopeInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

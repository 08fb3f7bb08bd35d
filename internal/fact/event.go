package fact

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
)

const (
	sectionsMax   = 65 // 64 members, and a collector that has left the table
	eventBytesMax = 900_000
	nameBytesMax  = 200 // of a pool, type, subject or member
)

// Event is an event as it is stored: exact bytes.
type Event struct {
	Pool           string        `bun:"pool,pk"`
	ID             uuid.UUID     `bun:"id,pk"`
	Type           string        `bun:"type"`
	SchemaVersion  int           `bun:"schema_version"`
	Subject        string        `bun:"subject"`
	SubjectVersion int64         `bun:"subject_version"`
	Effective      calendar.Date `bun:"effective"`
	Recorded       time.Time     `bun:"recorded"`
	Audience       Audience      `bun:"audience"`
	Common         []byte        `bun:"common"`
	Members        []string      `bun:"members,array"`
	Salts          [][]byte      `bun:"salts,array"` // of the common part first
	Sections       [][]byte      `bun:"sections,array"`
	Manifest       []byte        `bun:"manifest"`
}

// LeafHash is the event's leaf in the proof log.
func (r *Event) LeafHash() []byte {
	sum := sha256.Sum256(r.Manifest)
	return sum[:]
}

// SeenBy is what a principal may see of the event: the sections, and whether there is anything to see. The regulator
// and the pool manager see everything, a member the events of whose audience it is, with its own section, the operator
// nothing.
func (r *Event) SeenBy(by access.Principal) (sections []EnvelopeSection, sees bool) {
	if by.Kind == access.Operator {
		return nil, false
	}
	for i, member := range r.Members {
		if by.Kind != access.Member || by.IsMember(member) {
			sections = append(sections, EnvelopeSection{Member: member, Salt: r.Salts[i+1], Body: r.Sections[i]})
		}
	}
	return sections, by.Kind != access.Member || r.Audience.Has(len(sections) > 0)
}

// Encode writes the event's parts as the exact bytes that are hashed, stored and published.
func Encode(fact Fact) (*Event, error) {
	if fact.SchemaVersion == 0 {
		fact.SchemaVersion = 1
	}
	if what := malformed(fact); what != "" {
		return nil, ErrFactInvalid.With("%s of %s version %d: %s", fact.Type, fact.Subject, fact.SubjectVersion, what)
	}
	r := &Event{
		Pool: fact.Pool, ID: fact.ID, Type: fact.Type, SchemaVersion: fact.SchemaVersion, Subject: fact.Subject,
		SubjectVersion: fact.SubjectVersion, Effective: fact.Effective, Audience: fact.Audience,
		Recorded: fact.Recorded.UTC().Truncate(clock.Precision), Members: []string{}, Sections: [][]byte{},
	}
	var err error
	if r.Common, err = marshal(common{
		ID: fact.ID, Type: fact.Type, SchemaVersion: fact.SchemaVersion, Pool: fact.Pool, Subject: fact.Subject,
		SubjectVersion: fact.SubjectVersion, Effective: fact.Effective, Recorded: instant(r.Recorded),
		By:               person{Person: fact.By.Subject, Organisation: fact.By.Organisation},
		AgreementVersion: fact.AgreementVersion, Data: fact.Data, Journal: fact.Journal,
	}); err != nil {
		return nil, err
	}
	if err := r.addSections(fact.Sections); err != nil {
		return nil, err
	}
	r.Salts = newSalts(len(r.Sections) + 1)
	if r.Manifest, err = marshal(r.buildManifest()); err != nil {
		return nil, err
	}
	if size := r.wireSize(); size > eventBytesMax {
		return nil, ErrFactInvalid.With("%s of %s has %d bytes", fact.Type, fact.Subject, size)
	}
	return r, nil
}

// malformed says what is wrong with a fact, or "".
func malformed(fact Fact) string {
	for _, name := range []string{fact.Pool, fact.Type, fact.Subject} {
		if !plain(name) {
			return "a pool, a type and a subject are needed, each of at most 200 bytes"
		}
	}
	switch {
	case !strings.Contains(fact.Type, "."):
		return "the type has no wing"
	case fact.ID == uuid.Nil || fact.SubjectVersion < 1 || fact.SchemaVersion < 1:
		return "an id and versions from 1 are needed"
	case fact.Effective.IsZero() || fact.Recorded.IsZero():
		return "an effective date and a recorded time are needed"
	case !slices.Contains(audiences, fact.Audience):
		return fmt.Sprintf("%q is no audience", fact.Audience)
	case fact.Audience == Overseers && len(fact.Sections) > 0:
		return "members have sections, and none may see the fact"
	case len(fact.Sections) > sectionsMax:
		return fmt.Sprintf("%d sections", len(fact.Sections))
	}
	return ""
}

func plain(name string) bool {
	return name != "" && len(name) <= nameBytesMax && utf8.ValidString(name)
}

// addSections keeps the members in order, so that the manifest of the same facts always lists them alike.
func (r *Event) addSections(sections []Section) error {
	sorted := slices.Clone(sections)
	slices.SortFunc(sorted, func(a, b Section) int { return strings.Compare(a.Member, b.Member) })
	for i, section := range sorted {
		if !plain(section.Member) || i > 0 && section.Member == sorted[i-1].Member {
			return ErrFactInvalid.With("%s of %s: the section of %q", r.Type, r.Subject, section.Member)
		}
		body, err := marshal(section.Data)
		if err != nil {
			return err
		}
		r.Members, r.Sections = append(r.Members, section.Member), append(r.Sections, body)
	}
	return nil
}

func (r *Event) buildManifest() Manifest {
	m := Manifest{ID: r.ID, Pool: r.Pool, Common: saltedHash(r.Salts[0], r.Common), Sections: []ManifestLine{}}
	for i, section := range r.Sections {
		m.Sections = append(m.Sections, ManifestLine{Member: r.Members[i], Hash: saltedHash(r.Salts[i+1], section)})
	}
	return m
}

// marshal writes compact JSON without escaping what only browsers mind.
func marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// wireSize is at least the size of the record's value; names are short and need few escapes.
func (r *Event) wireSize() int {
	size := len(`{"common":,"common_salt":"","sections":[],"manifest":}`) + 2*saltBytes + len(r.Common) + len(r.Manifest)
	for i, section := range r.Sections {
		size += len(`{"member":"","salt":"","body":},`) + 2*saltBytes + len(r.Members[i]) + len(section)
	}
	return size
}

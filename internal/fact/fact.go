package fact

import (
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
)

// Fact is what a use case announces.
type Fact struct {
	ID               uuid.UUID // UUIDv7; also the id of the journal the event makes
	Pool             string    // the pool's code, or ZONE
	Type             string    // "insurance.policy_issued", without version
	SchemaVersion    int       // 1 when left out
	Subject          string    // "policy/IC-P1"
	SubjectVersion   int64     // dense per pool and subject, from 1
	Effective        calendar.Date
	Recorded         time.Time // never before the subject's last event
	By               access.Principal
	Audience         Audience
	AgreementVersion int          // 0 when none is bound
	Data             any          // what the event says, with gross figures; amounts are strings
	Journal          *JournalSeal // what it did to the books; nil for nothing
	Sections         []Section    // one per member, with that member's figures
}

// JournalSeal ties an event to its journal.
type JournalSeal struct {
	Postings int       `json:"postings"`
	Digest   HexDigest `json:"digest"`
	Period   string    `json:"period"` // accounting month
}

// Section is what one member may see besides the common part.
type Section struct {
	Member string
	Data   any
}

// HexDigest is a hash or a salt, hexadecimal on the wire.
type HexDigest []byte

// MarshalText writes lower-case hexadecimal.
func (d HexDigest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d), nil }

// UnmarshalText reads what MarshalText writes.
func (d *HexDigest) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	*d = raw
	return err
}

// instant is a time on the wire: RFC 3339, UTC, always six decimals, so that texts sort as times do.
type instant time.Time

const layoutInstant = "2006-01-02T15:04:05.000000Z"

func (i instant) String() string { return time.Time(i).UTC().Format(layoutInstant) }

// MarshalText writes the instant.
func (i instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (i *instant) UnmarshalText(text []byte) error {
	parsed, err := time.Parse(layoutInstant, string(text))
	*i = instant(parsed)
	return err
}

// common is the part of an event that everybody whom it concerns may see. The order of its fields is its order on the
// wire.
type common struct {
	ID               uuid.UUID     `json:"id"`
	Type             string        `json:"type"`
	SchemaVersion    int           `json:"schema_version"`
	Pool             string        `json:"pool"`
	Subject          string        `json:"subject"`
	SubjectVersion   int64         `json:"subject_version"`
	Effective        calendar.Date `json:"effective"`
	Recorded         instant       `json:"recorded"`
	By               person        `json:"by"`
	AgreementVersion int           `json:"agreement_version"`
	Data             any           `json:"data"`
	Journal          *JournalSeal  `json:"journal,omitempty"`
}

type person struct {
	Person       string `json:"person"`
	Organisation string `json:"organisation"`
}

// NewID is a UUIDv7 for the instant: ids rise with time, to the millisecond.
func NewID(now time.Time) uuid.UUID {
	id := uuid.New()
	millis := now.UnixMilli()
	for i := range 6 {
		id[i] = byte(millis >> (8 * (5 - i))) //nolint:gosec // the low byte is what is wanted
	}
	id[6] = id[6]&0x0f | 0x70
	return id
}

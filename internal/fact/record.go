package fact

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/pg"
)

// Zone is the pool code of facts that belong to no pool; its partition is 0.
const Zone = pg.Zone

// Topic is the one topic that carries everything, each pool in a partition of its own, in the order of its positions.
const Topic = "gongbao.facts.v1"

// UnknownPool is what a partition is called of which no pool is known.
func UnknownPool(partition int32) string { return fmt.Sprintf("PARTITION%d", partition) }

// Names of the CloudEvents 1.0 attributes, binary mode; the last three are ours.
const (
	headerSpecVersion    = "ce_specversion"
	headerID             = "ce_id"
	headerSource         = "ce_source"
	headerType           = "ce_type"
	headerSubject        = "ce_subject"
	headerTime           = "ce_time"
	headerDataSchema     = "ce_dataschema"
	headerContentType    = "content-type"
	headerPartitionKey   = "ce_partitionkey"
	headerPosition       = "ce_position"
	headerLeafHash       = "ce_leafhash"
	headerSubjectVersion = "ce_subjectversion"

	headersCount = 12
	headersSize  = 320 // about, of the values, without subject and type

	sourcePrefix = "/gongbao/"
	schemaPrefix = "urn:gongbao:schema:"
)

// Record is a published fact as its headers describe it.
type Record struct {
	Pool           string
	Position       int64 // dense per pool, from 1
	ID             uuid.UUID
	Type           string
	SchemaVersion  int
	Subject        string
	SubjectVersion int64
	Recorded       time.Time
	LeafHash       HexDigest // SHA-256 of the manifest
	Value          []byte    // see DecodeEnvelope
}

// Record writes the row as the topic carries it, with bytes of its own.
func (r *Event) Record(topic string, partition int32, position int64, leaf []byte) *kgo.Record {
	text := make([]byte, 0, headersSize+2*len(r.Subject)+2*len(r.Type)) // all values of headers, one after the other
	headers := make([]kgo.RecordHeader, 0, headersCount)
	add := func(key string, longer []byte) {
		headers = append(headers, kgo.RecordHeader{Key: key, Value: longer[len(text):len(longer):len(longer)]})
		text = longer
	}
	add(headerSpecVersion, append(text, "1.0"...))
	add(headerID, append(text, r.ID.String()...))
	add(headerSource, append(append(text, sourcePrefix...), r.Pool...))
	add(headerType, append(text, r.Type...))
	add(headerSubject, append(text, r.Subject...))
	add(headerTime, append(text, instant(r.Recorded).String()...))
	add(headerDataSchema, strconv.AppendInt(append(append(append(text, schemaPrefix...), r.Type...), ':'),
		int64(r.SchemaVersion), 10))
	add(headerContentType, append(text, "application/json"...))
	add(headerPartitionKey, append(text, r.Subject...))
	add(headerPosition, strconv.AppendInt(text, position, 10))
	add(headerLeafHash, hex.AppendEncode(text, leaf))
	add(headerSubjectVersion, strconv.AppendInt(text, r.SubjectVersion, 10))
	return &kgo.Record{
		Topic: topic, Partition: partition, Key: []byte(r.Subject), Headers: headers,
		Value: r.appendEnvelope(make([]byte, 0, r.wireSize())),
	}
}

// ParseFact reads a record of the topic that carries a fact: its headers are those of one, every part of its value
// agrees with its hashes, and both say the same. Else it is ErrEnvelopeInvalid: then no relay wrote it, but somebody
// who may write to the topic as well.
func ParseFact(record *kgo.Record) (Record, error) {
	parsed, err := ParseRecord(record)
	if err != nil {
		return parsed, err
	}
	envelope, err := DecodeEnvelope(record.Value)
	if err == nil {
		err = envelope.Verify()
	}
	if err != nil {
		return parsed, err
	}
	var said struct {
		ID             uuid.UUID `json:"id"`
		Type           string    `json:"type"`
		SchemaVersion  int       `json:"schema_version"`
		Pool           string    `json:"pool"`
		Subject        string    `json:"subject"`
		SubjectVersion int64     `json:"subject_version"`
		Recorded       instant   `json:"recorded"`
	}
	if err := json.Unmarshal(envelope.Common, &said); err != nil {
		return parsed, ErrEnvelopeInvalid.With("the common part of %s", parsed.ID).From(err)
	}
	leaf := envelope.LeafHash()
	same := parsed.ID == said.ID && parsed.Pool == said.Pool && parsed.Type == said.Type &&
		parsed.SchemaVersion == said.SchemaVersion && parsed.Subject == said.Subject &&
		parsed.SubjectVersion == said.SubjectVersion && parsed.Recorded.Equal(time.Time(said.Recorded))
	if !same || parsed.Position < 1 || !bytes.Equal(leaf[:], parsed.LeafHash) {
		return parsed, ErrEnvelopeInvalid.With("the headers of %s are not those of its value", parsed.ID)
	}
	return parsed, nil
}

// ParseRecord reads the headers of a record of the topic; ErrEnvelopeInvalid when they are not those of a fact. The
// value is neither read nor checked: see ParseFact.
func ParseRecord(record *kgo.Record) (Record, error) {
	texts := map[string]string{}
	for _, header := range record.Headers {
		texts[header.Key] = string(header.Value)
	}
	parsed := Record{
		Pool: strings.TrimPrefix(texts[headerSource], sourcePrefix), Type: texts[headerType],
		Subject: texts[headerSubject], Value: record.Value,
	}
	var err, failure error
	note := func(header string, failure error) {
		if err == nil && failure != nil {
			where := fmt.Sprintf("%s of partition %d, offset %d", header, record.Partition, record.Offset)
			err = ErrEnvelopeInvalid.With("%s", where).From(failure)
		}
	}
	parsed.Position, failure = strconv.ParseInt(texts[headerPosition], 10, 64)
	note(headerPosition, failure)
	parsed.ID, failure = uuid.Parse(texts[headerID])
	note(headerID, failure)
	_, version, _ := strings.Cut(strings.TrimPrefix(texts[headerDataSchema], schemaPrefix), ":")
	parsed.SchemaVersion, failure = strconv.Atoi(version)
	note(headerDataSchema, failure)
	parsed.SubjectVersion, failure = strconv.ParseInt(texts[headerSubjectVersion], 10, 64)
	note(headerSubjectVersion, failure)
	parsed.Recorded, failure = time.Parse(layoutInstant, texts[headerTime])
	note(headerTime, failure)
	note(headerLeafHash, parsed.LeafHash.UnmarshalText([]byte(texts[headerLeafHash])))
	return parsed, err
}

// appendEnvelope writes the record's value by joining the parts, so that they stay as they were hashed.
func (r *Event) appendEnvelope(to []byte) []byte {
	to = append(append(to, `{"common":`...), r.Common...)
	to = append(hex.AppendEncode(append(to, `,"common_salt":"`...), r.Salts[0]), `","sections":[`...)
	for i, section := range r.Sections {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendName(append(to, `{"member":`...), r.Members[i])
		to = append(hex.AppendEncode(append(to, `,"salt":"`...), r.Salts[i+1]), `","body":`...)
		to = append(append(to, section...), '}')
	}
	to = append(append(to, `],"manifest":`...), r.Manifest...)
	return append(to, '}')
}

// appendName writes a name as a JSON string. Names are plain; the others go the long way.
func appendName(to []byte, name string) []byte {
	for _, char := range []byte(name) {
		if char < ' ' || char == '"' || char == '\\' || char > '~' {
			text, _ := marshal(name) // text can always be written
			return append(to, text...)
		}
	}
	to = append(append(to, '"'), name...)
	return append(to, '"')
}

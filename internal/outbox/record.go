package outbox

import (
	"encoding/hex"
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

// record writes the row as the topic carries it.
func (r *row) record(topic string, partition int32, position int64) *kgo.Record {
	header := func(key, value string) kgo.RecordHeader { return kgo.RecordHeader{Key: key, Value: []byte(value)} }
	return &kgo.Record{
		Topic: topic, Partition: partition, Key: []byte(r.subject),
		Value: r.appendEnvelope(make([]byte, 0, r.wireSize())),
		Headers: []kgo.RecordHeader{
			header(headerSpecVersion, "1.0"),
			header(headerID, r.id.String()),
			header(headerSource, sourcePrefix+r.pool),
			header(headerType, r.kind),
			header(headerSubject, r.subject),
			header(headerTime, instant(r.recorded).String()),
			header(headerDataSchema, schemaPrefix+r.kind+":"+strconv.Itoa(r.schemaVersion)),
			header(headerContentType, "application/json"),
			header(headerPartitionKey, r.subject),
			header(headerPosition, strconv.FormatInt(position, 10)),
			header(headerLeafHash, hex.EncodeToString(r.hash())),
			header(headerSubjectVersion, strconv.FormatInt(r.subjectVersion, 10)),
		},
	}
}

// ParseRecord reads the headers of a record of the topic; ErrEnvelopeInvalid when they are not those of a fact. The
// value is neither read nor checked.
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

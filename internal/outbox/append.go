package outbox

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

const (
	sectionsMax = 65 // 64 members, and a collector that has left the table
	bytesMax    = 900_000
	saltSize    = 16
)

// ErrFactInvalid is a mistake of ours: an event that no use case should make.
var ErrFactInvalid = fault.New(fault.Internal, "outbox.fact_invalid", "an event is malformed or too large")

// row is an event as it is stored: exact bytes.
type row struct {
	pool           string
	id             uuid.UUID
	kind           string
	subject        string
	subjectVersion int64
	effective      any
	recorded       time.Time
	common         []byte
	members        []string
	salts          [][]byte // of the common part first
	sections       [][]byte
	manifest       []byte
}

// Append announces a fact in the transaction that makes it true. It costs no round trip of its own.
func Append(_ context.Context, tx bun.Tx, fact Fact) error {
	r, err := encode(fact)
	if err != nil {
		return err
	}
	pg.Queue(tx, `INSERT INTO event
		(pool, id, type, subject, subject_version, effective, recorded, common, members, salts, sections, manifest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, r.values()...)
	pg.Queue(tx, `INSERT INTO event_pending (pool, id) VALUES ($1, $2)`, r.pool, r.id)
	return nil
}

// AppendAll announces many facts by COPY.
func AppendAll(ctx context.Context, tx bun.Tx, facts []Fact) error {
	events, pending := make([][]any, len(facts)), make([][]any, len(facts))
	for i, fact := range facts {
		r, err := encode(fact)
		if err != nil {
			return err
		}
		events[i], pending[i] = r.values(), []any{r.pool, r.id}
	}
	return pg.Native(ctx, tx, func(conn *pgx.Conn) error {
		columns := []string{
			"pool", "id", "type", "subject", "subject_version", "effective", "recorded",
			"common", "members", "salts", "sections", "manifest",
		}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"event"}, columns, pgx.CopyFromRows(events)); err != nil {
			return fmt.Errorf("copy events: %w", err)
		}
		_, err := conn.CopyFrom(ctx, pgx.Identifier{"event_pending"}, []string{"pool", "id"}, pgx.CopyFromRows(pending))
		return err
	})
}

func (r *row) values() []any {
	return []any{
		r.pool, r.id, r.kind, r.subject, r.subjectVersion, r.effective, r.recorded,
		r.common, r.members, r.salts, r.sections, r.manifest,
	}
}

// encode writes the event's parts as the exact bytes that are hashed, stored and published.
func encode(fact Fact) (*row, error) {
	if fact.Pool == "" || fact.Subject == "" || fact.SubjectVersion < 1 || !strings.Contains(fact.Type, ".") {
		return nil, ErrFactInvalid.With("%s of %s version %d", fact.Type, fact.Subject, fact.SubjectVersion)
	}
	if len(fact.Sections) > sectionsMax {
		return nil, ErrFactInvalid.With("%d sections", len(fact.Sections))
	}
	if fact.SchemaVersion == 0 {
		fact.SchemaVersion = 1
	}
	r := &row{
		pool: fact.Pool, id: fact.ID, kind: fact.Type, subject: fact.Subject, subjectVersion: fact.SubjectVersion,
		effective: fact.Effective.SQL(), recorded: fact.Recorded, members: []string{}, sections: [][]byte{},
	}
	var err error
	if r.common, err = marshal(common{
		ID: fact.ID, Type: fact.Type, SchemaVersion: fact.SchemaVersion, Pool: fact.Pool, Subject: fact.Subject,
		SubjectVersion: fact.SubjectVersion, Effective: fact.Effective, Recorded: fact.Recorded.UTC(),
		By:               person{Person: fact.By.Subject, Organisation: fact.By.Organisation},
		AgreementVersion: fact.AgreementVersion, Data: fact.Data, Journal: fact.Journal,
	}); err != nil {
		return nil, err
	}
	size := len(r.common)
	slices.SortFunc(fact.Sections, func(a, b Section) int { return strings.Compare(a.Member, b.Member) })
	for _, section := range fact.Sections {
		body, err := marshal(section.Data)
		if err != nil {
			return nil, err
		}
		r.members, r.sections = append(r.members, section.Member), append(r.sections, body)
		size += len(body)
	}
	if size > bytesMax {
		return nil, ErrFactInvalid.With("%s of %s has %d bytes", fact.Type, fact.Subject, size)
	}
	r.salts = newSalts(len(r.sections) + 1)
	r.manifest, err = marshal(r.buildManifest())
	return r, err
}

func (r *row) buildManifest() manifest {
	m := manifest{ID: r.id, Pool: r.pool, Common: saltedHash(r.salts[0], r.common), Sections: []manifestLine{}}
	for i, section := range r.sections {
		m.Sections = append(m.Sections, manifestLine{Member: r.members[i], Hash: saltedHash(r.salts[i+1], section)})
	}
	return m
}

// newSalts cuts one draw of randomness into salts.
func newSalts(count int) [][]byte {
	drawn := make([]byte, count*saltSize)
	_, _ = rand.Read(drawn) // never fails: it would end the program
	salts := make([][]byte, count)
	for i := range salts {
		salts[i] = drawn[i*saltSize : (i+1)*saltSize : (i+1)*saltSize]
	}
	return salts
}

func saltedHash(salt, body []byte) []byte {
	hash := sha256.New()
	hash.Write(salt)
	hash.Write(body)
	return hash.Sum(nil)
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

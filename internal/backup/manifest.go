package backup

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"gongbao/internal/fact"
)

// Format is the form of file this program writes. It reads this one and older ones.
const Format = 1

// Manifest says what a backup holds.
type Manifest struct {
	Format     int       `json:"format"`
	Program    string    `json:"program"`  // the commit of the program that took it
	Postgres   string    `json:"postgres"` // the version of the server it was taken from
	Taken      time.Time `json:"taken"`
	Migrations []string  `json:"migrations"` // the schema's level: their numbers, oldest first
	Pools      []Pool    `json:"pools"`
	Tables     []Table   `json:"tables"` // as they come in the file
	Documents  Documents `json:"documents"`
}

// Pool is how far a pool's feed and book had come. Positions are dense, so position is also a number of facts.
type Pool struct {
	Pool     string `json:"pool"`
	Position int64  `json:"position"`
	Waiting  int64  `json:"waiting"` // facts that had no position yet
	Journals int64  `json:"journals"`
	Postings int64  `json:"postings"`
}

// Table is a table's contents.
type Table struct {
	Name    string         `json:"name"`
	Columns []string       `json:"columns"`
	Rows    int64          `json:"rows"`
	Bytes   int64          `json:"bytes"` // as COPY writes text
	SHA256  fact.HexDigest `json:"sha256"`
}

// Documents are the files that claims name.
type Documents struct {
	Included bool  `json:"included"`
	Files    int64 `json:"files"`
	Bytes    int64 `json:"bytes"`
}

// Rows are the rows of all tables.
func (m *Manifest) Rows() (rows int64) {
	for _, table := range m.Tables {
		rows += table.Rows
	}
	return rows
}

// plan is the manifest before anything was counted.
func (m *Manifest) plan() *Manifest {
	plan := *m
	plan.Tables = slices.Clone(m.Tables)
	for i := range plan.Tables {
		plan.Tables[i].Rows, plan.Tables[i].Bytes, plan.Tables[i].SHA256 = 0, 0, nil
	}
	plan.Documents = Documents{Included: m.Documents.Included}
	return &plan
}

func (m *Manifest) text() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(m)
	return text.Bytes(), err
}

// same says that two manifests say the same.
func (m *Manifest) same(other *Manifest) bool {
	one, err := m.text()
	two, failure := other.text()
	return err == nil && failure == nil && bytes.Equal(one, two)
}

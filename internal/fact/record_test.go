package fact

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/lab/golden"
)

// TestRecordGolden shows one record as the topic carries it. A change of this file is a change of the contract.
func TestRecordGolden(t *testing.T) {
	t.Parallel()
	record := goldenRow(t).Record(Topic, 1, 42, goldenRow(t).LeafHash())
	var text bytes.Buffer
	fmt.Fprintf(&text, "partition %d\nkey %s\n", record.Partition, record.Key)
	for _, header := range record.Headers {
		fmt.Fprintf(&text, "%s: %s\n", header.Key, header.Value)
	}
	fmt.Fprintf(&text, "\n%s\n", record.Value)
	golden.Same(t, filepath.Join("testdata", "record.golden"), text.String())
}

func TestParseRecord(t *testing.T) {
	t.Parallel()
	r := goldenRow(t)
	t.Run("OK what was written", func(t *testing.T) {
		t.Parallel()
		got, err := ParseRecord(r.Record(Topic, 1, 42, goldenRow(t).LeafHash()))
		if err != nil {
			t.Fatal(err)
		}
		if got.Pool != "IC" || got.Position != 42 || got.ID != r.ID || got.Type != r.Type || got.SchemaVersion != 1 ||
			got.Subject != r.Subject || got.SubjectVersion != 3 || !got.Recorded.Equal(r.Recorded) ||
			!bytes.Equal(got.LeafHash, r.LeafHash()) {
			t.Errorf("%+v", got)
		}
	})
	for _, header := range []string{
		headerID, headerTime, headerDataSchema, headerPosition, headerLeafHash, headerSubjectVersion,
	} {
		t.Run("ErrEnvelopeInvalid "+header, func(t *testing.T) {
			t.Parallel()
			record := r.Record(Topic, 1, 42, goldenRow(t).LeafHash())
			for i := range record.Headers {
				if record.Headers[i].Key == header {
					record.Headers[i].Value = []byte("?")
				}
			}
			if _, err := ParseRecord(record); !errors.Is(err, ErrEnvelopeInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("ErrEnvelopeInvalid without headers", func(t *testing.T) {
		t.Parallel()
		if _, err := ParseRecord(&kgo.Record{}); !errors.Is(err, ErrEnvelopeInvalid) {
			t.Errorf("got %v", err)
		}
	})
}

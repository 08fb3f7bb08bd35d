package pg

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// copying are rows on their way to a table by COPY: they are made as the server takes them. Fields of the commonest
// types are written down here, the others by the driver, which looks for the way to write each value again.
type copying struct {
	model  *columns
	next   func() (row reflect.Value, more bool, err error)
	writes []copyWriter

	lock   sync.Mutex // the driver reads in a goroutine of its own, which may outlive a connection that breaks
	buffer []byte     // what is made
	read   int        // of it
	end    error      // behind what is made: io.EOF after the last row
	failed error      // of next, or of a value that has no form
}

// copyWriter appends a field as COPY has it: its length, or -1 for NULL, and its bytes.
type copyWriter func(to []byte, field reflect.Value) ([]byte, error)

const (
	// copyHead begins a COPY in binary form: a signature, no flags, no extension.
	copyHead = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	// copyAhead are the bytes that are made at once; a long row makes more.
	copyAhead = 1 << 15
)

// send sends rows to the model's table, as many as next gives.
func (c *columns) send(
	ctx context.Context, conn *pgx.Conn, next func() (row reflect.Value, more bool, err error),
) error {
	described, err := conn.Prepare(ctx, c.described, c.described)
	if err != nil {
		return fmt.Errorf("copy into %s: %w", c.table, err)
	}
	rows := &copying{model: c, next: next, buffer: append(make([]byte, 0, 2*copyAhead), copyHead...)}
	for i, field := range described.Fields {
		rows.writes = append(rows.writes, c.copyWriter(conn.TypeMap(), i, field.DataTypeOID))
	}
	_, err = conn.PgConn().CopyFrom(ctx, rows, c.copied)
	if failure := rows.close(); failure != nil {
		return failure
	}
	if err != nil {
		return fmt.Errorf("copy into %s: %w", c.table, err)
	}
	return nil
}

// close asks for no further row, and gives what the server would only repeat the text of.
func (r *copying) close() error {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.end = io.ErrClosedPipe
	return r.failed
}

// Read makes rows and gives what fits of them.
func (r *copying) Read(into []byte) (int, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.read == len(r.buffer) {
		r.buffer, r.read = r.buffer[:0], 0
	}
	for r.end == nil && len(r.buffer) < copyAhead {
		r.end = r.make()
	}
	n := copy(into, r.buffer[r.read:])
	r.read += n
	if n > 0 {
		return n, nil
	}
	return 0, r.end
}

// make adds a row, or the end.
func (r *copying) make() error {
	row, more, err := r.next()
	switch {
	case err != nil:
		r.failed = err
		return err
	case !more:
		r.buffer = binary.BigEndian.AppendUint16(r.buffer, 1<<16-1)
		return io.EOF
	}
	r.buffer = binary.BigEndian.AppendUint16(r.buffer, uint16(len(r.writes))) //nolint:gosec // a table has few columns
	for i, write := range r.writes {
		if r.buffer, err = write(r.buffer, r.model.fields[i].Value(row)); err != nil {
			r.failed = fmt.Errorf("copy into %s, column %s: %w", r.model.table, r.model.names[i], err)
			return r.failed
		}
	}
	return nil
}

// copyWriter says how a column is written, by the types of the field and of the column.
func (c *columns) copyWriter(types *pgtype.Map, at int, column uint32) copyWriter {
	kind, encode := c.fields[at].StructField.Type, c.encode[at]
	_, known := types.TypeForOID(column) // an enum is not
	switch {
	case strings.HasPrefix(c.fields[at].UserSQLType, "json"):
	case kind.Kind() == reflect.String && !valued(kind) && (!known || column == pgtype.TextOID):
		return copyText
	case kind.Kind() == reflect.Int && !valued(kind) && column == pgtype.Int4OID:
		return copyInt4
	case kind == reflect.TypeFor[uuid.UUID]() && column == pgtype.UUIDOID:
		return copyUUID
	case kind == reflect.TypeFor[time.Time]() && column == pgtype.TimestamptzOID:
		return copyInstant
	}
	return func(to []byte, field reflect.Value) ([]byte, error) {
		return copyByDriver(types, column, to, encode(field))
	}
}

// valued says that a type has a form of its own for the database.
func valued(kind reflect.Type) bool {
	return kind.Implements(reflect.TypeFor[nativeValue]()) || kind.Implements(reflect.TypeFor[driver.Valuer]())
}

func copyText(to []byte, field reflect.Value) ([]byte, error) {
	text := field.String()
	return append(binary.BigEndian.AppendUint32(to, uint32(len(text))), text...), nil //nolint:gosec // below 2 GB
}

func copyInt4(to []byte, field reflect.Value) ([]byte, error) {
	number := field.Int()
	if number != int64(int32(number)) { //nolint:gosec // that is what is asked
		return to, fmt.Errorf("%d is not an int4", number)
	}
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(to, 4), uint32(number)), nil //nolint:gosec // fits
}

func copyUUID(to []byte, field reflect.Value) ([]byte, error) {
	id := field.Addr().Interface().(*uuid.UUID) //nolint:forcetypeassert // its kind
	return append(binary.BigEndian.AppendUint32(to, uint32(len(id))), id[:]...), nil
}

// epoch is 2000-01-01, from which Postgres counts microseconds.
const epoch = 946_684_800 * 1_000_000

func copyInstant(to []byte, field reflect.Value) ([]byte, error) {
	instant := field.Addr().Interface().(*time.Time) //nolint:forcetypeassert // its kind
	micros := instant.Unix()*1_000_000 + int64(instant.Nanosecond()/1_000) - epoch
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(to, 8), uint64(micros)), nil //nolint:gosec // bits
}

// copyByDriver writes what the driver writes. A text in a column of another type is read as one of that type.
func copyByDriver(types *pgtype.Map, column uint32, to []byte, value any) ([]byte, error) {
	at := len(to)
	to = binary.BigEndian.AppendUint32(to, 1<<32-1) // NULL, until there is a value
	switch native := value.(type) {
	case int64:
		if column == pgtype.Int8OID {
			binary.BigEndian.PutUint32(to[at:], 8)
			return binary.BigEndian.AppendUint64(to, uint64(native)), nil //nolint:gosec // bits
		}
	case time.Time:
		if column == pgtype.DateOID { // 00:00 UTC
			binary.BigEndian.PutUint32(to[at:], 4)
			days := (native.Unix() - epoch/1_000_000) / (24 * 60 * 60)
			return binary.BigEndian.AppendUint32(to, uint32(days)), nil //nolint:gosec // bits
		}
	}
	written, err := types.Encode(column, pgx.BinaryFormatCode, value, to)
	if text, ok := value.(string); ok && err != nil {
		var read any
		if types.Scan(column, pgx.TextFormatCode, []byte(text), &read) == nil {
			written, err = types.Encode(column, pgx.BinaryFormatCode, read, to)
		}
	}
	if err != nil || written == nil {
		return to, err
	}
	binary.BigEndian.PutUint32(written[at:], uint32(len(written)-at-4)) //nolint:gosec // below 2 GB
	return written, nil
}

package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spool keeps what does not belong in memory in a file without a name, until it is closed.
type spool struct {
	file *os.File
	*bufio.ReadWriter
}

const spoolBuffer = 64 << 10

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "gongbao-table-*")
	if err != nil {
		return nil, fmt.Errorf("keep a table while it is read: %w", err)
	}
	buffers := bufio.NewReadWriter(bufio.NewReaderSize(file, spoolBuffer), bufio.NewWriterSize(file, spoolBuffer))
	return &spool{file: file, ReadWriter: buffers}, nil
}

// rewind ends the writing; what was written can be read from its beginning.
func (s *spool) rewind() error {
	if err := s.Flush(); err != nil {
		return fmt.Errorf("keep a table while it is read: %w", err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("keep a table while it is read: %w", err)
	}
	s.Reader.Reset(s.file)
	return nil
}

func (s *spool) close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

// putRow writes a row's number and those of its cells that are not empty.
func (s *spool) putRow(number int, cells []cell) error {
	var head [3 * binary.MaxVarintLen64]byte
	if _, err := s.Write(binary.AppendUvarint(head[:0], uint64(number))); err != nil { //nolint:gosec // from 1 on
		return err
	}
	for at, c := range cells {
		if c.kind == kindEmpty {
			continue
		}
		if len(c.text) > cellMax {
			c.text = c.text[:cellMax+1] // which is too long still
		}
		start := binary.AppendUvarint(head[:0], uint64(at)+1)
		start = append(start, byte(c.kind), byte(c.look))
		start = binary.AppendUvarint(start, uint64(len(c.text)))
		if _, err := s.Write(start); err != nil {
			return err
		}
		if _, err := s.WriteString(c.text); err != nil {
			return err
		}
	}
	return s.Writer.WriteByte(0)
}

// row reads the next row into cells, which grows as it must; io.EOF after the last.
func (s *spool) row(cells []cell) (int, []cell, error) {
	number, err := binary.ReadUvarint(s.Reader)
	if err != nil {
		return 0, nil, err
	}
	for {
		place, err := binary.ReadUvarint(s.Reader)
		if err != nil || place == 0 {
			return int(number), cells, broken(err) //nolint:gosec // as it was written
		}
		for uint64(len(cells)) < place {
			cells = append(cells, cell{})
		}
		c := &cells[place-1]
		kinds := [2]byte{}
		if _, err := io.ReadFull(s.Reader, kinds[:]); err != nil {
			return 0, nil, broken(err)
		}
		c.kind, c.look = kind(kinds[0]), look(kinds[1])
		length, err := binary.ReadUvarint(s.Reader)
		if err != nil {
			return 0, nil, broken(err)
		}
		content := make([]byte, length)
		if _, err := io.ReadFull(s.Reader, content); err != nil {
			return 0, nil, broken(err)
		}
		c.text = string(content)
	}
}

// broken is an error in the middle of a row.
func broken(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("a table that was kept while it is read is broken: %w", err)
}

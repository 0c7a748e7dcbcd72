package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/report"
)

// spool holds findings by bucket. They come sorted by severity and are wanted
// by asset; what does not fit in memory waits in a temporary file.
type spool struct {
	buckets []bucket
	held    int // bytes in memory
	most    int
	file    *os.File
	end     int64 // of the file
}

type bucket struct {
	buf    bytes.Buffer
	pieces []piece
}

// piece is a part of a bucket in the file.
type piece struct{ at, size int64 }

// spoolMemory is how much a spool keeps in memory.
const spoolMemory = 64 << 20

func newSpool(buckets int) *spool {
	return &spool{buckets: make([]bucket, buckets), most: spoolMemory}
}

func (s *spool) add(to int, f *report.Finding) error {
	b := &s.buckets[to]
	before := b.buf.Len()
	if err := json.MarshalWrite(&b.buf, f, stable); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if s.held += b.buf.Len() - before; s.held > s.most {
		return s.flush()
	}
	return nil
}

// flush writes all buckets out.
func (s *spool) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "demarc-post-*")
		if err != nil {
			return fmt.Errorf("making room for findings: %w", err)
		}
		s.file = f
	}
	for i := range s.buckets {
		b := &s.buckets[i]
		if b.buf.Len() == 0 {
			continue
		}
		n, err := s.file.WriteAt(b.buf.Bytes(), s.end)
		if err != nil {
			return fmt.Errorf("making room for findings: %w", err)
		}
		b.pieces = append(b.pieces, piece{s.end, int64(n)})
		s.end += int64(n)
		b.buf = bytes.Buffer{}
	}
	s.held = 0
	return nil
}

// take gives each finding of a bucket to f, in the order they were added.
func (s *spool) take(from int, f func(report.Finding)) error {
	b := &s.buckets[from]
	readers := make([]io.Reader, 0, len(b.pieces)+1)
	for _, p := range b.pieces {
		readers = append(readers, io.NewSectionReader(s.file, p.at, p.size))
	}
	readers = append(readers, bytes.NewReader(b.buf.Bytes()))
	dec := jsontext.NewDecoder(io.MultiReader(readers...), jsontext.AllowInvalidUTF8(true))
	for {
		var found report.Finding
		err := json.UnmarshalDecode(dec, &found)
		if errors.Is(err, io.EOF) {
			b.buf = bytes.Buffer{}
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading findings back: %w", err)
		}
		f(found)
	}
}

// close removes the file.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

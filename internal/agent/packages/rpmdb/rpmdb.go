// Package rpmdb reads the headers of the packages that an rpm database holds,
// whichever of its three formats it has: Berkeley DB hash (until RHEL 8), NDB
// (SUSE) and SQLite. It reads; it never writes, locks, or links a database
// engine. What it reads may be damaged or hostile: everything is bounded, and a
// page is visited once.
package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Bounds of a database.
const (
	MaxHeader  = 32 << 20 // bytes of one package's header
	MaxHeaders = 100_000
)

// ErrFormat is a file that is none of the three.
var ErrFormat = errors.New("not an rpm database of a known format")

// File is the database's file. WAL is what SQLite has not yet written into it,
// nil when there is none; the other formats have none.
type File struct {
	io.ReaderAt
	Size int64
	WAL  []byte
}

// Headers calls visit with every header, in the database's order. What visit is
// given is its own. It stops at the first error of visit; what is damaged is
// passed over where the rest can be read, and joined to the error.
func Headers(f File, visit func(header []byte) error) error {
	f.ReaderAt = &window{from: f.ReaderAt, most: f.Size}
	magic := make([]byte, 16)
	if _, err := f.ReadAt(magic, 0); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	switch {
	case bytes.Equal(magic, []byte("SQLite format 3\x00")):
		return sqlite(f, "Packages", visit)
	case bytes.Equal(magic[:4], []byte("RpmP")):
		return ndb(f, visit)
	case binary.LittleEndian.Uint32(magic[12:]) == bdbMagic:
		return bdb(f, binary.LittleEndian, visit)
	case binary.BigEndian.Uint32(magic[12:]) == bdbMagic:
		return bdb(f, binary.BigEndian, visit)
	}
	return ErrFormat
}

// damages collects what is wrong with a database, the first few of it.
type damages struct {
	first []error
	more  int
}

func (d *damages) add(format string, args ...any) {
	if len(d.first) < 5 {
		d.first = append(d.first, fmt.Errorf(format, args...))
		return
	}
	d.more++
}

func (d *damages) err() error {
	if d.more > 0 {
		return errors.Join(append(d.first, fmt.Errorf("and %d more", d.more))...)
	}
	return errors.Join(d.first...)
}

// window reads ahead: pages of a database mostly follow each other, and a system
// call for each would cost more than what is in them.
type window struct {
	from io.ReaderAt
	most int64
	at   int64
	have []byte
	buf  [128 << 10]byte
}

func (w *window) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(p)) > w.most {
		return 0, io.ErrUnexpectedEOF
	}
	if len(p) > len(w.buf)/2 {
		return w.from.ReadAt(p, at)
	}
	if at < w.at || at+int64(len(p)) > w.at+int64(len(w.have)) {
		n, err := w.from.ReadAt(w.buf[:min(int64(len(w.buf)), w.most-at)], at)
		w.at, w.have = at, w.buf[:n]
		if n < len(p) {
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
	}
	return copy(p, w.have[at-w.at:]), nil
}

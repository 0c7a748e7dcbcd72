package backup

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"filippo.io/age"
)

// sink takes what an archive holds, in its order.
type sink interface {
	header(Header) error
	begin(table string, columns []string) error
	row(values []json.RawMessage) error
	end(next int64) error
}

// Inspect reads an archive to its end and says what is in it, without a
// database. It finds everything that Restore would find wrong in the file.
func Inspect(r io.Reader, identities []age.Identity) (*Content, error) {
	return read(r, identities, nowhere{})
}

type nowhere struct{}

func (nowhere) header(Header) error          { return nil }
func (nowhere) begin(string, []string) error { return nil }
func (nowhere) row([]json.RawMessage) error  { return nil }
func (nowhere) end(int64) error              { return nil }

// read hands an archive to a sink. What it handed over counts only if it
// returns no error.
func read(r io.Reader, identities []age.Identity, to sink) (*Content, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, err := in.Peek(len("age-encryption.org/")); err == nil && string(magic) == "age-encryption.org/" {
		if len(identities) == 0 {
			return nil, fmt.Errorf("%w: it is encrypted; name the file of the key with --identity", ErrArchive)
		}
		plain, err := age.Decrypt(in, identities...)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrArchive, err)
		}
		in = bufio.NewReaderSize(plain, 1<<16)
	}
	packed, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArchive, err)
	}
	packed.Multistream(false)
	a := &reader{in: bufio.NewReaderSize(packed, 1<<20), all: sha256.New(), to: to}
	if err := a.run(); err != nil {
		return nil, err
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, broken(a.n, "something follows the end")
	}
	return &a.content, nil
}

// reader reads lines and sums them up.
type reader struct {
	in      *bufio.Reader
	all     hash.Hash
	rows    hash.Hash
	to      sink
	n       int64 // of the line that was read
	content Content
}

func (a *reader) run() error {
	line, err := a.line()
	if err != nil {
		return err
	}
	h := &a.content.Header
	if err := strict(line, h); err != nil || h.Format == 0 {
		return broken(a.n, "no header of a backup")
	}
	if h.Format != format {
		return broken(a.n, "format %d, and this program knows %d only; use the version that made it, %s", h.Format, format, h.Program)
	}
	a.all.Write(line)
	if err := a.to.header(*h); err != nil {
		return err
	}
	seen := map[string]bool{}
	for {
		if line, err = a.line(); err != nil {
			return err
		}
		if strings.HasPrefix(string(line[:min(len(line), 16)]), `{"table":`) {
			var b begin
			if err := strict(line, &b); err != nil || b.Table == "" || seen[b.Table] || len(b.Columns) == 0 {
				return broken(a.n, "no beginning of a table")
			}
			seen[b.Table] = true
			a.all.Write(line)
			if err := a.table(b); err != nil {
				return err
			}
			continue
		}
		return a.finish(line)
	}
}

func (a *reader) table(b begin) error {
	if err := a.to.begin(b.Table, b.Columns); err != nil {
		return a.at(err)
	}
	a.rows = sha256.New()
	for n := int64(0); ; n++ {
		line, err := a.line()
		if err != nil {
			return err
		}
		a.all.Write(line)
		if line[0] == '{' {
			var e end
			if err := strict(line, &e); err != nil || e.End != b.Table {
				return broken(a.n, "neither a row of %s nor its end", b.Table)
			}
			if e.Rows != n || e.SHA256 != hex.EncodeToString(a.rows.Sum(nil)) {
				return broken(a.n, "the rows of %s are not those that were written", b.Table)
			}
			a.content.Tables = append(a.content.Tables, Table{b.Table, n})
			return a.at(a.to.end(e.Next))
		}
		a.rows.Write(line)
		var values []json.RawMessage
		if err := json.Unmarshal(line, &values); err != nil || len(values) != len(b.Columns) {
			return broken(a.n, "no row of %s", b.Table)
		}
		if err := a.to.row(values); err != nil {
			return a.at(err)
		}
	}
}

// finish checks the last line, and that it is the last.
func (a *reader) finish(line []byte) error {
	var l last
	if err := strict(line, &l); err != nil {
		return broken(a.n, "neither a table nor the end")
	}
	if l.Tables != len(a.content.Tables) || l.SHA256 != hex.EncodeToString(a.all.Sum(nil)) {
		return broken(a.n, "the archive is not the one that was written")
	}
	if _, err := a.in.ReadByte(); !errors.Is(err, io.EOF) {
		return broken(a.n, "something follows the end")
	}
	return nil
}

// line returns the next line with its newline; it is never empty.
func (a *reader) line() ([]byte, error) {
	a.n++
	var long []byte
	for {
		part, err := a.in.ReadSlice('\n')
		switch {
		case err == nil && long == nil && len(part) > 1:
			return part, nil
		case err == nil && len(long)+len(part) > 1:
			return append(long, part...), nil
		case err == nil:
			return nil, broken(a.n, "it is empty")
		case errors.Is(err, bufio.ErrBufferFull):
			if long = append(long, part...); len(long) > maxLine {
				return nil, broken(a.n, "it is longer than %d MiB", maxLine>>20)
			}
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, broken(a.n, "it was cut off here")
		default:
			return nil, fmt.Errorf("%w: line %d: %w", ErrArchive, a.n, err)
		}
	}
}

// at says at which line of the archive something went wrong.
func (a *reader) at(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("line %d of the archive: %w", a.n, err)
}

// strict decodes an object that has no other members.
func strict(line []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

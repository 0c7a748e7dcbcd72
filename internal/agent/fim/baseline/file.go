// Package baseline is how files should be, on disk: sorted, so that it is
// compared with a walk in the same order and never held in memory; checked as a
// whole by SHA-256 before anything in it is believed; and replaced at once or not at all.
//
// A file is a first line, a header in JSON, blocks, and a footer in JSON with the hash of all
// before it and, if somebody signed it, the signature. A block is records of one
// directory, by name, with a checksum of its own, by which an unfinished file
// can still be used to go on from. Directories are in the order of a walk that lists a
// directory before it enters those in it: see Order.
package baseline

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
)

// magic begins every baseline; the number is of the format.
const magic = "demarc integrity baseline 1\n"

// Header says what a baseline is of.
type Header struct {
	Created    time.Time `json:"created"`
	Host       string    `json:"host"`
	Root       string    `json:"root"`
	Policy     string    `json:"policy"`
	PolicyHash string    `json:"policy_hash"`
	Source     string    `json:"source"` // scan, packages
	Version    string    `json:"version"`
}

// Footer ends a baseline.
type Footer struct {
	Entries uint64 `json:"entries"`
	Hashed  uint64 `json:"hashed"`
	// Gaps is how many places could not be read.
	Gaps int    `json:"gaps,omitempty"`
	Hash string `json:"sha256"` // of all bytes before the footer's length
	// Signature is of Hash, by the host's key.
	Signature []byte `json:"signature,omitempty"`
}

const (
	kindBlock  = 'B'
	kindFooter = 'F'
	maxHeader  = 64 << 10
	maxBlock   = 64 << 20
	bufferSize = 256 << 10
)

var table = crc32.MakeTable(crc32.Castagnoli)

// Order compares two directories as a walk meets them: as lists of names.
func Order(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x == '/' {
			return -1
		}
		if y == '/' {
			return 1
		}
		if x < y {
			return -1
		}
		return 1
	}
	return len(a) - len(b)
}

// Writer makes a baseline beside the one it will replace.
type Writer struct {
	path string
	file *os.File
	buf  *bufio.Writer
	hash hash.Hash
	last string
	any  bool
	head []byte
	Footer
}

// Create begins a baseline. Nothing is at path before Commit.
func Create(path string, h Header) (*Writer, error) {
	// A new file, whatever somebody put under the name: a link would lead elsewhere.
	if err := os.Remove(path + ".partial"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := atomicfile.Adopt(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w := &Writer{path: path, file: f, hash: sha256.New()}
	w.buf = bufio.NewWriterSize(io.MultiWriter(f, w.hash), bufferSize)
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	_, _ = w.buf.WriteString(magic)
	_, err = w.buf.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text...))
	return w, err
}

// Block writes records, made by Append, of one directory; n is how many. Blocks
// come in Order.
func (w *Writer) Block(dir string, records []byte, n, hashed int) error {
	if n == 0 {
		return nil
	}
	if w.any && Order(w.last, dir) > 0 {
		return fmt.Errorf("%q comes after %q", dir, w.last)
	}
	w.last, w.any = dir, true
	w.Entries += uint64(n)
	w.Hashed += uint64(hashed)
	h := append(w.head[:0], kindBlock)
	h = binary.LittleEndian.AppendUint32(h, uint32(len(dir)))
	h = binary.LittleEndian.AppendUint32(h, uint32(len(records)))
	sum := crc32.Update(crc32.Checksum([]byte(dir), table), table, records)
	h = binary.LittleEndian.AppendUint32(h, sum)
	h = append(h, dir...)
	w.head = h
	if _, err := w.buf.Write(h); err != nil {
		return err
	}
	_, err := w.buf.Write(records)
	return err
}

// Commit puts the baseline in its place; sign may be nil.
func (w *Writer) Commit(sign func(hash string) ([]byte, error)) error {
	err := w.buf.Flush()
	if err == nil {
		w.Footer.Hash = hex.EncodeToString(w.hash.Sum(nil))
		if sign != nil {
			w.Footer.Signature, err = sign(w.Footer.Hash)
		}
	}
	if err != nil {
		w.file.Close()
		return err
	}
	text, err := json.Marshal(w.Footer)
	if err != nil {
		return err
	}
	end := append([]byte{kindFooter}, binary.LittleEndian.AppendUint32(nil, uint32(len(text)))...)
	_, err = w.file.Write(append(end, text...))
	err = errors.Join(err, w.file.Sync(), w.file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(w.path+".partial", w.path); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(w.path)); err == nil {
		_ = d.Sync() // the name as well; not every file system can
		_ = d.Close()
	}
	return nil
}

// Keep ends an unfinished baseline, so that a later run can go on from it.
func (w *Writer) Keep() error { return errors.Join(w.buf.Flush(), w.file.Close()) }

// Discard takes an unfinished baseline away.
func (w *Writer) Discard() {
	_ = w.file.Close()
	_ = os.Remove(w.path + ".partial")
}

// Reader reads a baseline in order.
type Reader struct {
	Header Header
	Footer Footer

	file    *os.File
	buf     *bufio.Reader
	partial bool
	block   []byte
	start   int64
	last    string
	any     bool
}

// Damaged is what stands for a baseline that is not as it was written.
type Damaged struct{ Path, Why string }

func (d *Damaged) Error() string {
	return fmt.Sprintf("%s: %s: it was damaged or tampered with; make a new one with `demarc-agent fim init` once the server is known to be good", d.Path, d.Why)
}

// Open opens a baseline and checks the whole of it.
func Open(path string) (*Reader, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := r.verify(path); err != nil {
		r.Close()
		return nil, err
	}
	return r, r.Rewind()
}

// OpenPartial opens what an interrupted run left at path, of which blocks are
// read until one is not whole. It is no baseline: only hashes of unchanged files
// may be taken from it.
func OpenPartial(path string) (*Reader, error) {
	r, err := open(path + ".partial")
	if err != nil {
		return nil, err
	}
	r.partial = true
	return r, nil
}

func open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: f, buf: bufio.NewReaderSize(f, bufferSize)}
	if err := r.head(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func (r *Reader) head() error {
	first := make([]byte, len(magic)+4)
	if _, err := io.ReadFull(r.buf, first); err != nil || string(first[:len(magic)]) != magic {
		return errors.New("not a baseline of this version of demarc-agent")
	}
	n := binary.LittleEndian.Uint32(first[len(magic):])
	if n > maxHeader {
		return errors.New("not a baseline: the header is too large")
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r.buf, text); err != nil {
		return errors.New("the baseline ends in its header")
	}
	r.start = int64(len(first)) + int64(n)
	return json.Unmarshal(text, &r.Header)
}

// verify reads to the footer, and holds it against what was read.
func (r *Reader) verify(path string) error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	tee := bufio.NewReaderSize(r.file, bufferSize)
	if _, err := io.CopyN(sum, tee, r.start); err != nil {
		return &Damaged{path, err.Error()}
	}
	var head [13]byte
	for {
		if _, err := io.ReadFull(tee, head[:5]); err != nil {
			return &Damaged{path, "it has no end"}
		}
		if head[0] == kindFooter {
			break
		}
		if _, err := io.ReadFull(tee, head[5:]); err != nil || head[0] != kindBlock {
			return &Damaged{path, "a block is cut short"}
		}
		size := int64(binary.LittleEndian.Uint32(head[1:])) + int64(binary.LittleEndian.Uint32(head[5:]))
		sum.Write(head[:])
		if size > maxBlock {
			return &Damaged{path, "a block is too large"}
		}
		if _, err := io.CopyN(sum, tee, size); err != nil {
			return &Damaged{path, "a block is cut short"}
		}
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxHeader {
		return &Damaged{path, "its end is too large"}
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(tee, text); err != nil {
		return &Damaged{path, "its end is cut short"}
	}
	if err := json.Unmarshal(text, &r.Footer); err != nil {
		return &Damaged{path, "its end is not well formed"}
	}
	if _, err := tee.ReadByte(); err != io.EOF {
		return &Damaged{path, "something stands after its end"}
	}
	if hex.EncodeToString(sum.Sum(nil)) != r.Footer.Hash {
		return &Damaged{path, "its content is not what its hash says"}
	}
	return nil
}

// Rewind goes back to the first block.
func (r *Reader) Rewind() error {
	if _, err := r.file.Seek(r.start, io.SeekStart); err != nil {
		return err
	}
	r.buf.Reset(r.file)
	r.any = false
	return nil
}

// Next reads a block: records of a directory, for Split. They are valid until the next
// call. The end is io.EOF.
func (r *Reader) Next() (dir string, records []byte, err error) {
	var head [13]byte
	if _, err := io.ReadFull(r.buf, head[:5]); err != nil {
		return "", nil, r.end(err)
	}
	if head[0] == kindFooter {
		return "", nil, io.EOF
	}
	if _, err := io.ReadFull(r.buf, head[5:]); err != nil || head[0] != kindBlock {
		return "", nil, r.end(errors.New("a block is not well formed"))
	}
	nd, nr := binary.LittleEndian.Uint32(head[1:]), binary.LittleEndian.Uint32(head[5:])
	if uint64(nd)+uint64(nr) > maxBlock {
		return "", nil, r.end(errors.New("a block is too large"))
	}
	if need := int(nd + nr); cap(r.block) < need {
		r.block = make([]byte, need)
	}
	b := r.block[:nd+nr]
	if _, err := io.ReadFull(r.buf, b); err != nil {
		return "", nil, r.end(err)
	}
	if crc32.Checksum(b, table) != binary.LittleEndian.Uint32(head[9:]) {
		return "", nil, r.end(errors.New("a block's checksum does not fit"))
	}
	dir = string(b[:nd])
	if r.any && Order(r.last, dir) > 0 {
		return "", nil, r.end(errors.New("directories are out of order"))
	}
	r.last, r.any = dir, true
	return dir, b[nd:], nil
}

// end of an unfinished baseline is wherever it stops being whole.
func (r *Reader) end(err error) error {
	if r.partial {
		return io.EOF
	}
	return err
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

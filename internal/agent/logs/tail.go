package logs

import (
	"bufio"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Place is how far a file was read. Inode and head tell whether it still is the same
// file: one that was copied and truncated keeps its inode, one that was made anew may
// get the inode of the one before.
type Place struct {
	Inode  uint64 `json:"inode"`
	Offset int64  `json:"offset"`
	Head   uint32 `json:"head"`    // checksum of the beginning
	Headed int    `json:"head_of"` // bytes of it
}

const headSize = 512

// Tail reads the lines that come to a file.
type Tail struct {
	Path string
	At   Place

	file *os.File
	part []byte // of a line that has no end yet; it counts as not read
	over bool   // the line is longer than is read, and its rest is passed over
}

// Begin starts at the file's end: what was logged before is no news.
func (t *Tail) Begin() error {
	if err := t.open(t.Path); err != nil {
		return err
	}
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	t.At.Offset = info.Size()
	t.mark()
	return nil
}

// Resume goes on where a run before ended: in the file, or in the one that it was
// renamed to, of which the rest is read first.
func (t *Tail) Resume(at Place) error {
	if at.Inode == 0 {
		return t.Begin()
	}
	candidates, _ := filepath.Glob(escaped(t.Path) + ".*")
	dated, _ := filepath.Glob(escaped(t.Path) + "-*")
	candidates = append(candidates, dated...)
	for _, path := range append([]string{t.Path}, candidates...) {
		if strings.HasSuffix(path, ".gz") || strings.HasSuffix(path, ".xz") || strings.HasSuffix(path, ".zst") {
			continue
		}
		if err := t.open(path); err != nil {
			continue
		}
		if t.fits(at) {
			t.At = at
			return nil
		}
	}
	// It is gone; what there is now came after.
	t.At = Place{}
	return t.open(t.Path)
}

func escaped(path string) string {
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`).Replace(path)
}

func (t *Tail) open(path string) error {
	t.Close()
	f, err := os.Open(path) //nolint:gosec // logs that an administrator named
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New(path + " is no regular file")
	}
	if err != nil {
		_ = f.Close()
		return err
	}
	t.file, t.part, t.over = f, nil, false
	t.At = Place{Inode: inode(info)}
	return nil
}

// Close closes the file. The place stays.
func (t *Tail) Close() {
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
}

// fits tells whether the open file is the one of the place.
func (t *Tail) fits(at Place) bool {
	info, err := t.file.Stat()
	if err != nil || inode(info) != at.Inode || info.Size() < at.Offset {
		return false
	}
	sum, n := t.head(at.Headed)
	return n == at.Headed && sum == at.Head
}

// head is the checksum of the file's first bytes.
func (t *Tail) head(most int) (uint32, int) {
	b := make([]byte, min(most, headSize))
	n, err := t.file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0
	}
	return crc32.ChecksumIEEE(b[:n]), n
}

func (t *Tail) mark() {
	t.At.Head, t.At.Headed = t.head(int(min(t.At.Offset, headSize)))
}

// Read gives the lines that came, and follows the file when it was rotated. An error
// is of the file; it is tried again with the next call.
func (t *Tail) Read(line func(string)) error {
	if t.file == nil {
		if err := t.open(t.Path); err != nil {
			return ignoreMissing(err)
		}
	}
	if !t.fits(t.At) { // truncated, or written anew
		t.At = Place{Inode: t.At.Inode}
		t.part, t.over = nil, false
	}
	if err := t.lines(line); err != nil {
		return err
	}
	now, err := os.Stat(t.Path)
	if err != nil {
		return ignoreMissing(err)
	}
	if inode(now) == t.At.Inode && t.sameAsOpen(now) {
		return nil
	}
	// Rotated: once more, since somebody may have written meanwhile, and on to the new one.
	if err := t.lines(line); err != nil {
		return err
	}
	if len(t.part) > 0 {
		line(string(t.part))
	}
	if err := t.open(t.Path); err != nil {
		return ignoreMissing(err)
	}
	return t.lines(line)
}

func (t *Tail) sameAsOpen(now fs.FileInfo) bool {
	info, err := t.file.Stat()
	return err == nil && os.SameFile(info, now)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it may come
	}
	return err
}

// lines reads to the end of the open file.
func (t *Tail) lines(line func(string)) error {
	from := t.At.Offset + int64(len(t.part))
	if t.over {
		from = t.At.Offset
	}
	r := bufio.NewReaderSize(io.NewSectionReader(t.file, from, 1<<62-from), 64<<10)
	for {
		b, err := r.ReadSlice('\n')
		whole := len(b) > 0 && b[len(b)-1] == '\n'
		switch {
		case t.over:
			t.At.Offset += int64(len(b))
			t.over = !whole
		case whole:
			t.At.Offset += int64(len(t.part) + len(b))
			if len(t.part) > 0 {
				b = append(t.part, b...)
			}
			line(string(bytes.TrimRight(b, "\r\n")))
			t.part = nil
		default:
			t.part = append(t.part, b...)
			if len(t.part) > Longest {
				line(string(t.part[:Longest]))
				t.At.Offset += int64(len(t.part))
				t.part, t.over = nil, true
			}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull) || err == nil:
		case errors.Is(err, io.EOF):
			t.mark()
			return nil
		default:
			return err
		}
	}
}

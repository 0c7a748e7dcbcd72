package baseline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// Index finds single files in a baseline. It holds where each directory's
// records are, and of those only the ones read last.
type Index struct {
	Header Header
	Footer Footer

	file   *os.File
	dirs   []place
	recent map[int][]byte
}

type place struct {
	dir  string
	at   int64 // of the records
	size int
}

// maxRecent is how many blocks are kept.
const maxRecent = 64

// OpenIndex checks a baseline and makes an index of it.
func OpenIndex(path string) (*Index, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	x := &Index{Header: r.Header, Footer: r.Footer, file: r.file, recent: map[int][]byte{}}
	at := r.start
	for {
		dir, records, err := r.Next()
		if errors.Is(err, io.EOF) {
			return x, nil
		} else if err != nil {
			r.Close()
			return nil, err
		}
		at += 13 + int64(len(dir))
		x.dirs = append(x.dirs, place{dir, at, len(records)})
		at += int64(len(records))
	}
}

// Close closes the file.
func (x *Index) Close() error { return x.file.Close() }

// first is the index of the first place that is not before dir.
func (x *Index) first(dir string) int {
	return sort.Search(len(x.dirs), func(i int) bool { return Order(x.dirs[i].dir, dir) >= 0 })
}

func (x *Index) records(i int) ([]byte, error) {
	if b, ok := x.recent[i]; ok {
		return b, nil
	}
	p := x.dirs[i]
	b := make([]byte, p.size)
	if _, err := x.file.ReadAt(b, p.at); err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	if len(x.recent) >= maxRecent {
		clear(x.recent)
	}
	x.recent[i] = b
	return b, nil
}

// Find is what is recorded of a path; nil if nothing is.
func (x *Index) Find(path string) (e *entry.Entry, look entry.Set, err error) {
	dir, name := split(path)
	for i := x.first(dir); i < len(x.dirs) && x.dirs[i].dir == dir; i++ {
		b, err := x.records(i)
		for err == nil && len(b) > 0 {
			var n, body []byte
			if n, body, b, err = Split(b); err == nil && string(n) == name {
				e = &entry.Entry{}
				look, err = Decode(body, e)
				return e, look, err
			}
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return nil, 0, nil
}

// Below calls each with every path that is recorded in a directory, however deep.
func (x *Index) Below(dir string, each func(path string)) error {
	for i := x.first(dir); i < len(x.dirs); i++ {
		d := x.dirs[i].dir
		if d != dir && !strings.HasPrefix(d, strings.TrimSuffix(dir, "/")+"/") {
			return nil // what is below stands together
		}
		b, err := x.records(i)
		for err == nil && len(b) > 0 {
			var n []byte
			if n, _, b, err = Split(b); err == nil {
				each(strings.TrimSuffix(d, "/") + "/" + string(n))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func split(path string) (dir, name string) {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/", path[i+1:]
	}
	return path[:i], path[i+1:]
}

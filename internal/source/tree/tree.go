// Package tree bounds what readers open to one directory.
package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ErrOutside says that a path leads out of the directory being read.
var ErrOutside = errors.New("leads outside the directory being read")

// ErrTooLarge says that a file exceeds the limit it was read with.
var ErrTooLarge = errors.New("file is too large")

// Tree is the directory that bounds what is read. Every file is opened through
// it, so that neither ".." nor a symbolic link leads out.
type Tree struct {
	base string
	root *os.Root
}

// Open opens the directory base. The caller closes the tree.
func Open(base string) (*Tree, error) {
	abs, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(abs)
	if err != nil {
		return nil, err
	}
	return &Tree{base: abs, root: r}, nil
}

// Close closes the tree.
func (t *Tree) Close() { _ = t.root.Close() }

// FS is the tree as a file system, bounded as the tree is.
func (t *Tree) FS() fs.FS { return t.root.FS() }

// Rel turns a path, absolute or relative to the base, into a clean slash path
// relative to it.
func (t *Tree) Rel(p string) (string, error) {
	if filepath.IsAbs(p) {
		r, err := filepath.Rel(t.base, p)
		if err != nil {
			return "", ErrOutside
		}
		p = r
	}
	p = path.Clean(filepath.ToSlash(p))
	if p == ".." || strings.HasPrefix(p, "../") || strings.ContainsRune(p, 0) {
		return "", ErrOutside
	}
	return p, nil
}

// IsDir reports whether rel is a directory within the tree.
func (t *Tree) IsDir(rel string) bool {
	fi, err := t.root.Stat(filepath.FromSlash(rel))
	return err == nil && fi.IsDir()
}

// Read returns the content of a regular file within the tree.
func (t *Tree) Read(rel string, limit int64) ([]byte, error) {
	name := filepath.FromSlash(rel)
	fi, err := t.root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !fi.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case fi.Size() > limit:
		return nil, fmt.Errorf("%w (%d bytes, limit %d)", ErrTooLarge, fi.Size(), limit)
	}
	f, err := t.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		err = ErrTooLarge
	}
	return src, err
}

package cloudformation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// tree is the directory nothing outside of is read. Every file is opened
// through it, so that neither ".." nor a symbolic link leads out.
type tree struct {
	base string // absolute
	root *os.Root
}

func openTree(base string) (*tree, error) {
	abs, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(abs)
	if err != nil {
		return nil, err
	}
	return &tree{base: abs, root: r}, nil
}

func (t *tree) close() { _ = t.root.Close() }

var (
	errOutside  = errors.New("leads outside the directory being read")
	errTooLarge = errors.New("the file is too large")
)

// rel turns a path, absolute or relative to base, into a clean slash path
// relative to base.
func (t *tree) rel(p string) (string, error) {
	if filepath.IsAbs(p) {
		r, err := filepath.Rel(t.base, p)
		if err != nil {
			return "", errOutside
		}
		p = r
	}
	p = path.Clean(filepath.ToSlash(p))
	if p == ".." || strings.HasPrefix(p, "../") || strings.ContainsRune(p, 0) {
		return "", errOutside
	}
	return p, nil
}

// read returns the content of a regular file inside the tree.
func (t *tree) read(rel string, limit int64) ([]byte, error) {
	name := filepath.FromSlash(rel)
	fi, err := t.root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !fi.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case fi.Size() > limit:
		return nil, fmt.Errorf("%w (%d bytes, limit %d)", errTooLarge, fi.Size(), limit)
	}
	f, err := t.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		err = errTooLarge
	}
	return src, err
}

// children lists the files that reading file reads as well.
func (t *tree) children(ctx context.Context, file string) []string {
	src, err := t.read(file, maxFile)
	if err != nil {
		return nil
	}
	if isManifest(path.Base(file), src) {
		return t.manifestFiles(file, src)
	}
	if !bytes.Contains(src, []byte(typeStack)) && !bytes.Contains(src, []byte(typeApplication)) {
		return nil
	}
	var found []string
	rd := newReader(ctx, t, file, stackInfo{}, discard{})
	rd.visit = func(child string) { found = append(found, child) }
	func() {
		defer func() { _ = recover() }() // reading tells; here it only costs the list
		rd.root(src)
	}()
	return found
}

// discard takes what nobody wants.
type discard struct{}

func (discard) Resource(*source.Resource) {}
func (discard) Gap(source.Gap)            {}

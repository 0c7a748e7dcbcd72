package hosttree

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

// tree is a file system by path.
type tree map[string]*node

type node struct {
	text   string
	mode   fs.FileMode
	owner  host.Owned
	denied bool
}

// add puts a node into the tree, with the directories above it.
func (t tree) add(name string, n *node) {
	t[name] = n
	for dir := path.Dir(name); t[dir] == nil; dir = path.Dir(dir) {
		t[dir] = &node{mode: fs.ModeDir | 0o755}
	}
}

// Open opens a file or directory; the caller has followed links.
func (t tree) Open(name string) (fs.File, error) {
	info, err := t.Lstat(name)
	if err != nil {
		return nil, err
	}
	if t[name].denied {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return &file{t, info.(entry), strings.NewReader(t[name].text)}, nil
}

// Lstat describes a path without following it.
func (t tree) Lstat(name string) (fs.FileInfo, error) {
	n := t[name]
	if n == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return entry{name, n}, nil
}

// Stat is Lstat: links are followed by who reads.
func (t tree) Stat(name string) (fs.FileInfo, error) { return t.Lstat(name) }

// ReadLink says where a link leads.
func (t tree) ReadLink(name string) (string, error) {
	n := t[name]
	if n == nil || n.mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrNotExist}
	}
	return n.text, nil
}

// entry is a node by its name, as a FileInfo and a DirEntry.
type entry struct {
	name string
	n    *node
}

func (e entry) Name() string               { return path.Base(e.name) }
func (e entry) Size() int64                { return int64(len(e.n.text)) }
func (e entry) Mode() fs.FileMode          { return e.n.mode }
func (e entry) Type() fs.FileMode          { return e.n.mode.Type() }
func (e entry) ModTime() time.Time         { return Today }
func (e entry) IsDir() bool                { return e.n.mode.IsDir() }
func (e entry) Sys() any                   { return e.n.owner }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }

type file struct {
	tree
	entry
	*strings.Reader
}

func (f *file) Stat() (fs.FileInfo, error)        { return f.entry, nil }
func (f *file) Close() error                      { return nil }
func (f *file) Read(p []byte) (int, error)        { return f.Reader.Read(p) }
func (f *file) Size() int64                       { return f.entry.Size() }
func (f *file) Open(name string) (fs.File, error) { return f.tree.Open(name) }

// ReadDir lists what lies in the directory.
func (f *file) ReadDir(int) ([]fs.DirEntry, error) {
	if !f.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: f.name, Err: fs.ErrInvalid}
	}
	var out []fs.DirEntry
	for name, n := range f.tree {
		if path.Dir(name) == f.entry.name && name != "." {
			out = append(out, entry{name, n})
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, io.EOF
}

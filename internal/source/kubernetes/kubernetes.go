// Package kubernetes reads manifests: objects of Kubernetes in YAML or JSON
// files, several to a file or in lists. The pipeline that assembles an estate
// imports it; other readers do not.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Options are the choices about a directory of manifests.
type Options struct {
	// Scan looks for credentials in text that stands at path, and returns one
	// "path: rule" for each. The values of Secret objects are scanned while
	// they are read, and not kept. Nil: not looked for.
	Scan func(path, text string) []string
}

// maxOutput bounds the text of all manifests of a directory.
const maxOutput = 1 << 30

// Read yields the objects of the files to sink. base is the directory that
// bounds what is read, and locations are relative to it; dir is the directory
// the objects belong to, their root; both dir and files are absolute or
// relative to base.
//
// One object of a name can exist in a root. Where another directory has one
// more, as directories for several environments do, that directory is a root
// of its own, and within one directory the file is.
//
// Whatever is wrong with the files becomes a Gap. Read returns an error only
// when base cannot be opened or ctx is done.
func Read(ctx context.Context, base, dir string, files []string, opt Options, sink source.Sink) error {
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	root, err := t.Rel(dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", dir, err)
	}
	r := &reader{ctx: ctx, tree: t, opt: opt, sink: sink, left: maxOutput, dir: root, held: map[string]string{}, taken: map[key]bool{}, own: map[string]bool{}}
	return r.run(files)
}

type reader struct {
	ctx  context.Context
	tree *tree.Tree
	opt  Options
	sink source.Sink
	left int64

	dir   string
	held  map[string]string // address in dir -> directory it came from
	taken map[key]bool      // what other roots hold
	own   map[string]bool   // directories that are roots of their own
}

type key struct{ root, address string }

func (r *reader) run(files []string) error {
	var names []string
	for _, f := range files {
		name, err := r.tree.Rel(f)
		if err != nil {
			r.gap(f, 0, "file", err.Error(), "name its directory as well", false)
			continue
		}
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := strings.Compare(path.Dir(a), path.Dir(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	names = slices.Compact(names)
	for len(names) > 0 {
		dir := path.Dir(names[0])
		n := 1
		for n < len(names) && path.Dir(names[n]) == dir {
			n++
		}
		if err := r.directory(dir, names[:n]); err != nil {
			return err
		}
		names = names[n:]
	}
	return r.ctx.Err()
}

// directory reads the files of one directory. Its objects are held until it is
// known whether they are one more of some that were read already.
func (r *reader) directory(dir string, files []string) error {
	var found []*source.Resource
	for _, f := range files {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		found = append(found, r.file(f)...)
	}
	root := r.rootOf(dir)
	if root == r.dir {
		for _, x := range found {
			if from, ok := r.held[x.Address]; ok && from != dir {
				root = diverges(from, dir)
				r.own[root] = true
				break
			}
		}
	}
	for _, x := range found {
		x.Root = root
		if root == r.dir {
			if r.held[x.Address] != "" {
				r.aside(x)
			} else {
				r.held[x.Address] = dir
			}
		} else if k := (key{root, x.Address}); r.taken[k] {
			r.aside(x)
		} else {
			r.taken[k] = true
		}
		r.sink.Resource(x)
	}
	return nil
}

// aside gives the object its file as root, and within that a line after its
// name when even the file has it twice.
func (r *reader) aside(x *source.Resource) {
	x.Root = x.Location.File
	if k := (key{x.Root, x.Address}); r.taken[k] {
		x.Address = fmt.Sprintf("%s:%d", x.Address, x.Location.Line)
	}
	r.taken[key{x.Root, x.Address}] = true
}

// rootOf is the root that dir is known to belong to.
func (r *reader) rootOf(dir string) string {
	for d := dir; ; d = path.Dir(d) {
		if r.own[d] {
			return d
		}
		if d == "." || d == "/" {
			return r.dir
		}
	}
}

// diverges is b up to where it is no longer the way to a.
func diverges(a, b string) string {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range bs {
		if i >= len(as) || as[i] != bs[i] {
			return strings.Join(bs[:i+1], "/")
		}
	}
	return b
}

func (r *reader) file(name string) []*source.Resource {
	src, err := r.tree.Read(name, manifest.MaxFile)
	if err != nil {
		kind, mend := "file", "make it readable"
		if errors.Is(err, tree.ErrTooLarge) {
			kind, mend = "limit", "split it into smaller files"
		}
		r.gap(name, 0, kind, cause(err), mend, kind == "file")
		return nil
	}
	if r.left -= int64(len(src)); r.left < 0 {
		r.gap(name, 0, "limit", "the manifests of this directory are too large together; this one is not assessed", "assess its directory alone", false)
		return nil
	}
	return r.parse(name, src)
}

func (r *reader) parse(name string, src []byte) (found []*source.Resource) {
	defer func() {
		if p := recover(); p != nil {
			r.gap(name, 0, "file", "reading stopped inside the reader; objects of it may be missing", "please report this file to the project", true)
		}
	}()
	opt := manifest.Options{File: name, Placeholders: true, Scan: r.opt.Scan}
	manifest.Read(src, opt, func(x *source.Resource) { found = append(found, x) }, func(p manifest.Problem) {
		r.sink.Gap(p.Gap(name))
	})
	return found
}

func (r *reader) gap(file string, line int, kind, what, mend string, fatal bool) {
	r.sink.Gap(source.Gap{Kind: kind, What: file + ": " + what, Mend: mend, At: estate.Location{File: file, Line: line}, Fatal: fatal})
}

// cause is an operating system's error without the path it repeats.
func cause(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

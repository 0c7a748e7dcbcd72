// Package arm reads Azure Resource Manager templates, written by hand or
// compiled from Bicep. It evaluates the template language itself: parameters,
// variables, functions, copy loops, conditions, and templates nested in or
// linked from others; what only the deployment or Azure can tell is kept as
// unknown. The pipeline that assembles an estate imports it; other readers do
// not.
package arm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Kind is what reports call a template that was read.
const Kind = "arm"

// Options are the choices a user has about templates.
type Options struct {
	// ParameterFiles are paths as given on the command line, relative to the
	// working directory; later files win. One whose name says that it belongs
	// to a template beside it (x.parameters.json to x.json) is applied to that
	// one alone, any other to the templates that have all its parameters.
	ParameterFiles []string
	// Parameters maps a parameter's name to the raw text given on the command
	// line. It is applied to every template that has the parameter.
	Parameters map[string]string
}

// Read evaluates the template at path, absolute or relative to base, with the
// templates it links to, and yields its resources to sink. Nothing outside of
// base is read, and locations are relative to it.
//
// Whatever is wrong with the template becomes a Gap. Read returns an error
// only when base cannot be opened or ctx is done.
func Read(ctx context.Context, base, path string, opt Options, sink source.Sink) error {
	_, err := read(ctx, base, path, opt, sink)
	return err
}

// evaluator is one Read under way.
type evaluator struct {
	budget
	tree *tree
	sink source.Sink
	root string // the template's file

	files  map[string]*loaded
	parsed map[string]parsedExpr
	index  map[string][]*instance
	taken  map[string]bool
	placed map[place]*instance
	again  map[string]int
	gaps   map[string]bool
	links  map[string]bool // files that were deployed by a relative path
	// strange are the functions met that are not known.
	strange map[string]bool

	depth, calling, guids, instances int
}

type parsedExpr struct {
	expr expr
	err  error
}

// file is one template file.
type file struct {
	path  string // slashes, relative to base
	shown string
	text  *text
	node  *node
}

type loaded struct {
	file *file
	err  error
}

func read(ctx context.Context, base, name string, opt Options, sink source.Sink) (e *evaluator, err error) {
	t, err := openTree(base)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.close()
	e = &evaluator{
		budget: budget{ctx: ctx}, tree: t, sink: sink,
		files: map[string]*loaded{}, parsed: map[string]parsedExpr{}, index: map[string][]*instance{},
		taken: map[string]bool{}, placed: map[place]*instance{}, again: map[string]int{}, gaps: map[string]bool{}, links: map[string]bool{}, strange: map[string]bool{},
	}
	rel, err := t.rel(name)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	e.root = rel
	defer func() {
		if p := recover(); p != nil {
			err = e.recovered(p)
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := e.load(rel)
	if err != nil {
		e.broken(rel, err)
		return e, nil
	}
	s := newScope(f, f.node)
	e.give(s, opt)
	e.expand(s)
	e.unfold(s)
	e.addresses(s)
	e.emit(s)
	return e, ctx.Err()
}

// recovered tells of what ended the reading early.
func (e *evaluator) recovered(p any) error {
	at := estate.Location{File: e.root}
	if stop, ok := p.(stopped); ok {
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		e.limit(at, stop.err.Error()+"; the rest of it is not assessed")
		return nil
	}
	e.addGap(source.Gap{
		Kind: "resource", What: fmt.Sprintf("reading stopped inside the evaluator; resources may be missing (%s)", panicPlace()),
		Mend: "please report this template to the project", At: at, Fatal: true,
	})
	return nil
}

// broken tells of a file that is no template.
func (e *evaluator) broken(name string, err error) {
	g := source.Gap{Kind: "file", What: err.Error(), At: estate.Location{File: name}, Fatal: true, Mend: "correct the template"}
	if b, ok := errors.AsType[*brokenError](err); ok {
		g.What, g.At.Line = b.what, b.line
		if b.limit {
			g.Kind, g.Mend = "limit", ""
		}
	}
	e.addGap(g)
}

// load reads a template file once.
func (e *evaluator) load(name string) (*file, error) {
	if l, ok := e.files[name]; ok {
		return l.file, l.err
	}
	l := &loaded{}
	e.files[name] = l
	if len(e.files) > maxFiles {
		l.err = errors.New("the template links to too many files")
		return nil, l.err
	}
	l.file, l.err = e.open(name)
	return l.file, l.err
}

func (e *evaluator) open(name string) (*file, error) {
	src, err := e.tree.read(name)
	if err != nil {
		return nil, err
	}
	t, err := plain(src)
	if err != nil {
		return nil, err
	}
	n, err := t.parse(func(member string, line int) {
		e.addGap(source.Gap{
			Kind: "file", What: fmt.Sprintf("the name %q comes twice in one object; its value is unknown", clip(member, 60)),
			Mend: "write it once", At: estate.Location{File: name, Line: line}, Fatal: true,
		})
	})
	if err != nil {
		return nil, err
	}
	if n.kind != '{' {
		return nil, &brokenError{what: "it is no template: it holds no object", line: n.line}
	}
	return &file{path: name, shown: name, text: t, node: n}, nil
}

// panicPlace names the innermost frame of this package on the panicking
// stack, and nothing of the values involved.
func panicPlace() string {
	const marker = "internal/source/arm/"
	for line := range strings.SplitSeq(string(debug.Stack()), "\n") {
		_, after, ok := strings.Cut(line, marker)
		if !ok || strings.Contains(line, "/arm.go:") || !strings.Contains(line, ".go:") {
			continue
		}
		place, _, _ := strings.Cut(after, " ")
		return place
	}
	return "unknown place"
}

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

var errOutside = errors.New("it leads outside the directory being read")

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

func (t *tree) read(name string) ([]byte, error) {
	if _, err := t.rel(name); err != nil || path.IsAbs(name) {
		return nil, errOutside
	}
	f, err := t.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(f)
}

// open opens a regular file; opening a pipe would wait for somebody to write.
func (t *tree) open(name string) (*os.File, error) {
	native := filepath.FromSlash(name)
	info, err := t.root.Stat(native)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	f, err := t.root.Open(native)
	if err != nil {
		return nil, reason(err)
	}
	return f, nil
}

var errIrregular = errors.New("it is not a regular file")

// readFile reads a regular file of a sensible size.
func readFile(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, reason(err)
	case !info.Mode().IsRegular():
		return nil, errIrregular
	case info.Size() > maxFile:
		return nil, errTooLarge
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(src) > maxFile {
		return nil, errTooLarge
	}
	return src, nil
}

// reason is an operating system's error without the path it repeats.
func reason(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

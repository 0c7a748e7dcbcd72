// Package export reads what clouds write about themselves into files: results
// of Azure Resource Graph, exports of Google Cloud Asset Inventory, AWS Config
// snapshots and query results, and lists of AWS Cloud Control. It streams: of
// a file it keeps one record at a time, and what must be known before the
// first is yielded. The pipeline that assembles an estate imports it; other
// readers do not.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// The kinds of file Detect tells apart.
const (
	ResourceGraph  = "azure-resource-graph"
	AssetInventory = "google-asset-inventory"
	Config         = "aws-config"
	CloudControl   = "aws-cloud-control"
)

const (
	maxRecord = 64 << 20 // bytes of one record
	maxDepth  = 100
	// maxKept bounds what is remembered of a file before its second reading.
	maxKept      = 500_000
	maxKeptBytes = 256 << 20
	// oddLimit bounds the gaps for single records that make no sense.
	oddLimit = 20
)

// Options are what a reading may be told.
type Options struct {
	// Known is what [Learn] found out of all the exports of an estate. Nil means
	// that the file stands alone.
	Known *Known
}

// Learn reads those of the files, absolute or relative to base, that Cloud
// Asset Inventory wrote, for what one of them says of assets in another. What
// is wrong with a file is left for [Read] to tell. The error is that base
// cannot be opened, or that ctx is done.
func Learn(ctx context.Context, base string, files []string) (*Known, error) {
	known := newKnown()
	for _, name := range files {
		r, err := open(ctx, base, name, nowhere{})
		if err != nil {
			return nil, err
		}
		if kind, _ := r.start(); kind == AssetInventory {
			_ = r.learn(inventory{known, r.shown}) // what cannot be read is told of when it is read
		}
		r.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return known, nil
}

// Read streams the file at path, absolute or relative to base, into sink.
// Nothing outside of base is read, and locations are relative to it.
//
// What is wrong with the file becomes a fatal gap, and the resources read
// until then stay. The error is for everything else: base cannot be opened, or
// ctx is done.
func Read(ctx context.Context, base, path string, opt Options, sink source.Sink) error {
	r, err := open(ctx, base, path, sink)
	if err != nil {
		return err
	}
	defer r.close()
	err = r.file(opt)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.broken(err)
	}
	return nil
}

// open begins a reading.
func open(ctx context.Context, base, path string, sink source.Sink) (*reader, error) {
	abs, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	rel, err := relative(abs, path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", base, err)
	}
	return &reader{ctx: ctx, root: root, shown: rel, sink: sink}, nil
}

func (r *reader) close() {
	if r.in != nil {
		_ = r.in.Close() // only read
	}
	_ = r.root.Close()
}

func relative(base, p string) (string, error) {
	if filepath.IsAbs(p) {
		r, err := filepath.Rel(base, p)
		if err != nil {
			return "", err
		}
		p = r
	}
	p = path.Clean(filepath.ToSlash(p))
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", errors.New("it leads outside the directory being read")
	}
	return p, nil
}

// reader is one Read under way.
type reader struct {
	ctx   context.Context
	root  *os.Root
	in    *os.File
	lines bool // one record a line
	shown string
	sink  source.Sink
	odd   int
}

// format turns the records of one kind of file into resources. Each file is
// read twice: learn sees every record first, then resources are made.
type format interface {
	learn(record map[string]any, n int)
	// resources makes those that the nth record describes; odd says why a
	// record makes none although it should.
	resources(record map[string]any, n int) (rs []*source.Resource, odd string)
	// rest makes those of which the records hold only a part, at the end.
	rest() []*source.Resource
}

// start opens the file and tells its kind.
func (r *reader) start() (string, error) {
	name := filepath.FromSlash(r.shown)
	info, err := r.root.Stat(name)
	switch {
	case err != nil:
		return "", reason(err)
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	}
	if r.in, err = r.root.Open(name); err != nil {
		return "", reason(err)
	}
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(r.in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		if errors.Is(err, io.EOF) {
			return "", errors.New("it is empty")
		}
		return "", reason(err)
	}
	kind, ok := Detect(r.shown, head[:n])
	if !ok {
		return "", errors.New("it is no export that Demarc knows")
	}
	r.lines = isLines(head[:n])
	return kind, nil
}

// learn shows every record to the format.
func (r *reader) learn(form format) error {
	if _, err := r.in.Seek(0, io.SeekStart); err != nil {
		return reason(err)
	}
	quiet := &reader{ctx: r.ctx, shown: r.shown, sink: nowhere{}}
	n := 0
	return quiet.records(r.in, r.lines, func(v map[string]any, _, _ int) {
		form.learn(v, n)
		n++
	})
}

func (r *reader) file(opt Options) error {
	kind, err := r.start()
	if err != nil {
		return err
	}
	var form format
	learns := true
	switch kind {
	case ResourceGraph:
		form, learns = graph{map[string]bool{}}, false
	case AssetInventory:
		form, learns = inventory{opt.Known, r.shown}, opt.Known == nil
		if learns {
			form = inventory{newKnown(), r.shown}
		}
	case Config:
		form = newConfig()
	case CloudControl:
		form, learns = &cloudControl{}, false
	}
	if learns {
		// What is broken is met again by the second reading, which tells of it.
		if err := r.learn(form); err != nil && r.ctx.Err() != nil {
			return err
		}
	}
	if _, err := r.in.Seek(0, io.SeekStart); err != nil {
		return reason(err)
	}
	n := 0
	err = r.records(r.in, r.lines, func(v map[string]any, line, end int) {
		rs, odd := form.resources(v, n)
		n++
		if odd != "" {
			r.oddRecord(line, odd)
		}
		for _, x := range rs {
			if x.Root == "" { // objects of a cluster have the cluster
				x.Root = r.shown
			}
			x.Location = estate.Location{File: r.shown, Line: line, EndLine: end}
			r.sink.Resource(x)
		}
	})
	if err != nil {
		return err
	}
	for _, x := range form.rest() {
		x.Root, x.Location = r.shown, estate.Location{File: r.shown}
		r.sink.Resource(x)
	}
	return nil
}

// nowhere is a sink for the first reading, whose gaps the second repeats.
type nowhere struct{}

func (nowhere) Resource(*source.Resource) {}
func (nowhere) Gap(source.Gap)            {}

// oddRecord tells of a record that could not be understood although the file
// goes on.
func (r *reader) oddRecord(line int, what string) {
	r.odd++
	switch {
	case r.odd < oddLimit:
	case r.odd == oddLimit:
		what += "; further ones are not listed"
	default:
		return
	}
	r.sink.Gap(source.Gap{
		Kind: "resource", What: fmt.Sprintf("%s line %d: %s", r.shown, line, what), Mend: "export it again",
		At: estate.Location{File: r.shown, Line: line}, Fatal: true,
	})
}

func (r *reader) broken(err error) {
	g := source.Gap{Kind: "file", What: r.shown + ": " + err.Error(), Mend: "export it again", At: estate.Location{File: r.shown}, Fatal: true}
	if b, ok := errors.AsType[*brokenError](err); ok {
		g.At.Line = b.line
		g.What = fmt.Sprintf("%s line %d: %s", r.shown, b.line, b.what)
		if b.limit {
			g.Kind, g.Mend = "limit", ""
		}
	}
	r.sink.Gap(g)
}

// reason is an operating system's error without the path it repeats.
func reason(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

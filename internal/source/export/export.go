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

// Options are the choices a user has about exports. There are none yet.
type Options struct{}

// Read streams the file at path, absolute or relative to base, into sink.
// Nothing outside of base is read, and locations are relative to it.
//
// What is wrong with the file becomes a fatal gap, and the resources read
// until then stay. The error is for everything else: base cannot be opened, or
// ctx is done.
func Read(ctx context.Context, base, path string, _ Options, sink source.Sink) error {
	abs, err := filepath.Abs(base)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer root.Close()
	rel, err := relative(abs, path)
	if err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	r := &reader{ctx: ctx, shown: rel, sink: sink}
	err = r.file(root, rel)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.broken(err)
	}
	return nil
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

func (r *reader) file(root *os.Root, rel string) error {
	name := filepath.FromSlash(rel)
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return reason(err)
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	f, err := root.Open(name)
	if err != nil {
		return reason(err)
	}
	defer f.Close()
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		if errors.Is(err, io.EOF) {
			return errors.New("it is empty")
		}
		return reason(err)
	}
	kind, ok := Detect(rel, head[:n])
	if !ok {
		return errors.New("it is no export that Demarc knows")
	}
	var form format
	switch kind {
	case ResourceGraph:
		form = graph{}
	case AssetInventory:
		form = newInventory()
	case Config:
		form = newConfig()
	case CloudControl:
		form = &cloudControl{}
	}
	lines := isLines(head[:n])
	n1, n2 := 0, 0
	learn := func(v map[string]any, _, _ int) {
		form.learn(v, n1)
		n1++
	}
	if _, one := form.(graph); !one {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return reason(err)
		}
		quiet := &reader{ctx: r.ctx, shown: r.shown, sink: nowhere{}}
		if err := quiet.records(f, lines, learn); err != nil && r.ctx.Err() != nil {
			return err
		}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return reason(err)
	}
	err = r.records(f, lines, func(v map[string]any, line, end int) {
		rs, odd := form.resources(v, n2)
		n2++
		if odd != "" {
			r.oddRecord(line, odd)
		}
		for _, x := range rs {
			x.Root = r.shown
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

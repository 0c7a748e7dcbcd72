// Package tfplan reads what Terraform and OpenTofu write as JSON: a plan or a
// state shown by `terraform show -json`, and a raw state file. It streams: of
// the document it keeps one resource at a time, and of a plan's configuration
// only which arguments are written and what they refer to.
//
// A plan's configuration says nothing of local values and dynamic blocks, and
// of module.x[each.key].y not which output is meant. So a reference through
// those is missing from Refs, and a dynamic block whose number is not known
// counts as not written.
//
// It is for the pipeline's reading step.
package tfplan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// The kinds of document Detect tells apart.
const (
	Plan     = "terraform-plan"
	State    = "terraform-state"
	RawState = "terraform-state-raw"
)

const showMend = "write it again: terraform show -json FILE > plan.json"

// InputError says why a file is not what this package reads, and what to do
// about it. It never quotes a value from the file.
type InputError struct {
	What, Mend string
	Offset     int64 // bytes from the start of the file; -1 when it concerns the whole
	Line       int
	kind       string
}

func (e *InputError) Error() string {
	s := e.What
	if e.Line > 0 {
		s = fmt.Sprintf("line %d, byte %d: %s", e.Line, e.Offset, s)
	}
	if e.Mend != "" {
		s += " (" + e.Mend + ")"
	}
	return s
}

// Read streams the file at path into sink. File names in locations are
// relative to base, which may be empty.
//
// What is wrong with the file becomes one fatal gap, and the resources read
// until then stay. The error is for everything else: ctx is done.
func Read(ctx context.Context, base, path string, sink source.Sink) error {
	shown := display(base, path)
	err := read(ctx, shown, path, sink)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		sink.Gap(gapOf(shown, err))
	}
	return nil
}

func read(ctx context.Context, shown, path string, sink source.Sink) error {
	f, err := os.Open(path)
	if err != nil {
		return &InputError{What: reason(err), Offset: -1}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return &InputError{What: reason(err), Offset: -1}
	}
	if !info.Mode().IsRegular() {
		what := "it is not a regular file, and a plan is read twice"
		if info.IsDir() {
			what = "it is a directory, not a plan or state file"
		}
		return &InputError{What: what, Mend: "terraform show -json plan > plan.json, then name plan.json", Offset: -1}
	}
	if info.Size() == 0 {
		return &InputError{What: "it is empty", Mend: showMend, Offset: -1}
	}
	return readFrom(ctx, shown, f, sink)
}

func readFrom(ctx context.Context, shown string, f io.ReadSeeker, sink source.Sink) error {
	kind, err := Detect(f)
	if err != nil {
		return err
	}
	r := reader{ctx: ctx, file: f, shown: shown, sink: sink, maxString: maxString, maxResource: maxResource}
	switch kind {
	case Plan:
		return r.plan()
	case State:
		return r.state()
	case RawState:
		return r.rawState()
	}
	return r.unrecognised()
}

// reader is one Read under way.
type reader struct {
	ctx   context.Context
	file  io.ReadSeeker
	shown string
	sink  source.Sink

	maxString, maxResource int64

	odd int // resources that made no sense so far
}

// unrecognised tells broken JSON from JSON of another kind.
func (r *reader) unrecognised() error {
	s, err := r.scan(0, 1)
	if err != nil {
		return err
	}
	if s.dec.PeekKind() == '{' {
		if err := s.skip(); err != nil {
			return err
		}
	}
	return &InputError{
		What: "it is neither a Terraform plan nor a state in JSON", Mend: showMend, Offset: -1,
	}
}

// oddLimit bounds the gaps for single resources that make no sense.
const oddLimit = 20

// oddResource records a resource that could not be understood although the
// document goes on.
func (r *reader) oddResource(line int, what string) {
	r.odd++
	switch {
	case r.odd < oddLimit:
	case r.odd == oddLimit:
		what += "; further ones are not listed"
	default:
		return
	}
	r.sink.Gap(source.Gap{
		Kind: "resource", What: fmt.Sprintf("%s line %d: %s", r.shown, line, what), Mend: showMend,
		At: estate.Location{File: r.shown, Line: line}, Fatal: true,
	})
}

func gapOf(shown string, err error) source.Gap {
	g := source.Gap{Kind: "file", Fatal: true, At: estate.Location{File: shown}}
	ie, ok := errors.AsType[*InputError](err)
	if !ok {
		g.What = shown + ": " + err.Error()
		return g
	}
	if ie.kind != "" {
		g.Kind = ie.kind
	}
	g.What, g.Mend, g.At.Line = shown+": "+ie.What, ie.Mend, ie.Line
	if ie.Line > 0 {
		g.What = fmt.Sprintf("%s line %d, byte %d: %s", shown, ie.Line, ie.Offset, ie.What)
	}
	return g
}

// reason is an operating system's error without the path it repeats.
func reason(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

func display(base, path string) string {
	if base != "" {
		if rel, err := filepath.Rel(base, path); err == nil && filepath.IsLocal(rel) && rel != "." {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(path)
}

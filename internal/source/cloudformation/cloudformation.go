// Package cloudformation reads CloudFormation and SAM templates, in YAML and
// JSON, and what the CDK synthesises. It evaluates parameters, mappings,
// conditions, loops, intrinsic functions and local nested stacks itself and
// yields every resource, with what is only known after deployment kept as
// unknown. The pipeline that assembles an estate imports it; other readers do
// not.
package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Options are the choices a user has about one template.
type Options struct {
	// Parameters gives values to the template's parameters. Those of nested
	// stacks come from the stacks around them.
	Parameters map[string]string
	// Region and Account are where the stack is deployed to, when that is known.
	// The manifest of a CDK application knows better.
	Region, Account string
}

// Read evaluates one template, or all stacks of a CDK manifest, and yields
// their resources to sink. base is the directory nothing outside of is read;
// locations and roots are relative to it. name is the file's path, absolute or
// relative to base.
//
// Whatever is wrong with the template becomes a Gap. Read returns an error only
// when the file cannot be opened or ctx is done; what the sink took until then
// stays valid but is not everything.
func Read(ctx context.Context, base, name string, opt Options, sink source.Sink) error {
	t, err := openTree(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.close()
	file, err := t.rel(name)
	if err != nil {
		return fmt.Errorf("reading template %s: %w", name, err)
	}
	src, err := t.read(file, maxFile)
	if errors.Is(err, errTooLarge) {
		sink.Gap(source.Gap{
			Kind: "limit", What: fmt.Sprintf("%s: %s", file, err), Mend: "CloudFormation takes templates of up to 1 MB; split this one",
			At: location(file, 0),
		})
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading template %s: %w", name, err)
	}
	if isManifest(path.Base(file), src) {
		return readManifest(ctx, t, file, src, opt, sink)
	}
	return readStack(ctx, t, file, src, stackInfo{parameters: opt.Parameters, region: opt.Region, account: opt.Account}, sink)
}

// stackInfo is what is known of a stack beside its template.
type stackInfo struct {
	parameters            map[string]string
	region, account, name string
	// known gives pseudo parameters further values; nil for none.
}

// readStack evaluates one root template.
func readStack(ctx context.Context, t *tree, file string, src []byte, info stackInfo, sink source.Sink) (err error) {
	rd := newReader(ctx, t, file, info, sink)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		stop, ok := p.(stopped)
		switch {
		case ok && (errors.Is(stop.err, errSteps) || errors.Is(stop.err, errOutput)):
			rd.gap(source.Gap{
				Kind: "limit", What: file + ": " + stop.err.Error() + "; the rest of it is not assessed",
				Mend: "split the template, or shorten the loops at this line", At: rd.at,
			})
		case ok:
			err = stop.err
		default:
			rd.gap(source.Gap{
				Kind:  "resource",
				What:  fmt.Sprintf("%s: reading stopped inside the evaluator; resources may be missing (%s)", file, panicPlace()),
				Mend:  "please report this template to the project",
				At:    rd.at,
				Fatal: true,
			})
		}
	}()
	rd.root(src)
	return ctx.Err()
}

// panicPlace names the innermost frame of this package on the panicking
// stack, and nothing of the values involved.
func panicPlace() string {
	const marker = "internal/source/cloudformation/"
	for line := range strings.SplitSeq(string(debug.Stack()), "\n") {
		_, after, ok := strings.Cut(line, marker)
		if !ok || strings.Contains(line, "cloudformation.go:") || !strings.Contains(line, ".go:") {
			continue
		}
		place, _, _ := strings.Cut(after, " ")
		return place
	}
	return "unknown place"
}

// reader reads one root template with everything nested in it.
type reader struct {
	*budget
	files  *tree
	file   string // of the root template
	info   stackInfo
	sink   source.Sink
	at     estate.Location // what is being evaluated
	stacks int
	parsed map[string]*document // templates are parsed once
	said   map[string]bool      // gaps told once
	mixed  string               // the macro last met that adds to an object
	// visit is told of each nested template instead of reading it; nil when
	// reading. See [Roots].
	visit func(file string)
}

func newReader(ctx context.Context, t *tree, file string, info stackInfo, sink source.Sink) *reader {
	return &reader{
		budget: newBudget(ctx), files: t, file: file, info: info, sink: sink, at: location(file, 0),
		parsed: map[string]*document{}, said: map[string]bool{},
	}
}

func (rd *reader) root(src []byte) {
	doc := parse(rd.file, src)
	rd.parsed[rd.file] = doc
	for _, g := range doc.gaps {
		rd.gap(g)
	}
	st := rd.newStack(rd.file, doc)
	st.given = map[string]any{}
	for name, text := range rd.info.parameters {
		st.given[name] = clean(text)
	}
	st.yield()
	st.report()
}

// maxGaps bounds what is told of one root template.
const maxGaps = 500

func (rd *reader) gap(g source.Gap) {
	key := g.Kind + "\x00" + g.What
	if rd.said[key] || len(rd.said) >= maxGaps {
		return
	}
	rd.said[key] = true
	rd.sink.Gap(g)
}

// mistake notes an expression that cannot be evaluated.
func (rd *reader) mistake(line int, format string, args ...any) {
	rd.gap(source.Gap{
		Kind: "expression", What: fmt.Sprintf(format, args...),
		Mend: "correct the expression, or give its parameters values that fit", At: location(rd.at.File, line),
	})
}

func location(file string, line int) estate.Location { return estate.Location{File: file, Line: line} }

// Roots returns those of the templates that no other of them reads: local
// templates of nested stacks are read with the stack that nests them, and the
// templates of a CDK application with its manifest. Of templates that nest one
// another in a circle the first is kept. All paths are absolute or relative to
// base; the result has those of the argument, in their order.
func Roots(ctx context.Context, base string, templates []string) ([]string, error) {
	t, err := openTree(base)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.close()
	children := map[string][]string{}
	nested := map[string]bool{}
	for _, name := range templates {
		file, err := t.rel(name)
		if err != nil {
			continue
		}
		if _, done := children[file]; done {
			continue
		}
		children[file] = t.children(ctx, file)
		for _, c := range children[file] {
			nested[c] = nested[c] || c != file
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var roots []string
	reached := map[string]bool{}
	var reach func(file string)
	reach = func(file string) {
		if !reached[file] {
			reached[file] = true
			for _, c := range children[file] {
				reach(c)
			}
		}
	}
	for _, circles := range []bool{false, true} { // a circle has no root of its own
		for _, name := range templates {
			file, err := t.rel(name)
			if err != nil || reached[file] || nested[file] && !circles {
				continue
			}
			roots = append(roots, name)
			reach(file)
		}
	}
	order := map[string]int{}
	for i, name := range templates {
		if _, have := order[name]; !have {
			order[name] = i
		}
	}
	slices.SortStableFunc(roots, func(a, b string) int { return order[a] - order[b] })
	return roots, nil
}

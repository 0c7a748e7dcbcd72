package terraform

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// evaluator reads one root module. Everything is evaluated on demand and
// remembered; only parsing runs in parallel.
type evaluator struct {
	t       *tree
	rootDir string
	opt     Options
	sink    source.Sink
	budget  *budget
	loader  *loader

	functions map[string]function.Function
	inner     map[string]function.Function // inside templates
	base      *hcl.EvalContext
	compiled  map[hclsyntax.Expression]*compiled
	templates map[string]hclsyntax.Expression
	tooLarge  map[hclsyntax.Expression]bool // expressions that overran once
	names     *attributeNames

	root      *module
	at        estate.Location // of the expression under evaluation
	stack     []frame
	instances int
	seen      map[gapKey]bool
	varText   map[string]varInput
	quiet     bool // gaps are not reported: nothing that is assessed hangs on them
}

type gapKey struct {
	kind, what, file string
	line             int
}

func newEvaluator(ctx context.Context, t *tree, dir string, opt Options, sink source.Sink) *evaluator {
	b := newBudget(ctx)
	if opt.Parsed != nil {
		opt.Parsed.budget = *b
		b = &opt.Parsed.budget
	}
	ev := &evaluator{
		t: t, rootDir: dir, opt: opt, sink: sink, budget: b,
		loader:    &loader{t: t, b: b, defs: map[string]*definition{}, root: dir, kept: opt.Parsed},
		compiled:  map[hclsyntax.Expression]*compiled{},
		templates: map[string]hclsyntax.Expression{},
		tooLarge:  map[hclsyntax.Expression]bool{},
		seen:      map[gapKey]bool{},
		at:        location(dir, 0),
	}
	ev.makeFunctions()
	return ev
}

func (ev *evaluator) run() {
	ev.budget.check()
	if g := ev.loader.readManifest(ev.rootDir); g != nil {
		ev.gap(*g)
	}
	ev.loader.loadAll(append(slices.DeleteFunc(ev.loader.fetchedDirs(), func(d string) bool { return d == ev.rootDir }), ev.rootDir))
	def := ev.definition(ev.rootDir)
	ev.readVarInputs()
	ev.root = newModule(def, nil)
	ev.root.emit(ev)
	// What only a provider's configuration needs, such as a token that comes
	// at run time, is no gap.
	ev.quiet = true
	ev.root.emitSetups(ev)
}

// definition loads the module in dir and reports what was wrong with it, once.
func (ev *evaluator) definition(dir string) *definition {
	d := ev.loader.load(dir)
	for _, g := range d.gaps {
		ev.gap(g)
	}
	for fn := range d.functions {
		ev.addUnknownFunction(fn)
	}
	return d
}

// gap reports g unless the same was said before: instances of one block share
// their troubles.
func (ev *evaluator) gap(g source.Gap) {
	k := gapKey{g.Kind, g.What, g.At.File, g.At.Line}
	if ev.seen[k] {
		return
	}
	ev.seen[k] = true
	if !ev.quiet {
		ev.sink.Gap(g)
	}
}

func (ev *evaluator) limit(at estate.Location, what string) {
	ev.gap(source.Gap{
		Kind: "limit", What: what, At: at,
		Mend: "reduce what this expands to, or assess the plan (`terraform show -json`) instead",
	})
}

// frame names a value under evaluation, for the account of a circle.
type frame struct{ module, kind, name string }

func (f frame) String() string {
	if f.module == "" {
		return f.kind + f.name
	}
	return f.module + "." + f.kind + f.name
}

// thunk is a value computed when first asked for.
type thunk struct {
	state  state
	val    cty.Value
	size   int
	sketch sketchThunk
}

type state uint8

const (
	fresh state = iota
	busy
	done
)

// force returns the thunk's value. A value that needs itself is unknown, and
// the circle is reported.
func (ev *evaluator) force(t *thunk, f frame, at estate.Location, compute func() cty.Value) cty.Value {
	switch {
	case t.state == done:
		return t.val
	case t.state == busy:
		ev.circle(f, at)
		return unknown("it depends on itself")
	case len(ev.stack) >= maxDepth:
		ev.limit(at, fmt.Sprintf("%s hangs on a chain of more than %d values", f, maxDepth))
		return unknown("the chain of values it depends on is too long")
	}
	t.state = busy
	ev.stack = append(ev.stack, f)
	outer := ev.at
	ev.at = at
	v := compute()
	ev.at = outer
	ev.stack = ev.stack[:len(ev.stack)-1]
	t.size = sizeOf(v, maxValue)
	if t.size > maxValue {
		ev.limit(at, fmt.Sprintf("%s is too large a value", f))
		v, t.size = unknown("its value is too large"), 1
	}
	t.val, t.state = v, done
	return v
}

func (ev *evaluator) circle(f frame, at estate.Location) {
	i := max(slices.Index(ev.stack, f), 0)
	if strings.HasPrefix(f.kind, "local.") && !slices.ContainsFunc(ev.stack[i:], func(g frame) bool { return g.kind != "local." || g.module != f.module }) {
		return // the definition's own check has said so, for all instances
	}
	names := make([]string, 0, len(ev.stack)-i+1)
	for _, g := range ev.stack[i:] {
		names = append(names, g.String())
	}
	names = append(names, f.String())
	ev.gap(source.Gap{
		Kind: "expression", What: "values depend on each other in a circle: " + strings.Join(names, " → "),
		Mend: "break the circle", At: at, Fatal: true,
	})
}

// Marks carried by values. All are comparable, as cty wants.
type (
	// refMark: the value was built from that resource's attribute.
	refMark struct{ source.Ref }
	// whyMark: the reason why the value is unknown.
	whyMark struct{ text string }
	// sensitiveMark: the configuration calls the value sensitive.
	sensitiveMark struct{}
)

// unknown returns a value of which nothing but the reason is known.
func unknown(why string) cty.Value { return cty.DynamicVal.Mark(whyMark{why}) }

// refsOf returns the references among marks, sorted.
func refsOf(marks cty.ValueMarks) []source.Ref {
	var out []source.Ref
	for m := range marks {
		if r, ok := m.(refMark); ok {
			out = append(out, r.Ref)
		}
	}
	slices.SortFunc(out, func(a, b source.Ref) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(a.Attribute, b.Attribute))
	})
	return out
}

// reasonOf says why a value with these marks is unknown.
func reasonOf(marks cty.ValueMarks) string {
	why, ref := "", false
	for m := range marks {
		switch m := m.(type) {
		case whyMark:
			if why == "" || m.text < why {
				why = m.text
			}
		case refMark:
			ref = true
		}
	}
	switch {
	case why != "":
		return why
	case ref:
		return "known after apply"
	}
	return "not known before apply"
}

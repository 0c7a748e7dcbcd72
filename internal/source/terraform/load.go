package terraform

import (
	"encoding/json"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

// definition is one module's directory as written, shared by all calls of it.
type definition struct {
	dir       string
	variables map[string]*variableDef
	locals    map[string]*attr
	outputs   map[string]*block
	resources []*block // managed and data, in source order
	byName    map[string]*block
	calls     []*block
	callNamed map[string]*block
	providers map[string]*block // "aws", "aws.west"
	gaps      []source.Gap
	functions map[string]bool
}

type variableDef struct {
	name       string
	block      *block
	ty         cty.Type
	typed      bool // ty is more than "any"
	defaults   *typeexpr.Defaults
	def        *attr     // default
	whenAbsent cty.Value // its value, once asked for
	nullable   bool
	sensitive  bool
}

// loader parses directories, each once.
type loader struct {
	t       *tree
	b       *budget
	defs    map[string]*definition
	fetched map[string]fetchedModule // `terraform init`'s record, by call path
	root    string                   // its directory is not kept: nobody else reads it
	kept    *Parsed                  // may be nil
}

type fetchedModule struct{ Key, Source, Dir string }

// readManifest reads which modules `terraform init` downloaded for the root.
func (l *loader) readManifest(root string) *source.Gap {
	name := path.Join(root, ".terraform/modules/modules.json")
	src, err := l.t.read(name, maxConfigFile)
	if err != nil {
		return nil // not initialised: the calls themselves will say so
	}
	var manifest struct{ Modules []fetchedModule }
	if err := json.Unmarshal(src, &manifest); err != nil {
		return &source.Gap{
			Kind: "module", What: name + ": not a module manifest", Mend: "run `terraform init` again",
			At: location(name, 0),
		}
	}
	l.fetched = make(map[string]fetchedModule, len(manifest.Modules))
	for _, m := range manifest.Modules {
		m.Dir = path.Join(root, m.Dir)
		l.fetched[m.Key] = m
	}
	return nil
}

// load returns the definition in dir, parsing it and the local modules it
// calls, level by level, when it is not known yet.
func (l *loader) load(dir string) *definition {
	if l.defs[dir] == nil {
		l.loadAll([]string{dir})
	}
	return l.defs[dir]
}

// fetchedDirs are the directories of downloaded modules that can be read.
func (l *loader) fetchedDirs() []string {
	var out []string
	for _, m := range l.fetched {
		if rel, err := l.t.rel(m.Dir); err == nil && l.t.isDir(rel) == nil {
			out = append(out, rel)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *loader) loadAll(level []string) {
	for len(level) > 0 {
		parsedBy := l.parse(level)
		var next []string
		for i, dir := range level {
			d := l.assemble(dir, parsedBy[i])
			l.defs[dir] = d
			for _, c := range d.calls {
				if src, ok := callSource(c); ok && localSource(src) {
					if rel, err := l.t.rel(path.Join(dir, src)); err == nil && l.defs[rel] == nil &&
						!slices.Contains(next, rel) && !slices.Contains(level, rel) && l.t.isDir(rel) == nil {
						next = append(next, rel)
					}
				}
			}
		}
		level = next
	}
}

type parsedDir struct {
	files moduleFiles
	byKey map[string]*parsed
	err   error
}

// parse reads the files of several directories in parallel.
func (l *loader) parse(dirs []string) []parsedDir {
	out := make([]parsedDir, len(dirs))
	type job struct {
		dir  int
		name string
	}
	var jobs []job
	for i, dir := range dirs {
		if found, ok := l.kept.find(l.t, dir); ok {
			out[i] = found
			continue
		}
		out[i].files, out[i].err = l.t.moduleFiles(dir)
		out[i].byKey = map[string]*parsed{}
		for _, name := range slices.Concat(out[i].files.primary, out[i].files.override) {
			jobs = append(jobs, job{i, name})
		}
	}
	results := make([]*parsed, len(jobs))
	var wg sync.WaitGroup
	queue := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			for i := range queue {
				results[i] = parseSafely(l.t, jobs[i].name, l.b)
			}
		})
	}
	for i := range jobs {
		if l.b.ctx.Err() != nil {
			break
		}
		queue <- i
	}
	close(queue)
	wg.Wait()
	l.b.check()
	for i, j := range jobs {
		out[j.dir].byKey[j.name] = results[i]
	}
	for i, dir := range dirs {
		if _, known := l.kept.find(l.t, dir); !known && dir != l.root {
			l.kept.keep(l.t, dir, out[i])
		}
	}
	return out
}

// parseSafely turns a panic of the parser into a gap: it runs in a goroutine
// of its own, where nobody else could.
func parseSafely(t *tree, name string, b *budget) (p *parsed) {
	defer func() {
		if recover() != nil {
			p = &parsed{name: name}
			p.broken(0, "the parser gave up on this file", "please report this file to the project")
		}
	}()
	return parseFile(t, name, b)
}

func (l *loader) assemble(dir string, in parsedDir) *definition {
	d := &definition{
		dir:       dir,
		variables: map[string]*variableDef{},
		locals:    map[string]*attr{},
		outputs:   map[string]*block{},
		byName:    map[string]*block{},
		callNamed: map[string]*block{},
		providers: map[string]*block{},
		functions: map[string]bool{},
	}
	if in.err != nil {
		d.gaps = append(d.gaps, source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: cannot be listed", dir), Mend: "make the directory readable",
			At: location(dir, 0), Fatal: true,
		})
	}
	for _, name := range in.files.primary {
		d.add(in.byKey[name], false)
	}
	for _, name := range in.files.override {
		d.add(in.byKey[name], true)
	}
	for _, v := range d.variables {
		d.finish(v)
	}
	d.localCycles()
	return d
}

func (d *definition) add(p *parsed, override bool) {
	d.gaps = append(d.gaps, p.gaps...)
	for fn := range p.calls {
		d.functions[fn] = true
	}
	for _, b := range p.blocks {
		d.addBlock(b, override)
	}
}

func (d *definition) addBlock(b *block, override bool) {
	if want, known := labelled[b.typ]; known && len(b.labels) != want {
		d.broken(b, fmt.Sprintf("a %s block has %d labels, not %d", b.typ, want, len(b.labels)))
		return
	}
	switch b.typ {
	case "resource", "data":
		key := b.labels[0] + "." + b.labels[1]
		if b.typ == "data" {
			key = "data." + key
		}
		if d.fresh(d.byName, key, b, override) {
			d.resources = append(d.resources, b)
		}
	case "module":
		if d.fresh(d.callNamed, b.labels[0], b, override) {
			d.calls = append(d.calls, b)
		}
	case "output":
		d.fresh(d.outputs, b.labels[0], b, override)
	case "provider":
		key := b.labels[0]
		if a := b.body.attrs["alias"]; a != nil {
			if alias, ok := literalString(a.expr); ok {
				key += "." + alias
			}
		}
		d.fresh(d.providers, key, b, override)
	case "variable":
		if old := d.variables[b.labels[0]]; old != nil {
			d.merge(old.block, b, override)
			return
		}
		d.variables[b.labels[0]] = &variableDef{name: b.labels[0], block: b}
	case "locals":
		for name, a := range b.body.attrs {
			if d.locals[name] != nil && !override {
				d.broken(b, fmt.Sprintf("local %q is defined twice", name))
				continue
			}
			d.locals[name] = a
		}
	}
}

// fresh records b under key, or merges it into what is there already. It
// reports whether b is new.
func (d *definition) fresh(in map[string]*block, key string, b *block, override bool) bool {
	if old := in[key]; old != nil {
		d.merge(old, b, override)
		return false
	}
	in[key] = b
	return true
}

// merge lays an override block over the one it names: arguments replace
// arguments, and nested blocks replace all those of the same type.
func (d *definition) merge(old, b *block, override bool) {
	if !override {
		d.broken(b, fmt.Sprintf("this %s is already defined at %s:%d", b.typ, old.file, old.line))
		return
	}
	if old.body.attrs == nil {
		old.body.attrs = map[string]*attr{}
	}
	for name, a := range b.body.attrs {
		old.body.attrs[name] = a
		old.body.blocks = slices.DeleteFunc(old.body.blocks, func(x *block) bool { return blockName(x) == name })
	}
	for _, n := range b.body.blocks {
		delete(old.body.attrs, blockName(n))
	}
	old.body.blocks = slices.DeleteFunc(old.body.blocks, func(x *block) bool {
		return slices.ContainsFunc(b.body.blocks, func(y *block) bool { return blockName(x) == blockName(y) })
	})
	old.body.blocks = append(old.body.blocks, b.body.blocks...)
	old.comments = append(old.comments, b.comments...)
}

// blockName is the argument a nested block fills.
func blockName(b *block) string {
	if b.typ == "dynamic" && len(b.labels) > 0 {
		return b.labels[0]
	}
	return b.typ
}

func (d *definition) broken(b *block, what string) {
	d.gaps = append(d.gaps, source.Gap{
		Kind: "file", What: fmt.Sprintf("%s: %s", b.file, what), Mend: "correct or remove the block",
		At: b.at(), Fatal: true,
	})
}

func (d *definition) finish(v *variableDef) {
	v.ty, v.nullable = cty.DynamicPseudoType, true
	attrs := v.block.body.attrs
	v.def = attrs["default"]
	if a := attrs["nullable"]; a != nil {
		v.nullable = !literalBool(a.expr, false)
	}
	if a := attrs["sensitive"]; a != nil {
		v.sensitive = literalBool(a.expr, true)
	}
	a := attrs["type"]
	if a == nil {
		return
	}
	expr := hcl.Expression(a.expr)
	if s, ok := literalString(a.expr); ok { // the old way: type = "map"
		switch s {
		case "string":
			v.ty, v.typed = cty.String, true
		case "list":
			v.ty, v.typed = cty.List(cty.DynamicPseudoType), true
		case "map":
			v.ty, v.typed = cty.Map(cty.DynamicPseudoType), true
		}
		return
	}
	ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
	if diags.HasErrors() {
		d.gaps = append(d.gaps, source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: type of variable %q: %s", a.file, v.name, lowerFirst(firstError(diags).Summary)),
			Mend: "correct the type", At: a.at(), Fatal: true,
		})
		return
	}
	v.ty, v.defaults, v.typed = ty, defaults, ty != cty.DynamicPseudoType
}

// localCycles finds circles among locals, also those nothing uses.
func (d *definition) localCycles() {
	state := map[string]int{} // 1 open, 2 done
	var stack []string
	var visit func(name string)
	visit = func(name string) {
		a := d.locals[name]
		if a == nil || state[name] == 2 || len(stack) > maxDepth {
			return
		}
		if state[name] == 1 {
			i := slices.Index(stack, name)
			circle := append(slices.Clone(stack[i:]), name)
			d.gaps = append(d.gaps, source.Gap{
				Kind: "expression", What: "locals refer to each other in a circle: local." + strings.Join(circle, " → local."),
				Mend: "break the circle", At: a.at(), Fatal: true,
			})
			return
		}
		state[name] = 1
		stack = append(stack, name)
		for _, t := range hclsyntax.Variables(a.expr) {
			if t.RootName() != "local" || len(t) < 2 {
				continue
			}
			if step, ok := t[1].(hcl.TraverseAttr); ok {
				visit(step.Name)
			}
		}
		stack = stack[:len(stack)-1]
		state[name] = 2
	}
	names := make([]string, 0, len(d.locals))
	for name := range d.locals {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		visit(name)
	}
}

func callSource(c *block) (string, bool) {
	a := c.body.attrs["source"]
	if a == nil {
		return "", false
	}
	return literalString(a.expr)
}

func localSource(src string) bool {
	return src == "." || src == ".." || strings.HasPrefix(src, "./") || strings.HasPrefix(src, "../")
}

func literalString(e hclsyntax.Expression) (string, bool) {
	switch e := unwrap(e).(type) {
	case *hclsyntax.TemplateExpr:
		if e.IsStringLiteral() {
			v, _ := e.Value(nil)
			return v.AsString(), true
		}
	case *hclsyntax.LiteralValueExpr:
		if e.Val.Type() == cty.String && !e.Val.IsNull() {
			return e.Val.AsString(), true
		}
	}
	return "", false
}

// literalBool reports whether the expression is that literal.
func literalBool(e hclsyntax.Expression, want bool) bool {
	v, diags := e.Value(nil)
	return !diags.HasErrors() && v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.True() == want
}

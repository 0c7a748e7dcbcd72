// Package kustomize builds overlays with Kustomize's own library, in memory and
// without network, plugins or programs, and yields the objects they make,
// placed in the files they came from. The pipeline that assembles an estate
// imports it; other readers do not.
package kustomize

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Options are the choices about an overlay.
type Options struct {
	// Scan looks for credentials in text that stands at path; see
	// [manifest.Options].
	Scan func(path, text string) []string
}

// maxTime bounds one build.
const maxTime = 30 * time.Second

// Read builds the kustomization in dir and yields its objects to sink. base is
// the directory that bounds what is read, and locations are relative to it; dir
// is absolute or relative to base, one of the roots that [Survey] found.
//
// An object stands where the file says that it came from. Lines of what the
// build changed are not known; what was left as written keeps its line.
//
// Whatever is wrong becomes a Gap. Read returns an error only when base or dir
// cannot be opened or ctx is done.
func Read(ctx context.Context, base, dir string, opt Options, sink source.Sink) error {
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	rel, err := t.Rel(dir)
	if err != nil {
		return fmt.Errorf("reading kustomization %s: %w", dir, err)
	}
	if !t.IsDir(rel) {
		return fmt.Errorf("reading kustomization %s: not a directory", dir)
	}
	r := &reader{ctx: ctx, tree: t, dir: rel, opt: opt, sink: sink, said: map[string]bool{}, origins: map[string][]*source.Resource{}}
	_, r.name, _ = open(t, rel)
	if r.name == "" {
		r.name = path.Join(rel, fileNames[0])
	}
	defer func() {
		if p := recover(); p != nil {
			r.gap("file", r.name, 0, "reading what was built stopped; objects may be missing", "please report this kustomization to the project", false)
		}
	}()
	r.run()
	return ctx.Err()
}

type reader struct {
	ctx     context.Context
	tree    *tree.Tree
	dir     string
	name    string // of the kustomization file
	opt     Options
	sink    source.Sink
	said    map[string]bool
	origins map[string][]*source.Resource // by file
}

func (r *reader) gap(kind, file string, line int, what, mend string, fatal bool) {
	g := source.Gap{Kind: kind, What: file + ": " + what, Mend: mend, At: estate.Location{File: file, Line: line}, Fatal: fatal}
	if !r.said[g.What] && len(r.said) < 100 {
		r.said[g.What] = true
		r.sink.Gap(g)
	}
}

func (r *reader) run() {
	g := &gatherer{
		tree: r.tree, fs: filesys.MakeFsInMemory(), gap: r.gap,
		size: map[string]int64{}, uses: map[string][]string{}, done: map[string]bool{},
	}
	err := g.directory(r.dir, 0)
	if err == nil {
		err = g.weigh(r.dir)
	}
	var out []byte
	if err == nil {
		out, err = build(r.ctx, g.fs, path.Join(memory, r.dir))
		if err != nil && g.left && r.ctx.Err() == nil && g.withoutChanges() {
			out, err = build(r.ctx, g.fs, path.Join(memory, r.dir))
		}
	}
	switch {
	case err == nil:
	case r.ctx.Err() != nil:
		return
	case errors.Is(err, errLarge), errors.Is(err, errSlow):
		r.gap("limit", r.name, 0, err.Error()+"; it is not assessed", "build it with kustomize and assess the result", false)
		return
	default:
		mend := "mend it; kustomize build tells more"
		if g.left {
			mend = "mend what was left out first"
		}
		r.gap("file", r.name, 0, "it cannot be built, and is not assessed: "+oneLine(err.Error()), mend, false)
		return
	}
	manifest.Read(out, manifest.Options{File: r.name, Root: r.dir, Placeholders: true, Scan: r.opt.Scan}, r.object, func(p manifest.Problem) {
		r.gap(p.Kind, r.name, 0, "what it builds: "+p.What, p.Mend, false)
	})
}

func oneLine(s string) string {
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), memory+"/", "")
	if len(s) > 300 {
		s = s[:300] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// building is held by the one build under way: the library keeps schemas for
// all of the process.
var building = make(chan struct{}, 1)

var errSlow = errors.New("the build takes more time than Demarc gives one")

// build runs the library. One that takes too long goes on by itself, over
// files in memory and bounded in size; until it ends there is no other.
func build(ctx context.Context, fs filesys.FileSystem, dir string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, errSlow)
	defer cancel()
	select {
	case building <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	type result struct {
		out []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		var res result
		defer func() {
			if p := recover(); p != nil {
				res = result{nil, errors.New("the library gave up")}
			}
			<-building
			done <- res
		}()
		k := krusty.MakeKustomizer(&krusty.Options{
			Reorder: krusty.ReorderOptionNone, LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig(),
		})
		m, err := k.Run(fs, dir)
		if err == nil {
			res.out, err = m.AsYaml()
		}
		res.err = err
	}()
	select {
	case r := <-done:
		return r.out, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

const originKey = "config.kubernetes.io/origin"

// object places what was built where it came from.
func (r *reader) object(x *source.Resource) {
	meta, _ := x.Body["metadata"].(map[string]any)
	notes, _ := meta["annotations"].(map[string]any)
	text, _ := notes[originKey].(string)
	delete(notes, originKey)
	if notes != nil && len(notes) == 0 {
		delete(meta, "annotations")
	}
	var origin struct{ Path, ConfiguredIn string }
	_ = yaml.Unmarshal([]byte(text), &origin) // an origin that makes no sense is none
	own := x.Comments                         // of annotations, as they were built
	x.Comments, x.Lines, x.Location = nil, nil, estate.Location{File: r.name, Line: 1}
	switch {
	case origin.Path != "":
		file, err := r.tree.Rel(path.Join(r.dir, origin.Path))
		if err != nil {
			break
		}
		x.Location.File = file
		if from := r.origin(file, x); from != nil {
			x.Location = from.Location
			x.Lines = unchanged(from, x)
			x.Comments = slices.Clone(from.Comments)
		}
	case origin.ConfiguredIn != "":
		if file, err := r.tree.Rel(path.Join(r.dir, origin.ConfiguredIn)); err == nil {
			x.Location = r.generator(file, x)
		}
	}
	for _, c := range own {
		if !slices.ContainsFunc(x.Comments, func(have source.Comment) bool { return have.Text == c.Text }) {
			x.Comments = append(x.Comments, source.Comment{Text: c.Text, Line: x.Location.Line})
		}
	}
	r.sink.Resource(x)
}

// origin finds the object of the file that x was made of: of its type, and
// with a name that the build may have put something before or after.
func (r *reader) origin(file string, x *source.Resource) *source.Resource {
	found, ok := r.origins[file]
	if !ok {
		if src, err := r.tree.Read(file, manifest.MaxFile); err == nil {
			manifest.Read(src, manifest.Options{File: file}, func(o *source.Resource) { found = append(found, o) }, func(manifest.Problem) {})
		}
		r.origins[file] = found
	}
	var best *source.Resource
	for _, o := range found {
		if o.Type == x.Type && strings.Contains(x.Name, o.Name) && (best == nil || len(o.Name) > len(best.Name)) {
			best = o
		}
	}
	return best
}

// unchanged gives the lines of paths whose values are as they were written,
// and of what encloses others.
func unchanged(from, to *source.Resource) map[string]int {
	out := make(map[string]int, len(from.Lines))
	for p, line := range from.Lines {
		a, b := at(from.Body, p), at(to.Body, p)
		if len(b) == 0 {
			continue
		}
		if nested(a) && nested(b) || reflect.DeepEqual(a, b) {
			out[p] = line
		}
	}
	return out
}

func nested(vs []any) bool {
	return slices.ContainsFunc(vs, func(v any) bool {
		switch x := v.(type) {
		case map[string]any:
			return true
		case []any:
			return len(x) > 0 && nested(x)
		}
		return false
	})
}

// at lists the values at a path of [source.Resource.Lines], whose keys may
// hold dots themselves.
func at(v any, p string) []any {
	var out []any
	var walk func(v any, p string)
	walk = func(v any, p string) {
		if l, ok := v.([]any); ok {
			for _, e := range l {
				walk(e, p)
			}
			return
		}
		if p == "" {
			out = append(out, v)
			return
		}
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for i := 0; i <= len(p); i++ {
			if i < len(p) && p[i] != '.' {
				continue
			}
			if e, ok := m[p[:i]]; ok {
				walk(e, strings.TrimPrefix(p[i:], "."))
			}
		}
	}
	walk(v, p)
	return out
}

// generator finds the line of a kustomization that names what it generated.
func (r *reader) generator(file string, x *source.Resource) estate.Location {
	loc := estate.Location{File: file, Line: 1}
	src, err := r.tree.Read(file, maxKustomization)
	if err != nil {
		if _, name, _ := open(r.tree, path.Dir(file)); name != "" { // whatever it is called
			loc.File = name
			src, err = r.tree.Read(name, maxKustomization)
		}
	}
	if err != nil {
		return loc
	}
	want := map[string]string{"core/Secret": "secretGenerator:", "core/ConfigMap": "configMapGenerator:"}[x.Type]
	inside, length, n := false, 0, 0
	for l := range strings.Lines(string(src)) {
		n++
		t := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(l), "- "))
		if l[0] != ' ' && l[0] != '-' && t != "" && l[0] != '#' {
			inside = t == want
		}
		if name, ok := strings.CutPrefix(t, "name:"); ok && inside {
			name = strings.Trim(strings.TrimSpace(name), `"'`)
			if name != "" && strings.Contains(x.Name, name) && len(name) > length {
				loc.Line, loc.EndLine, length = n, n, len(name)
			}
		}
	}
	return loc
}

// cause is an operating system's error without the path it repeats.
func cause(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

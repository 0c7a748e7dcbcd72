package kustomize

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

const (
	maxFiles  = 20_000
	maxInput  = 32 << 20 // bytes read by one build, each file as often as it is used
	maxVisits = 2_000    // kustomizations used by one build, likewise
	maxLevels = 50
)

// memory is where the files of a build are put. The library never sees the
// disk.
const memory = "/estate"

// gatherer copies what a kustomization reads into memory, with everything left
// out that would leave the tree, use the network or run something.
type gatherer struct {
	tree  *tree.Tree
	fs    filesys.FileSystem
	gap   func(kind, file string, line int, what, mend string, fatal bool)
	count int
	size  map[string]int64 // of what a directory's build reads itself
	uses  map[string][]string
	done  map[string]bool
	left  bool // something was left out
	// written are the kustomizations as they were put into memory.
	written []written
}

var errLarge = errors.New("the build is too large")

func (g *gatherer) directory(dir string, level int) error {
	if g.done[dir] {
		return nil
	}
	g.done[dir] = true
	if level > maxLevels || len(g.done) > maxVisits {
		return errLarge
	}
	k, name, err := open(g.tree, dir)
	if name == "" {
		return fmt.Errorf("%s holds no kustomization", dir)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, key := range []string{"helmCharts", "helmChartInflationGenerator"} {
		if len(list(k[key])) > 0 {
			g.omit(name, key+" are not rendered", "render them into files (kustomize build --enable-helm) and assess those")
		}
		delete(k, key)
	}
	delete(k, "helmGlobals")
	for _, key := range listed {
		if l := list(k[key]); len(l) > 0 {
			kept := []any{}
			for _, v := range l {
				s, _ := v.(string)
				out, ok, err := g.entry(dir, name, key, s, level)
				if err != nil {
					return err
				}
				if ok {
					kept = append(kept, out)
				}
			}
			k[key] = kept
		}
	}
	if err := g.named(dir, name, k); err != nil {
		return err
	}
	modern(k)
	if g.left {
		g.aim(dir, k)
	}
	k["buildMetadata"] = []any{"originAnnotations"}
	// The names of what is generated would change with its content, and tell of
	// a secret what guesses can be tried against.
	options, _ := k["generatorOptions"].(map[string]any)
	if options == nil {
		options = map[string]any{}
	}
	options["disableNameSuffixHash"] = true
	k["generatorOptions"] = options
	text, err := yaml.Marshal(k)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	g.size[dir] += int64(len(text))
	g.written = append(g.written, written{dir, k})
	return g.fs.WriteFile(path.Join(memory, dir, "kustomization.yaml"), text)
}

// modern writes fields that have gone out of use as those that took their
// place. The library does the same, and talks about it on the way.
func modern(k map[string]any) {
	move := func(from, to string, as func(any) any) {
		for _, v := range list(k[from]) {
			k[to] = append(list(k[to]), as(v))
		}
		delete(k, from)
	}
	same := func(v any) any { return v }
	move("bases", "resources", same)
	move("patchesJson6902", "patches", same)
	move("patchesStrategicMerge", "patches", func(v any) any {
		if s, _ := v.(string); !strings.ContainsAny(s, "\n{") {
			return map[string]any{"path": v}
		}
		return map[string]any{"patch": v}
	})
	if pairs, ok := k["commonLabels"].(map[string]any); ok {
		k["labels"] = append(list(k["labels"]), map[string]any{"pairs": pairs, "includeSelectors": true})
		delete(k, "commonLabels")
	}
}

func (g *gatherer) omit(file, what, mend string) {
	g.left = true
	g.gap("module", file, 0, what+"; what they would make is not assessed", mend, false)
}

// entry decides about one element of a list. What it returns begins with a
// dot, so that nothing takes it for the name of a host.
func (g *gatherer) entry(dir, file, key, s string, level int) (out string, ok bool, err error) {
	plugin := key == "generators" || key == "transformers" || key == "validators"
	if strings.ContainsAny(s, "\n{") { // text in place of a file
		if err := manifest.Check([]byte(s)); err != nil {
			g.gap("file", file, 0, key+": "+err.Error(), "mend it", false)
			return "", false, nil //nolint:nilerr // the gap says it
		}
		if plugin && !harmless(s) {
			g.omit(file, "its "+key+" run programs or fetch files", "build it with kustomize and assess the result")
			return "", false, nil
		}
		return s, true, nil
	}
	if remote(s) {
		g.omit(file, fmt.Sprintf("%s names %s, which is elsewhere", key, quote(s)), "vendor it into the repository and name the copy")
		return "", false, nil
	}
	target, err := g.tree.Rel(path.Join(dir, s))
	if err != nil || s == "" {
		g.omit(file, fmt.Sprintf("%s names %s, which %s", key, quote(s), tree.ErrOutside), "name a directory further up")
		return "", false, nil //nolint:nilerr // the gap says it
	}
	if g.tree.IsDir(target) {
		if plugin {
			g.omit(file, "its "+key+" are kustomizations", "build it with kustomize and assess the result")
			return "", false, nil
		}
		if err := g.directory(target, level+1); err != nil {
			if errors.Is(err, errLarge) {
				return "", false, err
			}
			g.gap("file", file, 0, fmt.Sprintf("%s cannot be used: %v", quote(s), err), "mend it", false)
			g.left = true
			return "", false, nil
		}
		g.uses[dir] = append(g.uses[dir], target)
		return dotted(dir, target), true, nil
	}
	src, ok := g.copy(dir, file, target)
	if !ok {
		return "", false, nil
	}
	if plugin && !harmless(string(src)) {
		g.omit(file, "its "+key+" run programs or fetch files", "build it with kustomize and assess the result")
		return "", false, nil
	}
	return dotted(dir, target), true, nil
}

// harmless tells configurations of the library's own plugins that stay within
// what is given.
func harmless(s string) bool {
	return strings.Contains(s, "apiVersion: builtin") && !strings.Contains(s, "Helm") && !strings.Contains(strings.ToLower(s), "http") &&
		!strings.Contains(s, "path:") && !strings.Contains(s, "files:") && !strings.Contains(s, "config.kubernetes.io/function")
}

func quote(s string) string {
	if len(s) > 120 {
		s = s[:120] + "…"
	}
	return fmt.Sprintf("%q", s)
}

func dotted(dir, target string) string {
	rel, err := filepath.Rel("/"+dir, "/"+target)
	if err != nil {
		return "./" + target
	}
	rel = filepath.ToSlash(rel)
	if !strings.HasPrefix(rel, "../") && rel != ".." {
		rel = "./" + rel
	}
	return rel
}

// copy puts a file into memory.
func (g *gatherer) copy(dir, from, target string) ([]byte, bool) {
	src, err := g.tree.Read(target, maxInput)
	if err == nil {
		if g.count++; g.count > maxFiles {
			err = errLarge
		}
	}
	if ext := path.Ext(target); err == nil && (ext == ".yaml" || ext == ".yml" || ext == ".json") {
		err = manifest.Check(src)
	}
	if err == nil {
		err = g.fs.WriteFile(path.Join(memory, target), src)
	}
	if err != nil {
		g.left = true
		g.gap("file", from, 0, fmt.Sprintf("%s cannot be used: %s", quote(target), cause(err)), "mend it, or correct its name", false)
		return nil, false
	}
	g.size[dir] += int64(len(src))
	return src, true
}

// named treats the files that patches, replacements and generators name.
func (g *gatherer) named(dir, file string, k map[string]any) error {
	one := func(v any) (any, bool) {
		s, _ := v.(string)
		if remote(s) {
			g.omit(file, fmt.Sprintf("it names %s, which is elsewhere", quote(s)), "vendor it into the repository and name the copy")
			return nil, false
		}
		target, err := g.tree.Rel(path.Join(dir, s))
		if err != nil {
			g.omit(file, fmt.Sprintf("it names %s, which %s", quote(s), tree.ErrOutside), "name a directory further up")
			return nil, false
		}
		if _, ok := g.copy(dir, file, target); !ok {
			return nil, false
		}
		return dotted(dir, target), true
	}
	for _, key := range []string{"patches", "patchesJson6902", "replacements"} {
		l := list(k[key])
		kept := []any{}
		for _, v := range l {
			m, _ := v.(map[string]any)
			if text, ok := m["patch"].(string); ok {
				if err := manifest.Check([]byte(text)); err != nil {
					g.gap("file", file, 0, "a patch cannot be used: "+err.Error(), "mend it", false)
					continue
				}
			}
			if s, ok := m["path"].(string); ok && s != "" {
				at, ok := one(s)
				if !ok {
					continue
				}
				m["path"] = at
			}
			kept = append(kept, v)
		}
		if len(l) > 0 {
			k[key] = kept
		}
	}
	for _, key := range []string{"configMapGenerator", "secretGenerator"} {
		for _, v := range list(k[key]) {
			m, _ := v.(map[string]any)
			if s, ok := m["env"].(string); ok && s != "" {
				delete(m, "env")
				if at, ok := one(s); ok {
					m["env"] = at
				}
			}
			for _, field := range []string{"envs", "files"} {
				l := list(m[field])
				kept := []any{}
				for _, v := range l {
					s, _ := v.(string)
					name, at, named := strings.Cut(s, "=")
					if !named {
						name, at = path.Base(s), s
					}
					got, ok := one(at)
					switch {
					case !ok:
					case field == "envs":
						kept = append(kept, got)
					default:
						kept = append(kept, fmt.Sprintf("%s=%s", name, got))
					}
				}
				if len(l) > 0 {
					m[field] = kept
				}
			}
		}
	}
	if m, ok := k["openapi"].(map[string]any); ok {
		if s, ok := m["path"].(string); ok {
			if at, ok := one(s); ok {
				m["path"] = at
			} else {
				delete(k, "openapi")
			}
		}
	}
	return nil
}

// weigh refuses builds that use the same again and again.
func (g *gatherer) weigh(dir string) error {
	type weight struct{ bytes, visits int64 }
	known := map[string]weight{}
	open := map[string]bool{}
	var walk func(dir string) (weight, error)
	walk = func(dir string) (weight, error) {
		if w, ok := known[dir]; ok {
			return w, nil
		}
		if open[dir] {
			return weight{}, fmt.Errorf("%s builds upon itself", dir)
		}
		open[dir] = true
		w := weight{g.size[dir], 1}
		for _, u := range g.uses[dir] {
			sub, err := walk(u)
			if err != nil {
				return w, err
			}
			w.bytes += sub.bytes
			w.visits += sub.visits
			if w.bytes > maxInput || w.visits > maxVisits {
				return w, errLarge
			}
		}
		delete(open, dir)
		known[dir] = w
		return w, nil
	}
	w, err := walk(dir)
	if err == nil && w.bytes > maxInput {
		err = errLarge
	}
	return err
}

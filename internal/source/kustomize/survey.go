package kustomize

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// fileNames are the names by which a file makes its directory a kustomization.
var fileNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// Detect tells by its name whether a file makes its directory a kustomization.
func Detect(name string) bool { return slices.Contains(fileNames, path.Base(name)) }

// Plan says how kustomizations relate.
type Plan struct {
	// Roots are the directories to read: no other kustomization builds upon
	// them. Sorted.
	Roots []string
	// Claimed are the files that some kustomization reads, of which none is to
	// be read as anything else: relative to the base of the survey.
	Claimed map[string]bool
	Gaps    []source.Gap
}

// Survey looks at the kustomizations in dirs, absolute or relative to base, and
// tells which are built upon by others. It returns an error only when base
// cannot be opened or ctx is done.
func Survey(ctx context.Context, base string, dirs []string) (*Plan, error) {
	t, err := tree.Open(base)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	p := &Plan{Claimed: map[string]bool{}}
	used := map[string]bool{}
	components := map[string]string{}
	var all []string
	for _, d := range dirs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dir, err := t.Rel(d)
		if err != nil {
			continue
		}
		all = append(all, dir)
		k, name, err := open(t, dir)
		if name != "" {
			p.Claimed[name] = true
		}
		if err != nil {
			continue // reading it will tell
		}
		if k["kind"] == "Component" {
			components[dir] = name
		}
		for _, ref := range paths(k) {
			target, err := t.Rel(path.Join(dir, ref))
			switch {
			case err != nil || remote(ref):
			case t.IsDir(target):
				if target != dir {
					used[target] = true
				}
			default:
				p.Claimed[target] = true
			}
		}
	}
	slices.Sort(all)
	for _, dir := range slices.Compact(all) {
		switch {
		case used[dir]:
		case components[dir] != "":
			p.Gaps = append(p.Gaps, source.Gap{
				Kind: "file", What: components[dir] + ": no kustomization uses this component, so it is not assessed",
				Mend: "name the directory that holds its users as well", At: estate.Location{File: components[dir]},
			})
		default:
			p.Roots = append(p.Roots, dir)
		}
	}
	return p, nil
}

const maxKustomization = 4 << 20

// open reads a directory's kustomization. The name is empty when there is none.
func open(t *tree.Tree, dir string) (k map[string]any, name string, err error) {
	for _, n := range fileNames {
		at := path.Join(dir, n)
		src, err := t.Read(at, maxKustomization)
		if err != nil {
			continue
		}
		if err := manifest.Check(src); err != nil {
			return nil, at, err
		}
		if err := yaml.Unmarshal(src, &k); err != nil {
			return nil, at, err
		}
		if k == nil {
			k = map[string]any{}
		}
		return k, at, nil
	}
	return nil, "", fmt.Errorf("no kustomization")
}

// Lists whose elements are paths, or text that stands in for a file.
var listed = []string{
	"resources", "bases", "components", "crds", "configurations", "patchesStrategicMerge", "generators", "transformers", "validators",
}

// paths lists what a kustomization reads, as it names it.
func paths(k map[string]any) []string {
	var out []string
	add := func(v any) {
		if s, ok := v.(string); ok && s != "" && !strings.ContainsAny(s, "\n{") {
			out = append(out, s)
		}
	}
	for _, key := range listed {
		for _, v := range list(k[key]) {
			add(v)
		}
	}
	for _, key := range []string{"patches", "patchesJson6902", "replacements"} {
		for _, v := range list(k[key]) {
			if m, ok := v.(map[string]any); ok {
				add(m["path"])
			}
		}
	}
	for _, key := range []string{"configMapGenerator", "secretGenerator"} {
		for _, v := range list(k[key]) {
			m, _ := v.(map[string]any)
			add(m["env"])
			for _, v := range list(m["envs"]) {
				add(v)
			}
			for _, v := range list(m["files"]) {
				if s, ok := v.(string); ok {
					if _, after, ok := strings.Cut(s, "="); ok {
						s = after
					}
					add(s)
				}
			}
		}
	}
	if m, ok := k["openapi"].(map[string]any); ok {
		add(m["path"])
	}
	return out
}

func list(v any) []any { l, _ := v.([]any); return l }

// remote tells what would be fetched, by any of the forms kustomize knows.
func remote(ref string) bool {
	lower := strings.ToLower(ref)
	return strings.Contains(lower, "://") || strings.HasPrefix(lower, "git@") || strings.HasPrefix(lower, "github.com") ||
		strings.HasPrefix(lower, "git::") || strings.Contains(lower, "?ref=") || strings.Contains(lower, "?version=")
}

package arm

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Roots leaves out of the templates, given by paths relative to base, those
// that others of them deploy by a relative path: they are read where they are
// deployed, with the parameters they get there.
func Roots(ctx context.Context, base string, templates []string) ([]string, error) {
	t, err := openTree(base)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.close()
	links := map[string]map[string]bool{} // by template: what it deploys, directly or not
	linked := map[string]bool{}
	for _, name := range templates {
		if src, err := t.read(name); err != nil || !bytes.Contains(src, []byte("templateLink")) {
			continue
		}
		e, err := read(ctx, base, name, Options{}, nowhere{})
		if err != nil {
			return nil, err
		}
		links[name] = e.links
		for to := range e.links {
			if to != name {
				linked[to] = true
			}
		}
	}
	reached := map[string]bool{}
	var roots []string
	take := func(name string) {
		roots = append(roots, name)
		reached[name] = true
		for to := range links[name] {
			reached[to] = true
		}
	}
	for _, name := range templates {
		if !linked[path.Clean(name)] {
			take(name)
		}
	}
	for _, name := range templates { // those that only deploy one another
		if !reached[path.Clean(name)] {
			take(name)
		}
	}
	slices.Sort(roots)
	return roots, nil
}

// nowhere is a sink for what is read only to learn what it refers to.
type nowhere struct{}

func (nowhere) Resource(*source.Resource) {}
func (nowhere) Gap(source.Gap)            {}

var bicepModule = regexp.MustCompile(`(?m)^[ \t]*module[ \t]+\w+[ \t]+'([^']+\.bicep)'`)

const maxBicep = 4 << 20

// Uncompiled returns a gap for each Bicep source that no template was compiled
// from, as far as that can be told: a template of the same name stands beside
// it, or a template that says Bicep made it stands beside the only source of
// a directory that is no module of another. A source that another one uses as
// a module needs no gap of its own. Paths are relative to base.
func Uncompiled(base string, bicep, templates []string) []source.Gap {
	t, err := openTree(base)
	if err != nil {
		return nil
	}
	defer t.close()
	modules := map[string]bool{}
	for _, name := range bicep {
		for _, m := range bicepModule.FindAllSubmatch(t.head(name, maxBicep), -1) {
			if to := path.Join(path.Dir(name), string(m[1])); to != name {
				modules[to] = true
			}
		}
	}
	mains := map[string]int{} // directory -> sources that are no modules
	for _, name := range bicep {
		if !modules[name] {
			mains[path.Dir(name)]++
		}
	}
	compiled, generated := map[string]bool{}, map[string]bool{}
	for _, name := range templates {
		compiled[strings.TrimSuffix(name, path.Ext(name))] = true
		head := t.head(name, HeadSize)
		if bytes.Contains(head, []byte(`"_generator"`)) && bytes.Contains(head, []byte(`"bicep"`)) {
			generated[path.Dir(name)] = true
		}
	}
	var gaps []source.Gap
	for _, name := range bicep {
		dir := path.Dir(name)
		if modules[name] || compiled[strings.TrimSuffix(name, ".bicep")] || generated[dir] && mains[dir] == 1 {
			continue
		}
		gaps = append(gaps, source.Gap{
			Kind: "file", What: name + ": Bicep is read when it is compiled",
			Mend: "az bicep build --file " + name + " (or: bicep build " + name + ")", At: estate.Location{File: name},
		})
	}
	return gaps
}

// head is the beginning of a file, empty when it cannot be read.
func (t *tree) head(name string, n int64) []byte {
	if _, err := t.rel(name); err != nil {
		return nil
	}
	f, err := t.open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil
	}
	return b
}

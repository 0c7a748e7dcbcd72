package check

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	data "github.com/demarc-sec/demarc/checks"
	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// Set is all checks of a run.
type Set struct {
	entries  []*entry // sorted by id
	byID     map[string]*entry
	rows     func() map[string]*Check
	mentions map[string][]int        // nil: everything is parsed
	needing  func() map[string][]int // then: by the first fact they need, "" where they need none
	cache
}

// cache is what a set finds out as it runs. One goroutine uses it.
type cache struct {
	scopes  map[string][]applicable // by signature of an asset
	results map[profile]map[string][]Result
	buf     []byte
}

func newCache() cache {
	return cache{scopes: map[string][]applicable{}, results: map[profile]map[string][]Result{}}
}

// entry is a check that may not be parsed yet, or not compiled.
type entry struct {
	id     string
	index  int           // position in Set.entries
	parsed func() *Check // without its expressions; nil when it is mistaken
	open   func() *Check // nil when it is mistaken
}

// newEntry is an entry that reads its check when it is asked for it, and
// compiles it when it is to be run.
func newEntry(id string, read func() *Check, compile func(*Check) bool) *entry {
	e := &entry{id: id}
	e.parsed = sync.OnceValue(func() *Check {
		c := read()
		if c != nil {
			c.Index = e.index
		}
		return c
	})
	e.open = sync.OnceValue(func() *Check {
		c := e.parsed()
		if c == nil || !compile(c) {
			return nil
		}
		return c
	})
	return e
}

// entry is that of a compiled check.
func (c *Check) entry() *entry {
	return newEntry(c.ID, func() *Check { return c }, func(*Check) bool { return true })
}

// Load reads the embedded checks and those of the overlays, compiles them
// against the catalogue's vocabulary and checks every reference. The error
// joins all mistakes.
func Load(cat *catalogue.Catalogue, overlays []fs.FS) (*Set, error) {
	found := map[string]*Check{}
	var errs []error
	for i, layer := range append([]fs.FS{data.FS}, overlays...) {
		names, err := fs.Glob(layer, "*/check.yaml")
		if err != nil {
			return nil, err
		}
		if i > 0 && len(names) == 0 {
			errs = append(errs, fmt.Errorf("checks directory: no */check.yaml in it"))
		}
		checks, mistakes := decode(layer, names)
		errs = append(errs, mistakes...)
		for _, c := range checks {
			found[c.ID] = c
		}
	}
	var entries []*entry
	for _, c := range found {
		mistakes := c.compile(cat)
		errs = append(errs, mistakes...)
		if len(mistakes) == 0 {
			entries = append(entries, c.entry())
		}
	}
	s := newSet(entries)
	rows, mistakes := s.readRows()
	s.rows = func() map[string]*Check { return rows }
	errs = append(errs, mistakes...)
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return s, errors.Join(errs...)
}

// LoadLazily gives the embedded checks, each of which is parsed and compiled
// when an asset is met of which it may be asked: estates have few of the kinds
// there are checks for. It reports no mistakes; tests hold the embedded checks
// to be without any, and who looks for them calls Load.
func LoadLazily(cat *catalogue.Catalogue) (*Set, error) {
	names, err := fs.Glob(data.FS, "*/check.yaml")
	if err != nil {
		return nil, err
	}
	var entries []*entry
	texts := map[string][]byte{}
	for _, name := range names {
		text, err := fs.ReadFile(data.FS, name)
		if err != nil {
			return nil, err
		}
		id := path.Dir(name)
		texts[id] = text
		entries = append(entries, newEntry(id, func() *Check {
			c := &Check{Dir: id}
			if catalogue.DecodeBuiltIn(name, text, c) != nil {
				return nil
			}
			return c
		}, func(c *Check) bool { return len(c.compile(cat)) == 0 }))
	}
	s := newSet(entries)
	s.rows = sync.OnceValue(func() map[string]*Check { rows, _ := s.readRows(); return rows })
	s.mentions = map[string][]int{}
	for i, e := range s.entries {
		for word := range mentioned(string(texts[e.id])) {
			s.mentions[word] = append(s.mentions[word], i)
		}
	}
	return s, nil
}

func newSet(entries []*entry) *Set {
	s := &Set{entries: entries, byID: make(map[string]*entry, len(entries)), cache: newCache()}
	slices.SortFunc(s.entries, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	for i, e := range s.entries {
		e.index = i
		s.byID[e.id] = e
	}
	s.byNeeds()
	return s
}

// byNeeds makes candidates go by what the parsed checks need.
func (s *Set) byNeeds() {
	entries := s.entries
	s.mentions = nil
	s.needing = sync.OnceValue(func() map[string][]int {
		out := map[string][]int{}
		for i, e := range entries {
			if c := e.open(); c != nil {
				first := ""
				if len(c.Needs) > 0 {
					first = c.Needs[0]
				}
				out[first] = append(out[first], i)
			}
		}
		return out
	})
}

// readRows gives the checks by the ids of their rows.
func (s *Set) readRows() (rows map[string]*Check, errs []error) {
	rows = map[string]*Check{}
	for _, c := range s.All() {
		for _, r := range c.Rows {
			if other := s.byID[r.ID]; rows[r.ID] != nil || other != nil && other != s.byID[c.ID] {
				errs = append(errs, fmt.Errorf("%s/check.yaml: row %s is a check already, or stands twice", c.Dir, r.ID))
			}
			rows[r.ID] = c
		}
	}
	return rows, errs
}

// decode reads the files in parallel.
func decode(layer fs.FS, names []string) (checks []*Check, errs []error) {
	found := make([]*Check, len(names))
	mistakes := make([]error, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			text, err := fs.ReadFile(layer, name)
			if err != nil {
				mistakes[i] = fmt.Errorf("%s: %w", name, err)
				return nil
			}
			c := &Check{Dir: path.Dir(name)}
			switch err := strictyaml.Decode(name, text, c); {
			case err != nil:
				mistakes[i] = err
			case c.ID != c.Dir:
				mistakes[i] = fmt.Errorf("%s: id %q differs from the folder's name", name, c.ID)
				found[i] = c
			default:
				found[i] = c
			}
			return nil
		})
	}
	_ = g.Wait() // the functions give their errors in mistakes
	none := func(err error) bool { return err == nil }
	return slices.DeleteFunc(found, func(c *Check) bool { return c == nil }), slices.DeleteFunc(mistakes, none)
}

// All lists the checks, sorted by id.
func (s *Set) All() []*Check {
	out := make([]*Check, 0, len(s.entries))
	for _, e := range s.entries {
		if c := e.open(); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// Len is the number of checks.
func (s *Set) Len() int { return len(s.entries) }

// Lookup returns the check of that id, or the one that has it as a row.
func (s *Set) Lookup(id string) (check *Check, row *Row) {
	if e := s.byID[id]; e != nil {
		return e.open(), nil
	}
	if c := s.rows()[id]; c != nil {
		for _, r := range c.Rows {
			if r.ID == id {
				return c, r
			}
		}
	}
	return nil, nil
}

// Keep drops the checks that keep does not want.
func (s *Set) Keep(keep func(*Check) bool) {
	all := s.All()
	s.entries = nil
	for _, c := range all {
		if keep(c) {
			e := c.entry()
			e.index = len(s.entries)
			s.entries = append(s.entries, e)
		}
	}
	s.byNeeds()
	s.cache = newCache()
}

// Frameworks lists the frameworks the checks are tagged with, sorted.
func (s *Set) Frameworks() []string {
	seen := map[string]bool{}
	for _, c := range s.All() {
		for name := range c.Controls {
			seen[name] = true
		}
		for _, r := range c.Rows {
			for name := range r.Controls {
				seen[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Fork returns a set over the same checks with a cache of its own, for
// another goroutine.
func (s *Set) Fork() *Set {
	own := *s
	own.cache = newCache()
	return &own
}

// candidates lists the checks that may apply to the asset, sorted by id. It
// compiles no others: most that mention a fact are for another provider.
func (s *Set) candidates(a *estate.Asset) []*Check {
	by, found := s.mentions, []int(nil)
	if by == nil {
		by = s.needing()
		found = slices.Clone(by[""])
	} else {
		found = slices.Concat(by[a.Kind], by[a.Means])
	}
	for f := range a.Facts() {
		found = append(found, by[f.Name]...)
	}
	slices.Sort(found)
	var out []*Check
	for _, i := range slices.Compact(found) {
		e := s.entries[i]
		if c := e.parsed(); c == nil || !c.Applies.selects(a) {
			continue
		}
		if c := e.open(); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// mentioned yields the words in those sections of a check's file that say of
// which assets it is asked, as they stand and taken apart at dots and the
// like. A check applies to no asset of which it mentions neither a fact, nor
// the kind, nor the type: it needs the facts its expressions read, and if it
// needs none, it names kinds or types.
func mentioned(text string) map[string]bool {
	words := map[string]bool{}
	tells := false
	for line := range strings.Lines(text) {
		if c := line[0]; c != ' ' && c != '#' && c != '-' && c != '\n' {
			section, _, _ := strings.Cut(line, ":")
			tells = section == "applies" || section == "needs" || section == "pass"
		}
		if !tells {
			continue
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return !isIdentifier(r) && !strings.ContainsRune("-.:/", r) }) {
			words[strings.Trim(word, "-.:/")] = true
			for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !isIdentifier(r) }) {
				words[part] = true
			}
		}
	}
	return words
}

func isIdentifier(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

package normalise

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
)

// Scanner finds credentials in text that stands at path. It returns one
// entry for each, saying where and what kind, never the value.
type Scanner func(path, text string) []string

// Mapper holds the mappings of a catalogue. It may be used by many Normalisers
// at a time.
type Mapper struct {
	cat  *catalogue.Catalogue
	scan Scanner
	env  func() (*expr.ResourceEnv, error)

	mu  sync.Mutex
	met map[string]*mappings // by native type
}

// mappings are those of one native type.
type mappings struct {
	file, native string
	facts        map[string]*catalogue.Mapping
	twin         *catalogue.Twin // nil: the resource is read as it stands
	once         sync.Once
	readers      []*reader
	translator   *translator // nil without twin
	err          error
}

// NewMapper returns a mapper that compiles a type's mappings when it first
// meets the type: most estates use few of them.
func NewMapper(cat *catalogue.Catalogue, scan Scanner) *Mapper {
	return &Mapper{cat: cat, scan: scan, env: sync.OnceValues(expr.NewResourceEnv), met: map[string]*mappings{}}
}

// ofAsset returns the mappings of an asset type, and ofPart those of a part.
func (m *Mapper) ofAsset(t *catalogue.AssetType) *mappings {
	return m.of(t.Type, func() *mappings { return &mappings{file: t.Service.File, native: t.Type, facts: t.Facts, twin: t.Twin} })
}

func (m *Mapper) ofPart(p *catalogue.PartType) *mappings {
	return m.of(p.Type, func() *mappings { return &mappings{file: p.Service.File, native: p.Type, facts: p.Facts, twin: p.Twin} })
}

func (m *Mapper) of(native string, begin func() *mappings) *mappings {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := m.met[native]
	if ms == nil {
		ms = begin()
		m.met[native] = ms
	}
	return ms
}

// Compile compiles every mapping. The error joins all mistakes.
func (m *Mapper) Compile() error {
	all := m.cat.All()
	var errs []error
	compile := func(ms *mappings) {
		if m.compile(ms); ms.err != nil {
			errs = append(errs, ms.err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all.Assets)) {
		compile(m.ofAsset(all.Assets[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(all.Parts)) {
		compile(m.ofPart(all.Parts[name]))
	}
	return errors.Join(errs...)
}

// compile returns the type's readers. A mapping that cannot be compiled leaves
// its fact unknown; Compile tells of it.
func (m *Mapper) compile(ms *mappings) *mappings {
	ms.once.Do(func() {
		env, err := m.env()
		if err != nil {
			ms.err = err
			return
		}
		var errs []error
		all := func(what string, facts map[string]*catalogue.Mapping) (readers []*reader) {
			for _, name := range slices.Sorted(maps.Keys(facts)) {
				rd, err := compile(env, facts[name], m.scan)
				if err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %s %s: %w", ms.file, ms.native, what, name, err))
					rd = mistaken(facts[name].Fact)
				}
				readers = append(readers, rd)
			}
			return readers
		}
		ms.readers = all("fact", ms.facts)
		if t := ms.twin; t != nil {
			ms.translator = newTranslator(t, all("argument", t.Set), all("fact", t.Facts))
		}
		ms.err = errors.Join(errs...)
	})
	return ms
}

// Prepare begins to make ready what resources of the type need, and returns at
// once. It may be called while resources of other types are taken.
func (n *Normaliser) Prepare(native string) {
	m := n.mapper
	if native = m.cat.Canonical(native); !m.cat.Has(native) {
		return
	}
	go func() {
		if t := m.cat.Asset(native); t != nil {
			m.compile(m.ofAsset(t))
		} else if p := m.cat.Part(native); p != nil {
			m.compile(m.ofPart(p))
		}
	}()
}

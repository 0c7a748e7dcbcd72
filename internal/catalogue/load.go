package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
	"golang.org/x/sync/errgroup"

	data "github.com/demarc-sec/demarc/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/plainyaml"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// Options of Load.
type Options struct {
	// Overlays are directories laid over the embedded catalogue, in order: a
	// file there replaces the one of the same path, or adds to it.
	Overlays []fs.FS
	// Today is the day the calendar is read for.
	Today time.Time
	// Lazy leaves a service unparsed until it, or one of its types, is asked for.
	// It goes without looking for mistakes, and only without overlays.
	Lazy bool
}

// Load reads the embedded catalogue and its overlays, compiles every
// expression and checks every cross-reference. The error joins all mistakes,
// each naming file and, where it is known, line. When only services are
// mistaken, the catalogue is returned with the error and holds the others, so
// that an author sees every mistake of a tree at once.
func Load(opt Options) (*Catalogue, error) {
	layers := append([]fs.FS{data.FS}, opt.Overlays...)
	c := &Catalogue{
		Models:           &Models{},
		Responsibilities: map[string]*Responsibility{},
	}
	lazily := opt.Lazy && len(opt.Overlays) == 0
	c.builtIn = lazily
	c.clear()
	if err := errors.Join(c.loadVocabulary(layers), c.findEvidence(layers)); err != nil {
		return nil, err
	}
	if !lazily {
		if err := c.checkEvidence(); err != nil {
			return nil, err
		}
	}
	types := map[string]expr.Type{}
	for name, f := range c.Facts {
		types[name] = f.Type
	}
	var err error
	if c.FactEnv, err = expr.NewFactEnv(types, opt.Today); err != nil {
		return nil, err
	}
	if lazily {
		files, err := serviceFiles(layers)
		c.lazy = newLazy(c, files)
		c.anyCase = map[string]string{}
		c.noteCase(maps.Keys(c.lazy.types))
		return c, err
	}
	return c, errors.Join(c.loadServices(layers), c.link())
}

// clear leaves the catalogue without services.
func (c *Catalogue) clear() {
	c.Services, c.Assets = map[string]*Service{}, map[string]*AssetType{}
	c.Parts, c.Ignored = map[string]*PartType{}, map[string]string{}
}

// inParallel calls f with 0 to n-1 and joins the errors in that order.
func inParallel(n int, f func(int) error) error {
	errs := make([]error, n)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { errs[i] = f(i); return nil })
	}
	_ = g.Wait() // the functions give their errors in errs
	return errors.Join(errs...)
}

// decodeTop reads the top-most layer's file strictly into v.
func (c *Catalogue) decodeTop(layers []fs.FS, name string, v any) error {
	for _, layer := range slices.Backward(layers) {
		text, err := fs.ReadFile(layer, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return c.decode(name, text, v)
	}
	return fmt.Errorf("%s: no such file", name)
}

func (c *Catalogue) decode(name string, text []byte, v any) error {
	if c.builtIn {
		return DecodeBuiltIn(name, text, v)
	}
	return strictyaml.Decode(name, text, v)
}

// DecodeBuiltIn decodes a data file that came with the program, in a fraction of
// the time. What is written in another way than all others is left to strictyaml.
func DecodeBuiltIn(name string, text []byte, v any) error {
	into := reflect.ValueOf(v).Elem()
	before := reflect.New(into.Type()).Elem()
	before.Set(into)
	if plainyaml.Decode(text, v) == nil {
		return nil
	}
	into.Set(before) // without what was read until then
	return strictyaml.Decode(name, text, v)
}

func (c *Catalogue) loadVocabulary(layers []fs.FS) error {
	var rows struct {
		Rows yaml.MapSlice `yaml:"rows"` // for the order of rows
	}
	var members struct {
		Rows map[string]yaml.MapSlice `yaml:"rows"` // for the order within them
	}
	var parties struct {
		Parties map[string]*Party `yaml:"parties"`
	}
	var kinds struct {
		Groups map[string][]string `yaml:"groups"`
		Kinds  map[string]*Kind    `yaml:"kinds"`
	}
	files := []struct {
		name string
		into any
	}{
		{"responsibilities.yaml", &rows},
		{"responsibilities.yaml", &members},
		{"parties.yaml", &parties},
		{"facts.yaml", &c.Facts},
		{"kinds.yaml", &kinds},
		{"models.yaml", c.Models},
	}
	if err := inParallel(len(files), func(i int) error { return c.decodeTop(layers, files[i].name, files[i].into) }); err != nil {
		return err
	}
	c.Parties, c.Kinds = parties.Parties, kinds.Kinds
	for _, item := range rows.Rows {
		row := Row{ID: fmt.Sprint(item.Key), Title: RowTitle(fmt.Sprint(item.Key))}
		for _, m := range members.Rows[row.ID] {
			r := &Responsibility{ID: fmt.Sprint(m.Key), Title: fmt.Sprint(m.Value), Row: row.ID, Order: len(c.Responsibilities)}
			c.Responsibilities[r.ID] = r
			row.Responsibilities = append(row.Responsibilities, r)
		}
		c.Rows = append(c.Rows, row)
	}
	var errs []error
	for id, p := range c.Parties {
		if p == nil {
			return fmt.Errorf("parties.yaml: %s is empty", id)
		}
		p.ID = id
		if p.Side != "customer" && p.Side != "provider" {
			errs = append(errs, fmt.Errorf("parties.yaml: %s: side must be customer or provider", id))
		}
	}
	for name, f := range c.Facts {
		if f == nil {
			return fmt.Errorf("facts.yaml: %s is empty", name)
		}
		f.Name = name
		if !f.Type.Valid() {
			errs = append(errs, fmt.Errorf("facts.yaml: %s: unknown type %q", name, f.Type))
		}
		if f.BearsOn == "" && !f.MovesLine && f.Derived == "" {
			errs = append(errs, fmt.Errorf("facts.yaml: %s: needs bears_on or moves_line", name))
		}
		if f.BearsOn != "" && c.Responsibilities[f.BearsOn] == nil {
			errs = append(errs, fmt.Errorf("facts.yaml: %s: no responsibility %q", name, f.BearsOn))
		}
		if f.Is == "" {
			errs = append(errs, fmt.Errorf("facts.yaml: %s: says not what it is", name))
		}
	}
	for id, k := range c.Kinds {
		if k == nil {
			return fmt.Errorf("kinds.yaml: %s is empty", id)
		}
		k.ID = id
		for _, h := range k.Has {
			members, isGroup := kinds.Groups[h]
			if !isGroup {
				members = []string{h}
			}
			for _, m := range members {
				if c.Responsibilities[m] == nil {
					errs = append(errs, fmt.Errorf("kinds.yaml: %s: no group or responsibility %q", id, m))
				}
				k.Responsibilities = append(k.Responsibilities, m)
			}
		}
	}
	return errors.Join(append(errs, c.checkModels())...)
}

// findEvidence looks for what providers state about the default owners. Each
// one's file is read when somebody asks for it.
func (c *Catalogue) findEvidence(layers []fs.FS) error {
	c.evidence = map[string]func() (*Evidence, error){}
	for _, layer := range layers {
		found, err := fs.Glob(layer, "evidence/*.yaml")
		if err != nil {
			return err
		}
		for _, name := range found {
			provider := strings.TrimSuffix(path.Base(name), ".yaml")
			c.evidence[provider] = sync.OnceValues(func() (*Evidence, error) { return c.readEvidence(layers, name) })
		}
	}
	return nil
}

func (c *Catalogue) readEvidence(layers []fs.FS, name string) (*Evidence, error) {
	e := &Evidence{}
	if err := c.decodeTop(layers, name, e); err != nil {
		return nil, err
	}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(e.Rows)) {
		switch {
		case c.Responsibilities[id] == nil:
			errs = append(errs, fmt.Errorf("%s: no responsibility %q", name, id))
		case e.Documents[e.Rows[id]] == nil:
			errs = append(errs, fmt.Errorf("%s: %s: no document %q", name, id, e.Rows[id]))
		}
	}
	return e, errors.Join(append(errs, checkDocuments(name, e.Documents)...)...)
}

// checkEvidence reads it all and reports every mistake.
func (c *Catalogue) checkEvidence() error {
	providers := c.EvidenceProviders()
	return inParallel(len(providers), func(i int) error {
		_, err := c.evidence[providers[i]]()
		return err
	})
}

func (c *Catalogue) checkModels() error {
	var errs []error
	for id := range c.Responsibilities {
		row := c.Models.Owners[id]
		if row == nil {
			errs = append(errs, fmt.Errorf("models.yaml: no default owner of %s", id))
			continue
		}
		if len(row) != len(c.Models.Columns) {
			errs = append(errs, fmt.Errorf("models.yaml: %s: %d owners for %d columns", id, len(row), len(c.Models.Columns)))
		}
		for _, o := range row {
			if o != "p" && o != "c" {
				errs = append(errs, fmt.Errorf("models.yaml: %s: owner must be p or c, not %q", id, o))
			}
		}
	}
	for id := range c.Models.Owners {
		if c.Responsibilities[id] == nil {
			errs = append(errs, fmt.Errorf("models.yaml: no responsibility %q", id))
		}
	}
	return errors.Join(errs...)
}

// loadServices parses the services of all layers.
func (c *Catalogue) loadServices(layers []fs.FS) error {
	files, err := serviceFiles(layers)
	if err != nil {
		return err
	}
	return c.decodeServices(files)
}

// serviceFiles reads the services' files, by name.
func serviceFiles(layers []fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, layer := range layers {
		names, err := fs.Glob(layer, "services/*/*/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(layer, name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			files[name] = text
		}
	}
	return files, nil
}

// decodeServices parses services' files, two for each, in parallel.
func (c *Catalogue) decodeServices(files map[string][]byte) error {
	names := slices.Sorted(maps.Keys(files))
	names = slices.DeleteFunc(names, func(name string) bool { return path.Base(name) != "service.yaml" })
	services := make([]*Service, len(names))
	err := inParallel(len(names), func(i int) error {
		s := &Service{File: names[i], ID: serviceID(names[i])}
		s.Provider, _, _ = strings.Cut(s.ID, "/")
		if err := c.decode(s.File, files[s.File], s); err != nil {
			return err
		}
		if text := files[s.twinsFile()]; text != nil {
			if err := s.takeTwins(s.twinsFile(), text, c.decode); err != nil {
				return err
			}
		}
		services[i] = s
		return nil
	})
	for _, s := range services {
		if s != nil {
			c.Services[s.ID] = s
		}
	}
	return err
}

// rowTitles are the rows' names as the founding figure prints them.
var rowTitles = map[string]string{
	"application-access": "Application user access management",
	"data":               "Application-specific data assets",
	"application-code":   "Application-specific logic and code",
	"platform":           "Application and platform software",
	"operating-system":   "Operating system and local networking",
	"instance":           "Virtual machine or server instance",
	"virtualization":     "Virtualization platform",
	"hosts":              "Physical hosts, servers, compute",
	"perimeter-network":  "Physical and perimeter network",
	"facility":           "Physical datacenter environment",
	"across":             "Across the stack",
}

// RowTitle returns the title of a row of the matrix.
func RowTitle(id string) string {
	if t := rowTitles[id]; t != "" {
		return t
	}
	return id
}

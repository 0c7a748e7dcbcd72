package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Declared is an asset that no source describes: a server in the cellar, a
// tenant of a SaaS application, a line to the office. What is not declared of
// it is unknown.
type Declared struct {
	Name        string                       `yaml:"name"`
	Service     string                       `yaml:"service"` // of the catalogue: onpremises/server
	Kind        string                       `yaml:"kind"`    // where the service has several
	Type        string                       `yaml:"type"`    // likewise, exactly
	Account     string                       `yaml:"account"`
	Region      string                       `yaml:"region"`
	Environment string                       `yaml:"environment"`
	Tags        map[string]string            `yaml:"tags"`
	Facts       map[string]any               `yaml:"facts"`     // of the vocabulary
	Relations   map[string]catalogue.Strings `yaml:"relations"` // name -> what it leads to: a declared name, an ARN, an id
}

// DeclaredResources returns what the configuration declares, as a reader
// would. Validate must have found no mistake.
func (c *Config) DeclaredResources(cat *catalogue.Catalogue) []*source.Resource {
	lines := c.declaredLines()
	var out []*source.Resource
	for i, d := range c.Declared {
		t, err := d.assetType(cat)
		if err != nil {
			continue // Validate tells
		}
		r := &source.Resource{
			Dialect: estate.Declared, Type: t.Type, Address: "declared." + d.Name, Name: d.Name, Provider: t.Service.Provider,
			Account: d.Account, Region: d.Region, Body: map[string]any{}, Lines: map[string]int{},
			Location: estate.Location{File: c.file},
		}
		if i < len(lines) {
			r.Location.Line = lines[i]
		}
		maps.Copy(r.Body, d.Facts)
		if len(d.Tags) > 0 || d.Environment != "" {
			tags := map[string]any{}
			for k, v := range d.Tags {
				tags[k] = v
			}
			if d.Environment != "" {
				tags["environment"] = d.Environment
			}
			r.Body["tags"] = tags
		}
		for name, to := range d.Relations {
			for _, end := range to {
				ref := source.Ref{Address: end}
				if slices.ContainsFunc(c.Declared, func(d Declared) bool { return d.Name == end }) {
					ref.Address = "declared." + end
				}
				if r.Refs == nil {
					r.Refs = map[string][]source.Ref{}
				}
				r.Refs[name] = append(r.Refs[name], ref)
			}
		}
		out = append(out, r)
	}
	return out
}

// assetType is the catalogue's type that the declaration means.
func (d *Declared) assetType(cat *catalogue.Catalogue) (*catalogue.AssetType, error) {
	s := cat.Service(d.Service)
	if s == nil {
		return nil, fmt.Errorf("no service %q; `demarc catalogue list` lists them", d.Service)
	}
	var fit []string
	for name, t := range s.Assets {
		if (d.Type == "" || d.Type == name) && (d.Kind == "" || d.Kind == t.KindID) {
			fit = append(fit, name)
		}
	}
	slices.Sort(fit)
	if tenant := catalogue.AccountType(s.Provider); d.Kind == "" && d.Type == "" && slices.Contains(fit, tenant) {
		fit = []string{tenant} // the service is the tenant; the other types are what is made in it
	}
	switch {
	case len(fit) == 1:
		return cat.Asset(fit[0]), nil
	case len(fit) == 0:
		return nil, fmt.Errorf("service %s has no asset of kind %q and type %q; it has %s", d.Service, d.Kind, d.Type, kindsOf(s))
	}
	return nil, fmt.Errorf("service %s has several kinds of asset; say which by kind or type: %s", d.Service, kindsOf(s))
}

func kindsOf(s *catalogue.Service) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.Assets)) {
		out = append(out, name+" ("+s.Assets[name].KindID+")")
	}
	return strings.Join(out, ", ")
}

func (c *Config) checkDeclared(cat *catalogue.Catalogue, bad func(string, ...any)) {
	names := map[string]bool{}
	lines := c.declaredLines()
	for i := range c.Declared {
		d := &c.Declared[i]
		where := fmt.Sprintf("declared[%d]", i)
		if i < len(lines) {
			where = fmt.Sprintf("%s (line %d)", where, lines[i])
		}
		if d.Name == "" {
			bad("%s: needs a name", where)
		}
		if names[d.Name] {
			bad("%s: the name %q stands twice", where, d.Name)
		}
		names[d.Name] = true
		if _, err := d.assetType(cat); err != nil {
			bad("%s: %v", where, err)
		}
		for _, fact := range slices.Sorted(maps.Keys(d.Facts)) {
			if cat.Facts[fact] == nil {
				bad("%s: no fact %q in the vocabulary; `demarc explain facts` lists them", where, fact)
			}
		}
	}
}

// declaredLines are the lines at which the declared assets begin.
func (c *Config) declaredLines() []int {
	if len(c.Declared) == 0 {
		return nil
	}
	f, err := parser.ParseBytes(c.text, 0)
	if err != nil {
		return nil
	}
	path, err := yaml.PathString("$.declared")
	if err != nil {
		return nil
	}
	node, err := path.FilterFile(f)
	if err != nil {
		return nil
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil
	}
	var out []int
	for _, v := range list.Values {
		out = append(out, v.GetToken().Position.Line)
	}
	return out
}

package catalogue

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/expr"
)

// link ties the services' parts together and checks every cross-reference.
func (c *Catalogue) link() error {
	var errs []error
	c.twinsOf = map[string][]*AssetType{}
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		errs = append(errs, c.register(c.Services[id])...)
	}
	c.anyCase, c.insideFacts = map[string]string{}, map[string]bool{}
	for _, types := range []iter.Seq[string]{maps.Keys(c.Assets), maps.Keys(c.Parts), maps.Keys(c.Ignored)} {
		c.noteCase(types)
	}
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		s := c.Services[id]
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s: %s", s.File, fmt.Sprintf(format, args...)))
		}
		c.linkDocuments(s, bad)
		for _, p := range s.Parts {
			c.linkPart(p, bad)
		}
		for _, t := range s.Twins {
			c.noteTwin(t)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		s := c.Services[id]
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s: %s", s.File, fmt.Sprintf(format, args...)))
		}
		c.linkRules(s, bad)
		for _, t := range s.Assets {
			c.linkAsset(t, bad)
		}
		bad = func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s: %s", s.twinsFile(), fmt.Sprintf(format, args...)))
		}
		for _, name := range slices.Sorted(maps.Keys(s.Twins)) {
			c.linkTwin(s.Twins[name], bad)
		}
	}
	return errors.Join(errs...)
}

// register enters the service's native types into the indices.
func (c *Catalogue) register(s *Service) (errs []error) {
	claim := func(t string) {
		if c.Assets[t] != nil || c.Parts[t] != nil || c.Ignored[t] != "" {
			errs = append(errs, fmt.Errorf("%s: type %s is covered twice", s.File, t))
		}
	}
	for name, t := range s.Assets {
		own := AssetType{}
		if t != nil {
			own = *t // two names may share one YAML anchor
		}
		t = &own
		s.Assets[name] = t
		claim(name)
		t.Type, t.Means, t.Service = name, name, s
		if t.Model == "" {
			t.Model = s.Model
		}
		t.PossibleFacts = map[string]bool{}
		c.Assets[name] = t
	}
	for name, p := range s.Parts {
		if p == nil {
			errs = append(errs, fmt.Errorf("%s: part %s is empty", s.File, name))
			delete(s.Parts, name)
			continue
		}
		own := *p
		p = &own
		s.Parts[name] = p
		claim(name)
		p.Type, p.Means, p.Service = name, name, s
		c.Parts[name] = p
	}
	for name, why := range s.Ignored {
		claim(name)
		if why == "" {
			errs = append(errs, fmt.Errorf("%s: ignored type %s needs a reason", s.File, name))
		}
		c.Ignored[name] = why
	}
	return append(errs, c.registerTwins(s, claim)...)
}

func (c *Catalogue) linkDocuments(s *Service, bad func(string, ...any)) {
	if s.Title == "" {
		bad("the service has no title")
	}
	if len(s.Assets) > 0 && len(s.Documents) == 0 {
		bad("no document: a service needs at least one page that states something about it")
	}
	if len(s.Assets) > 0 && !slices.Contains(c.Models.Columns, s.Model) {
		bad("model %q is none of %v", s.Model, c.Models.Columns)
	}
	for _, err := range checkDocuments(s.File, s.Documents) {
		bad("%s", strings.TrimPrefix(err.Error(), s.File+": "))
	}
}

// checkDocuments demands an address, a title and a sensible date.
func checkDocuments(file string, documents map[string]*Document) (errs []error) {
	for _, id := range slices.Sorted(maps.Keys(documents)) {
		d := documents[id]
		if d == nil || !httpsURL.MatchString(d.URL) || d.Title == "" {
			errs = append(errs, fmt.Errorf("%s: document %s needs an https url and a title", file, id))
			continue
		}
		if d.Verified != "" {
			if _, err := time.Parse(time.DateOnly, d.Verified); err != nil {
				errs = append(errs, fmt.Errorf("%s: document %s: verified must be a date like 2026-11-23", file, id))
			}
		}
	}
	return errs
}

var httpsURL = regexp.MustCompile(`^https://[^\s]+$`)

func (c *Catalogue) linkMappings(s *Service, where string, facts map[string]*Mapping, bad func(string, ...any)) {
	for name, m := range facts {
		spec := c.Facts[name]
		switch {
		case spec == nil:
			bad("%s: no fact %q in facts.yaml", where, name)
			delete(facts, name)
			continue
		case m == nil:
			bad("%s: fact %s has no mapping", where, name)
			delete(facts, name)
			continue
		case m.oversized():
			bad("%s: fact %s has a value of more than %d members", where, name, maxMembers)
			delete(facts, name)
			continue
		}
		if m.Fact != nil && m.Fact != spec { // two facts may share one YAML anchor
			own := *m
			m = &own
			facts[name] = m
		}
		m.Fact = spec
		if m.Document != "" && c.Document(s, m.Document) == nil {
			bad("%s: fact %s: no document %q", where, name, m.Document)
		}
	}
}

// maxMembers bounds the values of a mapping. Aliases of aliases make a short
// text stand for any number of them.
const maxMembers = 10_000

func (m *Mapping) oversized() bool {
	left := maxMembers
	count(&left, m.Const.Value, m.Absent.Value, m.Equals.Value, m.Contains.Value, m.Else.Value, m.In, m.NotIn, m.Map)
	return left < 0
}

// count takes the number of members from left, until none is left.
func count(left *int, vs ...any) {
	for _, v := range vs {
		if *left--; *left < 0 {
			return
		}
		switch x := v.(type) {
		case []any:
			count(left, x...)
		case map[string]any:
			for _, e := range x {
				count(left, e)
			}
		}
	}
}

func (c *Catalogue) linkPart(p *PartType, bad func(string, ...any)) {
	c.linkMappings(p.Service, p.Type, p.Facts, bad)
	if len(p.Of) == 0 {
		bad("%s: a part needs `of`", p.Type)
		delete(c.Parts, p.Type)
	}
	for _, of := range p.Of {
		if of == Any {
			if len(p.Of) > 1 || len(p.By) == 0 {
				bad("%s: a part of any asset is of no other, and needs `by`", p.Type)
				delete(c.Parts, p.Type)
			}
			continue
		}
		if of == Machine {
			c.linkAlone(p, bad)
			continue
		}
		if of == Account {
			of = AccountType(p.Service.Provider)
		}
		t := c.Assets[of]
		if t == nil {
			bad("%s: `of: %s` is no asset type", p.Type, of)
			delete(c.Parts, p.Type)
			continue
		}
		if len(p.By) == 0 && t.KindID != Account {
			bad("%s: a part of %s needs `by`", p.Type, of)
		}
		for name := range p.Facts {
			c.mayHave(of, p.Service.Provider, name)
		}
	}
}

// linkAlone checks what a part of a machine makes where it stands alone.
func (c *Catalogue) linkAlone(p *PartType, bad func(string, ...any)) {
	if len(p.Of) > 1 || len(p.By) == 0 || len(p.Alone) == 0 {
		bad("%s: a part of a machine is of no other, and needs `by` and `alone`", p.Type)
	}
	for fact := range p.Facts {
		c.insideFacts[fact] = true
	}
	for _, provider := range slices.Sorted(maps.Keys(p.Alone)) {
		if t := c.Assets[p.Alone[provider]]; t == nil || t.Service.Provider != provider {
			bad("%s: alone: %s is no asset type of %s", p.Type, p.Alone[provider], provider)
		}
	}
}

func (c *Catalogue) linkRules(s *Service, bad func(string, ...any)) {
	names := map[string]bool{}
	s.Owners = slices.DeleteFunc(s.Owners, func(r *Rule) bool {
		if r == nil {
			bad("owners: a rule is empty")
		}
		return r == nil
	})
	for i, r := range s.Owners {
		if r.Name == "" {
			bad("owners[%d]: a rule needs a name", i)
		}
		if names[r.Name] {
			bad("owners: rule %q stands twice", r.Name)
		}
		names[r.Name] = true
		r.ID = s.ID + "#" + r.Name
		for _, id := range r.For {
			if c.Responsibilities[id] == nil {
				bad("rule %s: no responsibility %q", r.Name, id)
			}
		}
		if len(r.For) == 0 {
			bad("rule %s: `for` is empty", r.Name)
		}
		for _, t := range r.Assets {
			if s.Assets[t] == nil {
				bad("rule %s: %s is no asset type of this service", r.Name, t)
			}
		}
		c.checkOwner(r.Name, r.Owner, bad)
		if r.ChangesOn != "" {
			c.checkOwner(r.Name, r.ChangesTo, bad)
			if f := c.Facts[r.ChangesOn]; f == nil || f.Type != expr.Date {
				bad("rule %s: changes_on %q is no date fact", r.Name, r.ChangesOn)
			}
		}
		switch {
		case r.Document == "" && !r.Inferred:
			bad("rule %s: needs a document, or inferred: true", r.Name)
		case r.Document != "":
			r.Doc = c.Document(s, r.Document)
			if r.Doc == nil {
				bad("rule %s: no document %q", r.Name, r.Document)
			} else if r.Doc.Verified == "" && !r.Inferred {
				bad("rule %s: document %s was never verified; say when, or mark the rule inferred", r.Name, r.Document)
			}
		}
		if r.When != "" {
			p, err := c.FactEnv.Predicate(r.When)
			if err != nil {
				bad("rule %s: %v", r.Name, err)
				continue
			}
			r.Condition = p
		}
	}
}

func (c *Catalogue) checkOwner(rule, owner string, bad func(string, ...any)) {
	if owner != "customer" && owner != "provider" && c.Parties[owner] == nil {
		bad("rule %s: owner %q is neither customer, provider nor a party of parties.yaml", rule, owner)
	}
}

func (c *Catalogue) linkAsset(t *AssetType, bad func(string, ...any)) {
	c.linkMappings(t.Service, t.Type, t.Facts, bad)
	if t.Kind = c.Kinds[t.KindID]; t.Kind == nil {
		bad("%s: no kind %q in kinds.yaml", t.Type, t.KindID)
		delete(c.Assets, t.Type)
		return
	}
	if !slices.Contains(c.Models.Columns, t.Model) {
		bad("%s: model %q is none of %v", t.Type, t.Model, c.Models.Columns)
		delete(c.Assets, t.Type)
		return
	}
	for name := range t.Facts {
		t.PossibleFacts[name] = true
	}
	t.PossibleFacts[SecretsFact] = true
	ids := map[string]bool{}
	for _, id := range t.Kind.Responsibilities {
		ids[id] = true
	}
	for name := range t.PossibleFacts {
		if f := c.Facts[name]; f != nil && f.BearsOn != "" {
			ids[f.BearsOn] = true
		}
	}
	for _, id := range slices.Concat(t.Service.Also, t.Also) {
		ids[id] = true
	}
	for _, id := range slices.Concat(t.Service.Without, t.Without) {
		delete(ids, id)
	}
	for id := range ids {
		r := c.Responsibilities[id]
		if r == nil {
			bad("%s: no responsibility %q", t.Type, id)
			continue
		}
		t.Responsibilities = append(t.Responsibilities, r)
	}
	slices.SortFunc(t.Responsibilities, func(a, b *Responsibility) int { return a.Order - b.Order })
	t.Rules = make([][]*Rule, len(t.Responsibilities))
	for i, resp := range t.Responsibilities {
		for _, rule := range t.Service.Owners {
			if slices.Contains(rule.For, resp.ID) && (len(rule.Assets) == 0 || slices.Contains(rule.Assets, t.Means)) {
				t.Rules[i] = append(t.Rules[i], rule)
			}
		}
	}
}

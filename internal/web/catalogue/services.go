package catalogue

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	known "github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type servicesView struct {
	layout.Page
	k        *knowledge
	Filters  layout.Filters
	Services []*known.Service
}

func (p *Pages) services(w http.ResponseWriter, r *http.Request, k *knowledge) error {
	in := page.ReadForm(r)
	query, providers := in.Line("q", 200), in.Many("provider")
	if err := in.Err(); err != nil {
		return err
	}
	v := servicesView{Page: page.Of(r, "catalogue", "Catalogue"), k: k}
	counts := map[string]int64{}
	for _, s := range k.services {
		types := slices.Collect(maps.Keys(s.Assets))
		if !has(query, append(types, s.ID, s.Title, k.title(s.Provider))...) {
			continue
		}
		counts[s.Provider]++
		if len(providers) == 0 || slices.Contains(providers, s.Provider) {
			v.Services = append(v.Services, s)
		}
	}
	v.Filters = layout.Filters{
		Action: "/catalogue", Query: query, Hint: "Service or type of resource",
		Facets: []layout.Facet{facet("provider", "Provider", counts, providers, k.title, byTitle)},
	}
	return page.Render(w, r, http.StatusOK, servicesPage(r, v))
}

// line is a row of a service's own matrix: who owns a responsibility, by the
// rules in order and then by the delivery model.
type line struct {
	Responsibility *known.Responsibility
	Rules          []*known.Rule
	Models         []byModel
}

// byModel is who owns it where no rule holds.
type byModel struct {
	Model    string
	Owner    string // customer or provider
	Document *known.Document
	Types    int // of the service's that are of this model
}

// band is the lines of one row of the matrix.
type band struct {
	Row   known.Row
	Lines []line
}

type serviceView struct {
	layout.Page
	k       *knowledge
	Service *known.Service
	Types   []*known.AssetType
	Bands   []band
	Checks  []*check.Check
}

func (p *Pages) service(w http.ResponseWriter, r *http.Request, k *knowledge) error {
	s := k.catalogue.All().Services[r.PathValue("provider")+"/"+r.PathValue("service")]
	if s == nil {
		return store.ErrNotFound
	}
	v := serviceView{Page: page.Of(r, "catalogue", s.Title), k: k, Service: s, Checks: k.asked[s.ID]}
	v.Types = slices.SortedFunc(maps.Values(s.Assets), func(a, b *known.AssetType) int { return cmp.Compare(a.Type, b.Type) })
	v.Bands = k.bands(s, v.Types)
	return page.Render(w, r, http.StatusOK, servicePage(v))
}

// bands is the service's matrix, top to bottom.
func (k *knowledge) bands(s *known.Service, types []*known.AssetType) []band {
	lines := map[string]*line{}
	for _, t := range types {
		for i, resp := range t.Responsibilities {
			l := lines[resp.ID]
			if l == nil {
				l = &line{Responsibility: resp}
				lines[resp.ID] = l
			}
			for _, rule := range t.Rules[i] {
				if !slices.Contains(l.Rules, rule) {
					l.Rules = append(l.Rules, rule)
				}
			}
			k.addModel(l, s, t)
		}
	}
	var out []band
	for _, row := range k.catalogue.Rows {
		b := band{Row: row}
		for _, resp := range row.Responsibilities {
			if l := lines[resp.ID]; l != nil {
				slices.SortFunc(l.Rules, func(a, b *known.Rule) int { return cmp.Compare(slices.Index(s.Owners, a), slices.Index(s.Owners, b)) })
				b.Lines = append(b.Lines, *l)
			}
		}
		if len(b.Lines) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func (k *knowledge) addModel(l *line, s *known.Service, t *known.AssetType) {
	for i := range l.Models {
		if l.Models[i].Model == t.Model {
			l.Models[i].Types++
			return
		}
	}
	column := slices.Index(k.catalogue.Models.Columns, t.Model)
	owners := k.catalogue.Models.Owners[l.Responsibility.ID]
	if column < 0 || column >= len(owners) {
		return
	}
	m := byModel{Model: t.Model, Owner: "customer", Types: 1}
	if owners[column] == "p" {
		m.Owner = "provider"
		m.Document = k.catalogue.EvidenceOf(s.Provider).For(l.Responsibility.ID)
	}
	l.Models = append(l.Models, m)
}

// side is who an owner stands on: customer or provider.
func (k *knowledge) side(owner string) string {
	if party := k.catalogue.Parties[owner]; party != nil {
		return party.Side
	}
	return owner
}

// owner is what an owner is called on the page of a provider's service.
func (k *knowledge) owner(owner, provider string) string {
	switch owner {
	case "customer":
		return "You"
	case "provider":
		return k.title(provider)
	}
	return k.title(owner)
}

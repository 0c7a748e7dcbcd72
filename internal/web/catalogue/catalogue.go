// Package catalogue is the pages about what Demarc knows: every service with
// its own matrix of owners and the documents that state them, every check, and
// the days on which support ends. They are the same for everybody.
package catalogue

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	known "github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Pages are the pages.
type Pages struct {
	Now        func() time.Time
	Lifecycles fs.FS // the calendars

	load func() (*knowledge, error)
}

// knowledge is the whole of it, read when somebody first asks.
type knowledge struct {
	catalogue *known.Catalogue
	services  []*known.Service // by title
	checks    []*check.Check
	set       *check.Set
	applies   map[string][]*known.Service // by check
	asked     map[string][]*check.Check   // by service
	endings   []lifecycle.Ending
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	p.load = sync.OnceValues(p.read)
	for pattern, f := range map[string]func(w http.ResponseWriter, r *http.Request, k *knowledge) error{
		"GET /catalogue":                      p.services,
		"GET /catalogue/{provider}/{service}": p.service,
		"GET /catalogue/checks":               p.checks,
		"GET /catalogue/checks/{id}":          p.check,
		"GET /catalogue/calendar":             p.calendar,
	} {
		mux.Handle(pattern, page.For(func(w http.ResponseWriter, r *http.Request, _ tenant.Who) error {
			k, err := p.load()
			if err != nil {
				return err
			}
			return f(w, r, k)
		}))
	}
}

func (p *Pages) read() (*knowledge, error) {
	cat, err := known.Load(known.Options{Today: p.Now()})
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	set, err := check.Load(cat, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the checks: %w", err)
	}
	k := &knowledge{catalogue: cat, set: set, checks: set.All(), applies: map[string][]*known.Service{}, asked: map[string][]*check.Check{}}
	for _, s := range cat.All().Services {
		k.services = append(k.services, s)
	}
	slices.SortFunc(k.services, func(a, b *known.Service) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Title, b.Title))
	})
	for _, s := range k.services {
		for _, c := range k.checks {
			for _, t := range s.Assets {
				if c.CanApply(cat, t) {
					k.applies[c.ID] = append(k.applies[c.ID], s)
					k.asked[s.ID] = append(k.asked[s.ID], c)
					break
				}
			}
		}
	}
	k.endings, err = lifecycle.Endings(p.Lifecycles)
	return k, err
}

// title is a provider as people call it.
func (k *knowledge) title(provider string) string {
	if party := k.catalogue.Parties[provider]; party != nil {
		return party.Title
	}
	if provider == "onpremises" {
		return "On premises"
	}
	return layout.Word(provider)
}

// has reports whether all words stand in one of the texts.
func has(query string, texts ...string) bool {
	text := strings.ToLower(strings.Join(texts, " "))
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// facet makes the values of a dimension from how often each comes.
func facet(name, title string, counts map[string]int64, chosen []string, titled func(string) string, order func(a, b layout.Option) int) layout.Facet {
	f := layout.Facet{Name: name, Title: title}
	for v, n := range counts {
		f.Options = append(f.Options, layout.Option{Value: v, Title: titled(v), Count: n, Chosen: slices.Contains(chosen, v)})
	}
	slices.SortFunc(f.Options, order)
	return f
}

func byTitle(a, b layout.Option) int { return cmp.Compare(a.Title, b.Title) }

func bySeverity(a, b layout.Option) int {
	return cmp.Compare(check.Severity(a.Value).Rank(), check.Severity(b.Value).Rank())
}

package catalogue

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	known "github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type checksView struct {
	layout.Page
	k       *knowledge
	Filters layout.Filters
	Checks  []*check.Check
}

func (p *Pages) checks(w http.ResponseWriter, r *http.Request, k *knowledge) error {
	in := page.ReadForm(r)
	query, severities, rows := in.Line("q", 200), in.Many("severity"), in.Many("row")
	if err := in.Err(); err != nil {
		return err
	}
	v := checksView{Page: page.Of(r, "catalogue", "Checks"), k: k}
	bySev, byRow := map[string]int64{}, map[string]int64{}
	for _, c := range k.checks {
		row := k.rowOf(c)
		fitsSeverity := len(severities) == 0 || slices.Contains(severities, string(c.Severity))
		fitsRow := len(rows) == 0 || slices.Contains(rows, row)
		if !has(query, c.ID, c.Title, c.Why, elsewhere(c)) {
			continue
		}
		if fitsRow {
			bySev[string(c.Severity)]++
		}
		if fitsSeverity {
			byRow[row]++
		}
		if fitsSeverity && fitsRow {
			v.Checks = append(v.Checks, c)
		}
	}
	v.Filters = layout.Filters{
		Action: "/catalogue/checks", Query: query, Hint: "Check, or its id in another tool",
		Facets: []layout.Facet{
			facet("severity", "Severity", bySev, severities, layout.Word, bySeverity),
			facet("row", "Layer", byRow, rows, k.rowTitle, byTitle),
		},
	}
	return page.Render(w, r, http.StatusOK, checksPage(r, v))
}

func (k *knowledge) rowOf(c *check.Check) string {
	if resp := k.catalogue.Responsibilities[c.Responsibility]; resp != nil {
		return resp.Row
	}
	return ""
}

func (k *knowledge) rowTitle(id string) string {
	for _, row := range k.catalogue.Rows {
		if row.ID == id {
			return row.Title
		}
	}
	return layout.Word(id)
}

// elsewhere are the ids that other tools have for a check.
func elsewhere(c *check.Check) string {
	var out []string
	for _, tool := range slices.Sorted(maps.Keys(c.Elsewhere)) {
		out = append(out, c.Elsewhere[tool]...)
	}
	return strings.Join(out, " ")
}

type checkView struct {
	layout.Page
	k              *knowledge
	Check          *check.Check
	Responsibility *known.Responsibility
	Fixes          []fix
	Controls       []control
	Elsewhere      []control // by tool
	Services       []byProvider
}

// fix is how to mend what fails, in one dialect.
type fix struct{ Dialect, Text string }

// control is what a framework, or another tool, calls what the check verifies.
type control struct {
	Framework string
	Sections  []string
}

// byProvider are the services of a provider.
type byProvider struct {
	Provider string
	Services []*known.Service
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request, k *knowledge) error {
	c, row := k.set.Lookup(r.PathValue("id"))
	if c == nil {
		return store.ErrNotFound
	}
	if row != nil {
		return page.Done(w, r, "/catalogue/checks/"+c.ID, row.ID+" is a narrower name of this check.")
	}
	v := checkView{Page: page.Of(r, "catalogue", c.Title), k: k, Check: c, Responsibility: k.catalogue.Responsibilities[c.Responsibility]}
	if text, ok := c.Fix["text"]; ok {
		v.Fixes = append(v.Fixes, fix{"", text})
	}
	for _, dialect := range slices.Sorted(maps.Keys(c.Fix)) {
		if dialect != "text" {
			v.Fixes = append(v.Fixes, fix{dialect, c.Fix[dialect]})
		}
	}
	sections := map[string][]string{}
	for framework, ids := range c.Controls {
		sections[framework] = append(sections[framework], ids...)
	}
	for _, row := range c.Rows {
		for framework, ids := range row.Controls {
			sections[framework] = append(sections[framework], ids...)
		}
	}
	for _, framework := range slices.Sorted(maps.Keys(sections)) {
		ids := sections[framework]
		slices.Sort(ids)
		v.Controls = append(v.Controls, control{framework, slices.Compact(ids)})
	}
	for _, tool := range slices.Sorted(maps.Keys(c.Elsewhere)) {
		v.Elsewhere = append(v.Elsewhere, control{tool, c.Elsewhere[tool]})
	}
	for _, s := range k.applies[c.ID] {
		if n := len(v.Services); n == 0 || v.Services[n-1].Provider != s.Provider {
			v.Services = append(v.Services, byProvider{Provider: s.Provider})
		}
		last := &v.Services[len(v.Services)-1]
		last.Services = append(last.Services, s)
	}
	return page.Render(w, r, http.StatusOK, checkPage(v))
}

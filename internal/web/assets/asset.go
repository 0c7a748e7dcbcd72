package assets

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// assetView is what the page of an asset shows.
type assetView struct {
	layout.Page
	now    time.Time
	A      *inventory.AssetDetail
	Counts chart.Counts
	Source string
	Group  string
	Ego    chart.Ego
}

func (p *Pages) asset(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	a, err := p.Ledger.Asset(r.Context(), who, id)
	if err != nil {
		return err
	}
	names, err := listing.NamesFor(r.Context(), who, p.Sources)
	if err != nil {
		return err
	}
	v := &assetView{Page: page.Of(r, "assets", a.Address), now: p.Now(), A: a, Source: names.Source(a.Source), Group: names.Group(a.Group), Ego: ego(a)}
	v.Counts = chart.Counts{Owners: map[string]int{}, Statuses: map[string]int{}}
	for _, l := range a.Layers {
		for _, d := range l.Duties {
			v.Counts.Owners[d.Owner]++
			v.Counts.Statuses[d.Status]++
		}
	}
	return page.Render(w, r, http.StatusOK, assetPage(v))
}

// ego is what stands around the asset.
func ego(a *inventory.AssetDetail) chart.Ego {
	e := chart.Ego{Middle: chart.Node{Title: a.Address, Sub: a.Body.KindTitle, Status: a.Status}}
	for _, r := range a.Relations {
		n := chart.Node{Title: r.Address, Sub: layout.Word(r.Kind), Relation: layout.Word(r.Name)}
		switch {
		case r.Asset != 0:
			n.URL = link(r.Asset)
		case r.Ref != "":
			n.Title, n.Sub = r.Ref, "not in the ledger"
		default:
			n.Title, n.Sub = "something out of sight", "not yours to see"
		}
		if r.Inward {
			e.In = append(e.In, n)
		} else {
			e.Out = append(e.Out, n)
		}
	}
	return e
}

func link(id int64) string { return "/assets/" + strconv.FormatInt(id, 10) }

// party is who owns a duty, in words.
func party(d inventory.Duty) string {
	switch d.Owner {
	case report.Customer:
		if d.Team != "" {
			return "You · " + d.Team
		}
		return "You"
	case report.Unknown:
		return "Not known"
	}
	return providers(d.Party)
}

func providers(id string) string {
	switch id {
	case "aws":
		return "AWS"
	case "azure":
		return "Microsoft"
	case "google":
		return "Google"
	case "":
		return "The provider"
	}
	return layout.Word(id)
}

// side is where the layer lies: left of the line, right of it, or on it.
func side(l inventory.Layer) string {
	mine := slices.ContainsFunc(l.Duties, func(d inventory.Duty) bool { return d.Owner == report.Customer })
	theirs := slices.ContainsFunc(l.Duties, func(d inventory.Duty) bool { return d.Owner == report.Provider })
	switch {
	case mine && theirs:
		return "both"
	case mine:
		return "customer"
	case theirs:
		return "provider"
	}
	return "unknown"
}

func layerCounts(l inventory.Layer) chart.Counts {
	c := chart.Counts{Owners: map[string]int{}, Statuses: map[string]int{}}
	for _, d := range l.Duties {
		c.Owners[d.Owner]++
		c.Statuses[d.Status]++
	}
	return c
}

// look is the pattern's name of a duty.
func look(d inventory.Duty) string {
	if d.Owner == report.Unknown {
		return chart.UnknownOwner
	}
	return d.Status
}

// origin says how a fact came to be known.
func origin(f report.Fact) string {
	switch f.How {
	case "set":
		return "set"
	case "default":
		return "the provider’s default"
	case "constant":
		return "always so"
	case "derived":
		return "worked out"
	}
	return f.How
}

// place is a position in a file.
func place(file string, line int) string {
	if file == "" || line == 0 {
		return file
	}
	return file + ":" + strconv.Itoa(line)
}

func tags(t map[string]string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(t)) {
		out = append(out, k+"="+t[k])
	}
	return out
}

func passing(fs []inventory.Finding) (n int) {
	for _, f := range fs {
		if f.State == inventory.Passing {
			n++
		}
	}
	return n
}

func agree(n int) string {
	if n == 1 {
		return "looks at it"
	}
	return "look at it"
}

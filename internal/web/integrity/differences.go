package integrity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/siblings"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/listing"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// differ is the view of what one server has otherwise than those beside it.
const differ = "group"

// differKinds say how a file differs.
var differKinds = map[string]string{siblings.Content: "Other content", siblings.Only: "Only here", siblings.Missing: "Missing here"}

// difference is a file in the view.
type difference struct {
	fleet.Difference
	Server string
}

// differencesView is what the view shows.
type differencesView struct {
	layout.Page
	r       *http.Request
	now     time.Time
	Current tab
	Filters layout.Filters
	Items   []difference
	Next    string
	Servers int64 // that are compared
	Alone   int64 // of which nothing can be told
	Partial bool
}

func (p *Pages) renderDifferences(w http.ResponseWriter, r *http.Request, who tenant.Who, ask fleet.ChangeQuery, current tab) error {
	ctx := r.Context()
	v := &differencesView{Page: page.Of(r, "servers", "Integrity"), r: r, now: p.Now(), Current: current}
	q := fleet.DifferenceQuery{Group: ask.Group, Agent: ask.Agent, Kinds: ask.Kinds, Path: ask.Path, Cursor: ask.Cursor, Limit: ask.Limit}
	items, next, err := p.Fleet.Differences(ctx, who, q)
	if err != nil {
		return err
	}
	v.Next = next
	compared, err := p.Fleet.Comparisons(ctx, who, ask.Group)
	if err != nil {
		return err
	}
	for _, c := range compared {
		v.Servers, v.Alone, v.Partial = v.Servers+c.Servers, v.Alone+c.Alone, v.Partial || c.Partial
	}
	names := map[int64]string{}
	name := func(id int64) (string, error) {
		if names[id] == "" {
			n, err := p.server(ctx, who, id)
			if err != nil {
				return "", err
			}
			names[id] = n
		}
		return names[id], nil
	}
	for _, d := range items {
		n, err := name(d.Agent)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, difference{d, n})
	}
	kinds := layout.Facet{Name: "kind", Title: "How"}
	for _, k := range []string{siblings.Content, siblings.Only, siblings.Missing} {
		chosen := false
		for _, asked := range ask.Kinds {
			chosen = chosen || asked == k
		}
		kinds.Options = append(kinds.Options, layout.Option{Value: k, Title: differKinds[k], Count: -1, Chosen: chosen})
	}
	v.Filters = layout.Filters{Action: "/integrity", Query: ask.Path, Hint: "How the path begins", Facets: []layout.Facet{kinds}, Hidden: listing.Kept(r, "view", "group")}
	if ask.Agent != 0 {
		n, err := name(ask.Agent)
		if err != nil {
			return err
		}
		v.Filters.Facets = append(v.Filters.Facets, layout.Facet{Name: "server", Title: "Server", Options: []layout.Option{{Value: strconv.FormatInt(ask.Agent, 10), Title: n, Count: -1, Chosen: true}}})
	}
	return page.Render(w, r, http.StatusOK, differencesPage(v))
}

// server is the name of one.
func (p *Pages) server(ctx context.Context, who tenant.Who, id int64) (string, error) {
	a, err := p.Fleet.Get(ctx, who, id)
	if errors.Is(err, store.ErrNotFound) { // moved to a group of others
		return fmt.Sprintf("Server %d", id), nil
	}
	return a.Host.Hostname, err
}

// agreement says how many servers have it otherwise, and how.
func agreement(d fleet.Difference) string {
	others := fmt.Sprintf("%d of %d beside it", d.Agree, d.Siblings)
	switch d.Kind {
	case siblings.Content:
		return others + " agree on another content"
	case siblings.Only:
		return others + " have no such file"
	}
	return others + " have this file"
}

// short is the beginning of a hash, as people compare them.
func short(hash string) string { return hash[:min(len(hash), 12)] }

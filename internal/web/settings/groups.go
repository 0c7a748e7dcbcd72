package settings

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// groupRow is a group in the tree.
type groupRow struct {
	tenant.Group
	Depth      int
	Own        int64 // assets that lie in it
	All        int64 // and in those below
	Administer bool
}

func (g groupRow) indent() string { return "depth-" + strconv.Itoa(min(g.Depth, 6)) }

type groupsView struct {
	layout.Page
	Rows []groupRow
}

func (p *Pages) groups(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	facets, err := p.Inventory.AssetFacets(r.Context(), who, inventory.AssetQuery{})
	if err != nil {
		return err
	}
	own := map[int64]int64{}
	for _, f := range facets["group"] {
		if id, err := strconv.ParseInt(f.Value, 10, 64); err == nil {
			own[id] = int64(f.Count)
		}
	}
	v := groupsView{Page: page.Of(r, "settings", "Groups")}
	reads := who.Reach(tenant.Read)
	for _, g := range people.Groups(who.Tree, reads) {
		row := groupRow{Depth: g.Depth, Own: own[g.ID], Administer: who.Check(tenant.Administer, g.ID) == nil}
		row.Group, _ = who.Tree.Group(g.ID)
		for _, below := range who.Tree.Subtree(g.ID) {
			row.All += own[below]
		}
		v.Rows = append(v.Rows, row)
	}
	return page.Render(w, r, http.StatusOK, groupsPage(v))
}

// groupView is the form of a group, new or old.
type groupView struct {
	layout.Page
	Group   tenant.Group
	Parents []people.Group
	Sources []sources.Source
	Seen    inventory.Facets // values there are in the estate
	Whole   bool             // who asks may change scope and place
	May     bool             // anything at all
	Above   string
}

func (v groupView) action() string {
	if v.Group.ID == 0 {
		return "/settings/groups"
	}
	return "/settings/groups/" + strconv.FormatInt(v.Group.ID, 10)
}

func (v groupView) from(id int64) bool { return slices.Contains(v.Group.Scope.Sources, id) }

// examples are values of a dimension in the estate.
func (v groupView) examples(dimension string) string {
	var out []string
	for _, f := range v.Seen[dimension] {
		if f.Value != "" && len(out) < 6 {
			out = append(out, f.Value)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "In the estate: " + strings.Join(out, ", ")
}

func (p *Pages) groupView(r *http.Request, who tenant.Who, g tenant.Group) (v groupView, err error) {
	v = groupView{Page: page.Of(r, "settings", g.Name), Group: g, Whole: who.Check(tenant.Administer, 0) == nil, Above: people.PathName(who.Tree, g.Parent)}
	v.May = who.Check(tenant.Administer, g.ID) == nil && g.Parent != 0
	if g.ID == 0 {
		v.Title, v.May = "A new group", who.Check(tenant.Administer, g.Parent) == nil
	}
	below := who.Tree.Subtree(g.ID)
	for _, other := range people.Groups(who.Tree, who.Reach(tenant.Administer)) {
		if !slices.Contains(below, other.ID) {
			v.Parents = append(v.Parents, other)
		}
	}
	if v.Sources, err = p.Sources.List(r.Context(), who); err != nil {
		return v, err
	}
	v.Seen, err = p.Inventory.AssetFacets(r.Context(), who, inventory.AssetQuery{})
	return v, err
}

func (p *Pages) newGroup(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	g := tenant.Group{Parent: in.Number("parent"), Kind: tenant.Product}
	if g.Parent == 0 {
		g.Parent = who.Tree.Root()
	}
	if err := in.Err(); err != nil {
		return err
	}
	if _, ok := who.Tree.Group(g.Parent); !ok || !who.Reach(tenant.Read).Has(g.Parent) {
		return store.ErrNotFound
	}
	if err := who.Check(tenant.Administer, g.Parent); err != nil {
		return err
	}
	v, err := p.groupView(r, who, g)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, groupPage(v))
}

func (p *Pages) group(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	g, err := groupOf(r, who)
	if err != nil {
		return err
	}
	v, err := p.groupView(r, who, g)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, groupPage(v))
}

// groupOf is the group of the path, if who asks may see it.
func groupOf(r *http.Request, who tenant.Who) (tenant.Group, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return tenant.Group{}, err
	}
	g, ok := who.Tree.Group(id)
	if !ok || !who.Reach(tenant.Read).Has(id) {
		return g, store.ErrNotFound
	}
	return g, nil
}

// readGroup reads the form into a group. A scope that the form does not have
// stays as it is.
func readGroup(in *page.Form, g tenant.Group) tenant.Group {
	kinds := make([]string, len(tenant.GroupKinds))
	for i, k := range tenant.GroupKinds {
		kinds[i] = string(k)
	}
	g.Name, g.Kind = in.Line("name", 200), tenant.GroupKind(in.One("kind", kinds...))
	if in.Has("parent") {
		g.Parent = in.Number("parent")
	}
	if !in.Has("scope") {
		return g
	}
	const most = 500
	g.Scope = tenant.Scope{
		Sources: in.Numbers("source"), Paths: in.Lines("paths", most), Accounts: in.Lines("accounts", most), Environments: in.Lines("environments", most),
		Kinds: in.Lines("kinds", most), Providers: in.Lines("providers", most), Services: in.Lines("services", most), Teams: in.Lines("teams", most),
	}
	for _, line := range in.Lines("tags", most) {
		if g.Scope.Tags == nil {
			g.Scope.Tags = map[string]string{}
		}
		key, value, _ := strings.Cut(line, "=")
		g.Scope.Tags[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return g
}

func (p *Pages) addGroup(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	g := readGroup(in, tenant.Group{})
	err := in.Err()
	if err == nil {
		_, err = p.Groups.Add(r.Context(), who, g)
	}
	if err != nil {
		return p.groupAgain(w, r, who, g, err)
	}
	return p.placed(w, r, who, g.Name+" is added.", !g.Scope.Empty())
}

func (p *Pages) changeGroup(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	before, err := groupOf(r, who)
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	g := readGroup(in, before)
	if err = in.Err(); err == nil {
		err = p.Groups.Change(r.Context(), who, g)
	}
	if err != nil {
		return p.groupAgain(w, r, who, g, err)
	}
	return p.placed(w, r, who, g.Name+" is changed.", who.Check(tenant.Administer, 0) == nil)
}

func (p *Pages) removeGroup(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	g, err := groupOf(r, who)
	if err != nil {
		return err
	}
	if err := p.Groups.Drop(r.Context(), who, g.ID); err != nil {
		return p.groupAgain(w, r, who, g, err)
	}
	return p.placed(w, r, who, g.Name+" is removed.", true)
}

// groupAgain shows the form again with what went wrong.
func (p *Pages) groupAgain(w http.ResponseWriter, r *http.Request, who tenant.Who, g tenant.Group, failed error) error {
	told, ok := page.Told(failed)
	if !ok {
		return failed
	}
	v, err := p.groupView(r, who, g)
	if err != nil {
		return err
	}
	v.Problem = told
	return page.Render(w, r, http.StatusUnprocessableEntity, groupPage(v))
}

// placed puts assets where they lie by the tree as it is now, also when the
// person goes away meanwhile, and says how many moved.
func (p *Pages) placed(w http.ResponseWriter, r *http.Request, who tenant.Who, done string, anew bool) error {
	if anew {
		ctx := context.WithoutCancel(r.Context())
		tree, err := p.Groups.Tree(ctx, who.Org)
		if err != nil {
			return err
		}
		who.Tree = tree
		moved, later, err := p.Inventory.Replace(ctx, who)
		switch {
		case err != nil:
			return err
		case later:
			done += " Assets are placed anew, which takes minutes on an estate of this size."
		case moved > 0:
			done += fmt.Sprintf(" %s assets lie in another group now.", layout.Number(int64(moved)))
		}
	}
	return page.Done(w, r, "/settings/groups", done)
}

func lines(values []string) string { return strings.Join(values, "\n") }

func tagLines(tags map[string]string) string {
	var out []string
	for k, v := range tags {
		if v != "" {
			k += "=" + v
		}
		out = append(out, k)
	}
	slices.Sort(out)
	return lines(out)
}

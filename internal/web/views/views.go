// Package views is the console's saved views: the bar of them above a list,
// and the pages on which they are kept, renamed, shared and removed. They are
// plain forms and need no script.
package views

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
	saved "github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/people"
)

// keeper is what the pages ask of the saved views.
type keeper interface {
	List(ctx context.Context, who tenant.Who, place saved.Place) ([]saved.View, error)
	Get(ctx context.Context, who tenant.Who, id int64) (saved.View, error)
	Add(ctx context.Context, who tenant.Who, v saved.View) (saved.View, error)
	Change(ctx context.Context, who tenant.Who, v saved.View) (saved.View, error)
	Remove(ctx context.Context, who tenant.Who, id int64) error
}

// Pages serves saved views.
type Pages struct {
	Views keeper
	Now   func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /views", page.For(p.list))
	mux.Handle("POST /views", page.For(p.add))
	mux.Handle("GET /views/{id}", page.For(p.open))
	mux.Handle("GET /views/{id}/edit", page.For(p.edit))
	mux.Handle("POST /views/{id}", page.For(p.change))
	mux.Handle("POST /views/{id}/remove", page.For(p.remove))
}

// Bar is what stands above a list: its views, which of them is shown, and a
// form to save another one.
type Bar struct {
	Place   saved.Place
	Query   string // canonical, that the list shows now
	List    []saved.View
	Current *saved.View // that was opened, or whose filters these are
	Changed bool        // its filters are no longer those of the list
	Groups  []people.Group
	MayEdit bool // the current one
}

// Bar makes the bar of a list.
func (p *Pages) Bar(r *http.Request, who tenant.Who, place saved.Place) (Bar, error) {
	all, err := p.Views.List(r.Context(), who, place)
	if err != nil {
		return Bar{}, err
	}
	b := Bar{Place: place, Query: saved.Canonical(r.URL.Query()), List: all, Groups: shareable(who, 0)}
	opened, _ := strconv.ParseInt(r.URL.Query().Get("saved"), 10, 64)
	for i := range all {
		if all[i].ID == opened {
			b.Current = &all[i]
			break
		}
		if b.Current == nil && all[i].Query == b.Query && b.Query != "" {
			b.Current = &all[i]
		}
	}
	if b.Current != nil {
		b.Changed, b.MayEdit = b.Current.Query != b.Query, b.Current.MayChange(who)
	}
	return b, nil
}

// shareable are the groups that somebody may share a view with, and the one
// that it is shared with already.
func shareable(who tenant.Who, already int64) []people.Group {
	var out []people.Group
	for _, g := range people.Groups(who.Tree, who.Reach(tenant.Read)) {
		if saved.MayShare(who, g.ID) || g.ID == already {
			out = append(out, g)
		}
	}
	return out
}

// URL is where a view is.
func URL(v *saved.View) string { return "/views/" + strconv.FormatInt(v.ID, 10) }

// listURL is the list with the filters of the view.
func listURL(v *saved.View) string {
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		q = url.Values{}
	}
	q.Set("saved", strconv.FormatInt(v.ID, 10))
	return "/" + string(v.Place) + "?" + q.Encode()
}

// open leads to the list with the filters of the view.
func (p *Pages) open(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	http.Redirect(w, r, listURL(&v), http.StatusSeeOther)
	return nil
}

func (p *Pages) view(r *http.Request, who tenant.Who) (saved.View, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return saved.View{}, err
	}
	return p.Views.Get(r.Context(), who, id)
}

// read reads the fields of a view from a form.
func read(in *page.Form) saved.View {
	return saved.View{Name: in.Line("name", 400), Query: in.Text("query", saved.MaxQuery), Group: in.Number("group")}
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	v := read(in)
	v.Place = saved.Place(in.One("place", string(saved.Assets), string(saved.Findings), string(saved.Duties)))
	err := in.Err()
	if err == nil {
		var kept saved.View
		if kept, err = p.Views.Add(r.Context(), who, v); err == nil {
			return page.Done(w, r, listURL(&kept), "The view "+kept.Name+" is saved.")
		}
	}
	return p.again(w, r, who, v, err)
}

// formView is the page of one view.
type formView struct {
	layout.Page
	View   saved.View
	Groups []people.Group
	Own    bool
}

func (v formView) action() string {
	if v.View.ID == 0 {
		return "/views"
	}
	return URL(&v.View)
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	if !v.MayChange(who) {
		return tenant.ErrForbidden
	}
	return page.Render(w, r, http.StatusOK, formPage(p.form(r, who, v)))
}

func (p *Pages) form(r *http.Request, who tenant.Who, v saved.View) formView {
	title := "Save a view"
	if v.ID != 0 {
		title = "Change the view"
	}
	return formView{Page: page.Of(r, string(v.Place), title), View: v, Groups: shareable(who, v.Group), Own: v.ID == 0 || v.Of(who)}
}

// again shows the form with what went wrong.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, who tenant.Who, v saved.View, failed error) error {
	told, ok := page.Told(failed)
	if !ok {
		return failed
	}
	f := p.form(r, who, v)
	f.Problem = told
	return page.Render(w, r, page.Status(w, failed), formPage(f))
}

// change takes another name and group, or the filters that the list shows now.
func (p *Pages) change(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	n := read(in)
	if in.Has("name") {
		v.Name, v.Group = n.Name, n.Group
	}
	if in.Has("query") {
		v.Query = n.Query
	}
	if err = in.Err(); err == nil {
		var kept saved.View
		if kept, err = p.Views.Change(r.Context(), who, v); err == nil {
			return page.Done(w, r, listURL(&kept), "The view "+kept.Name+" is changed.")
		}
	}
	return p.again(w, r, who, v, err)
}

func (p *Pages) remove(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.view(r, who)
	if err != nil {
		return err
	}
	if err := p.Views.Remove(r.Context(), who, v.ID); err != nil {
		return err
	}
	return page.Done(w, r, "/"+string(v.Place), "The view "+v.Name+" is removed.")
}

// allView is the page of all views.
type allView struct {
	layout.Page
	Views []saved.View
	Now   time.Time
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	all, err := p.Views.List(r.Context(), who, "")
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, allPage(allView{Page: page.Of(r, "", "Saved views"), Views: all, Now: p.Now()}))
}

// filters says what a view's filters are.
func filters(v *saved.View) string {
	q, err := url.ParseQuery(v.Query)
	if err != nil || len(q) == 0 {
		return "everything"
	}
	out := ""
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			if out != "" {
				out += ", "
			}
			out += name + " " + value
		}
	}
	return out
}

package sources

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// formView is the form of a source, new or to be changed.
type formView struct {
	layout.Page
	S      sources.Source
	Groups []tenant.Group // it may lie in
	Vars   string         // a line for each
}

// schedules are those offered by name; others are written as cron has them.
var schedules = []struct{ Value, Title string }{
	{"", "Only when asked"}, {"@hourly", "Every hour"}, {"@daily", "Every day"}, {"@weekly", "Every week"}, {"@monthly", "Every month"},
}

func offered(schedule string) bool {
	for _, s := range schedules {
		if s.Value == schedule {
			return true
		}
	}
	return false
}

func (p *Pages) newForm(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if who.Reach(tenant.Contribute).None() {
		return tenant.ErrForbidden
	}
	s := sources.Source{Kind: kindOf(r.URL.Query().Get("kind"))}
	if s.Kind == sources.Git {
		s.Schedule = "@daily"
	}
	return p.showForm(w, r, who, s, http.StatusOK, "")
}

func kindOf(name string) sources.Kind {
	for _, k := range sources.Kinds {
		if string(k) == name {
			return k
		}
	}
	return sources.Git
}

func (p *Pages) editForm(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	if err := who.Check(tenant.Contribute, s.Group); err != nil {
		return err
	}
	return p.showForm(w, r, who, s, http.StatusOK, "")
}

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, who tenant.Who, s sources.Source, status int, problem string) error {
	title := "New source"
	if s.ID != 0 {
		title = "Change " + s.Name
	}
	v := &formView{Page: page.Of(r, "sources", title), S: s, Vars: vars(s.Config.Vars)}
	v.Problem = problem
	reach := who.Reach(tenant.Contribute)
	for _, id := range who.Tree.Subtree(who.Tree.Root()) {
		if g, ok := who.Tree.Group(id); ok && reach.Has(id) {
			v.Groups = append(v.Groups, g)
		}
	}
	return page.Render(w, r, status, formPage(v))
}

// read takes a source from its form.
func read(r *http.Request, s *sources.Source) (credential string, err error) {
	f := page.ReadForm(r)
	s.Name, s.Group = f.Line("name", 200), f.Number("group")
	s.Schedule = f.Line("schedule", 100)
	if s.Schedule == "cron" {
		s.Schedule = f.Line("cron", 100)
	}
	if s.Kind == sources.Git {
		s.Config.URL, s.Config.Ref, s.Config.Path = f.Line("url", 2000), f.Line("ref", 250), f.Line("path", 1000)
		s.Config.User, s.Config.KnownHosts = f.Line("user", 200), f.Text("known_hosts", 20_000)
	}
	if s.Kind != sources.Push {
		s.Config.VarFiles, s.Config.Vars = f.Lines("var_files", 50), map[string]string{}
		for _, line := range f.Lines("vars", 50) {
			name, value, ok := strings.Cut(line, "=")
			if !ok {
				return "", fmt.Errorf("%w: a variable is written name=value, not %q", page.ErrInvalid, line)
			}
			s.Config.Vars[strings.TrimSpace(name)] = value
		}
	}
	return f.Text("credential", 20_000), f.Err()
}

func vars(m map[string]string) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, k+"="+m[k])
	}
	return strings.Join(lines, "\n")
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s := sources.Source{Kind: kindOf(page.ReadForm(r).Line("kind", 20))}
	credential, err := read(r, &s)
	var added sources.Source
	if err == nil {
		added, err = p.Sources.Add(r.Context(), who, s, credential)
	}
	if told, ok := page.Told(err); ok {
		return p.showForm(w, r, who, s, http.StatusUnprocessableEntity, told)
	} else if err != nil {
		return err
	}
	return page.Done(w, r, sourceURL(added.ID), "The source is there.")
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	s, err := p.known(r, who)
	if err != nil {
		return err
	}
	credential, err := read(r, &s)
	if err == nil {
		_, err = p.Sources.Change(r.Context(), who, s, credential)
	}
	if told, ok := page.Told(err); ok {
		return p.showForm(w, r, who, s, http.StatusUnprocessableEntity, told)
	} else if err != nil {
		return err
	}
	if page.ReadForm(r).Has("forget") && credential == "" {
		if err := p.Sources.ForgetCredential(r.Context(), who, s.ID); err != nil {
			return err
		}
	}
	return page.Done(w, r, sourceURL(s.ID), "The source is changed.")
}

// next is when a schedule is due, in words.
func next(s sources.Source, now time.Time) string {
	if s.NextRun.IsZero() {
		return ""
	}
	return layout.Ago(s.NextRun, now)
}

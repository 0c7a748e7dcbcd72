// Package layout is the frame of the console's pages and the parts they are
// made of. A page is a package beside it.
package layout

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Page is what the frame needs to know of a page.
type Page struct {
	Title   string // of the window, and the heading unless the page writes its own
	Place   string // id of the place in the rail: overview, assets, …
	Who     tenant.Who
	Org     string // name of the organisation
	Flash   string // one sentence about what was just done
	Problem string // one sentence about what went wrong
	Refresh int    // seconds after which the page asks again; 0 is never
}

// Place is an entry of the rail.
type Place struct {
	ID, Title, URL string
	Needs          tenant.Permission
}

// Places are the rail, top to bottom.
var Places = []Place{
	{"overview", "Overview", "/", tenant.Read},
	{"assets", "Assets", "/assets", tenant.Read},
	{"servers", "Servers", "/servers", tenant.Read},
	{"duties", "Duties", "/duties", tenant.Read},
	{"findings", "Findings", "/findings", tenant.Read},
	{"changes", "Changes", "/changes", tenant.Read},
	{"waivers", "Waivers", "/waivers", tenant.Read},
	{"sources", "Sources & jobs", "/sources", tenant.Read},
	{"catalogue", "Catalogue", "/catalogue", tenant.Read},
	{"settings", "Settings", "/settings", tenant.Read},
}

// Seen reports whether the actor may use the place somewhere.
func (p Place) Seen(w tenant.Who) bool { return w.Tree == nil || !w.Reach(p.Needs).None() }

// Number writes n with thin spaces between thousands.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return sign + s
}

// Ago says how long before now t was, as people say it.
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return "never"
	case d < 0:
		return "in " + span(-d)
	case d < time.Minute:
		return "just now"
	}
	return span(d) + " ago"
}

func span(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{365 * 24 * time.Hour, "year"}, {30 * 24 * time.Hour, "month"}, {24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int(d / u.unit); n == 1 {
			return "1 " + u.name
		} else if n > 1 {
			return strconv.Itoa(n) + " " + u.name + "s"
		}
	}
	return "less than a minute"
}

// Word is an id as a word: "business-unit" as "Business unit".
func Word(id string) string {
	s := strings.ReplaceAll(strings.ReplaceAll(id, "-", " "), "_", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Facet is one dimension a list is filtered by. Values that are chosen come
// even when nothing has them any more.
type Facet struct {
	Name    string // of the query parameter
	Title   string
	Options []Option
}

// Option is one value of a facet.
type Option struct {
	Value, Title string
	Count        int64 // negative: not counted
	Chosen       bool
}

// Chosen counts the values that are.
func (f Facet) Chosen() int {
	n := 0
	for _, o := range f.Options {
		if o.Chosen {
			n++
		}
	}
	return n
}

// Filters are the head of a list.
type Filters struct {
	Action string // URL of the list
	Query  string // free text
	Hint   string // what the text looks in; where it is empty nothing is searched
	Facets []Facet
	Hidden []Param // further parameters to keep
}

// Param is a query parameter.
type Param struct{ Name, Value string }

// Any reports whether anything is filtered.
func (f Filters) Any() bool {
	if f.Query != "" {
		return true
	}
	for _, facet := range f.Facets {
		if facet.Chosen() > 0 {
			return true
		}
	}
	return false
}

// Without is the URL of the request with one value of a parameter, or all of
// them where value is empty, taken out, and at its first page again.
func Without(r *http.Request, name, value string) string {
	q := r.URL.Query()
	kept := q[name]
	q.Del(name)
	for _, v := range kept {
		if value != "" && v != value {
			q.Add(name, v)
		}
	}
	q.Del("cursor")
	return join(r.URL.Path, q.Encode())
}

// With is the URL of the request with a parameter set.
func With(r *http.Request, name, value string) string {
	q := r.URL.Query()
	q.Set(name, value)
	if name != "cursor" {
		q.Del("cursor")
	}
	return join(r.URL.Path, q.Encode())
}

func join(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

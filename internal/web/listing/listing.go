// Package listing turns the address of a list into what the ledger is asked,
// and the ledger's counts into the facets above the list.
package listing

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/web/layout"
)

// None stands in an address for having no value, which the ledger writes as
// an empty one.
const None = "-"

// MaxText bounds what is searched for.
const MaxText = 200

// maxValues bounds the values chosen of one facet.
const maxValues = 100

// Values are those chosen of one facet, as the ledger writes them.
func Values(r *http.Request, name string) []string {
	var out []string
	for _, v := range r.URL.Query()[name] {
		if v == None {
			v = inventory.None
		} else if v == "" {
			continue
		}
		if len(out) < maxValues && len(v) <= 500 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Value is how a value stands in an address.
func Value(v string) string {
	if v == inventory.None {
		return None
	}
	return v
}

// Where reads the dimensions that every list has.
func Where(r *http.Request) inventory.Where {
	w := inventory.Where{
		Providers: Values(r, "provider"), Services: Values(r, "service"), Models: Values(r, "model"), Kinds: Values(r, "kind"),
		Accounts: Values(r, "account"), Regions: Values(r, "region"), Environments: Values(r, "environment"), Teams: Values(r, "team"),
	}
	for _, s := range Values(r, "source") {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			w.Sources = append(w.Sources, id)
		} else {
			w.Sources = append(w.Sources, -1) // what is no number is no source
		}
	}
	w.Group, _ = strconv.ParseInt(r.URL.Query().Get("group"), 10, 64)
	return w
}

// Text reads what is searched for.
func Text(r *http.Request) string {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	return strings.ToValidUTF8(q[:min(len(q), MaxText)], "")
}

// Paging reads which part of the list is asked for.
func Paging(r *http.Request) inventory.Paging {
	return inventory.Paging{Cursor: r.URL.Query().Get("cursor"), Limit: inventory.DefaultPage}
}

// Dimension is a facet: the name of its parameter, which is also that of the
// ledger's, and its title.
type Dimension struct{ Name, Title string }

// Facets are the dimensions of a list with what there is of each and what is
// chosen. A dimension with a single value that is not chosen is left out: it
// would narrow nothing.
func Facets(r *http.Request, have inventory.Facets, titles map[string]func(string) string, dims ...Dimension) []layout.Facet {
	var out []layout.Facet
	for _, d := range dims {
		chosen := Values(r, d.Name)
		f := layout.Facet{Name: d.Name, Title: d.Title}
		title := func(v inventory.Facet) string {
			if t := titles[d.Name]; t != nil && v.Value != "" {
				return t(v.Value)
			}
			if v.Value == "" {
				return "None"
			}
			return v.Title
		}
		for _, v := range have[d.Name] {
			f.Options = append(f.Options, layout.Option{Value: Value(v.Value), Title: title(v), Count: int64(v.Count), Chosen: slices.Contains(chosen, v.Value)})
		}
		for _, v := range chosen {
			if !slices.ContainsFunc(f.Options, func(o layout.Option) bool { return o.Value == Value(v) }) {
				f.Options = append(f.Options, layout.Option{Value: Value(v), Title: title(inventory.Facet{Value: v, Title: v}), Chosen: true})
			}
		}
		if len(f.Options) > 1 || f.Chosen() > 0 {
			out = append(out, f)
		}
	}
	return out
}

// Kept are parameters that a filter must not lose.
func Kept(r *http.Request, names ...string) []layout.Param {
	var out []layout.Param
	for _, n := range names {
		for _, v := range r.URL.Query()[n] {
			if v != "" {
				out = append(out, layout.Param{Name: n, Value: v})
			}
		}
	}
	return out
}

// ExportURL is where the list that the request asks for can be downloaded.
func ExportURL(r *http.Request, path, format string) string {
	q := url.Values{}
	for k, v := range r.URL.Query() {
		if k != "cursor" {
			q[k] = v
		}
	}
	if len(q) == 0 {
		return path + "." + format
	}
	return path + "." + format + "?" + q.Encode()
}

// sorted reports whether the list has the order; the first is the one of a
// list that asks for none.
func sorted(r *http.Request, id string, place int) bool {
	asked := r.URL.Query().Get("sort")
	return asked == id || asked == "" && place == 0
}

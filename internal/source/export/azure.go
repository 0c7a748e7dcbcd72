package export

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/inline"
)

// graph reads results of Azure Resource Graph: a query over the table of
// resources gives whole resources, unless it projects some of their columns.
type graph struct {
	// seen are the resources, by id in small letters, that may be written in
	// another and beside it.
	seen map[string]bool
}

func (graph) learn(map[string]any, int) {}
func (graph) rest() []*source.Resource  { return nil }

// graphOnly are columns that Resource Graph adds to a resource.
var graphOnly = map[string]bool{
	"subscriptionid": true, "resourcegroup": true, "tenantid": true, "managedby_": true, "systemdata": true, "count_": true,
	"subscriptionname": true, "subscriptiondisplayname": true, "aliases": true,
}

// spelled is how a resource's members are written where the query changed
// their case.
var spelled = func() map[string]string {
	m := map[string]string{}
	for _, s := range []string{
		"id", "type", "apiVersion", "name", "location", "tags", "sku", "kind", "identity", "properties", "plan", "zones", "managedBy", "extendedLocation",
	} {
		m[strings.ToLower(s)] = s
	}
	return m
}()

func (g graph) resources(rec map[string]any, _ int) ([]*source.Resource, string) {
	id, _ := rec["id"].(string)
	typ, _ := rec["type"].(string)
	if id == "" || typ == "" {
		return nil, "a resource has no id or no type; let the query give both"
	}
	r := &source.Resource{Dialect: estate.ARM, Type: typ, Address: id, Provider: "azure", Body: make(map[string]any, len(rec))}
	for k, v := range rec {
		lower := strings.ToLower(k)
		switch {
		case graphOnly[lower]:
		case spelled[lower] != "":
			r.Body[spelled[lower]] = v
		default:
			r.Body[k] = v
		}
	}
	r.Name, _ = r.Body["name"].(string)
	if r.Name == "" {
		r.Name = id[strings.LastIndexByte(id, '/')+1:]
		r.Body["name"] = r.Name
	}
	if v, ok := r.Body["properties"]; ok {
		if text, isText := v.(string); isText { // as tables in CSV or logs have it
			if m, ok := parseText(text).(map[string]any); ok {
				r.Body["properties"] = m
			}
		}
	}
	for k, v := range r.Body {
		r.Body[k] = lowerIDs(v)
	}
	_, whole := r.Body["properties"].(map[string]any)
	r.Partial = !whole
	location, _ := r.Body["location"].(string)
	r.Region = strings.ToLower(strings.ReplaceAll(location, " ", ""))
	r.Account, _ = rec["subscriptionId"].(string)
	if r.Account == "" {
		r.Account = after(id, "subscriptions")
	}
	r.Account = strings.ToLower(r.Account)
	// A child's parent is named in its id, and what it is called in there:
	// .../servers/srv/firewallRules/all.
	if parts := strings.Split(id, "/"); strings.Count(typ, "/") > 1 && len(parts) > 2 {
		r.Body["parent"] = lowerIDs(strings.Join(parts[:len(parts)-2], "/"))
		r.Body["label"] = parts[len(parts)-1]
	}
	if !g.first(r) {
		return nil, ""
	}
	return append([]*source.Resource{r}, g.unfold(r)...), ""
}

// first tells whether the file told of the resource for the first time. Only
// what may stand in another resource too is asked after.
func (g graph) first(r *source.Resource) bool {
	around, list := r.Type, ""
	if i := strings.LastIndexByte(r.Type, '/'); i >= 0 {
		around, list = r.Type[:i], r.Type[i+1:]
	}
	if !slices.ContainsFunc(inline.Children(around), func(l string) bool { return strings.EqualFold(l, list) }) {
		return true
	}
	id := strings.ToLower(r.Address)
	if g.seen[id] {
		return false
	}
	if len(g.seen) < maxKept {
		g.seen[id] = true
	}
	return true
}

// unfold makes resources of what is written in another resource, as the
// subnets of a network, and takes it out of that one. Where the members of a
// list have no names it stays as it is.
func (g graph) unfold(r *source.Resource) []*source.Resource {
	properties, _ := r.Body["properties"].(map[string]any)
	var out []*source.Resource
	for _, list := range inline.Children(r.Type) {
		written, _ := properties[list].([]any)
		members := make([]*source.Resource, 0, len(written))
		for _, v := range written {
			if m, ok := v.(map[string]any); ok {
				if name, _ := m["name"].(string); name != "" {
					members = append(members, member(r, list, name, m))
				}
			}
		}
		if len(members) < len(written) || len(written) == 0 {
			continue
		}
		delete(properties, list)
		for _, m := range members {
			if g.first(m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// member is a resource written in the list of another.
func member(around *source.Resource, list, name string, written map[string]any) *source.Resource {
	parent, _ := around.Body["id"].(string)
	id := around.Address + "/" + list + "/" + name
	r := &source.Resource{
		Dialect: around.Dialect, Type: around.Type + "/" + list, Address: id, Name: name, Provider: around.Provider,
		Account: around.Account, Region: around.Region, Body: make(map[string]any, len(written)+4),
	}
	maps.Copy(r.Body, written)
	r.Body["id"], r.Body["type"], r.Body["parent"], r.Body["label"] = lowerIDs(id), r.Type, parent, name
	_, whole := written["properties"].(map[string]any)
	r.Partial = !whole
	return r
}

// lowerIDs writes the ids of resources in small letters: Azure does not
// distinguish case in them, nor is it true to one, and what refers to a
// resource is to be the same text as the resource's own id.
func lowerIDs(v any) any {
	switch x := v.(type) {
	case string:
		if len(x) > len("/subscriptions/") && strings.EqualFold(x[:len("/subscriptions/")], "/subscriptions/") {
			return strings.ToLower(x)
		}
	case []any:
		for i, e := range x {
			x[i] = lowerIDs(e)
		}
	case map[string]any:
		for k, e := range x {
			x[k] = lowerIDs(e)
		}
	}
	return v
}

// after is the segment of an id behind the one of that name.
func after(id, name string) string {
	parts := strings.Split(id, "/")
	for i, p := range parts[:len(parts)-1] {
		if strings.EqualFold(p, name) {
			return parts[i+1]
		}
	}
	return ""
}

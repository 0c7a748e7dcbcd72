package export

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// graph reads results of Azure Resource Graph: a query over the table of
// resources gives whole resources, unless it projects some of their columns.
type graph struct{}

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

func (graph) resources(rec map[string]any, _ int) ([]*source.Resource, string) {
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
	// A child's parent is named in its id: .../servers/srv/firewallRules/all.
	if parts := strings.Split(id, "/"); strings.Count(typ, "/") > 1 && len(parts) > 2 {
		r.Body["parent"] = lowerIDs(strings.Join(parts[:len(parts)-2], "/"))
	}
	return []*source.Resource{r}, ""
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

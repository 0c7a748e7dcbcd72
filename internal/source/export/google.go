package export

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Known is what the files of Cloud Asset Inventory say of assets whose
// resource stands in another record or another file: an export holds either
// resources or one kind of policies. It also knows projects by their numbers.
type Known struct {
	extra     map[string]*policies // by asset
	resources map[string]bool      // assets whose resource is in the files
	kept      int                  // bytes
	hasIAM    bool                 // whether the files hold IAM policies at all
	projects  map[string]string    // number -> id
	clusters  map[string]bool      // clusters of which objects were yielded
}

// policies are those of one asset.
type policies struct {
	values            map[string]any
	typ, number, file string
}

func newKnown() *Known {
	return &Known{extra: map[string]*policies{}, resources: map[string]bool{}, projects: map[string]string{}, clusters: map[string]bool{}}
}

// inventory reads exports, lists and searches of Cloud Asset Inventory.
type inventory struct {
	known *Known
	file  string
}

// either is the value of a member that exports spell in one of two ways.
func either(rec map[string]any, names ...string) any {
	for _, n := range names {
		if v, ok := rec[n]; ok {
			return v
		}
	}
	return nil
}

// asset is what a record says of an asset.
type asset struct {
	name, typ string
	data      map[string]any // nil when the record holds no resource
	location  string
	extra     map[string]any
	partial   bool // data is a summary
	number    string
}

func assetOf(rec map[string]any) asset {
	a := asset{extra: map[string]any{}}
	a.name, _ = rec["name"].(string)
	if res, ok := rec["resource"].(string); ok && a.name == "" {
		a.name = res // a result of a search for policies
	}
	a.typ, _ = either(rec, "assetType", "asset_type").(string)
	if res, ok := rec["resource"].(map[string]any); ok {
		a.data, _ = res["data"].(map[string]any)
		a.location, _ = res["location"].(string)
	}
	if p := either(rec, "iamPolicy", "iam_policy", "policy"); p != nil {
		a.extra["iamPolicy"] = p
	}
	if p := either(rec, "orgPolicy", "org_policy"); p != nil {
		a.extra["orgPolicy"] = p
	}
	if a.data == nil && rec["resource"] == nil {
		a.search(rec)
	}
	a.number = projectNumber(rec)
	return a
}

// search reads a result of searchAllResources: the resource as its own API
// shows it, if the search was asked for that, else a summary.
func (a *asset) search(rec map[string]any) {
	versions, _ := either(rec, "versionedResources", "versioned_resources").([]any)
	for _, v := range versions {
		if m, ok := v.(map[string]any); ok {
			if res, ok := m["resource"].(map[string]any); ok {
				a.data = res
			}
		}
	}
	a.location, _ = rec["location"].(string)
	if a.data == nil && (rec["displayName"] != nil || rec["additionalAttributes"] != nil || rec["project"] != nil && rec["policy"] == nil) {
		a.data, a.partial = map[string]any{}, true
		if more, ok := rec["additionalAttributes"].(map[string]any); ok {
			maps.Copy(a.data, more)
		}
		if labels, ok := rec["labels"].(map[string]any); ok {
			a.data["labels"] = labels
		}
	}
}

func projectNumber(rec map[string]any) string {
	list, _ := rec["ancestors"].([]any)
	if p, ok := rec["project"].(string); ok {
		list = append(list, p)
	}
	for _, v := range list {
		s, _ := v.(string)
		if n, ok := strings.CutPrefix(s, "projects/"); ok {
			return n
		}
	}
	return ""
}

// projectIn is the project that an asset's name mentions.
func projectIn(name string) string {
	_, rest, ok := strings.Cut(name, "/projects/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func (v inventory) learn(rec map[string]any, _ int) { v.known.learn(rec, v.file) }

func (v *Known) learn(rec map[string]any, file string) {
	a := assetOf(rec)
	if a.name == "" {
		return
	}
	if _, ok := a.extra["iamPolicy"]; ok {
		v.hasIAM = true
	}
	if id := projectIn(a.name); id != "" && !isNumber(id) && isNumber(a.number) && len(v.projects) < maxKept {
		v.projects[a.number] = id
	}
	if id, ok := a.data["projectId"].(string); ok && isNumber(a.number) {
		v.projects[a.number] = id
	}
	if a.data != nil && len(v.resources) < maxKept {
		v.resources[a.name] = true
	}
	if a.data != nil || len(a.extra) == 0 {
		return
	}
	if v.kept += 64 + sizeOf(a.extra, 0); len(v.extra) >= maxKept || v.kept > maxKeptBytes {
		return // yielded by itself
	}
	have := v.extra[a.name]
	if have == nil {
		have = &policies{values: map[string]any{}, typ: a.typ, number: a.number, file: file}
		v.extra[a.name] = have
	}
	maps.Copy(have.values, a.extra)
}

// sizeOf estimates the bytes of a value.
func sizeOf(v any, depth int) int {
	n := 16
	switch x := v.(type) {
	case string:
		n += len(x)
	case []any:
		for _, e := range x {
			n += sizeOf(e, depth+1)
		}
	case map[string]any:
		for k, e := range x {
			n += 32 + len(k) + sizeOf(e, depth+1)
		}
	}
	return n
}

const noPolicies = "the export holds no IAM policies; export with --content-type=iam-policy as well"

func (v inventory) resources(rec map[string]any, _ int) ([]*source.Resource, string) {
	a := assetOf(rec)
	switch {
	case a.name == "":
		return nil, "an asset has no name"
	case a.data == nil && len(a.extra) > 0 && v.known.extra[a.name] != nil:
		return nil, "" // joined to its resource, or yielded at the end
	case a.data == nil && len(a.extra) == 0:
		return nil, "" // relations, inventories of systems and the like
	case a.typ == "" && a.data != nil:
		return nil, "an asset has no type"
	}
	if more := v.known.extra[a.name]; more != nil {
		for k, x := range more.values {
			if _, ok := a.extra[k]; !ok {
				a.extra[k] = x
			}
		}
	}
	if cluster, ok := clusterOf(a); ok {
		return v.object(a, cluster), ""
	}
	return []*source.Resource{v.made(a)}, ""
}

func (v inventory) made(a asset) *source.Resource {
	r := &source.Resource{
		Dialect: estate.AssetInventory, Type: a.typ, Address: a.name, Provider: "google",
		Body: make(map[string]any, len(a.data)+1), Partial: a.partial || a.data == nil, Region: a.location,
	}
	maps.Copy(r.Body, a.data)
	maps.Copy(r.Body, a.extra)
	if _, ok := r.Body["iamPolicy"]; !ok && !v.known.hasIAM {
		r.Body["iamPolicy"] = &source.Unknown{Reason: noPolicies}
	}
	if name, ok := r.Body["name"].(string); ok {
		r.Name = name[strings.LastIndexByte(name, '/')+1:]
	} else {
		r.Name = a.name[strings.LastIndexByte(a.name, '/')+1:]
	}
	r.Account = a.number
	if id := v.known.projects[a.number]; id != "" {
		r.Account = id
	}
	if r.Account == "" {
		r.Account = projectIn(a.name)
	}
	return r
}

// rest yields the policies of assets whose resource is in none of the files.
func (v inventory) rest() []*source.Resource {
	var out []*source.Resource
	for _, name := range slices.Sorted(maps.Keys(v.known.extra)) {
		p := v.known.extra[name]
		if p.file == v.file && p.typ != "" && !v.known.resources[name] {
			out = append(out, v.made(asset{name: name, typ: p.typ, extra: p.values, number: p.number}))
		}
	}
	return out
}

package normalise

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// heldOfAzure is the resource of Azure Resource Manager that the azapi provider
// writes: its type stands in an argument, its properties in the body, an object
// or JSON text, and what all resources have in arguments beside it.
func heldOfAzure(r *source.Resource) *source.Resource {
	native := typeOfAzure(r.Body["type"])
	if native == "" {
		return r
	}
	body := map[string]any{}
	switch x := r.Body["body"].(type) {
	case nil:
	case map[string]any:
		maps.Copy(body, x)
	case *source.Unknown, string:
		m, ok := expr.JSONText(x)
		if !ok {
			return openOfAzure(r, native)
		}
		maps.Copy(body, m)
	default:
		return openOfAzure(r, native)
	}
	return besideOfAzure(r, native, body)
}

// typeOfAzure is the type in type@version, of which the version may be open; or
// "" where it is not known.
func typeOfAzure(written any) string {
	text, _ := written.(string)
	if u, ok := written.(*source.Unknown); ok {
		text = u.Text
		if !strings.Contains(text, "@") {
			return "" // what follows may belong to the type
		}
	}
	native, _, _ := strings.Cut(text, "@")
	if !strings.Contains(native, "/") || strings.Contains(native, source.HoleOpen) {
		return ""
	}
	return native
}

// openOfAzure is a resource whose body is not known.
func openOfAzure(r *source.Resource, native string) *source.Resource {
	out := besideOfAzure(r, native, map[string]any{})
	out.Partial = true
	return out
}

// besideOfAzure adds what stands beside the body.
func besideOfAzure(r *source.Resource, native string, body map[string]any) *source.Resource {
	out := *r
	out.Type, out.Body, out.Set = native, body, nil
	out.Lines, out.Refs, out.Names = map[string]int{}, map[string][]source.Ref{}, map[string]string{}
	move := func(argument, property string) {
		if v, ok := r.Body[argument]; ok && v != nil {
			body[property] = v
		}
		carry(r, &out, argument, property)
	}
	carry(r, &out, "body", "")
	for _, name := range []string{"name", "location", "tags"} {
		move(name, name)
	}
	if r.Type == updateOfAzure {
		out.Partial, out.PartialWhy = true, "azapi_update_resource changes a resource that is written elsewhere"
		identifyUpdated(r, &out, body)
	}
	if strings.Count(native, "/") > 1 {
		move("parent_id", "parent")
		if name, ok := r.Body["name"].(string); ok {
			body["label"] = name // as the reader of templates adds it
		}
	} else {
		move("parent_id", "scope") // of what extends another resource
	}
	if identity, ok := single(r.Body["identity"]); ok {
		own := map[string]any{"type": identity["type"]}
		if ids := texts(identity["identity_ids"]); len(ids) > 0 {
			assigned := make(map[string]any, len(ids))
			for _, id := range ids {
				assigned[id] = map[string]any{}
			}
			own["userAssignedIdentities"] = assigned
		}
		body["identity"] = own
		carry(r, &out, "identity.type", "identity.type")
		carry(r, &out, "identity.identity_ids", "identity.userAssignedIdentities")
	}
	return &out
}

// carry takes along the lines and references of an argument, and of what is
// below it, under the name of the property it stands for.
func carry(r, out *source.Resource, argument, property string) {
	under := func(p string) (string, bool) {
		if p == argument {
			return property, property != ""
		}
		inner, ok := strings.CutPrefix(p, argument+".")
		return join(property, inner), ok
	}
	for p, line := range r.Lines {
		if inner, ok := under(p); ok {
			out.Lines[inner], out.Names[inner] = line, p
		}
	}
	for p, refs := range r.Refs {
		if inner, ok := under(p); ok {
			out.Refs[inner] = append(out.Refs[inner], refs...)
		}
	}
}

// updateOfAzure is the type of Terraform that changes some of what another
// resource, perhaps not of this configuration, is set to.
const updateOfAzure = "azapi_update_resource"

// identifyUpdated says which resource is changed where that is named by its id
// rather than by name and parent. Segments of the id alternate between types
// and names.
func identifyUpdated(r, out *source.Resource, body map[string]any) {
	id, _ := r.Body["resource_id"].(string)
	if u, ok := r.Body["resource_id"].(*source.Unknown); ok {
		id = u.Text
	}
	carry(r, out, "resource_id", "id")
	carry(r, out, "resource_id", "parent")
	segments := strings.Split(strings.Trim(id, "/"), "/")
	if name := segments[len(segments)-1]; len(segments) > 2 && !strings.Contains(name, source.HoleOpen) {
		body["name"], body["label"] = name, name
		if parent := strings.Join(segments[:len(segments)-2], "/"); !strings.Contains(parent, source.HoleOpen) {
			body["parent"] = "/" + parent
		}
	}
}

// update takes what changes an asset that another resource makes: it is laid
// over it as a part is, in place of what is said there. Where the asset is not
// in the sources, the rest of it is not known.
func (n *Normaliser) update(r *source.Resource, t *catalogue.AssetType) {
	written, ms := r, n.mapper.compile(n.mapper.ofAsset(t))
	if ms.translator != nil {
		r = ms.translator.translate(r)
	}
	p := pendingPart{
		spec: &catalogue.PartType{Type: t.Type, Service: t.Service, Of: []string{t.Means}}, asset: n.shell(r, t), replaces: true,
		refs: written.Refs["id"], comments: commentsOf(r),
	}
	if name, ok := written.Body["name"].(string); ok {
		p.asset.Name, p.values = name, []string{name}
	}
	at := p.asset.Location
	p.asset.SetFacts(n.changes(n.facts(r, written, ms, &at), written, ms))
	n.link(p.asset, r, t.Relations, &p.links)
	if t.Twin != nil {
		n.link(p.asset, written, t.Twin.Relations, &p.links)
	}
	n.parts = append(n.parts, p)
}

// changes are the facts that an update says beyond what one that writes nothing
// would.
func (n *Normaliser) changes(fs []estate.Fact, written *source.Resource, ms *mappings) []estate.Fact {
	nothing := *written
	nothing.Body = map[string]any{}
	for _, k := range []string{"name", "label", "parent", "scope"} {
		if v, ok := written.Body[k]; ok {
			nothing.Body[k] = v
		}
	}
	r := &nothing
	if ms.translator != nil {
		r = ms.translator.translate(r)
	}
	fs = slices.Clone(fs)
	unwritten := map[string]estate.Fact{}
	for _, f := range n.facts(r, &nothing, ms, &written.Location) {
		unwritten[f.Name] = f
	}
	return slices.DeleteFunc(fs, func(f estate.Fact) bool {
		u, has := unwritten[f.Name]
		return has && f.Unknown == u.Unknown && reflect.DeepEqual(f.Value, u.Value)
	})
}

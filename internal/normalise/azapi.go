package normalise

import (
	"maps"
	"strings"

	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// heldOfAzure is the resource of Azure Resource Manager that the azapi provider
// writes: its type stands in an argument, its properties in the body, an object
// or JSON text, and what all resources have in arguments beside it.
func heldOfAzure(r *source.Resource) *source.Resource {
	written, _ := r.Body["type"].(string)
	native, _, _ := strings.Cut(written, "@")
	if !strings.Contains(native, "/") {
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

package arm

import (
	"maps"
	"reflect"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// place is what tells a resource from all others: two declarations of one
// place are one resource, deployed again.
type place struct{ key, subscription, group string }

// placeOf is the place of an instance. The result is false where it is not
// certain.
func placeOf(i *instance) (place, bool) {
	d := i.decl
	if d.existing || d.isDeployment() || d.node.get("scope") != nil {
		return place{}, false
	}
	for s := d.scope; s != nil; s = s.outer {
		if s.elsewhere {
			return place{}, false
		}
	}
	p := place{keyOf(i.typ, textOf(i.name)), textOf(d.scope.subscription), textOf(d.scope.group)}
	return p, sameEverywhere(p.key) && sameEverywhere(p.subscription) && sameEverywhere(p.group)
}

// sameEverywhere tells whether a text with holes means the same wherever it
// stands. Parameters of a deployment, the turns of a loop and the time do not,
// nor does what was cut short.
func sameEverywhere(text string) bool {
	for {
		_, hole, ok := strings.Cut(text, source.HoleOpen)
		if !ok {
			return true
		}
		hole, text, _ = strings.Cut(hole, source.HoleClose)
		hole = strings.ToLower(hole)
		for _, varies := range []string{"/", "copyindex(", "utcnow(", "newguid(", "…"} {
			if strings.Contains(hole, varies) {
				return false
			}
		}
	}
}

// deployedBefore finds the instance that this one deploys again, from another
// template, or remembers this one. Within one template Azure refuses to deploy
// a resource twice: there, conditions make one of the two.
func (e *evaluator) deployedBefore(i *instance) *instance {
	p, certain := placeOf(i)
	if !certain {
		return nil
	}
	first := e.placed[p]
	switch {
	case first == nil:
		e.placed[p] = i
		return nil
	case first.decl.scope == i.decl.scope || first.perhaps > i.perhaps:
		return nil
	}
	return first
}

// disagreed is what two deployments of a resource say differently.
var disagreed = &source.Unknown{Reason: "the resource is deployed twice, with another value each time; which stays depends on the order"}

// agree makes one of two readings of a resource: what both say is known, what
// one says is not, for whichever is deployed last replaces the other.
func agree(r, other *source.Resource) {
	for name := range other.Set {
		r.Set[name] = true
	}
	for _, name := range []string{"apiVersion", "parent", "scope", "label", "type", "name"} {
		if v, ok := r.Body[name]; ok {
			other.Body[name] = v
		}
	}
	r.Body, _ = common(r.Body, other.Body).(map[string]any)
	for path, refs := range other.Refs {
		for _, ref := range refs {
			(&converter{r: r}).addRef(path, ref)
		}
	}
	if other.Location.File != r.Location.File {
		return // lines count in one file
	}
	lines := maps.Clone(other.Lines)
	maps.Copy(lines, r.Lines)
	r.Lines = lines
	r.Comments = append(r.Comments, other.Comments...)
}

func common(a, b any) any {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			return commonMembers(x, y)
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			out := make([]any, len(x))
			for i := range x {
				out[i] = common(x[i], y[i])
			}
			return out
		}
	}
	if reflect.DeepEqual(a, b) {
		return a
	}
	return disagreed
}

func commonMembers(x, y map[string]any) map[string]any {
	out := make(map[string]any, len(x))
	for k, v := range x {
		out[k] = common(v, y[k])
	}
	for k, v := range y {
		if _, has := x[k]; !has {
			out[k] = common(nil, v)
		}
	}
	return out
}

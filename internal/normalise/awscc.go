package normalise

import (
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/source"
)

// controlled begins the types of Terraform's awscc provider, which are
// CloudFormation's, with their properties in snake case.
const controlled = "awscc_"

// heldOfCloudControl is the resource of CloudFormation that the awscc provider
// manages, or the resource itself where the catalogue does not know its type.
func (n *Normaliser) heldOfCloudControl(r *source.Resource) *source.Resource {
	native := n.mapper.cat.Canonical(r.Type)
	if native == r.Type {
		return r
	}
	v := n.propertyNames(native)
	out := *r
	out.Type, out.Set, out.Lines = native, nil, map[string]int{}
	out.Body, _ = v.value(r.Body, "", 0).(map[string]any)
	if out.Body == nil {
		out.Body = map[string]any{}
	}
	if r.Set != nil {
		out.Set = make(map[string]bool, len(r.Set))
		for name, set := range r.Set {
			out.Set[v.path(name)] = set
		}
	}
	for p, line := range r.Lines {
		out.Lines[v.path(p)] = line
	}
	if r.Refs != nil {
		out.Refs = make(map[string][]source.Ref, len(r.Refs))
		for p, refs := range r.Refs {
			out.Refs[v.path(p)] = refs
		}
	}
	if tags := tagsOf(out.Body["Tags"]); tags != nil {
		out.Body["tags"] = tags // as the reader of templates adds them
	}
	for _, beside := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
		out.Body[beside] = &source.Unknown{Reason: "only a template says what becomes of it when it is deleted"}
	}
	out.Called = v.argument
	return &out
}

// propertyNames are the names of a type's properties.
type propertyNames struct {
	known    map[string]string // without what spellings differ in -> as CloudFormation spells it
	verbatim map[string]bool
}

// propertyNames gathers the spellings that the catalogue shows of a type. What
// it does not name is regular.
func (n *Normaliser) propertyNames(native string) *propertyNames {
	if v := n.spellings[native]; v != nil {
		return v
	}
	v := &propertyNames{known: map[string]string{}, verbatim: map[string]bool{}}
	note := func(texts ...string) {
		for _, text := range texts {
			for _, word := range propertyWord.FindAllString(text, -1) {
				v.known[catalogue.Folded(word)] = word
			}
		}
	}
	mappings := func(facts map[string]*catalogue.Mapping) {
		for _, m := range facts {
			note(m.From...)
			note(m.Policy...)
			note(m.Secrets...)
			note(m.CEL, m.When)
		}
	}
	relations := func(of map[string]catalogue.Paths) {
		for _, paths := range of {
			note(paths...)
		}
	}
	var twin *catalogue.Twin
	if a := n.mapper.cat.Asset(native); a != nil {
		if twin = a.Twin; twin == nil {
			mappings(a.Facts)
			relations(a.Relations)
			note(a.Identity...)
		}
	} else if p := n.mapper.cat.Part(native); p != nil {
		if twin = p.Twin; twin == nil {
			mappings(p.Facts)
			relations(p.Relations)
			note(p.By...)
		}
	}
	if twin != nil {
		for name := range twin.Names {
			note(name)
		}
		for _, p := range twin.Verbatim {
			note(p)
			v.verbatim[p] = true
		}
		mappings(twin.Set)
		mappings(twin.Facts)
		relations(twin.Relations)
	}
	if n.spellings == nil {
		n.spellings = map[string]*propertyNames{}
	}
	n.spellings[native] = v
	return v
}

// propertyWord matches what may be the name of a property.
var propertyWord = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]+`)

// word spells one name as CloudFormation does.
func (v *propertyNames) word(name string) string {
	if known, ok := v.known[catalogue.Folded(name)]; ok {
		return known
	}
	camel := catalogue.Camel(name)
	if camel == "" {
		return camel
	}
	return strings.ToUpper(camel[:1]) + camel[1:]
}

// path spells a path, up to where the keys are data.
func (v *propertyNames) path(argument string) string {
	out, data := "", false
	for segment := range strings.SplitSeq(argument, ".") {
		if !data {
			segment = v.word(segment)
		}
		out = join(out, segment)
		data = data || v.verbatim[out]
	}
	return out
}

// argument is what the provider calls a property.
func (v *propertyNames) argument(property string) string {
	segments := strings.Split(property, ".")
	for i, s := range segments {
		segments[i] = catalogue.Snake(s)
	}
	return strings.Join(segments, ".")
}

// value spells the names within a value that stands at the path.
func (v *propertyNames) value(x any, at string, depth int) any {
	if depth > deepest {
		return nil
	}
	switch x := x.(type) {
	case map[string]any:
		if v.verbatim[at] {
			return x
		}
		out := make(map[string]any, len(x))
		for name, e := range x {
			if e == nil {
				continue // what the provider computes or leaves out
			}
			name = v.word(name)
			out[name] = v.value(e, join(at, name), depth+1)
		}
		return out
	case []any:
		out := make([]any, 0, len(x))
		for _, e := range x {
			out = append(out, v.value(e, at, depth+1))
		}
		return out
	}
	return x
}

// tagsOf makes a map of a list of keys and values, nil where it is none.
func tagsOf(v any) map[string]any {
	list, _ := v.([]any)
	out := make(map[string]any, len(list))
	for _, e := range list {
		m, _ := e.(map[string]any)
		if key, ok := m["Key"].(string); ok {
			out[key] = m["Value"]
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

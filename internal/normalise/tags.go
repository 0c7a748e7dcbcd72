package normalise

import (
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

func (n *Normaliser) tags(body map[string]any) map[string]string {
	var out map[string]string
	for _, name := range []string{"effective_labels", "labels", "tags_all", "tags"} {
		m, _ := body[name].(map[string]any)
		for k, v := range m {
			if s, ok := v.(string); ok {
				if out == nil {
					out = make(map[string]string, len(m))
				}
				out[n.intern(k)] = n.intern(s)
			}
		}
	}
	if l, ok := body["tag"].([]any); ok { // autoscaling groups write tags as blocks
		for _, e := range l {
			block, _ := e.(map[string]any)
			k, _ := block["key"].(string)
			v, isString := block["value"].(string)
			if k != "" && isString {
				if out == nil {
					out = map[string]string{}
				}
				out[n.intern(k)] = n.intern(v)
			}
		}
	}
	return out
}

// scanTags looks for credentials in the asset's tags, takes them out, and adds
// what it found to the asset's plaintext_secrets.
func (n *Normaliser) scanTags(a *estate.Asset, r *source.Resource) {
	if n.mapper.scan == nil {
		return
	}
	var found []string
	for _, k := range slices.Sorted(maps.Keys(a.Tags)) {
		places, seen := n.tagged[[2]string{k, a.Tags[k]}]
		if !seen {
			places = n.mapper.scan("tags."+k, a.Tags[k])
			n.tagged[[2]string{k, a.Tags[k]}] = places
		}
		if len(places) > 0 {
			found = append(found, places...)
			a.Tags[k] = "(redacted)"
		}
	}
	f, ok := a.Fact(catalogue.SecretsFact)
	switch {
	case len(found) > 0 && (!ok || !f.Known()):
		f = estate.Fact{Name: catalogue.SecretsFact, Value: found}
	case len(found) > 0:
		f.Value = slices.Concat(f.Value.([]string), found)
	case ok:
		return
	default:
		f = estate.Fact{Name: catalogue.SecretsFact, Value: []string{}}
	}
	if f.Origin.Attribute == "" {
		f.Origin = estate.Origin{How: estate.Set, Address: r.Address, Attribute: "tags", At: locate(r, "tags", &a.Location)}
	}
	a.SetFact(f)
}

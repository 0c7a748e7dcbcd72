package kubernetes

import (
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// labels are those an asset is picked by, or why they are not known.
func labels(a *estate.Asset) (map[string]any, string) {
	f, ok := a.Fact("labels")
	if !ok {
		return nil, ""
	}
	return onlyObject(f)
}

// onlyObject is the one object of a list fact.
func onlyObject(f estate.Fact) (map[string]any, string) {
	if !f.Known() {
		return nil, f.Unknown
	}
	list, _ := f.Value.([]any)
	if len(list) == 0 {
		return nil, ""
	}
	switch x := list[0].(type) {
	case map[string]any:
		return x, ""
	case *source.Unknown:
		return nil, x.Reason
	}
	return nil, ""
}

// matches tells whether a selector picks something of these labels. An empty
// selector picks everything.
func matches(selector, labels map[string]any) tri.Bool {
	out := tri.True
	for key, want := range members(selector["matchLabels"]) {
		out = tri.And(out, equal(labels, key, want))
	}
	for _, name := range []string{"matchLabels", "matchExpressions"} {
		if u, ok := selector[name].(*source.Unknown); ok {
			out = tri.And(out, tri.Unknown(u.Reason))
		}
	}
	for _, e := range list(selector["matchExpressions"]) {
		out = tri.And(out, expression(e, labels))
	}
	return out
}

// expression is one condition of a selector.
func expression(e any, labels map[string]any) tri.Bool {
	x, ok := e.(map[string]any)
	if !ok {
		return tri.Unknown("a condition of the selector is not known")
	}
	key, _ := x["key"].(string)
	operator, _ := x["operator"].(string)
	_, has := labels[key]
	among := tri.False
	for _, v := range list(x["values"]) {
		among = tri.Or(among, equal(labels, key, v))
	}
	if u, ok := x["values"].(*source.Unknown); ok {
		among = tri.Unknown(u.Reason)
	}
	switch operator {
	case "In":
		return among
	case "NotIn":
		return among.Not()
	case "Exists":
		return tri.Of(has)
	case "DoesNotExist":
		return tri.Of(!has)
	}
	return tri.Unknown("the selector's operator is not known")
}

func equal(labels map[string]any, key string, want any) tri.Bool {
	have, ok := labels[key]
	if !ok {
		return tri.False
	}
	for _, v := range []any{have, want} {
		if u, open := v.(*source.Unknown); open {
			return tri.Unknown(u.Reason)
		}
	}
	return tri.Of(have == want)
}

func members(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	switch x := v.(type) {
	case []any:
		return x
	case map[string]any: // a single block of another dialect
		return []any{x}
	}
	return nil
}

// selectors are the assets of one space that select by labels. Those that ask
// for a certain label are found by it, so that many of them cost no more than
// those that pick something.
type selectors struct {
	byLabel map[pair][]selecting
	rest    []selecting // pick by less than one label's value
}

type pair struct {
	key   string
	value any
}

type selecting struct {
	*estate.Asset
	selector map[string]any
	// namespaces is what a selector of a network plugin asks of the namespace.
	namespaces map[string]any
	open       string // why the selector is not known
}

// bySpace indexes the assets by their spaces.
func bySpace(assets []*estate.Asset) map[space]*selectors {
	out := map[space]*selectors{}
	for _, a := range assets {
		f, ok := a.Fact("pod_selector")
		if !ok {
			continue
		}
		if l, isList := f.Value.([]any); f.Known() && isList && len(l) == 0 {
			continue // selects nothing
		}
		s := spaceOf(a)
		if out[s] == nil {
			out[s] = &selectors{byLabel: map[pair][]selecting{}}
		}
		out[s].add(selectingBy(a, f))
	}
	return out
}

// selectingBy is the asset with its selector in the form of the fact.
func selectingBy(a *estate.Asset, f estate.Fact) selecting {
	x := selecting{Asset: a}
	x.selector, x.open = onlyObject(f)
	if x.open == "" {
		x.selector, x.namespaces, x.open = plain(x.selector)
	}
	return x
}

func (s *selectors) add(x selecting) {
	required := members(x.selector["matchLabels"])
	for _, key := range slices.Sorted(maps.Keys(required)) {
		if value, ok := required[key].(string); ok {
			p := pair{key, value}
			s.byLabel[p] = append(s.byLabel[p], x)
			return
		}
	}
	s.rest = append(s.rest, x)
}

// picking yields the assets that pick the workload, or perhaps do.
func (s *selectors) picking(a *estate.Asset, yield func(by *estate.Asset, picks tri.Bool)) {
	s.selecting(a, func(x selecting, picks tri.Bool) { yield(x.Asset, picks) })
}

// selecting is picking, with the selectors.
func (s *selectors) selecting(a *estate.Asset, yield func(by selecting, picks tri.Bool)) {
	if s == nil {
		return
	}
	own, why := labels(a)
	try := func(x selecting) {
		picks := tri.Unknown(x.open)
		switch {
		case x.open != "":
		case why != "" && len(x.selector) > 0:
			picks = tri.Unknown(why)
		default:
			picks = matches(x.selector, own)
		}
		if !picks.IsFalse() {
			yield(x, picks)
		}
	}
	open := why != ""
	for key, value := range own {
		if _, known := value.(string); !known {
			open = true
			continue
		}
		for _, x := range s.byLabel[pair{key, value}] {
			try(x)
		}
	}
	if open { // a label that is not known may be any
		for p, xs := range s.byLabel {
			if v, ok := own[p.key]; why == "" && (!ok || isText(v)) {
				continue
			}
			for _, x := range xs {
				try(x)
			}
		}
	}
	for _, x := range s.rest {
		try(x)
	}
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

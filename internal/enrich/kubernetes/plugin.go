package kubernetes

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// clusterPolicies are the network policies that hold in several namespaces.
type clusterPolicies struct {
	world *world
	*selectors
	namespaces map[*estate.Asset]selecting // what each asks of namespaces
	many       string                      // why they are not judged, where there are too many
}

// maxClusterPolicies bounds the policies of a cluster that are held against
// each of its workloads.
const maxClusterPolicies = 500

// wide indexes the policies of clusters.
func (w *world) wide(policies []*estate.Asset) map[*estate.Asset]*clusterPolicies {
	out := map[*estate.Asset]*clusterPolicies{}
	for _, p := range policies {
		account := derive.Account(p)
		c := out[account]
		if c == nil {
			c = &clusterPolicies{world: w, selectors: &selectors{byLabel: map[pair][]selecting{}}, namespaces: map[*estate.Asset]selecting{}}
			out[account] = c
		}
		f, _ := p.Fact("pod_selector")
		if l, isList := f.Value.([]any); f.Known() && isList && len(l) == 0 {
			continue // of nodes
		}
		if len(c.namespaces) == maxClusterPolicies {
			c.many = fmt.Sprintf("the cluster has more than %d policies for several namespaces", maxClusterPolicies)
			continue
		}
		x := selectingBy(p, f)
		ns := selecting{Asset: p, selector: x.namespaces}
		if f, ok := p.Fact("namespace_selector"); ok {
			ns = selectingBy(p, f)
		}
		c.namespaces[p] = ns
		c.add(x)
	}
	return out
}

// picking yields the policies of the cluster that pick the workload, or
// perhaps do.
func (c *clusterPolicies) picking(a *estate.Asset, yield func(p *estate.Asset, picks tri.Bool)) {
	if c == nil {
		return
	}
	c.selectors.picking(a, func(p *estate.Asset, picks tri.Bool) {
		ns := c.namespaces[p]
		in := tri.Unknown(ns.open)
		switch {
		case c.many != "":
			in = tri.Unknown(c.many)
		case ns.open == "":
			in = c.world.within(a, ns.selector)
		}
		if picks = tri.And(picks, in); !picks.IsFalse() {
			yield(p, picks)
		}
	})
}

// shuts tells whether a policy of the cluster shuts the whole namespace.
func (c *clusterPolicies) shuts(ns *estate.Asset) tri.Bool {
	out := tri.False
	if c == nil {
		return out
	}
	for _, x := range c.rest {
		if x.open != "" || len(members(x.selector["matchLabels"])) > 0 || len(list(x.selector["matchExpressions"])) > 0 {
			continue // of some pods only, if any
		}
		of := c.namespaces[x.Asset]
		in := tri.Unknown(of.open)
		if of.open == "" {
			in = matches(of.selector, namespaceLabels(ns, ns.Name))
		}
		out = tri.Or(out, tri.And(in, shuts(x.Asset, "Ingress"), admits(x.Asset).Not()))
	}
	return out
}

// within tells whether the workload's namespace is one that the selector picks.
func (w *world) within(a *estate.Asset, selector map[string]any) tri.Bool {
	if len(selector) == 0 {
		return tri.True
	}
	name := derive.Text(a, "namespace")
	if name == "" {
		return tri.Unknown("its namespace is not written")
	}
	ns := w.find(a, "Namespace", "", name)
	if ns == nil && asksMore(selector) {
		return tri.Unknown("the labels of the namespace " + name + " are not in the sources")
	}
	return matches(selector, namespaceLabels(ns, name))
}

// nameLabels are labels that every namespace has, with its name.
var nameLabels = []string{"kubernetes.io/metadata.name", "projectcalico.org/name"}

func namespaceLabels(ns *estate.Asset, name string) map[string]any {
	out := map[string]any{}
	if ns != nil {
		own, _ := labels(ns)
		maps.Copy(out, own)
	}
	for _, l := range nameLabels {
		out[l] = name
	}
	return out
}

// asksMore tells whether a selector asks for more than a namespace's name.
func asksMore(selector map[string]any) bool {
	isName := func(key string) bool { return key == nameLabels[0] || key == nameLabels[1] }
	for key := range members(selector["matchLabels"]) {
		if !isName(key) {
			return true
		}
	}
	for _, e := range list(selector["matchExpressions"]) {
		if key, _ := members(e)["key"].(string); !isName(key) {
			return true
		}
	}
	return false
}

// plain brings the selector of a network plugin into Kubernetes' own form: what
// it asks of pods, and what of their namespace. open says why it cannot be.
func plain(selector map[string]any) (pods, namespaces map[string]any, open string) {
	if text, ok := selector["expression"].(string); ok {
		pods, open = calico(text)
		return pods, nil, open
	}
	if v, has := selector["expression"]; has && v != nil {
		return nil, nil, "the selector is not known"
	}
	pods, namespaces = map[string]any{}, map[string]any{}
	for _, part := range []string{"matchLabels", "matchExpressions"} {
		switch x := selector[part].(type) {
		case nil:
		case map[string]any:
			for key, v := range x {
				into, key := cilium(key, pods, namespaces)
				m := members(into[part])
				if m == nil {
					m = map[string]any{}
					into[part] = m
				}
				m[key] = v
			}
		case []any:
			for _, e := range x {
				m := members(e)
				written, _ := m["key"].(string)
				into, key := cilium(written, pods, namespaces)
				if m != nil {
					e = map[string]any{"key": key, "operator": m["operator"], "values": m["values"]}
				}
				into[part] = append(list(into[part]), e)
			}
		default:
			pods[part] = x
		}
	}
	return pods, namespaces, ""
}

// cilium takes the source of a label off its key, and tells what it is of.
func cilium(key string, pods, namespaces map[string]any) (map[string]any, string) {
	for _, source := range []string{"k8s:", "any:"} {
		key = strings.TrimPrefix(key, source)
	}
	if key == "io.kubernetes.pod.namespace" {
		return namespaces, nameLabels[0]
	}
	if label, ok := strings.CutPrefix(key, "io.cilium.k8s.namespace.labels."); ok {
		return namespaces, label
	}
	return pods, key
}

var (
	comparison = regexp.MustCompile(`^([\w./-]+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)")$`)
	membership = regexp.MustCompile(`^([\w./-]+)\s+(not\s+)?in\s*\{([^}]*)\}$`)
	presence   = regexp.MustCompile(`^(!?)\s*has\(\s*([\w./-]+)\s*\)$`)
)

// calico reads the selectors of Calico that are conditions joined by &&.
func calico(text string) (selector map[string]any, open string) {
	text = strings.TrimSpace(text)
	if text == "" || text == "all()" || text == "global()" {
		return map[string]any{}, ""
	}
	equal := map[string]any{}
	var more []any
	if len(text) > 4096 {
		return nil, "the selector is too long to be read"
	}
	for condition := range strings.SplitSeq(text, "&&") {
		condition = strings.TrimSpace(condition)
		if m := comparison.FindStringSubmatch(condition); m != nil {
			value := m[3] + m[4]
			if _, twice := equal[m[1]]; m[2] == "==" && !twice {
				equal[m[1]] = value
				continue
			}
			operator := map[string]string{"==": "In", "!=": "NotIn"}[m[2]]
			more = append(more, map[string]any{"key": m[1], "operator": operator, "values": []any{value}})
			continue
		}
		if m := membership.FindStringSubmatch(condition); m != nil {
			var values []any
			for v := range strings.SplitSeq(m[3], ",") {
				values = append(values, strings.Trim(strings.TrimSpace(v), `'"`))
			}
			operator := "In"
			if m[2] != "" {
				operator = "NotIn"
			}
			more = append(more, map[string]any{"key": m[1], "operator": operator, "values": values})
			continue
		}
		if m := presence.FindStringSubmatch(condition); m != nil {
			operator := "Exists"
			if m[1] != "" {
				operator = "DoesNotExist"
			}
			more = append(more, map[string]any{"key": m[2], "operator": operator})
			continue
		}
		return nil, "the selector of the network plugin is not read: " + condition
	}
	selector = map[string]any{"matchLabels": equal}
	if more != nil {
		selector["matchExpressions"] = more
	}
	return selector, ""
}

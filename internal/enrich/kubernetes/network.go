package kubernetes

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// reach tells which workloads the internet reaches, through the services that
// pick them.
func (w *world) reach() {
	fronted := w.fronted()
	services := bySpace(w.kinds["Service"])
	for _, a := range w.workloads {
		exposed, found := tri.False, false
		from := derive.At(a)
		services[spaceOf(a)].picking(a, func(s *estate.Asset, picks tri.Bool) {
			found = true
			open := tri.And(picks, offered(s, tri.Or(fronted[s], w.hidden(s, "Ingress"))))
			if open.IsTrue() && !exposed.IsTrue() {
				from = derive.FromFact(s, "service_type")
			}
			exposed = tri.Or(exposed, open)
			if picks.IsTrue() {
				s.Relations = append(s.Relations, estate.Relation{Name: "target", Ref: a.Address, To: a})
			}
		})
		if found { // what no service of the sources picks may be behind one elsewhere
			derive.SetBool(a, "internet_exposed", exposed, from)
		}
	}
}

// fronted tells of each service whether the internet reaches it through an
// ingress.
func (w *world) fronted() map[*estate.Asset]tri.Bool {
	out := map[*estate.Asset]tri.Bool{}
	for _, in := range w.kinds["Ingress"] {
		f, ok := in.Fact("backends")
		if !ok || !f.Known() {
			continue
		}
		facing, _ := derive.Bool(in, "internet_facing")
		for _, b := range list(f.Value) {
			name, _ := b.(string)
			if s := w.find(in, "Service", derive.Text(in, "namespace"), name); s != nil {
				out[s] = tri.Or(out[s], facing)
			}
		}
	}
	return out
}

// offered tells whether a service answers the internet.
func offered(s *estate.Asset, fronted tri.Bool) tri.Bool {
	public := derive.Is(s, "publicly_accessible")
	if f, ok := s.Fact("public_cidrs"); ok && f.Known() {
		ranges, _ := f.Value.([]string)
		public = tri.And(public, tri.Of(slices.Contains(ranges, "0.0.0.0/0") || slices.Contains(ranges, "::/0")))
	}
	node := tri.False
	if derive.Text(s, "service_type") == "NodePort" {
		node = tri.Unknown("whether the internet reaches the nodes, on whose ports the service answers, is not in the sources")
	}
	if f, ok := s.Fact("service_type"); ok && !f.Known() {
		node = tri.Unknown(f.Unknown)
	}
	return tri.Or(public, fronted, node)
}

// policyTypes are the kinds of policies that isolate.
var policyTypes = []string{"NetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"}

// isolate tells which network policies hold for which workloads, and which
// namespaces are shut.
func (w *world) isolate() {
	var own, shared []*estate.Asset
	elsewhere := map[string]bool{} // namespaces, written out, that have policies in some root
	plugin := map[*estate.Asset]bool{}
	pluginIn := map[space]bool{}
	for _, kind := range w.policyKinds() {
		for _, p := range w.kinds[kind] {
			wide := derive.Is(p, "cluster_wide").IsTrue()
			if _, read := p.Fact("pod_selector"); read && wide {
				shared = append(shared, p)
			} else if read {
				own = append(own, p)
			} else if derive.Text(p, "engine") == "plugin" {
				if derive.Is(p, "cluster_wide").IsTrue() {
					plugin[derive.Account(p)] = true
				} else {
					pluginIn[spaceOf(p)] = true
				}
			}
			if ns := derive.Text(p, "namespace"); ns != "" {
				elsewhere[ns] = true
			}
		}
	}
	policies, clusters := bySpace(own), w.wide(shared)
	defined := map[space]bool{}
	for _, ns := range w.kinds["Namespace"] {
		defined[space{ns.Root, ns.Name}] = true
	}
	for _, a := range w.workloads {
		s := spaceOf(a)
		// None found is none only where the sources hold the namespace's policies.
		var none tri.Bool
		switch {
		case plugin[derive.Account(a)] || pluginIn[s]:
			none = tri.Unknown("policies of the network plugin are not read")
		case policies[s] != nil || defined[s]:
			none = w.hidden(a, policyTypes...)
		case elsewhere[s.namespace]:
			none = tri.Unknown("another directory has policies for a namespace of this name")
		default:
			none = tri.Unknown("no network policy for its namespace is in the sources")
		}
		held(a, none, func(yield func(p *estate.Asset, picks tri.Bool)) {
			policies[s].selecting(a, func(x selecting, picks tri.Bool) { yield(x.Asset, tri.And(picks, w.within(a, x.namespaces))) })
			clusters[derive.Account(a)].picking(a, yield)
		})
	}
	for _, ns := range w.kinds["Namespace"] {
		s := space{ns.Root, ns.Name}
		shut := tri.False
		if plugin[derive.Account(ns)] || pluginIn[s] {
			shut = tri.Unknown("policies of the network plugin are not read")
		}
		if policies[s] != nil {
			for _, x := range policies[s].rest {
				if x.open != "" {
					shut = tri.Or(shut, tri.Unknown(x.open))
				} else if len(x.selector) == 0 || matches(x.selector, nil).IsTrue() && len(list(x.selector["matchExpressions"])) == 0 {
					shut = tri.Or(shut, tri.And(shuts(x.Asset, "Ingress"), admits(x.Asset).Not()))
				}
			}
		}
		shut = tri.Or(shut, clusters[derive.Account(ns)].shuts(ns), w.hidden(ns, policyTypes...))
		derive.SetBool(ns, "namespace_isolated", shut, derive.At(ns))
	}
}

// policyKinds are the kinds of objects that are network policies.
func (w *world) policyKinds() []string {
	var out []string
	for kind, as := range w.kinds {
		if as[0].Kind == "network-policy" {
			out = append(out, kind)
		}
	}
	slices.Sort(out)
	return out
}

// held says whether policies hold for the workload, in either direction. One
// that admits everybody undoes the others, since what any admits is admitted.
func held(a *estate.Asset, none tri.Bool, picking func(yield func(p *estate.Asset, picks tri.Bool))) {
	for _, d := range []struct{ fact, direction string }{{"ingress_isolated", "Ingress"}, {"egress_isolated", "Egress"}} {
		isolated, undone := tri.False, tri.False
		from := derive.At(a)
		picking(func(p *estate.Asset, picks tri.Bool) {
			shut := tri.And(picks, shuts(p, d.direction))
			if shut.IsTrue() {
				from = derive.FromFact(p, "policy_types")
				relate(a, p)
			}
			isolated = tri.Or(isolated, shut)
			undone = tri.Or(undone, tri.And(shut, admits(p)))
		})
		if isolated.IsFalse() {
			isolated = none
		}
		derive.SetBool(a, d.fact, tri.And(isolated, undone.Not()), from)
	}
}

func relate(a, policy *estate.Asset) {
	for p := range derive.Linked(a, "network_policy") {
		if p == policy {
			return
		}
	}
	a.Relations = append(a.Relations, estate.Relation{Name: "network_policy", Ref: policy.Address, To: policy})
}

func shuts(p *estate.Asset, direction string) tri.Bool {
	f, ok := p.Fact("policy_types")
	if !ok {
		return tri.False
	}
	if !f.Known() {
		return tri.Unknown(f.Unknown)
	}
	directions, _ := f.Value.([]string)
	return tri.Of(slices.Contains(directions, direction))
}

func admits(p *estate.Asset) tri.Bool { return derive.Is(p, "admits_everybody") }

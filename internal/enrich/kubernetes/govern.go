package kubernetes

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// keepUp derives what keeps workloads running: autoscalers, disruption
// budgets, limits that a namespace gives.
func (w *world) keepUp() {
	for _, h := range w.kinds["HorizontalPodAutoscaler"] {
		f, _ := h.Fact("backends")
		target, _ := onlyObject(f)
		kind, _ := target["kind"].(string)
		name, _ := target["name"].(string)
		least, ok := h.Fact("node_count")
		if a := w.find(h, kind, derive.Text(h, "namespace"), name); a != nil && ok {
			if _, counts := a.Fact("node_count"); counts {
				least.Origin.How = estate.Derived
				a.SetFact(least)
			}
		}
	}
	limited := map[space]bool{}
	for _, l := range w.kinds["LimitRange"] {
		if derive.Is(l, "limits_set").IsTrue() {
			limited[spaceOf(l)] = true
		}
	}
	budgets := bySpace(w.kinds["PodDisruptionBudget"])
	for _, a := range w.workloads {
		if b, ok := derive.Bool(a, "limits_set"); ok && b.IsFalse() && limited[spaceOf(a)] {
			derive.SetBool(a, "limits_set", tri.True, derive.FromFact(a, "limits_set"))
		} else if missing := w.hidden(a, "LimitRange"); ok && b.IsFalse() && !missing.Known() {
			derive.SetBool(a, "limits_set", missing, derive.FromFact(a, "limits_set"))
		}
		f, ok := a.Fact("node_count")
		n, _ := f.Value.(int64)
		if !ok || f.Known() && n < 2 {
			continue // a budget for a single replica only stops nodes from being drained
		}
		kept := tri.False
		budgets[spaceOf(a)].picking(a, func(_ *estate.Asset, picks tri.Bool) { kept = tri.Or(kept, picks) })
		kept = tri.Or(kept, w.hidden(a, "PodDisruptionBudget"))
		derive.SetBool(a, "disruption_budget", kept, derive.At(a))
	}
}

// govern derives what namespaces refuse and bound.
func (w *world) govern() {
	bounded := map[space]bool{}
	for _, q := range w.kinds["ResourceQuota"] {
		bounded[spaceOf(q)] = true
	}
	engines := map[*estate.Asset]bool{} // clusters that have a policy engine beside the labels
	for _, as := range w.kinds {
		if as[0].Kind != "admission-policy" {
			continue
		}
		for _, a := range as {
			if b, ok := derive.Bool(a, "enforces"); ok && !b.IsFalse() {
				engines[derive.Account(a)] = true
			}
		}
	}
	for _, ns := range w.kinds["Namespace"] {
		f, ok := ns.Fact("pod_security_level")
		if !ok {
			continue
		}
		enforced := tri.Of(f.Value == "baseline" || f.Value == "restricted")
		switch {
		case !f.Known():
			enforced = tri.Unknown(f.Unknown)
		case enforced.IsFalse() && engines[derive.Account(ns)]:
			enforced = tri.Unknown("the namespace's labels enforce no standard; what the cluster's other policies refuse is not read")
		}
		if missing := w.hidden(ns, "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ClusterPolicy"); enforced.IsFalse() && !missing.Known() {
			enforced = missing // which may refuse what the labels do not
		}
		derive.SetBool(ns, "pod_security_enforced", enforced, derive.From(f))
		derive.SetBool(ns, "quota_set", tri.Or(tri.Of(bounded[space{ns.Root, ns.Name}]), w.hidden(ns, "ResourceQuota")), derive.At(ns))
	}
}

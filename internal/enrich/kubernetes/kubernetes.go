// Package kubernetes derives what several objects of a cluster say together:
// what the token of a workload may do, which network policies hold for it, who
// can reach it, what a namespace refuses, and what the flags of a control
// plane mean. Names and labels hold within a namespace, so that everything is
// looked up by it.
package kubernetes

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the facts of Kubernetes objects.
func Enrich(e *estate.Estate) {
	w := gather(e)
	if w == nil {
		return
	}
	w.controlPlanes()
	w.unseen()
	w.roles()
	w.bindings()
	for _, a := range w.workloads {
		w.account(a)
		w.rights(a)
	}
	w.reach()
	w.isolate()
	w.keepUp()
	w.govern()
}

// world is everything of Kubernetes in an estate, indexed.
type world struct {
	objects   map[object][]*estate.Asset
	kinds     map[string][]*estate.Asset // by kind of the object, "Service"
	workloads []*estate.Asset
	powers    map[*estate.Asset]powers    // of roles
	held      map[*estate.Asset][]holding // by service accounts
	exempt    map[*estate.Asset]bool      // clusters with policies of their own beside the namespaces' labels
	unread    map[*estate.Asset][]string  // types of objects that a running cluster did not show
}

// object is a name that objects have within their kind and namespace.
type object struct {
	account               *estate.Asset
	kind, namespace, name string
}

// space is a namespace as one root writes it. Objects of several roots are one
// cluster's only perhaps, whatever their namespaces are called.
type space struct{ root, namespace string }

func spaceOf(a *estate.Asset) space { return space{a.Root, derive.Text(a, "namespace")} }

func gather(e *estate.Estate) *world {
	w := &world{
		objects: map[object][]*estate.Asset{}, kinds: map[string][]*estate.Asset{},
		powers: map[*estate.Asset]powers{}, held: map[*estate.Asset][]holding{}, exempt: map[*estate.Asset]bool{},
		unread: map[*estate.Asset][]string{},
	}
	for _, a := range e.Assets {
		if a.Provider != "kubernetes" {
			continue
		}
		if f, ok := a.Fact("objects_unread"); ok && f.Known() {
			w.unread[a], _ = f.Value.([]string)
		}
		kind := kindOf(a)
		w.kinds[kind] = append(w.kinds[kind], a)
		if a.Kind == "workload" {
			w.workloads = append(w.workloads, a)
		}
		o := object{derive.Account(a), kind, derive.Text(a, "namespace"), a.Name}
		w.objects[o] = append(w.objects[o], a)
	}
	if len(w.kinds) == 0 {
		return nil
	}
	return w
}

// hidden says what of the kinds was not read of the cluster that an asset is
// in: absence of it tells nothing then. It is false where all of them were.
func (w *world) hidden(a *estate.Asset, kinds ...string) tri.Bool {
	cluster := a
	if a.Kind != "account" {
		cluster = derive.Account(a)
	}
	for _, native := range w.unread[cluster] {
		if slices.Contains(kinds, native[strings.LastIndexByte(native, '/')+1:]) {
			return tri.Unknown("objects of type " + native + " could not be read in the cluster")
		}
	}
	return tri.False
}

// kindOf is what an object's kind is called in manifests, whatever dialect it
// is written in.
func kindOf(a *estate.Asset) string {
	if t := derive.Text(a, "workload_type"); t != "" {
		return t
	}
	return a.Means[strings.LastIndexByte(a.Means, '/')+1:]
}

// find returns the object that from means by a name: of its own root, or of
// another where only one is called so. A namespace that is not written may be
// the one that is named.
func (w *world) find(from *estate.Asset, kind, namespace, name string) *estate.Asset {
	account := derive.Account(from)
	spaces := []string{namespace, ""}
	if namespace == "" {
		spaces[1] = derive.Text(from, "namespace")
	}
	for _, ns := range spaces {
		found := w.objects[object{account, kind, ns, name}]
		for _, a := range found {
			if a.Root == from.Root {
				return a
			}
		}
		if len(found) == 1 && ns == namespace {
			return found[0]
		}
	}
	return nil
}

// account resolves a workload's service account, and tells whether a token of
// it is mounted and of use.
func (w *world) account(a *estate.Asset) {
	name, sa, open := w.serviceAccount(a)
	from := derive.FromFact(a, "token_wanted")
	mounted := tri.True
	switch wanted := wish(a); {
	case wanted != unsaid:
		mounted = tri.Of(wanted == "yes")
		if wanted == "" {
			mounted = tri.Unknown("whether its manifest asks for a token is not known")
		}
	case sa != nil:
		if said := wish(sa); said == "" {
			mounted = tri.Unknown("whether its service account gives tokens is not known")
		} else {
			mounted = tri.Of(said != "no")
		}
		from = derive.FromFact(sa, "token_wanted")
	case open != "":
		mounted = tri.Unknown(open)
	case name != defaultAccount:
		mounted = tri.Unknown("the service account " + name + " is not in the sources")
	}
	derive.SetBool(a, "token_mounted", mounted, from)

	used := tri.False
	switch {
	case sa != nil && name != defaultAccount:
		used = tri.Of(len(w.held[sa]) > 0)
	case open != "":
		used = tri.Unknown(open)
	case name != defaultAccount:
		used = tri.Unknown("the service account " + name + " is not in the sources")
	}
	derive.SetBool(a, "token_used", used, from)
}

const (
	defaultAccount = "default" // what a pod without a word about it acts as
	unsaid         = "unsaid"
)

func wish(a *estate.Asset) string { return derive.Text(a, "token_wanted") }

// serviceAccount is the account a workload acts as: its name, the asset if it
// is in the sources, or why it is not known.
func (w *world) serviceAccount(a *estate.Asset) (name string, sa *estate.Asset, open string) {
	name = defaultAccount
	for i := range a.Relations {
		r := &a.Relations[i]
		if r.Name != "role" {
			continue
		}
		if r.Unknown != "" {
			return "", nil, r.Unknown
		}
		if r.To == nil {
			name = r.Ref[strings.LastIndexByte(r.Ref, '/')+1:]
			r.To = w.find(a, "ServiceAccount", derive.Text(a, "namespace"), name)
		}
		if r.To != nil {
			return r.To.Name, r.To, ""
		}
		return name, nil, ""
	}
	return name, w.find(a, "ServiceAccount", derive.Text(a, "namespace"), name), ""
}

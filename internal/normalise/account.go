package normalise

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Unnamed is what the account is called that all root modules share which name
// none and set nothing for it.
const Unnamed = "unnamed"

// setup is a provider's configuration block.
type setup struct {
	place    *estate.Asset // a shell that tells where it belongs
	written  string
	found    []string // credentials written into it
	origin   estate.Origin
	comments []Comment
	cluster  string // who runs the control plane of the cluster it leads to
}

// providers are the catalogue's names where a configuration calls a provider
// otherwise.
var providers = map[string]string{
	"azurerm": "azure", "azuread": "azure", "azapi": "azure", "azuredevops": "azure", "google-beta": "google",
	"awscc": "aws", "helm": "kubernetes", "kubectl": "kubernetes",
}

func providerOf(written string) string {
	return cmp.Or(providers[written], written)
}

// setUp takes a provider's configuration block.
func (n *Normaliser) setUp(r *source.Resource) {
	s := setup{
		place: &estate.Asset{
			Provider: providerOf(r.Provider), Root: n.intern(r.Root), Account: n.intern(r.Account),
			Address: r.Address, Location: r.Location, Dialect: r.Dialect,
		},
		written: r.Provider, comments: commentsOf(r),
	}
	if n.mapper.scan != nil {
		s.found = n.credentials(r.Address, r.Body, 0)
	}
	if len(s.found) > 0 {
		attribute, _, _ := strings.Cut(strings.TrimPrefix(s.found[0], r.Address+"."), ":")
		s.origin = estate.Origin{How: estate.Set, Address: r.Address, Attribute: attribute, At: locate(r, attribute, &r.Location)}
	}
	s.cluster = clusterKind(r)
	if s.cluster != "" && len(s.found) == 0 {
		s.origin = estate.Origin{How: estate.Set, Address: r.Address, Attribute: "host", At: locate(r, "host", &r.Location)}
	}
	n.setups = append(n.setups, s)
}

// maxNested bounds how deep blocks of a provider's configuration are read.
const maxNested = 16

// credentials scans every text of a value.
func (n *Normaliser) credentials(path string, v any, depth int) (found []string) {
	if depth > maxNested {
		return nil
	}
	switch x := v.(type) {
	case string:
		return n.mapper.scan(path, x)
	case []any:
		for _, e := range x {
			found = append(found, n.credentials(path, e, depth+1)...)
		}
	case map[string]any:
		for name, e := range x {
			found = append(found, n.credentials(path+"."+name, e, depth+1)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// separateAccounts finds the root modules whose account must be told apart
// although nobody names it: what they set, for an account or as something that
// acts on all of it, is not to be taken for another account's.
func (n *Normaliser) separateAccounts() {
	apart := func(a *estate.Asset) {
		if a.Account == "" {
			n.apart[key{a.Root, a.Provider}] = true
		}
	}
	wide := func(a *estate.Asset) bool {
		k := n.mapper.cat.Kinds[a.Kind]
		return k != nil && k.AccountWide
	}
	for _, p := range n.parts {
		if p.spec.Of[0] == catalogue.Account || wide(p.asset) {
			apart(p.asset)
		}
	}
	for _, a := range n.assets {
		if wide(a) {
			apart(a)
		}
	}
	for _, s := range n.setups {
		if len(s.found) > 0 || s.cluster != "" && !n.declaredCluster(s.place) {
			apart(s.place)
		}
	}
}

// declaredCluster tells whether somebody has declared the cluster that nobody
// names: then the roots' objects are its.
func (n *Normaliser) declaredCluster(place *estate.Asset) bool {
	return n.accounts[key{place.Provider, Unnamed}] != nil
}

// clusterKinds are who runs the control plane, by the type of the cluster that
// a provider's configuration leads to.
var clusterKinds = map[string]string{
	"aws_eks_cluster": "eks", "awscc_eks_cluster": "eks", "google_container_cluster": "gke", "azurerm_kubernetes_cluster": "aks",
}

// clusterKind reads off a Kubernetes provider whose cluster it manages. It is
// empty where the address of the API leads to nothing, or to several kinds.
func clusterKind(r *source.Resource) string {
	if providerOf(r.Provider) != "kubernetes" {
		return ""
	}
	kind := ""
	for _, argument := range []string{"host", "kubernetes.host"} {
		for _, ref := range r.Refs[argument] {
			found := clusterKinds[typeAt(ref.Address)]
			if found == "" || kind != "" && kind != found {
				return ""
			}
			kind = found
		}
	}
	return kind
}

// instanceKey matches the key of an instance in an address.
var instanceKey = regexp.MustCompile(`\["[^"]*"\]|\[[0-9*]+\]`)

// typeAt is the type of the resource at an address.
func typeAt(address string) string {
	segments := strings.Split(instanceKey.ReplaceAllString(address, ""), ".")
	if len(segments) < 2 {
		return ""
	}
	return segments[len(segments)-2]
}

// accountKey is under what an account is known.
func (n *Normaliser) accountKey(a *estate.Asset) key {
	switch {
	case a.Account != "":
		return key{a.Provider, a.Account}
	case n.apart[key{a.Root, a.Provider}]:
		return key{a.Provider, cmp.Or(a.Root, ".")}
	}
	return key{a.Provider, Unnamed}
}

// account returns the asset of the account that a lives in, making it at first
// sight, or nil when its provider has none.
func (n *Normaliser) account(a *estate.Asset) *estate.Asset {
	k := n.accountKey(a)
	name := k.address
	if acc := n.accounts[k]; acc != nil {
		return acc
	}
	t := n.mapper.cat.Asset(catalogue.AccountType(a.Provider))
	if t == nil {
		return nil
	}
	acc := &estate.Asset{
		ID: a.Provider + "-account:" + name, Address: a.Provider + "-account:" + name, Addresses: []string{},
		Kind: t.KindID, Provider: a.Provider, Service: t.Service.ID, NativeType: t.Type, Means: t.Type, Dialect: a.Dialect,
		Name: name, Account: a.Account, Root: a.Root, Location: estate.Location{File: a.Location.File},
	}
	if name == Unnamed {
		acc.Root = ""
	}
	var fs []estate.Fact
	for fact := range t.PossibleFacts {
		fs = append(fs, estate.Fact{
			Name: fact, Unknown: estate.NotSetForAccount, Origin: estate.Origin{How: estate.Default},
		})
	}
	acc.SetFacts(fs)
	n.accounts[k] = acc
	n.assets = append(n.assets, acc)
	return acc
}

// addAccounts relates every asset to its account.
func (n *Normaliser) addAccounts() {
	unseen := map[*estate.Asset]bool{} // accounts of which a source shows no provider's configuration
	for _, a := range slices.Clone(n.assets) {
		if a.Kind == catalogue.Account {
			continue
		}
		if acc := n.account(a); acc != nil {
			a.Relations = append(a.Relations, estate.Relation{Name: "account", To: acc})
			unseen[acc] = unseen[acc] || n.states[a.Root]
		}
	}
	n.holdSetups(unseen)
	n.nameClusters()
}

// nameClusters says who runs the clusters that providers lead to, where all
// providers of a root agree.
func (n *Normaliser) nameClusters() {
	kinds := map[*estate.Asset]setup{}
	for _, s := range n.setups {
		if s.place.Provider != "kubernetes" {
			continue
		}
		acc := n.accounts[n.accountKey(s.place)]
		if acc == nil || acc.Name == Unnamed {
			continue // nothing of the cluster is in the sources, or another's as well
		}
		if have, ok := kinds[acc]; ok && have.cluster != s.cluster {
			s.cluster = ""
		}
		kinds[acc] = s
	}
	for acc, s := range kinds {
		if f, ok := acc.Fact("cluster_kind"); s.cluster != "" && (!ok || !f.Known()) {
			acc.SetFact(estate.Fact{Name: "cluster_kind", Value: s.cluster, Origin: s.origin})
		}
	}
}

// holdSetups lays the credentials found in providers' configurations on the
// accounts they open.
func (n *Normaliser) holdSetups(unseen map[*estate.Asset]bool) {
	for _, acc := range n.accounts {
		if !unseen[acc] {
			acc.SetFact(estate.Fact{Name: catalogue.SecretsFact, Value: []string{}, Origin: estate.Origin{How: estate.Default, Address: acc.Address}})
		}
	}
	for _, s := range n.setups {
		if len(s.found) == 0 {
			continue
		}
		acc := n.account(s.place)
		if acc == nil {
			n.uncover("provider "+s.written, s.place.Address)
			continue
		}
		f, _ := acc.Fact(catalogue.SecretsFact)
		have, _ := f.Value.([]string)
		if len(have) > 0 {
			s.origin = f.Origin
		}
		acc.SetFact(estate.Fact{Name: catalogue.SecretsFact, Value: append(slices.Clip(have), s.found...), Origin: s.origin})
		if acc.Location.Line == 0 {
			acc.Location = *s.origin.At
		}
		acc.Addresses = append(acc.Addresses, s.place.Address)
		n.comments[acc] = append(n.comments[acc], s.comments...)
	}
}

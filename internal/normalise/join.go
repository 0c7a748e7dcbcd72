package normalise

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// Finish joins parts to their assets, resolves relations and returns the
// estate. The normaliser must not be used after it.
func (n *Normaliser) Finish() *Result {
	n.separateAccounts()
	n.joinParts()
	n.resolveLinks()
	n.addAccounts()
	slices.SortFunc(n.assets, func(a, b *estate.Asset) int { return cmp.Compare(a.ID, b.ID) })
	res := &Result{
		Estate: &estate.Estate{Assets: n.assets}, Resources: n.resources, Ignored: n.ignored, Types: n.types, Comments: n.comments,
	}
	for _, t := range slices.Sorted(maps.Keys(n.uncovered)) {
		res.Uncovered = append(res.Uncovered, *n.uncovered[t])
	}
	return res
}

func (n *Normaliser) joinParts() {
	slices.SortFunc(n.parts, func(a, b pendingPart) int {
		return cmp.Or(afterOthers(a.replaces, b.replaces), cmp.Compare(a.asset.Root, b.asset.Root), cmp.Compare(a.asset.Address, b.asset.Address))
	})
	elsewhere := map[key]*estate.Asset{}
	const rounds = 5 // how deep a child may lie under the asset, and one
	for round, last := 1, false; len(n.parts) > 0; round++ {
		last = last || round == rounds
		var later []pendingPart // parts of parts: their asset is itself yet to be joined
		for _, p := range n.parts {
			mains := n.mains(p)
			if len(mains) == 0 {
				if !last && p.spec.Of[0] != catalogue.Account {
					later = append(later, p)
					continue
				}
				if p.spec.Of[0] == catalogue.Any {
					continue // of something that is not in the sources, and of no certain type
				}
				mains = []*estate.Asset{n.elsewhere(p, elsewhere)}
			}
			for _, main := range mains {
				n.fold(main, p)
			}
		}
		last = len(later) == len(n.parts)
		n.parts = later
	}
}

// afterOthers orders what replaces facts behind what they come from.
func afterOthers(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// mains finds the assets a part belongs to.
func (n *Normaliser) mains(p pendingPart) []*estate.Asset {
	if p.spec.Of[0] == catalogue.Account {
		return []*estate.Asset{n.account(p.asset)}
	}
	var out []*estate.Asset
	add := func(a *estate.Asset) {
		if a != nil && n.fits(p, a) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, ref := range p.refs {
		add(n.end(p.asset.Root, ref, p.asset.Address))
	}
	if len(out) > 0 {
		return out
	}
	if p.spec.Of[0] == catalogue.Machine {
		return n.machine(p)
	}
	for _, v := range p.values {
		for _, i := range n.lookup(v) {
			if n.fits(p, i.asset) && (i.whole || sameAccount(i.asset, p.asset)) {
				add(i.asset)
			}
		}
	}
	return out
}

// machine finds the machine that a part of one names, by the surest of its
// names that somebody has. Two of one name are no answer.
func (n *Normaliser) machine(p pendingPart) []*estate.Asset {
	for _, v := range p.values {
		var found []*estate.Asset
		for _, i := range n.lookup(v) {
			if n.fits(p, i.asset) && sameMachine(v, i.asset, p.asset) && !slices.Contains(found, i.asset) {
				found = append(found, i.asset)
			}
		}
		if len(found) == 1 {
			return found
		}
	}
	return nil
}

// fits tells whether the part can belong to the asset. One that can be of any
// is only of those it says something about.
func (n *Normaliser) fits(p pendingPart, a *estate.Asset) bool {
	if p.spec.Of[0] == catalogue.Machine {
		t := n.mapper.cat.Asset(a.Means)
		return a.Provider == p.asset.Provider && t != nil && t.HasGuest()
	}
	if p.spec.Of[0] != catalogue.Any {
		return slices.Contains(p.spec.Of, a.Means)
	}
	if a.Provider != p.asset.Provider {
		return false
	}
	t := n.mapper.cat.Asset(a.Means)
	says := func(facts map[string]*catalogue.Mapping) bool {
		for fact := range facts {
			if t.PossibleFacts[fact] {
				return true
			}
		}
		return false
	}
	return says(p.spec.Facts) || p.spec.Twin != nil && says(p.spec.Twin.Facts)
}

// at returns the asset at an address. An address that leaves the instance key
// open, as x in x.id of a resource with count, means the instance of the same
// key as the referring one, if there is such.
func (n *Normaliser) at(root, address, from string) *estate.Asset {
	if a := n.byAddress[key{root, address}]; a != nil {
		if withoutKeys(a.Address) == address && a.Address != address {
			if i := strings.LastIndexByte(from, '['); i > 0 && strings.HasSuffix(from, "]") {
				if twin := n.byAddress[key{root, address + from[i:]}]; twin != nil {
					return twin
				}
			}
		}
		return a
	}
	return n.byAddress[key{root, withoutKeys(address)}]
}

// lookup finds assets by a literal identity: as written, or by the last part
// of an ARN, URL or path.
func (n *Normaliser) lookup(v string) []ident {
	if found := n.idents[v]; len(found) > 0 {
		return found
	}
	if path, ok := googlePath(v); ok {
		if found := n.byPath(path); len(found) > 0 {
			return found
		}
	}
	if !strings.HasPrefix(v, "arn:") && !strings.HasPrefix(v, "https://") {
		return nil
	}
	rest := v
	if parts := strings.SplitN(v, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		rest = parts[5]
	}
	for {
		if found := notOfInventory(n.idents[rest]); len(found) > 0 {
			return found
		}
		i := strings.IndexAny(rest, ":/")
		if i < 0 {
			return nil
		}
		rest = rest[i+1:]
	}
}

func sameAccount(a, b *estate.Asset) bool {
	if a.Account != "" && b.Account != "" {
		return a.Account == b.Account
	}
	return a.Root == b.Root
}

// elsewhere stands in for an asset of which only parts are in the sources.
func (n *Normaliser) elsewhere(p pendingPart, seen map[key]*estate.Asset) *estate.Asset {
	name := p.asset.Address
	switch {
	case len(p.refs) > 0:
		name = p.refs[0].Address
	case len(p.values) > 0:
		name = p.values[0]
	}
	native := p.spec.Of[0]
	if native == catalogue.Machine {
		native, name = p.asset.NativeType, p.asset.Name
	}
	k := key{p.asset.Root, native + " " + name}
	if a := seen[k]; a != nil {
		return a
	}
	t := n.mapper.cat.Asset(native)
	a := p.asset
	main := &estate.Asset{
		ID: a.ID, Address: a.Address, Addresses: []string{}, Kind: a.Kind, Provider: a.Provider, Service: a.Service,
		NativeType: a.NativeType, Means: a.Means, Dialect: a.Dialect, Name: name, Account: a.Account, Region: a.Region, Instance: a.Instance, Root: a.Root,
		Tags: nil, Location: a.Location, Calls: a.Calls, Elsewhere: true,
	}
	var fs []estate.Fact
	for fact := range t.PossibleFacts {
		fs = append(fs, estate.Fact{
			Name:    fact,
			Unknown: "the " + t.Kind.Title + " itself is defined outside what was read",
			Origin:  estate.Origin{How: estate.Default, Address: a.Address, At: &a.Location},
		})
	}
	main.SetFacts(fs)
	seen[k] = main
	n.assets = append(n.assets, main)
	return main
}

// fold lays a part over its asset.
func (n *Normaliser) fold(main *estate.Asset, p pendingPart) {
	if m := (member{main, p.asset.Address}); !n.folded[m] && !slices.Contains(main.Addresses[:min(1, len(main.Addresses))], m.name) {
		n.folded[m] = true
		main.Addresses = append(main.Addresses, p.asset.Address)
		if p.asset.Location.File != "" {
			main.Places = append(main.Places, p.asset.Location)
		}
	}
	n.byAddress[key{p.asset.Root, p.asset.Address}] = main
	if p.spec.Of[0] == catalogue.Machine {
		main.Instance = cmp.Or(main.Instance, p.asset.Instance)
		for _, name := range p.values {
			n.machines[name] = append(n.machines[name], main)
		}
	}
	perhaps := conditional(main.Address, p.asset.Address)
	for f := range p.asset.Facts() {
		old, has := main.Fact(f.Name)
		if !has && p.spec.Of[0] == catalogue.Any {
			continue // asked of this type only where its own mapping asks it
		}
		if p.spec.Of[0] == catalogue.Machine && has && old.Known() && !f.Known() {
			continue // what was not seen from inside does not outweigh what was said outside
		}
		if perhaps {
			f = n.doubtful(old, has, f, p.asset.Address)
		}
		if p.replaces {
			delete(n.grown, member{main, f.Name})
		} else {
			f = n.merge(main, old, has, f)
		}
		main.SetFact(f)
	}
	for _, l := range p.links {
		l.from = main
		n.links = append(n.links, l)
	}
	n.comments[main] = append(n.comments[main], p.comments...)
	if len(n.comments[main]) == 0 {
		delete(n.comments, main)
	}
}

// conditional tells whether it is open that the part is made at all while its
// asset is: more of its instance keys are unknown.
func conditional(main, part string) bool {
	return strings.Count(part, "[*]") > strings.Count(main, "[*]")
}

// doubtful makes a part's fact unknown where it says something else than its
// asset does without it.
func (n *Normaliser) doubtful(old estate.Fact, has bool, f estate.Fact, address string) estate.Fact {
	if has && reflect.DeepEqual(old.Value, f.Value) && old.Known() == f.Known() {
		return f
	}
	f.Value, f.Unknown = nil, "whether "+address+" is made is not known"
	return f
}

// merge lays the part's fact over the asset's own.
func (n *Normaliser) merge(main *estate.Asset, old estate.Fact, has bool, f estate.Fact) estate.Fact {
	if !has {
		return f
	}
	switch n.mapper.cat.Facts[f.Name].Type {
	case expr.Strings, expr.List, expr.Policies:
		return n.appendFact(main, old, f)
	}
	if f.Origin.How == estate.Default && old.Origin.How == estate.Set {
		return old
	}
	if main.Kind == catalogue.Account && old.Origin.How != estate.Default && !(old.Known() && f.Known() && reflect.DeepEqual(old.Value, f.Value)) {
		return disagreeing(old, f)
	}
	return f
}

// disagreeing is what two settings of one account come to that do not say the
// same: most hold for a region each, and the account stands for all of them.
func disagreeing(old, f estate.Fact) estate.Fact {
	switch {
	case !old.Known():
		return old
	case f.Known():
		f.Value, f.Unknown = nil, "it is set differently in several places of the account, such as its regions"
	}
	return f
}

// appendFact joins two lists. An unknown one leaves a hole in the list, so
// that what is known of the other still counts.
func (n *Normaliser) appendFact(main *estate.Asset, old, f estate.Fact) estate.Fact {
	m := member{main, f.Name}
	if old.Origin.How == estate.Default && old.Unknown != "" {
		if l, ok := f.Value.([]any); ok { // the asset itself is not there; its lists may hold more
			f.Value = grow[any](n.grown, m, l, &source.Unknown{Reason: old.Unknown})
		}
		return f
	}
	switch {
	case !old.Known() && !f.Known():
		return old
	case !old.Known():
		old, f = f, old
		delete(n.grown, m)
		fallthrough
	case !f.Known():
		l, ok := old.Value.([]any)
		if !ok {
			return f // a list of strings has no place for a hole
		}
		old.Value = grow[any](n.grown, m, l, &source.Unknown{Reason: f.Unknown})
		return old
	}
	out := old
	if f.Origin.How == estate.Set {
		out.Origin = f.Origin
	}
	switch a := old.Value.(type) {
	case []any:
		b, _ := f.Value.([]any)
		out.Value = grow(n.grown, m, a, b...)
	case []string:
		b, _ := f.Value.([]string)
		out.Value = grow(n.grown, m, a, b...)
	}
	return out
}

// grow appends to a list that may belong to others, unless it was grown before.
func grow[T any](grown map[member]bool, m member, list []T, more ...T) []T {
	if !grown[m] {
		grown[m] = true
		list = slices.Clip(list)
	}
	return append(list, more...)
}

func (n *Normaliser) resolveLinks() {
	for _, l := range n.links {
		found := false
		leads := slices.ContainsFunc(l.refs, func(ref source.Ref) bool {
			to := n.end(l.from.Root, ref, l.from.Address)
			return to != nil && to != l.from
		})
		fits := slices.ContainsFunc(l.refs, func(ref source.Ref) bool {
			to := n.end(l.from.Root, ref, l.from.Address)
			return to != nil && to != l.from && relates(l.name, to.Kind)
		}) || slices.ContainsFunc(l.values, func(v string) bool { return n.named(l, v) != nil })
		values := l.values
		if !leads && len(values) == 0 && !slices.ContainsFunc(l.refs, func(ref source.Ref) bool { return !n.ingredient(ref.Address) }) {
			values = l.partial // "arn:aws:iam::${data.aws_caller_identity.x.account_id}:policy/p"
		}
		for _, ref := range l.refs {
			r := estate.Relation{Name: l.name, Ref: ref.Address, To: n.end(l.from.Root, ref, l.from.Address)}
			if r.To == l.from || r.To == nil && (leads || len(values) > 0) && n.ingredient(ref.Address) {
				continue
			}
			if r.To != nil && fits && !relates(l.name, r.To.Kind) {
				continue // came along with what the relation leads to
			}
			if name := n.lookedUp[key{l.from.Root, ref.Address}]; name != "" && r.To == nil {
				r.Ref, r.To = name, n.named(l, name)
			}
			n.addRelation(l.from, r)
			found = true
		}
		for _, v := range values {
			r := estate.Relation{Name: l.name, Ref: v, To: n.named(l, v)}
			if r.To == nil && found && !strings.HasPrefix(v, "arn:") {
				continue // the reference already tells, the value is its text
			}
			n.addRelation(l.from, r)
		}
		if !found && len(values) == 0 && l.open != "" {
			n.addRelation(l.from, estate.Relation{Name: l.name, Unknown: l.open})
		}
	}
}

// named is the asset a link leads to by a name written out, or nil.
func (n *Normaliser) named(l pendingLink, name string) *estate.Asset {
	for _, i := range n.lookup(name) {
		if i.asset != l.from && (i.whole || sameAccount(i.asset, l.from)) && relates(l.name, i.asset.Kind) {
			return i.asset
		}
	}
	return nil
}

// ingredient tells whether the address is of something that goes into names,
// the account's number or a random suffix, and never is the other end of a
// relation: x of "${data.aws_caller_identity.x.account_id}-db" comes along
// when somebody refers to what bears that name.
func (n *Normaliser) ingredient(address string) bool {
	parts := strings.Split(withoutKeys(address), ".")
	for len(parts) > 2 && parts[0] == "module" {
		parts = parts[2:]
	}
	if parts[0] != "data" {
		return n.mapper.cat.IgnoredReason(parts[0]) != ""
	}
	return len(parts) > 1 && surroundings[parts[1]]
}

// surroundings are data sources that tell where the configuration is applied.
var surroundings = set("aws_caller_identity", "aws_region", "aws_partition", "aws_availability_zone", "aws_availability_zones",
	"aws_default_tags", "aws_canonical_user_id")

// fewRelations may be searched one by one.
const fewRelations = 16

// edge is what makes two relations of an asset the same.
type edge struct {
	name, ref, unknown string
	to                 *estate.Asset
}

func edgeOf(r estate.Relation) edge {
	if r.To != nil {
		return edge{name: r.Name, to: r.To}
	}
	return edge{name: r.Name, ref: r.Ref, unknown: r.Unknown}
}

// addRelation adds the relation unless the asset has it.
func (n *Normaliser) addRelation(a *estate.Asset, r estate.Relation) {
	e, have := edgeOf(r), n.edges[a]
	switch {
	case have != nil:
		if have[e] {
			return
		}
		have[e] = true
	case slices.ContainsFunc(a.Relations, func(x estate.Relation) bool { return edgeOf(x) == e }):
		return
	case len(a.Relations) == fewRelations:
		have = map[edge]bool{e: true}
		for _, x := range a.Relations {
			have[edgeOf(x)] = true
		}
		n.edges[a] = have
	}
	a.Relations = append(a.Relations, r)
}

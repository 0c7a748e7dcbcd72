// Package normalise turns native resources into assets: it applies the
// catalogue's mappings, joins resources that describe one asset together, and
// ties assets by their relations. What the catalogue does not cover is counted.
package normalise

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// Uncovered is a native type without a catalogue entry.
type Uncovered struct {
	Type      string
	Count     int
	Addresses []string // the first few
}

// Result is a normalised estate and what was left out of it.
type Result struct {
	Estate    *estate.Estate
	Uncovered []Uncovered    // by type
	Resources int            // managed resources seen
	Ignored   int            // of types the catalogue deliberately gives no asset
	Types     map[string]int // managed resources seen, by native type
	Comments  map[*estate.Asset][]Comment
}

// Normaliser collects the resources of one estate. It is a source.Sink for
// resources; gaps are the caller's.
type Normaliser struct {
	mapper    *Mapper
	assets    []*estate.Asset
	byAddress map[key]*estate.Asset // the asset an address was folded into
	accounts  map[key]*estate.Asset
	parts     []pendingPart
	links     []pendingLink
	idents    map[string][]ident // literal value -> assets that have it as identity
	uncovered map[string]*Uncovered
	comments  map[*estate.Asset][]Comment
	resources int
	ignored   int
	types     map[string]int
	interned  map[string]string
	lookedUp  map[key]string         // names behind data sources
	sought    map[key]*search        // data sources of types that assets have
	read      []estate.Fact          // of one resource, before their number is known
	tagged    map[[2]string][]string // credentials found in tags, by key and value
	folded    map[member]bool        // addresses of parts
	grown     map[member]bool        // facts whose list is their own
	edges     map[*estate.Asset]map[edge]bool
	setups    []setup
	spellings map[string]*propertyNames  // of types of the awscc provider
	apart     map[key]bool               // roots, by provider, whose unnamed account is their own
	states    map[string]bool            // roots that are states, which show no provider's configuration
	machines  map[string][]*estate.Asset // what is known to run somewhere, by the names it goes by
}

// member is something of an asset, by name.
type member struct {
	of   *estate.Asset
	name string
}

type ident struct {
	asset *estate.Asset
	first bool // its foremost identity, the name
	whole bool // a name that is no other's in any account
}

// pendingPart is a part whose asset may not have been seen yet.
type pendingPart struct {
	spec     *catalogue.PartType
	asset    *estate.Asset // a shell that carries the part's own facts and place
	refs     []source.Ref
	values   []string
	links    []pendingLink
	comments []Comment
	replaces bool // its facts stand in place of the asset's, lists too
}

// maxShown bounds the addresses listed for an uncovered type.
const maxShown = 5

// New returns an empty normaliser.
func New(m *Mapper) *Normaliser {
	return &Normaliser{
		mapper:    m,
		byAddress: map[key]*estate.Asset{},
		accounts:  map[key]*estate.Asset{},
		idents:    map[string][]ident{},
		uncovered: map[string]*Uncovered{},
		types:     map[string]int{},
		comments:  map[*estate.Asset][]Comment{},
		interned:  map[string]string{},
		lookedUp:  map[key]string{},
		sought:    map[key]*search{},
		tagged:    map[[2]string][]string{},
		folded:    map[member]bool{},
		grown:     map[member]bool{},
		edges:     map[*estate.Asset]map[edge]bool{},
		apart:     map[key]bool{},
		states:    map[string]bool{},
		machines:  map[string][]*estate.Asset{},
	}
}

// Resource takes one native resource.
func (n *Normaliser) Resource(r *source.Resource) {
	changes := r.Type == updateOfAzure
	r = n.held(r)
	r.Type = n.mapper.cat.FormOf(r.Type, r.Body)
	switch {
	case r.Setup:
		n.setUp(r)
		return
	case r.Data:
		n.lookUp(r)
		return
	case r.Set == nil && r.Dialect == estate.Terraform:
		n.states[r.Root] = true
	}
	n.resources++
	n.types[r.Type]++
	cat := n.mapper.cat
	if t := cat.Asset(r.Type); t != nil {
		if changes {
			n.update(r, t)
			return
		}
		n.asset(r, t)
		return
	}
	if p := cat.Part(r.Type); p != nil {
		n.part(r, p, changes)
		return
	}
	if cat.IgnoredReason(r.Type) != "" {
		n.ignored++
		return
	}
	n.uncover(r.Type, r.Address)
}

// uncover counts what the catalogue does not know.
func (n *Normaliser) uncover(native, address string) {
	u := n.uncovered[native]
	if u == nil {
		u = &Uncovered{Type: native}
		n.uncovered[native] = u
	}
	u.Count++
	if len(u.Addresses) < maxShown {
		u.Addresses = append(u.Addresses, address)
	}
}

// shell makes an asset that has everything but facts.
func (n *Normaliser) shell(r *source.Resource, t *catalogue.AssetType) *estate.Asset {
	a := &estate.Asset{
		ID:         id(r.Root, r.Address),
		Address:    r.Address,
		Addresses:  []string{r.Address},
		Kind:       t.KindID,
		Provider:   t.Service.Provider,
		Service:    t.Service.ID,
		NativeType: t.Type,
		Means:      t.Means,
		Dialect:    r.Dialect,
		Account:    n.intern(cmp.Or(firstText(r.Body, accountArgument[t.Service.Provider]), r.Account)),
		Region:     n.intern(cmp.Or(r.Region, region(t.Service.Provider, r.Body))),
		Root:       n.intern(r.Root),
		Tags:       n.tags(r.Body),
		Location:   r.Location,
		Calls:      r.Calls,
	}
	a.Location.File = n.intern(a.Location.File)
	return a
}

func (n *Normaliser) asset(r *source.Resource, t *catalogue.AssetType) {
	written, ms := r, n.mapper.compile(n.mapper.ofAsset(t))
	if ms.translator != nil {
		r = ms.translator.translate(r)
	}
	a := n.shell(r, t)
	if r.Dialect == estate.Declared {
		n.declared(a, r, t)
		return
	}
	a.SetFacts(n.facts(r, written, ms, &a.Location))
	n.scanTags(a, r)
	for i, path := range t.Identity {
		for _, v := range expr.Values(r.Body, path) {
			s, ok := v.(string)
			if !ok || s == "" {
				continue
			}
			if a.Name == "" {
				a.Name = s
			}
			if !t.Service.NamesRepeat() {
				n.idents[s] = append(n.idents[s], ident{asset: a, first: i == 0, whole: worldwide(a.Kind, s)})
			}
		}
	}
	if t.HasGuest() {
		a.Instance = n.instance(a.Provider, t.Identity, r, written)
	}
	if a.Name == "" {
		a.Name = cmp.Or(a.Tags["Name"], calledAs(r))
	}
	if r.Dialect == estate.AssetInventory {
		n.identifyByPath(a)
	}
	n.assets = append(n.assets, a)
	n.byAddress[key{r.Root, r.Address}] = a
	if base := withoutKeys(r.Address); base != r.Address { // a reference may leave the instance open
		if _, taken := n.byAddress[key{r.Root, base}]; !taken {
			n.byAddress[key{r.Root, base}] = a
		}
	}
	n.link(a, r, t.Relations, &n.links)
	if t.Twin != nil {
		n.link(a, written, t.Twin.Relations, &n.links)
	}
	n.note(a, r)
}

// worldwide tells whether no other asset of the kind has the name, in whatever
// account: owner/name of a code repository.
func worldwide(kind, name string) bool {
	return kind == "code-repository" && strings.Count(name, "/") == 1
}

// part takes a resource that belongs to an asset, or what changes such a one.
func (n *Normaliser) part(r *source.Resource, p *catalogue.PartType, update bool) {
	pp := pendingPart{spec: p, replaces: update}
	written, ms := r, n.mapper.compile(n.mapper.ofPart(p))
	if ms.translator != nil {
		r = ms.translator.translate(r)
	}
	switch p.Of[0] {
	case catalogue.Machine:
		t := n.mapper.cat.Asset(p.Alone[r.Provider])
		if t == nil {
			n.uncover(r.Type+" at "+r.Provider, r.Address)
			return
		}
		pp.asset = n.shell(r, t)
		pp.asset.Name, pp.asset.Instance = r.Name, strings.ToLower(r.Instance)
	case catalogue.Account, catalogue.Any:
		pp.asset = &estate.Asset{
			Address: r.Address, Account: n.intern(r.Account), Region: n.intern(r.Region), Root: n.intern(r.Root),
			Provider: p.Service.Provider, Location: r.Location, Dialect: r.Dialect,
		}
	default:
		pp.asset = n.shell(r, n.mapper.cat.Asset(p.Of[0]))
		pp.asset.Name = r.Name
	}
	at := pp.asset.Location // its facts outlive the shell
	fs := n.facts(r, written, ms, &at)
	if update {
		fs = n.changes(fs, written, ms)
	}
	pp.asset.SetFacts(fs)
	for _, by := range p.By {
		pp.refs = append(pp.refs, r.Refs[by]...)
		for _, v := range expr.Values(r.Body, by) {
			pp.values = append(pp.values, texts(v)...)
		}
	}
	pp.comments = commentsOf(r)
	n.link(pp.asset, r, p.Relations, &pp.links)
	if p.Twin != nil {
		n.link(pp.asset, written, p.Twin.Relations, &pp.links)
	}
	n.parts = append(n.parts, pp)
}

// facts reads the facts of a resource, which the source wrote as written. They
// are good until the next call.
func (n *Normaliser) facts(r, written *source.Resource, ms *mappings, at *estate.Location) []estate.Fact {
	fs := n.read[:0]
	read := func(r *source.Resource, readers []*reader) {
		for _, rd := range readers {
			if f, ok := rd.readFact(r, at); ok {
				if s, isString := f.Value.(string); isString {
					f.Value = n.intern(s)
				}
				fs = append(fs, f)
			}
		}
	}
	read(r, ms.readers)
	if ms.translator != nil {
		own := len(fs)
		read(written, ms.translator.facts)
		if r.Partial && r.PartialWhy == "" {
			notOfTemplates(fs[own:])
		}
	}
	n.read = fs
	return fs
}

// notOfTemplates makes unknown what a twin says holds always: that templates
// cannot write a setting tells nothing of what an export shows.
func notOfTemplates(fs []estate.Fact) {
	for i, f := range fs {
		if f.Known() && f.Origin.How == estate.Constant {
			fs[i].Value, fs[i].Unknown, fs[i].Origin.How = nil, notCarried.Reason, estate.Default
		}
	}
}

func (n *Normaliser) intern(s string) string {
	if got, ok := n.interned[s]; ok {
		return got
	}
	n.interned[s] = s
	return s
}

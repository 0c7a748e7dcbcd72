// Package normalise turns native resources into assets: it applies the
// catalogue's mappings, joins resources that describe one asset together, and
// ties assets by their relations. What the catalogue does not cover is counted.
package normalise

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// Scanner finds credentials in text that stands at path. It returns one
// entry for each, saying where and what kind, never the value.
type Scanner func(path, text string) []string

// Mapper holds the mappings of a catalogue. It may be used by many Normalisers
// at a time.
type Mapper struct {
	cat  *catalogue.Catalogue
	scan Scanner
	env  func() (*expr.ResourceEnv, error)

	mu  sync.Mutex
	met map[string]*mappings // by native type
}

// mappings are those of one native type.
type mappings struct {
	file, native string
	facts        map[string]*catalogue.Mapping
	twin         *catalogue.Twin // nil: the resource is read as it stands
	once         sync.Once
	readers      []*reader
	translator   *translator // nil without twin
	err          error
}

// NewMapper returns a mapper that compiles a type's mappings when it first
// meets the type: most estates use few of them.
func NewMapper(cat *catalogue.Catalogue, scan Scanner) *Mapper {
	return &Mapper{cat: cat, scan: scan, env: sync.OnceValues(expr.NewResourceEnv), met: map[string]*mappings{}}
}

// ofAsset returns the mappings of an asset type, and ofPart those of a part.
func (m *Mapper) ofAsset(t *catalogue.AssetType) *mappings {
	return m.of(t.Type, func() *mappings { return &mappings{file: t.Service.File, native: t.Type, facts: t.Facts, twin: t.Twin} })
}

func (m *Mapper) ofPart(p *catalogue.PartType) *mappings {
	return m.of(p.Type, func() *mappings { return &mappings{file: p.Service.File, native: p.Type, facts: p.Facts, twin: p.Twin} })
}

func (m *Mapper) of(native string, begin func() *mappings) *mappings {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := m.met[native]
	if ms == nil {
		ms = begin()
		m.met[native] = ms
	}
	return ms
}

// Compile compiles every mapping. The error joins all mistakes.
func (m *Mapper) Compile() error {
	all := m.cat.All()
	var errs []error
	compile := func(ms *mappings) {
		if m.compile(ms); ms.err != nil {
			errs = append(errs, ms.err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all.Assets)) {
		compile(m.ofAsset(all.Assets[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(all.Parts)) {
		compile(m.ofPart(all.Parts[name]))
	}
	return errors.Join(errs...)
}

// compile returns the type's readers. A mapping that cannot be compiled leaves
// its fact unknown; Compile tells of it.
func (m *Mapper) compile(ms *mappings) *mappings {
	ms.once.Do(func() {
		env, err := m.env()
		if err != nil {
			ms.err = err
			return
		}
		var errs []error
		all := func(what string, facts map[string]*catalogue.Mapping) (readers []*reader) {
			for _, name := range slices.Sorted(maps.Keys(facts)) {
				rd, err := compile(env, facts[name], m.scan)
				if err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %s %s: %w", ms.file, ms.native, what, name, err))
					rd = mistaken(facts[name].Fact)
				}
				readers = append(readers, rd)
			}
			return readers
		}
		ms.readers = all("fact", ms.facts)
		if t := ms.twin; t != nil {
			ms.translator = newTranslator(t, all("argument", t.Set), all("fact", t.Facts))
		}
		ms.err = errors.Join(errs...)
	})
	return ms
}

// Prepare begins to make ready what resources of the type need, and returns at
// once. It may be called while resources of other types are taken.
func (n *Normaliser) Prepare(native string) {
	m := n.mapper
	if native = m.cat.Canonical(native); !m.cat.Has(native) {
		return
	}
	go func() {
		if t := m.cat.Asset(native); t != nil {
			m.compile(m.ofAsset(t))
		} else if p := m.cat.Part(native); p != nil {
			m.compile(m.ofPart(p))
		}
	}()
}

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

// Comment is a source comment that belongs to an asset.
type Comment struct {
	Text string
	At   estate.Location
	Call bool // it stands at a module call that led to the asset
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
	apart     map[key]bool    // roots, by provider, whose unnamed account is their own
	states    map[string]bool // roots that are states, which show no provider's configuration
}

// member is something of an asset, by name.
type member struct {
	of   *estate.Asset
	name string
}

// key is an address in its root.
type key struct{ root, address string }

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
}

// pendingLink is a relation whose other end is not resolved yet.
type pendingLink struct {
	from   *estate.Asset
	name   string
	refs   []source.Ref
	values []string
	// partial are names known but for some part, such as the account's number.
	partial []string
	open    string // why the other end is not known
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
	}
}

// Resource takes one native resource.
func (n *Normaliser) Resource(r *source.Resource) {
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
		n.asset(r, t)
		return
	}
	if p := cat.Part(r.Type); p != nil {
		n.part(r, p)
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

// accountArgument is the argument by which resources of a provider say in which
// account they are, where there is one.
var accountArgument = map[string]string{"google": "project"}

// region is where the arguments say that the resource lies.
func region(provider string, body map[string]any) string {
	switch provider {
	case "azure":
		return strings.ToLower(strings.ReplaceAll(firstText(body, "location"), " ", "")) // "West Europe" is westeurope
	case "google":
		if zone := firstText(body, "zone"); zone != "" && firstText(body, "region") == "" {
			zone = zone[strings.LastIndexByte(zone, '/')+1:]
			return zone[:max(strings.LastIndexByte(zone, '-'), 0)]
		}
		return firstText(body, "region", "location")
	}
	return ""
}

// firstText is the first of the arguments that is known text.
func firstText(body map[string]any, arguments ...string) string {
	for _, name := range arguments {
		if s, ok := body[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
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
				n.idents[s] = append(n.idents[s], ident{asset: a, first: i == 0})
			}
		}
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

// calledAs is what to call a resource that says no name: its label, or inside
// a module whose every resource is called this, what the module is called.
func calledAs(r *source.Resource) string {
	if r.Name != "this" && r.Name != "default" && r.Name != "main" {
		return r.Name
	}
	module, ok := strings.CutSuffix(withoutLastKey(r.Address), "."+r.Type+"."+r.Name)
	if !ok {
		return r.Name
	}
	start, inKey := 0, false // the last call stands behind the last dot but one that is in no key
	for i := range len(module) {
		switch {
		case module[i] == '[':
			inKey = true
		case module[i] == ']' && (i+1 == len(module) || module[i+1] == '.'):
			inKey = false
		case !inKey && strings.HasPrefix(module[i:], "module."):
			start = i + len("module.")
		}
	}
	return module[start:]
}

// withoutLastKey strips the resource's own instance key: a.b["x"] -> a.b.
func withoutLastKey(address string) string {
	if i := strings.LastIndexByte(address, '['); i > 0 && strings.HasSuffix(address, "]") {
		return address[:i]
	}
	return address
}

func (n *Normaliser) part(r *source.Resource, p *catalogue.PartType) {
	pp := pendingPart{spec: p}
	written, ms := r, n.mapper.compile(n.mapper.ofPart(p))
	if ms.translator != nil {
		r = ms.translator.translate(r)
	}
	if p.Of[0] == catalogue.Account || p.Of[0] == catalogue.Any {
		pp.asset = &estate.Asset{
			Address: r.Address, Account: n.intern(r.Account), Region: n.intern(r.Region), Root: n.intern(r.Root),
			Provider: p.Service.Provider, Location: r.Location, Dialect: r.Dialect,
		}
	} else {
		pp.asset = n.shell(r, n.mapper.cat.Asset(p.Of[0]))
		pp.asset.Name = r.Name
	}
	at := pp.asset.Location // its facts outlive the shell
	pp.asset.SetFacts(n.facts(r, written, ms, &at))
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

// facts reads the facts of a resource, which the source wrote as written.
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
		if r.Partial {
			notOfTemplates(fs[own:])
		}
	}
	n.read = fs
	return append(make([]estate.Fact, 0, len(fs)+estate.RoomForFacts), fs...)
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

// link notes the relations an asset's arguments write.
func (n *Normaliser) link(a *estate.Asset, r *source.Resource, relations map[string]catalogue.Paths, out *[]pendingLink) {
	for _, name := range slices.Sorted(maps.Keys(relations)) {
		for _, path := range relations[name] {
			l := pendingLink{from: a, name: name, refs: r.Refs[path]}
			for _, v := range expr.Values(r.Body, path) {
				if u, ok := v.(*source.Unknown); ok {
					if len(l.refs) == 0 {
						l.open = reason(u)
					}
					if u.Text != "" {
						l.partial = append(l.partial, holesAsReferences.Replace(u.Text))
					}
				}
				l.values = append(l.values, texts(v)...)
			}
			if len(l.refs) > 0 || len(l.values) > 0 || l.open != "" {
				*out = append(*out, l)
			}
		}
	}
}

// holesAsReferences shows what is not known of a text as people write it.
var holesAsReferences = strings.NewReplacer(source.HoleOpen, "${", source.HoleClose, "}")

func (n *Normaliser) note(a *estate.Asset, r *source.Resource) {
	if cs := commentsOf(r); len(cs) > 0 {
		n.comments[a] = append(n.comments[a], cs...)
	}
}

// commentsOf places a resource's comments.
func commentsOf(r *source.Resource) (out []Comment) {
	for _, c := range r.Comments {
		out = append(out, Comment{Text: c.Text, At: estate.Location{File: r.Location.File, Line: c.Line}})
	}
	for _, c := range r.CallComments {
		out = append(out, Comment{Text: c.Text, At: c.At, Call: true})
	}
	return out
}

// texts lists the known strings of a value.
func texts(v any) []string {
	switch x := v.(type) {
	case string:
		if x != "" {
			return []string{x}
		}
	case []any:
		var out []string
		for _, e := range x {
			out = append(out, texts(e)...)
		}
		return out
	}
	return nil
}

func (n *Normaliser) intern(s string) string {
	if got, ok := n.interned[s]; ok {
		return got
	}
	n.interned[s] = s
	return s
}

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

func id(root, address string) string {
	if root == "" || root == "." {
		return address
	}
	return root + ":" + address
}

// withoutKeys strips instance keys: module.a["x"].aws_b.c[0] -> module.a.aws_b.c.
func withoutKeys(address string) string {
	if !strings.ContainsRune(address, '[') {
		return address
	}
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"' && depth > 0:
			quoted = true
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

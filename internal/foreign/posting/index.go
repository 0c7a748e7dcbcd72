// Package posting decides what other scanners' findings are about: which asset
// each means, and which responsibility it bears on.
package posting

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
)

// Index finds the asset that a finding means. Building it is linear in the
// assets, and asking it does not walk them.
type Index struct {
	types    *Types
	named    func(string) []*estate.Asset
	address  map[string][]*estate.Asset // addresses, also of parts, with and without instance keys
	object   map[string][]*estate.Asset // kind/namespace/name of Kubernetes objects
	typed    map[string][]*estate.Asset // type and name
	accounts map[string][]*estate.Asset // by provider
	images   map[string][]*estate.Asset
	files    map[string]*file // by path
	ends     map[string]*file // by what paths end in; nil where several do
}

// file is what stands in one file.
type file struct {
	path   string
	blocks []block // by first line
	longest,
	furthest int
}

type block struct {
	from, to int
	asset    *estate.Asset
}

// NewIndex makes an index. named finds assets by a literal identity, as the
// sources write it.
func NewIndex(assets []*estate.Asset, named func(string) []*estate.Asset, types *Types) *Index {
	x := &Index{
		types: types, named: named, address: map[string][]*estate.Asset{}, object: map[string][]*estate.Asset{}, typed: map[string][]*estate.Asset{},
		accounts: map[string][]*estate.Asset{}, images: map[string][]*estate.Asset{}, files: map[string]*file{}, ends: map[string]*file{},
	}
	paths := map[string]*file{}
	for _, a := range assets {
		x.add(a, paths)
	}
	for _, f := range paths {
		slices.SortFunc(f.blocks, func(a, b block) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
		for _, b := range f.blocks {
			f.longest = max(f.longest, b.to-b.from)
			f.furthest = max(f.furthest, b.to)
		}
		p := plainPath(f.path)
		x.files[p] = f
		for end := range ends(p) {
			if _, taken := x.ends[end]; taken {
				x.ends[end] = nil
				continue
			}
			x.ends[end] = f
		}
	}
	return x
}

func (x *Index) add(a *estate.Asset, paths map[string]*file) {
	if a.Kind == catalogue.Account {
		x.accounts[a.Provider] = append(x.accounts[a.Provider], a)
	}
	for i, address := range append([]string{a.Address}, a.Addresses...) {
		if i > 0 && address == a.Address {
			continue
		}
		address = strings.ToLower(address)
		note(x.address, address, a)
		if plain := withoutKeys(address); plain != address {
			note(x.address, plain, a)
		}
		if a.Dialect == estate.Kubernetes {
			note(x.object, objectKey(address), a)
			note(x.object, looseObject(address), a)
		}
		note(x.typed, fold(a.NativeType)+"\x00"+label(address), a)
	}
	for _, name := range []string{a.Name, a.Tags["Name"]} {
		if name != "" {
			note(x.typed, fold(a.NativeType)+"\x00"+strings.ToLower(name), a)
			note(x.typed, fold(a.Means)+"\x00"+strings.ToLower(name), a)
		}
	}
	for _, image := range Images(a) {
		for _, key := range imageKeys(image) {
			note(x.images, key, a)
		}
	}
	for _, at := range append([]estate.Location{a.Location}, a.Places...) {
		if at.File == "" {
			continue
		}
		f := paths[at.File]
		if f == nil {
			f = &file{path: at.File}
			paths[at.File] = f
		}
		if at.Line > 0 {
			f.blocks = append(f.blocks, block{at.Line, max(at.Line, at.EndLine), a})
		}
	}
}

func note(in map[string][]*estate.Asset, key string, a *estate.Asset) {
	if list := in[key]; len(list) == 0 || list[len(list)-1] != a {
		in[key] = append(list, a)
	}
}

// Find returns the asset that a finding means, or nil. The file it names is
// called as the sources call it from then on.
func (x *Index) Find(f *foreign.Finding) *estate.Asset {
	if in := x.file(f.File); in != nil {
		f.File = in.path
	}
	for _, ref := range f.Resources {
		if a := x.choose(f, x.byReference(f, ref)); a != nil {
			return a
		}
	}
	if f.Image != "" {
		for _, key := range imageKeys(f.Image) {
			if a := x.choose(f, x.images[key]); a != nil {
				return a
			}
		}
	}
	if f.Host != "" {
		if a := x.choose(f, slices.DeleteFunc(slices.Clone(x.named(f.Host)), func(a *estate.Asset) bool { return !x.types.machine(a) })); a != nil {
			return a
		}
	}
	return x.at(f)
}

// byReference lists what an address, an ARN, an id or a name may mean.
func (x *Index) byReference(f *foreign.Finding, ref string) []*estate.Asset {
	lower := strings.ToLower(strings.Replace(strings.Trim(ref, `"'`), ":", ".", strings.Count(ref, "module.")*b2i(!strings.HasPrefix(ref, "arn:")))) // tfsec writes module.a:aws_x.y
	for _, key := range []string{lower, withoutKeys(lower)} {
		if found := x.address[key]; len(found) > 0 {
			return found
		}
	}
	if f.Provider == "kubernetes" || strings.Count(ref, "/") == 2 || strings.Count(ref, ".") == 2 {
		if found := x.objects(lower); len(found) > 0 {
			return found
		}
	}
	id := x.types.Identify(f, ref)
	if id.Account {
		return x.account(id)
	}
	if id.Type != "" && id.Name != "" {
		t := x.types.cat.Asset(id.Type)
		for _, native := range []string{fold(id.Type), fold(meansOf(t, id.Type))} {
			if found := x.typed[native+"\x00"+strings.ToLower(id.Name)]; len(found) > 0 {
				return found
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(x.named(ref)), func(a *estate.Asset) bool {
		return id.Type != "" && a.Means != meansOf(x.types.cat.Asset(id.Type), id.Type) || id.Provider != "" && a.Provider != id.Provider ||
			id.Number != "" && a.Account != "" && a.Account != id.Number
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func meansOf(t *catalogue.AssetType, native string) string {
	if t == nil {
		return native
	}
	return t.Means
}

// objects finds a Kubernetes object by kind, namespace and name, in any of the
// orders in which scanners write them.
func (x *Index) objects(ref string) []*estate.Asset {
	parts := strings.FieldsFunc(ref, func(r rune) bool { return r == '/' || r == '.' && !strings.Contains(ref, "/") })
	if len(parts) < 2 {
		return nil
	}
	if len(parts) == 2 {
		return x.object["/"+parts[0]+"/"+parts[1]]
	}
	kind, namespace, name := parts[0], parts[1], parts[2]
	for _, key := range []string{kind + "/" + namespace + "/" + name, namespace + "/" + kind + "/" + name} {
		if found := x.object[objectKey(key)]; len(found) > 0 {
			return found
		}
	}
	if namespace == "default" { // what a manifest leaves out
		return x.object["/"+kind+"/"+name]
	}
	return nil
}

// objectKey is namespace/kind/name of one of our addresses, or of the like.
func objectKey(address string) string {
	parts := strings.Split(address, "/")
	switch len(parts) {
	case 2:
		return "/" + parts[0] + "/" + parts[1]
	case 3:
		return parts[0] + "/" + parts[1] + "/" + parts[2]
	}
	return address
}

// looseObject is the key without namespace, which reports may leave out.
func looseObject(address string) string {
	parts := strings.Split(address, "/")
	if len(parts) != 3 {
		return objectKey(address)
	}
	return "/" + parts[1] + "/" + parts[2]
}

// account is the account of that number. One that the sources do not name is
// taken to be it where there is only one.
func (x *Index) account(id Identity) []*estate.Asset {
	all := x.accounts[id.Provider]
	for _, a := range all {
		if a.Account == id.Number && id.Number != "" {
			return []*estate.Asset{a}
		}
	}
	if len(all) == 1 && all[0].Account == "" {
		return all
	}
	return nil
}

// choose picks among assets that share a name the one in the file the finding
// names. It does not guess.
func (x *Index) choose(f *foreign.Finding, found []*estate.Asset) *estate.Asset {
	if len(found) == 1 {
		return found[0]
	}
	if len(found) == 0 {
		return nil
	}
	if at := x.file(f.File); at != nil {
		in := slices.DeleteFunc(slices.Clone(found), func(a *estate.Asset) bool {
			return a.Location.File != at.path && !slices.ContainsFunc(a.Places, func(p estate.Location) bool { return p.File == at.path }) &&
				!slices.ContainsFunc(a.Calls, func(p estate.Location) bool { return p.File == at.path })
		})
		if len(in) == 1 {
			return in[0]
		}
		if a := at.smallest(f.Line, f.EndLine); a != nil && slices.Contains(in, a) {
			return a
		}
		if len(in) > 0 {
			found = in
		}
	}
	sameAccount := slices.DeleteFunc(slices.Clone(found), func(a *estate.Asset) bool { return f.Account == "" || a.Account != f.Account })
	if len(sameAccount) == 1 {
		return sameAccount[0]
	}
	// instances of one block are one place in the source; the first stands for them
	if !slices.ContainsFunc(found, func(a *estate.Asset) bool { return a.Root != found[0].Root || a.Location != found[0].Location }) {
		return found[0]
	}
	return nil
}

// at is the asset in whose block the finding's line lies.
func (x *Index) at(f *foreign.Finding) *estate.Asset {
	in := x.file(f.File)
	if in == nil {
		return nil
	}
	return in.smallest(f.Line, f.EndLine)
}

// file finds the file that a path means: the same path, or the one that shares
// the most of its end. Two that share as much are none.
func (x *Index) file(p string) *file {
	if p == "" {
		return nil
	}
	p = plainPath(p)
	if f := x.files[p]; f != nil {
		return f
	}
	if f, some := x.ends[p]; some { // what was named lies above what the tool was run in
		return f
	}
	for end := range ends(p) {
		if f := x.files[end]; f != nil {
			return f
		}
	}
	return nil
}

// plainPath is a path without what says where it starts.
func plainPath(p string) string {
	p = path.Clean(strings.TrimPrefix(strings.ReplaceAll(p, `\`, "/"), "/"))
	for strings.HasPrefix(p, "../") {
		p = p[3:]
	}
	return p
}

// ends yields the ends of a path at a slash, longest first, without itself.
func ends(p string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			_, rest, ok := strings.Cut(p, "/")
			if !ok || !yield(rest) {
				return
			}
			p = rest
		}
	}
}

// maxSteps bounds how many blocks are looked at for one line: they hardly ever
// lie within each other.
const maxSteps = 1000

// smallest is the asset of the smallest block that holds the line, or, where
// the tool marks a whole file, of the only one in it.
func (f *file) smallest(line, end int) *estate.Asset {
	var best *block
	i, _ := slices.BinarySearchFunc(f.blocks, line+1, func(b block, line int) int { return cmp.Compare(b.from, line) })
	for i, steps := i-1, 0; i >= 0 && f.blocks[i].from >= line-f.longest && steps < maxSteps; i, steps = i-1, steps+1 {
		b := &f.blocks[i]
		if b.to >= line && (best == nil || b.to-b.from < best.to-best.from) {
			best = b
		}
	}
	if best != nil {
		return best.asset
	}
	if line <= 1 || end-line > f.furthest/2 { // the file as a whole
		var only *estate.Asset
		for _, b := range f.blocks {
			if only != nil && b.asset != only {
				return nil
			}
			only = b.asset
		}
		return only
	}
	// a comment above the block, or a line between
	i, _ = slices.BinarySearchFunc(f.blocks, line, func(b block, line int) int { return cmp.Compare(b.from, line) })
	if i < len(f.blocks) && end >= f.blocks[i].from {
		return f.blocks[i].asset
	}
	return nil
}

// Images lists the container images that an asset's relations and facts name.
func Images(a *estate.Asset) []string {
	var out []string
	for _, r := range a.Relations {
		if r.Name == "registry_image" && r.Ref != "" {
			out = append(out, r.Ref)
		}
	}
	if f, ok := a.Fact("images"); ok {
		names, _ := f.Value.([]string)
		out = append(out, names...)
	}
	return out
}

// imageKeys are the names an image goes by, surest first: with digest or tag,
// and without registry.
func imageKeys(image string) []string {
	image = strings.ToLower(strings.TrimSpace(image))
	short := strings.TrimPrefix(strings.TrimPrefix(image, "docker.io/"), "index.docker.io/")
	short = strings.TrimPrefix(short, "library/")
	bare, digest, _ := strings.Cut(short, "@")
	keys := []string{short}
	if digest != "" {
		keys = append(keys, bare, digest)
	}
	if !strings.Contains(bare[strings.LastIndexByte(bare, '/')+1:], ":") {
		keys = append(keys, bare+":latest")
	} else {
		keys = append(keys, strings.TrimSuffix(bare, ":latest"))
	}
	return slices.Compact(keys)
}

// label is the name within an address.
func label(address string) string {
	address = withoutKeys(address)
	if i := strings.LastIndexByte(address, '/'); i >= 0 {
		return address[i+1:]
	}
	return address[strings.LastIndexByte(address, '.')+1:]
}

// withoutKeys strips instance keys from an address: a.b["x"].c[0] -> a.b.c.
func withoutKeys(address string) string {
	if !strings.ContainsRune(address, '[') {
		return address
	}
	var b strings.Builder
	depth := 0
	for _, r := range address {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

package catalogue

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// lazy holds the services of the built-in catalogue as text, and parses one
// when somebody asks for it or for one of its types: a run meets few of them,
// and parsing all takes longer than assessing a small estate. Several
// goroutines may use it at a time.
//
// It reports no mistakes: tests hold the built-in data to be without any, and
// who looks for them loads everything.
type lazy struct {
	vocabulary Catalogue        // without services
	units      map[string]*unit // by service
	types      map[string]listed
	partsOf    map[string][]string // by asset type
	all        func() Contents
	inside     func() map[string]bool // what is seen inside of machines
}

// unit is one service.
type unit struct {
	id      string
	files   map[string][]byte // its files by name
	entries map[string]entry  // what they hold, by native type
	open    func() Contents   // parses it, once
}

// listed is where a native type is described.
type listed struct {
	*unit
	file string
	entry
}

func newLazy(vocabulary *Catalogue, files map[string][]byte) *lazy {
	l := &lazy{vocabulary: *vocabulary, units: map[string]*unit{}, types: map[string]listed{}, partsOf: map[string][]string{}}
	l.all = sync.OnceValue(l.openAll)
	l.inside = sync.OnceValue(func() map[string]bool {
		out := map[string]bool{}
		for _, name := range l.partsOf[Machine] {
			if p := l.of(name).Parts[name]; p != nil {
				for fact := range p.Facts {
					out[fact] = true
				}
			}
		}
		return out
	})
	for _, file := range slices.Sorted(maps.Keys(files)) {
		id := serviceID(file)
		u := l.units[id]
		if u == nil {
			u = &unit{id: id, files: map[string][]byte{}, entries: map[string]entry{}}
			u.open = sync.OnceValue(func() Contents { return l.parse(u) })
			l.units[id] = u
		}
		u.files[file] = files[file]
		for _, e := range outline(string(files[file])) {
			u.entries[e.name] = e
			l.types[e.name] = listed{u, file, e}
			if e.section == "parts" {
				for _, of := range u.assets(e.of) {
					l.partsOf[of] = append(l.partsOf[of], e.name)
				}
			}
		}
	}
	return l
}

// serviceID is the service of a file: services/aws/rds/service.yaml is one of
// aws/rds.
func serviceID(file string) string { return strings.TrimPrefix(path.Dir(file), "services/") }

// assets are the types that the `of` of a part of the unit means.
func (u *unit) assets(of []string) []string {
	provider, _, _ := strings.Cut(u.id, "/")
	out := slices.Clone(of)
	for i := range out {
		if out[i] == Account {
			out[i] = AccountType(provider)
		}
	}
	return out
}

// parse loads the unit as if the catalogue held no more than it and what it is
// tied to: parts that other services have of its assets, which say what facts
// those can get, and the names of the assets of which it has parts.
func (l *lazy) parse(u *unit) Contents {
	c := l.vocabulary
	c.clear()
	files := maps.Clone(u.files)
	maps.Copy(files, l.excerpts(u))
	_ = c.decodeServices(files)
	_ = c.link()
	foreign := func(native string) bool { return l.types[native].unit != u }
	maps.DeleteFunc(c.Assets, func(native string, _ *AssetType) bool { return foreign(native) })
	maps.DeleteFunc(c.Parts, func(native string, _ *PartType) bool { return foreign(native) })
	maps.DeleteFunc(c.Services, func(id string, _ *Service) bool { return id != u.id })
	return Contents{Services: c.Services, Assets: c.Assets, Parts: c.Parts, Ignored: c.Ignored}
}

// alias finds uses of YAML anchors, which may stand elsewhere in a file.
var alias = regexp.MustCompile(`[\s\[{,]\*\w`)

// excerpts are the files of other services cut down to what the unit needs.
func (l *lazy) excerpts(u *unit) map[string][]byte {
	sections := map[string]map[string][]string{} // by file and section, entries
	take := func(from listed, text string) {
		if sections[from.file] == nil {
			sections[from.file] = map[string][]string{}
		}
		if texts := sections[from.file][from.section]; !slices.Contains(texts, text) {
			sections[from.file][from.section] = append(texts, text)
		}
	}
	for name, e := range u.entries {
		for _, part := range l.partsOf[name] {
			from := l.types[part]
			if from.unit == u {
				continue
			}
			take(from, from.text)
			for twin, e := range from.entries {
				if e.section == "twins" && slices.Contains(e.of, part) {
					take(l.types[twin], e.text)
				}
			}
		}
		if e.section == "parts" {
			for _, of := range u.assets(e.of) {
				if from := l.types[of]; from.unit != nil && from.unit != u {
					take(from, "  "+of+": {}\n")
				}
			}
		}
	}
	out := map[string][]byte{}
	for file, sections := range sections {
		var b bytes.Buffer
		for name, texts := range sections {
			b.WriteString(name + ":\n" + strings.Join(texts, ""))
		}
		out[file] = b.Bytes()
		if alias.Match(out[file]) {
			out[file] = l.units[serviceID(file)].files[file]
		}
	}
	return out
}

// openAll parses what nobody has asked for yet, in parallel.
func (l *lazy) openAll() Contents {
	units := slices.Collect(maps.Values(l.units))
	_ = inParallel(len(units), func(i int) error { units[i].open(); return nil })
	all := Contents{Services: map[string]*Service{}, Assets: map[string]*AssetType{}, Parts: map[string]*PartType{}, Ignored: map[string]string{}}
	for _, u := range l.units {
		own := u.open()
		maps.Copy(all.Services, own.Services)
		maps.Copy(all.Assets, own.Assets)
		maps.Copy(all.Parts, own.Parts)
		maps.Copy(all.Ignored, own.Ignored)
	}
	return all
}

// of returns what the service of a native type holds, nothing when there is
// none.
func (l *lazy) of(native string) Contents {
	if u := l.types[native].unit; u != nil {
		return u.open()
	}
	return Contents{}
}

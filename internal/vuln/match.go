package vuln

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/osv"
	"github.com/demarc-sec/demarc/internal/vuln/store"
	"github.com/demarc-sec/demarc/internal/vuln/version"
)

// hit is a record that holds for a package.
type hit struct {
	store.Item
	line   string
	fixed  string
	paid   bool
	pkg    int    // in the inventory
	source string // as records name it
	// settled are CVEs of which the distribution says that this version has the fix
	settled map[string]bool
}

// verdict is what the records say of one source package at one version.
type verdict struct {
	hits []hit
	why  string // something could not be compared
}

// source evaluates a package. Of a distribution whose records name sources, all
// binaries of one source have one verdict.
func (a *assessment) source(p packages.Package, name, v string) (*verdict, error) {
	k := sourceKey{name: name, version: v}
	if !a.of.sources {
		k.binary, k.binaryVersion = p.Name, p.Version+p.Module
	}
	if got := a.sources[k]; got != nil {
		return got, nil
	}
	m := matcher{a: a, p: p, verdict: &verdict{}, parsed: make(map[string]version.Version), settled: make(map[string]bool)}
	for _, line := range a.lines.names {
		if err := m.line(line, name, v); err != nil {
			return nil, err
		}
	}
	m.decide()
	a.sources[k] = m.verdict
	return m.verdict, nil
}

type matcher struct {
	a       *assessment
	p       packages.Package
	verdict *verdict
	parsed  map[string]version.Version
	hits    []hit
	settled map[string]bool // CVEs of which some line's own record says that this version has the fix
}

// line takes the records of one release, by the binary's name and its source's:
// where a record names both, what it says of the binary is exact.
func (m *matcher) line(line, name, v string) error {
	exact := make(map[string]bool)
	if !m.a.of.sources {
		items, err := m.a.family.Package(line, m.p.Name)
		if err != nil {
			return err
		}
		for _, it := range items {
			exact[it.Advisory] = true
			m.item(line, it, m.p.Version)
		}
		if name == m.p.Name {
			return nil
		}
	}
	items, err := m.a.family.Package(line, name)
	if err != nil {
		return err
	}
	for _, it := range items {
		if !exact[it.Advisory] {
			m.item(line, it, m.a.epoch(name, v))
		}
	}
	return nil
}

// epoch gives a source package's version the epoch that its file name leaves
// out, from a binary of it that has the same version.
func (a *assessment) epoch(source, v string) string {
	if e := a.epochs[source+" "+v]; e != "" && !strings.Contains(v, ":") {
		return e + ":" + v
	}
	return v
}

// item holds one record against the installed version.
func (m *matcher) item(line string, it store.Item, v string) {
	if !m.sameModule(it) {
		return
	}
	fixed, state, err := m.state(it, v)
	if err != nil {
		m.verdict.why = "a version cannot be compared: " + err.Error()
		return
	}
	if state == fixedIn {
		if c := ownCVE(it.Advisory); c != "" {
			m.settled[c] = true
		}
	}
	if state == affected {
		m.hits = append(m.hits, hit{Item: it, line: line, fixed: fixed, paid: m.a.lines.paid[line]})
	}
}

// decide drops what another line settles: a subscriber's package has the fix
// that the ordinary line still waits for.
func (m *matcher) decide() {
	for _, h := range m.hits {
		if c := ownCVE(h.Advisory); c != "" && !m.settled[c] {
			m.verdict.hits = append(m.verdict.hits, h)
		}
	}
	for _, h := range m.hits {
		if ownCVE(h.Advisory) == "" { // an advisory: join asks settled for each of its CVEs
			m.verdict.hits = append(m.verdict.hits, h)
		}
	}
	for i := range m.verdict.hits {
		m.verdict.hits[i].settled = m.settled
	}
}

// ownCVE is the CVE in the name of a distribution's own record.
func ownCVE(advisory string) string {
	if i := strings.Index(advisory, "CVE-"); i == 0 || i > 0 && advisory[i-1] == '-' {
		if osv.IsCVE(advisory[i:]) {
			return advisory[i:]
		}
	}
	return ""
}

type state int

const (
	unaffected state = iota
	affected
	fixedIn
)

// state says where the version lies in a record's ranges.
func (m *matcher) state(it store.Item, v string) (fixed string, s state, err error) {
	if len(it.Ranges) == 0 {
		if slices.Contains(it.Versions, v) {
			return "", affected, nil
		}
		return "", unaffected, nil
	}
	bare := m.p.Manager == packages.RPM && !strings.Contains(v, ":") && v != m.p.Version
	for _, r := range it.Ranges {
		from, err := m.compare(v, r.Introduced, bare)
		if err != nil {
			return "", unaffected, err
		}
		if from < 0 {
			continue
		}
		switch {
		case r.Fixed != "":
			to, err := m.compare(v, r.Fixed, bare)
			if err != nil {
				return "", unaffected, err
			}
			if to < 0 {
				return r.Fixed, affected, nil
			}
			s = fixedIn
		case r.Last != "":
			to, err := m.compare(v, r.Last, bare)
			if err != nil {
				return "", unaffected, err
			}
			if to <= 0 {
				return "", affected, nil
			}
		default:
			return "", affected, nil
		}
	}
	return "", s, nil
}

// compare compares with the bound of a range; "0" is before all versions. bare
// says that the version's epoch is not known, so that neither has one.
func (m *matcher) compare(v, bound string, bare bool) (int, error) {
	if bound == "0" {
		return 1, nil
	}
	if bare {
		if _, rest, ok := strings.Cut(bound, ":"); ok {
			bound = rest
		}
	}
	x, err := m.parse(v)
	if err != nil {
		return 0, err
	}
	y, err := m.parse(bound)
	if err != nil {
		return 0, err
	}
	return x.Compare(y)
}

func (m *matcher) parse(text string) (version.Version, error) {
	if v, ok := m.parsed[text]; ok {
		return v, nil
	}
	v, err := version.Parse(m.a.of.scheme, text)
	if err == nil {
		m.parsed[text] = v
	}
	return v, err
}

// modular marks the versions of packages of modules, as Red Hat builds them.
var modular = regexp.MustCompile(`\.module[_+]`)

// sameModule tells whether a record can be about the package: a fix in a module
// is none for a package outside of it, nor the other way round.
func (m *matcher) sameModule(it store.Item) bool {
	if m.p.Manager != packages.RPM {
		return true
	}
	of := m.p.Module != "" || modular.MatchString(m.p.Version)
	for _, r := range it.Ranges {
		if r.Fixed != "" && modular.MatchString(r.Fixed) != of {
			return false
		}
	}
	return true
}

// stream is a module's stream in an advisory's title: nodejs:18 security update.
var stream = regexp.MustCompile(`\b([a-z][a-z0-9_-]*):([a-zA-Z0-9][a-zA-Z0-9._-]*)`)

// otherStream tells whether an advisory is about another stream of the package's
// module: versions of two streams have no order.
func otherStream(p packages.Package, summary string) bool {
	parts := strings.SplitN(p.Module, ":", 3)
	if len(parts) < 2 {
		return false
	}
	named := false
	for _, s := range stream.FindAllStringSubmatch(summary, -1) {
		if s[1] == parts[0] {
			if s[2] == parts[1] {
				return false
			}
			named = true
		}
	}
	return named
}

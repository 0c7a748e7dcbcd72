package vuln

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// mergeKey is one vulnerability of a host: a CVE in what was built from one
// source at one version.
type mergeKey struct{ id, source, version string }

// join turns hits into vulnerabilities. An advisory is about several CVEs, and a
// CVE in several records; what the distribution's own record says of a CVE goes
// before an advisory.
func (a *assessment) join() error {
	var names []string
	seen := make(map[string]bool)
	for _, h := range a.hits {
		if !seen[h.Advisory] {
			seen[h.Advisory] = true
			names = append(names, h.Advisory)
		}
	}
	if len(names) == 0 {
		return nil
	}
	advisories, err := a.family.Advisories(names)
	if err != nil {
		return err
	}
	hit := make(map[int]bool) // packages that keep a vulnerability
	for _, h := range a.hits {
		adv := advisories[h.Advisory]
		p := a.inv.Packages[h.pkg]
		if adv == nil || otherStream(p, adv.Summary) {
			continue
		}
		ids := adv.CVEs
		if len(ids) == 0 {
			ids = []string{adv.ID}
		}
		for _, id := range ids {
			if !adv.Own && h.settled[id] {
				continue
			}
			a.merge(id, h, adv, p)
			hit[h.pkg] = true
		}
	}
	for i := range a.tally {
		if a.tally[i].result == Vulnerable && !hit[i] {
			a.tally[i].result = Clean
		}
	}
	return nil
}

// merge adds a hit to the vulnerability that it is of.
func (a *assessment) merge(id string, h hit, adv *store.Advisory, p packages.Package) {
	_, version := sourceOf(p)
	k := mergeKey{id, h.source, version}
	v := a.merged[k]
	if v == nil {
		v = &Vulnerability{ID: id, Source: h.source, Severity: "unknown", Use: "installed", NotRunning: true}
		if !a.inv.UseRead {
			v.Use = "unknown"
		}
		a.merged[k] = v
	}
	v.Advisories = insert(v.Advisories, adv.ID)
	a.addPackage(v, p, h.source)
	a.addFix(v, h, adv)
	a.addSeverity(v, h, adv)
	if v.Summary == "" || adv.Own {
		v.Summary = adv.Summary
	}
	if v.URL == "" || adv.Own {
		v.URL = adv.URL
	}
}

func insert(to []string, s string) []string {
	if i, has := slices.BinarySearch(to, s); !has {
		return slices.Insert(to, i, s)
	}
	return to
}

func (a *assessment) addPackage(v *Vulnerability, p packages.Package, source string) {
	one := Package{p.Name, p.Version, p.Arch, p.Held}
	if slices.Contains(v.Packages, one) {
		return
	}
	v.Packages = append(v.Packages, one)
	v.NotRunning = v.NotRunning && isKernel(source) && a.notRunning(p)
	if p.Use == nil {
		return
	}
	for _, l := range p.Use.Loaded {
		v.Loaded = insert(v.Loaded, l)
	}
	for _, l := range p.Use.Listening {
		v.Listening = insert(v.Listening, l)
	}
	switch {
	case len(v.Listening) > 0:
		v.Use = "listening"
	case len(v.Loaded) > 0 && v.Use != "listening":
		v.Use = "loaded"
	}
}

// addFix keeps the version to get: that of the distribution's own record, or
// else the newest that an advisory asks for, since a later one may mend the
// first one's mistake.
func (a *assessment) addFix(v *Vulnerability, h hit, adv *store.Advisory) {
	switch {
	case h.fixed == "":
		if v.Fixed == "" && (v.Published.IsZero() || adv.Published.Before(v.Published)) && !adv.Published.IsZero() {
			v.Published = adv.Published
		}
	case v.Fixed == "":
		v.Fixed, v.Paid, v.Published = h.fixed, h.paid, adv.Published
	case v.Paid && !h.paid:
		v.Fixed, v.Paid, v.Published = h.fixed, false, adv.Published
	case h.paid && !v.Paid:
	default:
		v.Fixed = newest(a.of.scheme, v.Fixed, h.fixed)
		// A vulnerability may be published long before its fix: the advisory's date
		// is the fix's.
		if !adv.Own && !adv.Published.IsZero() && (strings.HasPrefix(v.ID, "CVE-") || adv.Published.Before(v.Published)) {
			v.Published = adv.Published
		}
	}
	v.Days = since(v.Published, a.now)
	v.Overdue = v.Fixed != "" && !v.Paid && !v.NotRunning && !v.Published.IsZero() && a.now.Sub(v.Published) > a.policy.Grace
}

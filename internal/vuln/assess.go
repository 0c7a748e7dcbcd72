package vuln

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/store"
	"github.com/demarc-sec/demarc/internal/vuln/version"
)

// Assess holds a host's packages against the data. calendars are those of
// catalogue/lifecycles. db may have no data at all: then nothing is evaluated.
func Assess(inv *packages.Inventory, db *store.DB, calendars fs.FS, now time.Time, policy Policy) (*Report, error) {
	a := &assessment{
		inv: inv, db: db, now: now, policy: policy, sources: make(map[sourceKey]*verdict), merged: make(map[mergeKey]*Vulnerability),
		report: &Report{Made: now.UTC(), Distro: inv.Distro, Vulnerabilities: []Vulnerability{}, NotEvaluated: []Unknown{}, Counts: Counts{Packages: len(inv.Packages), BySeverity: map[string]int{}}},
	}
	a.of, a.known = distributions[inv.Distro.ID]
	a.report.OS = support(a.of, inv.Distro, calendars, now)
	a.report.Kernel = kernel(inv, a.of.scheme)
	a.prepare()
	if err := a.packages(); err != nil {
		return nil, err
	}
	return a.report, a.finish()
}

// assessment is one host's.
type assessment struct {
	inv    *packages.Inventory
	db     *store.DB
	now    time.Time
	policy Policy
	of     distribution
	known  bool // the distribution
	family *store.Family
	lines  lines
	// why nothing can be evaluated; empty when something can
	why    string
	report *Report

	epochs  map[string]string // of source packages, from a binary that has the same version
	sources map[sourceKey]*verdict
	hits    []hit
	merged  map[mergeKey]*Vulnerability
	tally   []tally
}

type sourceKey struct{ name, version, binary, binaryVersion string }

// tally is what became of a package.
type tally struct {
	result Result
	why    string
	other  bool // it is not the distribution's own
}

// prepare finds the data of the host, or why there is none.
func (a *assessment) prepare() {
	d := a.inv.Distro
	switch {
	case d.ID == "":
		a.why = "which distribution it is is not known"
	case !a.known:
		a.why = d.ID + " is a distribution whose records are not known here"
	case a.of.family == "":
		a.why = "there is no data for " + d.ID + " in OSV"
	case d.Rolling && a.of.family == "Debian":
		a.why = "Debian testing and unstable have no records of their own"
	}
	if a.why == "" {
		a.family = a.db.Family(a.of.family)
		switch {
		case a.family == nil:
			a.why = "there is no data of " + a.of.family + "; run demarc vuln update"
		case a.family.Old(a.now) > a.policy.MaxAge:
			a.why = fmt.Sprintf("the data of %s is of %s, which is older than %s", a.of.family, a.family.AsOf.Format(time.DateOnly), days(a.policy.MaxAge))
		case a.now.Sub(a.family.Newest) > a.policy.Quiet:
			a.why = fmt.Sprintf("the newest record of %s is of %s: the data seems to be dead", a.of.family, a.family.Newest.Format(time.DateOnly))
		default:
			a.lines, a.why = a.of.find(d, a.family.Releases())
		}
		if a.family != nil {
			meta := a.family.Meta
			a.report.Data, a.report.Releases = &meta, a.lines.names
		}
	}
	a.epochs = make(map[string]string)
	for _, p := range a.inv.Packages {
		if e, rest, ok := strings.Cut(p.Version, ":"); ok && p.Manager == packages.RPM && (p.SourceVersion == p.Version || p.SourceVersion == rest) {
			a.epochs[p.Source+" "+rest] = e
		}
	}
}

func days(d time.Duration) string { return fmt.Sprintf("%d days", int(d.Hours()/24)) }

// packages evaluates each package, and afterwards joins what was hit.
func (a *assessment) packages() error {
	a.tally = make([]tally, len(a.inv.Packages))
	for i := range a.inv.Packages {
		p := &a.inv.Packages[i]
		t, err := a.one(i, p)
		if err != nil {
			return err
		}
		a.tally[i] = t
	}
	return a.join()
}

// one evaluates a package as far as ranges go: vulnerable means that a record's
// range holds it.
func (a *assessment) one(i int, p *packages.Package) (tally, error) {
	if a.why != "" {
		return tally{result: NotEvaluated, why: a.why}, nil
	}
	name, v := sourceOf(*p)
	if name == "" {
		if name = a.family.SourceOf(a.lines.names[0], p.Name); name != "" {
			v = p.Version
		}
	}
	known := false
	for _, line := range a.lines.names {
		known = known || a.family.Knows(line, name) || !a.of.sources && a.family.Knows(line, p.Name)
	}
	if why := a.of.foreign(*p, known); why != "" {
		return tally{NotEvaluated, why, true}, nil
	}
	if name == "" {
		return tally{result: NotEvaluated, why: "its source package is not known, and records name sources"}, nil
	}
	if isKernel(name) {
		if headers.MatchString(p.Name) {
			a.report.PassedOver = append(a.report.PassedOver, Unknown{p.Name, p.Version, p.Manager, "it has the kernel's headers or tools, not the kernel", false})
			return tally{result: Clean}, nil
		}
		if metaKernel(*p) {
			a.report.PassedOver = append(a.report.PassedOver, Unknown{p.Name, p.Version, p.Manager, "it only depends on the newest kernel", false})
			return tally{result: Clean}, nil
		}
	}
	got, err := a.source(*p, name, v)
	if err != nil {
		return tally{}, err
	}
	for _, h := range got.hits {
		h.pkg = i
		h.source = name
		a.hits = append(a.hits, h)
	}
	switch {
	case len(got.hits) > 0:
		return tally{result: Vulnerable}, nil
	case got.why != "":
		return tally{result: NotEvaluated, why: got.why}, nil
	}
	return tally{result: Clean}, nil
}

// metaKernel tells whether a package only asks for the newest kernel.
func metaKernel(p packages.Package) bool {
	switch p.Manager {
	case packages.Dpkg: // linux-image-amd64, linux-generic: no release in the name
		return !strings.Contains(p.Name, ".") || strings.HasPrefix(p.Source, "linux-meta")
	case packages.RPM: // since the core was split off
		return p.Name == "kernel" && !strings.Contains(p.Version, ".amzn") && !oldKernel.MatchString(p.Version)
	}
	return false
}

// finish counts, sorts, and says what the host as a whole is.
func (a *assessment) finish() error {
	r := a.report
	ended := r.OS.State == "ended"
	for i, t := range a.tally {
		p := &a.inv.Packages[i]
		if t.result == Clean && ended {
			t = tally{result: NotEvaluated, why: "support of " + orUnknown(a.inv.Distro.Name, a.inv.Distro.ID) + " ended" + on(r.OS.Ends) + ": nobody records new vulnerabilities of it"}
		}
		switch t.result {
		case Clean:
			r.Counts.Clean++
		case Vulnerable:
			r.Counts.Vulnerable++
		default:
			r.Counts.NotEvaluated++
			if !t.other {
				r.Counts.Distribution++
			}
			r.NotEvaluated = append(r.NotEvaluated, Unknown{p.Name, p.Version, p.Manager, t.why, t.other})
		}
	}
	for _, v := range a.merged {
		r.Vulnerabilities = append(r.Vulnerabilities, *v)
	}
	if err := a.exploits(); err != nil {
		return err
	}
	slices.SortFunc(r.Vulnerabilities, worse)
	for i := range r.Vulnerabilities {
		v := &r.Vulnerabilities[i]
		r.Counts.Vulnerabilities++
		r.Counts.BySeverity[v.Severity]++
		if v.Fixed != "" {
			r.Counts.Fixable++
		}
		if v.Overdue {
			r.Counts.Overdue++
		}
	}
	a.reasons(ended)
	switch {
	case r.Counts.Vulnerable > 0:
		r.Result = Vulnerable
	case len(r.Why) > 0 || r.Counts.NotEvaluated > 0:
		r.Result = NotEvaluated
	default:
		r.Result = Clean
	}
	return nil
}

// reasons are why the host was not evaluated, or not the whole of it.
func (a *assessment) reasons(ended bool) {
	r := a.report
	if a.why != "" {
		r.Why = append(r.Why, a.why)
	}
	if ended {
		r.Why = append(r.Why, "support of the release ended"+on(r.OS.Ends))
	}
	if len(a.inv.Databases) == 0 {
		r.Why = append(r.Why, "no package database was found")
	}
	for _, p := range a.inv.Problems {
		r.Why = append(r.Why, "the inventory is not complete: "+p)
	}
	if n := r.Counts.NotEvaluated; n > 0 && a.why == "" && !ended {
		r.Why = append(r.Why, map[bool]string{true: "1 package was", false: fmt.Sprintf("%d packages were", n)}[n == 1]+" not evaluated")
	}
}

func on(day string) string {
	if day == "" {
		return ""
	}
	return " on " + day
}

func orUnknown(s ...string) string { return cmp.Or(append(s, "it")...) }

// exploits joins what is known of attackers' use.
func (a *assessment) exploits() error {
	var cves []string
	for _, v := range a.report.Vulnerabilities {
		cves = append(cves, v.ID)
	}
	known, err := a.db.Exploit(cves)
	if err != nil {
		return err
	}
	for i := range a.report.Vulnerabilities {
		v := &a.report.Vulnerabilities[i]
		v.Exploit = known[v.ID]
	}
	return nil
}

// worse orders: what is used by attackers, then by severity, whether it is
// reachable, its likelihood, and name.
func worse(a, b Vulnerability) int {
	return cmp.Or(
		cmp.Compare(b2i(b.KEV != nil), b2i(a.KEV != nil)),
		cmp.Compare(slices.Index(Severities, a.Severity), slices.Index(Severities, b.Severity)),
		cmp.Compare(b2i(a.NotRunning), b2i(b.NotRunning)),
		cmp.Compare(slices.Index(uses, a.Use), slices.Index(uses, b.Use)),
		cmp.Compare(b2i(b.Fixed != ""), b2i(a.Fixed != "")),
		cmp.Compare(b.EPSS, a.EPSS),
		strings.Compare(a.ID, b.ID), strings.Compare(a.Source, b.Source),
	)
}

var uses = []string{"listening", "loaded", "unknown", "installed"}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// since is the whole days from a date.
func since(t, now time.Time) int {
	if t.IsZero() || t.After(now) {
		return 0
	}
	return int(math.Floor(now.Sub(t).Hours() / 24))
}

// newest returns the newer of two versions; what cannot be compared leaves the
// first.
func newest(s version.Scheme, a, b string) string {
	if c, err := version.Compare(s, a, b); err == nil && c < 0 {
		return b
	}
	return a
}

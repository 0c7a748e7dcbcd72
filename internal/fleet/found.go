package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/vuln"
)

// Whether there is a fix, and how the code is used; the worst use first.
const (
	FixYes         = "yes"
	FixSubscribers = "subscribers" // of the distribution's publisher
	FixNo          = "no"

	usedNotRunning = "not_running" // a kernel that does not run
)

// Uses are how vulnerable code is used on a server, the worst first.
var Uses = []string{"listening", "loaded", "unknown", "installed", usedNotRunning}

// vulnRow is a vulnerability that any server of an organisation has.
type vulnRow struct {
	bun.BaseModel `bun:"table:vulnerabilities,alias:v"`

	ID         int64 `bun:",pk,autoincrement"`
	Org        int64
	Name       string
	Severity   int64
	Exploited  int64
	Added      string
	Deadline   string
	Ransomware int64
	EPSS       int64
	Percentile int64
	Score      int64
	Vector     string
	Since      store.Time
	Summary    string
	URL        string
	Place      int64
	First      store.Time
}

// placed gives the row its place in the list: what attackers use, by severity,
// by likelihood.
func (r *vulnRow) placed() { r.Place = (1-r.Exploited)*1e8 + r.Severity*1e7 + 1e6 - r.EPSS }

// place is placed in SQL.
const place = "(1 - exploited) * 100000000 + severity * 10000000 + 1000000 - epss"

// foundRow is one vulnerability on one server.
type foundRow struct {
	bun.BaseModel `bun:"table:host_vulnerabilities,alias:h"`

	Agent     int64 `bun:",pk"`
	Vuln      int64 `bun:",pk"`
	Org       int64
	GroupID   int64
	System    string
	Severity  int64
	Exploited int64
	Fix       string
	Used      string
	Fixed     string
	Since     store.Time
	First     store.Time
	Body      string
}

// foundFacets name the dimensions of the cells of what was found.
var foundFacets = []string{"severity", "exploited", "fix", "use", "system"}

func (r *foundRow) cell() cell {
	return cell{r.Org, ofFound, r.GroupID, [dims]string{vulnSeverity(r.Severity), yes(r.Exploited), r.Fix, r.Used, r.System}}
}

func (r *foundRow) same(o *foundRow) bool {
	a, b := *r, *o
	a.First, a.Since, b.First, b.Since = store.Time{}, store.Time{}, store.Time{}, store.Time{}
	return a == b && r.Since.Equal(o.Since.Time)
}

func vulnSeverity(rank int64) string {
	return vuln.Severities[max(0, min(rank, int64(len(vuln.Severities)-1)))]
}

func vulnRank(name string) int64 { return int64(slices.Index(vuln.Severities, name)) }

// foundBody is the JSON beside one vulnerability on one server.
type foundBody struct {
	Packages   []FoundPackage `json:"packages"`
	Advisories []string       `json:"advisories,omitempty"`
	Word       string         `json:"word,omitempty"` // the distribution's own severity
	Loaded     []string       `json:"loaded,omitempty"`
	Listening  []string       `json:"listening,omitempty"`
}

// FoundPackage is an installed package that has a vulnerability.
type FoundPackage struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Arch    string `json:"arch,omitempty"`
	Source  string `json:"source,omitempty"`
	Fixed   string `json:"fixed,omitempty"`
	Held    bool   `json:"held,omitempty"`
}

// maxFoundPackages bounds those of one vulnerability on one server: more than any
// source is built into.
const maxFoundPackages = 1000

// finding is one vulnerability of a report, from all of its sources.
type finding struct {
	vuln vulnRow
	row  foundRow
	body foundBody
}

// findings puts the vulnerabilities of a report together by name: one CVE may
// be in the packages of several sources.
func findings(v *evaluation, r *softwareRow) map[string]*finding {
	out := map[string]*finding{}
	for i := range v.report.Vulnerabilities {
		f := &v.report.Vulnerabilities[i]
		name := line(f.ID, 200)
		got := out[name]
		if got == nil {
			got = &finding{
				vuln: vulnRow{Org: r.Org, Name: name, Severity: math.MaxInt64, First: store.At(v.at)},
				row: foundRow{
					Agent: r.Agent, Org: r.Org, GroupID: r.GroupID, System: r.System, Severity: math.MaxInt64, Fix: FixNo, Used: usedNotRunning, First: store.At(v.at),
				},
			}
			out[name] = got
		}
		got.add(f)
	}
	return out
}

func (g *finding) add(f *vuln.Vulnerability) {
	g.row.Severity = min(g.row.Severity, vulnRank(f.Severity))
	g.vuln.Severity = g.row.Severity
	g.exploit(f)
	if n := int64(math.Round(f.Score * 10)); n > g.vuln.Score {
		g.vuln.Score, g.vuln.Vector = n, line(f.Vector, 300)
	}
	g.vuln.Summary, g.vuln.URL = cmp.Or(g.vuln.Summary, line(f.Summary, 300)), cmp.Or(g.vuln.URL, line(f.URL, 500))
	if !f.Published.IsZero() && (g.row.Since.IsZero() || f.Published.Before(g.row.Since.Time)) {
		g.row.Since = store.At(f.Published)
		g.vuln.Since = g.row.Since
	}
	fixed := line(f.Fixed, 150)
	switch {
	case fixed != "" && !f.Paid:
		g.row.Fix = FixYes
	case fixed != "" && g.row.Fix == FixNo:
		g.row.Fix = FixSubscribers
	}
	if fixed != "" && !slices.Contains(strings.Split(g.row.Fixed, ", "), fixed) && len(g.row.Fixed) < 300 {
		g.row.Fixed = strings.TrimPrefix(g.row.Fixed+", "+fixed, ", ")
	}
	use := f.Use
	if f.NotRunning {
		use = usedNotRunning
	}
	if slices.Index(Uses, use) < slices.Index(Uses, g.row.Used) {
		g.row.Used = use
	}
	for _, p := range f.Packages {
		if len(g.body.Packages) < maxFoundPackages {
			g.body.Packages = append(g.body.Packages, FoundPackage{line(p.Name, 200), line(p.Version, 200), line(p.Arch, 20), line(f.Source, 200), fixed, p.Held})
		}
	}
	g.body.Advisories = merged(g.body.Advisories, f.Advisories)
	g.body.Word = cmp.Or(g.body.Word, line(f.Word, 50))
	g.body.Loaded, g.body.Listening = merged(g.body.Loaded, f.Loaded), merged(g.body.Listening, f.Listening)
}

func (g *finding) exploit(f *vuln.Vulnerability) {
	g.vuln.EPSS, g.vuln.Percentile = millionths(f.EPSS), millionths(f.Percentile)
	if k := f.KEV; k != nil {
		g.vuln.Exploited, g.vuln.Added, g.vuln.Deadline, g.vuln.Ransomware = 1, line(k.Added, 10), line(k.Due, 10), flag(k.Ransomware)
	}
	g.row.Exploited = g.vuln.Exploited
}

func millionths(p float64) int64 { return int64(math.Round(max(0, min(1, p)) * 1e6)) }

// merged adds texts that are not there yet, up to a bound.
func merged(have, more []string) []string {
	for _, s := range more {
		if s = line(s, 200); s != "" && len(have) < 20 && !slices.Contains(have, s) {
			have = append(have, s)
		}
	}
	return have
}

// keepFound brings what is known of a server's vulnerabilities up to date, and
// every count with it.
func (f *Fleet) keepFound(ctx context.Context, tx bun.Tx, v *evaluation, r *softwareRow, counts *tally) error {
	now := findings(v, r)
	r.Found, r.Fixable, r.Exploited, r.Worst = int64(len(now)), 0, 0, int64(len(vuln.Severities))
	ids, err := f.keepVulnerabilities(ctx, tx, r.Org, now)
	if err != nil {
		return err
	}
	var old []foundRow
	if err := tx.NewSelect().Model(&old).Where("agent = ?", r.Agent).Scan(ctx); err != nil {
		return err
	}
	before := make(map[int64]*foundRow, len(old))
	for i := range old {
		before[old[i].Vuln] = &old[i]
	}
	cells := vulnTally{}
	var put []foundRow
	for name, g := range now {
		text, err := json.Marshal(g.body)
		if err != nil {
			return err
		}
		g.row.Vuln, g.row.Body = ids[name], string(text)
		r.Worst = min(r.Worst, g.row.Severity)
		r.Exploited += g.row.Exploited
		if g.row.Fix == FixYes {
			r.Fixable++
		}
		was := before[g.row.Vuln]
		delete(before, g.row.Vuln)
		if was != nil {
			g.row.First = was.First
			if was.same(&g.row) {
				continue
			}
			counts.add(was.cell(), -1)
			cells.add(was, -1)
		}
		counts.add(g.row.cell(), 1)
		cells.add(&g.row, 1)
		put = append(put, g.row)
	}
	gone := slices.Sorted(maps.Keys(before))
	for _, id := range gone {
		counts.add(before[id].cell(), -1)
		cells.add(before[id], -1)
	}
	if len(gone) > 0 {
		if _, err := tx.NewDelete().Model((*foundRow)(nil)).Where("agent = ? AND vuln IN (?)", r.Agent, bun.List(gone)).Exec(ctx); err != nil {
			return err
		}
	}
	slices.SortFunc(put, func(a, b foundRow) int { return cmp.Compare(a.Vuln, b.Vuln) })
	if err := store.Upsert(ctx, tx, put, "agent, vuln"); err != nil {
		return err
	}
	return cells.write(ctx, tx)
}

// keepVulnerabilities writes down what is known of each vulnerability itself,
// where that is new, and returns their ids by name.
func (f *Fleet) keepVulnerabilities(ctx context.Context, tx bun.Tx, org int64, now map[string]*finding) (map[string]int64, error) {
	names := slices.Sorted(maps.Keys(now))
	ids, missing := make(map[string]int64, len(names)), names
	for range 2 { // those that are there, and after they were written the new ones
		var put []vulnRow
		for part := range slices.Chunk(missing, 500) {
			var rows []vulnRow
			if err := f.locked(tx.NewSelect().Model(&rows).Where("org = ? AND name IN (?)", org, bun.List(part)).Order("id")).Scan(ctx); err != nil {
				return nil, err
			}
			for i := range rows {
				ids[rows[i].Name] = rows[i].ID
				if row, differs := now[rows[i].Name].vuln.over(&rows[i]); differs {
					put = append(put, row)
				}
			}
		}
		missing = nil
		for _, n := range names {
			if ids[n] == 0 {
				row := now[n].vuln
				row.placed()
				put, missing = append(put, row), append(missing, n)
			}
		}
		slices.SortFunc(put, func(a, b vulnRow) int { return strings.Compare(a.Name, b.Name) })
		if err := store.Upsert(ctx, tx, put, "org,name"); err != nil {
			return nil, err
		}
		if len(missing) == 0 {
			break
		}
	}
	return ids, nil
}

// over is a row that is there with what is known now. Another server may know a
// worse severity of it: the worst that any has stands.
func (r vulnRow) over(was *vulnRow) (row vulnRow, differs bool) {
	row = r
	row.ID, row.First, row.Severity = was.ID, was.First, min(r.Severity, was.Severity)
	if !was.Since.IsZero() && (row.Since.IsZero() || was.Since.Before(row.Since.Time)) {
		row.Since = was.Since
	}
	if was.Score > row.Score {
		row.Score, row.Vector = was.Score, was.Vector
	}
	if was.Summary != "" { // distributions word it each in their way
		row.Summary, row.URL = was.Summary, was.URL
	}
	row.placed()
	a, b := row, *was
	a.Since, b.Since, a.First, b.First = store.Time{}, store.Time{}, store.Time{}, store.Time{}
	return row, a != b || !row.Since.Equal(was.Since.Time)
}

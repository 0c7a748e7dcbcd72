package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// VulnerabilityQuery narrows vulnerabilities to those that servers have in one
// of these ways. Values of one field are alternatives.
type VulnerabilityQuery struct {
	Group      int64 // it and those below it
	Severities []string
	Exploited  []string // yes, no
	Fixes      []string
	Uses       []string
	Systems    []string // such as "debian 12"
	Text       string   // how its name begins
	Cursor     string
	Limit      int
}

func (q *VulnerabilityQuery) asked() [dims][]string {
	return [dims][]string{q.Severities, q.Exploited, q.Fixes, q.Uses, q.Systems}
}

// Vulnerability is one, and how many of the servers that were asked for have it.
type Vulnerability struct {
	ID         int64
	Name       string
	Severity   string // the worst that any of those servers' distributions gives it
	Exploited  bool
	Added      string // the day CISA said so
	Deadline   string // the day by which CISA wants it mended
	Ransomware bool
	EPSS       float64 // probability of use within 30 days
	Percentile float64
	Score      float64 // CVSS
	Vector     string
	Since      time.Time // when its fix, or without one the flaw, was first published
	First      time.Time // when it was first found on any server
	Summary    string
	URL        string

	Servers   int64
	Fixable   int64 // servers for which there is a fix
	Reachable int64 // servers on which its code is loaded or listens
	Systems   []FixedIn
}

// FixedIn is the state of one distribution with a vulnerability.
type FixedIn struct {
	System  string
	Fix     string
	Version string // that mends it
	Servers int64
}

func (r *vulnRow) noun() Vulnerability {
	return Vulnerability{
		ID: r.ID, Name: r.Name, Severity: vulnSeverity(r.Severity), Exploited: r.Exploited == 1, Added: r.Added, Deadline: r.Deadline, Ransomware: r.Ransomware == 1,
		EPSS: float64(r.EPSS) / 1e6, Percentile: float64(r.Percentile) / 1e6, Score: float64(r.Score) / 10, Vector: r.Vector,
		Since: r.Since.Time, First: r.First.Time, Summary: r.Summary, URL: r.URL,
	}
}

// cells narrows cells to what is asked for and reached.
func (q *VulnerabilityQuery) cells(sel *bun.SelectQuery, who tenant.Who) *bun.SelectQuery {
	sel = store.InReach(sel.TableExpr("vulnerability_cells AS c").Where("c.n > 0"), "c.group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	sel = in(in(in(sel, "c.fix", q.Fixes), "c.used", q.Uses), "c.system", q.Systems)
	if len(q.Severities) > 0 {
		ranks := []int64{-1}
		for _, s := range q.Severities {
			ranks = append(ranks, vulnRank(s))
		}
		sel = sel.Where("c.severity IN (?)", bun.List(ranks))
	}
	return sel
}

// Vulnerabilities lists those that servers have, what attackers use first, then
// by severity and likelihood.
func (f *Fleet) Vulnerabilities(ctx context.Context, who tenant.Who, q VulnerabilityQuery) (list []Vulnerability, next string, err error) {
	limit := pageLimit(q.Limit)
	var rows []vulnRow
	sel := f.DB.NewSelect().Model(&rows).Where("v.org = ?", who.Org).
		Where("EXISTS (?)", q.cells(f.DB.NewSelect().ColumnExpr("1").Where("c.vuln = v.id"), who))
	if len(q.Exploited) == 1 {
		sel = sel.Where("v.exploited = ?", flag(q.Exploited[0] == "yes"))
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		sel = sel.Where("v.name >= ? AND v.name < ?", strings.ToUpper(text), strings.ToUpper(text)+"\U0010FFFF")
	}
	if q.Cursor != "" {
		var place, id int64
		if err := store.ReadCursor(q.Cursor, &place, &id); err != nil {
			return nil, "", listError(err)
		}
		sel = sel.Where("(v.place, v.id) > (?, ?)", place, id)
	}
	if err := sel.Order("v.place", "v.id").Limit(limit + 1).Scan(ctx); err != nil {
		return nil, "", store.Translate(err)
	}
	if int64(len(rows)) > limit {
		rows = rows[:limit]
		last := &rows[limit-1]
		next = store.Cursor(last.Place, last.ID)
	}
	list, err = f.countServers(ctx, who, &q, rows)
	return list, next, err
}

func pageLimit(n int) int64 {
	if n <= 0 {
		return store.DefaultPage
	}
	return int64(min(n, store.MaxPage))
}

// countServers says of each vulnerability how many of the servers have it.
func (f *Fleet) countServers(ctx context.Context, who tenant.Who, q *VulnerabilityQuery, rows []vulnRow) ([]Vulnerability, error) {
	list := make([]Vulnerability, len(rows))
	at, ids := make(map[int64]*Vulnerability, len(rows)), make([]int64, len(rows))
	for i := range rows {
		list[i] = rows[i].noun()
		at[rows[i].ID], ids[i] = &list[i], rows[i].ID
	}
	if len(rows) == 0 {
		return list, nil
	}
	var sums []struct {
		Vuln     int64
		System   string
		Severity int64
		Fix      string
		Used     string
		Fixed    string
		N        int64
	}
	err := q.cells(f.DB.NewSelect(), who).ColumnExpr("c.vuln, c.system, c.severity, c.fix, c.used, c.fixed, CAST(SUM(c.n) AS BIGINT) AS n").
		Where("c.vuln IN (?)", bun.List(ids)).GroupExpr("c.vuln, c.system, c.severity, c.fix, c.used, c.fixed").
		OrderExpr("c.vuln, c.severity, c.system, c.fixed").Scan(ctx, &sums)
	if err != nil {
		return nil, store.Translate(err)
	}
	for _, s := range sums {
		v := at[s.Vuln]
		if v.Servers == 0 {
			v.Severity = vulnSeverity(s.Severity)
		}
		v.Servers += s.N
		if s.Fix == FixYes {
			v.Fixable += s.N
		}
		if s.Used == "loaded" || s.Used == "listening" {
			v.Reachable += s.N
		}
		i := slices.IndexFunc(v.Systems, func(x FixedIn) bool { return x.System == s.System && x.Version == s.Fixed && x.Fix == s.Fix })
		if i < 0 {
			i, v.Systems = len(v.Systems), append(v.Systems, FixedIn{System: s.System, Fix: s.Fix, Version: s.Fixed})
		}
		v.Systems[i].Servers += s.N
	}
	return list, nil
}

// VulnerabilityFacets counts by what vulnerabilities can be narrowed by: one on
// one server is one.
func (f *Fleet) VulnerabilityFacets(ctx context.Context, who tenant.Who, q VulnerabilityQuery) (total int64, facets []Facet, err error) {
	return f.facets(ctx, who, q.Group, ofFound, foundFacets, q.asked())
}

// Vulnerability returns one by its name, if a server that somebody may read has
// it.
func (f *Fleet) Vulnerability(ctx context.Context, who tenant.Who, name string) (Vulnerability, error) {
	var row vulnRow
	if err := f.DB.NewSelect().Model(&row).Where("org = ? AND name = ?", who.Org, name).Scan(ctx); err != nil {
		return Vulnerability{}, store.Translate(err)
	}
	list, err := f.countServers(ctx, who, &VulnerabilityQuery{}, []vulnRow{row})
	if err != nil {
		return Vulnerability{}, err
	}
	if list[0].Servers == 0 {
		return Vulnerability{}, store.ErrNotFound
	}
	return list[0], nil
}

// Found is one vulnerability on one server.
type Found struct {
	Agent      int64
	Hostname   string
	Group      int64
	System     string
	Name       string // of the vulnerability
	Severity   string // as the server's distribution has it
	Exploited  bool
	EPSS       float64
	Fix        string
	Fixed      string // the version that mends it
	Use        string
	Since      time.Time // when the fix, or without one the flaw, was published
	First      time.Time // when it was first found here
	Packages   []FoundPackage
	Advisories []string
	Loaded     []string
	Listening  []string
}

// Days is for how long a fix, or without one the flaw, has been known.
func (v *Found) Days(now time.Time) int64 {
	if v.Since.IsZero() || now.Before(v.Since) {
		return 0
	}
	return int64(now.Sub(v.Since) / (24 * time.Hour))
}

type foundListRow struct {
	Agent     int64
	Vuln      int64
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
	Hostname  string
	Name      string
	EPSS      int64
	Place     int64
}

func (r *foundListRow) noun() (Found, error) {
	var b foundBody
	if err := json.Unmarshal([]byte(r.Body), &b); err != nil {
		return Found{}, fmt.Errorf("what is known of %s on agent %d: %w", r.Name, r.Agent, err)
	}
	return Found{
		Agent: r.Agent, Hostname: r.Hostname, Group: r.GroupID, System: r.System, Name: r.Name, Severity: vulnSeverity(r.Severity), Exploited: r.Exploited == 1,
		EPSS: float64(r.EPSS) / 1e6, Fix: r.Fix, Fixed: r.Fixed, Use: r.Used, Since: r.Since.Time, First: r.First.Time,
		Packages: b.Packages, Advisories: b.Advisories, Loaded: b.Loaded, Listening: b.Listening,
	}, nil
}

func (f *Fleet) foundQuery() *bun.SelectQuery {
	return f.DB.NewSelect().TableExpr("host_vulnerabilities AS h").Join("JOIN host_software AS s ON s.agent = h.agent").Join("JOIN vulnerabilities AS v ON v.id = h.vuln").
		ColumnExpr("h.agent, h.vuln, h.group_id, h.system, h.severity, h.exploited, h.fix, h.used, h.fixed, h.since, h.first, h.body, s.hostname, v.name, v.epss, v.place")
}

// VulnerableServers lists the servers that have a vulnerability.
func (f *Fleet) VulnerableServers(ctx context.Context, who tenant.Who, name string, q VulnerabilityQuery) (list []Found, next string, err error) {
	limit := pageLimit(q.Limit)
	v, err := f.Vulnerability(ctx, who, name)
	if err != nil {
		return nil, "", err
	}
	var rows []foundListRow
	sel := store.InReach(f.foundQuery().Where("h.vuln = ?", v.ID), "h.group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	sel = in(in(in(sel, "h.fix", q.Fixes), "h.used", q.Uses), "h.system", q.Systems)
	if q.Cursor != "" {
		var after int64
		if err := store.ReadCursor(q.Cursor, &after); err != nil {
			return nil, "", listError(err)
		}
		sel = sel.Where("h.agent > ?", after)
	}
	if err := sel.OrderExpr("h.agent").Limit(limit+1).Scan(ctx, &rows); err != nil {
		return nil, "", store.Translate(err)
	}
	if int64(len(rows)) > limit {
		rows = rows[:limit]
		next = store.Cursor(rows[limit-1].Agent)
	}
	list, err = foundOf(rows)
	return list, next, err
}

func foundOf(rows []foundListRow) (list []Found, err error) {
	for i := range rows {
		v, err := rows[i].noun()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// ServerVulnerabilities lists what one server has, the worst first.
func (f *Fleet) ServerVulnerabilities(ctx context.Context, who tenant.Who, agent int64, cursor string, most int) (list []Found, next string, err error) {
	if _, err := f.row(ctx, who, agent, tenant.Read); err != nil {
		return nil, "", err
	}
	limit := pageLimit(most)
	var rows []foundListRow
	sel := f.foundQuery().Where("h.agent = ? AND h.org = ?", agent, who.Org)
	if cursor != "" {
		var place, id int64
		if err := store.ReadCursor(cursor, &place, &id); err != nil {
			return nil, "", listError(err)
		}
		sel = sel.Where("(v.place, v.id) > (?, ?)", place, id)
	}
	if err := sel.OrderExpr("v.place, v.id").Limit(limit+1).Scan(ctx, &rows); err != nil {
		return nil, "", store.Translate(err)
	}
	if int64(len(rows)) > limit {
		rows = rows[:limit]
		next = store.Cursor(rows[limit-1].Place, rows[limit-1].Vuln)
	}
	list, err = foundOf(rows)
	return list, next, err
}

// errNoSoftware says that nothing is known of a server's software.
var errNoSoftware = errors.Join(store.ErrNotFound, errors.New("nothing is known of the server's software yet"))

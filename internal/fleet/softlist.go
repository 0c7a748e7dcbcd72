package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/vuln"
)

// ServerSoftware is what is known of the software of one server.
type ServerSoftware struct {
	Agent     int64
	Hostname  string
	Group     int64
	System    string
	Result    string // clean, vulnerable, not_evaluated
	Why       string // it, or a part of it, was not evaluated
	Support   string // of the operating system: supported, extended, ended, unknown
	Ends      string // the day it does
	Kernel    string // current, restart_pending, unknown
	Packages  int64
	Clean     int64
	Affected  int64
	Unknown   int64
	Found     int64 // vulnerabilities
	Fixable   int64
	Exploited int64
	Worst     string // severity; empty where nothing is found
	Evaluated time.Time
	Due       time.Time
}

func (r *softwareRow) noun() ServerSoftware {
	s := ServerSoftware{
		Agent: r.Agent, Hostname: r.Hostname, Group: r.GroupID, System: r.System, Result: r.Result, Why: r.Why, Support: r.OS, Ends: r.Ends, Kernel: r.Kernel,
		Packages: r.Packages, Clean: r.Clean, Affected: r.Affected, Unknown: r.Unknown, Found: r.Found, Fixable: r.Fixable, Exploited: r.Exploited,
		Evaluated: r.At.Time, Due: r.Due.Time,
	}
	if r.Worst < int64(len(vuln.Severities)) {
		s.Worst = vulnSeverity(r.Worst)
	}
	return s
}

// SoftwareQuery narrows servers by what is known of their software.
type SoftwareQuery struct {
	Group   int64
	Results []string
	Systems []string
	Support []string
	Kernels []string
	Cursor  string
	Limit   int
}

// ListSoftware lists servers with what is known of their software, the latest
// enrolled first.
func (f *Fleet) ListSoftware(ctx context.Context, who tenant.Who, q SoftwareQuery) (list []ServerSoftware, next string, err error) {
	var rows []softwareRow
	sel := store.InReach(f.DB.NewSelect().Model(&rows).ExcludeColumn("rest").Where("org = ?", who.Org), "group_id", who.Reach(tenant.Read).Within(who.Tree, q.Group))
	sel = in(in(in(in(sel, "result", q.Results), "system", q.Systems), "os", q.Support), "kernel", q.Kernels)
	next, err = store.Newest(ctx, sel, &rows, "agent", q.Cursor, q.Limit, func(r *softwareRow) int64 { return r.Agent })
	if err != nil {
		return nil, "", listError(err)
	}
	for i := range rows {
		list = append(list, rows[i].noun())
	}
	return list, next, nil
}

// SoftwareFacets counts servers by what is known of their software.
func (f *Fleet) SoftwareFacets(ctx context.Context, who tenant.Who, q SoftwareQuery) (total int64, facets []Facet, err error) {
	return f.facets(ctx, who, q.Group, ofSoftware, softwareFacets, [dims][]string{q.Results, q.Systems, q.Support, q.Kernels})
}

// softwareOf is what is known of one server's software.
func (f *Fleet) softwareOf(ctx context.Context, who tenant.Who, agent int64) (*softwareRow, error) {
	if _, err := f.row(ctx, who, agent, tenant.Read); err != nil {
		return nil, err
	}
	var rows []softwareRow
	if err := f.DB.NewSelect().Model(&rows).Where("agent = ? AND org = ?", agent, who.Org).Scan(ctx); err != nil {
		return nil, store.Translate(err)
	}
	if len(rows) == 0 {
		return nil, errNoSoftware
	}
	return &rows[0], nil
}

// ServerSoftware is what is known of the software of a server that somebody may
// read.
func (f *Fleet) ServerSoftware(ctx context.Context, who tenant.Who, agent int64) (ServerSoftware, error) {
	r, err := f.softwareOf(ctx, who, agent)
	if err != nil {
		return ServerSoftware{}, err
	}
	return r.noun(), nil
}

// InstalledPackage is one package of a server, and whether anything is known
// against it.
type InstalledPackage struct {
	Manager         string
	Name            string
	Version         string
	Arch            string
	Source          string
	Vendor          string
	Held            bool
	Result          string // clean, vulnerable, not_evaluated
	Why             string // it was not evaluated
	Vulnerabilities int64
	Loaded          []string
	Listening       []string
}

// PackageQuery narrows the packages of a server.
type PackageQuery struct {
	Text    string // how the name begins
	Results []string
	Cursor  string
	Limit   int
}

// ServerPackages lists the packages of a server, by name.
func (f *Fleet) ServerPackages(ctx context.Context, who tenant.Who, agent int64, q PackageQuery) (list []InstalledPackage, next string, err error) {
	after := -1
	if q.Cursor != "" {
		if err := store.ReadCursor(q.Cursor, &after); err != nil {
			return nil, "", listError(err)
		}
	}
	r, err := f.softwareOf(ctx, who, agent)
	if err != nil {
		return nil, "", err
	}
	all, err := f.judged(ctx, who, r)
	if err != nil {
		return nil, "", err
	}
	limit := int(pageLimit(q.Limit))
	for i := max(0, after+1); i < len(all); i++ {
		p := &all[i]
		if !strings.HasPrefix(p.Name, strings.TrimSpace(q.Text)) || len(q.Results) > 0 && !slices.Contains(q.Results, p.Result) {
			continue
		}
		if len(list) == limit {
			return list, store.Cursor(after), nil
		}
		list, after = append(list, *p), i
	}
	return list, "", nil
}

type packageKey struct{ manager, name, version string }

// judged are the packages of a server's latest document with what is known of
// them. Of one that was installed after the evaluation nothing is, so none is clean
// before the document is evaluated.
func (f *Fleet) judged(ctx context.Context, who tenant.Who, r *softwareRow) ([]InstalledPackage, error) {
	text, err := f.Document(ctx, who, r.Agent)
	if err != nil {
		return nil, err
	}
	newer := wire.Hash(text) != r.Document
	var doc struct {
		Packages *packages.Inventory `json:"packages"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("the host document of agent %d: %w", r.Agent, err)
	}
	if doc.Packages == nil {
		return nil, nil
	}
	rest, err := unpackRest(r.Rest)
	if err != nil {
		return nil, fmt.Errorf("what was not evaluated of agent %d: %w", r.Agent, err)
	}
	unknown := make(map[packageKey]string, len(rest))
	for _, u := range rest {
		unknown[packageKey{u.Manager, u.Package, u.Version}] = u.Why
	}
	hits, err := f.hits(ctx, r.Agent)
	if err != nil {
		return nil, err
	}
	whole := "" // why nothing is known of any
	switch {
	case newer:
		whole = "the server's latest document is not evaluated yet"
	case r.Clean+r.Affected == 0:
		whole = r.Why
	case len(rest) == maxRest && r.Unknown > maxRest:
		whole = "too many packages were not evaluated to name each"
	}
	out := make([]InstalledPackage, 0, len(doc.Packages.Packages))
	for i := range doc.Packages.Packages {
		p := &doc.Packages.Packages[i]
		one := InstalledPackage{Manager: p.Manager, Name: p.Name, Version: p.Version, Arch: p.Arch, Source: p.Source, Vendor: p.Vendor, Held: p.Held, Result: string(vuln.Clean)}
		if p.Use != nil {
			one.Loaded, one.Listening = p.Use.Loaded, p.Use.Listening
		}
		why, listed := unknown[packageKey{p.Manager, p.Name, p.Version}]
		switch n := hits[packageKey{"", line(p.Name, 200), line(p.Version, 200)}]; {
		case n > 0:
			one.Result, one.Vulnerabilities = string(vuln.Vulnerable), n
		case listed:
			one.Result, one.Why = string(vuln.NotEvaluated), why
		case whole != "":
			one.Result, one.Why = string(vuln.NotEvaluated), whole
		}
		out = append(out, one)
	}
	return out, nil
}

// hits are how many vulnerabilities each package of a server has.
func (f *Fleet) hits(ctx context.Context, agent int64) (map[packageKey]int64, error) {
	var bodies []string
	if err := f.DB.NewSelect().Model((*foundRow)(nil)).Column("body").Where("agent = ?", agent).Scan(ctx, &bodies); err != nil {
		return nil, store.Translate(err)
	}
	out := map[packageKey]int64{}
	for _, text := range bodies {
		var b foundBody
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			return nil, fmt.Errorf("what is known of agent %d: %w", agent, err)
		}
		seen := map[packageKey]bool{}
		for _, p := range b.Packages {
			k := packageKey{"", p.Name, p.Version}
			if !seen[k] {
				seen[k] = true
				out[k]++
			}
		}
	}
	return out, nil
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Vulnerability is one that servers have, and how many of those that were asked for.
type Vulnerability struct {
	Name       string       `json:"name" doc:"CVE-…, or the advisory's own where there is none."`
	Severity   string       `json:"severity" enum:"critical,high,medium,unknown,low,negligible" doc:"The worst that any of the servers' distributions gives it."`
	Exploited  bool         `json:"exploited" doc:"CISA says that attackers use it."`
	Added      string       `json:"exploited_since,omitempty" doc:"The day CISA said so."`
	Deadline   string       `json:"due,omitempty" doc:"The day by which CISA wants it mended."`
	Ransomware bool         `json:"ransomware,omitempty"`
	EPSS       float64      `json:"epss,omitzero" doc:"How likely it is used by attackers within 30 days."`
	Percentile float64      `json:"percentile,omitzero"`
	Score      float64      `json:"score,omitzero" doc:"CVSS."`
	Vector     string       `json:"vector,omitempty"`
	Since      time.Time    `json:"known_since,omitzero" doc:"When its fix, or without one the flaw, was first published."`
	First      time.Time    `json:"first_found" doc:"On any server of the organisation."`
	Summary    string       `json:"summary,omitempty"`
	URL        string       `json:"url,omitempty"`
	Servers    int64        `json:"servers"`
	Fixable    int64        `json:"fixable" doc:"Servers for which there is a fix."`
	Reachable  int64        `json:"reachable" doc:"Servers on which its code is loaded or listens."`
	Systems    []SystemsFix `json:"systems"`
}

// SystemsFix is how one distribution stands with a vulnerability.
type SystemsFix struct {
	System  string `json:"system"`
	Fix     string `json:"fix" enum:"yes,subscribers,no"`
	Version string `json:"version,omitempty" doc:"That mends it."`
	Servers int64  `json:"servers"`
}

func vulnerabilityOf(v fleet.Vulnerability) Vulnerability {
	return Vulnerability{
		v.Name, v.Severity, v.Exploited, v.Added, v.Deadline, v.Ransomware, v.EPSS, v.Percentile, v.Score, v.Vector, v.Since, v.First, v.Summary, v.URL,
		v.Servers, v.Fixable, v.Reachable, mapped(v.Systems, func(s fleet.FixedIn) SystemsFix { return SystemsFix(s) }),
	}
}

// FoundVulnerability is one vulnerability on one server.
type FoundVulnerability struct {
	Name       string               `json:"name"`
	Agent      int64                `json:"agent"`
	Hostname   string               `json:"hostname"`
	Group      int64                `json:"group"`
	System     string               `json:"system"`
	Severity   string               `json:"severity" enum:"critical,high,medium,unknown,low,negligible" doc:"As the server's distribution has it."`
	Exploited  bool                 `json:"exploited"`
	EPSS       float64              `json:"epss,omitzero"`
	Fix        string               `json:"fix" enum:"yes,subscribers,no"`
	Fixed      string               `json:"fixed,omitempty" doc:"The version that mends it."`
	Use        string               `json:"use" enum:"listening,loaded,unknown,installed,not_running" doc:"Whether its code is in use; not_running is a kernel that does not run."`
	Since      time.Time            `json:"known_since,omitzero" doc:"When the fix, or without one the flaw, was published."`
	Days       int64                `json:"days" doc:"Since then."`
	First      time.Time            `json:"first_found" doc:"On this server."`
	Packages   []fleet.FoundPackage `json:"packages"`
	Advisories []string             `json:"advisories,omitempty"`
	Loaded     []string             `json:"loaded,omitempty" doc:"Programs that have it loaded."`
	Listening  []string             `json:"listening,omitempty"`
}

func foundOf(now time.Time) func(fleet.Found) FoundVulnerability {
	return func(f fleet.Found) FoundVulnerability {
		return FoundVulnerability{
			f.Name, f.Agent, f.Hostname, f.Group, f.System, f.Severity, f.Exploited, f.EPSS, f.Fix, f.Fixed, f.Use, f.Since, f.Days(now), f.First,
			f.Packages, f.Advisories, f.Loaded, f.Listening,
		}
	}
}

// ServerSoftware is what is known of the software of one server.
type ServerSoftware struct {
	Agent           int64     `json:"agent"`
	Hostname        string    `json:"hostname"`
	Group           int64     `json:"group"`
	System          string    `json:"system"`
	Result          string    `json:"result" enum:"clean,vulnerable,not_evaluated" doc:"What was not evaluated is not clean."`
	Why             string    `json:"why,omitempty" doc:"It, or a part of it, was not evaluated."`
	Support         string    `json:"support" enum:"supported,extended,ended,unknown" doc:"Of the operating system."`
	Ends            string    `json:"support_ends,omitempty"`
	Kernel          string    `json:"kernel" enum:"current,restart_pending,unknown"`
	Packages        int64     `json:"packages"`
	Clean           int64     `json:"packages_clean"`
	Vulnerable      int64     `json:"packages_vulnerable"`
	NotEvaluated    int64     `json:"packages_not_evaluated"`
	Vulnerabilities int64     `json:"vulnerabilities"`
	Fixable         int64     `json:"fixable"`
	Exploited       int64     `json:"exploited"`
	Worst           string    `json:"worst,omitempty" doc:"Severity; absent where nothing is found."`
	Evaluated       time.Time `json:"evaluated,omitzero"`
}

func softwareOf(s fleet.ServerSoftware) ServerSoftware {
	return ServerSoftware{
		s.Agent, s.Hostname, s.Group, s.System, s.Result, s.Why, s.Support, s.Ends, s.Kernel, s.Packages, s.Clean, s.Affected, s.Unknown, s.Found, s.Fixable, s.Exploited,
		s.Worst, s.Evaluated,
	}
}

// InstalledPackage is one package of a server.
type InstalledPackage struct {
	Manager         string   `json:"manager"`
	Name            string   `json:"name"`
	Version         string   `json:"version"`
	Arch            string   `json:"arch,omitempty"`
	Source          string   `json:"source,omitempty" doc:"The source package it was built from."`
	Vendor          string   `json:"vendor,omitempty"`
	Held            bool     `json:"held,omitempty" doc:"It is kept from being updated."`
	Result          string   `json:"result" enum:"clean,vulnerable,not_evaluated"`
	Why             string   `json:"why,omitempty" doc:"It was not evaluated."`
	Vulnerabilities int64    `json:"vulnerabilities"`
	Loaded          []string `json:"loaded,omitempty"`
	Listening       []string `json:"listening,omitempty"`
}

// VulnerabilityFilter narrows vulnerabilities.
type VulnerabilityFilter struct {
	Group     int64    `query:"group" minimum:"1" doc:"It and those below it."`
	Severity  []string `query:"severity,explode" enum:"critical,high,medium,unknown,low,negligible"`
	Exploited []string `query:"exploited,explode" enum:"yes,no"`
	Fix       []string `query:"fix,explode" enum:"yes,subscribers,no"`
	Use       []string `query:"use,explode" enum:"listening,loaded,unknown,installed,not_running"`
	System    []string `query:"system,explode" maxItems:"100" doc:"Such as debian 12."`
}

func (f VulnerabilityFilter) query() fleet.VulnerabilityQuery {
	return fleet.VulnerabilityQuery{Group: f.Group, Severities: f.Severity, Exploited: f.Exploited, Fixes: f.Fix, Uses: f.Use, Systems: f.System}
}

// SoftwareFilter narrows servers by what is known of their software.
type SoftwareFilter struct {
	Group   int64    `query:"group" minimum:"1" doc:"It and those below it."`
	Result  []string `query:"result,explode" enum:"clean,vulnerable,not_evaluated"`
	System  []string `query:"system,explode" maxItems:"100" doc:"Such as debian 12."`
	Support []string `query:"support,explode" enum:"supported,extended,ended,unknown"`
	Kernel  []string `query:"kernel,explode" enum:"current,restart_pending,unknown"`
}

func (f SoftwareFilter) query() fleet.SoftwareQuery {
	return fleet.SoftwareQuery{Group: f.Group, Results: f.Result, Systems: f.System, Support: f.Support, Kernels: f.Kernel}
}

const vulnerabilityTag = "vulnerabilities"

func (a *API) vulnerabilities(api huma.API) {
	const tag = vulnerabilityTag
	add(a, api, operation{id: "list-vulnerabilities", method: http.MethodGet, path: "/vulnerabilities", tag: tag, summary: "List vulnerabilities that servers have: what attackers use first, then the worst", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			VulnerabilityFilter
			Text string `query:"text" maxLength:"200" doc:"How the name begins."`
		},
		) (*list[Vulnerability], error) {
			q := in.query()
			q.Text, q.Cursor, q.Limit = in.Text, in.Cursor, in.Limit
			all, next, err := a.Fleet.Vulnerabilities(ctx, who, q)
			return listed(ctx, mapped(all, vulnerabilityOf), next, err)
		})
	add(a, api, operation{
		id: "count-vulnerabilities", method: http.MethodGet, path: "/vulnerabilities/facets", tag: tag, summary: "Count vulnerabilities by what they can be narrowed by", needs: tenant.Read,
		description: "One vulnerability on one server counts as one.",
	}, func(ctx context.Context, who tenant.Who, in *struct{ VulnerabilityFilter }) (*item[FleetFacets], error) {
		return facetsOf(a.Fleet.VulnerabilityFacets(ctx, who, in.query()))
	})
	add(a, api, operation{id: "get-vulnerability", method: http.MethodGet, path: "/vulnerabilities/{name}", tag: tag, summary: "Get a vulnerability that servers have", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Name string `path:"name" maxLength:"200"`
		},
		) (*item[Vulnerability], error) {
			v, err := a.Fleet.Vulnerability(ctx, who, in.Name)
			return one(vulnerabilityOf(v), err)
		})
	add(a, api, operation{id: "list-vulnerable-servers", method: http.MethodGet, path: "/vulnerabilities/{name}/servers", tag: tag, summary: "List the servers that have a vulnerability, with its packages", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Name   string   `path:"name" maxLength:"200"`
			Group  int64    `query:"group" minimum:"1" doc:"It and those below it."`
			Fix    []string `query:"fix,explode" enum:"yes,subscribers,no"`
			Use    []string `query:"use,explode" enum:"listening,loaded,unknown,installed,not_running"`
			System []string `query:"system,explode" maxItems:"100"`
		},
		) (*list[FoundVulnerability], error) {
			q := fleet.VulnerabilityQuery{Group: in.Group, Fixes: in.Fix, Uses: in.Use, Systems: in.System, Cursor: in.Cursor, Limit: in.Limit}
			all, next, err := a.Fleet.VulnerableServers(ctx, who, in.Name, q)
			return listed(ctx, mapped(all, foundOf(a.Now())), next, err)
		})
	add(a, api, operation{id: "get-vulnerability-data", method: http.MethodGet, path: "/vulnerability-data", tag: tag, summary: "Get which records servers are held against, and how old they are", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, _ *struct{}) (*item[fleet.VulnerabilityData], error) {
			return one(a.Fleet.VulnerabilityData(ctx, who))
		})
	a.serverSoftware(api)
}

func (a *API) serverSoftware(api huma.API) {
	const tag = vulnerabilityTag
	add(a, api, operation{id: "list-server-software", method: http.MethodGet, path: "/server-software", tag: tag, summary: "List servers with how their packages came out, the latest enrolled first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			SoftwareFilter
		},
		) (*list[ServerSoftware], error) {
			q := in.query()
			q.Cursor, q.Limit = in.Cursor, in.Limit
			all, next, err := a.Fleet.ListSoftware(ctx, who, q)
			return listed(ctx, mapped(all, softwareOf), next, err)
		})
	add(a, api, operation{id: "count-server-software", method: http.MethodGet, path: "/server-software/facets", tag: tag, summary: "Count servers by how their packages came out", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ SoftwareFilter }) (*item[FleetFacets], error) {
			return facetsOf(a.Fleet.SoftwareFacets(ctx, who, in.query()))
		})
	add(a, api, operation{id: "get-agent-software", method: http.MethodGet, path: "/agents/{id}/software", tag: tag, summary: "Get how the packages of an agent's server came out", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			ID int64 `path:"id" minimum:"1"`
		},
		) (*item[ServerSoftware], error) {
			s, err := a.Fleet.ServerSoftware(ctx, who, in.ID)
			return one(softwareOf(s), err)
		})
	add(a, api, operation{id: "list-agent-vulnerabilities", method: http.MethodGet, path: "/agents/{id}/vulnerabilities", tag: tag, summary: "List the vulnerabilities of an agent's server, the worst first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			ID int64 `path:"id" minimum:"1"`
		},
		) (*list[FoundVulnerability], error) {
			all, next, err := a.Fleet.ServerVulnerabilities(ctx, who, in.ID, in.Cursor, in.Limit)
			return listed(ctx, mapped(all, foundOf(a.Now())), next, err)
		})
	add(a, api, operation{id: "list-agent-packages", method: http.MethodGet, path: "/agents/{id}/packages", tag: tag, summary: "List the packages of an agent's server, and how each came out", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			ID     int64    `path:"id" minimum:"1"`
			Text   string   `query:"text" maxLength:"200" doc:"How the name begins."`
			Result []string `query:"result,explode" enum:"clean,vulnerable,not_evaluated"`
		},
		) (*list[InstalledPackage], error) {
			all, next, err := a.Fleet.ServerPackages(ctx, who, in.ID, fleet.PackageQuery{Text: in.Text, Results: in.Result, Cursor: in.Cursor, Limit: in.Limit})
			return listed(ctx, mapped(all, func(p fleet.InstalledPackage) InstalledPackage { return InstalledPackage(p) }), next, err)
		})
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type FindingFilter struct {
	Within
	Worded
	Check          []string  `query:"check,explode" maxItems:"100"`
	Severity       []string  `query:"severity,explode" maxItems:"20" enum:"critical,high,medium,low"`
	Result         []string  `query:"result,explode" maxItems:"20" enum:"pass,fail,unknown"`
	State          []string  `query:"state,explode" maxItems:"20" enum:"open,waived,unverified,resolved,passing" doc:"Open where neither state nor result is given."`
	Row            []string  `query:"row,explode" maxItems:"100"`
	Responsibility []string  `query:"responsibility,explode" maxItems:"100"`
	Owner          []string  `query:"owner,explode" maxItems:"20" enum:"provider,customer,unknown"`
	Tool           []string  `query:"tool,explode" maxItems:"100" doc:"Other scanners; none takes Demarc's own findings."`
	Fingerprint    []string  `query:"fingerprint,explode" maxItems:"100"`
	Regressed      bool      `query:"regressed" doc:"Those that fail again after they were resolved."`
	NewSince       time.Time `query:"new_since"`
	ResolvedSince  time.Time `query:"resolved_since"`
	Sort           string    `query:"sort" enum:"severity,newest,resolved" default:"severity"`
}

func (f FindingFilter) query(p Paging) inventory.FindingQuery {
	return inventory.FindingQuery{
		Where: f.where(), Paging: p.inventory(), Text: f.Text, Checks: f.Check, Severities: f.Severity, Results: f.Result, States: f.State,
		Rows: f.Row, Responsibilities: f.Responsibility, Owners: f.Owner, Tools: values(f.Tool), Fingerprints: f.Fingerprint,
		Regressed: f.Regressed, NewSince: f.NewSince, ResolvedSince: f.ResolvedSince, Sort: f.Sort,
	}
}

func (a *API) findings(api huma.API) {
	const tag = "findings"
	add(a, api, operation{id: "list-findings", method: http.MethodGet, path: "/findings", tag: tag, summary: "List findings: those that are open, where nothing else is asked", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			FindingFilter
			Paging
		},
		) (*list[inventory.Finding], error) {
			p, err := a.Inventory.Findings(ctx, who, in.query(in.Paging))
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{id: "count-findings", method: http.MethodGet, path: "/findings/facets", tag: tag, summary: "Count findings by each of their dimensions", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ FindingFilter }) (*item[inventory.Facets], error) {
			return one(a.Inventory.FindingFacets(ctx, who, in.query(Paging{})))
		})
	add(a, api, operation{id: "get-finding", method: http.MethodGet, path: "/findings/{id}", tag: tag, summary: "Get a finding with its evidence and history", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[*inventory.FindingDetail], error) {
			return one(a.Inventory.Finding(ctx, who, in.ID))
		})
}

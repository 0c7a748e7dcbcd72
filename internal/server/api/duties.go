package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type DutyFilter struct {
	Within
	Worded
	Owner          []string `query:"owner,explode" maxItems:"20" enum:"provider,customer,unknown"`
	Party          []string `query:"party,explode" maxItems:"100"`
	Status         []string `query:"status,explode" maxItems:"20"`
	Row            []string `query:"row,explode" maxItems:"100"`
	Responsibility []string `query:"responsibility,explode" maxItems:"100"`
	MovingBefore   string   `query:"moving_before" format:"date" doc:"The line moves before this day."`
	Mine           bool     `query:"mine" doc:"Those where whoever asks has a role by which something can be done."`
	MyTeams        bool     `query:"my_teams" doc:"Those of the teams of whoever asks: whose groups, but for the whole organisation, they have a role in."`
	Sort           string   `query:"sort" enum:"asset,moving" default:"asset"`
}

func (f DutyFilter) query(p Paging) (inventory.DutyQuery, error) {
	q := inventory.DutyQuery{
		Where: f.where(), Paging: p.inventory(), Text: f.Text, Owners: f.Owner, Parties: values(f.Party), Statuses: f.Status,
		Rows: f.Row, Responsibilities: f.Responsibility, Sort: f.Sort,
	}
	var err error
	q.MovingBefore, err = day("moving_before", f.MovingBefore)
	return q, err
}

// theirs narrows a query to what is whoever asks's own, and says as whom to
// ask. It reports false where that is nothing.
func (f DutyFilter) theirs(q *inventory.DutyQuery, who tenant.Who) (as tenant.Who, some bool) {
	if f.MyTeams {
		teams := who.Teams()
		if len(q.Teams) > 0 {
			teams = slices.DeleteFunc(teams, func(t string) bool { return !slices.Contains(q.Teams, t) })
		}
		if q.Teams = teams; len(teams) == 0 {
			return who, false
		}
	}
	if f.Mine {
		who = who.Acting()
		return who, !who.Reach(tenant.Read).None()
	}
	return who, true
}

// dutiesOf is what there is to ask of the ledger, and as whom. Without any there is
// nothing to ask.
func dutiesOf(f DutyFilter, p Paging, who tenant.Who) (q inventory.DutyQuery, as tenant.Who, some bool, err error) {
	if who.Reach(tenant.Read).None() {
		return q, who, false, tenant.ErrForbidden
	}
	if q, err = f.query(p); err != nil {
		return q, who, false, err
	}
	as, some = f.theirs(&q, who)
	return q, as, some, nil
}

func (a *API) duties(api huma.API) {
	const tag = "duties"
	add(a, api, operation{id: "list-duties", method: http.MethodGet, path: "/duties", tag: tag, summary: "List duties", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			DutyFilter
			Paging
		},
		) (*list[inventory.Duty], error) {
			q, as, some, err := dutiesOf(in.DutyFilter, in.Paging, who)
			if err != nil || !some {
				return listed(ctx, []inventory.Duty{}, "", err)
			}
			p, err := a.Inventory.Duties(ctx, as, q)
			return listed(ctx, p.Items, p.Next, err)
		})
	add(a, api, operation{id: "count-duties", method: http.MethodGet, path: "/duties/facets", tag: tag, summary: "Count duties by each of their dimensions", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ DutyFilter }) (*item[inventory.Facets], error) {
			q, as, some, err := dutiesOf(in.DutyFilter, Paging{}, who)
			if err != nil || !some {
				return one(inventory.Facets{}, err)
			}
			return one(a.Inventory.DutyFacets(ctx, as, q))
		})
}

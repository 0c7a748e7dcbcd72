package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Check is a check, as lists show it.
type Check struct {
	ID             string         `json:"id"`
	Title          string         `json:"title" doc:"What holds when it passes."`
	Severity       check.Severity `json:"severity"`
	Responsibility string         `json:"responsibility"`
	Aliases        []string       `json:"aliases" doc:"Narrower names by which benchmarks know it on some assets."`
}

// CheckDetail is a check with everything it says.
type CheckDetail struct {
	Check
	Why        string              `json:"why"`
	Pass       string              `json:"pass" doc:"The expression that decides."`
	Fail       string              `json:"fail" doc:"The template of its message."`
	Fix        map[string]string   `json:"fix"`
	References []string            `json:"references"`
	Controls   map[string][]string `json:"controls" doc:"Sections, by framework and version."`
	Elsewhere  map[string][]string `json:"elsewhere" doc:"What other scanners call the same."`
}

func checkOf(c *check.Check) Check {
	return Check{c.ID, c.Title, c.Severity, c.Responsibility, mapped(c.Rows, func(r *check.Row) string { return r.ID })}
}

func (a *API) checks(api huma.API) {
	const tag = "checks"
	add(a, api, operation{id: "list-checks", method: http.MethodGet, path: "/checks", tag: tag, summary: "List the checks"},
		func(ctx context.Context, _ tenant.Who, in *struct {
			Paging
			Severity       []string `query:"severity,explode" enum:"critical,high,medium,low"`
			Responsibility string   `query:"responsibility" maxLength:"100"`
			Framework      string   `query:"framework" maxLength:"100" doc:"Only those tagged with it, such as cis-aws-5.0.0."`
		},
		) (*list[Check], error) {
			engine, err := a.engine()
			if err != nil {
				return nil, err
			}
			var all []Check
			for _, c := range engine.Checks.All() {
				if among(in.Severity, string(c.Severity)) && (in.Responsibility == "" || in.Responsibility == c.Responsibility) && (in.Framework == "" || c.Tagged(in.Framework)) {
					all = append(all, checkOf(c))
				}
			}
			items, next, err := cut(all, in.Paging, func(c Check) string { return c.ID })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "get-check", method: http.MethodGet, path: "/checks/{id}", tag: tag, summary: "Get a check, by its id or an alias"},
		func(_ context.Context, _ tenant.Who, in *struct {
			ID string `path:"id" maxLength:"200"`
		},
		) (*item[CheckDetail], error) {
			engine, err := a.engine()
			if err != nil {
				return nil, err
			}
			c, _ := engine.Checks.Lookup(in.ID)
			if c == nil {
				return nil, store.ErrNotFound
			}
			return one(CheckDetail{checkOf(c), c.Why, c.Pass, c.Fail, c.Fix, c.References, c.Controls, c.Elsewhere}, nil)
		})
}

// among reports whether a filter takes a value; one without values takes any.
func among(filter []string, value string) bool {
	if slices.Contains(filter, value) {
		return true
	}
	return len(filter) == 0
}

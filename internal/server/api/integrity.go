package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// FileChange is one file of a server that is not as it was.
type FileChange struct {
	ID        int64     `json:"id"`
	Group     int64     `json:"group"`
	Agent     int64     `json:"agent"`
	At        time.Time `json:"at"`
	Path      string    `json:"path"`
	Kind      string    `json:"kind" doc:"added, removed or changed."`
	Severity  string    `json:"severity" enum:"critical,high,medium,low,info"`
	Cause     string    `json:"cause,omitempty" doc:"What kind of reason there is, such as package, deployment or login."`
	Explained bool      `json:"explained" doc:"Whether the reason is one for the file to change."`
	Why       string    `json:"why,omitempty" doc:"A plan by which the control plane takes it for explained: a maintenance window or the identity of a deployment."`
	State     string    `json:"state" enum:"open,asked,approved" doc:"Whether it is in the baseline: not, on its way, or so."`
	Change    any       `json:"change" doc:"All that the agent says of it."`
}

// Coverage is what an agent says of how completely it watched.
type Coverage struct {
	ID        int64     `json:"id"`
	Group     int64     `json:"group"`
	Agent     int64     `json:"agent"`
	At        time.Time `json:"at"`
	Complete  bool      `json:"complete"`
	Statement any       `json:"statement"`
}

// said is a body as the agent sent it.
func said(body json.RawMessage) any {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return nil // it was read when it came
	}
	return v
}

func fileChangeOf(c fleet.FileChange) FileChange {
	return FileChange{c.ID, c.Group, c.Agent, c.At, c.Path, c.Kind, c.Severity, c.Cause, c.Explained, c.Why, c.State, said(c.Body)}
}

// ChangedFiles narrows changes of files.
type ChangedFiles struct {
	Group     int64    `query:"group" minimum:"1" doc:"It and those below it."`
	State     []string `query:"state,explode" enum:"open,asked,approved"`
	Severity  []string `query:"severity,explode" enum:"critical,high,medium,low,info"`
	Kind      []string `query:"kind,explode" maxItems:"20"`
	Cause     []string `query:"cause,explode" maxItems:"20" doc:"none for those without any."`
	Explained []string `query:"explained,explode" enum:"yes,no"`
}

func (f ChangedFiles) query() fleet.ChangeQuery {
	return fleet.ChangeQuery{Group: f.Group, States: f.State, Severities: f.Severity, Kinds: f.Kind, Causes: blank(f.Cause), Explained: f.Explained}
}

func (a *API) integrity(api huma.API) {
	const tag = "integrity"
	add(a, api, operation{id: "list-file-changes", method: http.MethodGet, path: "/file-changes", tag: tag, summary: "List changes of files on servers, the latest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			ChangedFiles
			Agent int64  `query:"agent" minimum:"1"`
			Path  string `query:"path" maxLength:"1000" doc:"How it begins."`
		},
		) (*list[FileChange], error) {
			q := in.query()
			q.Agent, q.Path, q.Cursor, q.Limit = in.Agent, in.Path, in.Cursor, in.Limit
			all, next, err := a.Fleet.FileChanges(ctx, who, q)
			return listed(ctx, mapped(all, fileChangeOf), next, err)
		})
	add(a, api, operation{id: "count-file-changes", method: http.MethodGet, path: "/file-changes/facets", tag: tag, summary: "Count changes of files by what they can be narrowed by", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct{ ChangedFiles }) (*item[FleetFacets], error) {
			return facetsOf(a.Fleet.FileChangeFacets(ctx, who, in.query()))
		})
	add(a, api, operation{
		id: "approve-file-changes", method: http.MethodPost, path: "/file-changes/approve", tag: tag, summary: "Have an agent take changes into its baseline", needs: tenant.Respond, status: http.StatusCreated,
		description: "All of one server. Where its group asks for four eyes, the command waits for somebody else's approval.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		Body struct {
			Changes []int64 `json:"changes" minItems:"1" maxItems:"200" uniqueItems:"true"`
		}
	},
	) (*made[AgentCommand], error) {
		c, err := a.Fleet.Approve(ctx, who, in.Body.Changes)
		return &made[AgentCommand]{Location: fmt.Sprintf("%s/agent-commands?agent=%d", v1, c.Agent), Body: commandOf(c)}, err
	})
	add(a, api, operation{id: "list-coverage", method: http.MethodGet, path: "/coverage", tag: tag, summary: "List what agents say of how completely they watched, the latest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Group    int64    `query:"group" minimum:"1" doc:"It and those below it."`
			Agent    int64    `query:"agent" minimum:"1"`
			Complete []string `query:"complete,explode" enum:"yes,no"`
		},
		) (*list[Coverage], error) {
			all, next, err := a.Fleet.Coverage(ctx, who, fleet.CoverageQuery{Group: in.Group, Agent: in.Agent, Complete: in.Complete, Cursor: in.Cursor, Limit: in.Limit})
			return listed(ctx, mapped(all, func(c fleet.Coverage) Coverage {
				return Coverage{c.ID, c.Group, c.Agent, c.At, c.Complete, said(c.Body)}
			}), next, err)
		})
	a.differences(api, tag)
}

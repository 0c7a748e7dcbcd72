package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// FileDifference is a file that one server has otherwise than those beside it.
type FileDifference struct {
	ID       int64     `json:"id"`
	Group    int64     `json:"group"`
	Agent    int64     `json:"agent"`
	Path     string    `json:"path"`
	Kind     string    `json:"kind" enum:"content,only,missing" doc:"The others agree on another content, have no such file, or have one that is missing here."`
	Hash     string    `json:"hash,omitempty" doc:"The beginning of the SHA-256 of what is here."`
	Others   string    `json:"others,omitempty" doc:"And of what the others have."`
	Agree    int64     `json:"agree" doc:"Servers beside it that agree with each other."`
	Siblings int64     `json:"siblings" doc:"Servers beside it in all."`
	Since    time.Time `json:"since"`
}

// FileComparison says how the servers of a group were compared.
type FileComparison struct {
	Group    int64     `json:"group"`
	Compared time.Time `json:"compared,omitzero"`
	Servers  int64     `json:"servers" doc:"That told the hashes of their files."`
	Alone    int64     `json:"alone" doc:"Of them, those with fewer than three of the same system beside them: of these nothing is told."`
	Files    int64     `json:"files"`
	Partial  bool      `json:"partial,omitempty" doc:"There were more files than are compared."`
	Odd      int64     `json:"odd" doc:"Files that differ, also those that are too many to list."`
}

func (a *API) differences(api huma.API, tag string) {
	add(a, api, operation{id: "list-file-differences", method: http.MethodGet, path: "/file-differences", tag: tag, summary: "List files that servers have otherwise than the others of their group, the latest first", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Group int64    `query:"group" minimum:"1" doc:"It and those below it."`
			Agent int64    `query:"agent" minimum:"1"`
			Kind  []string `query:"kind,explode" enum:"content,only,missing"`
			Path  string   `query:"path" maxLength:"1000" doc:"How it begins."`
		},
		) (*list[FileDifference], error) {
			all, next, err := a.Fleet.Differences(ctx, who, fleet.DifferenceQuery{Group: in.Group, Agent: in.Agent, Kinds: in.Kind, Path: in.Path, Cursor: in.Cursor, Limit: in.Limit})
			return listed(ctx, mapped(all, func(d fleet.Difference) FileDifference { return FileDifference(d) }), next, err)
		})
	add(a, api, operation{id: "list-file-comparisons", method: http.MethodGet, path: "/file-comparisons", tag: tag, summary: "List how the servers of groups were compared", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Group int64 `query:"group" minimum:"1" doc:"It and those below it."`
		},
		) (*list[FileComparison], error) {
			all, err := a.Fleet.Comparisons(ctx, who, in.Group)
			return listed(ctx, mapped(all, func(c fleet.Comparison) FileComparison { return FileComparison(c) }), "", err)
		})
}

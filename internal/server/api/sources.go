package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Source is a source as the API shows it.
type Source struct {
	ID            int64        `json:"id"`
	Group         int64        `json:"group"`
	Kind          string       `json:"kind" enum:"git,upload,push,agent"`
	Name          string       `json:"name"`
	Config        SourceConfig `json:"config"`
	HasCredential bool         `json:"has_credential"`
	Schedule      string       `json:"schedule,omitempty"`
	NextRun       time.Time    `json:"next_run,omitzero"`
	Created       time.Time    `json:"created"`
}

// SourceConfig is where a source's files are.
type SourceConfig struct {
	URL        string            `json:"url,omitempty" maxLength:"2000" doc:"Of a repository: https://… or ssh://…"`
	Ref        string            `json:"ref,omitempty" maxLength:"250" doc:"Branch or tag; the repository's default branch if absent."`
	Path       string            `json:"path,omitempty" maxLength:"1000" doc:"Directory below the repository's root."`
	User       string            `json:"user,omitempty" maxLength:"250"`
	KnownHosts string            `json:"known_hosts,omitempty" maxLength:"20000" doc:"For ssh: the server's keys, as in known_hosts."`
	VarFiles   []string          `json:"var_files,omitempty" maxItems:"100"`
	Vars       map[string]string `json:"vars,omitempty"`
}

// SourceInput is what a source is to be.
type SourceInput struct {
	Name       string       `json:"name" minLength:"1" maxLength:"200"`
	Group      int64        `json:"group,omitempty" minimum:"1" doc:"The root group if absent."`
	Config     SourceConfig `json:"config,omitzero"`
	Schedule   string       `json:"schedule,omitempty" maxLength:"100" doc:"Five fields of cron in UTC, or @hourly, @daily, @weekly, @monthly."`
	Credential string       `json:"credential,omitempty" maxLength:"20000" writeOnly:"true" doc:"Token, password or private key; kept sealed and never shown."`
}

func (in SourceInput) noun(id int64, kind sources.Kind) sources.Source {
	return sources.Source{ID: id, Kind: kind, Name: in.Name, Group: in.Group, Config: sources.Config(in.Config), Schedule: in.Schedule}
}

func sourceOf(s sources.Source) Source {
	return Source{
		ID: s.ID, Group: s.Group, Kind: string(s.Kind), Name: s.Name, Config: SourceConfig(s.Config), HasCredential: s.HasCredential,
		Schedule: s.Schedule, NextRun: s.NextRun, Created: s.Created,
	}
}

func (a *API) source(ctx context.Context, who tenant.Who, id int64) (Source, error) {
	s, err := a.Sources.Get(ctx, who, id)
	return sourceOf(s), err
}

func (a *API) sources(api huma.API) {
	const tag = "sources"
	add(a, api, operation{id: "list-sources", method: http.MethodGet, path: "/sources", tag: tag, summary: "List sources, by name", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *struct {
			Paging
			Name string `query:"name" maxLength:"200" doc:"Only the source of this name."`
		},
		) (*list[Source], error) {
			all, err := a.Sources.List(ctx, who)
			if err != nil {
				return nil, err
			}
			var chosen []Source
			for _, s := range all {
				if in.Name == "" || s.Name == in.Name {
					chosen = append(chosen, sourceOf(s))
				}
			}
			items, next, err := cut(chosen, in.Paging, func(s Source) string { return s.Name })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "add-source", method: http.MethodPost, path: "/sources", tag: tag, summary: "Add a source", needs: tenant.Contribute, status: http.StatusCreated},
		func(ctx context.Context, who tenant.Who, in *struct {
			Body struct {
				SourceInput
				Kind string `json:"kind" enum:"git,upload,push"`
			}
		},
		) (*made[Source], error) {
			s, err := a.Sources.Add(ctx, who, in.Body.noun(0, sources.Kind(in.Body.Kind)), in.Body.Credential)
			return &made[Source]{Location: fmt.Sprintf("%s/sources/%d", v1, s.ID), Body: sourceOf(s)}, err
		})
	add(a, api, operation{id: "get-source", method: http.MethodGet, path: "/sources/{id}", tag: tag, summary: "Get a source", needs: tenant.Read},
		func(ctx context.Context, who tenant.Who, in *ByID) (*item[Source], error) {
			return one(a.source(ctx, who, in.ID))
		})
	add(a, api, operation{
		id: "change-source", method: http.MethodPut, path: "/sources/{id}", tag: tag, summary: "Change a source", needs: tenant.Contribute,
		description: "Everything is replaced but the credential, which is kept where none is given.",
	}, func(ctx context.Context, who tenant.Who, in *struct {
		ByID
		OnlyIf
		Body SourceInput
	},
	) (*item[Source], error) {
		now, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (Source, error) { return a.source(ctx, who, in.ID) })
		if err != nil {
			return nil, err
		}
		if in.Body.Group == 0 {
			in.Body.Group = now.Group
		}
		s, err := a.Sources.Change(ctx, who, in.Body.noun(in.ID, ""), in.Body.Credential)
		return one(sourceOf(s), err)
	})
	add(a, api, operation{id: "forget-source-credential", method: http.MethodDelete, path: "/sources/{id}/credential", tag: tag, summary: "Forget a source's credential", needs: tenant.Contribute},
		func(ctx context.Context, who tenant.Who, in *ByID) (*none, error) {
			return nil, a.Sources.ForgetCredential(ctx, who, in.ID)
		})
	add(a, api, operation{
		id: "remove-source", method: http.MethodDelete, path: "/sources/{id}", tag: tag, summary: "Remove a source", needs: tenant.Contribute,
		description: "What the ledger holds of it goes too; the trend keeps that it was there.",
	}, removal(a.source, func(ctx context.Context, who tenant.Who, id int64) error {
		return a.Sources.Remove(ctx, who, id, func(ctx context.Context, tx bun.Tx) error {
			return a.Inventory.Remove(ctx, tx, who, id)
		})
	}))
}

package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// CatalogueService is a service of the catalogue, as lists show it.
type CatalogueService struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Title    string `json:"title"`
	Model    string `json:"model"`
}

// CatalogueServiceDetail is a service with its types and the rules of who owns what.
type CatalogueServiceDetail struct {
	CatalogueService
	Types []CatalogueType `json:"types"`
	Parts []string        `json:"parts"`
	Rules []CatalogueRule `json:"rules" doc:"Those of the service; the first that holds decides, and the delivery model where none does."`
	Notes string          `json:"notes,omitempty"`
}

// CatalogueType is a native type that becomes an asset.
type CatalogueType struct {
	Type             string   `json:"type"`
	Kind             string   `json:"kind"`
	Model            string   `json:"model"`
	Responsibilities []string `json:"responsibilities"`
}

// CatalogueRule says who owns responsibilities, and where that is written.
type CatalogueRule struct {
	ID        string   `json:"id"`
	For       []string `json:"for"`
	Types     []string `json:"types,omitempty"`
	When      string   `json:"when,omitempty"`
	Owner     string   `json:"owner"`
	Document  string   `json:"document,omitempty"`
	Title     string   `json:"title,omitempty"`
	Verified  string   `json:"verified,omitempty"`
	Inferred  bool     `json:"inferred"`
	Note      string   `json:"note,omitempty"`
	ChangesOn string   `json:"changes_on,omitempty"`
	ChangesTo string   `json:"changes_to,omitempty"`
}

func catalogueServiceOf(s *catalogue.Service) CatalogueService {
	return CatalogueService{s.ID, s.Provider, s.Title, s.Model}
}

func catalogueDetailOf(s *catalogue.Service) CatalogueServiceDetail {
	out := CatalogueServiceDetail{CatalogueService: catalogueServiceOf(s), Notes: s.Notes, Parts: slices.Sorted(maps.Keys(s.Parts))}
	for _, name := range slices.Sorted(maps.Keys(s.Assets)) {
		t := s.Assets[name]
		model := t.Model
		if model == "" {
			model = s.Model
		}
		out.Types = append(out.Types, CatalogueType{name, t.KindID, model, mapped(t.Responsibilities, func(r *catalogue.Responsibility) string { return r.ID })})
	}
	for _, r := range s.Owners {
		rule := CatalogueRule{ID: r.ID, For: r.For, Types: r.Assets, When: r.When, Owner: r.Owner, Inferred: r.Inferred, Note: r.Note, ChangesOn: r.ChangesOn, ChangesTo: r.ChangesTo}
		if r.Doc != nil {
			rule.Document, rule.Title, rule.Verified = r.Doc.URL, r.Doc.Title, r.Doc.Verified
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

func (a *API) catalogue(api huma.API) {
	const tag = "catalogue"
	add(a, api, operation{id: "list-services", method: http.MethodGet, path: "/catalogue/services", tag: tag, summary: "List the services that the catalogue knows"},
		func(ctx context.Context, _ tenant.Who, in *struct {
			Paging
			Provider string `query:"provider" maxLength:"100"`
		},
		) (*list[CatalogueService], error) {
			engine, err := a.engine()
			if err != nil {
				return nil, err
			}
			var all []CatalogueService
			for _, s := range engine.Catalogue.All().Services {
				if in.Provider == "" || s.Provider == in.Provider {
					all = append(all, catalogueServiceOf(s))
				}
			}
			items, next, err := cut(all, in.Paging, func(s CatalogueService) string { return s.ID })
			return listed(ctx, items, next, err)
		})
	add(a, api, operation{id: "get-service", method: http.MethodGet, path: "/catalogue/services/{provider}/{service}", tag: tag, summary: "Get a service: its types, and who owns what with the documents that say so"},
		func(_ context.Context, _ tenant.Who, in *struct {
			Provider string `path:"provider" maxLength:"100"`
			Service  string `path:"service" maxLength:"100"`
		},
		) (*item[CatalogueServiceDetail], error) {
			engine, err := a.engine()
			if err != nil {
				return nil, err
			}
			id := in.Provider + "/" + in.Service
			if !engine.Catalogue.HasService(id) {
				return nil, store.ErrNotFound
			}
			return one(catalogueDetailOf(engine.Catalogue.Service(id)), nil)
		})
}

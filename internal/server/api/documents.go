package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

// described is an operation as the human page shows it.
type described struct {
	ID, Method, Path, Summary, Description, Needs string
	Parameters                                    []*huma.Param
	Body                                          string
}

// subject is the operations of one subject.
type subject struct {
	Name       string
	Operations []described
}

// Public are the paths of what is for anybody: the description of the API.
var Public = []string{"/api/openapi.json", "/api/openapi.yaml", "/api/docs"}

// documents serves the OpenAPI document, and a page made from it for people.
// Both are public: they say nothing about anybody's estate.
func (a *API) documents(mux *http.ServeMux, doc *huma.OpenAPI) {
	text, err := doc.MarshalJSON()
	if err != nil {
		panic(err) // our own types
	}
	yaml, err := doc.YAML()
	if err != nil {
		panic(err)
	}
	var page bytes.Buffer
	if err := template.Must(template.New("docs").Parse(docsPage)).Execute(&page, map[string]any{"Subjects": subjects(doc), "Codes": Codes}); err != nil {
		panic(err)
	}
	serve := func(path, kind string, body []byte) {
		tag := tagOf(body)
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", tag)
			w.Header().Set("Cache-Control", "no-cache")
			if matches(r.Header.Get("If-None-Match"), tag) {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Type", kind)
			w.Write(body)
		})
	}
	serve("/api/openapi.json", "application/vnd.oai.openapi+json;version=3.1", text)
	serve("/api/openapi.yaml", "application/vnd.oai.openapi;version=3.1", yaml)
	serve("/api/docs", "text/html; charset=utf-8", page.Bytes())
}

// operationsOf returns a path's operations in the order in which people read them.
func operationsOf(p *huma.PathItem) []*huma.Operation {
	return slices.DeleteFunc([]*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete}, func(o *huma.Operation) bool { return o == nil })
}

func subjects(doc *huma.OpenAPI) []subject {
	by := map[string][]described{}
	for path, p := range doc.Paths {
		for _, o := range operationsOf(p) {
			d := described{ID: o.OperationID, Method: o.Method, Path: path, Summary: o.Summary, Description: o.Description, Parameters: o.Parameters}
			d.Needs, _ = o.Extensions[Needed].(string)
			if o.RequestBody != nil {
				d.Body = "yes"
			}
			by[o.Tags[0]] = append(by[o.Tags[0]], d)
		}
	}
	var out []subject
	for name, all := range by {
		slices.SortFunc(all, func(a, b described) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
		out = append(out, subject{name, all})
	}
	slices.SortFunc(out, func(a, b subject) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Document returns the OpenAPI document, for the copy that is kept in docs.
func Document() ([]byte, error) {
	return (&API{}).register(http.NewServeMux()).OpenAPI().MarshalJSON()
}

// Package api is the control plane's API, /api/v1: what the console does, for
// programs. Each file holds the operations of one subject; the OpenAPI document
// is made from the same code.
package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// Prefix begins the path of everything that is served here.
const Prefix = "/api/"

// Serves reports whether a request is one of a program's, to be answered here
// whatever becomes of it.
func Serves(r *http.Request) bool { return strings.HasPrefix(r.URL.Path+"/", Prefix) }

const v1 = "/api/v1"

// API is the subjects that programs reach, and what it needs itself.
type API struct {
	DB        *store.DB
	Sealer    seal.Sealer
	People    *identity.Identity
	Directory *directory.Directory
	Inventory *inventory.Inventory
	Sources   *sources.Sources
	Jobs      *jobs.Jobs
	Waivers   *waivers.Waivers
	Views     *views.Views
	Notify    *notify.Notify
	Fleet     *fleet.Fleet
	Audit     *audit.Log

	Version string // of this program
	Log     *slog.Logger
	Now     func() time.Time

	engine  func() (*assess.Engine, error)
	endings func() ([]Ending, error)
	limits  *limits
}

// Handler returns what serves all paths below Prefix. Requests reach it with who makes
// them in their context, or with a bearer token.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	api := a.register(mux)
	a.limits = newLimits()
	a.engine = sync.OnceValues(func() (*assess.Engine, error) {
		return assess.NewEngine(assess.EngineOptions{Today: a.Now(), Lazy: true})
	})
	a.endings = sync.OnceValues(readEndings)
	a.documents(mux, api.OpenAPI())
	operations := a.known(a.limited(a.idempotent(tagged(mux))))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		routed, pattern := mux.Handler(r)
		switch {
		case pattern == "" || r.URL.Path != path.Clean(r.URL.Path):
			unrouted(w, r, routed)
		case !Legible(r.URL.RawQuery):
			WriteProblem(w, BadRequest, "The query cannot be read.")
		case strings.HasPrefix(r.URL.Path, v1+"/"):
			r.Body = http.MaxBytesReader(w, r.Body, max(maxBody, LargestBody(r)))
			operations.ServeHTTP(w, r)
		default:
			mux.ServeHTTP(w, r)
		}
		r.Pattern = pattern
	})
}

// register adds the operations and returns their OpenAPI document.
func (a *API) register(mux *http.ServeMux) huma.API {
	once.Do(func() {
		huma.NewError = newProblem
		huma.DefaultArrayNullable = false
	})
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[report.Facts](), reflect.TypeFor[map[string]report.Fact]())
	api := humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Demarc", Version: "1", Description: intro,
				License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
			},
			Servers:  []*huma.Server{{URL: "/"}},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
				"token":   {Type: "http", Scheme: "bearer", Description: "An API token, of a person or a service account."},
				"session": {Type: "apiKey", In: "cookie", Name: "demarc", Description: "The console's session, for its own pages."},
			}},
		},
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	})
	api.UseMiddleware(valued(api))
	a.me(api)
	a.account(api)
	a.factors(api)
	a.sessions(api)
	a.groups(api)
	a.sources(api)
	a.pushes(api)
	a.jobs(api)
	a.assets(api)
	a.duties(api)
	a.findings(api)
	a.changes(api)
	a.counts(api)
	a.snapshots(api)
	a.retention(api)
	a.waivers(api)
	a.views(api)
	a.notifications(api)
	a.channels(api)
	a.deliveries(api)
	a.people(api)
	a.signIn(api)
	a.providers(api)
	a.invitations(api)
	a.services(api)
	a.tokens(api)
	a.audit(api)
	a.agents(api)
	a.integrity(api)
	a.vulnerabilities(api)
	a.detections(api)
	a.plans(api)
	a.catalogue(api)
	a.calendar(api)
	a.checks(api)
	return api
}

// once guards what Huma keeps for the whole process.
var once sync.Once

const intro = `What the console does, for programs.

Lists are pages: ask for at most 200 items with ` + "`limit`" + `, and for the page that follows with the ` + "`cursor`" + ` that ` + "`next`" + ` gives
(the Link header has the whole address). Values of one filter are alternatives and filters narrow each other; ` + "`none`" + ` takes what has no value.

Answers have an ETag: send it as If-None-Match with a GET to learn whether anything changed, and as If-Match with a change to make it only if nothing did.
Send an Idempotency-Key with a change to repeat it safely: for 24 hours the same key gives the same answer.
Errors are application/problem+json with a stable ` + "`code`" + `.`

// format writes and reads bodies. It refuses names that are there twice and text that is no UTF-8.
var format = huma.Format{
	Marshal: func(w io.Writer, v any) error { return json.MarshalWrite(w, v, json.Deterministic(true)) },
	Unmarshal: func(data []byte, v any) error {
		if err := withoutNUL(data); err != nil {
			return err
		}
		return json.Unmarshal(data, v)
	},
}

// schemaName names a type in the document; those of an assessment apart from
// those of the ledger over time that are called the same.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var name strings.Builder
	for word := range strings.SplitSeq(huma.DefaultSchemaNamer(t, hint), "-") {
		if word != "" {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	switch pkg := t.PkgPath(); {
	case t.Name() == "" || strings.Contains(t.Name(), "["):
		return name.String()
	case strings.HasSuffix(pkg, "/internal/report"):
		return "Assessed" + name.String()
	case strings.HasSuffix(pkg, "/internal/estate"):
		return "Source" + name.String()
	}
	return name.String()
}

// operation is one operation. Needs says in the document which permission it takes; the
// subject is what checks it.
type operation struct {
	id, method, path string
	tag, summary     string
	description      string
	needs            tenant.Permission     // empty: any member of the organisation
	status           int                   // where it succeeds; 200 or, without a body, 204 if 0
	document         func(*huma.Operation) // what the document says besides what the code does
}

// Needed is the extension of an operation in the document that names the permission.
const Needed = "x-demarc-permission"

// add adds an operation whose handler is told who asks.
func add[I, O any](a *API, api huma.API, o operation, handle func(ctx context.Context, who tenant.Who, in *I) (*O, error)) {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: v1 + o.path, Tags: []string{o.tag}, Summary: o.summary, Description: o.description,
		DefaultStatus: o.status, Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
	}
	if o.needs != "" {
		op.Extensions = map[string]any{Needed: string(o.needs)}
	}
	if o.method != http.MethodGet {
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(maxKey), Pattern: "^[!-~]+$"},
			Description: "Makes the request safe to repeat for 24 hours: the same key with the same request gives the same answer.",
		})
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		who, ok := identity.WhoOf(ctx)
		if !ok {
			return nil, unauthenticated()
		}
		out, err := handle(ctx, who, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
	for _, documented := range operationsOf(api.OpenAPI().Paths[op.Path]) {
		if documented.OperationID != o.id {
			continue
		}
		sharpened(documented)
		if o.document != nil {
			o.document(documented)
		}
	}
}

// none is the answer of operations that have nothing to say.
type none struct{}

// item is the answer with one thing.
type item[T any] struct{ Body T }

func one[T any](body T, err error) (*item[T], error) {
	if err != nil {
		return nil, err
	}
	return &item[T]{body}, nil
}

// ByID is the input of operations on one thing.
type ByID struct {
	ID int64 `path:"id" minimum:"1"`
}

// made is the answer to something that was made.
type made[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// Package assess is the pipeline: it reads sources, normalises, enriches,
// resolves owners, runs checks and posts the ledger.
package assess

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/enrich"
	"github.com/demarc-sec/demarc/internal/enrich/secrets"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign/posting"
	"github.com/demarc-sec/demarc/internal/ledger"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Engine holds what every run needs: the catalogue, the mappings and the
// checks, each compiled once. It may be used by several runs at a time.
type Engine struct {
	Catalogue *catalogue.Catalogue
	Checks    *check.Set
	Mapper    *normalise.Mapper
	today     time.Time
	overlays  []fs.FS
	software  *vuln.Matcher
}

// EngineOptions say what to load beside the embedded data.
type EngineOptions struct {
	Catalogue []fs.FS // overlays
	Checks    []fs.FS
	Today     time.Time // the day the calendar is read for

	// Vulnerabilities, when set, returns the data that the software of servers is
	// held against. Without it nothing is known of their vulnerabilities.
	Vulnerabilities func() (*store.DB, error)
	// Patching is what is asked of that data and of fixes; zero is the default.
	Patching vuln.Policy

	// Lazy leaves a service of the catalogue unparsed, and the mappings of a type
	// uncompiled, until one is met, and with them the search for mistakes. It is
	// for the built-in catalogue, which tests hold free of them.
	Lazy bool
}

// NewEngine loads and compiles. The error joins every mistake in the data; the
// engine that comes with it lacks what is mistaken, and serves only to look
// for more mistakes.
func NewEngine(opt EngineOptions) (*Engine, error) {
	cat, catErr := catalogue.Load(catalogue.Options{Overlays: opt.Catalogue, Today: opt.Today, Lazy: opt.Lazy})
	if cat == nil {
		return nil, catErr
	}
	e := &Engine{Catalogue: cat, today: opt.Today, overlays: opt.Catalogue}
	e.software = &vuln.Matcher{DB: opt.Vulnerabilities, Calendars: lifecycles.FS, Policy: cmp.Or(opt.Patching, vuln.DefaultPolicy), Now: opt.Today}
	e.Mapper = normalise.NewMapper(cat, new(secrets.Scanner).Strings)
	var mapperErr, checkErr error
	var g errgroup.Group
	if !opt.Lazy {
		g.Go(func() error { mapperErr = e.Mapper.Compile(); return nil })
	}
	g.Go(func() error {
		if opt.Lazy && len(opt.Checks) == 0 {
			e.Checks, checkErr = check.LoadLazily(cat)
		} else {
			e.Checks, checkErr = check.Load(cat, opt.Checks)
		}
		return nil
	})
	_ = g.Wait() // the functions give their errors in the variables above
	return e, errors.Join(catErr, mapperErr, checkErr)
}

// Options of one run.
type Options struct {
	Paths   []string // directories and files
	Imports []string // reports of other scanners
	// Selection says which rules of other scanners take part; nil takes all.
	Selection *posting.Selection
	// Within, when set, says which assets are reported. The others are assessed
	// all the same, since those may depend on them.
	Within func(service, account, region string) bool
	// VarFiles and Vars give values to variables, parameters and charts; which
	// of them a file is for shows in its content.
	VarFiles []string
	Vars     map[string]string
	// Environment gives values to Terraform's variables as the process's own
	// does, by the variables' names.
	Environment map[string]string
	given       values // the two, sorted

	// Scan finds credentials in text, for readers that do not keep it; the
	// engine's own where nil.
	Scan normalise.Scanner
	// Declared are assets that no source describes.
	Declared  []*source.Resource
	Overrides []resolve.Override
	TeamOf    func(a *estate.Asset, responsibility string) string
	// AccountOf, when set, tells the account of a root module or file, where
	// its provider configuration does not.
	AccountOf func(root string) string
	// Adjust, when set, sees the normalised assets before they are enriched:
	// it may set environment and team from configuration.
	Adjust func(*estate.Estate)
	// Waive returns how findings are waived, given the comments that stand at
	// assets.
	Waive    func(comments map[*estate.Asset][]normalise.Comment) ledger.Waive
	Baseline map[string]bool
	// Progress, when set, is told what is being done, from one goroutine.
	Progress func(stage string)
}

// Result of a run.
type Result struct {
	Ledger    *ledger.Ledger
	Sources   []report.Source
	Uncovered []normalise.Uncovered
	Resources int
	Ignored   int
	Types     map[string]int // managed resources by native type
	Imports   []report.Import
}

// Run assesses the paths. It returns an error only when nothing could be read
// at all or ctx ended; what could not be read in part is a gap of its source.
func (e *Engine) Run(ctx context.Context, opt Options) (*Result, error) {
	stage := func(s string) {
		if opt.Progress != nil {
			opt.Progress(s)
		}
	}
	if opt.Scan == nil {
		opt.Scan = new(secrets.Scanner).Strings
	}
	stage("reading")
	normaliser := normalise.New(e.Mapper)
	sources, err := e.read(ctx, opt, normaliser)
	if err != nil {
		return nil, err
	}
	stage("joining")
	res := normaliser.Finish()
	if len(opt.Imports) > 0 {
		stage("importing")
	}
	im, err := e.importReports(ctx, opt, res, normaliser)
	if err != nil {
		return nil, err
	}
	if opt.Adjust != nil {
		opt.Adjust(res.Estate)
	}
	stage("analysing")
	if err := enrich.Run(res.Estate, enrich.Options{Today: e.today}); err != nil {
		return nil, err
	}
	stage("resolving and checking")
	l := &ledger.Ledger{Catalogue: e.Catalogue, Redact: new(secrets.Scanner).Redact, Checks: e.Checks, Baseline: opt.Baseline, TeamOf: opt.TeamOf}
	if l.Entries, err = e.judge(ctx, res.Estate.Assets, opt.Overrides); err != nil {
		return nil, err
	}
	stage("posting")
	im.post(l, opt.Within)
	if opt.Within != nil {
		l.Keep(opt.Within)
	}
	var waive ledger.Waive
	if opt.Waive != nil {
		waive = opt.Waive(res.Comments)
	}
	l.Post(waive)
	if im != nil {
		sources = append(sources, im.sources...)
	}
	return &Result{Ledger: l, Imports: im.counts(), Sources: sources, Uncovered: res.Uncovered, Resources: res.Resources, Ignored: res.Ignored, Types: res.Types}, nil
}

// judge resolves and checks every asset, in parallel and in order.
func (e *Engine) judge(ctx context.Context, assets []*estate.Asset, overrides []resolve.Override) ([]ledger.Entry, error) {
	entries := make([]ledger.Entry, len(assets))
	workers := runtime.GOMAXPROCS(0)
	chunk := max(64, len(assets)/(workers*8))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	resolvers := make(chan *worker, workers)
	for range workers {
		resolvers <- &worker{resolver: resolve.New(e.Catalogue, overrides, e.today), checks: e.Checks.Fork()}
	}
	for from := 0; from < len(assets); from += chunk {
		to := min(from+chunk, len(assets))
		g.Go(func() error {
			w := <-resolvers
			defer func() { resolvers <- w }()
			for i := from; i < to; i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				entries[i] = w.judge(assets[i])
			}
			return nil
		})
	}
	return entries, g.Wait()
}

// worker is what one goroutine reuses from asset to asset.
type worker struct {
	resolver *resolve.Resolver
	checks   *check.Set
}

func (w *worker) judge(a *estate.Asset) ledger.Entry {
	duties := w.resolver.Duties(a)
	if a.Reported { // nothing of it was read that a check could ask
		return ledger.Entry{Asset: a, Duties: duties}
	}
	return ledger.Entry{Asset: a, Duties: duties, Results: w.checks.Run(a, duties)}
}

// Assessment puts the result in the published shape.
func (r *Result) Assessment(tool report.Tool, at time.Time) *report.Assessment {
	a := r.Ledger.Assessment()
	a.Tool, a.AssessedAt, a.Sources = tool, at.UTC().Format(time.RFC3339), r.Sources
	for _, u := range r.Uncovered {
		a.Uncovered = append(a.Uncovered, report.UncoveredType{Type: u.Type, Count: u.Count, Addresses: u.Addresses})
		a.Summary.Uncovered += u.Count
	}
	slices.SortStableFunc(a.Uncovered, func(x, y report.UncoveredType) int { return cmp.Compare(y.Count, x.Count) })
	a.Imports = r.Imports
	a.Summary.Resources, a.Summary.Ignored = r.Resources, r.Ignored
	for _, s := range r.Sources {
		a.Summary.Gaps += len(s.Gaps)
	}
	seen := "Only code was read. What was changed by hand in the cloud, or made by other means, is not in it."
	if slices.ContainsFunc(r.Sources, func(s report.Source) bool { return s.Kind == liveCluster }) {
		seen = "Running clusters were read as they were at that time, and of them what their API shows. What is around them is known as far as code says it."
	}
	a.Limitations = []string{
		seen,
		"The provider's side is not assured: no audit reports were read.",
	}
	return a
}

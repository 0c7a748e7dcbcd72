package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/waive"
)

// errInput says that what a job was given cannot be assessed.
var errInput = errors.New("cannot be assessed")

// assess brings the source's files here, assesses them and posts the result.
func (w *Worker) assess(ctx context.Context, r *row, p *progress) error {
	dir, err := os.MkdirTemp(w.Dir, "job-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tree, err := w.Groups.Tree(ctx, r.Org)
	if err != nil {
		return err
	}
	system := tenant.Who{Actor: tenant.BySystem(r.Org), Tree: tree}
	src, err := w.Sources.Get(ctx, system, r.Source)
	if err != nil {
		return err
	}
	job := r.noun()
	meta := inventory.Meta{Revision: job.Meta.Revision, Branch: job.Meta.Branch, Origin: r.Reason}
	meta.Within = func(ctx context.Context, tx bun.Tx, posted *inventory.Posted) error {
		return w.finish(ctx, tx, r, posted.Snapshot)
	}

	var a *report.Assessment
	switch src.Kind {
	case sources.Git:
		p.set("cloning")
		credential, err := w.Sources.Credential(ctx, r.Org, src.ID)
		if err != nil {
			return err
		}
		got, err := w.Sources.Clone(ctx, src, credential, dir)
		if err != nil {
			return err
		}
		meta.Revision = got.Revision
		if meta.Branch == "" {
			meta.Branch = src.Config.Ref
		}
		a, err = w.run(ctx, src, got.Dir, p)
		if err != nil {
			return err
		}
	case sources.Upload:
		p.set("unpacking")
		work, err := sources.Workplace(dir)
		if err != nil {
			return err
		}
		name, file, err := w.Sources.Uploaded(ctx, r.Org, r.Upload)
		if err != nil {
			return err
		}
		if err := sources.Unpack(ctx, name, file, work); err != nil {
			return err
		}
		if a, err = w.run(ctx, src, work, p); err != nil {
			return err
		}
	case sources.Agents:
		p.set("gathering documents")
		n, err := w.Agents.Documents(ctx, r.Org, src.ID, dir)
		if err != nil {
			return err
		}
		if n == 0 { // the last server retired
			a = &report.Assessment{
				Tool: w.Tool, AssessedAt: w.Now().UTC().Format(time.RFC3339),
				Assets: slices.Values[[]report.Asset](nil), Duties: slices.Values[[]report.Duty](nil), Findings: slices.Values[[]report.Finding](nil),
			}
			break
		}
		if a, err = w.run(ctx, src, dir, p); err != nil {
			return err
		}
	case sources.Push:
		p.set("reading the result")
		_, file, err := w.Sources.Uploaded(ctx, r.Org, r.Upload)
		if err != nil {
			return err
		}
		if a, err = jsonreport.Load(file); err != nil {
			return fmt.Errorf("%w: %w", errInput, err)
		}
	}
	p.set("posting")
	_, err = w.Ledger.Post(ctx, system, src.ID, meta, a)
	return err
}

// run assesses a directory as `demarc assess` does, but that nothing outside of
// it is read: not the environment, and no data that its demarc.yaml names.
func (w *Worker) run(ctx context.Context, src sources.Source, dir string, p *progress) (*report.Assessment, error) {
	cfg := &config.Config{}
	file := filepath.Join(dir, config.Name)
	if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() {
		if cfg, err = config.Load(file); err != nil {
			return nil, fmt.Errorf("%w: %s", errInput, below(dir, err.Error()))
		}
	}
	if len(cfg.Catalogue)+len(cfg.ChecksDir) > 0 {
		return nil, fmt.Errorf("%w: %s names catalogues or checks of its own, which a control plane does not load from a source", errInput, config.Name)
	}
	engine, err := assess.NewEngine(assess.EngineOptions{Today: w.Now(), Lazy: true, Vulnerabilities: w.Vulnerabilities, Patching: w.Patching})
	if err != nil {
		return nil, err
	}
	if err := cfg.Validate(engine.Catalogue, engine.Checks); err != nil {
		return nil, fmt.Errorf("%w: %s", errInput, below(dir, err.Error()))
	}
	cfg.AddParties(engine.Catalogue)
	var varFiles []string
	for _, f := range append(cfg.VarFiles, src.Config.VarFiles...) {
		name := filepath.FromSlash(strings.TrimPrefix(f, dir+"/"))
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%w: the variable file %s is not below the source's directory", errInput, f)
		}
		varFiles = append(varFiles, filepath.Join(dir, name))
	}
	waivers := &waive.Waivers{Config: cfg, Today: w.Now()}
	res, err := engine.Run(ctx, assess.Options{
		Paths: []string{dir}, VarFiles: varFiles, Vars: src.Config.Vars, Overrides: cfg.Overrides(engine.Catalogue), TeamOf: cfg.TeamOf,
		AccountOf: cfg.AccountOf, Adjust: cfg.Apply, Waive: waivers.For, Declared: cfg.DeclaredResources(engine.Catalogue), Progress: p.set,
	})
	if err != nil {
		var nothing *assess.NothingError
		var missing *fs.PathError
		if errors.As(err, &nothing) || errors.As(err, &missing) {
			return nil, fmt.Errorf("%w: %s", errInput, below(dir, err.Error()))
		}
		return nil, err
	}
	for i := range res.Sources {
		res.Sources[i].Path = below(dir, res.Sources[i].Path)
	}
	return res.Assessment(w.Tool, w.Now()), nil
}

// below writes paths in a text relative to the directory they lie in, which
// means nothing to people.
func below(dir, text string) string {
	text = strings.ReplaceAll(text, filepath.ToSlash(dir)+"/", "")
	return strings.ReplaceAll(text, filepath.ToSlash(dir), ".")
}

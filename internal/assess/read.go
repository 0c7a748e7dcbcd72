package assess

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	live "github.com/demarc-sec/demarc/internal/collect/kubernetes"
	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/helm"
	"github.com/demarc-sec/demarc/internal/source/kustomize"
	"github.com/demarc-sec/demarc/internal/source/terraform"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
	"github.com/demarc-sec/demarc/internal/source/workflow"
)

// reading is the state of step one: everything read so far.
type reading struct {
	feed    *feed
	sources []report.Source
}

// sink counts what one source yields on its way to the normaliser.
type sink struct {
	feed *feed
	info *report.Source
	// account names the account of a root that its provider configuration
	// leaves open; may be nil.
	account func(root string) string
}

func (s sink) Resource(r *source.Resource) {
	if !r.Data && !r.Setup {
		s.info.Resources++
	}
	if r.Account == "" && s.account != nil {
		r.Account = s.account(r.Root)
	}
	s.feed.resource(r)
}

func (s sink) Gap(g source.Gap) {
	s.info.Gaps = append(s.info.Gaps, report.Gap{Kind: g.Kind, What: g.What, Mend: g.Mend, Location: g.At, Error: g.Fatal})
}

// NothingError says that a path held nothing Demarc can read.
type NothingError struct{ Path string }

// Error names the path and what would have been read.
func (e *NothingError) Error() string {
	return fmt.Sprintf("%s: nothing to assess here. Name a directory or file of Terraform, a plan (terraform show -json plan) or state, CloudFormation, or another format of docs/usage.md", e.Path)
}

// read reads every path into the normaliser.
func (e *Engine) read(ctx context.Context, opt Options, into *normalise.Normaliser) ([]report.Source, error) {
	var err error
	if opt.given, err = sortValues(opt.VarFiles, opt.Vars); err != nil {
		return nil, err
	}
	rd := &reading{feed: newFeed(into, e.software)}
	defer rd.feed.end()
	for _, path := range opt.Paths {
		if live.Is(path) {
			if err := e.cluster(ctx, rd, path, opt); err != nil {
				return nil, err
			}
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		before := len(rd.sources)
		if info.IsDir() {
			err = rd.directory(ctx, path, len(opt.Paths) > 1, opt)
		} else {
			err = rd.file(ctx, path, opt)
		}
		if err != nil {
			return nil, err
		}
		if len(rd.sources) == before && len(opt.Declared) == 0 {
			return nil, &NothingError{path}
		}
	}
	rd.declared(opt.Declared)
	return rd.sources, nil
}

// declared takes the assets that demarc.yaml declares.
func (rd *reading) declared(resources []*source.Resource) {
	if len(resources) == 0 {
		return
	}
	info := report.Source{Kind: "declared", Path: filepath.ToSlash(resources[0].Location.File)}
	for _, r := range resources {
		sink{rd.feed, &info, nil}.Resource(r)
	}
	rd.sources = append(rd.sources, info)
}

// directory reads every root module below dir, and what else is found there.
// Several directories are told apart by the name the user gave them.
func (rd *reading) directory(ctx context.Context, dir string, several bool, opt Options) error {
	roots, gaps, err := terraform.FindRoots(dir)
	if err != nil {
		return err
	}
	bound := boundary(dir)
	parsed := terraform.NewParsed()
	prefix := ""
	if several {
		prefix = filepath.ToSlash(filepath.Clean(dir))
	}
	for _, root := range roots {
		at, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(root)))
		if err != nil {
			return err
		}
		if err := rd.unit(ctx, unit{kind: "terraform", path: filepath.Join(dir, root), read: func(ctx context.Context, out source.Sink) error {
			return terraform.Read(ctx, bound, at, terraform.Options{VarFiles: opt.given.terraform, Vars: opt.Vars, Environment: opt.Environment, Parsed: parsed}, out)
		}}, bound, dir, prefix, opt); err != nil {
			return err
		}
	}
	found, err := discover(dir)
	if err != nil {
		return err
	}
	units, err := found.units(ctx, bound, opt)
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := rd.unit(ctx, u, bound, dir, prefix, opt); err != nil {
			return err
		}
	}
	for _, f := range found.plans {
		if err := rd.plan(ctx, dir, f, opt); err != nil {
			return err
		}
	}
	gaps = append(gaps, found.gaps...)
	if len(gaps) > 0 {
		info := report.Source{Kind: "directory", Path: filepath.ToSlash(dir)}
		for _, g := range gaps {
			sink{rd.feed, &info, nil}.Gap(g)
		}
		rd.sources = append(rd.sources, info)
	}
	return nil
}

// unit reads one source whose places are relative to bound, for a report whose
// places are relative to dir.
func (rd *reading) unit(ctx context.Context, u unit, bound, dir, prefix string, opt Options) error {
	info := report.Source{Kind: u.kind, Path: filepath.ToSlash(u.path)}
	s := sink{rd.feed, &info, opt.AccountOf}
	var out source.Sink = s
	if prefix != "" {
		out = prefixed{s, prefix}
	}
	if err := u.read(ctx, relocate(out, bound, dir)); err != nil {
		return err
	}
	rd.sources = append(rd.sources, info)
	return nil
}

// prefixed tells the roots of several directories apart.
type prefixed struct {
	sink
	dir string
}

func (p prefixed) Resource(r *source.Resource) {
	if r.Root == "." || r.Root == "" {
		r.Root = p.dir
	} else {
		r.Root = p.dir + "/" + r.Root
	}
	p.sink.Resource(r)
}

// file reads one file that was named. A file of configuration is read as its
// directory would be.
func (rd *reading) file(ctx context.Context, path string, opt Options) error {
	switch filepath.Ext(path) {
	case ".tf", ".tofu":
		return rd.directory(ctx, filepath.Dir(path), false, opt)
	}
	head, err := beginning(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	found := findings{dir: dir, files: map[string][]string{}, oneFile: true}
	switch name := filepath.Base(path); {
	case name == "Chart.yaml" && helm.Detect(name, head):
		found.charts = append(found.charts, dir)
	case kustomize.Detect(name):
		found.overlays = append(found.overlays, dir)
	case workflow.In(filepath.ToSlash(dir)):
		found.workflows = append(found.workflows, path)
	default:
		found.take(path, head)
	}
	if len(found.plans) > 0 {
		return rd.plan(ctx, dir, path, opt)
	}
	bound := boundary(dir)
	units, err := found.units(ctx, bound, opt)
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := rd.unit(ctx, u, bound, dir, "", opt); err != nil {
			return err
		}
	}
	return nil
}

// plan reads one plan or state file.
func (rd *reading) plan(ctx context.Context, base, path string, opt Options) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	kind, err := tfplan.Detect(f)
	_ = f.Close() // only read
	info := report.Source{Kind: kind, Path: filepath.ToSlash(path)}
	s := sink{rd.feed, &info, opt.AccountOf}
	if err == nil {
		err = tfplan.Read(ctx, base, path, s)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.Gap(source.Gap{Kind: "file", What: err.Error(), Fatal: true})
	}
	rd.sources = append(rd.sources, info)
	return nil
}

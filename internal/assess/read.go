package assess

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/normalise"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/terraform"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
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
	return fmt.Sprintf("%s: nothing to assess here. Name a directory of Terraform or OpenTofu files, a plan (terraform show -json plan) or a state file", e.Path)
}

// read reads every path into the normaliser.
func (e *Engine) read(ctx context.Context, opt Options, into *normalise.Normaliser) ([]report.Source, error) {
	rd := &reading{feed: newFeed(into)}
	defer rd.feed.end()
	for _, path := range opt.Paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		before := len(rd.sources)
		if info.IsDir() {
			err = rd.directory(ctx, path, len(opt.Paths) > 1, opt)
		} else {
			err = rd.file(ctx, "", path, opt)
		}
		if err != nil {
			return nil, err
		}
		if len(rd.sources) == before {
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

// directory reads every root module below dir, and plan and state files in
// directories that hold no configuration. Several directories are told apart
// by the name the user gave them.
func (rd *reading) directory(ctx context.Context, dir string, several bool, opt Options) error {
	roots, gaps, err := terraform.FindRoots(dir)
	if err != nil {
		return err
	}
	bound := boundary(dir)
	for _, root := range roots {
		info := report.Source{Kind: "terraform", Path: filepath.ToSlash(filepath.Join(dir, root))}
		s := sink{rd.feed, &info, opt.AccountOf}
		var out source.Sink = s
		if several {
			out = prefixed{s, filepath.ToSlash(filepath.Clean(dir))}
		}
		at, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(root)))
		if err != nil {
			return err
		}
		out = relocate(out, bound, dir)
		if err := terraform.Read(ctx, bound, at, terraform.Options{VarFiles: opt.VarFiles, Vars: opt.Vars}, out); err != nil {
			return err
		}
		rd.sources = append(rd.sources, info)
	}
	files, more, err := planFiles(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := rd.file(ctx, dir, f, opt); err != nil {
			return err
		}
	}
	gaps = append(gaps, more...)
	if len(gaps) > 0 {
		info := report.Source{Kind: "directory", Path: filepath.ToSlash(dir)}
		for _, g := range gaps {
			sink{rd.feed, &info, nil}.Gap(g)
		}
		rd.sources = append(rd.sources, info)
	}
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

// file reads one plan or state file. A file of configuration is read as its
// directory would be.
func (rd *reading) file(ctx context.Context, base, path string, opt Options) error {
	switch filepath.Ext(path) {
	case ".tf", ".tofu":
		return rd.directory(ctx, filepath.Dir(path), false, opt)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	kind, err := tfplan.Detect(f)
	_ = f.Close() // only read
	if kind == "" && err == nil {
		return nil
	}
	if base == "" {
		base = filepath.Dir(path)
	}
	info := report.Source{Kind: kind, Path: filepath.ToSlash(path)}
	s := sink{rd.feed, &info, opt.AccountOf}
	if err != nil {
		s.Gap(source.Gap{Kind: "file", What: err.Error(), Fatal: true})
	} else if err := tfplan.Read(ctx, base, path, s); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.Gap(source.Gap{Kind: "file", What: err.Error(), Fatal: true})
	}
	rd.sources = append(rd.sources, info)
	return nil
}

// planFiles lists plan and state files below dir. One that stands beside
// configuration is left aside, since both describe the same resources.
func planFiles(dir string) (files []string, gaps []source.Gap, err error) {
	holdsCode := map[string]bool{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			if errors.Is(err, fs.ErrPermission) {
				return nil // FindRoots has listed it
			}
			return err
		case d.IsDir():
			if path != dir && (strings.HasPrefix(name, ".") || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		switch filepath.Ext(name) {
		case ".tf", ".tofu":
			holdsCode[filepath.Dir(path)] = true
		case ".tfstate":
			files = append(files, path)
		case ".json":
			if strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json") {
				holdsCode[filepath.Dir(path)] = true
				return nil
			}
			if looksLikePlan(path) {
				files = append(files, path)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	files = slices.DeleteFunc(files, func(f string) bool {
		if !holdsCode[filepath.Dir(f)] {
			return false
		}
		rel, _ := filepath.Rel(dir, f)
		gaps = append(gaps, source.Gap{
			Kind: "file",
			What: filepath.ToSlash(rel) + " was left aside: the configuration beside it was read, and both describe the same resources",
			Mend: "name the file itself to assess it",
		})
		return true
	})
	return files, gaps, nil
}

func looksLikePlan(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	kind, err := tfplan.Detect(f)
	return err == nil && kind != ""
}

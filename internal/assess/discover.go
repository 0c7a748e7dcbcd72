package assess

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/arm"
	"github.com/demarc-sec/demarc/internal/source/cloudformation"
	"github.com/demarc-sec/demarc/internal/source/compose"
	"github.com/demarc-sec/demarc/internal/source/dockerfile"
	"github.com/demarc-sec/demarc/internal/source/export"
	"github.com/demarc-sec/demarc/internal/source/helm"
	"github.com/demarc-sec/demarc/internal/source/host"
	"github.com/demarc-sec/demarc/internal/source/kubernetes"
	"github.com/demarc-sec/demarc/internal/source/kustomize"
	"github.com/demarc-sec/demarc/internal/source/tfplan"
	"github.com/demarc-sec/demarc/internal/source/workflow"
)

// unit is one source to be read.
type unit struct {
	kind string
	path string // for the report
	read func(ctx context.Context, out source.Sink) error
}

// format is a kind of file that is known by its content.
type format struct {
	kind   string
	detect func(name string, head []byte) bool
	// units makes sources of the files of this kind; those that others of them
	// include are no sources of their own.
	units func(ctx context.Context, in place, files []string) ([]unit, error)
}

// place is where sources lie, and what the user said about them.
type place struct {
	dir   string // the directory that was named
	bound string // nothing outside of it is read
	opt   Options
	given values
}

// formats are asked in this order; the first that knows a file takes it.
var formats = []format{
	{"cloudformation", cloudformation.Detect, cloudFormation},
	{arm.Kind, arm.Detect, armTemplates},
	{dockerfile.Kind, dockerfile.Detect, dockerfiles},
	{compose.Kind, compose.Detect, composeFiles},
	{"kubernetes", kubernetes.Detect, manifests},
	{host.Kind, host.Detect, hosts},
	{"export", isExport, exports},
}

// headSize is how much of a file is looked at to tell what it is.
const headSize = 64 << 10

// candidates are the endings of files that are looked into. Others are known
// by their names.
var candidates = map[string]bool{".json": true, ".jsonl": true, ".ndjson": true, ".yaml": true, ".yml": true, ".template": true, ".tfstate": true}

// findings are the files below a directory, by what reads them.
type findings struct {
	dir       string
	plans     []string
	charts    []string // directories
	overlays  []string // directories with a kustomization
	workflows []string
	bicep     []string            // sources that are read when compiled
	files     map[string][]string // format -> files, in order
	holdCode  map[string]bool     // directories with Terraform configuration
	gaps      []source.Gap
	oneFile   bool // that was named, so that what lies around it is not looked at
}

// discover looks for everything that can be read below dir, but for Terraform's
// configuration. Directories of downloads and hidden ones are not looked into,
// and symbolic links not followed.
func discover(dir string) (*findings, error) {
	f := &findings{dir: dir, files: map[string][]string{}, holdCode: map[string]bool{}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if errors.Is(err, fs.ErrPermission) {
				return nil // the search for root modules has listed it
			}
			return err
		case d.IsDir():
			return f.enter(path, d.Name())
		case !d.Type().IsRegular():
			return nil
		}
		name := d.Name()
		switch {
		case strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json"):
			f.holdCode[filepath.Dir(path)] = true
			return nil
		case kustomize.Detect(name):
			f.overlays = append(f.overlays, filepath.Dir(path))
			return nil
		case strings.HasSuffix(name, ".bicep"):
			f.bicep = append(f.bicep, path)
			return nil
		case workflow.In(filepath.ToSlash(filepath.Dir(path))) && (strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")):
			f.workflows = append(f.workflows, path)
			return nil
		case !candidates[strings.ToLower(filepath.Ext(name))] && !dockerfile.Detect(name, nil):
			return nil
		}
		head, err := beginning(path)
		if err != nil {
			f.gaps = append(f.gaps, source.Gap{Kind: "file", What: f.relative(path) + " cannot be read", Mend: "make it readable", Fatal: true})
			return nil //nolint:nilerr // the gap says it
		}
		f.take(path, head)
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.dropBesideCode()
	f.gaps = append(f.gaps, arm.Uncompiled(dir, f.relatives(f.bicep), f.relatives(f.files[arm.Kind]))...)
	return f, nil
}

// enter tells whether a directory is looked into.
func (f *findings) enter(path, name string) error {
	if path != f.dir && (strings.HasPrefix(name, ".") && name != ".github" || name == "node_modules") {
		return filepath.SkipDir
	}
	if head, err := beginning(filepath.Join(path, "Chart.yaml")); err == nil && helm.Detect("Chart.yaml", head) {
		f.charts = append(f.charts, path)
		return filepath.SkipDir // everything below belongs to the chart
	}
	return nil
}

// take notes the file for the reader that knows it.
func (f *findings) take(path string, head []byte) {
	if kind, err := tfplan.Detect(bytes.NewReader(head)); kind != "" || err != nil {
		if kind != "" || filepath.Ext(path) == ".tfstate" {
			f.plans = append(f.plans, path)
		}
		if kind != "" {
			return
		}
	}
	for _, format := range formats {
		if format.detect(filepath.Base(path), head) {
			f.files[format.kind] = append(f.files[format.kind], path)
			return
		}
	}
}

// dropBesideCode leaves plans and states aside that stand beside configuration:
// both describe the same resources.
func (f *findings) dropBesideCode() {
	f.plans = slices.DeleteFunc(f.plans, func(path string) bool {
		if !f.holdCode[filepath.Dir(path)] {
			return false
		}
		f.gaps = append(f.gaps, source.Gap{
			Kind: "file",
			What: f.relative(path) + " was left aside: the configuration beside it was read, and both describe the same resources",
			Mend: "name the file itself to assess it",
		})
		return true
	})
}

func (f *findings) relative(path string) string {
	rel, err := filepath.Rel(f.dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

func (f *findings) relatives(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = f.relative(p)
	}
	return out
}

// units makes sources of the files found.
func (f *findings) units(ctx context.Context, bound string, opt Options) ([]unit, error) {
	in := place{dir: f.dir, bound: bound, opt: opt, given: opt.given}
	out, err := f.kustomizations(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, format := range formats {
		if len(f.files[format.kind]) == 0 {
			continue
		}
		units, err := format.units(ctx, in, f.files[format.kind])
		if err != nil {
			return nil, err
		}
		out = append(out, units...)
	}
	charts, err := chartUnits(in, f.charts)
	if err != nil {
		return nil, err
	}
	pipelines, err := workflows(in, f.workflows)
	if err != nil || f.oneFile {
		return slices.Concat(out, charts, pipelines), err
	}
	repos, err := repositories(in, f.workflows)
	return slices.Concat(out, charts, pipelines, repos), err
}

// kustomizations makes a source of every kustomization that no other builds
// upon, and leaves the files they read to them.
func (f *findings) kustomizations(ctx context.Context, in place) ([]unit, error) {
	if len(f.overlays) == 0 {
		return nil, nil
	}
	bound, err := filepath.Abs(in.bound)
	if err != nil {
		return nil, err
	}
	dirs, err := absolute(f.overlays)
	if err != nil {
		return nil, err
	}
	plan, err := kustomize.Survey(ctx, bound, dirs)
	if err != nil {
		return nil, err
	}
	f.gaps = append(f.gaps, plan.Gaps...)
	for kind, files := range f.files {
		f.files[kind] = slices.DeleteFunc(files, func(file string) bool {
			at, err := filepath.Abs(file)
			if err != nil {
				return false
			}
			rel, err := filepath.Rel(bound, at)
			return err == nil && plan.Claimed[filepath.ToSlash(rel)]
		})
	}
	roots := make([]string, len(plan.Roots))
	for i, root := range plan.Roots {
		if !filepath.IsAbs(root) {
			root = filepath.Join(bound, filepath.FromSlash(root))
		}
		roots[i] = root
	}
	units, err := eachFile("kustomize", roots, func(ctx context.Context, dir string, out source.Sink) error {
		return kustomize.Read(ctx, bound, dir, kustomize.Options{Scan: in.opt.Scan}, out)
	})
	for i := range units {
		units[i].path = filepath.Join(in.dir, f.relativeTo(roots[i]))
	}
	return units, err
}

// relativeTo is the path of an absolute directory within the one that was
// named.
func (f *findings) relativeTo(abs string) string {
	dir, err := filepath.Abs(f.dir)
	if err != nil {
		return abs
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return abs
	}
	return rel
}

// beginning returns the first part of a file.
func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}

// eachFile makes a unit of every file.
func eachFile(kind string, files []string, read func(ctx context.Context, file string, out source.Sink) error) ([]unit, error) {
	var out []unit
	for _, file := range files {
		at, err := filepath.Abs(file)
		if err != nil {
			return nil, err
		}
		out = append(out, unit{kind, file, func(ctx context.Context, out source.Sink) error { return read(ctx, at, out) }})
	}
	return out, nil
}

func cloudFormation(ctx context.Context, in place, files []string) ([]unit, error) {
	names, shown, err := named(files)
	if err != nil {
		return nil, err
	}
	roots, err := cloudformation.Roots(ctx, in.bound, names)
	if err != nil {
		return nil, err
	}
	return eachRoot("cloudformation", roots, shown, func(ctx context.Context, file string, out source.Sink) error {
		return cloudformation.Read(ctx, in.bound, file, cloudformation.Options{Parameters: in.given.parameters}, out)
	})
}

func armTemplates(ctx context.Context, in place, files []string) ([]unit, error) {
	names, shown, err := named(files)
	if err != nil {
		return nil, err
	}
	bound, err := filepath.Abs(in.bound)
	if err != nil {
		return nil, err
	}
	within := make([]string, len(names))
	for i, name := range names {
		if within[i], err = filepath.Rel(bound, name); err != nil {
			return nil, err
		}
		within[i] = filepath.ToSlash(within[i])
	}
	roots, err := arm.Roots(ctx, in.bound, within)
	if err != nil {
		return nil, err
	}
	for i, root := range roots {
		roots[i] = filepath.Join(bound, filepath.FromSlash(root))
	}
	return eachRoot(arm.Kind, roots, shown, func(ctx context.Context, file string, out source.Sink) error {
		return arm.Read(ctx, in.bound, file, arm.Options{ParameterFiles: in.given.arm, Parameters: in.opt.Vars}, out)
	})
}

// manifests are one source: objects refer to each other over files.
func manifests(_ context.Context, in place, files []string) ([]unit, error) {
	names, err := absolute(files)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(in.dir)
	if err != nil {
		return nil, err
	}
	path := in.dir
	if len(files) == 1 {
		path = files[0]
	}
	return []unit{{"kubernetes", path, func(ctx context.Context, out source.Sink) error {
		return kubernetes.Read(ctx, in.bound, dir, names, kubernetes.Options{Scan: in.opt.Scan}, out)
	}}}, nil
}

func dockerfiles(_ context.Context, in place, files []string) ([]unit, error) {
	return eachFile(dockerfile.Kind, files, func(ctx context.Context, file string, out source.Sink) error {
		return dockerfile.Read(ctx, in.bound, file, out)
	})
}

func composeFiles(_ context.Context, in place, files []string) ([]unit, error) {
	return eachFile(compose.Kind, files, func(ctx context.Context, file string, out source.Sink) error {
		return compose.Read(ctx, in.bound, file, out)
	})
}

func hosts(_ context.Context, in place, files []string) ([]unit, error) {
	bound, err := filepath.Abs(in.bound)
	if err != nil {
		return nil, err
	}
	return eachFile(host.Kind, files, func(ctx context.Context, file string, out source.Sink) error {
		return host.Read(ctx, bound, file, out)
	})
}

func workflows(in place, files []string) ([]unit, error) {
	return eachFile(workflow.Kind, files, func(ctx context.Context, file string, out source.Sink) error {
		return workflow.Read(ctx, in.bound, file, out)
	})
}

// repositories are those that the workflows are of.
func repositories(in place, files []string) ([]unit, error) {
	var dirs []string
	for _, file := range files {
		if dir := filepath.Dir(file); !slices.Contains(dirs[max(0, len(dirs)-1):], dir) { // in the order of a walk
			dirs = append(dirs, dir)
		}
	}
	return eachFile(workflow.RepositoryKind, dirs, func(ctx context.Context, dir string, out source.Sink) error {
		return workflow.ReadRepository(ctx, in.bound, dir, out)
	})
}

func isExport(name string, head []byte) bool {
	_, ok := export.Detect(name, head)
	return ok
}

func exports(ctx context.Context, in place, files []string) ([]unit, error) {
	names, err := absolute(files)
	if err != nil {
		return nil, err
	}
	bound, err := filepath.Abs(in.bound)
	if err != nil {
		return nil, err
	}
	known, err := export.Learn(ctx, bound, names)
	if err != nil {
		return nil, err
	}
	units, err := eachFile("export", files, func(ctx context.Context, file string, out source.Sink) error {
		return export.Read(ctx, in.bound, file, export.Options{Known: known}, out)
	})
	for i, file := range files {
		if head, err := beginning(file); err == nil {
			units[i].kind, _ = export.Detect(filepath.Base(file), head)
		}
	}
	return units, err
}

// chartUnits makes a source of every chart.
func chartUnits(in place, charts []string) ([]unit, error) {
	return eachFile("helm", charts, func(ctx context.Context, dir string, out source.Sink) error {
		return helm.Read(ctx, in.bound, dir, helm.Options{ValuesFiles: in.given.helm, Set: in.opt.Vars, Scan: in.opt.Scan}, out)
	})
}

// eachRoot makes a unit of every root, which the report shows as it was named.
func eachRoot(kind string, roots []string, shown map[string]string, read func(ctx context.Context, file string, out source.Sink) error) ([]unit, error) {
	units, err := eachFile(kind, roots, read)
	for i := range units {
		units[i].path = shown[roots[i]]
	}
	return units, err
}

// named returns absolute paths, and how each was named.
func named(files []string) (names []string, shown map[string]string, err error) {
	if names, err = absolute(files); err != nil {
		return nil, nil, err
	}
	shown = make(map[string]string, len(files))
	for i, name := range names {
		shown[name] = files[i]
	}
	return names, shown, nil
}

func absolute(files []string) ([]string, error) {
	out := make([]string, len(files))
	for i, file := range files {
		var err error
		if out[i], err = filepath.Abs(file); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Package helm renders charts with Helm's own library, without a cluster and
// without network, and yields the objects they make, placed at the lines of
// the templates. The pipeline that assembles an estate imports it; other
// readers do not.
package helm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/strvals"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Options are the choices a user has about a chart.
type Options struct {
	// ValuesFiles are paths as given on the command line; later files win.
	ValuesFiles []string
	// Set maps the path of a value, as in helm's --set, to its text.
	Set map[string]string
	// Namespace and Release name the installation. Without them the chart's
	// name is the release's, and the namespace is not known.
	Namespace, Release string
	// Scan looks for credentials in text that stands at path; see
	// [manifest.Options].
	Scan func(path, text string) []string
}

const (
	// kubeVersion is what charts see as the cluster's version.
	kubeVersion = "v1.35.0"
	// defaultNamespace is what charts see when nobody chose one. Objects that
	// name it count as naming none.
	defaultNamespace = "default"
	// maxRetries bounds how many templates may fail before the rest is given
	// up.
	maxRetries = 10
)

// Detect tells by its name and beginning whether a file makes its directory a
// chart.
func Detect(name string, head []byte) bool {
	if path.Base(name) != "Chart.yaml" {
		return false
	}
	for l := range bytes.Lines(head) {
		if bytes.HasPrefix(l, []byte("name:")) {
			return true
		}
	}
	return false
}

// Read renders the chart in dir and yields its objects to sink. base is the
// directory that bounds what is read, and locations are relative to it; dir is
// absolute or relative to base. Everything below dir belongs to the chart:
// none of it is to be read as anything else of Kubernetes.
//
// Charts that only other charts use, hooks that test, and definitions of
// custom resources in crds/ yield nothing. Whatever is wrong with the chart
// becomes a Gap. Read returns an error only when base or dir cannot be opened
// or ctx is done.
func Read(ctx context.Context, base, dir string, opt Options, sink source.Sink) (err error) {
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	rel, err := t.Rel(dir)
	if err != nil {
		return fmt.Errorf("reading chart %s: %w", dir, err)
	}
	if !t.IsDir(rel) {
		return fmt.Errorf("reading chart %s: not a directory", dir)
	}
	r := &reader{ctx: ctx, tree: t, dir: rel, opt: opt, sink: sink, said: map[string]bool{}}
	defer func() {
		if p := recover(); p != nil {
			r.gap("file", r.chartFile(), 0, "rendering stopped inside the library; objects of the chart may be missing", "please report this chart to the project", false)
		}
	}()
	r.run()
	return ctx.Err()
}

type reader struct {
	ctx   context.Context
	tree  *tree.Tree
	dir   string
	opt   Options
	sink  source.Sink
	said  map[string]bool // gaps that were yielded
	files []file
}

func (r *reader) chartFile() string { return path.Join(r.dir, "Chart.yaml") }

func (r *reader) gap(kind, file string, line int, what, mend string, fatal bool) {
	g := source.Gap{Kind: kind, What: file + ": " + what, Mend: mend, At: estate.Location{File: file, Line: line}, Fatal: fatal}
	if key := fmt.Sprint(g.What, g.At.Line); !r.said[key] && len(r.said) < 100 {
		r.said[key] = true
		r.sink.Gap(g)
	}
}

func (r *reader) run() {
	values, ok := r.userValues()
	if !ok {
		return
	}
	dropped := map[string]bool{}
	b := newBudget(r.ctx, func(what, mend string) {
		r.gap("variable", r.chartFile(), 0, what, mend, false)
	})
	for range maxRetries {
		out, failed, done := r.render(b, values, dropped)
		if done {
			r.yield(out)
			return
		}
		if failed == "" || dropped[failed] {
			return
		}
		dropped[failed] = true
	}
	r.gap("file", r.chartFile(), 0, "too many templates cannot be rendered; the chart is not assessed", "", false)
}

// render renders the chart but for what was dropped. failed is the template
// that stopped it.
func (r *reader) render(b *budget, user map[string]any, dropped map[string]bool) (out map[string]string, failed string, done bool) {
	l := &load{tree: r.tree, left: maxChart, drop: func(f file, line int, what string) {
		r.gap("template", f.name, line, "it is no template that can be read: "+oneLine(what), "mend the template", false)
	}}
	c, err := l.chart(r.dir)
	r.files = l.files
	if err != nil {
		kind := "file"
		if errors.Is(err, errTooLarge) {
			kind = "limit"
		}
		r.gap(kind, r.chartFile(), 0, "the chart cannot be loaded: "+oneLine(err.Error()), "mend the chart", kind == "file")
		return nil, "", false
	}
	if c.Metadata.Type == "library" {
		return nil, "", true
	}
	vals, err := r.values(c, user)
	if err != nil {
		r.gap("file", r.chartFile(), 0, "its values cannot be put together: "+oneLine(err.Error()), "mend the values", false)
		return nil, "", false
	}
	missing := r.missing(c)
	drop(c, dropped)
	b.deep = 0
	b.changed()
	e := engine.Engine{CustomTemplateFuncs: b.functions()}
	out, err = e.RenderWithContext(r.ctx, c, vals)
	switch {
	case err == nil:
		return out, "", true
	case r.ctx.Err() != nil:
		return nil, "", false
	}
	return nil, r.failure(err, c, missing), false
}

func (r *reader) userValues() (map[string]any, bool) {
	out := map[string]any{}
	for _, name := range r.opt.ValuesFiles {
		src, err := os.ReadFile(name)
		if err == nil && len(src) > manifest.MaxFile {
			err = tree.ErrTooLarge
		}
		var vals map[string]any
		if err == nil {
			vals, err = loader.LoadValues(bytes.NewReader(src))
		}
		if err != nil {
			r.gap("file", name, 0, "the values cannot be read: "+oneLine(err.Error()), "mend the file", true)
			return nil, false
		}
		out = loader.MergeMaps(out, vals)
	}
	for _, k := range slices.Sorted(maps.Keys(r.opt.Set)) {
		if err := strvals.ParseInto(k+"="+r.opt.Set[k], out); err != nil {
			r.gap("variable", r.chartFile(), 0, fmt.Sprintf("value %s cannot be set: %s", k, oneLine(err.Error())), "write it as for helm --set", true)
			return nil, false
		}
	}
	return out, true
}

// values puts together what templates see. The chart's schema is not asked: it
// may refer to others in the network, and a value it refuses is a matter of
// installing.
func (r *reader) values(c *chart.Chart, user map[string]any) (common.Values, error) {
	user = loader.MergeMaps(map[string]any{}, user)
	if err := util.ProcessDependencies(c, user); err != nil {
		return nil, err
	}
	version, err := common.ParseKubeVersion(kubeVersion)
	if err != nil {
		return nil, err
	}
	caps := common.DefaultCapabilities.Copy()
	caps.KubeVersion = *version
	// The library knows what the client's scheme does; these two every server has.
	caps.APIVersions = append(slices.Clip(caps.APIVersions), "apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1/APIService",
		"apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1/CustomResourceDefinition")
	release := common.ReleaseOptions{Name: r.opt.Release, Namespace: r.opt.Namespace, Revision: 1, IsInstall: true}
	if release.Name == "" {
		release.Name = c.Name()
	}
	if release.Namespace == "" {
		release.Namespace = defaultNamespace
	}
	return commonutil.ToRenderValuesWithSchemaValidation(c, user, release, caps, true)
}

// missing lists the dependencies that are switched on and not there.
func (r *reader) missing(c *chart.Chart) []string {
	var out []string
	var walk func(c *chart.Chart, depth int)
	walk = func(c *chart.Chart, depth int) {
		if c.Metadata == nil || depth > maxChartDepth {
			return
		}
		for _, d := range c.Metadata.Dependencies {
			if d != nil && !slices.ContainsFunc(c.Dependencies(), func(s *chart.Chart) bool { return s.Name() == d.Name }) {
				out = append(out, d.Name)
			}
		}
		for _, s := range c.Dependencies() {
			walk(s, depth+1)
		}
	}
	walk(c, 0)
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) > 0 {
		r.gap("module", r.chartFile(), 0, "its dependencies "+strings.Join(out, ", ")+" are not in charts/, and not assessed", "run helm dependency build "+r.dir, false)
	}
	return out
}

// drop empties templates, by their full names.
func drop(c *chart.Chart, names map[string]bool) {
	for _, t := range c.Templates {
		if names[path.Join(c.ChartFullPath(), t.Name)] {
			t.Data = nil
		}
	}
	for _, s := range c.Dependencies() {
		drop(s, names)
	}
}

var (
	errorAt  = regexp.MustCompile(`([\w./ -]+/templates/[^:()]+):(\d+)`)
	noSuch   = regexp.MustCompile(`(?:no template|template:? no template|no such template) "([^"]+)"`)
	machined = regexp.MustCompile(`\bdemarc_(?:out|tpl) \(?|\bdemarc: `)
)

// failure makes a gap of an error of the library, and gives the full name of
// the template that failed.
func (r *reader) failure(err error, c *chart.Chart, missing []string) string {
	text := err.Error()
	if strings.Contains(text, errLimit.Error()) {
		r.gap("limit", r.chartFile(), 0, oneLine(machined.ReplaceAllString(errLimit.Error(), ""))+"; it is not assessed", "render it with helm template and assess the result", false)
		return ""
	}
	where, line := r.chartFile(), 0
	failed := ""
	if m := errorAt.FindStringSubmatch(text); m != nil {
		failed = m[1]
		line, _ = strconv.Atoi(m[2])
		where = r.place(c, failed)
		if where == "" {
			where, line = r.chartFile(), 0
		}
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	what := strings.TrimSpace(lines[len(lines)-1])
	if m := noSuch.FindStringSubmatch(text); m != nil {
		what = fmt.Sprintf("there is no template %q", m[1])
		if len(missing) > 0 {
			what += ", which a missing dependency may define"
		}
	}
	what = oneLine(machined.ReplaceAllString(what, ""))
	r.gap("template", where, line, "it cannot be rendered with the values at hand: "+what, "give the values that the installation gets", false)
	return failed
}

// place is the file of the template of that full name.
func (r *reader) place(c *chart.Chart, name string) string {
	for _, t := range c.Templates {
		if path.Join(c.ChartFullPath(), t.Name) == name {
			if u := unmark(firstLine(t.Data)); u.file >= 0 && u.file < len(r.files) {
				return r.files[u.file].name
			}
		}
	}
	for _, s := range c.Dependencies() {
		if at := r.place(s, name); at != "" {
			return at
		}
	}
	return ""
}

func firstLine(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte("\n"))
	return string(b)
}

// yield reads what was rendered.
func (r *reader) yield(out map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(out)) {
		u := unmark(out[name])
		if strings.TrimSpace(string(u.text)) == "" || u.file < 0 || u.file >= len(r.files) {
			continue
		}
		f := r.files[u.file]
		opt := manifest.Options{File: f.name, Root: r.dir, Line: u.line, Scan: r.opt.Scan}
		if f.archive {
			opt.Line = func(int) int { return 0 }
		}
		if r.opt.Namespace == "" {
			opt.Namespace = defaultNamespace
		}
		manifest.Read(u.text, opt, func(x *source.Resource) {
			if !tests(x) {
				r.sink.Resource(x)
			}
		}, func(p manifest.Problem) {
			p.Line = opt.Line(p.Line)
			what := "what it renders: " + p.What
			r.gap(p.Kind, f.name, p.Line, what, "give the values that the installation gets", false)
		})
	}
}

// tests reports whether the object only exists while helm test runs.
func tests(x *source.Resource) bool {
	meta, _ := x.Body["metadata"].(map[string]any)
	notes, _ := meta["annotations"].(map[string]any)
	hook, _ := notes["helm.sh/hook"].(string)
	if hook == "" {
		return false
	}
	for h := range strings.SplitSeq(hook, ",") {
		if !strings.HasPrefix(strings.TrimSpace(h), "test") {
			return false
		}
	}
	return true
}

package helm

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"
	"sigs.k8s.io/yaml"

	"github.com/demarc-sec/demarc/internal/source/tree"
)

const (
	maxChart      = 64 << 20 // bytes of all files of a chart, archives unpacked
	maxChartFiles = 20_000
	maxChartDepth = 8 // charts within charts
)

// file is one template file of a chart, or of a chart in it.
type file struct {
	name    string // relative to the boundary
	archive bool   // it is inside the archive of that name
}

// load collects the files of a chart and hands them to the library. Archives
// of dependencies are unpacked here, so that all are bounded together.
type load struct {
	tree  *tree.Tree
	left  int
	files []file // by the number their text is marked with
	drop  func(f file, line int, what string)
}

func (l *load) chart(dir string) (*chart.Chart, error) {
	buffered, err := l.directory(dir, "", 0)
	if err != nil {
		return nil, err
	}
	return loader.LoadFiles(buffered)
}

// directory collects a chart's files under prefix.
func (l *load) directory(dir, prefix string, depth int) ([]*archive.BufferedFile, error) {
	rules := ignore.Empty()
	if src, err := l.tree.Read(path.Join(dir, ignore.HelmIgnore), 1<<20); err == nil {
		if r, err := ignore.Parse(bytes.NewReader(src)); err == nil {
			rules = r
		}
	}
	rules.AddDefaults()
	var out []*archive.BufferedFile
	err := fs.WalkDir(l.tree.FS(), dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
		if dir == "." {
			rel = name
		}
		if rel == "" || rel == "." {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch ignored := rules.Ignore(rel, info); {
		case d.IsDir() && (ignored || d.Name() == ".git" || strings.Count(rel, "/") > 100):
			return fs.SkipDir
		case ignored || !d.Type().IsRegular():
			return nil
		}
		src, err := l.tree.Read(name, int64(l.left))
		if err != nil {
			if errors.Is(err, tree.ErrTooLarge) {
				return errTooLarge
			}
			return err
		}
		out, err = l.add(out, rel, prefix, file{name: name}, src, depth)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l.local(out, dir, prefix, depth)
}

var errTooLarge = errors.New("the chart is too large")

func (l *load) add(out []*archive.BufferedFile, rel, prefix string, from file, src []byte, depth int) ([]*archive.BufferedFile, error) {
	l.left -= len(src)
	if l.left < 0 || len(out) > maxChartFiles {
		return nil, errTooLarge
	}
	within, sub := inChart(rel)
	switch {
	case strings.HasPrefix(within, "charts/") && strings.HasSuffix(within, ".tgz") && strings.Count(within, "/") == 1:
		return l.unpack(out, rel, prefix, from, src, depth+sub)
	case depth+sub > maxChartDepth:
		return nil, errors.New("charts are nested too deeply")
	case strings.HasPrefix(within, "crds/"), within == "templates/NOTES.txt", within == "values.schema.json":
		return out, nil // nothing of them is rendered
	case strings.HasPrefix(within, "templates/"):
		src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
		text, err := instrument(path.Base(rel), string(src), len(l.files))
		if te, ok := errors.AsType[*templateError](err); ok {
			l.drop(from, te.line, te.what)
			return out, nil
		}
		l.files = append(l.files, from)
		src = []byte(text)
	}
	return append(out, &archive.BufferedFile{Name: prefix + rel, Data: src}), nil
}

// inChart is the path within the innermost chart that rel is in, and how many
// charts that is in.
func inChart(rel string) (within string, depth int) {
	for {
		rest, ok := strings.CutPrefix(rel, "charts/")
		if !ok {
			return rel, depth
		}
		_, rest, ok = strings.Cut(rest, "/")
		if !ok {
			return rel, depth
		}
		rel = rest
		depth++
	}
}

func (l *load) unpack(out []*archive.BufferedFile, rel, prefix string, from file, src []byte, depth int) ([]*archive.BufferedFile, error) {
	if depth >= maxChartDepth {
		return nil, errors.New("charts are nested too deeply")
	}
	files, err := archive.LoadArchiveFiles(bytes.NewReader(src))
	if err != nil {
		l.drop(from, 0, "cannot be unpacked: "+err.Error())
		return out, nil //nolint:nilerr // the gap says it
	}
	from.archive = true
	base := strings.TrimSuffix(rel, ".tgz") + "/"
	for _, f := range files {
		if out, err = l.add(out, base+f.Name, prefix, from, f.Data, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// local adds the dependencies that are not in charts/ but that the chart says
// are in a directory beside it.
func (l *load) local(out []*archive.BufferedFile, dir, prefix string, depth int) ([]*archive.BufferedFile, error) {
	has := func(name string) bool {
		return slices.ContainsFunc(out, func(f *archive.BufferedFile) bool {
			return strings.HasPrefix(f.Name, prefix+"charts/"+name+"/") || strings.HasPrefix(f.Name, prefix+"charts/"+name+"-")
		})
	}
	for _, f := range out {
		if f.Name != prefix+"Chart.yaml" && f.Name != prefix+"requirements.yaml" {
			continue
		}
		var meta struct {
			Dependencies []struct{ Name, Repository string }
		}
		if yaml.Unmarshal(f.Data, &meta) != nil {
			continue
		}
		for _, d := range meta.Dependencies {
			at, ok := strings.CutPrefix(d.Repository, "file://")
			if !ok || d.Name == "" || strings.ContainsAny(d.Name, "/.") || has(d.Name) || depth >= maxChartDepth {
				continue
			}
			target, err := l.tree.Rel(path.Join(dir, at))
			if err != nil || !l.tree.IsDir(target) || target == dir {
				continue // it counts as missing
			}
			more, err := l.directory(target, prefix+"charts/"+d.Name+"/", depth+1)
			if err != nil {
				return nil, fmt.Errorf("dependency %s: %w", d.Name, err)
			}
			out = append(out, more...)
		}
	}
	return out, nil
}

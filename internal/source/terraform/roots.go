package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// FindRoots lists the root modules below path, relative to it ("." for path
// itself): the directories that hold configuration and that no local module
// call in another directory points at. Directories of downloads and hidden
// ones are not looked into, and symbolic links not followed.
//
// It returns an error only when path is not a readable directory.
func FindRoots(path string) (roots []string, gaps []source.Gap, err error) {
	t, err := openTree(path)
	if err != nil {
		return nil, nil, fmt.Errorf("opening %s: %w", path, err)
	}
	defer t.close()
	f := &finder{t: t, l: &loader{t: t, b: newBudget(context.Background()), defs: map[string]*definition{}}}
	f.walk(".", 0)
	return f.roots(), f.gaps, nil
}

type finder struct {
	t    *tree
	l    *loader
	dirs []string // with configuration, sorted
	gaps []source.Gap
}

const maxDirDepth = 100

func (f *finder) walk(dir string, depth int) {
	entries, err := f.t.list(dir)
	if err != nil {
		f.gaps = append(f.gaps, source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: directory cannot be listed", dir), Mend: "make it readable",
			At: location(dir, 0), Fatal: true,
		})
		return
	}
	if files, err := f.t.moduleFiles(dir); err == nil && !files.empty() {
		f.dirs = append(f.dirs, dir)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case skippedDir(e.Name()):
		case e.IsDir() && depth >= maxDirDepth:
			f.gaps = append(f.gaps, source.Gap{
				Kind: "limit", What: fmt.Sprintf("%s: directories are nested too deeply", name), At: location(name, 0),
				Mend: "name a directory further down",
			})
		case e.IsDir():
			f.walk(name, depth+1)
		case e.Type()&fs.ModeSymlink != 0:
			f.link(name)
		}
	}
}

func skippedDir(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules"
}

// link reports links to directories: what is behind them is not searched.
// Links to files are followed when read, if they stay inside.
func (f *finder) link(name string) {
	fi, err := f.t.root.Stat(filepath.FromSlash(name))
	what := "a symbolic link to a directory is not followed"
	switch {
	case err == nil && !fi.IsDir():
		return
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		return // dangling
	default:
		what = "a symbolic link leads outside or in a circle and is not followed"
		if _, ext := splitExt(path.Base(name)); ext == "" && path.Ext(name) != "" {
			return // some other file
		}
	}
	f.gaps = append(f.gaps, source.Gap{
		Kind: "file", What: name + ": " + what, Mend: "name its target as well, if it holds root modules", At: location(name, 0),
	})
}

// roots is every directory not called, and one of each circle of modules that
// only call each other.
func (f *finder) roots() []string {
	calls := f.calls()
	called := map[string]bool{}
	for dir, targets := range calls {
		for _, to := range targets {
			if to != dir {
				called[to] = true
			}
		}
	}
	var roots []string
	reached := map[string]bool{}
	var reach func(string)
	reach = func(dir string) {
		if reached[dir] {
			return
		}
		reached[dir] = true
		for _, to := range calls[dir] {
			reach(to)
		}
	}
	for _, dir := range f.dirs {
		if !called[dir] {
			roots = append(roots, dir)
			reach(dir)
		}
	}
	for _, dir := range f.dirs {
		if !reached[dir] {
			roots = append(roots, dir)
			reach(dir)
		}
	}
	slices.Sort(roots)
	return roots
}

// calls lists the local modules each directory calls. Only files that mention
// a module are parsed.
func (f *finder) calls() map[string][]string {
	out := map[string][]string{}
	for _, dir := range f.dirs {
		files, err := f.t.moduleFiles(dir)
		if err != nil {
			continue
		}
		for _, name := range slices.Concat(files.primary, files.override) {
			src, err := f.t.read(name, maxConfigFile)
			if err != nil || !bytes.Contains(src, []byte("module")) {
				continue
			}
			for _, b := range parseSafely(f.t, name, f.l.b).blocks {
				if b.typ != "module" {
					continue
				}
				if src, ok := callSource(b); ok && localSource(src) {
					if rel, err := f.t.rel(path.Join(dir, src)); err == nil {
						out[dir] = append(out[dir], rel)
					}
				}
			}
		}
	}
	return out
}

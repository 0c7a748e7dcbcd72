package terraform

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const (
	maxConfigFile = 16 << 20
	maxDataFile   = 4 << 20 // file(), templatefile(), …
)

var errTooLarge = errors.New("file is too large")

// read returns the content of a regular file inside the tree.
func (t *tree) read(rel string, limit int64) ([]byte, error) {
	name := filepath.FromSlash(rel)
	fi, err := t.root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !fi.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case fi.Size() > limit:
		return nil, fmt.Errorf("%w (%d bytes, limit %d)", errTooLarge, fi.Size(), limit)
	}
	f, err := t.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		err = errTooLarge
	}
	return src, err
}

// list returns the directory's entries, sorted by name.
func (t *tree) list(rel string) ([]fs.DirEntry, error) {
	d, err := t.root.Open(filepath.FromSlash(rel))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// moduleFiles are the files of one directory that make a module, in the order
// they are read.
type moduleFiles struct {
	primary, override []string // paths relative to the tree
}

func (m moduleFiles) empty() bool { return len(m.primary)+len(m.override) == 0 }

// moduleFiles selects as Terraform does, with OpenTofu's rule that a .tofu
// file takes the place of the .tf file of the same stem.
func (t *tree) moduleFiles(dir string) (moduleFiles, error) {
	entries, err := t.list(dir)
	if err != nil {
		return moduleFiles{}, err
	}
	present := map[string]bool{}
	for _, e := range entries {
		present[e.Name()] = true
	}
	var out moduleFiles
	for _, e := range entries {
		name := e.Name()
		stem, ext := splitExt(name)
		if ext == "" || e.IsDir() || ignoredFile(name) {
			continue
		}
		if tofu, ok := strings.CutPrefix(ext, ".tf"); ok && present[stem+".tofu"+tofu] {
			continue
		}
		p := path.Join(dir, name)
		if e.Type()&fs.ModeSymlink != 0 && t.isDir(p) == nil {
			continue
		}
		if stem == "override" || strings.HasSuffix(stem, "_override") {
			out.override = append(out.override, p)
		} else {
			out.primary = append(out.primary, p)
		}
	}
	return out, nil
}

func splitExt(name string) (stem, ext string) {
	for _, ext := range []string{".tf.json", ".tofu.json", ".tf", ".tofu"} {
		if stem, ok := strings.CutSuffix(name, ext); ok && stem != "" {
			return stem, ext
		}
	}
	return name, ""
}

func ignoredFile(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

package packages

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Read reads the software of the host whose root is fsys. What cannot be read is
// among the inventory's problems; it never fails as a whole.
func Read(fsys fs.FS) *Inventory {
	inv := &Inventory{Databases: []Database{}, Packages: []Package{}}
	inv.Distro = ReadDistro(fsys)
	for _, read := range []func(fs.FS, *Inventory) error{readDpkg, readRPM, readApk, readSnap} {
		if err := read(fsys, inv); err != nil {
			inv.problem("%v", err)
		}
	}
	slices.SortFunc(inv.Packages, func(a, b Package) int {
		return cmp.Or(strings.Compare(a.Manager, b.Manager), strings.Compare(a.Name, b.Name), strings.Compare(a.Arch, b.Arch), strings.Compare(a.Version, b.Version))
	})
	readKernel(fsys, inv)
	return inv
}

func (inv *Inventory) problem(format string, args ...any) {
	switch n := len(inv.Problems); {
	case n < maxProblems:
		inv.Problems = append(inv.Problems, fmt.Sprintf(format, args...))
	case n == maxProblems:
		inv.Problems = append(inv.Problems, "there are more problems than are told")
	}
}

// add takes a package, unless it has no name or there are too many.
func (inv *Inventory) add(p Package) bool {
	switch {
	case p.Name == "" || p.Version == "":
		inv.problem("%s has a package without a name or version: %.80q", p.Manager, p.Name)
		return true
	case len(inv.Packages) >= MaxPackages:
		inv.problem("there are more than %d packages", MaxPackages)
		return false
	}
	for _, f := range []*string{&p.Name, &p.Version, &p.Arch, &p.Source, &p.SourceVersion, &p.Vendor, &p.Module} {
		if len(*f) > MaxField {
			inv.problem("%s: a field of %.80q has %d bytes", p.Manager, p.Name, len(*f))
			*f = (*f)[:MaxField]
		}
		*f = strings.ToValidUTF8(*f, "\uFFFD")
	}
	inv.Packages = append(inv.Packages, p)
	return true
}

// found notes a database that is there.
func (inv *Inventory) found(fsys fs.FS, manager, path string, before int) {
	d := Database{Manager: manager, Path: "/" + path, Packages: len(inv.Packages) - before}
	if info, err := fs.Stat(fsys, path); err == nil {
		d.Changed = info.ModTime().UTC()
	}
	inv.Databases = append(inv.Databases, d)
}

var errTooLarge = errors.New("it is larger than is read")

// readFile reads a whole file of at most most bytes.
func readFile(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b []byte
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		b = make([]byte, 0, min(info.Size(), most)+1)
	} else if err == nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := f.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > most:
			return nil, &fs.PathError{Op: "read", Path: name, Err: errTooLarge}
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, err
		}
	}
}

func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

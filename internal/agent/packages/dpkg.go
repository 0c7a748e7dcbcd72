package packages

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

const (
	dpkgDir    = "var/lib/dpkg"
	dpkgStatus = dpkgDir + "/status"
	dpkgInfo   = dpkgDir + "/info"
	dpkgParts  = dpkgDir + "/status.d" // distroless: a file for each package
)

// readDpkg reads dpkg's status, and the directory that images without dpkg have
// in its place.
func readDpkg(fsys fs.FS, inv *Inventory) error {
	before := len(inv.Packages)
	b, err := readFile(fsys, dpkgStatus, maxText)
	switch {
	case err == nil:
		for p := range paragraphs(b) {
			if pkg, ok := dpkgPackage(p); ok {
				pkg.Installed = dpkgInstalled(fsys, pkg)
				if !inv.add(pkg) {
					break
				}
			}
		}
		inv.found(fsys, Dpkg, dpkgStatus, before)
	case !absent(err):
		return fmt.Errorf("dpkg's status: %w", err)
	}
	return readDpkgParts(fsys, inv)
}

func readDpkgParts(fsys fs.FS, inv *Inventory) error {
	entries, err := fs.ReadDir(fsys, dpkgParts)
	if err != nil {
		if absent(err) {
			return nil
		}
		return fmt.Errorf("dpkg's status.d: %w", err)
	}
	before := len(inv.Packages)
	var errs []error
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".md5sums") {
			continue
		}
		b, err := readFile(fsys, dpkgParts+"/"+e.Name(), 1<<20)
		if err != nil {
			errs = append(errs, fmt.Errorf("dpkg's status.d: %w", err))
			continue
		}
		for p := range paragraphs(b) {
			if pkg, ok := dpkgPackage(p); ok {
				pkg.at = dpkgParts + "/" + e.Name()
				inv.add(pkg)
			}
		}
	}
	inv.found(fsys, Dpkg, dpkgParts, before)
	return errors.Join(errs...)
}

// dpkgInstalled is when the package was unpacked: its list of files is written
// then, and not again.
func dpkgInstalled(fsys fs.FS, p Package) (t time.Time) {
	for _, name := range []string{p.Name, p.Name + ":" + p.Arch} {
		if info, err := fs.Stat(fsys, dpkgInfo+"/"+name+".list"); err == nil {
			return info.ModTime().UTC()
		}
	}
	return t
}

// paragraphs yields the paragraphs of a control file.
func paragraphs(b []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			p, rest, _ := bytes.Cut(b, []byte("\n\n"))
			if len(bytes.TrimSpace(p)) > 0 && !yield(p) {
				return
			}
			b = rest
		}
	}
}

// fields yields a paragraph's fields; a value goes on over lines that begin with
// a space.
func fields(p []byte) func(func(key, value []byte) bool) {
	return func(yield func(key, value []byte) bool) {
		for len(p) > 0 {
			end := 0
			for { // to the line that does not go on
				i := bytes.IndexByte(p[end:], '\n')
				if i < 0 {
					end = len(p)
					break
				}
				end += i + 1
				if end >= len(p) || (p[end] != ' ' && p[end] != '\t') {
					break
				}
			}
			key, value, ok := bytes.Cut(p[:end], []byte(":"))
			p = p[end:]
			if ok && !yield(bytes.TrimSpace(key), bytes.TrimSpace(value)) {
				return
			}
		}
	}
}

// dpkgPackage reads a package that is on the disk: also one that is unpacked but
// not configured, but not one of which only configuration is left.
func dpkgPackage(paragraph []byte) (p Package, ok bool) {
	p = Package{Manager: Dpkg}
	state := "installed" // status.d has no states
	var source string
	for key, value := range fields(paragraph) {
		switch string(key) {
		case "Package":
			p.Name = string(value)
		case "Version":
			p.Version = string(value)
		case "Architecture":
			p.Arch = string(value)
		case "Source":
			source = string(value)
		case "Maintainer":
			p.Vendor = string(value)
		case "Installed-Size": // in KiB
			if n, err := strconv.ParseInt(string(value), 10, 40); err == nil && n > 0 {
				p.Size = n << 10
			}
		case "Status":
			f := strings.Fields(string(value))
			if len(f) != 3 {
				continue
			}
			p.Held, state = f[0] == "hold", f[2]
		}
	}
	switch state {
	case "installed", "unpacked", "half-configured", "half-installed", "triggers-awaited", "triggers-pending":
	default:
		return p, false
	}
	p.Source, p.SourceVersion = p.Name, p.Version
	if name, version, has := strings.Cut(source, " ("); source != "" {
		p.Source = strings.TrimSpace(name)
		if has {
			p.SourceVersion = strings.TrimSuffix(version, ")")
		}
	}
	return p, true
}

package packages

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages/rpmdb"
)

// rpmDirs are where rpm keeps its database: now, before, and in images that are
// deployed as a whole.
var (
	rpmDirs  = []string{"usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm"}
	rpmFiles = []string{"rpmdb.sqlite", "Packages.db", "Packages"} // newest format first: a conversion leaves the old file
)

// rpmDatabase opens the database of the host, nil where there is none.
func rpmDatabase(fsys fs.FS) (path string, _ fs.File, err error) {
	for _, dir := range rpmDirs {
		for _, name := range rpmFiles {
			f, err := fsys.Open(dir + "/" + name)
			if err == nil {
				return dir + "/" + name, f, nil
			}
			if !absent(err) {
				return dir + "/" + name, nil, err
			}
		}
	}
	return "", nil, nil
}

// rpmHeaders visits the headers of the host's rpm database.
func rpmHeaders(fsys fs.FS, visit func(rpmdb.Header) error) (path string, err error) {
	path, f, err := rpmDatabase(fsys)
	if err != nil || f == nil {
		return path, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return path, err
	case !info.Mode().IsRegular():
		return path, errors.New("it is not a regular file")
	case info.Size() > maxDatabase:
		return path, errTooLarge
	}
	db := rpmdb.File{Size: info.Size()}
	if at, ok := f.(io.ReaderAt); ok {
		db.ReaderAt = at
	} else {
		b, err := io.ReadAll(io.LimitReader(f, maxDatabase))
		if err != nil {
			return path, err
		}
		db.ReaderAt, db.Size = bytes.NewReader(b), int64(len(b))
	}
	if strings.HasSuffix(path, ".sqlite") {
		if db.WAL, err = readFile(fsys, path+"-wal", maxText); err != nil && !absent(err) {
			return path, fmt.Errorf("the write-ahead log: %w", err)
		}
	}
	damaged := 0
	err = rpmdb.Headers(db, func(b []byte) error {
		h, err := rpmdb.ParseHeader(b)
		if err != nil {
			damaged++
			return nil //nolint:nilerr // one damaged header is told below, and the rest goes on
		}
		return visit(h)
	})
	if damaged > 0 {
		err = errors.Join(err, fmt.Errorf("%d headers are damaged", damaged))
	}
	return path, err
}

var errEnough = errors.New("there are too many packages")

func readRPM(fsys fs.FS, inv *Inventory) error {
	before := len(inv.Packages)
	path, err := rpmHeaders(fsys, func(h rpmdb.Header) error {
		p := rpmPackage(h)
		if p.Name == "gpg-pubkey" { // a key that is trusted, kept as if it were a package
			return nil
		}
		if !inv.add(p) {
			return errEnough
		}
		return nil
	})
	if path != "" {
		inv.found(fsys, RPM, path, before)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("rpm's database /%s: %w", path, err)
	}
	return nil
}

func rpmPackage(h rpmdb.Header) Package {
	p := Package{
		Manager: RPM, Name: h.String(rpmdb.TagName), Arch: h.String(rpmdb.TagArch), Vendor: h.String(rpmdb.TagVendor), Module: h.String(rpmdb.TagModularity),
	}
	version := h.String(rpmdb.TagVersion)
	if r := h.String(rpmdb.TagRelease); r != "" && version != "" {
		version += "-" + r
	}
	epoch := ""
	if e, ok := h.Int(rpmdb.TagEpoch); ok && e != 0 {
		epoch = strconv.FormatInt(e, 10) + ":"
	}
	p.Version = version
	if version != "" {
		p.Version = epoch + version
	}
	if t, ok := h.Int(rpmdb.TagInstallTime); ok && t > 0 {
		p.Installed = time.Unix(t, 0).UTC()
	}
	if size, ok := h.Int(rpmdb.TagLongSize); ok {
		p.Size = size
	} else {
		p.Size, _ = h.Int(rpmdb.TagSize)
	}
	p.Source, p.SourceVersion = rpmSource(h.String(rpmdb.TagSourceRPM))
	switch {
	case p.Source == "":
		p.Source, p.SourceVersion = p.Name, p.Version
	case p.SourceVersion == version:
		p.SourceVersion = p.Version // a source package's file name leaves its epoch out
	}
	return p
}

// rpmSource splits the file name of a source package: name-version-release.src.rpm.
func rpmSource(file string) (name, version string) {
	s, ok := strings.CutSuffix(file, ".rpm")
	if !ok {
		return "", ""
	}
	if i := strings.LastIndexByte(s, '.'); i > 0 { // src, or nosrc
		s = s[:i]
	}
	release := strings.LastIndexByte(s, '-')
	if release <= 0 {
		return "", ""
	}
	at := strings.LastIndexByte(s[:release], '-')
	if at <= 0 {
		return "", ""
	}
	return s[:at], s[at+1:]
}

package packages

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/packages/rpmdb"
)

// Digest is a hash that a package's database holds of a file as it was shipped.
type Digest struct {
	Algorithm string `json:"algorithm"` // md5, sha1, sha256, sha384, sha512
	Hex       string `json:"hex"`
}

// Entry is what a database says about one path of a package.
type Entry struct {
	Path   string // absolute, as the package names it
	Digest Digest // zero for what has none: directories, links, or no manifest
	Config bool   // a configuration file, which people are meant to change
	// What rpm alone keeps; zero elsewhere.
	Mode  uint16 // as st_mode
	Size  int64
	Link  string
	Ghost bool // the package owns the path, but did not ship it
}

// Manifest returns the digests of a package's files as they were shipped, by
// absolute path. It reads what the package manager keeps on the host, which
// whoever is root there can rewrite.
func Manifest(fsys fs.FS, p Package) (map[string]Digest, error) {
	digests := make(map[string]Digest)
	err := WalkManifests(fsys, func(of Package, e Entry) error {
		if of.Name == p.Name && of.Arch == p.Arch && of.Version == p.Version && e.Digest.Hex != "" {
			digests[e.Path] = e.Digest
		}
		return nil
	}, p.Manager)
	return digests, err
}

// WalkManifests calls visit with every path of every package, package by
// package; managers are those whose databases are read, all of them when none
// is named. It stops at visit's first error. Snaps have no manifest: the whole of
// one is a single signed file.
func WalkManifests(fsys fs.FS, visit func(Package, Entry) error, managers ...string) error {
	var errs []error
	for _, m := range []struct {
		name string
		walk func(fs.FS, func(Package, Entry) error) error
	}{{Dpkg, walkDpkg}, {RPM, walkRPM}, {Apk, walkApk}} {
		if len(managers) > 0 && !slices.Contains(managers, m.name) {
			continue
		}
		err := m.walk(fsys, func(p Package, e Entry) error {
			if err := visit(p, e); err != nil {
				return stopped{err}
			}
			return nil
		})
		if stop, ok := errors.AsType[stopped](err); ok {
			return stop.error
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("manifests of %s: %w", m.name, err))
		}
	}
	return errors.Join(errs...)
}

// stopped is an error of who visits, not of what is read.
type stopped struct{ error }

func walkDpkg(fsys fs.FS, visit func(Package, Entry) error) error {
	b, err := readFile(fsys, dpkgStatus, maxText)
	if err != nil && !absent(err) {
		return err
	}
	for paragraph := range paragraphs(b) {
		p, ok := dpkgPackage(paragraph)
		if !ok {
			continue
		}
		if err := walkDpkgPackage(fsys, p, dpkgConffiles(paragraph), visit); err != nil {
			return err
		}
	}
	entries, err := fs.ReadDir(fsys, dpkgParts)
	if err != nil && !absent(err) {
		return err
	}
	for _, e := range entries {
		b, err := readFile(fsys, dpkgParts+"/"+e.Name(), 1<<20)
		if err != nil || strings.HasSuffix(e.Name(), ".md5sums") {
			continue
		}
		for paragraph := range paragraphs(b) {
			if p, ok := dpkgPackage(paragraph); ok {
				sums := dpkgParts + "/" + e.Name() + ".md5sums"
				if err := walkSums(fsys, p, sums, map[string]bool{}, visit); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// dpkgConffiles are the configuration files of a package, with the hashes they
// were shipped with.
func dpkgConffiles(paragraph []byte) (all []Entry) {
	for key, value := range fields(paragraph) {
		if string(key) != "Conffiles" {
			continue
		}
		for l := range strings.Lines(string(value)) {
			f := strings.Fields(l) // path, hash and perhaps obsolete
			if len(f) < 2 || f[0][0] != '/' || (len(f) > 2 && f[2] == "obsolete") {
				continue
			}
			e := Entry{Path: f[0], Config: true}
			if isHex(f[1], 32) {
				e.Digest = Digest{"md5", f[1]}
			}
			all = append(all, e)
		}
	}
	return all
}

func walkDpkgPackage(fsys fs.FS, p Package, conffiles []Entry, visit func(Package, Entry) error) error {
	seen := make(map[string]bool, len(conffiles))
	for _, e := range conffiles {
		seen[e.Path] = true
		if err := visit(p, e); err != nil {
			return err
		}
	}
	for _, name := range []string{p.Name, p.Name + ":" + p.Arch} {
		base := dpkgInfo + "/" + name
		if !fs.ValidPath(base) {
			return nil
		}
		list, err := readFile(fsys, base+".list", maxText)
		if absent(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := walkSums(fsys, p, base+".md5sums", seen, visit); err != nil {
			return err
		}
		for l := range bytes.Lines(list) {
			path := string(bytes.TrimRight(l, "\n"))
			if len(path) < 2 || path[0] != '/' || path == "/." || seen[path] {
				continue
			}
			if err := visit(p, Entry{Path: path}); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// walkSums reads lines of an MD5 hash, two spaces, and a path without its first
// slash.
func walkSums(fsys fs.FS, p Package, name string, seen map[string]bool, visit func(Package, Entry) error) error {
	if !fs.ValidPath(name) {
		return nil
	}
	b, err := readFile(fsys, name, maxText)
	if err != nil {
		if absent(err) { // packages of links and directories alone have none
			return nil
		}
		return err
	}
	for l := range bytes.Lines(b) {
		l = bytes.TrimRight(l, "\n")
		if len(l) < 35 || !isHex(string(l[:32]), 32) {
			continue
		}
		path := "/" + strings.TrimPrefix(string(l[34:]), "./")
		if seen[path] {
			continue
		}
		seen[path] = true
		if err := visit(p, Entry{Path: path, Digest: Digest{"md5", string(l[:32])}}); err != nil {
			return err
		}
	}
	return nil
}

func walkApk(fsys fs.FS, visit func(Package, Entry) error) error {
	for _, name := range apkDatabases {
		b, err := readFile(fsys, name, maxText)
		if absent(err) {
			continue
		}
		if err != nil {
			return err
		}
		for paragraph := range paragraphs(b) {
			if err := walkApkPackage(paragraph, visit); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// walkApkPackage reads the directories (F), the files in them (R), and what is
// said of the last of either.
func walkApkPackage(paragraph []byte, visit func(Package, Entry) error) error {
	p := apkPackage(paragraph)
	var dir string
	var e Entry
	flush := func() (err error) {
		if e.Path != "" {
			e.Config = strings.HasPrefix(e.Path, "/etc/") // as apk protects it
			err = visit(p, e)
		}
		e = Entry{}
		return err
	}
	for l := range bytes.Lines(paragraph) {
		l = bytes.TrimRight(l, "\r\n")
		if len(l) < 2 || l[1] != ':' {
			continue
		}
		value := string(l[2:])
		switch l[0] {
		case 'F':
			if err := flush(); err != nil {
				return err
			}
			dir = "/" + value
			if value == "" {
				dir = ""
			}
		case 'R':
			if err := flush(); err != nil {
				return err
			}
			e.Path = dir + "/" + value
		case 'Z':
			e.Digest = apkDigest(value)
		}
	}
	return flush()
}

// apkDigest reads Q1 and SHA-1, or Q2 and SHA-256, in base64.
func apkDigest(s string) Digest {
	for prefix, algorithm := range map[string]string{"Q1": "sha1", "Q2": "sha256"} {
		if v, ok := strings.CutPrefix(s, prefix); ok {
			if b, err := base64.StdEncoding.DecodeString(v); err == nil {
				return Digest{algorithm, hex.EncodeToString(b)}
			}
		}
	}
	return Digest{}
}

// Flags of an rpm's file.
const (
	rpmConfig = 1
	rpmGhost  = 1 << 6
)

// rpmDigests are the numbers of hash algorithms, as OpenPGP gives them.
var rpmDigests = map[int64]string{1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512", 11: "sha224"}

func walkRPM(fsys fs.FS, visit func(Package, Entry) error) error {
	_, err := rpmHeaders(fsys, func(h rpmdb.Header) error {
		p := rpmPackage(h)
		names, dirs, in := h.Strings(rpmdb.TagBaseNames), h.Strings(rpmdb.TagDirNames), h.Ints(rpmdb.TagDirIndexes)
		digests, links := h.Strings(rpmdb.TagFileDigests), h.Strings(rpmdb.TagFileLinks)
		flags, modes, sizes := h.Ints(rpmdb.TagFileFlags), h.Ints(rpmdb.TagFileModes), h.Ints(rpmdb.TagFileSizes)
		if long := h.Ints(rpmdb.TagLongSizes); long != nil {
			sizes = long
		}
		algorithm := "md5" // before the tag there was nothing else
		if n, ok := h.Int(rpmdb.TagDigestAlgo); ok {
			algorithm = rpmDigests[n]
		}
		for i, name := range names {
			if i >= len(in) || in[i] >= int64(len(dirs)) {
				break
			}
			e := Entry{Path: dirs[in[i]] + name, Mode: uint16(nth(modes, i)), Size: nth(sizes, i)}
			e.Config, e.Ghost = nth(flags, i)&rpmConfig != 0, nth(flags, i)&rpmGhost != 0
			if i < len(links) {
				e.Link = links[i]
			}
			if i < len(digests) && digests[i] != "" && algorithm != "" && isHex(digests[i], len(digests[i])) {
				e.Digest = Digest{algorithm, digests[i]}
			}
			if err := visit(p, e); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func nth(values []int64, i int) int64 {
	if i < len(values) {
		return values[i]
	}
	return 0
}

func isHex(s string, length int) bool {
	return len(s) == length && strings.Trim(s, "0123456789abcdef") == ""
}

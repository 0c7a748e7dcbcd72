package cause

import (
	"encoding/hex"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// owner is what a package database says about a path.
type owner struct {
	name, version string
	installed     time.Time // where the database knows it
	digest        packages.Digest
	config        bool // its administrator may change it
	link          string
	mode          uint16
}

// owners finds who owns paths, in one pass over all manifests: a few changed
// files are no reason to hold them all.
func (x *Explainer) owners(paths map[string]bool) map[string]owner {
	found := map[string]owner{}
	if len(paths) == 0 {
		return found
	}
	_ = packages.WalkManifests(os.DirFS(x.Root), func(p packages.Package, e packages.Entry) error {
		path := x.onDisk(e.Path, p.Name)
		if !paths[path] {
			return nil
		}
		if old, ok := found[path]; !ok || e.Digest.Hex != "" && old.digest.Hex == "" {
			found[path] = owner{name: p.Name, version: p.Version, installed: p.Installed, digest: e.Digest, config: e.Config, link: e.Link, mode: e.Mode}
		}
		return nil
	})
	return found
}

// Packages names, of files with their twelve bits of mode, the packages that brought
// them so. Where a manifest states no mode, as dpkg's do not, that the package
// brought the file has to do.
func (x *Explainer) Packages(modes map[string]uint32) map[string]string {
	paths := make(map[string]bool, len(modes))
	for p := range modes {
		paths[p] = true
	}
	out := map[string]string{}
	for p, o := range x.owners(paths) {
		if o.mode == 0 || uint32(o.mode)&0o7777 == modes[p] {
			out[p] = o.name
		}
	}
	return out
}

// Shipped is what packages brought, for a whole scan: of each path the hash, in
// as little memory as that takes.
type Shipped struct {
	seed  maphash.Seed
	sums  map[uint64]sum
	Files int
}

type sum struct {
	algorithm uint8 // index in algorithms; 0: owned, and no hash is known
	config    bool
	sum       [32]byte
}

var algorithms = []string{"", "md5", "sha256"}

// ReadShipped reads the manifests of all packages below root.
func ReadShipped(root string) (*Shipped, error) {
	x := New(root, nil, nil)
	s := &Shipped{seed: maphash.MakeSeed(), sums: map[uint64]sum{}}
	err := packages.WalkManifests(os.DirFS(x.Root), func(p packages.Package, e packages.Entry) error {
		v := sum{config: e.Config || e.Ghost}
		for i, a := range algorithms {
			if i > 0 && a == e.Digest.Algorithm && len(e.Digest.Hex) <= 2*len(v.sum) {
				if _, err := hex.Decode(v.sum[:], []byte(e.Digest.Hex)); err == nil {
					v.algorithm = uint8(i)
				}
			}
		}
		key := maphash.String(s.seed, x.onDisk(e.Path, p.Name))
		if old, ok := s.sums[key]; !ok || old.algorithm == 0 {
			s.sums[key] = v
		}
		s.Files++
		return nil
	})
	return s, err
}

// Word is what packages say of a path.
type Word int

// Words.
const (
	NotOwned Word = iota
	Owned         // and nothing more is known
	Differs
	Equal
)

// Ask holds a file's hashes against what was shipped, and gives the shipped one.
// Configuration that differs is merely Owned: changing it is what it is for.
func (s *Shipped) Ask(path string, md5 [16]byte, hasMD5 bool, sha [32]byte, hasSHA bool) (Word, string, [32]byte) {
	v, ok := s.sums[maphash.String(s.seed, path)]
	if !ok {
		return NotOwned, "", [32]byte{}
	}
	var equal bool
	switch {
	case algorithms[v.algorithm] == "md5" && hasMD5:
		equal = [16]byte(v.sum[:16]) == md5
	case algorithms[v.algorithm] == "sha256" && hasSHA:
		equal = v.sum == sha
	default:
		return Owned, "", [32]byte{}
	}
	switch {
	case equal:
		return Equal, algorithms[v.algorithm], v.sum
	case v.config:
		return Owned, "", [32]byte{}
	}
	return Differs, algorithms[v.algorithm], v.sum
}

// onDisk is where a path of a manifest lies: directories that were merged into
// /usr are links now, and a diversion puts another package's file aside.
func (x *Explainer) onDisk(path, name string) string {
	x.aliases()
	if d, ok := x.diverted[path]; ok && d.by != name {
		path = d.to
	}
	if len(path) < 2 {
		return path
	}
	if i := strings.IndexByte(path[1:], '/'); i > 0 {
		if to, ok := x.merged[path[1:i+1]]; ok {
			return to + path[i+1:]
		}
	}
	return path
}

type diversion struct{ to, by string }

func (x *Explainer) aliases() {
	if x.merged != nil {
		return
	}
	x.merged, x.diverted = map[string]string{}, map[string]diversion{}
	for _, dir := range []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		if to, err := os.Readlink(filepath.Join(x.Root, dir)); err == nil && strings.TrimPrefix(to, "/") == "usr/"+dir {
			x.merged[dir] = "/usr/" + dir
		}
	}
	x.open(filepath.Join(x.Root, "var/lib/dpkg/diversions"), func(r io.Reader) {
		var three []string
		lines(r, func(line string) {
			if three = append(three, line); len(three) == 3 {
				x.diverted[three[0]] = diversion{three[1], three[2]}
				three = nil
			}
		})
	})
}

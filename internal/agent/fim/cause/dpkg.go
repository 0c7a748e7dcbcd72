package cause

import (
	"bufio"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// owner is what a package database says about a path.
type owner struct {
	name, version string
	md5           [16]byte
	hasMD5        bool
	conffile      bool // its administrator may change it
}

// dpkgInfo is where dpkg keeps what packages brought.
const dpkgInfo = "var/lib/dpkg/info"

// maxManifest is what is read of one manifest; the largest of Debian has 5 MB.
const maxManifest = 64 << 20

// owners finds who owns paths, in one pass over all manifests: a few changed
// files are no reason to hold them all.
func (x *Explainer) owners(paths map[string]bool) map[string]owner {
	found := map[string]owner{}
	if len(paths) == 0 {
		return found
	}
	manifests(x.Root, func(o owner, path string) {
		path = x.onDisk(path, o.name)
		if !paths[path] {
			return
		}
		if old, ok := found[path]; !ok || o.hasMD5 && !old.hasMD5 {
			found[path] = o
		}
	})
	versions := x.versions(found)
	for p, o := range found {
		o.version = versions[o.name]
		found[p] = o
	}
	return found
}

// manifests calls each with every path of every package of dpkg.
func manifests(root string, each func(o owner, path string)) {
	dir := filepath.Join(root, dpkgInfo)
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(512)
		for _, n := range names {
			base, ext := strings.TrimSuffix(strings.TrimSuffix(n, ".list"), ".md5sums"), filepath.Ext(n)
			if ext != ".list" && ext != ".md5sums" {
				continue
			}
			o := owner{}
			o.name, _, _ = strings.Cut(base, ":")
			f, err := os.Open(filepath.Join(dir, n))
			if err != nil {
				continue
			}
			if ext == ".list" {
				readList(f, func(path string) { each(o, path) })
			} else {
				readMD5Sums(f, func(sum [16]byte, path string) {
					o := o
					o.md5, o.hasMD5 = sum, true
					each(o, path)
				})
			}
			_ = f.Close()
		}
		if err != nil {
			break
		}
	}
	if f, err := os.Open(filepath.Join(root, "var/lib/dpkg/status")); err == nil {
		readConffiles(f, func(name, path string, sum [16]byte) {
			each(owner{name: name, md5: sum, hasMD5: true, conffile: true}, path)
		})
		_ = f.Close()
	}
}

// readMD5Sums reads "sum  path/without/first/slash" lines.
func readMD5Sums(r io.Reader, each func(sum [16]byte, path string)) {
	s := bufio.NewScanner(io.LimitReader(r, maxManifest))
	for s.Scan() {
		line := s.Bytes()
		var sum [16]byte
		if len(line) < 35 || line[32] != ' ' {
			continue
		}
		if _, err := hex.Decode(sum[:], line[:32]); err == nil {
			each(sum, "/"+strings.TrimPrefix(string(line[34:]), "./"))
		}
	}
}

func readList(r io.Reader, each func(path string)) {
	s := bufio.NewScanner(io.LimitReader(r, maxManifest))
	for s.Scan() {
		if p := s.Text(); strings.HasPrefix(p, "/") {
			each(p)
		}
	}
}

// readConffiles reads what dpkg's status says of configuration: the sums with which
// packages brought it.
func readConffiles(r io.Reader, each func(name, path string, sum [16]byte)) {
	s := bufio.NewScanner(io.LimitReader(r, 4*maxManifest))
	s.Buffer(make([]byte, 64<<10), maxLine)
	name, in := "", false
	for s.Scan() {
		line := s.Text()
		if n, ok := strings.CutPrefix(line, "Package: "); ok {
			name = n
		}
		if !strings.HasPrefix(line, " ") {
			in = line == "Conffiles:"
			continue
		}
		f := strings.Fields(line)
		if !in || len(f) < 2 || len(f) > 2 && f[2] == "obsolete" {
			continue
		}
		var sum [16]byte
		if b, err := hex.DecodeString(f[1]); err == nil && len(b) == len(sum) {
			copy(sum[:], b)
			each(name, f[0], sum)
		}
	}
}

// versions of the packages that own something, as installed.
func (x *Explainer) versions(found map[string]owner) map[string]string {
	want := map[string]string{}
	for _, o := range found {
		want[o.name] = ""
	}
	x.open(filepath.Join(x.Root, "var/lib/dpkg/status"), func(r io.Reader) {
		name, installed := "", false
		lines(r, func(line string) {
			if n, ok := strings.CutPrefix(line, "Package: "); ok {
				name, installed = n, false
			}
			if strings.HasPrefix(line, "Status: ") {
				installed = strings.HasSuffix(line, " installed")
			}
			if v, ok := strings.CutPrefix(line, "Version: "); ok && installed {
				if _, wanted := want[name]; wanted {
					want[name] = v
				}
			}
		})
	})
	return want
}

// onDisk is where a path of a manifest lies: directories that were merged into
// /usr are links now, and a diversion puts another package's file aside.
func (x *Explainer) onDisk(path, name string) string {
	x.aliases()
	if d, ok := x.diverted[path]; ok && d.by != name {
		path = d.to
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

package packages

import (
	"bytes"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Process is a running program whose use of packages is looked at.
type Process struct {
	PID     int
	Name    string
	Program string // its file
}

// Listener is what a process listens on, as people write it: tcp 0.0.0.0:22.
type Listener struct {
	PID int
	On  string
}

// Bounds of what is kept of a package's use.
const (
	maxUsers = 16
	maxMaps  = 8 << 20 // bytes of a process's map
)

// Join notes in the inventory which packages' files running processes have
// mapped, and which of these listen. Files are read from each process's map, so
// that a library that was replaced while it runs is still found: by the path it
// had. With no process at all nothing is noted, and UseRead stays false.
func (inv *Inventory) Join(fsys fs.FS, processes []Process, listeners []Listener) {
	if len(processes) == 0 {
		return
	}
	users := make(map[string][]int) // paths to processes
	for i, p := range processes {
		for _, path := range Mapped(fsys, p) {
			users[path] = append(users[path], i)
		}
	}
	if len(users) == 0 {
		inv.problem("no process's map could be read: which packages are in use is not known")
		return
	}
	on := make(map[int][]string)
	for _, l := range listeners {
		if !slices.Contains(on[l.PID], l.On) {
			on[l.PID] = append(on[l.PID], l.On)
		}
	}
	at := make(map[string]int, len(inv.Packages))
	for i, p := range inv.Packages {
		at[p.key()] = i
	}
	err := walkPaths(fsys, func(p Package, path []byte) {
		found, ok := users[string(path)]
		if !ok {
			return
		}
		i, ok := at[p.key()]
		if !ok {
			return
		}
		for _, n := range found {
			inv.Packages[i].used(processes[n], on[processes[n].PID])
		}
	})
	if err != nil {
		inv.problem("which packages are in use is not known: %v", err)
		return
	}
	inv.UseRead = true
}

func (p *Package) key() string {
	return p.Manager + "\x00" + p.Name + "\x00" + p.Arch + "\x00" + p.Version
}

// used notes a process.
func (p *Package) used(by Process, on []string) {
	if p.Use == nil {
		p.Use = &Use{}
	}
	p.Use.Loaded = note(p.Use.Loaded, by.Name)
	for _, l := range on {
		p.Use.Listening = note(p.Use.Listening, l)
	}
}

// note adds a text to a sorted, short list.
func note(to []string, s string) []string {
	i, has := slices.BinarySearch(to, s)
	if has || len(to) >= maxUsers {
		return to
	}
	return slices.Insert(to, i, s)
}

// Mapped returns the files that a process has mapped, its program among them,
// by each path that a package may know them by: a system whose /bin is a link to
// /usr/bin has packages that still say /bin.
func Mapped(fsys fs.FS, p Process) []string {
	var paths []string
	if p.Program != "" {
		paths = append(paths, p.Program)
	}
	b, err := readFile(fsys, "proc/"+strconv.Itoa(p.PID)+"/maps", maxMaps)
	if err != nil {
		b = nil // it ended, or is somebody else's: its program is known at least
	}
	last := ""
	for l := range bytes.Lines(b) {
		i := bytes.IndexByte(l, '/')
		if i < 0 {
			continue
		}
		path := strings.TrimSuffix(string(bytes.TrimRight(l[i:], "\n")), " (deleted)")
		if path != last { // a file's segments follow each other
			last = path
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	for _, path := range paths {
		if short, ok := strings.CutPrefix(path, "/usr"); ok {
			for _, dir := range []string{"/bin/", "/sbin/", "/lib"} {
				if strings.HasPrefix(short, dir) {
					paths = append(paths, short)
				}
			}
		}
	}
	return paths
}

// walkPaths calls visit with every path of every package. It is WalkManifests
// without digests, several times as fast for dpkg.
func walkPaths(fsys fs.FS, visit func(Package, []byte)) error {
	b, err := readFile(fsys, dpkgStatus, maxText)
	if err != nil && !absent(err) {
		return err
	}
	for paragraph := range paragraphs(b) {
		p, ok := dpkgPackage(paragraph)
		if !ok {
			continue
		}
		for _, name := range []string{p.Name, p.Name + ":" + p.Arch} {
			list := dpkgInfo + "/" + name + ".list"
			if !fs.ValidPath(list) {
				continue
			}
			b, err := readFile(fsys, list, maxText)
			if absent(err) {
				continue
			}
			if err != nil {
				return err
			}
			for len(b) > 0 {
				var l []byte
				l, b, _ = bytes.Cut(b, []byte("\n"))
				visit(p, l)
			}
			break
		}
	}
	return WalkManifests(fsys, func(p Package, e Entry) error {
		visit(p, []byte(e.Path))
		return nil
	}, RPM, Apk)
}

// maxProcesses bounds how many are looked at.
const maxProcesses = 20_000

// Running lists the processes of a running system that have a program; the
// kernel's own threads have none.
func Running(fsys fs.FS) (all []Process) {
	entries, err := fs.ReadDir(fsys, "proc")
	if err != nil {
		return nil
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || len(all) >= maxProcesses {
			continue
		}
		program, err := fs.ReadLink(fsys, "proc/"+e.Name()+"/exe")
		if err != nil {
			continue
		}
		name, err := readProc(fsys, "proc/"+e.Name()+"/comm")
		if err != nil {
			continue
		}
		all = append(all, Process{PID: pid, Name: strings.TrimSpace(string(name)), Program: strings.TrimSuffix(program, " (deleted)")})
	}
	return all
}

package host

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Unit is a service, socket or timer of systemd that is to start by itself, or
// runs.
type Unit struct {
	Name    string   `json:"name"`
	Enabled bool     `json:"enabled"`
	Active  bool     `json:"active"`
	Masked  bool     `json:"masked,omitempty"`
	File    string   `json:"file,omitempty"`
	User    string   `json:"user,omitempty"`
	Exec    []string `json:"exec,omitempty"` // the programs, without arguments
}

// unitFile is a unit as its file and the ones dropped beside it say.
type unitFile struct {
	file   string
	values map[string][]string // Section.Key
}

// unitDirs go from what counts least to what counts most.
var unitDirs = []string{"lib/systemd/system", "usr/lib/systemd/system", "usr/local/lib/systemd/system", "run/systemd/system", "etc/systemd/system"}

// maxUnits bounds how many files of units are read.
const maxUnits = 4000

// units lists what starts by itself, by the links that enabling makes, and
// what runs, by the control groups of processes.
func (s *survey) units() {
	enabled, err := s.enabled()
	if err != nil {
		s.doc.gap("units", reason("etc/systemd/system", err))
		return
	}
	s.sysv(enabled)
	active := map[string]bool{}
	for _, p := range s.pids {
		if strings.HasSuffix(p.Unit, ".service") {
			active[p.Unit] = true
		}
	}
	names := map[string]bool{}
	for n := range enabled {
		names[n] = true
	}
	for n := range active {
		names[n] = true
	}
	s.unit = map[string]*unitFile{}
	for n := range names {
		if len(s.unit) >= maxUnits {
			break
		}
		u := Unit{Name: n, Enabled: enabled[n], Active: active[n]}
		if f := s.unitFile(n); f != nil {
			s.unit[n] = f
			u.File = f.file
			u.User = last(f.values["Service.User"])
			for _, key := range []string{"ExecStart", "ExecStartPre", "ExecStartPost"} {
				for _, command := range f.values["Service."+key] {
					if program := programOf(command); program != "" && !slices.Contains(u.Exec, program) {
						u.Exec = append(u.Exec, program)
					}
				}
			}
		}
		s.doc.Units = append(s.doc.Units, u)
	}
	s.masked()
	slices.SortFunc(s.doc.Units, func(a, b Unit) int { return strings.Compare(a.Name, b.Name) })
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// enabled are the units that a target, a socket or a timer pulls in.
func (s *survey) enabled() (map[string]bool, error) {
	out := map[string]bool{}
	for _, dir := range unitDirs {
		entries, err := s.list(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			of, ok := strings.CutSuffix(e.Name(), ".wants")
			if !ok {
				of, ok = strings.CutSuffix(e.Name(), ".requires")
			}
			if !ok || of == "rescue.target" || of == "emergency.target" || of == "shutdown.target" || of == "reboot.target" {
				continue
			}
			wanted, err := s.list(path.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			for _, w := range wanted {
				if kind := path.Ext(w.Name()); kind == ".service" || kind == ".socket" || kind == ".timer" {
					out[w.Name()] = true
				}
			}
		}
	}
	for _, e := range s.aliases() { // dbus-org.freedesktop.timesync1.service and the like
		out[e] = true
	}
	for name := range out {
		if s.isMasked(name) {
			delete(out, name)
		}
	}
	return out, nil
}

// aliases are units that an enabled name beside them leads to.
func (s *survey) aliases() []string {
	var out []string
	entries, _ := s.list("etc/systemd/system")
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink == 0 {
			continue
		}
		to, err := s.link(path.Join("etc/systemd/system", e.Name()))
		if base := path.Base(to); err == nil && base != e.Name() && (strings.HasSuffix(base, ".service") || strings.HasSuffix(base, ".socket")) {
			out = append(out, base)
		}
	}
	return out
}

func (s *survey) isMasked(name string) bool {
	for _, dir := range []string{"etc/systemd/system", "run/systemd/system"} {
		if to, err := s.link(path.Join(dir, name)); err == nil && to == "/dev/null" {
			return true
		}
	}
	return false
}

// masked adds the units that cannot be started at all.
func (s *survey) masked() {
	entries, _ := s.list("etc/systemd/system")
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink != 0 && s.isMasked(e.Name()) {
			s.doc.Units = append(s.doc.Units, Unit{Name: e.Name(), Masked: true})
		}
	}
}

// sysv adds the old scripts that start at the usual levels.
func (s *survey) sysv(enabled map[string]bool) {
	for _, dir := range []string{"etc/runlevels/boot", "etc/runlevels/default"} { // OpenRC's
		entries, _ := s.list(dir)
		for _, e := range entries {
			enabled[e.Name()+".service"] = true
		}
	}
	for _, dir := range []string{"etc/rc2.d", "etc/rc3.d", "etc/rc5.d"} {
		entries, _ := s.list(dir)
		for _, e := range entries {
			if name := e.Name(); len(name) > 3 && name[0] == 'S' && digit(name[1]) && digit(name[2]) {
				enabled[name[3:]+".service"] = true
			}
		}
	}
}

// unitFile reads a unit and what is dropped beside it.
func (s *survey) unitFile(name string) *unitFile {
	base := name
	if i := strings.IndexByte(name, '@'); i >= 0 {
		base = name[:i+1] + path.Ext(name)
	}
	u := &unitFile{values: map[string][]string{}}
	for i := len(unitDirs) - 1; i >= 0 && u.file == ""; i-- {
		for _, n := range []string{name, base} {
			file := path.Join(unitDirs[i], n)
			if text, err := s.read(file); err == nil {
				u.file = "/" + file
				u.take(text)
				break
			}
		}
	}
	if u.file == "" {
		return nil
	}
	for _, dir := range unitDirs {
		dropped, _ := s.names(path.Join(dir, name+".d"), ".conf")
		for _, file := range dropped {
			if text, err := s.read(file); err == nil {
				u.take(text)
			}
		}
	}
	return u
}

// take adds a file's settings. An empty one takes back those before it.
func (u *unitFile) take(text string) {
	section := ""
	for _, l := range lines(text) {
		if l.text[0] == ';' {
			continue
		}
		if l.text[0] == '[' {
			section = strings.Trim(l.text, "[]")
			continue
		}
		k, v, ok := strings.Cut(l.text, "=")
		if !ok {
			continue
		}
		key := section + "." + strings.TrimSpace(k)
		if v = strings.TrimSpace(v); v == "" {
			delete(u.values, key)
			continue
		}
		u.values[key] = append(u.values[key], v)
	}
}

// programOf is the program that a command line of a unit starts.
func programOf(command string) string {
	f := strings.Fields(strings.TrimLeft(command, "@-:+!|"))
	if len(f) == 0 || !strings.HasPrefix(f[0], "/") {
		return ""
	}
	return f[0]
}

// runs tells whether a unit of one of the names is enabled or active.
func (d *Document) runs(names ...string) bool {
	for _, u := range d.Units {
		if (u.Enabled || u.Active) && !u.Masked {
			stem := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(u.Name, ".service"), ".socket"), ".timer")
			stem, _, _ = strings.Cut(stem, "@")
			if slices.Contains(names, stem) || slices.Contains(names, u.Name) {
				return true
			}
		}
	}
	return false
}

// running tells whether a process of one of the names is there.
func (s *survey) running(names ...string) bool {
	return slices.ContainsFunc(s.pids, func(p process) bool { return slices.Contains(names, p.Name) })
}

package host

import (
	"path"
	"slices"
	"strings"
)

// Modules are the kernel's.
type Modules struct {
	Loaded []string `json:"loaded,omitempty"`
	// Loadable are those looked for that the kernel would load, or has: neither
	// missing nor barred.
	Filesystems []string `json:"filesystems_loadable,omitempty"`
	Protocols   []string `json:"protocols_loadable,omitempty"`
}

// rareFilesystems and rareProtocols are seldom needed, and had many flaws.
var (
	rareFilesystems = []string{"cramfs", "freevxfs", "hfs", "hfsplus", "jffs2", "udf", "usb-storage"}
	rareProtocols   = []string{"dccp", "tipc", "rds", "sctp"}
)

func (s *survey) modules() {
	m := &Modules{}
	s.doc.Modules = m
	text, err := s.read("proc/modules")
	if err != nil && !absent(err) {
		s.doc.gap("modules", reason("proc/modules", err))
		return
	}
	for _, l := range lines(text) {
		name, _, _ := strings.Cut(l.text, " ")
		m.Loaded = append(m.Loaded, name)
	}
	slices.Sort(m.Loaded)
	barred, err := s.barred()
	if err != nil {
		s.doc.gap("modules", err.Error())
		return
	}
	present, builtIn, known := s.present()
	if !known {
		for _, at := range []string{"modules.filesystems_loadable", "modules.protocols_loadable"} {
			s.doc.gap(at, "the modules of the running kernel are not in /lib/modules")
		}
		return
	}
	loadable := func(names []string) (out []string) {
		for _, n := range names {
			u := strings.ReplaceAll(n, "-", "_")
			switch {
			case builtIn[u]:
				out = append(out, n+" (built in)")
			case slices.Contains(m.Loaded, u) || present[u] && !barred[u]:
				out = append(out, n)
			}
		}
		return out
	}
	m.Filesystems, m.Protocols = loadable(rareFilesystems), loadable(rareProtocols)
}

// barred are the modules that modprobe refuses: an install line that does
// nothing. A blacklist alone stops no one who asks for the module.
func (s *survey) barred() (map[string]bool, error) {
	out := map[string]bool{}
	for _, dir := range []string{"lib/modprobe.d", "usr/lib/modprobe.d", "run/modprobe.d", "etc/modprobe.d"} {
		files, err := s.names(dir, ".conf")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := s.read(file)
			if err != nil {
				return nil, err
			}
			for _, l := range lines(text) {
				f := strings.Fields(l.text)
				if len(f) >= 3 && f[0] == "install" {
					base := path.Base(f[2])
					out[strings.ReplaceAll(f[1], "-", "_")] = base == "false" || base == "true"
				}
			}
		}
	}
	return out, nil
}

// present are the modules that the kernel has, and those it was built with.
func (s *survey) present() (present, builtIn map[string]bool, known bool) {
	release := cmpOr(s.doc.Kernel.Running, s.doc.Kernel.Newest)
	present, builtIn = map[string]bool{}, map[string]bool{}
	for file, into := range map[string]map[string]bool{"modules.dep": present, "modules.builtin": builtIn} {
		text, err := s.readMost(path.Join("lib/modules", release, file), 8<<20)
		if err != nil || release == "" {
			continue
		}
		known = true
		for l := range strings.Lines(text) {
			name, _, _ := strings.Cut(strings.TrimSpace(l), ":")
			base := path.Base(name)
			base, _, _ = strings.Cut(base, ".ko")
			into[strings.ReplaceAll(base, "-", "_")] = true
		}
	}
	if !known && s.text("proc/sys/kernel/modules_disabled") == "1" {
		known = true
	}
	return present, builtIn, known
}

package host

import "strings"

// mounts reads what is mounted, or of an image what is to be.
func (s *survey) mounts() {
	name := "proc/self/mounts"
	if !s.real {
		name = "proc/mounts"
	}
	text, err := s.readMost(name, 8<<20)
	if err != nil {
		if text, err = s.read("etc/fstab"); err != nil {
			s.doc.gap("mounts", reason("etc/fstab", err))
			return
		}
	}
	for _, l := range lines(text) {
		f := strings.Fields(l.text)
		if len(f) < 4 || !strings.HasPrefix(f[1], "/") {
			continue
		}
		if len(s.doc.Mounts) >= maxEntries {
			s.doc.gap("mounts", "more file systems are mounted than are read")
			return
		}
		if passing(f[1], f[2]) {
			continue
		}
		s.doc.Mounts = append(s.doc.Mounts, Mount{Source: sourceOf(f[0]), Target: unescape(f[1]), Type: f[2], Options: flags(f[3])})
	}
}

// flags are the options that are words: what has a value may be a password, as
// of a share in /etc/fstab.
func flags(options string) []string {
	var out []string
	for o := range strings.SplitSeq(options, ",") {
		if !strings.Contains(o, "=") {
			out = append(out, o)
		}
	}
	return out
}

// sourceOf is what is mounted, without who signs in there.
func sourceOf(source string) string {
	if i := strings.LastIndexByte(source, '@'); i >= 0 {
		return source[i+1:]
	}
	return source
}

// passing tells mounts that come and go with containers and sessions.
func passing(target, kind string) bool {
	return kind == "nsfs" || kind == "overlay" && target != "/" || strings.HasPrefix(target, "/run/docker/") || strings.HasPrefix(target, "/var/lib/docker/") ||
		strings.HasPrefix(target, "/var/lib/kubelet/pods/") || strings.HasPrefix(target, "/run/user/") || strings.HasPrefix(target, "/snap/")
}

// unescape reads the octal numbers by which the kernel writes space.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\134`, `\`).Replace(s)
}

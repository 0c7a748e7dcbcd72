package packages

import (
	"io/fs"
	"slices"
	"strings"
)

// ReadDistro reads which distribution the host is. A host without os-release is
// the zero value: nobody knows.
func ReadDistro(fsys fs.FS) Distro {
	for _, name := range []string{"etc/os-release", "usr/lib/os-release"} {
		if b, err := readFile(fsys, name, 64<<10); err == nil {
			return distro(parseRelease(string(b)), fsys)
		}
	}
	return Distro{}
}

// parseRelease reads the assignments of an os-release file.
func parseRelease(text string) map[string]string {
	values := make(map[string]string)
	for l := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(l), "=")
		if !ok || key == "" || key[0] == '#' || len(value) > MaxField {
			continue
		}
		values[key] = unquote(value)
	}
	return values
}

// unquote takes a shell's quotes off, and the backslashes within.
func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		single := s[0] == '\''
		s = s[1 : len(s)-1]
		if single {
			return s
		}
	}
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// rolling are distributions that have no releases.
var rolling = []string{"arch", "wolfi", "chainguard", "opensuse-tumbleweed", "gentoo", "void", "kali"}

func distro(v map[string]string, fsys fs.FS) Distro {
	d := Distro{
		ID: strings.ToLower(v["ID"]), Like: strings.Fields(strings.ToLower(v["ID_LIKE"])), Version: v["VERSION_ID"], Codename: v["VERSION_CODENAME"],
		Name: v["PRETTY_NAME"], CPE: v["CPE_NAME"], Support: v["SUPPORT_END"],
	}
	d.Rolling = slices.Contains(rolling, d.ID)
	switch d.ID {
	case "debian":
		// Testing has no number until it is released, and unstable never. Debian's own
		// file tells the point release, or "trixie/sid".
		if b, err := readFile(fsys, "etc/debian_version", 4<<10); err == nil && strings.HasSuffix(strings.TrimSpace(string(b)), "/sid") {
			d.Rolling = true
		}
		d.Rolling = d.Rolling || d.Version == ""
	case "alpine":
		d.Rolling = strings.Contains(d.Version, "_alpha") || strings.Contains(d.Version, "edge")
	}
	return d
}

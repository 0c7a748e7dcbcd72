package aide

import (
	"fmt"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// builtin is the attributes and groups that every configuration has.
func builtin() map[string]group {
	g := map[string]group{
		"p": {look: entry.Mode}, "ftype": {look: entry.Type}, "i": {look: entry.Inode}, "l": {look: entry.Target}, "n": {look: entry.Links},
		"u": {look: entry.UID}, "g": {look: entry.GID}, "s": {look: entry.Size}, "m": {look: entry.Mtime}, "c": {look: entry.Ctime},
		"S": {look: entry.Growing}, "growing": {look: entry.Growing}, "acl": {look: entry.ACL}, "selinux": {look: entry.Label},
		"xattrs": {look: entry.Xattrs}, "caps": {look: entry.Capabilities}, "ANF": {allowNew: true}, "ARF": {allowRm: true},
		// Nothing is looked at for these: see expression.
		"a": {}, "b": {}, "I": {}, "e2fsattrs": {}, "compressed": {}, "E": {},
	}
	for _, h := range []string{
		"md5", "sha1", "sha256", "sha512", "rmd160", "tiger", "crc32", "crc32b", "haval", "gost", "whirlpool", "stribog256", "stribog512",
		"sha512_256", "sha3_256", "sha3_512", "H",
	} {
		g[h] = group{look: entry.Content}
	}
	x := entry.ACL | entry.Label | entry.Xattrs | entry.Capabilities
	base := entry.Mode | entry.Type | entry.Inode | entry.Target | entry.Links | entry.UID | entry.GID
	g["X"] = group{look: x}
	g["L"] = group{look: base | x}
	g["R"] = group{look: base | x | entry.Size | entry.Mtime | entry.Ctime | entry.Content}
	g[">"] = group{look: base | x | entry.Growing}
	return g
}

// instead says what stands for an attribute that is not looked at as AIDE would.
var instead = map[string]string{
	"a":          "times of access are not looked at: looking changes them",
	"b":          "numbers of blocks are not looked at: they are how a file system lays a file out",
	"e2fsattrs":  "attributes of ext2 (chattr) are not looked at yet",
	"compressed": "a log that was compressed is a new file",
	"I":          "a file that was renamed is one that went and one that came",
}

// expression reads groups joined by + and -.
func (r *reader) expression(text, at string) (group, error) {
	var g group
	minus := false
	for len(text) > 0 {
		i := strings.IndexAny(text, "+-")
		if i < 0 {
			i = len(text)
		}
		name := strings.TrimSpace(text[:i])
		if name != "" {
			part, ok := r.groups[name]
			if !ok {
				return g, fmt.Errorf("no group or attribute is called %q", name)
			}
			if why := instead[name]; why != "" && !minus {
				r.note("%s", why)
			}
			if minus {
				g.look &^= part.look
				g.allowNew = g.allowNew && !part.allowNew
				g.allowRm = g.allowRm && !part.allowRm
			} else {
				g.look |= part.look
				g.allowNew = g.allowNew || part.allowNew
				g.allowRm = g.allowRm || part.allowRm
			}
		}
		if i == len(text) {
			break
		}
		minus = text[i] == '-'
		text = text[i+1:]
	}
	return g, nil
}

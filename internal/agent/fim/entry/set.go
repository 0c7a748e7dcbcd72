package entry

import (
	"bytes"
	"fmt"
	"strings"
)

// Set is a set of attributes, which a rule looks at.
type Set uint32

// Attributes.
const (
	Type Set = 1 << iota
	Mode
	UID
	GID
	Size
	Growing // Size may grow, and not shrink while the inode stays
	Mtime
	Ctime
	Inode
	Links
	Content // SHA-256
	Target
	Device
	ACL
	Capabilities
	Label // of SELinux
	Xattrs
	MD5 // of a manifest; never of a rule
	end
)

// Everything that a change of content, owner or rights shows in.
const Everything = Type | Mode | UID | GID | Size | Content | Target | Device | ACL | Capabilities | Label | Xattrs

// extended attributes are needed for these.
const extended = ACL | Capabilities | Label | Xattrs

// Extended tells whether extended attributes have to be read.
func (s Set) Extended() bool { return s&extended != 0 }

var setNames = [...]string{
	"type", "mode", "uid", "gid", "size", "growing", "mtime", "ctime", "inode", "links", "sha256", "target", "device",
	"acl", "capabilities", "selinux", "xattrs", "md5",
}

// Names of what is in the set, in the order of the constants.
func (s Set) Names() []string {
	var names []string
	for i, n := range setNames {
		if s&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

func (s Set) String() string { return strings.Join(s.Names(), "+") }

// ParseSet reads one name, or a name of several at once.
func ParseSet(name string) (Set, error) {
	switch name {
	case "everything":
		return Everything, nil
	case "owner":
		return UID | GID, nil
	case "md5":
		return 0, fmt.Errorf("md5 is read from manifests alone; use sha256")
	}
	for i, n := range setNames {
		if n == name {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("no attribute is called %q; there are %s", name, strings.Join(setNames[:len(setNames)-1], ", "))
}

// Diff is what of the set differs from one state to the next. What is not known
// of one of them does not differ.
func Diff(old, now *Entry, look Set) Set {
	asked := look
	if old.Known != 0 {
		look &= old.Known
	}
	if now.Known != 0 {
		look &= now.Known
	}
	var d Set
	mark := func(s Set, differs bool) {
		if differs && look&s != 0 {
			d |= s
		}
	}
	mark(Type, old.Kind != now.Kind)
	mark(Mode, old.Mode != now.Mode)
	mark(UID, old.UID != now.UID)
	mark(GID, old.GID != now.GID)
	mark(Inode, old.Inode != now.Inode)
	mark(Links, old.Links != now.Links)
	mark(Mtime, old.Mtime != now.Mtime)
	mark(Ctime, old.Ctime != now.Ctime)
	mark(Device, old.Device != now.Device)
	mark(Target, old.Target != now.Target)
	if look&Growing != 0 {
		mark(Growing, now.Size < old.Size && now.Inode == old.Inode)
	} else if old.Kind != Directory || now.Kind != Directory {
		// A directory's size is how its file system lays it out.
		mark(Size, old.Size != now.Size)
	}
	mark(Content, old.Hashed && now.Hashed && (old.Hash != now.Hash || old.Partial != now.Partial))
	mark(Content, old.Hashed != now.Hashed && old.Kind == File && now.Kind == File)
	if old.Known&MD5 != 0 && now.HasMD5 {
		// A manifest's word on content, in the only form it has.
		if d &^= Content; asked&Content != 0 && old.MD5 != now.MD5 {
			d |= Content
		}
	}
	if look&extended != 0 {
		d |= diffXattrs(old.Xattrs, now.Xattrs) & look
	}
	return d
}

// diffXattrs compares two lists, each by name.
func diffXattrs(old, now []Xattr) (d Set) {
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].Name < now[0].Name:
			d |= meaning(old[0].Name)
			old = old[1:]
		case len(old) == 0 || now[0].Name < old[0].Name:
			d |= meaning(now[0].Name)
			now = now[1:]
		default:
			if !bytes.Equal(old[0].Value, now[0].Value) {
				d |= meaning(now[0].Name)
			}
			old, now = old[1:], now[1:]
		}
	}
	return d
}

// meaning of an extended attribute.
func meaning(name string) Set {
	switch name {
	case xattrACL, xattrDefaultACL:
		return ACL
	case xattrCapability:
		return Capabilities
	case xattrSELinux:
		return Label
	}
	return Xattrs
}

// Package entry is what is known of one file: its attributes, how they are
// written for people and programs, and how two states of it differ. It reads
// nothing itself; packages walk, baseline and live are built on it.
package entry

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Kind of a file.
type Kind byte

// Kinds.
const (
	Unknown Kind = iota
	File
	Directory
	Link
	Pipe
	Socket
	Character
	Block
)

var kinds = [...]string{"unknown", "file", "directory", "link", "pipe", "socket", "character", "block"}

func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return kinds[Unknown]
}

// Bits of Mode beyond the nine of permission, as in Unix.
const (
	SetUID = 0o4000
	SetGID = 0o2000
	Sticky = 0o1000
)

// Entry is the state of one file.
type Entry struct {
	Kind     Kind
	Mode     uint32 // twelve bits
	UID, GID uint32
	Links    uint32
	Device   uint64 // of a character or block file
	Size     int64
	Mtime    int64 // nanoseconds since 1970
	Ctime    int64
	Inode    uint64
	Target   string   // of a link
	Xattrs   []Xattr  // by name
	Hash     [32]byte // SHA-256 of the content; see Hashed
	Hashed   bool
	// Partial content: of a file past the limit, its first and last part are
	// hashed, and its size.
	Partial bool
	// Expected entries come from a package's manifest: only Kind and what is
	// in Known was stated; the rest is not known.
	Known Set
	// MD5 is what a manifest that has no better states; of a file that was
	// looked at, it is there if HasMD5.
	MD5    [16]byte
	HasMD5 bool
}

// Xattr is one extended attribute. A value longer than MaxXattr stands as its
// SHA-256.
type Xattr struct {
	Name  string
	Value []byte
}

// MaxXattr is the longest value that is kept as it is.
const MaxXattr = 1024

// Names of extended attributes that have a meaning of their own.
const (
	xattrCapability = "security.capability"
	xattrSELinux    = "security.selinux"
	xattrACL        = "system.posix_acl_access"
	xattrDefaultACL = "system.posix_acl_default"
)

// Xattr is the value of the attribute of that name.
func (e *Entry) Xattr(name string) ([]byte, bool) {
	for i := range e.Xattrs {
		if e.Xattrs[i].Name == name {
			return e.Xattrs[i].Value, true
		}
	}
	return nil, false
}

// Privileged tells whether who runs the file gets more rights than before.
func (e *Entry) Privileged() bool {
	if e.Kind != File {
		return false
	}
	_, caps := e.Xattr(xattrCapability)
	return caps || e.Mode&(SetUID|SetGID) != 0
}

// Clone is a copy that shares nothing.
func (e *Entry) Clone() *Entry {
	c := *e
	c.Xattrs = slices.Clone(e.Xattrs)
	for i := range c.Xattrs {
		c.Xattrs[i].Value = slices.Clone(c.Xattrs[i].Value)
	}
	return &c
}

// Changed is when the kernel last noted a change of anything about the file.
func (e *Entry) Changed() time.Time { return time.Unix(0, e.Ctime).UTC() }

// document is an Entry in JSON.
type document struct {
	Type    string            `json:"type"`
	Mode    string            `json:"mode,omitempty"` // octal
	UID     *uint32           `json:"uid,omitempty"`
	GID     *uint32           `json:"gid,omitempty"`
	Size    *int64            `json:"size,omitempty"`
	Mtime   *time.Time        `json:"mtime,omitempty"`
	Ctime   *time.Time        `json:"ctime,omitempty"`
	Inode   uint64            `json:"inode,omitempty"`
	Links   uint32            `json:"links,omitempty"`
	Device  uint64            `json:"device,omitempty"`
	SHA256  string            `json:"sha256,omitempty"`
	MD5     string            `json:"md5,omitempty"`
	Partial bool              `json:"partial,omitempty"`
	Target  string            `json:"target,omitempty"`
	Xattrs  map[string]string `json:"xattrs,omitempty"` // base64
}

// MarshalJSON leaves out what is not known.
func (e *Entry) MarshalJSON() ([]byte, error) {
	d := document{Type: e.Kind.String(), Inode: e.Inode, Device: e.Device, Partial: e.Partial, Target: e.Target}
	all := e.Known == 0
	has := func(s Set) bool { return all || e.Known&s != 0 }
	if has(Mode) {
		d.Mode = fmt.Sprintf("%04o", e.Mode)
	}
	if has(UID) {
		d.UID = &e.UID
	}
	if has(GID) {
		d.GID = &e.GID
	}
	if has(Size) {
		d.Size = &e.Size
	}
	if all {
		m, c := time.Unix(0, e.Mtime).UTC(), time.Unix(0, e.Ctime).UTC()
		d.Mtime, d.Ctime, d.Links = &m, &c, e.Links
	}
	if e.Hashed {
		d.SHA256 = hex.EncodeToString(e.Hash[:])
	}
	if e.Known&MD5 != 0 {
		d.MD5 = hex.EncodeToString(e.MD5[:])
	}
	for _, x := range e.Xattrs {
		if d.Xattrs == nil {
			d.Xattrs = map[string]string{}
		}
		d.Xattrs[x.Name] = base64.StdEncoding.EncodeToString(x.Value)
	}
	return json.Marshal(d)
}

// UnmarshalJSON is the reverse, for what reads events.
func (e *Entry) UnmarshalJSON(text []byte) error {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	*e = Entry{Inode: d.Inode, Links: d.Links, Device: d.Device, Partial: d.Partial, Target: d.Target}
	e.Kind = Kind(max(0, slices.Index(kinds[:], d.Type)))
	if d.Mode != "" {
		if _, err := fmt.Sscanf(d.Mode, "%o", &e.Mode); err != nil {
			return fmt.Errorf("mode %q is not octal", d.Mode)
		}
	}
	set(&e.UID, d.UID)
	set(&e.GID, d.GID)
	set(&e.Size, d.Size)
	if d.Mtime != nil {
		e.Mtime = d.Mtime.UnixNano()
	}
	if d.Ctime != nil {
		e.Ctime = d.Ctime.UnixNano()
	}
	if d.SHA256 != "" {
		b, err := hex.DecodeString(d.SHA256)
		if err != nil || len(b) != len(e.Hash) {
			return fmt.Errorf("sha256 %q is not one", d.SHA256)
		}
		e.Hashed = true
		copy(e.Hash[:], b)
	}
	for name, v := range d.Xattrs {
		b, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return fmt.Errorf("xattr %s: %w", name, err)
		}
		e.Xattrs = append(e.Xattrs, Xattr{Name: name, Value: b})
	}
	slices.SortFunc(e.Xattrs, func(a, b Xattr) int { return compare(a.Name, b.Name) })
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// Text is the mode as ls writes it.
func (e *Entry) Text() string {
	m := fs.FileMode(e.Mode & 0o777)
	for bit, to := range map[uint32]fs.FileMode{SetUID: fs.ModeSetuid, SetGID: fs.ModeSetgid, Sticky: fs.ModeSticky} {
		if e.Mode&bit != 0 {
			m |= to
		}
	}
	return m.String()
}

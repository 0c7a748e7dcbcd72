package entry

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	base := Entry{Kind: File, Mode: 0o644, Size: 10, Inode: 7, Hashed: true, Hash: [32]byte{1}, Xattrs: []Xattr{{xattrCapability, []byte{1}}, {"user.a", []byte{2}}}}
	for name, c := range map[string]struct {
		change func(*Entry)
		look   Set
		want   Set
	}{
		"nothing":            {func(*Entry) {}, Everything | Inode | Mtime, 0},
		"mode":               {func(e *Entry) { e.Mode = 0o4644 }, Everything, Mode},
		"not looked at":      {func(e *Entry) { e.Mode = 0 }, Size, 0},
		"content":            {func(e *Entry) { e.Hash[5] = 9 }, Everything, Content},
		"hash is missing":    {func(e *Entry) { e.Hashed = false }, Everything, Content},
		"a log grows":        {func(e *Entry) { e.Size = 20 }, Growing | Size, 0},
		"a log shrinks":      {func(e *Entry) { e.Size = 5 }, Growing | Size, Growing},
		"a log is rotated":   {func(e *Entry) { e.Size, e.Inode = 0, 8 }, Growing, 0},
		"capability goes":    {func(e *Entry) { e.Xattrs = e.Xattrs[1:] }, Everything, Capabilities},
		"an attribute comes": {func(e *Entry) { e.Xattrs = append(e.Xattrs, Xattr{"user.b", nil}) }, Everything, Xattrs},
		"an ACL comes": {func(e *Entry) {
			e.Xattrs = append([]Xattr{}, Xattr{xattrCapability, []byte{1}}, Xattr{xattrACL, nil}, Xattr{"user.a", []byte{2}})
		}, Everything, ACL},
		"a value changes":      {func(e *Entry) { e.Xattrs[1].Value = []byte{3} }, Everything, Xattrs},
		"known content only":   {func(e *Entry) { e.Hash[1], e.Mode, e.Known = 1, 0, Content }, Everything, Content},
		"a link elsewhere":     {func(e *Entry) { e.Kind, e.Target = Link, "x" }, Type | Target, Type | Target},
		"the size of a folder": {func(e *Entry) { e.Size = 1 }, Size, Size},
	} {
		t.Run(name, func(t *testing.T) {
			now := base.Clone()
			c.change(now)
			if got := Diff(&base, now, c.look); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
	if d := Diff(&Entry{Kind: Directory, Size: 1}, &Entry{Kind: Directory, Size: 2}, Size); d != 0 {
		t.Errorf("how large a directory is laid out is a change: %v", d)
	}
}

func TestJSON(t *testing.T) {
	e := Entry{
		Kind: File, Mode: 0o4755, UID: 1, GID: 2, Links: 1, Size: 3, Mtime: 1e18 + 1, Ctime: 1e18 + 2, Inode: 9, Hashed: true, Hash: [32]byte{0xab},
		Xattrs: []Xattr{{xattrSELinux, []byte("a\x00")}, {"user.b", []byte("b")}},
	}
	text, err := json.Marshal(&e)
	if err != nil {
		t.Fatal(err)
	}
	var back Entry
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(e, back); d != "" {
		t.Error(d)
	}
}

func TestParseSet(t *testing.T) {
	for i, n := range setNames[:len(setNames)-1] {
		if s, err := ParseSet(n); err != nil || s != 1<<i {
			t.Errorf("%s: %v %v", n, s, err)
		}
	}
	for _, n := range []string{"", "md5", "sha1"} {
		if _, err := ParseSet(n); err == nil {
			t.Errorf("%q is an attribute", n)
		}
	}
	if end>>1 != MD5 {
		t.Error("a name is missing")
	}
}

// Package hosttree is the root of a server written as one text, for fixtures of
// checks and tests: a txtar of its files, in the comment above which stands what
// files alone do not tell.
//
//	mode 0666 etc/shadow              (0644 otherwise, 0755 of a directory)
//	owner alice:alice etc/cron.d/job  (root:root otherwise; names of the tree's own passwd and group, or numbers)
//	link etc/localtime /usr/share/zoneinfo/UTC
//	dir var/log/journal
//	socket run/docker.sock            (a file that is no regular one)
//	role bastion
//	listener nginx/80
//	self etc/demarc-agent/agent.key   (a file of the agent)
//	deny etc/shadow                   (it may not be read)
//	image                             (nothing runs)
//
// Files below live/ are what the running kernel says: live/nft.json,
// live/iptables, live/ip6tables, live/clock ("synced 12ms" or "unsynced 0s"),
// live/audit ("on 0": the records lost) and live/metadata ("required"). live/walk.json
// is what the walk over all files found.
package hosttree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

// Today is the day of every tree.
var Today = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// Parse returns how a collection sees the tree.
func Parse(text []byte) (host.Options, error) {
	archive := txtar.Parse(text)
	t := tree{".": {mode: fs.ModeDir | 0o755}}
	opt := host.Options{Root: t, Live: live{t}, Now: Today}
	for _, f := range archive.Files {
		name := path.Clean(f.Name)
		if !fs.ValidPath(name) {
			return opt, fmt.Errorf("%q is no path within a root", f.Name)
		}
		t.add(name, &node{text: string(f.Data), mode: 0o644})
	}
	if n := t["live/walk.json"]; n != nil {
		opt.Walk = &host.Walk{}
		if err := json.Unmarshal([]byte(n.text), opt.Walk); err != nil {
			return opt, fmt.Errorf("live/walk.json: %w", err)
		}
	}
	for i, l := range strings.Split(string(archive.Comment), "\n") {
		f := strings.Fields(l)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if err := t.directive(&opt, f); err != nil {
			return opt, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return opt, nil
}

var words = map[string]int{"mode": 3, "owner": 3, "link": 3, "dir": 2, "socket": 2, "role": 2, "listener": 2, "self": 2, "deny": 2, "image": 1}

func (t tree) directive(opt *host.Options, f []string) error {
	if words[f[0]] != len(f) {
		return fmt.Errorf("%q is not understood", strings.Join(f, " "))
	}
	at := func(name string) (*node, error) {
		if n := t[name]; n != nil {
			return n, nil
		}
		return nil, fmt.Errorf("%s is not in the tree", name)
	}
	switch f[0] {
	case "role":
		opt.Roles = append(opt.Roles, f[1])
	case "listener":
		opt.Listeners = append(opt.Listeners, f[1])
	case "self":
		opt.Self = append(opt.Self, f[1])
	case "image":
		opt.Live = nil
	case "dir":
		t.add(f[1], &node{mode: fs.ModeDir | 0o755})
	case "socket":
		t.add(f[1], &node{mode: fs.ModeSocket | 0o660})
	case "link":
		t.add(f[1], &node{text: f[2], mode: fs.ModeSymlink | 0o777})
	case "deny":
		n, err := at(f[1])
		if err != nil {
			return err
		}
		n.denied = true
	case "mode":
		n, err := at(f[2])
		if err != nil {
			return err
		}
		bits, err := strconv.ParseUint(f[1], 8, 16)
		if err != nil {
			return err
		}
		n.mode = n.mode.Type() | fs.FileMode(bits)&0o777
		for bit, as := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
			if bits&bit != 0 {
				n.mode |= as
			}
		}
	case "owner":
		n, err := at(f[2])
		if err != nil {
			return err
		}
		user, group, _ := strings.Cut(f[1], ":")
		n.owner = host.Owned{UID: t.number("etc/passwd", user), GID: t.number("etc/group", group)}
	}
	return nil
}

// number is that of a name in passwd or group, or the number that is written.
func (t tree) number(file, name string) uint32 {
	if n, err := strconv.ParseUint(name, 10, 32); err == nil {
		return uint32(n)
	}
	if n := t[file]; n != nil {
		for l := range strings.Lines(n.text) {
			if f := strings.Split(l, ":"); len(f) > 2 && f[0] == name {
				id, _ := strconv.ParseUint(strings.TrimSpace(f[2]), 10, 32) // zero where it is no number
				return uint32(id)
			}
		}
	}
	return map[string]uint32{"root": 0}[name]
}

// live answers from the files below live/.
type live struct{ tree }

func (l live) file(name string) (string, error) {
	n := l.tree["live/"+name]
	if n == nil {
		return "", errors.New("not in the tree")
	}
	return strings.TrimSpace(n.text), nil
}

// Rules are as [host.Live] wants them, and so are the others.
func (l live) Rules(context.Context) (nft, v4, v6 []byte, err error) {
	a, e1 := l.file("nft.json")
	b, e2 := l.file("iptables")
	c, _ := l.file("ip6tables") // one may be without the other
	if e1 != nil && e2 != nil {
		return nil, nil, nil, nil //nolint:nilerr // the tree has none
	}
	return []byte(a), []byte(b), []byte(c), nil
}

// Clock reads "synced 12ms".
func (l live) Clock() (bool, time.Duration, error) {
	text, err := l.file("clock")
	if err != nil {
		return false, 0, err
	}
	state, off, _ := strings.Cut(text, " ")
	d, err := time.ParseDuration(off)
	return state == "synced", d, err
}

// Audit reads "on 0".
func (l live) Audit() (host.AuditState, error) {
	text, err := l.file("audit")
	if err != nil {
		return host.AuditState{}, err
	}
	state, lost, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(lost)
	return host.AuditState{Enabled: state == "on", Lost: n}, err
}

// Metadata reads "required".
func (l live) Metadata(context.Context, string) (bool, error) {
	text, err := l.file("metadata")
	return text == "required", err
}

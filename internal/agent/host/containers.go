package host

import (
	"encoding/json"
	"io/fs"
	"slices"
)

// Runtime is what runs containers.
type Runtime struct {
	Sockets []string `json:"sockets"`
	// Exposed are sockets of the runtime that others than root get at, and how.
	Exposed []string `json:"exposed,omitempty"`
	// Group are the members of the group that may use the socket: each is as
	// good as root.
	Group  []string `json:"group_members,omitempty"`
	Images []string `json:"images,omitempty"`
}

var runtimeSockets = []string{"run/docker.sock", "run/containerd/containerd.sock", "run/podman/podman.sock", "run/crio/crio.sock"}

// containers looks at the sockets of runtimes. A server without any has no
// such section.
func (s *survey) containers() {
	r := &Runtime{}
	found := false
	for _, name := range runtimeSockets {
		info, err := s.stat(name)
		if err != nil {
			s.unread("container", name, err)
			continue
		}
		found = true
		r.Sockets = append(r.Sockets, "/"+name)
		uid, gid, ok := s.owner(info)
		mode := info.Mode()
		group := s.groupName(gid)
		path := "/" + name
		switch {
		case !ok:
			s.doc.gap("container.exposed", "who owns files is not told here")
		case uid != 0:
			r.Exposed = append(r.Exposed, path+" belongs to "+s.userName(uid))
		case mode.Perm()&0o002 != 0:
			r.Exposed = append(r.Exposed, path+" is writable for everybody")
		case mode.Perm()&0o020 != 0 && gid != 0 && group != "docker":
			r.Exposed = append(r.Exposed, path+" is writable for the group "+group)
		case mode.Perm()&0o020 != 0 && gid != 0:
			r.Group = append(r.Group, s.members(gid)...)
		}
	}
	if !found {
		return
	}
	s.images(r)
	s.doc.Container = r
}

// members are the accounts in a group, also those whose first group it is.
func (s *survey) members(gid uint32) []string {
	var out []string
	for _, g := range s.doc.Accounts.Groups {
		if g.GID == gid {
			out = append(out, g.Members...)
		}
	}
	for _, u := range s.doc.Accounts.Users {
		if u.GID == gid && !slices.Contains(out, u.Name) {
			out = append(out, u.Name)
		}
	}
	return out
}

// images are those that Docker has, by the file in which it notes them.
func (s *survey) images(r *Runtime) {
	entries, err := s.list("var/lib/docker/image")
	s.unread("container.images", "var/lib/docker/image", err)
	for _, e := range entries {
		if e.Type()&fs.ModeDir == 0 {
			continue
		}
		name := "var/lib/docker/image/" + e.Name() + "/repositories.json"
		text, err := s.readMost(name, 8<<20)
		if err != nil {
			s.unread("container.images", name, err)
			continue
		}
		var repos struct{ Repositories map[string]map[string]string }
		if json.Unmarshal([]byte(text), &repos) != nil {
			continue
		}
		for _, of := range repos.Repositories {
			for image := range of {
				if len(r.Images) < maxEntries {
					r.Images = append(r.Images, image)
				}
			}
		}
	}
	slices.Sort(r.Images)
}

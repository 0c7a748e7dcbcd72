package host

// Self is the agent's own files.
type Self struct {
	// Exposed are those that somebody else could change, or a key that others
	// could read.
	Exposed []string `json:"exposed,omitempty"`
	Files   []File   `json:"files,omitempty"`
}

// self looks at the files that the agent is made of. Who runs it by hand has
// none.
func (s *survey) self() {
	if len(s.opt.Self) == 0 {
		return
	}
	me := &Self{}
	s.doc.Self = me
	for _, name := range s.opt.Self {
		info, err := s.stat(name)
		if err != nil {
			s.unread("self", name, err)
			continue
		}
		uid, gid, ok := s.owner(info)
		if !ok {
			s.doc.gap("self", "who owns files is not told here")
			return
		}
		me.Files = append(me.Files, File{Path: "/" + clean(name), Mode: octal(info.Mode()), Owner: s.userName(uid), Group: s.groupName(gid)})
		if how := s.openTo(name); how != "" {
			me.Exposed = append(me.Exposed, how)
		}
		if secret(name) && info.Mode().Perm()&0o077 != 0 {
			me.Exposed = append(me.Exposed, "/"+clean(name)+" has mode "+octal(info.Mode()))
		}
	}
}

// secret tells the file of a key.
func secret(name string) bool {
	return len(name) > 4 && name[len(name)-4:] == ".key"
}

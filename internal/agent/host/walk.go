package host

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

// maxStanding bounds how many files of a kind a walk notes.
const maxStanding = 1000

// Standing gathers, from a walk over all files that somebody makes anyway, those
// that stand out: programs with their owner's rights or with capabilities, what
// everybody can write, what nobody owns. Several goroutines may tell it of files
// at a time.
type Standing struct {
	users, groups map[uint32]bool
	explain       func(path string) string
	mu            sync.Mutex
	found         Walk
	more          bool
}

// NewStanding returns one for the server of the document. explain says why a
// path may be as it is, such as the package that shipped it, or nothing.
func NewStanding(of *Document, explain func(path string) string) *Standing {
	s := &Standing{users: map[uint32]bool{0: true}, groups: map[uint32]bool{0: true}, explain: explain}
	if of.Accounts != nil {
		for _, u := range of.Accounts.Users {
			s.users[u.UID] = true
		}
		for _, g := range of.Accounts.Groups {
			s.groups[g.GID] = true
		}
	}
	return s
}

// See takes one file. capabilities are its own in words, empty for none.
func (s *Standing) See(path string, mode fs.FileMode, uid, gid uint32, capabilities string) {
	setID := mode.IsRegular() && mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 && mode.Perm()&0o111 != 0
	open := mode.Perm()&0o002 != 0 && (mode.IsRegular() || mode.IsDir() && mode&fs.ModeSticky == 0)
	lost := !s.users[uid] || !s.groups[gid]
	if !setID && !open && !lost && capabilities == "" {
		return // nearly all
	}
	f := WalkFile{Path: path, Mode: octal(mode), Owner: strconv.Itoa(int(uid)) + ":" + strconv.Itoa(int(gid))}
	if (setID || capabilities != "") && s.explain != nil {
		f.Explained = s.explain(path)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if setID {
		s.note(&s.found.SetID, f)
	}
	if capabilities != "" {
		f := f
		f.What = capabilities
		s.note(&s.found.Capabilities, f)
	}
	f.Explained = ""
	if open {
		s.note(&s.found.WorldWritten, f)
	}
	if lost {
		s.note(&s.found.Unowned, f)
	}
}

func (s *Standing) note(list *[]WalkFile, f WalkFile) {
	if len(*list) >= maxStanding {
		s.more = true
		return
	}
	*list = append(*list, f)
}

// Walk ends the gathering. why is why the walk did not see everything; empty
// where it did.
func (s *Standing) Walk(why string) *Walk {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.more {
		why = strings.TrimPrefix(why+fmt.Sprintf("; more than %d files of a kind stand out", maxStanding), "; ")
	}
	w := s.found
	w.Complete, w.Why = why == "", why
	return &w
}

// Package siblings compares servers that should be alike, file by file: the one that
// differs from what nearly all others agree on stands out. It goes through the servers
// twice and keeps nothing of them but counts.
package siblings

import (
	"hash/maphash"
)

// Server is what one server says of its files, by path.
type Server struct {
	ID       int64
	Kind     string // servers of another one are no siblings
	Policy   string // by which the files were chosen
	Complete bool   // none of them is left out
	Files    []File
}

// File is a path and the beginning of the SHA-256 of what is there.
type File struct{ Path, Hash string }

// Kinds of differences.
const (
	Content = "content" // the others agree on another content
	Only    = "only"    // nearly no other has the file
	Missing = "missing" // nearly all others have it
)

// Difference is a file that a server has otherwise than those beside it.
type Difference struct {
	Server   int64
	Path     string
	Kind     string
	Hash     string // of the server; empty where it is missing
	Others   string // of those who agree; empty where they have none
	Agree    int    // servers beside it that agree with each other
	Siblings int    // servers beside it that could
}

// Summary is how much was compared.
type Summary struct {
	Servers int
	Alone   int  // with too few siblings for anything to be told
	Files   int  // different paths
	Partial bool // there were more than are counted
	Odd     int  // differences, also those that were not kept
}

// Least is how many siblings have to be there for their agreement to mean anything, and
// share, in percent, how many of them have to agree.
const (
	Least = 3
	share = 80
)

// Bounds of what is counted.
const (
	mostPaths    = 200_000 // of all kinds of servers
	mostContents = 64      // of a path; past it nobody agrees
)

// slot is one path for one kind of server, as it is counted. Nobody who chooses paths can
// have two fall into one slot: the seed is new each time.
type slot uint64

type contents struct {
	path   string
	hashes map[uint64]int
	text   map[uint64]string // the hashes as they are told
	have   int               // servers that have the file
	whole  int               // of them, those whose lists are complete
	lost   bool              // more contents than are counted
}

// Counter counts what servers have: the first time through.
type Counter struct {
	seed    maphash.Seed
	servers map[string]int // by kind and policy
	whole   map[string]int // of them, those whose lists are complete
	paths   map[string]map[slot]*contents
	n       int
	sum     Summary
}

// New makes a Counter.
func New() *Counter {
	return &Counter{seed: maphash.MakeSeed(), servers: map[string]int{}, whole: map[string]int{}, paths: map[string]map[slot]*contents{}}
}

// kind is what servers have to have in common to be siblings. What another policy chose is no
// list of the same files.
func (s *Server) kind() string { return s.Kind + "\x00" + s.Policy }

// Count takes a server in.
func (c *Counter) Count(s Server) {
	k := s.kind()
	c.servers[k]++
	if s.Complete {
		c.whole[k]++
	}
	c.sum.Servers++
	paths := c.paths[k]
	if paths == nil {
		paths = map[slot]*contents{}
		c.paths[k] = paths
	}
	for _, f := range s.Files {
		at := slot(maphash.String(c.seed, f.Path))
		p := paths[at]
		if p == nil {
			if c.n >= mostPaths {
				c.sum.Partial = true
				continue
			}
			c.n++
			p = &contents{path: f.Path, hashes: map[uint64]int{}, text: map[uint64]string{}}
			paths[at] = p
		}
		p.have++
		if s.Complete {
			p.whole++
		}
		h := maphash.String(c.seed, f.Hash)
		if p.hashes[h] == 0 && len(p.hashes) >= mostContents {
			p.lost = true
			continue
		}
		if p.hashes[h]++; p.hashes[h] == 1 {
			p.text[h] = f.Hash
		}
	}
}

// Judge ends the counting. most is how many differences are kept.
func (c *Counter) Judge(most int) *Judge {
	c.sum.Files = c.n
	j := &Judge{c: c, most: most, common: map[string][]*contents{}}
	for k, n := range c.servers {
		if n <= Least {
			c.sum.Alone += n
			continue
		}
		for _, p := range c.paths[k] {
			if others := c.whole[k] - 1; others >= Least && c.whole[k] > p.whole && agrees(p.whole, others) {
				j.common[k] = append(j.common[k], p) // somebody may lack it
			}
		}
	}
	return j
}

// agrees reports whether so many of all are nearly all.
func agrees(n, all int) bool { return all >= Least && n*100 >= all*share }

// Judge says who differs: the second time through.
type Judge struct {
	c      *Counter
	most   int
	common map[string][]*contents
	found  []Difference
}

// Look compares a server with what was counted.
func (j *Judge) Look(s Server) {
	k := s.kind()
	if j.c.servers[k] <= Least {
		return
	}
	mine := make(map[slot]bool, len(s.Files))
	for _, f := range s.Files {
		at := slot(maphash.String(j.c.seed, f.Path))
		mine[at] = true
		if p := j.c.paths[k][at]; p != nil {
			j.file(&s, k, p, f)
		}
	}
	if !s.Complete {
		return // whether it lacks a file nobody knows
	}
	for _, p := range j.common[k] {
		if others := j.c.whole[k] - 1; !mine[slot(maphash.String(j.c.seed, p.path))] && agrees(p.whole, others) {
			j.add(Difference{Server: s.ID, Path: p.path, Kind: Missing, Agree: p.whole, Siblings: others})
		}
	}
}

// file compares one file of a server. Its own content is not among those of the others.
func (j *Judge) file(s *Server, k string, p *contents, f File) {
	others := p.have - 1
	if !p.lost && others >= Least {
		own := maphash.String(j.c.seed, f.Hash)
		best, agree := uint64(0), 0
		for h, n := range p.hashes {
			if h != own && n > agree {
				best, agree = h, n
			}
		}
		if agrees(agree, others) {
			j.add(Difference{Server: s.ID, Path: f.Path, Kind: Content, Hash: f.Hash, Others: p.text[best], Agree: agree, Siblings: others})
			return
		}
	}
	if !s.Complete {
		return
	}
	all := j.c.whole[k] - 1
	if without := all - (p.whole - 1); p.have == 1 && agrees(without, all) {
		j.add(Difference{Server: s.ID, Path: f.Path, Kind: Only, Hash: f.Hash, Agree: without, Siblings: all})
	}
}

func (j *Judge) add(d Difference) {
	j.c.sum.Odd++
	if len(j.found) < j.most {
		j.found = append(j.found, d)
	}
}

// Found are the differences, by server.
func (j *Judge) Found() []Difference { return j.found }

// Summary is how much was compared.
func (j *Judge) Summary() Summary { return j.c.sum }

package terraform

// Parsed keeps the modules that were parsed for one root for the next: where
// a repository has many roots, as examples beside their module have, parsing the same
// files over and over takes most of the time. Reads that share one must come
// one after the other.
type Parsed struct {
	budget budget // what parsed expressions count on: that of the root being read
	dirs   map[string]parsedDir
	left   int // bytes of source that may still be kept
}

// maxKept bounds the source of modules that are kept. In memory they take some
// thirty times as much.
const maxKept = 4 << 20

// NewParsed returns one that holds nothing yet.
func NewParsed() *Parsed { return &Parsed{dirs: map[string]parsedDir{}, left: maxKept} }

func (p *Parsed) key(t *tree, dir string) string { return t.base + "\x00" + dir }

// find returns what was parsed of the directory.
func (p *Parsed) find(t *tree, dir string) (parsedDir, bool) {
	if p == nil {
		return parsedDir{}, false
	}
	found, ok := p.dirs[p.key(t, dir)]
	return found, ok
}

// keep remembers the directory, unless there is no room. Overrides change the
// blocks they are laid over, so a directory that has some is parsed anew.
func (p *Parsed) keep(t *tree, dir string, in parsedDir) {
	if p == nil || in.err != nil || len(in.files.override) > 0 {
		return
	}
	size := 0
	for _, f := range in.byKey {
		size += f.size
	}
	if size <= p.left {
		p.left -= size
		p.dirs[p.key(t, dir)] = in
	}
}

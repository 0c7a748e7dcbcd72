package assess

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// boundary is the directory that nothing outside of is read for a root module
// below dir: the repository dir lies in, since environments commonly call
// modules beside them (../../modules/x), or dir itself where there is none.
func boundary(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for d := abs; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return abs
		}
	}
}

// relocated turns places relative to the boundary into places relative to the
// directory the user named.
type relocated struct {
	source.Sink
	prefix string            // of the named directory, relative to the boundary
	known  map[string]string // every file is met many times
}

// relocate wraps out when dir is not its own boundary.
func relocate(out source.Sink, bound, dir string) source.Sink {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return out
	}
	prefix, err := filepath.Rel(bound, abs)
	if err != nil || prefix == "." {
		return out
	}
	return &relocated{out, prefix, map[string]string{}}
}

func (r *relocated) path(p string) string {
	if p == "" {
		return p
	}
	if got, ok := r.known[p]; ok {
		return got
	}
	got, err := filepath.Rel(r.prefix, filepath.FromSlash(p))
	if err != nil {
		got = p
	}
	r.known[p] = strings.ReplaceAll(got, `\`, "/")
	return r.known[p]
}

func (r *relocated) Resource(res *source.Resource) {
	res.Root = r.path(res.Root)
	res.Location.File = r.path(res.Location.File)
	if len(res.Calls) > 0 { // instances share them
		calls := make([]estate.Location, len(res.Calls))
		for i, c := range res.Calls {
			c.File = r.path(c.File)
			calls[i] = c
		}
		res.Calls = calls
	}
	if len(res.CallComments) > 0 { // likewise
		comments := slices.Clone(res.CallComments)
		for i := range comments {
			comments[i].At.File = r.path(comments[i].At.File)
		}
		res.CallComments = comments
	}
	r.Sink.Resource(res)
}

func (r *relocated) Gap(g source.Gap) {
	before := g.At.File
	g.At.File = r.path(before)
	if before != "" {
		g.What = strings.ReplaceAll(g.What, before, g.At.File)
	}
	r.Sink.Gap(g)
}

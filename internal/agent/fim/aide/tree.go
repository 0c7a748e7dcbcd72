package aide

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// tree finds the rule of a path as AIDE does: what excludes stands above all, then
// the rule whose pattern begins with the most directories, and of those
// the first.
type tree struct{ rules []*rule }

func newTree(rules []*rule) *tree {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b *rule) int {
		if a.Exclude != b.Exclude {
			if a.Exclude {
				return -1
			}
			return 1
		}
		return cmp.Compare(strings.Count(b.dir, "/"), strings.Count(a.dir, "/"))
	})
	return &tree{sorted}
}

func (t *tree) root() policy.Scope {
	if s := narrow(t.rules, "/"); s != nil {
		return s
	}
	return nil
}

// scope is a directory, with the rules that can match something in it.
type scope struct {
	path  string // with a slash at its end
	rules []*rule
}

// narrow keeps the rules that can match below a directory; nil if none selects.
func narrow(rules []*rule, path string) *scope {
	s := &scope{path: path}
	selects := false
	for _, r := range rules {
		if strings.HasPrefix(r.dir, path) || strings.HasPrefix(path, r.dir) {
			s.rules = append(s.rules, r)
			selects = selects || !r.Exclude
		}
	}
	if !selects {
		return nil
	}
	return s
}

// Match implements policy.Scope.
func (s *scope) Match(name []byte) []*policy.Rule {
	var out []*policy.Rule
	path := s.path + string(name)
	for _, r := range s.rules {
		if strings.HasPrefix(path, r.dir) && r.re.MatchString(path) {
			out = append(out, r.Rule)
			if len(r.Kinds) == 0 {
				break
			}
		}
	}
	return out
}

// Enter implements policy.Scope.
func (s *scope) Enter(name string) policy.Scope {
	path := s.path + name
	for _, r := range s.rules {
		if r.within && strings.HasPrefix(path, r.dir) && r.re.MatchString(path) {
			return nil
		}
	}
	if next := narrow(s.rules, path+"/"); next != nil {
		return next
	}
	return nil
}

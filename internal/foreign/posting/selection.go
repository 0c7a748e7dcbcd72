package posting

import (
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/foreign"
)

// Selection says which rules of other scanners take part in a run, as the user
// chose among checks. The zero value takes all.
//
// Patterns are those for checks: globs over a rule's id, alone or behind its
// scanner ("trivy:AVD-AWS-0026"). A pattern that means one of our checks also
// means the rules that ask the same.
type Selection struct {
	Only       []string
	Skip       []string
	Frameworks []string

	skipped map[string]bool // rules that a skipped check of ours stands for, as tool:id
	met     map[string]bool // patterns and frameworks that meant a rule
}

// Skipped notes that a check of ours is left out by a pattern of Skip.
func (s *Selection) Skipped(c *check.Check) {
	if s.skipped == nil {
		s.skipped = map[string]bool{}
	}
	for tool, ids := range c.Elsewhere {
		for _, id := range ids {
			s.skipped[tool+":"+ruleID(id)] = true
		}
	}
}

// Met tells whether a pattern or framework meant any rule so far.
func (s *Selection) Met(pattern string) bool { return s.met[pattern] }

// Takes tells whether the finding takes part. The rules that b calls equivalent
// to it are the checks that run.
func (s *Selection) Takes(f *foreign.Finding, b Bearing) bool {
	if s == nil {
		return true
	}
	ours := len(b.Equivalent) > 0
	switch {
	case s.any(s.Skip, func(p string) bool { return means(p, f) }):
		return false
	case !ours && s.leftOut(f):
		return false
	case len(s.Only) > 0 && !s.any(s.Only, func(p string) bool { return means(p, f) }) && !ours:
		return false
	}
	return len(s.Frameworks) == 0 || s.any(s.Frameworks, func(name string) bool { return tagged(f, name) }) || ours
}

// any tells whether one of the patterns holds, and notes all that do.
func (s *Selection) any(patterns []string, holds func(string) bool) bool {
	found := false
	for _, p := range patterns {
		if holds(p) {
			if s.met == nil {
				s.met = map[string]bool{}
			}
			s.met[p], found = true, true
		}
	}
	return found
}

func (s *Selection) leftOut(f *foreign.Finding) bool {
	return slices.ContainsFunc(append([]string{f.Rule}, f.Aliases...), func(id string) bool {
		return slices.ContainsFunc(alike(f.Tool), func(tool string) bool { return s.skipped[tool+":"+ruleID(id)] })
	})
}

// means tells whether a pattern means the rule of a finding.
func means(pattern string, f *foreign.Finding) bool {
	pattern = flat(pattern)
	for _, id := range append([]string{f.Rule}, f.Aliases...) {
		for _, name := range []string{flat(id), flat(f.Tool + ":" + id)} {
			if ok, err := path.Match(pattern, name); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// flat makes ids comparable: some hold slashes, which a glob would stop at.
func flat(id string) string { return strings.ReplaceAll(strings.ToLower(id), "/", "-") }

// tagged tells whether a control of the finding is one of the framework, named
// with or without its version.
func tagged(f *foreign.Finding, framework string) bool {
	want := versionless(framework)
	return slices.ContainsFunc(f.Controls, func(control string) bool {
		name, _, _ := strings.Cut(frameworkKey(f, control), " ")
		return check.InFramework(name, want)
	})
}

// versionless leaves out the zeros that a version may end in.
func versionless(framework string) string {
	framework = strings.ToLower(framework)
	for strings.HasSuffix(framework, ".0") {
		framework = strings.TrimSuffix(framework, ".0")
	}
	return framework
}

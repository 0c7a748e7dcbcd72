package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// pattern is a path whose names may have wildcards; ** stands for any number of
// names, none among them.
type pattern struct {
	rule  *Rule
	names []name
	rank  int // the more particular is higher; no two are the same
}

// name matches one name of a path.
type name struct {
	how  how
	text string
}

type how uint8

const (
	literal how = iota
	prefix
	suffix
	general
	anything // *
	deep     // **
)

func (n name) match(s string) bool {
	switch n.how {
	case literal:
		return n.text == s
	case prefix:
		return strings.HasPrefix(s, n.text)
	case suffix:
		return strings.HasSuffix(s, n.text)
	case general:
		ok, _ := path.Match(n.text, s)
		return ok
	}
	return true
}

// Bounds of a pattern.
const (
	maxNames   = 64
	maxPattern = 4096
)

func parsePattern(text string) ([]name, error) {
	if !strings.HasPrefix(text, "/") || len(text) > maxPattern {
		return nil, fmt.Errorf("%q is not an absolute path of at most %d bytes", text, maxPattern)
	}
	var names []name
	for part := range strings.SplitSeq(strings.Trim(text, "/"), "/") {
		n, err := parseName(part)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		if n.how == deep && len(names) > 0 && names[len(names)-1].how == deep {
			continue
		}
		names = append(names, n)
	}
	if len(names) > maxNames {
		return nil, fmt.Errorf("%q has more than %d names", text, maxNames)
	}
	return names, nil
}

func parseName(part string) (name, error) {
	switch part {
	case "", ".", "..":
		return name{}, fmt.Errorf("%q is not a name in a path", part)
	case "**":
		return name{how: deep}, nil
	case "*":
		return name{how: anything}, nil
	}
	wild := strings.ContainsAny(part, `*?[\`)
	if !wild {
		return name{literal, part}, nil
	}
	if strings.Contains(part, "**") {
		return name{}, fmt.Errorf("** stands alone between slashes")
	}
	if _, err := path.Match(part, ""); err != nil {
		return name{}, fmt.Errorf("%q is not a pattern: %w", part, err)
	}
	switch rest := part[1:]; {
	case part[0] == '*' && !strings.ContainsAny(rest, `*?[\`):
		return name{suffix, rest}, nil
	case strings.HasSuffix(part, "*") && !strings.ContainsAny(part[:len(part)-1], `*?[\`):
		return name{prefix, part[:len(part)-1]}, nil
	}
	return name{general, part}, nil
}

// weight makes the more particular pattern the heavier.
func weight(names []name) int {
	w := 0
	for _, n := range names {
		switch n.how {
		case literal:
			w += 1000
		case prefix, suffix, general:
			w += 990
		case anything:
			w += 980
		}
	}
	if n := len(names); n > 0 && names[n-1].how != deep {
		w += 1 << 20 // what names the file itself is more particular than what names a directory
	}
	return w
}

// compile puts the patterns in order, the most particular last; of two that are
// alike the later. Patterns of never win over all.
func compile(rules []*Rule, never []string) (all, live func() Scope, err error) {
	var patterns []*pattern
	add := func(r *Rule, text string, above int) error {
		names, err := parsePattern(text)
		if err != nil {
			return err
		}
		if r.Exclude && names[len(names)-1].how != deep {
			names = append(names, name{how: deep}) // with all that is in it
		}
		patterns = append(patterns, &pattern{rule: r, names: names, rank: above + weight(names)})
		return nil
	}
	for _, r := range rules {
		for _, text := range r.Paths {
			if strings.Trim(text, "/") == "" {
				continue // the root itself lies in no directory
			}
			if err := add(r, text, 0); err != nil {
				return nil, nil, fmt.Errorf("rule %s: %w", r.ID, err)
			}
		}
	}
	no := &Rule{ID: "never", Exclude: true}
	for _, text := range never {
		if err := add(no, text, 1<<30); err != nil {
			return nil, nil, fmt.Errorf("never: %w", err)
		}
	}
	slices.SortStableFunc(patterns, func(a, b *pattern) int { return a.rank - b.rank })
	start := make([]at, len(patterns))
	for i, p := range patterns {
		p.rank = i
		start[i] = at{p, 0}
	}
	scope := func(live bool) func() Scope {
		root := newScope(slices.Clone(start), live)
		return func() Scope {
			if root == nil {
				return nil
			}
			return root
		}
	}
	return scope(false), scope(true), nil
}

// at is a pattern of which some names have been met.
type at struct {
	*pattern
	next int
}

func (a at) name() name { return a.names[a.next] }
func (a at) last() bool { return a.next == len(a.names)-1 }

// whole patterns match everything below.
func (a at) whole() bool { return a.name().how == deep && a.last() }

// globs is the scope of patterns: those that may still match, the most
// particular first.
type globs struct {
	at   []at
	live bool // nothing but what is watched as it changes is of interest
	// same is what matches whatever the name is, if nothing depends on it.
	same []*Rule
}

// newScope drops patterns that another always wins over, and is nil where none
// would choose anything.
func newScope(open []at, live bool) *globs {
	s := globs{live: live}
	for _, a := range open {
		s.at = append(s.at, a)
		if a.name().how == deep && !a.last() {
			s.at = append(s.at, at{a.pattern, a.next + 1}) // ** may be no name
		}
	}
	slices.SortFunc(s.at, func(a, b at) int {
		if a.rank != b.rank {
			return b.rank - a.rank
		}
		return a.next - b.next
	})
	s.at = slices.Compact(s.at)
	choose := false
	for i, a := range s.at {
		choose = choose || !a.rule.Exclude && (a.rule.Live || !live)
		if a.whole() && a.rule.Only == Always && len(a.rule.Kinds) == 0 {
			s.at = s.at[:i+1]
			break
		}
	}
	if !choose {
		return nil
	}
	for _, a := range s.at {
		if !a.whole() {
			s.same = nil
			return &s
		}
		s.same = append(s.same, a.rule)
	}
	return &s
}

func (s *globs) Match(file []byte) []*Rule {
	if s.same != nil {
		return s.same
	}
	var rules []*Rule
	str := string(file)
	for _, a := range s.at {
		n := a.name()
		// /a/** is for /a as well.
		ends := a.last() || a.next == len(a.names)-2 && a.names[a.next+1].how == deep
		if !ends || n.how == deep && !a.last() || !n.match(str) {
			continue
		}
		rules = append(rules, a.rule)
		if a.rule.Only == Always && len(a.rule.Kinds) == 0 {
			break
		}
	}
	return rules
}

func (s *globs) Enter(dir string) Scope {
	var open []at
	for _, a := range s.at {
		n := a.name()
		if n.how == deep {
			open = append(open, a)
		} else if !a.last() && n.match(dir) {
			open = append(open, at{a.pattern, a.next + 1})
		}
	}
	if len(open) == 0 {
		return nil
	}
	if next := newScope(open, s.live); next != nil {
		return next
	}
	return nil
}

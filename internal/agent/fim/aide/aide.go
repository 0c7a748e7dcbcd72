// Package aide reads AIDE's configuration, so that who uses AIDE today can go on
// with the files they have: groups, macros, includes and selection lines.
// It runs none of the programs that a configuration may include; what that or
// anything else leaves out is noted in the policy.
package aide

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// Bounds of a configuration.
const (
	maxFile     = 4 << 20
	maxFiles    = 4000
	maxDepth    = 16
	maxRules    = 20000
	maxExpanded = 16 << 10 // bytes of a line after macros
	maxRegexp   = 8 << 10
	maxNotes    = 200
)

// Load reads a configuration and all it includes.
func Load(path string) (*policy.Policy, error) {
	r := newReader()
	r.read = readFile
	if err := r.file(path, 0); err != nil {
		return nil, err
	}
	return r.policy(filepath.Base(path))
}

// Parse reads one text, without includes; where is what errors call it.
func Parse(text, where string) (*policy.Policy, error) {
	r := newReader()
	r.read = func(string) (string, error) { return "", fmt.Errorf("nothing can be included here") }
	if err := r.text(text, where, 0); err != nil {
		return nil, err
	}
	return r.policy(where)
}

func readFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return "", fmt.Errorf("%s is not a file of at most %d bytes", path, maxFile)
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

// group is a set of attributes, and what AIDE keeps beside them.
type group struct {
	look              entry.Set
	allowNew, allowRm bool
}

// reader goes through a configuration line by line.
type reader struct {
	read   func(string) (string, error)
	vars   map[string]string
	groups map[string]group
	rules  []*rule
	notes  []string
	noted  map[string]bool
	files  int
}

// rule is a selection line.
type rule struct {
	*policy.Rule
	re     *regexp.Regexp
	dir    string // what every path that matches begins with, up to a slash
	within bool   // a directory that matches is excluded with all in it
}

func newReader() *reader {
	return &reader{vars: map[string]string{}, groups: builtin(), noted: map[string]bool{}}
}

func (r *reader) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(r.notes) < maxNotes && !r.noted[text] {
		r.noted[text] = true
		r.notes = append(r.notes, text)
	}
}

func (r *reader) file(path string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s: includes are more than %d deep", path, maxDepth)
	}
	if r.files++; r.files > maxFiles {
		return fmt.Errorf("%s: more than %d files are included", path, maxFiles)
	}
	text, err := r.read(path)
	if err != nil {
		return err
	}
	return r.text(text, path, depth)
}

// text reads lines; open conditions say whether they count.
func (r *reader) text(text, where string, depth int) error {
	var open []bool
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		at := fmt.Sprintf("%s:%d", where, n)
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if strings.HasPrefix(line, "@@") && !strings.HasPrefix(line, "@@{") {
			var err error
			if open, err = r.macro(line, at, where, open, depth); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
			continue
		}
		if slices.Contains(open, false) {
			continue
		}
		if err := r.line(line, at); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("%s: @@endif is missing", where)
	}
	return nil
}

func (r *reader) line(line, at string) error {
	line, wrong := r.expand(line)
	if wrong != "" {
		// AIDE would stop; here a program that defines it was not run.
		r.note("%s: left out: %s", at, wrong)
		return nil
	}
	if line = strings.TrimSpace(line); line == "" {
		return nil // of a variable that holds nothing
	}
	if strings.ContainsRune("/!=-", rune(line[0])) {
		return r.selection(line, at)
	}
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return fmt.Errorf("%q is no selection, no group and no setting", line)
	}
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if setting(key) {
		return nil
	}
	g, err := r.expression(value, at)
	if err != nil {
		return err
	}
	r.groups[key] = g
	return nil
}

// setting tells whether a name is one of AIDE's options, which say where its
// database is and how it reports.
func setting(key string) bool {
	for _, p := range []string{"database", "gzip", "report", "log_level", "verbose", "summarize", "config", "syslog", "root_prefix", "acl_no", "warn_dead", "grouped", "num_workers", "ignore_list", "recstop"} {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// expand puts in @@{NAME}s, or says why it cannot.
func (r *reader) expand(line string) (out, wrong string) {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(line, "@@{")
		b.WriteString(before)
		if b.Len() > maxExpanded {
			return "", fmt.Sprintf("it becomes longer than %d bytes", maxExpanded)
		}
		if !more {
			return b.String(), ""
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", "@@{ is not closed"
		}
		v, ok := r.vars[name]
		if !ok {
			if name != "HOSTNAME" {
				return "", "@@{" + name + "} is not defined"
			}
			v, _ = os.Hostname()
		}
		b.WriteString(v)
		line = after
	}
}

// selection reads "/regex [types] group" and its kin.
func (r *reader) selection(line, at string) error {
	how := line[0]
	if how != '/' {
		line = strings.TrimSpace(line[1:])
	}
	pattern, rest := cutPattern(line)
	if !strings.HasPrefix(pattern, "/") {
		return fmt.Errorf("%q does not begin with a slash", pattern)
	}
	kinds, expr := types(strings.TrimSpace(rest), how == '!' || how == '-')
	ru := &rule{Rule: &policy.Rule{ID: shorten(at), Title: line, Paths: []string{line}, Kinds: kinds, Live: true, Severity: policy.Medium}}
	switch how {
	case '!', '-':
		ru.Exclude, ru.within = true, how == '!' && (len(kinds) == 0 || slices.Contains(kinds, entry.Directory))
	default:
		if expr == "" {
			return fmt.Errorf("%q names no group", line)
		}
		g, err := r.expression(expr, at)
		if err != nil {
			return err
		}
		ru.Look, ru.AllowNew, ru.AllowRemoved = g.look, g.allowNew, g.allowRm
		if ru.Look == 0 {
			ru.Look = entry.Type
		}
	}
	text := unescape(pattern)
	if how == '=' {
		text = "(?:" + text + ")$"
	}
	if len(text) > maxRegexp {
		return fmt.Errorf("a pattern is longer than %d bytes", maxRegexp)
	}
	re, err := regexp.Compile("^(?:" + text + ")")
	if err != nil {
		r.note("%s: left out: %v", at, err)
		return nil
	}
	ru.re, ru.dir = re, literalDir(unescape(pattern))
	if r.rules = append(r.rules, ru); len(r.rules) > maxRules {
		return fmt.Errorf("more than %d selections", maxRules)
	}
	return nil
}

func shorten(at string) string { return at[strings.LastIndexByte(at, '/')+1:] }

// cutPattern ends at a space that is not escaped.
func cutPattern(line string) (pattern, rest string) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case ' ', '\t':
			return line[:i], line[i:]
		}
	}
	return line, ""
}

// unescape takes away what is the configuration's own escaping, and leaves the
// regular expression's.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\ `, ` `, `\@`, `@`).Replace(s)
}

// literalDir is the directories that a pattern begins with before anything
// special, with the slash.
func literalDir(pattern string) string {
	i := strings.IndexAny(pattern, `\.[]()*+?{}|^$`)
	if i >= 0 {
		if strings.ContainsRune("*?{", rune(pattern[i])) && i > 0 {
			i--
		}
		if strings.Contains(pattern[i:], "|") && !strings.Contains(pattern, "(") {
			return "/" // an alternative for the whole
		}
		pattern = pattern[:i]
	}
	return pattern[:strings.LastIndexByte(pattern, '/')+1]
}

var typeLetters = map[string]entry.Kind{"f": entry.File, "d": entry.Directory, "l": entry.Link, "p": entry.Pipe, "s": entry.Socket, "c": entry.Character, "b": entry.Block}

// types splits "f,d Group"; 0 stands for all types. Only an exclusion has no
// group, so that elsewhere a letter alone is one.
func types(rest string, excludes bool) (kinds []entry.Kind, expr string) {
	first, after, ok := strings.Cut(rest, " ")
	if !ok && !excludes {
		return nil, rest
	}
	for part := range strings.SplitSeq(first, ",") {
		if part == "0" && ok {
			return nil, strings.TrimSpace(after)
		}
		if part == "D" || part == "P" { // of other systems
			continue
		}
		k, known := typeLetters[part]
		if !known {
			return nil, rest
		}
		kinds = append(kinds, k)
	}
	return kinds, strings.TrimSpace(after)
}

func (r *reader) policy(name string) (*policy.Policy, error) {
	selects := 0
	for _, ru := range r.rules {
		if !ru.Exclude {
			selects++
		}
	}
	if selects == 0 {
		return nil, fmt.Errorf("%s: nothing is selected", name)
	}
	t := newTree(r.rules)
	rules := make([]*policy.Rule, len(r.rules))
	for i, ru := range r.rules {
		rules[i] = ru.Rule
	}
	p := policy.New(name, "AIDE's configuration "+name, rules, func() policy.Scope { return t.root() })
	p.Notes = r.notes
	return p, nil
}

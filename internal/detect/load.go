package detect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a directory of rules.
const (
	mostFile  = 1 << 20
	mostRules = 20_000
)

// Dir is a directory of rules with the name by which problems call it.
type Dir struct {
	Name string
	FS   fs.FS
}

// Rules are compiled. Any number of engines may use them.
type Rules struct {
	All   []*Rule
	slots map[string]int // numbers of fields that rules ask for
	order []*Rule        // correlations, those that others look at first
}

type loader struct {
	rules    *Rules
	problems []Problem
}

// Load reads all .yml and .yaml files below directories. Rules that cannot be used are
// told of and left out; off names rules that are not wanted.
func Load(off []string, dirs ...Dir) (*Rules, []Problem) {
	l := &loader{rules: &Rules{slots: map[string]int{}}}
	for _, d := range dirs {
		err := fs.WalkDir(d.FS, ".", func(name string, e fs.DirEntry, err error) error {
			file := path.Join(d.Name, name)
			if err != nil {
				l.problems = append(l.problems, Problem{file, 1, err.Error()})
				return nil //nolint:nilerr // told with the others
			}
			if ext := path.Ext(name); e.IsDir() || ext != ".yml" && ext != ".yaml" {
				return nil
			}
			l.file(d.FS, name, file)
			return nil
		})
		if err != nil {
			l.problems = append(l.problems, Problem{d.Name, 1, err.Error()})
		}
	}
	l.link(off)
	return l.rules, l.problems
}

func (l *loader) file(fsys fs.FS, name, file string) {
	text, err := readFile(fsys, name)
	if err != nil {
		l.problems = append(l.problems, Problem{file, 1, err.Error()})
		return
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.refuse(syntaxError(err), file)
			return // what follows cannot be told apart
		}
		if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
			continue
		}
		if err = sound(&doc, 0); err == nil {
			var r *Rule
			if r, err = l.rule(doc.Content[0], file); err == nil {
				err = l.keep(r)
			}
		}
		l.refuse(err, file)
	}
}

func (l *loader) keep(r *Rule) error {
	if len(l.rules.All) >= mostRules {
		return &Problem{Line: r.Line, What: fmt.Sprintf("there are %d rules already, the most", mostRules)}
	}
	l.rules.All = append(l.rules.All, r)
	return nil
}

func (l *loader) refuse(err error, file string) {
	if err == nil {
		return
	}
	p := &Problem{Line: 1, What: err.Error()}
	errors.As(err, &p)
	p.File = file
	l.problems = append(l.problems, *p)
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err == nil && len(text) > mostFile {
		err = fmt.Errorf("the file has more than %d bytes; write a file for each rule", mostFile)
	}
	return text, err
}

// slot is the number of a field.
func (l *loader) slot(field string) int {
	n, ok := l.rules.slots[field]
	if !ok {
		n = len(l.rules.slots)
		l.rules.slots[field] = n
	}
	return n
}

// link tells correlations the rules that they name, and leaves out those that miss one,
// that go in a circle, or whose name another rule has.
func (l *loader) link(off []string) {
	by := map[string]*Rule{}
	var kept []*Rule
	for _, r := range l.rules.All {
		r.off = slices.Contains(off, r.Name) || r.ID != "" && slices.Contains(off, r.ID)
		if other := by[r.Name]; other != nil {
			l.problems = append(l.problems, Problem{r.File, r.Line, fmt.Sprintf("%s:%d has the name %q too; give this rule another", other.File, other.Line, r.Name)})
			continue
		}
		by[r.Name] = r
		if r.ID != "" {
			by[r.ID] = r
		}
		kept = append(kept, r)
	}
	states := map[*Rule]int{} // 1 under way, 2 fit, 3 not
	l.rules.All = nil
	for _, r := range kept {
		if l.fit(r, by, states) && !r.off {
			l.rules.All = append(l.rules.All, r)
		}
	}
	for _, r := range l.rules.order {
		for i, name := range r.correlate.rules {
			base := by[name]
			// What only serves a correlation that is not wanted stays quiet too.
			if !r.off {
				base.feeds = append(base.feeds, feed{r, i})
			}
			base.referred = base.referred || !r.correlate.generate
		}
	}
	slices.Reverse(l.rules.order)
}

func (l *loader) fit(r *Rule, by map[string]*Rule, states map[*Rule]int) bool {
	if r.correlate == nil {
		return true
	}
	if states[r] != 0 {
		return states[r] == 2
	}
	states[r] = 1
	for _, name := range r.correlate.rules {
		base := by[name]
		if base == nil || !l.fit(base, by, states) {
			why := "is not there or cannot be used"
			if base != nil && states[base] == 1 {
				why = "looks at this correlation itself"
			}
			l.problems = append(l.problems, Problem{r.File, r.correlate.line, fmt.Sprintf("the rule %q, which the correlation looks at, %s; mend or leave it", strings.TrimSpace(name), why)})
			states[r] = 3
			return false
		}
	}
	states[r] = 2
	l.rules.order = append(l.rules.order, r)
	return true
}

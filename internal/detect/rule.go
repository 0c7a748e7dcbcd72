package detect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is why a rule is not used. The others are.
type Problem struct {
	File string
	Line int
	What string // and how it is mended
}

func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What) }

// Rule is a detection or a correlation, ready to be used.
type Rule struct {
	Name        string // by which alerts call it: its name, or its id, or its title
	ID          string
	Title       string
	Level       string // as Sigma has it
	Techniques  []string
	Description string
	Logsource   Logsource
	File        string
	Line        int

	when      predicate    // of a detection
	shown     []string     // fields that alerts tell
	correlate *correlation // of a correlation
	feeds     []feed       // correlations that look at it
	off       bool         // not wanted
	referred  bool         // by a correlation that does not want it to alert
}

// Alerts tells whether the rule raises alerts itself, and is not only looked at by
// correlations.
func (r *Rule) Alerts() bool { return !r.referred }

var levels = []string{"informational", "low", "medium", "high", "critical"}

// at is an error in a rule with its place.
func at(n *yaml.Node, format string, args ...any) error {
	line := 1
	if n != nil {
		line = n.Line
	}
	return &Problem{Line: line, What: fmt.Sprintf(format, args...)}
}

func (l *loader) rule(doc *yaml.Node, file string) (*Rule, error) {
	top, err := mapping(doc, "a rule")
	if err != nil {
		return nil, err
	}
	r := &Rule{File: file, Line: doc.Line, Level: "medium"}
	for key, into := range map[string]*string{"name": &r.Name, "id": &r.ID, "title": &r.Title, "level": &r.Level, "description": &r.Description} {
		if n := top.get(key); n != nil {
			if n.Kind != yaml.ScalarNode || len(n.Value) > mostPattern {
				return nil, at(n, "%s is not a short text; write one", key)
			}
			*into = strings.TrimSpace(n.Value)
		}
	}
	if r.Title == "" {
		return nil, at(doc, "the rule has no title; write what it finds")
	}
	if !slices.Contains(levels, r.Level) {
		return nil, at(top.get("level"), "the level %q is not known; write %s", r.Level, strings.Join(levels, ", "))
	}
	for _, s := range []string{r.ID, r.Title} {
		if r.Name == "" {
			r.Name = s
		}
	}
	if r.Techniques, err = techniques(top.get("tags")); err != nil {
		return nil, err
	}
	if n := top.get("fields"); n != nil {
		if r.shown, err = texts(n); err != nil {
			return nil, err
		}
	}
	switch c, d := top.get("correlation"), top.get("detection"); {
	case c != nil:
		r.correlate, err = readCorrelation(c)
	case d != nil:
		err = l.detection(r, top, d)
	default:
		err = at(doc, "the rule has neither detection nor correlation; write one of them")
	}
	return r, err
}

var technique = regexp.MustCompile(`^attack\.(t\d{4}(?:\.\d{3})?)$`)

// techniques are ATT&CK's among the tags.
func techniques(n *yaml.Node) ([]string, error) {
	if n == nil {
		return nil, nil
	}
	tags, err := texts(n)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, t := range tags {
		if m := technique.FindStringSubmatch(strings.ToLower(t)); m != nil {
			all = append(all, strings.ToUpper(m[1]))
		}
	}
	return all, nil
}

func (l *loader) detection(r *Rule, top object, n *yaml.Node) error {
	src := top.get("logsource")
	if src == nil {
		return at(n, "the rule has no logsource; write product, category or service")
	}
	logsource, err := mapping(src, "logsource")
	if err != nil {
		return err
	}
	for key, into := range map[string]*string{"product": &r.Logsource.Product, "category": &r.Logsource.Category, "service": &r.Logsource.Service} {
		if v := logsource.get(key); v != nil {
			*into = strings.ToLower(v.Value)
		}
	}
	d, err := mapping(n, "detection")
	if err != nil {
		return err
	}
	sel := named{by: map[string]predicate{}}
	var cond *yaml.Node
	for i, name := range d.keys {
		switch name.Value {
		case "condition":
			cond = d.values[i]
			continue
		case "timeframe":
			return at(name, "timeframe belongs to aggregations, which Sigma has dropped; write a correlation")
		}
		p, err := l.selection(r, d.values[i], 0)
		if err != nil {
			return err
		}
		sel.names, sel.by[name.Value] = append(sel.names, name.Value), p
	}
	if cond == nil {
		return at(n, "the detection has no condition; write which selections have to hold")
	}
	all, err := texts(cond)
	if err != nil {
		return err
	}
	var any either // a list is its alternatives
	for _, s := range all {
		p, err := condition(s, sel)
		if err != nil {
			return at(cond, "%v", err)
		}
		any = append(any, p)
	}
	if r.when = any; len(any) == 1 {
		r.when = any[0]
	}
	return nil
}

// selection is a map whose items all hold, or a list of alternatives: maps, or
// keywords.
func (l *loader) selection(r *Rule, n *yaml.Node, depth int) (predicate, error) {
	switch {
	case depth > 4:
		return nil, at(n, "selections are nested too deep; write lists of maps")
	case n.Kind == yaml.ScalarNode:
		return keywordsOf([]*yaml.Node{n}, modifiers{before: true, behind: true})
	case n.Kind == yaml.MappingNode:
		m, err := mapping(n, "a selection")
		if err != nil {
			return nil, err
		}
		var all both
		for i, key := range m.keys {
			p, err := l.item(r, key, m.values[i])
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return all, nil
	case n.Kind != yaml.SequenceNode || len(n.Content) == 0:
		return nil, at(n, "a selection is a map of fields or a list; write one")
	}
	var any either
	for _, c := range n.Content {
		p, err := l.selection(r, c, depth+1)
		if err != nil {
			return nil, err
		}
		any = append(any, p)
	}
	return any, nil
}

// item is one line of a selection: a field with modifiers, and its values.
func (l *loader) item(r *Rule, key, value *yaml.Node) (predicate, error) {
	parts := strings.Split(key.Value, "|")
	m, err := readModifiers(parts[1:])
	if err != nil {
		return nil, at(key, "%v", err)
	}
	values := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		values = value.Content
	}
	if len(values) == 0 || len(values) > mostValues {
		return nil, at(value, "%d values; write 1 to %d", len(values), mostValues)
	}
	for _, v := range values {
		if v.Kind != yaml.ScalarNode {
			return nil, at(v, "a value of %s is not a text or number; write one", key.Value)
		}
	}
	if parts[0] == "" {
		m.before, m.behind = true, true
		return keywordsOf(values, m)
	}
	slot := l.slot(parts[0])
	if !slices.Contains(r.shown, parts[0]) {
		r.shown = append(r.shown, parts[0])
	}
	return l.field(slot, m, values)
}

func (l *loader) field(slot int, m modifiers, values []*yaml.Node) (predicate, error) {
	if m.exists {
		switch strings.ToLower(values[0].Value) {
		case "true", "yes":
			return present{slot}, nil
		case "false", "no":
			return negated{present{slot}}, nil
		}
		return nil, at(values[0], "exists is true or false, not %q", values[0].Value)
	}
	tests := &has{slot: slot, all: m.all}
	var others []predicate
	for _, v := range values {
		switch {
		case m.fieldref:
			others = append(others, &same{slot, l.slot(v.Value), m.cased, m.before, m.behind})
		case v.Tag == "!!null":
			others = append(others, absent{slot})
		default:
			all, err := m.tests(v.Value)
			if err != nil {
				return nil, at(v, "%v", err)
			}
			if m.all && len(all) > 1 { // one of the forms of each value
				others = append(others, &has{slot: slot, tests: all})
				continue
			}
			tests.tests = append(tests.tests, all...)
		}
	}
	if len(tests.tests) > 0 {
		others = append(others, tests)
	}
	var p predicate = either(others)
	if m.all {
		p = both(others)
	} else if len(others) == 1 {
		p = others[0]
	}
	if m.not {
		p = negated{p}
	}
	return p, nil
}

func keywordsOf(values []*yaml.Node, m modifiers) (predicate, error) {
	if m.exists || m.fieldref || m.cidr || m.compare != "" {
		return nil, at(values[0], "keywords have no field for these modifiers; write a field's name before them")
	}
	if m.re {
		m.before, m.behind = false, false
	}
	k := &keywords{all: m.all}
	for _, v := range values {
		if v.Value == "" {
			return nil, at(v, "an empty keyword is in every line; write a word")
		}
		tests, err := m.tests(v.Value)
		if err != nil {
			return nil, at(v, "%v", err)
		}
		k.tests = append(k.tests, tests...)
	}
	if m.not {
		return negated{k}, nil
	}
	return k, nil
}

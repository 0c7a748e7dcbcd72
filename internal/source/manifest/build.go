package manifest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

// builder makes a body of a document's nodes.
type builder struct {
	values, bytes int // left
	placeholders  bool
	twice         []duplicate
	open          map[*yaml.Node]bool // anchors being expanded
}

type duplicate struct {
	key  string
	line int
}

type nodeError struct {
	line  int
	what  string
	limit bool
}

func (e *nodeError) Error() string { return e.what }

// document gives the body and the line of every path. Both are nil when the
// document is no object of the kind sought: it does not say what it is.
func (b *builder) document(root *yaml.Node) (map[string]any, map[string]int, error) {
	root = follow(root)
	if root == nil || root.Kind != yaml.MappingNode || !says(root, "kind") || !says(root, "apiVersion") {
		return nil, nil, nil
	}
	v, err := b.value(root, "", 0)
	if err != nil {
		return nil, nil, err
	}
	lines := map[string]int{}
	collect(root, "", lines, 0, new(int))
	return v.(map[string]any), lines, nil
}

func says(m *yaml.Node, key string) bool {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			v := follow(m.Content[i+1])
			return v != nil && v.Kind == yaml.ScalarNode && v.Value != ""
		}
	}
	return false
}

func follow(n *yaml.Node) *yaml.Node {
	for range 10 {
		if n == nil || n.Kind != yaml.AliasNode {
			return n
		}
		n = n.Alias
	}
	return nil
}

func (b *builder) value(n *yaml.Node, path string, depth int) (any, error) {
	if b.values--; b.values < 0 {
		return nil, &nodeError{n.Line, "the document is too large once its aliases are expanded", true}
	}
	if depth > maxDepth {
		return nil, &nodeError{n.Line, "the document is nested too deeply", true}
	}
	switch n.Kind {
	case yaml.AliasNode:
		if n.Alias == nil || b.open[n.Alias] {
			return nil, &nodeError{n.Line, fmt.Sprintf("alias %q stands inside what it names", n.Value), false}
		}
		return b.value(n.Alias, path, depth+1)
	case yaml.MappingNode:
		leave := b.enter(n)
		defer leave()
		return b.mapping(n, path, depth)
	case yaml.SequenceNode:
		leave := b.enter(n)
		defer leave()
		out := make([]any, 0, min(len(n.Content), b.values+1))
		for _, c := range n.Content {
			v, err := b.value(c, path, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.ScalarNode:
		if b.bytes -= len(n.Value); b.bytes < 0 {
			return nil, &nodeError{n.Line, "the document is too large once its aliases are expanded", true}
		}
		v := scalar(n)
		if s, ok := v.(string); ok {
			if strings.Contains(s, source.HoleOpen) {
				return hole(s), nil
			}
			if b.placeholders {
				return held(path, s), nil
			}
		}
		return v, nil
	}
	return nil, nil
}

func (b *builder) enter(n *yaml.Node) (leave func()) {
	if n.Anchor == "" {
		return func() {}
	}
	if b.open == nil {
		b.open = map[*yaml.Node]bool{}
	}
	b.open[n] = true
	return func() { delete(b.open, n) }
}

func (b *builder) mapping(n *yaml.Node, path string, depth int) (any, error) {
	out := make(map[string]any, len(n.Content)/2)
	var merged []*yaml.Node
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := follow(n.Content[i])
		if k == nil || k.Kind != yaml.ScalarNode {
			return nil, &nodeError{n.Content[i].Line, "a key is not plain text", false}
		}
		if k.ShortTag() == "!!merge" {
			merged = append(merged, n.Content[i+1])
			continue
		}
		key := k.Value
		v, err := b.value(n.Content[i+1], join(path, key), depth+1)
		if err != nil {
			return nil, err
		}
		if seen[key] {
			if len(b.twice) < 20 {
				b.twice = append(b.twice, duplicate{key, k.Line})
			}
			v = &source.Unknown{Reason: fmt.Sprintf("%s is written twice", key), NotNull: true}
		}
		seen[key] = true
		out[key] = v
	}
	for _, m := range merged {
		if err := b.merge(out, m, path, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// merge fills in from what << names; what is written itself stays, and of
// several the first that has a key gives it.
func (b *builder) merge(into map[string]any, n *yaml.Node, path string, depth int) error {
	from := follow(n)
	if from != nil && from.Kind == yaml.SequenceNode {
		for _, c := range from.Content {
			if depth > maxDepth {
				return &nodeError{n.Line, "the document is nested too deeply", true}
			}
			if err := b.merge(into, c, path, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	v, err := b.value(n, path, depth+1)
	if err != nil {
		return err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return &nodeError{n.Line, "<< names something that is no mapping", false}
	}
	for k, v := range m {
		if _, ok := into[k]; !ok {
			into[k] = v
		}
	}
	return nil
}

// scalar reads a plain value as Kubernetes does, whose rules are those of
// YAML 1.1: yes and on are true.
func scalar(n *yaml.Node) any {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 && n.Style&yaml.TaggedStyle == 0 {
		return n.Value
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		switch n.Value {
		case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
			return true
		}
		return false
	case "!!int", "!!float":
		var v any
		if err := n.Decode(&v); err != nil {
			return n.Value
		}
		switch x := v.(type) {
		case int:
			return float64(x)
		case int64:
			return float64(x)
		case uint64:
			return float64(x)
		case float64:
			if x == x && x-x == 0 { // neither NaN nor infinite
				return x
			}
		}
		return n.Value
	case "!!str":
		if n.Style&yaml.TaggedStyle == 0 {
			switch n.Value {
			case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
				return true
			case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
				return false
			}
		}
	}
	return n.Value
}

// collect notes the line of each path, of the first element where a list
// gives several.
func collect(n *yaml.Node, path string, lines map[string]int, depth int, count *int) {
	if *count++; n == nil || depth > maxDepth || *count > maxValues {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.ShortTag() == "!!merge" {
				continue
			}
			p := join(path, k.Value)
			if lines[p] == 0 {
				lines[p] = k.Line
			}
			collect(n.Content[i+1], p, lines, depth+1, count)
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			collect(c, path, lines, depth+1, count)
		}
	}
}

func sequence(n *yaml.Node, key string) []*yaml.Node {
	if n = follow(n); n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			if s := follow(n.Content[i+1]); s != nil && s.Kind == yaml.SequenceNode {
				return s.Content
			}
		}
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

var placeholder = regexp.MustCompile(`\$\{[A-Za-z_][^{}]*\}|\{\{[^{}]*\}\}`)

// hole is text in which a reader has marked what is not known.
func hole(s string) any {
	_, after, _ := strings.Cut(s, source.HoleOpen)
	name, _, _ := strings.Cut(after, source.HoleClose)
	return &source.Unknown{Reason: name + " is not given", NotNull: true, Text: s}
}

// ownText matches paths whose text may hold such marks for good: a shell's,
// or those of a program that reads the text.
var ownText = regexp.MustCompile(`(^|\.)(data|stringData|binaryData|command|args|env\.value|annotations|labels|description|query|expr)(\.|$)`)

// held makes text with placeholders unknown, and keeps what is known of it.
func held(path, s string) any {
	if len(s) > 4096 || !strings.Contains(s, "${") && !strings.Contains(s, "{{") || ownText.MatchString(path) {
		return s
	}
	text := placeholder.ReplaceAllStringFunc(s, func(m string) string { return source.HoleOpen + m + source.HoleClose })
	if text == s {
		return s
	}
	first := placeholder.FindString(s)
	return &source.Unknown{Reason: "placeholder " + strconv.Quote(first) + " is filled in elsewhere", NotNull: true, Text: text}
}

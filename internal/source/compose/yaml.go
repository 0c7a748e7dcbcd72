package compose

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

// parse returns the first document of the text, whose top is an object.
func parse(text []byte) (n *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser is another's
			n, err = nil, errors.New("cannot be parsed")
		}
	}()
	if nested(text) {
		return nil, fmt.Errorf("is nested more than %d deep", 10*maxDepth)
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("is no object")
	}
	return doc.Content[0], nil
}

// nested tells whether brackets are nested so deeply that parsing them would
// take the stack.
func nested(text []byte) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			if depth++; depth > 10*maxDepth {
				return true
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return false
}

var atLine = regexp.MustCompile(`line (\d+)`)

// lineOf is the line that a parser's message names.
func lineOf(err error) int {
	if m := atLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return line
	}
	return 0
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	return line
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < maxDepth; i++ {
		n = n.Alias
	}
	return n
}

// member is the value of an object's member, or nil.
func member(n *yaml.Node, name string) *yaml.Node {
	if n = resolve(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return resolve(n.Content[i+1])
		}
	}
	return nil
}

func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// visitor turns nodes into values of a resource's body.
type visitor struct {
	r     *reader
	left  int // nodes that may still be visited
	lines map[string]int
}

func (v *visitor) value(n *yaml.Node, path string, depth int) any {
	if v.left--; v.left <= 0 || depth > maxDepth {
		v.left = 0
		return nil
	}
	n = resolve(n)
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		v.members(n, path, depth, out)
		return out
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for _, e := range n.Content {
			out = append(out, v.value(e, path, depth+1))
		}
		return out
	case yaml.ScalarNode:
		return v.r.scalar(n)
	}
	return nil
}

// members adds an object's members to out; a merged one does not replace what
// the object has itself.
func (v *visitor) members(n *yaml.Node, path string, depth int, out map[string]any) {
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Value == "<<" {
			if value = resolve(value); value.Kind == yaml.SequenceNode {
				merged = append(merged, value.Content...)
			} else {
				merged = append(merged, value)
			}
			continue
		}
		at := key.Value
		if path != "" {
			at = path + "." + key.Value
		}
		if v.lines[at] == 0 {
			v.lines[at] = key.Line
		}
		out[key.Value] = v.value(value, at, depth+1)
	}
	for _, m := range merged {
		under, _ := v.value(m, path, depth+1).(map[string]any)
		for k, e := range under {
			if _, has := out[k]; !has {
				out[k] = e
			}
		}
	}
}

// scalar is a value with its variables put in.
func (r *reader) scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!int", "!!float":
		var f float64
		if n.Decode(&f) == nil {
			return f
		}
	}
	return r.interpolate(n.Value)
}

var variable = regexp.MustCompile(`\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^}]*))?\})`)

// interpolate puts variables into text, as Compose does.
func (r *reader) interpolate(text string) any {
	if !strings.Contains(text, "$") {
		return text
	}
	open := ""
	out := variable.ReplaceAllStringFunc(text, func(found string) string {
		m := variable.FindStringSubmatch(found)
		if found == "$$" {
			return "$"
		}
		name, op, word := m[1]+m[2], strings.TrimPrefix(m[3], ":"), m[4]
		value, set := r.env[name]
		set = set && (value != "" || !strings.HasPrefix(m[3], ":"))
		switch {
		case op == "+" && set:
			return word
		case op == "+":
			return ""
		case set:
			return value
		case op == "-":
			return word
		}
		open = name
		return source.HoleOpen + name + source.HoleClose
	})
	if open != "" {
		return &source.Unknown{Reason: "variable " + open + " has no default", NotNull: true, Text: out}
	}
	return out
}

// dotenv reads the variables of a file .env, if there is one.
func (r *reader) dotenv(file string) map[string]string {
	out := map[string]string{}
	text, err := r.tree.Read(file, maxFile)
	if err != nil {
		return out
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, value, ok := strings.Cut(line, "=")
		if ok && !strings.HasPrefix(line, "#") {
			out[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return out
}

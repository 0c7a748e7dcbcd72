package cloudformation

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	errNotUTF8 = errors.New("not UTF-8 text")
	errDeep    = errors.New("is nested too deeply to be read")
)

// textOf strips a byte order mark and refuses what is not UTF-8.
func textOf(src []byte) ([]byte, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(src) {
		return nil, errNotUTF8
	}
	return src, nil
}

// guardYAML measures text before the parser sees it, which keeps some 150
// bytes for each value and works through runs of brackets by recursion.
func guardYAML(src []byte) error {
	values, depth := 0, 0
	for _, c := range src {
		switch c {
		case '\n', ',', ':', '[', '{', '-':
			values++
		}
		switch c {
		case '[', '{':
			if depth++; depth > 50*maxNested {
				return errDeep
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	if values > 4*maxNodes {
		return errTooMany
	}
	return nil
}

// yamlReader turns the parser's nodes into ours.
type yamlReader struct {
	d     *document
	file  string
	done  map[*yaml.Node]*node // anchored nodes, for their aliases; nil while inside one
	total int                  // nodes so far, aliases followed
	bomb  bool                 // an alias was left out
}

func (d *document) readYAML(file string, src []byte) {
	if err := guardYAML(src); err != nil {
		d.broken(file, 0, "%s", err)
		return
	}
	doc, more, err := decodeYAML(src)
	if err != nil {
		what, line := yamlProblem(err)
		d.broken(file, line, "is not valid YAML: %s", what)
	}
	if doc == nil || len(doc.Content) == 0 {
		return
	}
	if more {
		d.broken(file, 0, "holds several YAML documents, of which CloudFormation takes one; only the first is read")
	}
	r := &yamlReader{d: d, file: file, done: map[*yaml.Node]*node{}}
	d.root = r.node(doc.Content[0], 0)
	d.comments = commentsOf(src, doc.Content[0])
}

// decodeYAML parses the first document. The parser is known to panic on some
// broken texts.
func decodeYAML(src []byte) (doc *yaml.Node, more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, errors.New("the parser gave up")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(src))
	doc = &yaml.Node{}
	if err := dec.Decode(doc); err != nil {
		return nil, false, err
	}
	if !bytes.Contains(src, []byte("\n---")) {
		return doc, false, nil
	}
	var next yaml.Node
	return doc, dec.Decode(&next) == nil && len(next.Content) > 0 && next.Content[0].Tag != "!!null", nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

func yamlProblem(err error) (what string, line int) {
	text, _, _ := strings.Cut(err.Error(), "\n")
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return text, 0
	}
	line, _ = strconv.Atoi(m[1])
	return m[2], line
}

// node converts one node. It never returns nil.
func (r *yamlReader) node(y *yaml.Node, depth int) *node {
	if y.Kind == yaml.AliasNode {
		return r.alias(y)
	}
	if y.Anchor != "" {
		r.done[y] = nil
	}
	n := &node{line: y.Line, end: y.Line, size: 1}
	switch {
	case depth > maxNested:
		if r.count(1) {
			r.d.broken(r.file, y.Line, "%s", errDeep)
			r.total = maxNodes // once is enough
		}
	case !r.count(1):
	case y.Kind == yaml.SequenceNode:
		n.kind = listNode
		for _, x := range y.Content {
			n.add(r.node(x, depth+1))
		}
	case y.Kind == yaml.MappingNode:
		n.kind = mapNode
		r.mapping(n, y, depth)
	case y.Kind == yaml.ScalarNode:
		r.scalar(n, y)
	}
	n = r.intrinsic(n, y)
	if y.Anchor != "" {
		r.done[y] = n
	}
	return n
}

func (n *node) add(x *node) {
	n.items = append(n.items, x)
	n.size += x.size
	n.end = max(n.end, x.end)
}

// count adds to the nodes met and reports whether there is room for them.
func (r *yamlReader) count(n int) bool {
	if r.total > maxNodes {
		return false
	}
	if r.total += n; r.total > maxNodes {
		r.d.broken(r.file, 0, "%s; what comes behind is not read", errTooMany)
		return false
	}
	return true
}

func (r *yamlReader) alias(y *yaml.Node) *node {
	n, met := r.done[y.Alias]
	switch {
	case n != nil && r.total+n.size <= maxNodes:
		r.total += n.size
		return n
	case n != nil && !r.bomb:
		r.bomb = true
		r.d.broken(r.file, y.Line, "%s, once its aliases are followed; *%s is left out", errTooMany, clip(y.Value))
	case met && n == nil:
		r.d.broken(r.file, y.Line, "the alias *%s stands inside what it is an alias of", clip(y.Value))
	}
	return &node{line: y.Line, end: y.Line, size: 1}
}

func (r *yamlReader) mapping(n *node, y *yaml.Node, depth int) {
	at := indexed{}
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], r.node(y.Content[i+1], depth+1)
		if k.Kind == yaml.AliasNode && k.Alias != nil {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			r.d.broken(r.file, k.Line, "a key must be text")
			continue
		}
		if k.Tag == "!!merge" {
			merged = append(merged, v.list()...)
			continue
		}
		name := clean(k.Value)
		if before := n.put(member{name, k.Line, v}, at); before != 0 {
			r.d.twice(r.file, name, before, k.Line)
		}
		n.size += v.size
		n.end = max(n.end, v.end)
	}
	for _, m := range merged { // what is written itself wins, then the earlier
		for _, e := range m.entries() {
			if _, have := at[e.name]; !have {
				n.put(e, at)
				n.size += e.val.size
			}
		}
	}
}

var (
	yamlNumber = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)
	yamlBools  = map[string]string{
		"true": "true", "True": "true", "TRUE": "true", "yes": "true", "Yes": "true", "YES": "true", "on": "true", "On": "true", "ON": "true",
		"false": "false", "False": "false", "FALSE": "false", "no": "false", "No": "false", "NO": "false", "off": "false", "Off": "false", "OFF": "false",
	}
)

// scalar decides on the type itself: CloudFormation reads YAML 1.1, but takes
// dates (as in Version: 2012-10-17) and numbers with leading zeros for text.
func (r *yamlReader) scalar(n *node, y *yaml.Node) {
	n.kind, n.text = textNode, clean(y.Value)
	if y.Style&yaml.LiteralStyle != 0 {
		n.end = y.Line + strings.Count(y.Value, "\n")
	}
	plain := y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	if !plain || y.Tag == "!!str" && y.Style&yaml.TaggedStyle != 0 || strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		return
	}
	switch v := y.Value; {
	case v == "" || v == "~" || v == "null" || v == "Null" || v == "NULL":
		n.kind = nullNode
	case yamlBools[v] != "":
		n.kind, n.text = boolNode, yamlBools[v]
	case len(v) < 40 && yamlNumber.MatchString(v):
		n.kind = numberNode
	}
}

// foreign begins the name of a tag that is none of CloudFormation's, such as
// !Rain::Embed of a tool that assembles templates.
const foreign = "Fn::!"

// intrinsic writes out a short form.
func (r *yamlReader) intrinsic(n *node, y *yaml.Node) *node {
	name, ok := strings.CutPrefix(y.Tag, "!")
	if !ok || name == "" || strings.HasPrefix(name, "!") {
		return n
	}
	full := "Fn::" + name
	switch {
	case name == "Ref" || name == "Condition":
		full = name
	case name == "GetAtt" && n.kind == textNode:
		n = splitAttribute(n)
	case !intrinsicNames[full]:
		full = foreign + name
	}
	return &node{kind: mapNode, line: n.line, end: n.end, size: n.size + 1, members: []member{{full, n.line, n}}}
}

// splitAttribute makes [Name, Attribute] of Name.Attribute.
func splitAttribute(n *node) *node {
	name, attr, ok := strings.Cut(n.text, ".")
	if !ok {
		return n
	}
	at := func(s string) *node { return &node{kind: textNode, line: n.line, end: n.end, size: 1, text: s} }
	return &node{kind: listNode, line: n.line, end: n.end, size: 3, items: []*node{at(name), at(attr)}}
}

// clip shortens text for a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	for i := most; i > 0; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i] + "…"
		}
	}
	return fmt.Sprintf("%d bytes", len(s))
}

package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

// Configuration in JSON is turned into the same expressions as the native
// syntax has, so that nothing behind the parser knows the difference. The
// provider's schema would tell a nested block from a map; without it, an
// object counts as a block unless its name or its keys say that it is a map.

// node is one JSON value with the line it stands on.
type node struct {
	line  int
	value any // nil, bool, json.Number, string, []*node, []member
}

type member struct {
	name  string
	line  int
	value *node
}

type jsonReader struct {
	dec   *json.Decoder
	lines []int // offset of each line's end
}

func (p *parsed) json(src []byte) {
	r := &jsonReader{dec: json.NewDecoder(bytes.NewReader(src))}
	r.dec.UseNumber()
	for i, c := range src {
		if c == '\n' {
			r.lines = append(r.lines, i)
		}
	}
	top, err := r.node(0)
	if err == nil && r.dec.More() {
		err = errors.New("text after the end of the document")
	}
	if err != nil {
		p.broken(r.line(), "syntax error: "+jsonError(err), "")
		return
	}
	for _, m := range members(top) {
		p.jsonTop(m)
	}
}

// jsonError describes err without quoting the document.
func jsonError(err error) string {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return "not valid JSON"
	}
	return err.Error()
}

func (r *jsonReader) line() int {
	off := int(r.dec.InputOffset())
	return 1 + sort.Search(len(r.lines), func(i int) bool { return r.lines[i] >= off })
}

func (r *jsonReader) node(depth int) (*node, error) {
	if depth > maxNesting {
		return nil, errDeep
	}
	tok, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.line()}
	switch tok {
	case json.Delim('{'):
		list := []member{}
		for r.dec.More() {
			key, err := r.dec.Token()
			if err != nil {
				return nil, err
			}
			m := member{line: r.line()}
			m.name, _ = key.(string)
			if m.value, err = r.node(depth + 1); err != nil {
				return nil, err
			}
			list = append(list, m)
		}
		n.value = list
		_, err = r.dec.Token()
	case json.Delim('['):
		list := []*node{}
		for r.dec.More() {
			x, err := r.node(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, x)
		}
		n.value = list
		_, err = r.dec.Token()
	default:
		n.value = tok
	}
	return n, err
}

// members returns an object's members; an array of objects counts as one
// object with the members of all.
func members(n *node) []member {
	switch v := n.value.(type) {
	case []member:
		return v
	case []*node:
		var out []member
		for _, x := range v {
			if m, ok := x.value.([]member); ok {
				out = append(out, m...)
			}
		}
		return out
	}
	return nil
}

// labelled tells how many labels the blocks of the language carry.
var labelled = map[string]int{
	"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1,
	"locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0, "check": 1, "ephemeral": 2,
}

func (p *parsed) jsonTop(m member) {
	n, known := labelled[m.name]
	if !known {
		return
	}
	p.jsonBlocks(m.name, nil, n, m.value, m.line)
}

func (p *parsed) jsonBlocks(typ string, labels []string, left int, n *node, line int) {
	if left > 0 {
		for _, m := range members(n) {
			if m.name != "//" {
				p.jsonBlocks(typ, append(slices.Clone(labels), m.name), left-1, m.value, m.line)
			}
		}
		return
	}
	list, ok := n.value.([]*node)
	if !ok {
		list = []*node{n}
	}
	for _, x := range list {
		ms, ok := x.value.([]member)
		if !ok {
			p.broken(x.line, "an object is wanted here", "")
			continue
		}
		b := &block{typ: typ, labels: labels, file: p.name, line: line, endLine: lastLine(x)}
		b.body = p.jsonBody(typ, ms)
		for _, m := range ms {
			if text, ok := m.value.value.(string); ok && m.name == "//" {
				b.comments = append(b.comments, source.Comment{Text: text, Line: m.line})
			}
		}
		p.blocks = append(p.blocks, b)
	}
}

func lastLine(n *node) int {
	last := n.line
	switch v := n.value.(type) {
	case []member:
		for _, m := range v {
			last = max(last, lastLine(m.value))
		}
	case []*node:
		for _, x := range v {
			last = max(last, lastLine(x))
		}
	}
	return last
}

// jsonBody sorts members into attributes and nested blocks.
func (p *parsed) jsonBody(within string, ms []member) *body {
	out := &body{attrs: map[string]*attr{}}
	for _, m := range ms {
		if m.name == "//" {
			continue
		}
		if m.name == "dynamic" && (within == "resource" || within == "data" || within == "content" || within == "provider") {
			for _, d := range members(m.value) {
				list, ok := d.value.value.([]*node)
				if !ok {
					list = []*node{d.value}
				}
				for _, x := range list {
					out.blocks = append(out.blocks, &block{
						typ: "dynamic", labels: []string{d.name}, file: p.name, line: d.line,
						endLine: lastLine(x), body: p.jsonBody("dynamic", members(x)),
					})
				}
			}
			continue
		}
		if objects := jsonNested(within, m); objects != nil {
			for _, o := range objects {
				inner := m.name
				if within != "dynamic" && within != "terraform" && inner != "content" {
					inner = "resource"
				}
				out.blocks = append(out.blocks, &block{
					typ: m.name, file: p.name, line: m.line, endLine: lastLine(o),
					body: p.jsonBody(inner, members(o)),
				})
			}
			continue
		}
		expr, err := p.jsonExpr(m.value, literalArgument(within, m.name))
		if err != nil {
			p.broken(m.line, m.name+": "+err.Error(), "")
			continue
		}
		out.attrs[m.name] = &attr{name: m.name, expr: expr, file: p.name, line: m.line}
	}
	return out
}

// literalArgument reports arguments whose string is not a template but the
// source of an expression (a type, a reference) or meant literally.
func literalArgument(within, name string) argumentStyle {
	switch {
	case within == "variable" && name == "type", name == "provider" && within == "resource", name == "provider" && within == "data":
		return expressionText
	case within == "variable", within == "module" && (name == "source" || name == "version"):
		return literalText
	}
	return templateText
}

type argumentStyle uint8

const (
	templateText argumentStyle = iota
	literalText
	expressionText
)

// jsonNested returns the objects of a member that stands for nested blocks,
// or nil when it is an attribute.
func jsonNested(within string, m member) []*node {
	switch within {
	case "locals", "variable", "output", "module":
		return nil
	}
	switch m.name {
	case "for_each", "count", "depends_on", "providers", "default":
		return nil
	case "content", "assume_role", "default_tags", "required_providers":
		if _, ok := m.value.value.([]member); ok {
			return []*node{m.value}
		}
	}
	if mapArguments[m.name] {
		return nil
	}
	list, ok := m.value.value.([]*node)
	if !ok {
		list = []*node{m.value}
	}
	if len(list) == 0 {
		return nil
	}
	for _, x := range list {
		ms, ok := x.value.([]member)
		if !ok || len(ms) == 0 && len(list) == 1 && len(m.name) == 0 {
			return nil
		}
		for _, y := range ms {
			if y.name != "//" && !argumentName(y.name) {
				return nil
			}
		}
	}
	return list
}

// mapArguments are arguments that are maps in about every provider.
var mapArguments = map[string]bool{
	"tags": true, "tags_all": true, "labels": true, "annotations": true, "variables": true,
	"parameters": true, "metadata": true, "environment_variables": true, "app_settings": true,
	"settings": true, "request_parameters": true, "response_parameters": true, "match_labels": true,
	"node_selector": true, "default_arguments": true, "user_labels": true, "resource_labels": true,
	"default_labels": true, "triggers": true, "keepers": true, "input": true, "triggers_replace": true,
}

func argumentName(s string) bool {
	for i, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func (p *parsed) jsonExpr(n *node, style argumentStyle) (hclsyntax.Expression, error) {
	rng := hcl.Range{Filename: p.name, Start: hcl.Pos{Line: n.line, Column: 1}, End: hcl.Pos{Line: n.line, Column: 1}}
	literal := func(v cty.Value) hclsyntax.Expression { return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: rng} }
	switch v := n.value.(type) {
	case nil:
		return literal(cty.NullVal(cty.DynamicPseudoType)), nil
	case bool:
		return literal(cty.BoolVal(v)), nil
	case json.Number:
		if len(v) > 400 {
			return nil, errors.New("number is too large")
		}
		num, err := cty.ParseNumberVal(v.String())
		if err != nil {
			return nil, errors.New("not a number")
		}
		return literal(num), nil
	case string:
		return p.jsonString(v, rng, style)
	case []*node:
		out := &hclsyntax.TupleConsExpr{SrcRange: rng, OpenRange: rng}
		for _, x := range v {
			e, err := p.jsonExpr(x, style)
			if err != nil {
				return nil, err
			}
			out.Exprs = append(out.Exprs, e)
		}
		return out, nil
	case []member:
		out := &hclsyntax.ObjectConsExpr{SrcRange: rng, OpenRange: rng}
		for _, m := range v {
			if m.name == "//" {
				continue
			}
			key, err := p.jsonString(m.name, rng, style)
			if err != nil {
				return nil, err
			}
			e, err := p.jsonExpr(m.value, style)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: e})
		}
		return out, nil
	}
	return nil, fmt.Errorf("unexpected %T", n.value)
}

func (p *parsed) jsonString(s string, rng hcl.Range, style argumentStyle) (hclsyntax.Expression, error) {
	template := strings.Contains(s, "${") || strings.Contains(s, "%{")
	switch {
	case style == expressionText && !strings.HasPrefix(s, "${"):
		if strings.Count(s, "(")+strings.Count(s, "{")+strings.Count(s, "[") > maxNesting {
			return nil, errDeep
		}
		tokens, _ := hclsyntax.LexExpression([]byte(s), p.name, rng.Start)
		if tooDeep(tokens) > 0 {
			return nil, errDeep
		}
		e, diags := hclsyntax.ParseExpression([]byte(s), p.name, rng.Start)
		if diags.HasErrors() {
			return nil, errors.New("not an expression")
		}
		return e, nil
	case style != literalText && template:
		return parseTemplate([]byte(s), p.name, rng.Start)
	}
	return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(s), SrcRange: rng}, nil
}

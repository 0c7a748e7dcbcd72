package cloudformation

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

// commented holds the lines of a YAML template, for what the parser does not
// tell: where comments stand and where a mapping's entry ends.
type commented struct {
	lines [][]byte
	text  []bool // lines that belong to a block scalar
}

// commentsOf prepares the lines of src. root tells which are text.
func commentsOf(src []byte, root *yaml.Node) *commented {
	c := &commented{lines: bytes.Split(src, []byte{'\n'})}
	c.text = make([]bool, len(c.lines))
	c.mark(root, 0, 0)
	return c
}

// mark notes the lines of block scalars below y, whose parent is indented by n.
func (c *commented) mark(y *yaml.Node, n, depth int) {
	if depth > maxNested {
		return
	}
	switch y.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			c.mark(y.Content[i+1], y.Content[i].Column-1, depth+1)
		}
	case yaml.SequenceNode:
		for _, x := range y.Content {
			c.mark(x, y.Column-1, depth+1)
		}
	case yaml.ScalarNode:
		if y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			return
		}
		for i := y.Line; i < len(c.lines); i++ {
			if in := indent(c.lines[i]); in >= 0 && in <= n {
				return
			}
			c.text[i] = true
		}
	}
}

// indent counts the spaces a line begins with; -1 for an empty line.
func indent(line []byte) int {
	for i, b := range line {
		if b != ' ' {
			if b == '\r' || b == '\t' && len(bytes.TrimSpace(line)) == 0 {
				return -1
			}
			return i
		}
	}
	return -1
}

// span finds where the entry whose key stands at line ends, and the comments
// that stand in it and just above it.
func (c *commented) span(line, end int) (int, []source.Comment) {
	if c == nil || line < 1 || line > len(c.lines) {
		return end, nil
	}
	own := indent(c.lines[line-1])
	last := line
	for i := line; i < len(c.lines); i++ {
		in := indent(c.lines[i])
		if c.text[i] {
			last = i + 1
			continue
		}
		if in < 0 || c.lines[i][in] == '#' && in <= own {
			continue
		}
		if in <= own {
			break
		}
		last = i + 1
	}
	last = max(last, end)
	first := line - 1
	for ; first > 0 && !c.text[first-1]; first-- {
		above := c.lines[first-1]
		if in := indent(above); in < 0 || above[in] != '#' || in > own { // a deeper one closes what stands before
			break
		}
	}
	var out []source.Comment
	for i := first; i < last && i < len(c.lines); i++ {
		if c.text[i] {
			continue
		}
		if text := commentIn(c.lines[i]); text != "" {
			out = append(out, source.Comment{Text: text, Line: i + 1})
		}
	}
	return last, out
}

// commentIn returns the comment of a line. Quotes hide a # in text.
func commentIn(line []byte) string {
	if bytes.IndexByte(line, '#') < 0 {
		return ""
	}
	quote := byte(0)
	for i, b := range line {
		switch {
		case quote == '"' && b == '\\':
			// the next one does not end the text; two in a row are rare enough
		case quote != 0:
			if b == quote && (i == 0 || quote != '"' || line[i-1] != '\\') {
				quote = 0
			}
		case (b == '"' || b == '\'') && (i == 0 || bytes.IndexByte([]byte(" \t[{,:"), line[i-1]) >= 0):
			quote = b
		case b == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return strings.TrimSpace(strings.TrimLeft(string(line[i:]), "#"))
		}
	}
	return ""
}

// Package plainyaml reads the part of YAML in which Demarc's own data files are
// written, some ten times faster than a library that knows all of it: a run
// reads a few hundred of those files, which took a third of a small run's time.
//
// It is for the built-in data alone. A test holds everything it reads of that to
// be what the library makes of it; whatever it does not know, and whatever
// does not fit, it declines, and the library has the word. Files that people
// give are always read by the library.
package plainyaml

import (
	"errors"
	"reflect"
	"strings"
)

// errDecline says that the text is not as plain as this package knows it.
var errDecline = errors.New("not in the plain form")

// Decode reads text into v, a pointer, as a strict decoder does, by the tags
// named yaml. After an error v may hold parts of it.
func Decode(text []byte, v any) error {
	p := &parser{text: string(text)}
	root, err := p.document()
	if err != nil {
		return err
	}
	return fill(reflect.ValueOf(v).Elem(), root)
}

// kind of a node.
type kind uint8

const (
	null   kind = iota
	plain       // a scalar without quotes: text, number, truth
	quoted      // surely text
	list
	object
)

// node is a value as it is written.
type node struct {
	kind  kind
	text  string
	keys  []string // of an object, one for each item
	items []node
}

// parser goes through the text once. In blocks, at stands at the beginning of a
// line or of what follows a key or dash on it.
type parser struct {
	text    string
	at      int
	anchors map[string]node
}

func (p *parser) document() (node, error) {
	indent, ok := p.nextLine()
	if !ok {
		return node{}, nil
	}
	if indent != 0 || strings.HasPrefix(p.text, "---") || strings.ContainsAny(p.text, "\t\r") {
		return node{}, errDecline
	}
	n, err := p.block(0)
	if err == nil && p.at < len(p.text) {
		err = errDecline
	}
	return n, err
}

// nextLine skips empty lines and comments, and tells the indentation of the
// line after them. It leaves at at the line's beginning.
func (p *parser) nextLine() (indent int, ok bool) {
	for p.at < len(p.text) {
		i := p.at
		for i < len(p.text) && p.text[i] == ' ' {
			i++
		}
		if i == len(p.text) {
			break
		}
		if c := p.text[i]; c != '\n' && c != '#' {
			return i - p.at, true
		}
		p.skipLine()
	}
	p.at = len(p.text)
	return 0, false
}

func (p *parser) skipLine() {
	if i := strings.IndexByte(p.text[p.at:], '\n'); i >= 0 {
		p.at += i + 1
		return
	}
	p.at = len(p.text)
}

// line is the rest of the line.
func (p *parser) line() string {
	line, _, _ := strings.Cut(p.text[p.at:], "\n")
	return line
}

// endLine goes past the rest of the line, which may be no more than a comment.
func (p *parser) endLine() error {
	if rest := strings.TrimLeft(p.line(), " "); rest != "" && (rest[0] != '#' || p.text[p.at] != ' ') {
		return errDecline
	}
	p.skipLine()
	return nil
}

func (p *parser) spaces() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// isItem tells whether a line begins an item of a list.
func isItem(line string) bool { return line == "-" || strings.HasPrefix(line, "- ") }

// block reads the list or object whose lines have the indentation, the first
// of which begins at at.
func (p *parser) block(indent int) (node, error) {
	p.at += indent
	switch line := p.line(); {
	case isItem(line):
		return p.blockList(indent)
	case line[0] == '[' || line[0] == '{':
		n, err := p.flow()
		if err != nil {
			return node{}, err
		}
		return n, p.endLine()
	}
	return p.blockObject(indent)
}

// more tells whether the next line has the indentation, and goes to its text.
func (p *parser) more(indent int) (bool, error) {
	got, ok := p.nextLine()
	if !ok || got < indent {
		return false, nil
	}
	if got > indent {
		return false, errDecline
	}
	p.at += indent
	return true, nil
}

func (p *parser) blockList(indent int) (node, error) {
	out := node{kind: list}
	for {
		p.at++ // the dash
		start := p.at
		p.spaces()
		var item node
		var err error
		if _, isKey := p.key(); isKey {
			item, err = p.blockObject(indent + 1 + p.at - start)
		} else if isItem(p.line()) {
			err = errDecline
		} else {
			item, err = p.value(indent, false)
		}
		if err != nil {
			return node{}, err
		}
		out.items = append(out.items, item)
		ok, err := p.more(indent)
		if err != nil {
			return node{}, err
		}
		if ok && !isItem(p.line()) { // the next key of an object around a list that is not indented
			p.at -= indent
			ok = false
		}
		if !ok {
			return out, nil
		}
	}
}

func (p *parser) blockObject(indent int) (node, error) {
	out := node{kind: object}
	for {
		key, ok := p.key()
		if !ok {
			return node{}, errDecline
		}
		p.at += key.length
		if err := out.addKey(key.text); err != nil {
			return node{}, err
		}
		value, err := p.value(indent, true)
		if err != nil {
			return node{}, err
		}
		out.items = append(out.items, value)
		ok, err = p.more(indent)
		if err != nil {
			return node{}, err
		}
		if !ok {
			return out, nil
		}
	}
}

func (n *node) addKey(key string) error {
	if key == "<<" || key == "" {
		return errDecline
	}
	n.keys = append(n.keys, key)
	return nil
}

// key is the key at the beginning of a line.
type key struct {
	text   string
	length int // with quotes and colon
}

func (p *parser) key() (key, bool) {
	line := p.line()
	if line == "" {
		return key{}, false
	}
	switch c := line[0]; c {
	case '"', '\'':
		end := strings.IndexByte(line[1:], c)
		if end < 0 || strings.IndexByte(line[1:1+end], '\\') >= 0 {
			return key{}, false
		}
		rest := line[end+2:]
		return key{line[1 : 1+end], end + 3}, rest == ":" || strings.HasPrefix(rest, ": ")
	case '[', '{', '&', '*', '!', '|', '>', '%', '@', '`', '?', '#':
		return key{}, false
	}
	end := strings.Index(line, ": ")
	if comment := strings.Index(line, " #"); end < 0 || comment >= 0 && comment < end {
		if comment >= 0 || !strings.HasSuffix(line, ":") {
			return key{}, false
		}
		end = len(line) - 1
	}
	return key{line[:end], end + 1}, true
}

// value reads what follows a key or a dash that stands at the indentation, to
// the end of its last line.
func (p *parser) value(indent int, ofKey bool) (node, error) {
	p.spaces()
	anchor := p.anchor()
	n, err := p.unnamed(indent, ofKey)
	if err == nil {
		p.keep(anchor, n)
	}
	return n, err
}

// anchor reads the name under which others use what follows, where there is one.
func (p *parser) anchor() string {
	if p.at == len(p.text) || p.text[p.at] != '&' {
		return ""
	}
	p.at++
	name := p.name()
	p.spaces()
	return name
}

func (p *parser) keep(anchor string, n node) {
	if anchor == "" {
		return
	}
	if p.anchors == nil {
		p.anchors = map[string]node{}
	}
	p.anchors[anchor] = n
}

// name is that of an anchor.
func (p *parser) name() string {
	start := p.at
	for p.at < len(p.text) && !strings.ContainsRune(" \n,]}", rune(p.text[p.at])) {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *parser) unnamed(indent int, ofKey bool) (node, error) {
	line := p.line()
	if line == "" || line[0] == '#' {
		return p.below(indent, ofKey)
	}
	switch line[0] {
	case '|', '>':
		return p.blockText(indent)
	case '[', '{', '"', '\'', '*':
		n, err := p.flow()
		if err != nil {
			return node{}, err
		}
		return n, p.endLine()
	case '&', '!', '%', '@', '`':
		return node{}, errDecline
	}
	if strings.HasPrefix(line, "? ") || strings.HasPrefix(line, "- ") {
		return node{}, errDecline
	}
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	if strings.Contains(line, ": ") || strings.HasSuffix(line, ":") {
		return node{}, errDecline
	}
	p.skipLine()
	if got, ok := p.nextLine(); ok && got > indent { // the text goes on there
		return node{}, errDecline
	}
	return node{kind: plain, text: strings.TrimRight(line, " ")}, nil
}

// below reads the block on the lines after a key, or nothing.
func (p *parser) below(indent int, ofKey bool) (node, error) {
	p.skipLine()
	got, ok := p.nextLine()
	switch {
	case !ok:
	case got > indent:
		return p.block(got)
	case got == indent && ofKey && isItem(p.line()[got:]):
		return p.block(got)
	}
	return node{}, nil
}

// blockText reads a text of several lines that begins with | or >.
func (p *parser) blockText(indent int) (node, error) {
	header := p.line()
	style, rest := header[0], strings.TrimRight(header[1:], " ")
	if rest != "" && rest != "-" {
		return node{}, errDecline
	}
	p.skipLine()
	var lines []string
	width := 0 // indentation of the text
	for p.at < len(p.text) {
		line := p.line()
		text := strings.TrimLeft(line, " ")
		if text == "" {
			lines = append(lines, "")
			p.skipLine()
			continue
		}
		if width == 0 {
			width = len(line) - len(text)
		}
		if got := len(line) - len(text); got <= indent || width <= indent {
			break
		} else if got < width {
			return node{}, errDecline
		}
		lines = append(lines, line[width:])
		p.skipLine()
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 || lines[0] == "" {
		return node{}, errDecline
	}
	end := ""
	if rest == "" {
		end = "\n"
	}
	if style == '|' {
		return node{kind: quoted, text: strings.Join(lines, "\n") + end}, nil
	}
	text, err := folded(lines)
	return node{kind: quoted, text: text + end}, err
}

// folded joins lines by spaces, and paragraphs by line ends. Lines that are
// indented further keep their ends.
func folded(lines []string) (string, error) {
	var b strings.Builder
	b.WriteString(lines[0])
	for i, line := range lines[1:] {
		if line == "" {
			return "", errDecline
		}
		if line[0] == ' ' || lines[i][0] == ' ' {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String(), nil
}

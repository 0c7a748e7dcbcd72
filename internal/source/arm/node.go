package arm

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxFile is far above the 4 MB that Azure itself accepts.
	maxFile = 16 << 20
	// maxNesting bounds the depth of a file, nested templates included.
	maxNesting = 200
	maxNodes   = 1_000_000
)

// node is one JSON value of a template with the lines it stands on. An object
// keeps its members in the order they are written.
type node struct {
	kind      jsontext.Kind
	line, end int
	text      string
	number    float64
	names     []string
	values    []*node // of an object or array
	twice     map[string]bool
	open      *unknown // of a template that an expression gives: this part is not known
}

// get returns the member of that name, in whatever case it is written, or nil.
func (n *node) get(name string) *node {
	if n == nil || n.kind != '{' {
		return nil
	}
	for i, have := range n.names {
		if len(have) == len(name) && strings.EqualFold(have, name) {
			return n.values[i]
		}
	}
	return nil
}

// str is the text of a string member, or "".
func (n *node) str(name string) string {
	if m := n.get(name); m != nil && m.kind == '"' {
		return m.text
	}
	return ""
}

// parser builds nodes and notes what is odd about them.
type parser struct {
	t     *text
	dec   *jsontext.Decoder
	nodes int
	// twice is told of every name that comes twice in one object.
	twice func(name string, line int)
}

// parse reads the one value that a file holds.
func (t *text) parse(twice func(name string, line int)) (*node, error) {
	p := &parser{t: t, twice: twice, dec: jsontext.NewDecoder(bytes.NewReader(t.json),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	n, err := p.value(maxNesting)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, &brokenError{what: "something follows the end of the template", line: p.line()}
	}
	return n, nil
}

func (p *parser) line() int { return p.t.lineAt(int(p.dec.InputOffset())) }

// ahead is the line on which the next token begins.
func (p *parser) ahead() int {
	at := int(p.dec.InputOffset())
	for at < len(p.t.json) && strings.IndexByte(",: \n\r\t", p.t.json[at]) >= 0 {
		at++
	}
	return p.t.lineAt(at)
}

func (p *parser) value(depth int) (*node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, &brokenError{what: "it holds more than 1,000,000 values", line: p.line(), limit: true}
	}
	n := &node{kind: p.dec.PeekKind(), line: p.ahead()}
	if (n.kind == '{' || n.kind == '[') && depth == 0 {
		return nil, &brokenError{what: "values nest deeper than 200 levels", line: n.line, limit: true}
	}
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, p.fail(err)
	}
	switch n.kind {
	case '"':
		n.text = unforged.Replace(strings.ToValidUTF8(tok.String(), "\uFFFD"))
	case '0':
		n.number, _ = strconv.ParseFloat(tok.String(), 64)
		n.number = max(-math.MaxFloat64, min(n.number, math.MaxFloat64))
	case '{':
		err = p.object(n, depth)
	case '[':
		err = p.array(n, depth)
	}
	n.end = p.line()
	return n, err
}

func (p *parser) object(n *node, depth int) error {
	seen := map[string]int{}
	for p.dec.PeekKind() != '}' {
		line := p.ahead()
		tok, err := p.dec.ReadToken()
		if err != nil {
			return p.fail(err)
		}
		name := unforged.Replace(strings.ToValidUTF8(tok.String(), "\uFFFD"))
		v, err := p.value(depth - 1)
		if err != nil {
			return err
		}
		if at, ok := seen[name]; ok {
			if p.twice != nil {
				p.twice(name, line)
			}
			if n.twice == nil {
				n.twice = map[string]bool{}
			}
			n.twice[name], n.values[at] = true, v
			continue
		}
		seen[name] = len(n.names)
		n.names, n.values = append(n.names, name), append(n.values, v)
	}
	return p.close()
}

func (p *parser) array(n *node, depth int) error {
	for p.dec.PeekKind() != ']' {
		v, err := p.value(depth - 1)
		if err != nil {
			return err
		}
		n.values = append(n.values, v)
	}
	return p.close()
}

func (p *parser) close() error {
	if _, err := p.dec.ReadToken(); err != nil {
		return p.fail(err)
	}
	return nil
}

// fail words an error of the decoder for the reader of a report.
func (p *parser) fail(err error) error {
	e := &brokenError{line: p.line()}
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		e.line, err = p.t.lineAt(int(se.ByteOffset)), se.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		e.what = "the file ends in the middle: it is truncated"
	} else {
		e.what = "it is not valid JSON: " + clip(strings.TrimPrefix(err.Error(), "jsontext: "), 200)
	}
	return e
}

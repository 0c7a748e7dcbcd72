package manifest

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

func isJSON(src []byte) bool {
	t := bytes.TrimLeft(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(t) == 0 || t[0] != '{' {
		return false
	}
	t = bytes.TrimLeft(t[1:], " \t\r\n")
	return len(t) > 0 && t[0] == '"' // {a: b} is YAML
}

// readJSON reads JSON documents that follow one another. YAML's parser would
// do for most of them; some escapes and long lines it does not take.
func readJSON(src []byte, opt Options, yield func(*source.Resource), problem func(Problem)) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	p := jsonParser{
		dec: jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		src: src, line: 1,
	}
	for range maxDocuments {
		begin := p.at() // moves past blank space
		root, err := p.value(0)
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			if line, mark := templateMark(src); mark != "" {
				problem(*unrendered(1+line, mark))
				return
			}
			problem(Problem{Kind: broken, Line: p.at(), What: "it is not valid JSON: " + reason(err), Mend: "mend the file", Fatal: true})
			return
		}
		c := &chunk{line: 1, start: begin, lines: p.at(), json: root}
		if err := c.objects(root, opt, yield, problem); err != nil {
			problem(*err)
		}
	}
}

func reason(err error) string {
	var se *jsontext.SyntacticError
	if errors.As(err, &se) && se.Err != nil {
		return se.Err.Error()
	}
	if e, ok := errors.AsType[*nodeError](err); ok {
		return e.what
	}
	return strings.TrimPrefix(firstLine(err.Error()), "jsontext: ")
}

// jsonParser makes nodes of JSON, so that both forms go one way from there.
type jsonParser struct {
	dec  *jsontext.Decoder
	src  []byte
	pos  int
	line int
	n    int
}

// at is the line of the next token, or of the end.
func (p *jsonParser) at() int {
	to := int(min(p.dec.InputOffset(), int64(len(p.src))))
	for to < len(p.src) && strings.IndexByte(" \t\r\n,:", p.src[to]) >= 0 {
		to++
	}
	if to > p.pos {
		p.line += bytes.Count(p.src[p.pos:to], []byte("\n"))
		p.pos = to
	}
	return p.line
}

func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	line := p.at()
	if p.n++; p.n > 4*maxValues || depth > maxDepth {
		return nil, &nodeError{line, "the document is too large or nested too deeply", true}
	}
	t, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: line}
	switch t.Kind() {
	case '{', '[':
		n.Kind = yaml.MappingNode
		if t.Kind() == '[' {
			n.Kind = yaml.SequenceNode
		}
		for {
			if k := p.dec.PeekKind(); k == '}' || k == ']' {
				_, err := p.dec.ReadToken()
				return n, err
			}
			c, err := p.value(depth + 1)
			if err != nil {
				if errors.Is(err, io.EOF) {
					err = io.ErrUnexpectedEOF
				}
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
	case '"':
		n.Value, n.Tag, n.Style = t.String(), "!!str", yaml.DoubleQuotedStyle
	case '0':
		n.Value, n.Tag = t.String(), "!!float"
	case 't', 'f':
		n.Value, n.Tag = t.String(), "!!bool"
	default:
		n.Tag = "!!null"
	}
	return n, nil
}

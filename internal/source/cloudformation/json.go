package cloudformation

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/source"
)

// jsonReader builds nodes from JSON text and counts lines on the way.
type jsonReader struct {
	d     *document
	file  string
	src   []byte
	dec   *jsontext.Decoder
	upTo  int // offset up to which lines are counted
	line  int
	nodes int
}

var errTooMany = errors.New("holds more values than a template may have")

// readJSON reads a JSON template. It reports false when the text is not JSON
// at all, so that it may be tried as YAML.
func (d *document) readJSON(file string, src []byte) bool {
	r := &jsonReader{
		d: d, file: file, src: src, line: 1,
		dec: jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true)),
	}
	root, err := r.value(0)
	d.root = root
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
			d.broken(file, r.lineAt(int(r.dec.InputOffset())), "something stands behind the end of the template")
		}
	case errors.As(err, &syntax):
		line := r.lineAt(int(syntax.ByteOffset))
		if root == nil || len(root.members) == 0 {
			return false
		}
		d.broken(file, line, "is not valid JSON: %s", problem(syntax))
	default:
		d.broken(file, r.lineAt(int(r.dec.InputOffset())), "%s", err)
	}
	return true
}

// problem is the decoder's complaint without its package's name.
func problem(err *jsontext.SyntacticError) string {
	if err.Err != nil {
		return err.Err.Error()
	}
	return "unexpected text"
}

// lineAt counts on from where it last was; offsets mostly grow.
func (r *jsonReader) lineAt(offset int) int {
	offset = min(offset, len(r.src))
	if offset < r.upTo {
		return 1 + bytes.Count(r.src[:offset], []byte{'\n'})
	}
	r.line += bytes.Count(r.src[r.upTo:offset], []byte{'\n'})
	r.upTo = offset
	return r.line
}

// value reads the next value. What was read before an error is returned too.
func (r *jsonReader) value(depth int) (*node, error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, errTooMany
	}
	if depth > maxNested {
		return nil, errDeep
	}
	tok, err := r.dec.ReadToken()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = &jsontext.SyntacticError{ByteOffset: r.dec.InputOffset(), Err: io.ErrUnexpectedEOF}
		}
		return nil, err
	}
	n := &node{line: r.lineAt(int(r.dec.InputOffset())), size: 1}
	n.end = n.line
	switch tok.Kind() {
	case 'n':
		n.kind = nullNode
	case 't', 'f':
		n.kind, n.text = boolNode, tok.String()
	case '0':
		n.kind, n.text = numberNode, tok.String()
	case '"':
		n.kind, n.text = textNode, clean(tok.String())
	case '[':
		n.kind = listNode
		err = r.items(n, depth)
	case '{':
		n.kind = mapNode
		err = r.members(n, depth)
	}
	return n, err
}

func (r *jsonReader) items(n *node, depth int) error {
	for r.dec.PeekKind() != ']' {
		x, err := r.value(depth + 1)
		if x != nil {
			n.items = append(n.items, x)
			n.size += x.size
			n.end = x.end
		}
		if err != nil {
			return err
		}
	}
	return r.close(n)
}

func (r *jsonReader) members(n *node, depth int) error {
	at := indexed{}
	for r.dec.PeekKind() != '}' {
		tok, err := r.dec.ReadToken()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = &jsontext.SyntacticError{ByteOffset: r.dec.InputOffset(), Err: io.ErrUnexpectedEOF}
			}
			return err
		}
		name := clean(tok.String())
		line := r.lineAt(int(r.dec.InputOffset()))
		x, err := r.value(depth + 1)
		if x != nil {
			if before := n.put(member{name, line, x}, at); before != 0 {
				r.d.twice(r.file, name, before, line)
			}
			n.size += x.size
			n.end = x.end
		}
		if err != nil {
			return err
		}
	}
	return r.close(n)
}

func (r *jsonReader) close(n *node) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	n.end = r.lineAt(int(r.dec.InputOffset()))
	return nil
}

// maxTwice bounds how many duplicate keys are told of one by one.
const maxTwice = 20

// twice notes a key that a mapping has twice.
func (d *document) twice(file, name string, first, second int) {
	if d.gapsAbout++; d.gapsAbout > maxTwice {
		return
	}
	d.gaps = append(d.gaps, source.Gap{
		Kind: "file", What: fmt.Sprintf("%s: the key %q stands twice in the same mapping, first in line %d; the later one is read", file, clip(name), first),
		Mend: "remove one of the two", At: location(file, second),
	})
}

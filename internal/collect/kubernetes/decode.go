package kubernetes

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of what an API server may send. Objects are at most some 3 MB in the
// database behind it.
const (
	maxObject = 32 << 20
	maxDepth  = 200
)

// page is a list but for its objects.
type page struct {
	goOn    string // metadata.continue
	columns []column
}

type column struct {
	Name string `json:"name"`
}

var errTooLarge = &shapeError{"an object of the answer is too large"}

// budget reads at most as much as is left of it.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// decode reads a list, or a table, and hands on each of its objects as it
// comes. No more than one is held at a time.
func decode(r io.Reader, each func(item map[string]any, columns []column) error) (page, error) {
	b := &budget{r: r, left: maxObject}
	dec := jsontext.NewDecoder(bufio.NewReaderSize(b, 32<<10), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	p, err := (&decoder{dec: dec, budget: b, each: each}).list()
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		return p, &shapeError{"the answer is no JSON: " + oneLine(se.Error())}
	}
	return p, err
}

type decoder struct {
	dec    *jsontext.Decoder
	budget *budget
	each   func(map[string]any, []column) error
	page   page
}

func (d *decoder) list() (page, error) {
	if err := d.open('{', "a list"); err != nil {
		return d.page, err
	}
	for d.dec.PeekKind() != '}' {
		key, err := d.dec.ReadToken()
		if err != nil {
			return d.page, err
		}
		if err := d.member(key.String()); err != nil {
			return d.page, err
		}
	}
	_, err := d.dec.ReadToken()
	return d.page, err
}

func (d *decoder) member(key string) error {
	switch key {
	case "metadata":
		var m struct {
			Continue string `json:"continue"`
		}
		err := d.value(&m)
		d.page.goOn = m.Continue
		return err
	case "columnDefinitions":
		return d.value(&d.page.columns)
	case "items", "rows":
		return d.items()
	}
	return d.value(nil)
}

func (d *decoder) items() error {
	if d.dec.PeekKind() == 'n' { // an empty list of an old server
		_, err := d.dec.ReadToken()
		return err
	}
	if err := d.open('[', "a list of objects"); err != nil {
		return err
	}
	for d.dec.PeekKind() != ']' {
		var item map[string]any
		if err := d.value(&item); err != nil {
			return err
		}
		if item == nil {
			continue
		}
		if err := d.each(item, d.page.columns); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

func (d *decoder) open(kind jsontext.Kind, what string) error {
	t, err := d.dec.ReadToken()
	if err != nil {
		return unfinished(err)
	}
	if t.Kind() != kind {
		return &shapeError{"the answer is not " + what}
	}
	return nil
}

// value reads the next value into v, or past it.
func (d *decoder) value(v any) error {
	d.budget.left = maxObject
	raw, err := d.dec.ReadValue()
	if err != nil {
		return unfinished(err)
	}
	if v == nil {
		return nil
	}
	if tooDeep(raw) {
		return &shapeError{"an object of the answer is nested too deeply"}
	}
	if err := json.Unmarshal(raw, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return &shapeError{fmt.Sprintf("the answer is not what the API promises: %s", oneLine(err.Error()))}
	}
	return nil
}

func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// tooDeep tells whether brackets nest deeper than any object does.
func tooDeep(raw []byte) bool {
	depth, text := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

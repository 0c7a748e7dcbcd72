// Package jsonstream writes large JSON documents element by element, so that
// memory does not grow with them. The report formats that are JSON use it.
package jsonstream

import (
	"bufio"
	"io"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Encoder writes one document. It keeps the first error and then does nothing,
// so that its users read straight; Close returns the error.
type Encoder struct {
	enc *jsontext.Encoder
	buf *bufio.Writer
	err error
}

// New returns an encoder to w. Text that is not valid UTF-8 is written with
// U+FFFD in its place, and the keys of maps are sorted.
func New(w io.Writer, indent bool) *Encoder {
	o := []json.Options{
		json.Deterministic(true),
		// The tags are those of encoding/json: omitempty leaves out zero
		// numbers, but keeps an interface that holds false, "" or zero.
		jsonv1.OmitEmptyWithLegacySemantics(true),
		jsontext.AllowInvalidUTF8(true),
	}
	if indent {
		o = append(o, jsontext.WithIndent("  "))
	}
	buf := bufio.NewWriterSize(w, 64<<10)
	return &Encoder{enc: jsontext.NewEncoder(buf, o...), buf: buf}
}

// Begin opens an object, as the value of name when that is not empty.
func (e *Encoder) Begin(name string) { e.open(name, jsontext.BeginObject) }

// End closes the object.
func (e *Encoder) End() { e.token(jsontext.EndObject) }

// BeginArray opens an array likewise, for elements that are written by hand.
func (e *Encoder) BeginArray(name string) { e.open(name, jsontext.BeginArray) }

// EndArray closes the array.
func (e *Encoder) EndArray() { e.token(jsontext.EndArray) }

// Member writes one member of the object.
func (e *Encoder) Member(name string, v any) {
	e.token(jsontext.String(name))
	e.Value(v)
}

// Value writes one value.
func (e *Encoder) Value(v any) {
	if e.err == nil {
		e.err = json.MarshalEncode(e.enc, v)
	}
}

// Array writes a member that is an array of elements, one at a time. A nil
// sequence is an empty array.
func Array[T any](e *Encoder, name string, elements iter.Seq[T]) {
	e.BeginArray(name)
	if elements != nil {
		var v T // one for all elements: its address escapes
		for v = range elements {
			if e.err != nil {
				return
			}
			e.Value(&v)
		}
	}
	e.EndArray()
}

// Err is the first error.
func (e *Encoder) Err() error { return e.err }

// Close writes what is buffered and returns the first error. It does not close
// the writer.
func (e *Encoder) Close() error {
	if e.err == nil {
		e.err = e.buf.Flush()
	}
	return e.err
}

func (e *Encoder) open(name string, t jsontext.Token) {
	if name != "" {
		e.token(jsontext.String(name))
	}
	e.token(t)
}

func (e *Encoder) token(t jsontext.Token) {
	if e.err == nil {
		e.err = e.enc.WriteToken(t)
	}
}

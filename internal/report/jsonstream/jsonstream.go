// Package jsonstream writes large JSON documents element by element, so that
// memory does not grow with them. The report formats that are JSON use it.
package jsonstream

import (
	"bufio"
	"io"
	"iter"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Encoder writes one document. It keeps the first error and then does nothing,
// so that its users read straight; Close returns the error.
type Encoder struct {
	buf   *bufio.Writer
	lines *jsontext.Encoder // lays the document out over lines; nil when compact
	comma bool              // compact: the next member or element needs one before it
	raw   []byte
	err   error
}

// Options are how values are encoded. Text that is not valid UTF-8 is written
// with U+FFFD in its place, and the keys of maps are sorted.
var Options = json.JoinOptions(
	json.Deterministic(true),
	// The tags are those of encoding/json: omitempty leaves out zero numbers,
	// but keeps an interface that holds false, "" or zero.
	jsonv1.OmitEmptyWithLegacySemantics(true),
	jsontext.AllowInvalidUTF8(true),
)

// New returns an encoder to w, over several lines or compact.
func New(w io.Writer, indent bool) *Encoder {
	e := &Encoder{buf: bufio.NewWriterSize(w, 64<<10)}
	if indent {
		e.lines = jsontext.NewEncoder(e.buf, Options, jsontext.WithIndent("  "))
	}
	return e
}

// Begin opens an object, as the value of name when that is not empty.
func (e *Encoder) Begin(name string) { e.open(name, jsontext.BeginObject) }

// End closes the object.
func (e *Encoder) End() { e.close(jsontext.EndObject) }

// BeginArray opens an array likewise, for elements that are written by hand.
func (e *Encoder) BeginArray(name string) { e.open(name, jsontext.BeginArray) }

// EndArray closes the array.
func (e *Encoder) EndArray() { e.close(jsontext.EndArray) }

// Member writes one member of the object.
func (e *Encoder) Member(name string, v any) {
	e.name(name)
	e.Value(v)
}

// Value writes one value.
func (e *Encoder) Value(v any) {
	switch {
	case e.err != nil:
	case e.lines != nil:
		e.err = json.MarshalEncode(e.lines, v)
	default:
		text, err := json.Marshal(v, Options)
		if e.err = err; err == nil {
			e.write(text)
		}
	}
}

// Raw writes one value that is JSON already, without checking it.
func (e *Encoder) Raw(text []byte) {
	switch {
	case e.err != nil:
	case e.lines != nil:
		e.err = e.lines.WriteValue(text)
	default:
		e.write(text)
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

// batch is how many elements Bulk passes on at a time.
const batch = 128

// Bulk is Array for very many elements. Each is written by appendTo, which
// appends its JSON, and while one batch of elements is written the next is
// produced.
func Bulk[T any](e *Encoder, name string, elements iter.Seq[T], appendTo func([]byte, *T) []byte) {
	e.BeginArray(name)
	produced, spent, done := make(chan []T, 1), make(chan []T, 2), make(chan struct{})
	var failed atomic.Bool
	go func() {
		defer close(done)
		for vs := range produced {
			for i := range vs {
				e.raw = appendTo(e.raw[:0], &vs[i])
				e.Raw(e.raw)
			}
			failed.Store(e.err != nil)
			clear(vs)
			spent <- vs[:0]
		}
	}()
	spent <- make([]T, 0, batch)
	spent <- make([]T, 0, batch)
	if elements != nil {
		vs := <-spent
		for v := range elements {
			if vs = append(vs, v); len(vs) == batch {
				produced <- vs
				if vs = <-spent; failed.Load() {
					break
				}
			}
		}
		produced <- vs
	}
	close(produced)
	<-done
	e.EndArray()
}

// Err is the first error.
func (e *Encoder) Err() error { return e.err }

// Close writes what is buffered and returns the first error. It does not close
// the writer.
func (e *Encoder) Close() error {
	if e.err == nil && e.lines == nil {
		e.err = e.buf.WriteByte('\n')
	}
	if e.err == nil {
		e.err = e.buf.Flush()
	}
	return e.err
}

func (e *Encoder) open(name string, t jsontext.Token) {
	if name != "" {
		e.name(name)
	}
	if e.lines != nil {
		e.token(t)
		return
	}
	e.write([]byte{byte(t.Kind())})
	e.comma = false
}

func (e *Encoder) close(t jsontext.Token) {
	if e.lines != nil {
		e.token(t)
		return
	}
	e.comma = false
	e.write([]byte{byte(t.Kind())})
}

func (e *Encoder) name(name string) {
	if e.lines != nil {
		e.token(jsontext.String(name))
		return
	}
	quoted, err := jsontext.AppendQuote(nil, name)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.write(append(quoted, ':'))
	e.comma = false
}

// write writes a piece of a compact document.
func (e *Encoder) write(text []byte) {
	if e.err != nil {
		return
	}
	if e.comma {
		e.err = e.buf.WriteByte(',')
	}
	if e.err == nil {
		_, e.err = e.buf.Write(text)
	}
	e.comma = true
}

func (e *Encoder) token(t jsontext.Token) {
	if e.err == nil {
		e.err = e.lines.WriteToken(t)
	}
}

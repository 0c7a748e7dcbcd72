package tfplan

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxDepth bounds the nesting of what is kept of a document. Providers
	// nest a dozen levels deep at most.
	maxDepth = 100
	// maxString and maxResource bound what one hostile value may make us hold.
	// Terraform itself refuses a larger message from a provider.
	maxString   = 64 << 20
	maxResource = 256 << 20
)

// scanner is a position in a JSON document: jsontext's decoder with line
// numbers, interned names and this package's limits.
type scanner struct {
	dec   *jsontext.Decoder
	src   *lineReader
	base  int64 // offset in the file where dec began
	limit int64 // offset after which the value being read is too large; 0 is none

	sizes map[string]int    // number of attributes of a type, for a guess
	names map[string]string // quoted name -> name
	seed  maphash.Seed
	cache [1 << 12]string // short strings seen lately
}

// scan starts a scanner at an offset of the file, whose line is given.
func (r *reader) scan(offset int64, line int) (*scanner, error) {
	if _, err := r.file.Seek(offset, io.SeekStart); err != nil {
		return nil, &InputError{What: reason(err), Offset: -1}
	}
	src := newLineReader(r.ctx, r.file, line, r.maxString)
	if offset == 0 {
		src.skipBOM()
	}
	s := newScanner(src)
	s.base = offset + src.bom
	return s, nil
}

func newScanner(src *lineReader) *scanner {
	s := &scanner{src: src, sizes: map[string]int{}, names: map[string]string{}, seed: maphash.MakeSeed()}
	// Repeated names are refused where they matter, by the objects we keep.
	s.dec = jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true))
	src.used = s.dec.InputOffset
	return s
}

// offset is the position in the file just after what was last read.
func (s *scanner) offset() int64 { return s.base + s.dec.InputOffset() }

// line is the line of that position.
func (s *scanner) line() int {
	if s.src.line == 1 {
		return 1 // most often: terraform writes a single line
	}
	return s.src.line - bytes.Count(s.dec.UnreadBuffer(), newline)
}

// ahead is the position and line where the next value begins.
func (s *scanner) ahead() (int64, int) {
	s.dec.PeekKind() // makes sure that the value's first byte is in the buffer
	unread := s.dec.UnreadBuffer()
	n := len(unread) - len(bytes.TrimLeft(unread, ",: \n\r\t"))
	return s.offset() + int64(n), s.line() + bytes.Count(unread[:n], newline)
}

// skip passes over the next value.
func (s *scanner) skip() error {
	if err := s.dec.SkipValue(); err != nil {
		return s.fail(err)
	}
	return nil
}

// enter reads the opening of an object or array.
func (s *scanner) enter(kind jsontext.Kind) error {
	if got := s.dec.PeekKind(); got != kind {
		if kindName(got) == "" {
			return s.broken()
		}
		return s.wrong(kind, got)
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	return nil
}

// more reports whether the object or array entered has another member; if not
// it reads the closing.
func (s *scanner) more() (bool, error) {
	switch s.dec.PeekKind() {
	case '}', ']':
		if _, err := s.dec.ReadToken(); err != nil {
			return false, s.fail(err)
		}
		return false, nil
	case jsontext.KindInvalid:
		return false, s.broken()
	}
	if s.limit > 0 && s.offset() > s.limit {
		return false, s.errorHere("limit", "one resource takes more than 256 MiB", "")
	}
	return true, nil
}

// fields reads an object and calls f for each member's name; f must consume
// the value. It refuses a name that comes twice, since two readers could take
// it to mean different things.
func (s *scanner) fields(f func(name string) error) error {
	if err := s.enter('{'); err != nil {
		return err
	}
	var seen names
	for {
		ok, err := s.more()
		if !ok || err != nil {
			return err
		}
		name, err := s.name()
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return s.duplicate(name)
		}
		if err := f(name); err != nil {
			return err
		}
	}
}

// elements reads an array and calls f for each; f must consume the value. null
// counts as an empty array.
func (s *scanner) elements(f func() error) error {
	if s.dec.PeekKind() == 'n' {
		return s.skip()
	}
	if err := s.enter('['); err != nil {
		return err
	}
	for {
		ok, err := s.more()
		if !ok || err != nil {
			return err
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// name reads a member's name.
func (s *scanner) name() (string, error) {
	raw, err := s.dec.ReadValue()
	if err != nil {
		return "", s.fail(err)
	}
	if n, ok := s.names[string(raw)]; ok {
		return n, nil
	}
	n := unquote(raw)
	if len(n) <= 64 && len(s.names) < 1<<16 {
		s.names[string(raw)] = n
	}
	return n, nil
}

// text reads a string; anything else is read and gives "".
func (s *scanner) text() (string, error) {
	if k := s.dec.PeekKind(); k != '"' {
		return "", s.skip()
	}
	raw, err := s.dec.ReadValue()
	if err != nil {
		return "", s.fail(err)
	}
	return s.str(raw), nil
}

// boolean reads true; anything else is read and gives false.
func (s *scanner) boolean() (bool, error) {
	if s.dec.PeekKind() != 't' {
		return false, s.skip()
	}
	return true, s.skip()
}

// value reads any value, nested at most depth levels further.
func (s *scanner) value(depth int) (any, error) {
	switch s.dec.PeekKind() {
	case '"':
		raw, err := s.dec.ReadValue()
		if err != nil {
			return nil, s.fail(err)
		}
		return s.str(raw), nil
	case '{':
		return s.object(depth, 0)
	case '[':
		return s.array(depth)
	case '0':
		raw, err := s.dec.ReadValue()
		if err != nil {
			return nil, s.fail(err)
		}
		return number(raw), nil
	case 't':
		return true, s.skip()
	case 'f':
		return false, s.skip()
	case 'n':
		return nil, s.skip()
	}
	return nil, s.broken()
}

func (s *scanner) object(depth, size int) (map[string]any, error) {
	if depth == 0 {
		return nil, s.tooDeep()
	}
	if err := s.enter('{'); err != nil {
		return nil, err
	}
	m := make(map[string]any, size)
	for n := 0; ; n++ {
		ok, err := s.more()
		if !ok || err != nil {
			return m, err
		}
		name, err := s.name()
		if err != nil {
			return m, err
		}
		v, err := s.value(depth - 1)
		if err != nil {
			return m, err
		}
		if m[name] = v; len(m) == n {
			return m, s.duplicate(name)
		}
	}
}

func (s *scanner) array(depth int) ([]any, error) {
	if depth == 0 {
		return nil, s.tooDeep()
	}
	if err := s.enter('['); err != nil {
		return nil, err
	}
	list := []any{}
	for {
		ok, err := s.more()
		if !ok || err != nil {
			return list, err
		}
		v, err := s.value(depth - 1)
		if err != nil {
			return list, err
		}
		list = append(list, v)
	}
}

// str is the string a quoted JSON string stands for. Short strings repeat a lot
// in a plan, so that lately seen ones are shared.
func (s *scanner) str(raw []byte) string {
	if len(raw) < 4 || len(raw) > 64 {
		return unquote(raw)
	}
	if bytes.IndexByte(raw, '\\') >= 0 {
		return unquote(raw)
	}
	raw = raw[1 : len(raw)-1]
	slot := &s.cache[maphash.Bytes(s.seed, raw)%uint64(len(s.cache))]
	if *slot != string(raw) {
		*slot = string(raw)
	}
	return *slot
}

func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	b, _ := jsontext.AppendUnquote(nil, raw) // the decoder has checked it
	return string(b)
}

// number is a JSON number as the nearest finite float64.
func number(raw []byte) float64 {
	f, _ := strconv.ParseFloat(string(raw), 64)
	return max(-math.MaxFloat64, min(f, math.MaxFloat64))
}

// names is a set of names that is cheap while small.
type names struct {
	few  [12]string
	n    int
	many map[string]bool
}

// add reports whether the name is new.
func (s *names) add(name string) bool {
	if slices.Contains(s.few[:s.n], name) {
		return false
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if s.many[name] {
		return false
	}
	if s.many == nil {
		s.many = map[string]bool{}
	}
	s.many[name] = true
	return true
}

var newline = []byte{'\n'}

// lineReader counts the lines of what it hands out, and refuses to feed a
// single token without end.
type lineReader struct {
	ctx  context.Context
	rd   io.Reader
	buf  []byte
	rest []byte // read, not yet handed out
	line int    // line of the next byte to be handed out
	bom  int64
	sent int64
	max  int64        // length of the longest string
	used func() int64 // how much of it the decoder has consumed
}

func newLineReader(ctx context.Context, rd io.Reader, line int, longest int64) *lineReader {
	return &lineReader{ctx: ctx, rd: rd, line: line, max: longest, buf: make([]byte, 64<<10)}
}

var errString = errors.New("a single string is too long; Demarc reads up to 64 MiB")

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	if r.used != nil && r.sent-r.used() > r.max {
		return 0, errString
	}
	n := copy(p, r.rest)
	r.line += bytes.Count(r.rest[:n], newline)
	r.rest = r.rest[n:]
	r.sent += int64(n)
	return n, nil
}

func (r *lineReader) fill() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	n, err := r.rd.Read(r.buf)
	r.rest = r.buf[:n]
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// skipBOM drops the mark some Windows tools put before UTF-8.
func (r *lineReader) skipBOM() {
	if r.fill() == nil && bytes.HasPrefix(r.rest, []byte("\xef\xbb\xbf")) {
		r.rest, r.bom = r.rest[3:], 3
	}
}

package export

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/source"
)

// brokenError is a place where a file is no JSON, or more of it than is read.
type brokenError struct {
	what  string
	line  int
	limit bool
}

func (e *brokenError) Error() string { return e.what }

// lists are the members under which files hold their records.
var lists = []string{"data", "assets", "results", "configurationItems", "baseConfigurationItems", "Results", "ResourceDescriptions"}

// records calls f with every record of a file and the lines it stands on. In
// a file of one record a line, a broken line is told of and the next is read;
// elsewhere nothing follows what is broken.
func (r *reader) records(rd io.Reader, lines bool, f func(v map[string]any, line, end int)) error {
	if lines {
		return r.perLine(rd, f)
	}
	s := newScanner(r.ctx, rd)
	for {
		switch kind := s.dec.PeekKind(); kind {
		case '[':
			if err := s.array(nil, r, f); err != nil {
				return err
			}
		case '{':
			if err := s.document(r, f); err != nil {
				return err
			}
		case jsontext.KindInvalid:
			_, err := s.dec.ReadToken()
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return s.fail(err)
		default:
			return &brokenError{what: "it holds no records", line: s.line()}
		}
	}
}

// perLine reads one record a line.
func (r *reader) perLine(rd io.Reader, f func(v map[string]any, line, end int)) error {
	in := bufio.NewReaderSize(rd, 64<<10)
	for line := 1; ; line++ {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		text, err := readLine(in)
		if errors.Is(err, errLong) {
			r.oddRecord(line, err.Error())
			continue
		}
		if line == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		if len(bytes.TrimSpace(text)) > 0 {
			s := newScanner(r.ctx, bytes.NewReader(text))
			s.first, s.whole = line, "record"
			if bad := s.document(r, f); bad != nil {
				if b, ok := errors.AsType[*brokenError](bad); ok {
					r.oddRecord(line, b.what)
				} else {
					return bad
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return reason(err)
		}
	}
}

var errLong = errors.New("the line is longer than 64 MiB")

// readLine reads a line of bounded length; the rest of a longer one is
// skipped.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxRecord; !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case long:
			return nil, errLong
		default:
			return line, err
		}
	}
}

// scanner is a position in a JSON text, with line numbers and limits.
type scanner struct {
	dec   *jsontext.Decoder
	src   *lineReader
	first int    // line on which the text begins
	whole string // what the text is, to say that it is cut short
	limit int64
	names map[string]string
}

func newScanner(ctx context.Context, rd io.Reader) *scanner {
	src := &lineReader{ctx: ctx, rd: rd, start: true}
	s := &scanner{src: src, first: 1, whole: "file", names: map[string]string{}}
	s.dec = jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	src.used = s.dec.InputOffset
	return s
}

func (s *scanner) line() int {
	return s.first + s.src.lines - bytes.Count(s.dec.UnreadBuffer(), newline)
}

// ahead is the line where the next value begins.
func (s *scanner) ahead() int {
	s.dec.PeekKind()
	unread := s.dec.UnreadBuffer()
	n := len(unread) - len(bytes.TrimLeft(unread, ",: \n\r\t"))
	return s.line() + bytes.Count(unread[:n], newline)
}

// document reads an object that is a record itself or holds a list of them.
func (s *scanner) document(r *reader, f func(v map[string]any, line, end int)) error {
	if s.dec.PeekKind() != '{' {
		if s.dec.PeekKind() == '[' {
			return s.array(nil, r, f)
		}
		return s.unexpected()
	}
	line := s.ahead()
	s.begin()
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	rec := map[string]any{}
	listed := false
	for s.dec.PeekKind() == '"' {
		name, err := s.name()
		if err != nil {
			return err
		}
		if s.dec.PeekKind() == '[' && slices.Contains(lists, name) {
			if err := s.array(rec, r, f); err != nil {
				return err
			}
			listed = true
			s.begin()
			continue
		}
		v, err := s.value(maxDepth)
		if err != nil {
			return err
		}
		if _, twice := rec[name]; twice {
			return s.twice(name)
		}
		rec[name] = v
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	if !listed {
		f(rec, line, s.line())
	}
	return nil
}

// array reads a list of records. around is what the document around it said
// before the list began.
func (s *scanner) array(around map[string]any, r *reader, f func(v map[string]any, line, end int)) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	for s.dec.PeekKind() != ']' {
		line := s.ahead()
		s.begin()
		v, err := s.value(maxDepth)
		if err != nil {
			return err
		}
		switch x := v.(type) {
		case map[string]any:
			if name, ok := around["TypeName"]; ok {
				x["TypeName"] = name
			}
			f(x, line, s.line())
		case string: // AWS Config answers queries with JSON in texts
			m, ok := parseText(x).(map[string]any)
			if !ok {
				r.oddRecord(line, "a result is no JSON object")
				continue
			}
			f(m, line, s.line())
		default:
			r.oddRecord(line, "a record is no object")
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	return nil
}

// begin starts to count the size of a record.
func (s *scanner) begin() { s.limit = s.dec.InputOffset() + maxRecord }

func (s *scanner) name() (string, error) {
	tok, err := s.dec.ReadToken()
	if err != nil {
		return "", s.fail(err)
	}
	n := clean(tok.String())
	if have, ok := s.names[n]; ok {
		return have, nil
	}
	if len(n) <= 64 && len(s.names) < 1<<14 {
		s.names[n] = n
	}
	return n, nil
}

// value reads any value, nested at most depth levels further.
func (s *scanner) value(depth int) (any, error) {
	if s.dec.InputOffset() > s.limit {
		return nil, &brokenError{what: "one record takes more than 64 MiB", line: s.line(), limit: true}
	}
	kind := s.dec.PeekKind()
	if depth == 0 && (kind == '{' || kind == '[') {
		return nil, &brokenError{what: fmt.Sprintf("values nest deeper than %d levels", maxDepth), line: s.line(), limit: true}
	}
	tok, err := s.dec.ReadToken()
	if err != nil {
		return nil, s.fail(err)
	}
	switch kind {
	case '"':
		return clean(tok.String()), nil
	case '0':
		n, _ := strconv.ParseFloat(tok.String(), 64)
		return max(-math.MaxFloat64, min(n, math.MaxFloat64)), nil
	case 't':
		return true, nil
	case 'f':
		return false, nil
	case '{':
		return s.object(depth)
	case '[':
		list := []any{}
		for s.dec.PeekKind() != ']' {
			v, err := s.value(depth - 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := s.dec.ReadToken()
		return list, s.fail(err)
	}
	return nil, nil
}

// object reads the members of an object. A name that comes twice is refused,
// since two readers could take it to mean different things.
func (s *scanner) object(depth int) (map[string]any, error) {
	m := map[string]any{}
	for s.dec.PeekKind() == '"' {
		name, err := s.name()
		if err != nil {
			return nil, err
		}
		v, err := s.value(depth - 1)
		if err != nil {
			return nil, err
		}
		if _, twice := m[name]; twice {
			return nil, s.twice(name)
		}
		m[name] = v
	}
	_, err := s.dec.ReadToken()
	return m, s.fail(err)
}

func (s *scanner) twice(name string) error {
	return &brokenError{what: fmt.Sprintf("the name %q comes twice in one object", clip(name)), line: s.line()}
}

func (s *scanner) unexpected() error {
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	return &brokenError{what: "a record is no object", line: s.line()}
}

// fail words an error of the decoder for the reader of a report.
func (s *scanner) fail(err error) error {
	if err == nil {
		return nil
	}
	if s.src.ctx.Err() != nil {
		return s.src.ctx.Err()
	}
	e := &brokenError{line: s.line()}
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if unread := s.dec.UnreadBuffer(); se.ByteOffset > s.dec.InputOffset() {
			n := min(se.ByteOffset-s.dec.InputOffset(), int64(len(unread)))
			e.line += bytes.Count(unread[:n], newline)
		}
		err = se.Err
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.what = "the " + s.whole + " ends in the middle: it is truncated"
	case errors.Is(err, errString):
		e.what, e.limit = errString.Error(), true
	default:
		e.what = "it is not valid JSON: " + clip(strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	return e
}

// parseText reads JSON that stands in a text; nil when it is none.
func parseText(text string) any {
	s := newScanner(context.Background(), strings.NewReader(text))
	s.begin()
	v, err := s.value(maxDepth)
	if err != nil {
		return nil
	}
	if _, err := s.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil
	}
	return v
}

var holes = strings.NewReplacer(source.HoleOpen, "\uFFFD", source.HoleClose, "\uFFFD")

// clean takes out of a text what is no UTF-8, and the marks of holes.
func clean(s string) string {
	return holes.Replace(strings.ToValidUTF8(s, "\uFFFD"))
}

func clip(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}

var (
	newline       = []byte{'\n'}
	byteOrderMark = []byte("\xef\xbb\xbf")
	errString     = errors.New("a single text is longer than 64 MiB")
)

// lineReader counts the lines of what it hands out, and refuses to feed a
// single token without end.
type lineReader struct {
	ctx   context.Context
	rd    io.Reader
	start bool
	lines int
	sent  int64
	used  func() int64
}

func (r *lineReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if r.sent-r.used() > maxRecord {
		return 0, errString
	}
	n, err := r.rd.Read(p)
	if r.start && n > 0 {
		r.start = false
		if rest, ok := bytes.CutPrefix(p[:n], byteOrderMark); ok {
			n = copy(p, rest)
		}
	}
	r.lines += bytes.Count(p[:n], newline)
	r.sent += int64(n)
	return n, err
}

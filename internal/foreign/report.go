package foreign

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// report is one report being read.
type report struct {
	ctx   context.Context
	path  string
	head  []byte
	yield func(Finding)
	gap   func(source.Gap)

	found  int
	told   int // broken records told one by one
	untold int
}

// give hands a finding on, with its texts made fit to be shown.
func (r *report) give(f Finding) error {
	if r.found++; r.found > maxFindings {
		return errTooMany
	}
	if r.found%1024 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	f.Tool, f.Rule = strings.ToLower(clean(f.Tool, 80)), clean(f.Rule, 200)
	f.Title, f.Message, f.Remediation = clean(f.Title, maxText), clean(f.Message, maxText), clean(f.Remediation, 2*maxText)
	f.Suppressed = clean(f.Suppressed, maxText)
	if f.Class == Secret {
		f.Message = "" // scanners quote what they matched
	}
	if f.Rule == "" {
		f.Rule = cmp.Or(f.Title, "finding") // some name none
	}
	if f.Title == "" {
		f.Title = f.Rule
	}
	if f.Tool == "" || f.Rule == "" {
		r.record(f.At, errors.New("it names no tool or no rule"))
		return nil
	}
	f.Resources, f.Categories, f.Controls, f.References = some(f.Resources), some(f.Categories), some(f.Controls), links(f.References...)
	f.Aliases = some(f.Aliases)
	f.Type, f.Name, f.Account, f.Region = clean(f.Type, 200), clean(f.Name, maxText), clean(f.Account, 200), clean(f.Region, 80)
	f.Image, f.Host, f.File = clean(f.Image, maxText), clean(f.Host, maxText), clean(f.File, 4096)
	r.yield(f)
	return nil
}

// record tells of a finding that could not be read; the others go on.
func (r *report) record(line int, err error) {
	if r.told++; r.told > maxGaps {
		r.untold++
		return
	}
	r.gap(source.Gap{Kind: "record", What: fmt.Sprintf("%s:%d: a finding could not be read: %s", r.path, line, mistake(err)), At: estate.Location{File: r.path, Line: line}})
}

// stopped tells why reading ended before the report did.
func (r *report) stopped(err error) {
	g := source.Gap{Kind: "file", Fatal: true, Mend: "run the scanner again; what stands before was taken", At: estate.Location{File: r.path}}
	var at *brokenError
	switch {
	case errors.Is(err, errTooMany):
		g.What, g.Mend = fmt.Sprintf("%s: more than %d findings; the rest was left out", r.path, maxFindings), "split the report"
	case errors.As(err, &at):
		g.At.Line = at.line
		g.What = fmt.Sprintf("%s:%d: %s", r.path, at.line, at.what)
	default:
		g.What = fmt.Sprintf("%s: %v", r.path, err)
	}
	r.gap(g)
}

// brokenError is where a report stops to make sense.
type brokenError struct {
	line int
	what string
}

func (e *brokenError) Error() string { return e.what }

// mistake says in a few words what is wrong with a record.
func mistake(err error) string {
	if semantic, ok := errors.AsType[*jsonv2.SemanticError](err); ok {
		return fmt.Sprintf("%s is of another type than the format says", strings.TrimPrefix(string(semantic.JSONPointer), "/"))
	}
	return clean(err.Error(), 200)
}

// document is a position in a JSON report.
type document struct {
	*report
	file *os.File
	src  *counter
	dec  *jsontext.Decoder
}

// lenient takes what scanners write that strict JSON would not.
var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// open begins to read the report from the start. The caller closes it.
func (r *report) open() (*document, error) {
	f, err := os.Open(r.path)
	if err != nil {
		return nil, err
	}
	d := &document{report: r, file: f, src: &counter{in: bufio.NewReaderSize(f, 64<<10), line: 1}}
	if start, err := d.src.in.Peek(3); err == nil && string(start) == "\ufeff" {
		_, _ = d.src.in.Discard(3) // they were just seen
	}
	d.dec = jsontext.NewDecoder(d.src, lenient)
	return d, nil
}

func (d *document) close() { _ = d.file.Close() } // only read

// counter counts lines, and refuses a single value beyond all measure.
type counter struct {
	in   *bufio.Reader
	line int
	left int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.line += bytes.Count(p[:n], []byte{'\n'})
	if c.left -= n; c.left < -maxRecord {
		return n, fmt.Errorf("one value takes more than %d MiB", maxRecord>>20)
	}
	return n, err
}

// line is the line where the next value begins.
func (d *document) line() int {
	rest := d.dec.UnreadBuffer()
	return d.src.line - bytes.Count(bytes.TrimLeft(rest, ",: \n\r\t"), []byte{'\n'})
}

func (d *document) broken(err error) error {
	if err == nil {
		return nil
	}
	what := "the report breaks off here"
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		what = "is not JSON from here on: " + clean(strings.TrimPrefix(err.Error(), "jsontext: "), 200)
	}
	return &brokenError{d.line(), what}
}

// object reads an object and calls f with the name of each member; f must
// consume the value. Anything but an object is passed over.
func (d *document) object(f func(name string) error) error {
	if d.dec.PeekKind() != '{' {
		return d.skip()
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.broken(err)
	}
	for {
		switch d.dec.PeekKind() {
		case '}':
			_, err := d.dec.ReadToken()
			return d.broken(err)
		case '"':
			token, err := d.dec.ReadToken()
			if err != nil {
				return d.broken(err)
			}
			if err := f(token.String()); err != nil {
				return err
			}
		default:
			_, err := d.dec.ReadToken()
			return d.broken(orEOF(err))
		}
	}
}

// array reads an array and calls f for each element; f must consume it. A
// single object counts as an array of one; anything else is passed over.
func (d *document) array(f func() error) error {
	switch d.dec.PeekKind() {
	case '{':
		return f()
	case '[':
	default:
		return d.skip()
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.broken(err)
	}
	for {
		switch d.dec.PeekKind() {
		case ']':
			_, err := d.dec.ReadToken()
			return d.broken(err)
		case jsontext.KindInvalid:
			_, err := d.dec.ReadToken()
			return d.broken(orEOF(err))
		}
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		if err := f(); err != nil {
			return err
		}
	}
}

func orEOF(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (d *document) skip() error {
	d.src.left = 1 << 40 // nothing of it is kept
	if err := d.dec.SkipValue(); err != nil {
		return d.broken(err)
	}
	return nil
}

// value decodes the next value. When it is not of the expected shape that is a
// gap, and ok is false; err is set where nothing more can be read.
func (d *document) value(into any) (line int, ok bool, err error) {
	d.src.left = 0
	d.dec.PeekKind() // makes sure that the value's first byte is in the buffer
	start := d.line()
	raw, err := d.dec.ReadValue()
	if err != nil {
		return start, false, d.broken(err)
	}
	if err := jsonv2.Unmarshal(raw, into, lenient); err != nil {
		d.record(start, err)
		return start, false, nil
	}
	return start, true, nil
}

// text reads a value that should be text; anything else is empty.
func (d *document) text(into *string) error {
	if d.dec.PeekKind() != '"' {
		return d.skip()
	}
	token, err := d.dec.ReadToken()
	if err != nil {
		return d.broken(err)
	}
	*into = token.String()
	return nil
}

// pass reads the whole report once: f gets each outermost object.
func (r *report) pass(f func(d *document) error) error {
	d, err := r.open()
	if err != nil {
		return err
	}
	defer d.close()
	return d.array(func() error { return f(d) })
}

// lines reads one JSON value a line. A broken line costs only itself.
func (r *report) lines(f func(line int, text []byte) error) error {
	file, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewScanner(file)
	in.Buffer(make([]byte, 64<<10), maxRecord)
	n := 0
	for in.Scan() {
		n++
		text := bytes.TrimSpace(bytes.TrimPrefix(in.Bytes(), []byte("\ufeff")))
		if len(text) == 0 {
			continue
		}
		if err := f(n, text); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return &brokenError{n + 1, "the line is too long: " + err.Error()}
	}
	return nil
}

// oneALine tells whether a report holds a whole JSON object on its first line.
func (r *report) oneALine() bool {
	first, _, more := bytes.Cut(bytes.TrimLeft(bytes.TrimPrefix(r.head, []byte("\ufeff")), " \r\n\t"), []byte{'\n'})
	return len(first) > 0 && first[0] == '{' && (json.Valid(first) || !more && len(r.head) == headSize || brokenLine(first, r.head))
}

// brokenLine tells whether the first line, broken itself, is followed by whole
// ones.
func brokenLine(first, head []byte) bool {
	for rest := range bytes.Lines(head[min(len(first), len(head)):]) {
		if rest = bytes.TrimSpace(rest); len(rest) > 2 && rest[0] == '{' && json.Valid(rest) {
			return true
		}
	}
	return false
}

// members lists the members of the outermost object, or of the first object of
// the outermost array, and one level below as "results.packages". An empty list
// below is "Findings.[]".
func members(text string) map[string]bool {
	has := map[string]bool{}
	dec := jsontext.NewDecoder(strings.NewReader(text), lenient)
	type level struct {
		name   string
		object bool
		key    bool // the next string is a name
	}
	var open []level
	prefix := func() (string, bool) {
		names := []string{}
		for _, l := range open {
			if l.object && l.name != "" {
				names = append(names, l.name)
			}
		}
		return strings.Join(names, "."), len(names) <= 2
	}
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return has
		}
		top := len(open) - 1
		switch token.Kind() {
		case '{', '[':
			if top >= 0 && open[top].object {
				open[top].key = true
			}
			open = append(open, level{object: token.Kind() == '{', key: token.Kind() == '{'})
		case '}', ']':
			if token.Kind() == ']' && top > 0 && open[top-1].object {
				has[open[top-1].name+".[]"] = true
			}
			if open = open[:top]; top == 0 {
				return has
			}
		default:
			if top >= 0 && open[top].object && open[top].key {
				open[top].name, open[top].key = token.String(), false
				if path, shallow := prefix(); shallow {
					has[path] = true
				}
				continue
			}
			if top >= 0 && open[top].object {
				open[top].key = true
			}
		}
	}
}

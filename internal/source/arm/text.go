package arm

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// comment is one line of a comment. alone tells that nothing but the comment
// stands on its line.
type comment struct {
	line  int
	text  string
	alone bool
}

// text is a template turned into JSON proper: comments are blanked out, line
// breaks inside strings are escaped, and commas before a closing bracket are
// dropped, all of which Azure accepts.
type text struct {
	json     []byte
	starts   []int // offset in json where each line of the file begins
	comments []comment
}

var errUTF16 = errors.New("it is written in UTF-16; save it as UTF-8")

// plain reads the file's text. A comment or string that does not end is left
// for the JSON decoder to find.
func plain(src []byte) (*text, error) {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return nil, errUTF16
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	m := masker{src: src, out: make([]byte, 0, len(src)+64), t: &text{starts: []int{0}}}
	m.run()
	m.t.json = m.out
	return m.t, nil
}

type masker struct {
	src   []byte
	out   []byte
	i     int
	t     *text
	comma int // where in out the comma stands that nothing but space has followed, or 0
	last  int // line of the last thing that is not a comment
}

func (m *masker) line() int { return len(m.t.starts) }

func (m *masker) newline() { m.t.starts = append(m.t.starts, len(m.out)) }

func (m *masker) run() {
	for m.i < len(m.src) {
		c := m.src[m.i]
		switch {
		case c == '"':
			m.string()
			continue
		case c == '/' && m.i+1 < len(m.src) && (m.src[m.i+1] == '/' || m.src[m.i+1] == '*'):
			m.comment(m.src[m.i+1] == '*')
			continue
		case c == '\n':
			m.out = append(m.out, c)
			m.newline()
		case c == ' ' || c == '\t' || c == '\r':
			m.out = append(m.out, c)
		case c == ',':
			m.comma, m.last = len(m.out), m.line()
			m.out = append(m.out, c)
		default:
			if (c == '}' || c == ']') && m.comma > 0 {
				m.out[m.comma] = ' '
			}
			m.comma, m.last = 0, m.line()
			m.out = append(m.out, c)
		}
		m.i++
	}
}

// string copies a string literal, escaping the line breaks in it.
func (m *masker) string() {
	m.comma, m.last = 0, m.line()
	m.out = append(m.out, '"')
	for m.i++; m.i < len(m.src); m.i++ {
		switch c := m.src[m.i]; c {
		case '\\':
			m.out = append(m.out, c)
			if m.i+1 < len(m.src) && m.src[m.i+1] >= ' ' {
				m.i++
				m.out = append(m.out, m.src[m.i])
			}
		case '\n':
			m.out = append(m.out, '\\', 'n')
			m.newline()
		case '\r':
			m.out = append(m.out, '\\', 'r')
		case '\t':
			m.out = append(m.out, '\\', 't')
		case '"':
			m.out = append(m.out, c)
			m.i++
			m.last = m.line()
			return
		default:
			m.out = append(m.out, c)
		}
	}
}

func (m *masker) comment(block bool) {
	start, line := m.i, m.line()
	alone := m.last != line
	m.i += 2
	for m.i < len(m.src) {
		c := m.src[m.i]
		if !block && c == '\n' {
			break
		}
		if block && c == '*' && m.i+1 < len(m.src) && m.src[m.i+1] == '/' {
			m.i += 2
			break
		}
		if c == '\n' {
			m.out = append(m.out, c)
			m.newline()
		}
		m.i++
	}
	m.out = append(m.out, ' ')
	for n, s := range strings.Split(string(m.src[start:m.i]), "\n") {
		if s = stripMarks(s); s != "" {
			m.t.comments = append(m.t.comments, comment{line: line + n, text: strings.ToValidUTF8(s, "\uFFFD"), alone: alone || n > 0})
		}
	}
}

func stripMarks(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), "*/")
	return strings.TrimSpace(strings.TrimLeft(s, "/*"))
}

// lineAt is the line of the file on which an offset of the JSON text stands.
func (t *text) lineAt(offset int) int {
	return sort.Search(len(t.starts), func(i int) bool { return t.starts[i] > offset })
}

// inside returns the comments that stand from one line to another, and those
// on the unbroken run of comment lines directly above.
func (t *text) inside(from, to int) []comment {
	first := sort.Search(len(t.comments), func(i int) bool { return t.comments[i].line >= from })
	last := first
	for want := from - 1; first > 0 && t.comments[first-1].line == want && t.comments[first-1].alone; want-- {
		first--
	}
	for last < len(t.comments) && t.comments[last].line <= to {
		last++
	}
	return t.comments[first:last]
}

// brokenError is text that is no JSON, or more of it than is read.
type brokenError struct {
	what  string
	line  int
	limit bool
}

func (e *brokenError) Error() string {
	if e.line == 0 {
		return e.what
	}
	return fmt.Sprintf("line %d: %s", e.line, e.what)
}

// clip keeps text from a file to a length fit for one line.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

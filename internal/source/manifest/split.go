package manifest

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// chunk is one document of a file. Documents are parsed apart, so that one
// that is broken takes no other with it.
type chunk struct {
	text  []byte
	line  int // of the file, on which text begins
	start int // of text, on which the content begins
	lines int // of text, without empty ones at the end
	json  *yaml.Node
}

// split cuts at the lines that separate documents, as kubectl does. Comments
// that alone stand before a separator introduce the document after it.
func split(src []byte) []*chunk {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var out []*chunk
	line, begin, beginLine := 1, 0, 1
	content := false // anything but comments and separators since begin
	end := func(to int) {
		if content {
			out = append(out, newChunk(src[begin:to], beginLine))
		}
	}
	for pos := 0; pos < len(src); line++ {
		next := len(src)
		if i := bytes.IndexByte(src[pos:], '\n'); i >= 0 {
			next = pos + i + 1
		}
		l := src[pos:next]
		switch {
		case separates(l):
			if content {
				end(pos)
				begin, beginLine, content = pos, line, false
			}
			if rest := bytes.TrimSpace(l[3:]); len(rest) > 0 && rest[0] != '#' {
				begin, beginLine = pos, line
				content = l[0] == '-'
			}
		case !content:
			t := bytes.TrimSpace(l)
			content = len(t) > 0 && t[0] != '#' && l[0] != '%'
		}
		pos = next
	}
	end(len(src))
	return out
}

// separates recognises --- and ... lines.
func separates(l []byte) bool {
	if len(l) < 3 || string(l[:3]) != "---" && string(l[:3]) != "..." {
		return false
	}
	return len(l) == 3 || l[3] == ' ' || l[3] == '\t' || l[3] == '\n' || l[3] == '\r'
}

func newChunk(text []byte, line int) *chunk {
	c := &chunk{text: text, line: line, start: 1}
	c.lines = bytes.Count(bytes.TrimRight(text, " \t\r\n"), []byte("\n")) + 1
	n := 1
	for l := range bytes.Lines(text) {
		t := bytes.TrimSpace(l)
		if len(t) > 0 && t[0] != '#' && !separates(l) && l[0] != '%' {
			c.start = n
			break
		}
		if separates(l) && len(bytes.TrimSpace(l)) > 3 && !bytes.HasPrefix(bytes.TrimSpace(l[3:]), []byte("#")) {
			c.start = n
			break
		}
		n++
	}
	return c
}

type parseError struct {
	line int
	what string
}

var atLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// parse gives the document's root, nil when it is empty. The separators and
// directives around it are kept out of the parser, which gives them meaning
// only in company.
func (c *chunk) parse() (root *yaml.Node, perr *parseError) {
	if c.json != nil {
		return c.json, nil
	}
	defer func() {
		if p := recover(); p != nil {
			root, perr = nil, &parseError{1, "the parser gave up"}
		}
	}()
	if line := tooDeep(c.text); line > 0 {
		return nil, &parseError{line, "it is nested too deeply"}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(c.body(), &doc); err != nil {
		text := err.Error()
		m := atLine.FindStringSubmatch(text)
		n, _ := strconv.Atoi(m[1])
		return nil, &parseError{max(n, 1), firstLine(strings.TrimPrefix(text, m[0]))}
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// body blanks out directives and leading separators that stand alone.
func (c *chunk) body() []byte {
	head := 0
	for l := range bytes.Lines(c.text) {
		t := bytes.TrimSpace(l)
		alone := separates(l) && (len(t) == 3 || bytes.HasPrefix(bytes.TrimSpace(t[3:]), []byte("#")))
		if len(t) > 0 && t[0] != '#' && l[0] != '%' && !alone {
			break
		}
		head += len(l)
	}
	if head == 0 {
		return c.text
	}
	out := bytes.Clone(c.text)
	for i, b := range out[:head] {
		if b != '\n' {
			out[i] = ' '
		}
	}
	return out
}

// tooDeep finds the line on which flow collections nest, or lines indent,
// deeper than anything written by a person. Braces inside text count too,
// which only matters to text made to be refused.
func tooDeep(text []byte) int {
	depth, line, indent, leading := 0, 1, 0, true
	for _, b := range text {
		switch b {
		case '\n':
			line++
			indent, leading = 0, true
			continue
		case ' ', '-', '?':
			if leading {
				if b != ' ' {
					indent++ // "- - - -" nests as deep as it is long
				}
			}
			if indent > maxDepth {
				return line
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(depth-1, 0)
		}
		leading = false
		if depth > maxDepth*5 {
			return line
		}
	}
	return 0
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

var marks = regexp.MustCompile(`\{\{|\{%|<%|\$\{[A-Za-z_]|\(\(`)

// templateMark finds what tells text for a template engine, and how many
// lines into the text.
func templateMark(text []byte) (int, string) {
	at := marks.FindIndex(text)
	if at == nil {
		return 0, ""
	}
	return bytes.Count(text[:at[0]], []byte("\n")), string(text[at[0] : at[0]+2])
}

package terraform

import (
	"regexp"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/demarc-sec/demarc/internal/source"
)

// comment is one line of a comment. alone tells that nothing but the comment
// stands on its line.
type comment struct {
	line  int
	text  string
	alone bool
}

func commentsOf(tokens hclsyntax.Tokens) []comment {
	var out []comment
	last := 0 // line of the last token that is not a comment
	for i := range tokens {
		t := &tokens[i]
		if t.Type != hclsyntax.TokenComment {
			if t.Type != hclsyntax.TokenNewline {
				last = t.Range.End.Line
			}
			continue
		}
		line := t.Range.Start.Line
		for n, text := range strings.Split(strings.TrimRight(string(t.Bytes), "\r\n"), "\n") {
			out = append(out, comment{line: line + n, text: stripMarks(text), alone: line+n != last})
		}
	}
	return out
}

func stripMarks(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(s, "*/")
	for _, mark := range []string{"#", "//", "/*", "*"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			s = strings.TrimLeft(rest, "#/*")
			break
		}
	}
	return strings.TrimSpace(s)
}

// waivable are the blocks whose comments are kept: what is assessed, and the
// calls that lead to it.
var waivable = map[string]bool{"resource": true, "data": true, "module": true, "provider": true}

// mayWaive spares everything inside a module the other comments at its call.
var mayWaive = regexp.MustCompile(`skip|ignore|waive`)

// attachComments gives each such block the comments inside it and on the
// unbroken run of comment lines directly above it. A file's header that a
// blank line separates from the first block belongs to nobody.
func attachComments(blocks []*block, comments []comment) {
	if len(comments) == 0 {
		return
	}
	for _, b := range blocks {
		if !waivable[b.typ] {
			continue
		}
		from := sort.Search(len(comments), func(i int) bool { return comments[i].line >= b.line })
		to := from
		for want := b.line - 1; from > 0 && comments[from-1].line == want && comments[from-1].alone; want-- {
			from--
		}
		for to < len(comments) && comments[to].line <= b.endLine {
			to++
		}
		for _, c := range comments[from:to] {
			if c.text != "" {
				b.comments = append(b.comments, source.Comment{Text: c.text, Line: c.line})
			}
		}
	}
}

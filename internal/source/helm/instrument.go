package helm

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// A template is rewritten before the library renders it. What it renders stays
// the same, except for marks that are taken out again:
//
//   - each line of its text begins and ends with a mark of the line it came
//     from, so that what is rendered can be traced to it,
//   - loops and definitions count their steps, and values are measured before
//     they are printed, so that a template cannot take for ever,
//   - text that becomes a template only while rendering is treated likewise.
//
// Every part stays on its line, so that errors name the right one.
const (
	markOpen  = '\uE010' // a line's number follows, > and one when a line begins, or @ and the number of a file
	markClose = '\uE011'

	maxTemplate = 1 << 20
)

var mark = regexp.MustCompile("\uE010([@>]?[0-9]*)\uE011?|\uE011")

// Names of the functions that rewritten templates call.
const (
	fnStep  = "demarc_step"
	fnEnter = "demarc_enter"
	fnLeave = "demarc_leave"
	fnOut   = "demarc_out"
	fnTpl   = "demarc_tpl"
)

// templateError is a template that does not parse.
type templateError struct {
	line int
	what string
}

func (e *templateError) Error() string { return e.what }

// instrument rewrites the template. With file not negative it is a template
// file, whose text is marked; otherwise text handed to tpl.
func instrument(name, text string, file int) (string, error) {
	if len(text) > maxTemplate {
		return "", &templateError{1, "the template is too large"}
	}
	t := parse.New(name)
	t.Mode = parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	if _, err := t.Parse(text, "", "", set); err != nil {
		return "", parseFailure(name, err)
	}
	p := printer{src: text, marks: file >= 0, line: 1}
	p.lines = lineStarts(text)
	if file >= 0 {
		p.write(fmt.Sprintf("%c@%d%c", markOpen, file, markClose))
	} else {
		p.write("{{" + fnEnter + "}}")
	}
	// Definitions stand at the top, among what the file itself renders.
	type part struct {
		pos  parse.Pos
		node parse.Node
		def  string
		tree *parse.Tree
	}
	var parts []part
	if t.Root != nil {
		for _, n := range t.Root.Nodes {
			parts = append(parts, part{pos: n.Position(), node: n})
		}
	}
	for def, tree := range set {
		if def != name && tree != nil && tree.Root != nil {
			parts = append(parts, part{pos: tree.Root.Position(), def: def, tree: tree})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return int(a.pos) - int(b.pos) })
	for _, part := range parts {
		if part.node != nil {
			p.node(part.node)
			continue
		}
		p.pad(part.pos)
		p.write("{{define " + strconv.Quote(part.def) + "}}{{" + fnEnter + "}}")
		marks := p.marks
		p.marks = false
		p.list(part.tree.Root)
		p.marks = marks
		p.write("{{" + fnLeave + "}}{{end}}")
	}
	if file < 0 {
		p.write("{{" + fnLeave + "}}")
	}
	return p.out.String(), nil
}

func parseFailure(name string, err error) error {
	text := strings.TrimPrefix(err.Error(), "template: ")
	text = strings.TrimPrefix(text, name+":")
	n, rest, ok := strings.Cut(text, ":")
	line, convErr := strconv.Atoi(n)
	if !ok || convErr != nil {
		return &templateError{1, text}
	}
	return &templateError{line, strings.TrimSpace(rest)}
}

func lineStarts(text string) []int {
	out := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

type printer struct {
	src   string
	lines []int
	out   strings.Builder
	line  int // of the output
	marks bool
}

func (p *printer) write(s string) {
	p.out.WriteString(s)
	p.line += strings.Count(s, "\n")
}

// lineOf is the line of the source that holds pos.
func (p *printer) lineOf(pos parse.Pos) int {
	i, found := slices.BinarySearch(p.lines, int(pos))
	if !found {
		i--
	}
	return i + 1
}

// pad brings the output to the line on which pos stands in the source.
func (p *printer) pad(pos parse.Pos) {
	if n := p.lineOf(pos) - p.line; n > 0 {
		p.write("{{/*" + strings.Repeat("\n", n) + "*/}}")
	}
}

func (p *printer) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		p.node(n)
	}
}

func (p *printer) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.TextNode:
		p.text(n)
	case *parse.ActionNode:
		p.pad(n.Pos)
		guardTpl(n.Pipe)
		if len(n.Pipe.Decl) > 0 {
			p.write("{{" + n.Pipe.String() + "}}")
		} else {
			p.write("{{" + fnOut + " (" + n.Pipe.String() + ")}}")
		}
	case *parse.IfNode:
		p.branch("if", &n.BranchNode)
	case *parse.WithNode:
		p.branch("with", &n.BranchNode)
	case *parse.RangeNode:
		p.branch("range", &n.BranchNode)
	case *parse.TemplateNode:
		p.pad(n.Pos)
		guardTpl(n.Pipe)
		p.write(n.String())
	case *parse.BreakNode, *parse.ContinueNode:
		p.pad(n.Position())
		p.write(n.String())
	}
}

func (p *printer) branch(word string, n *parse.BranchNode) {
	p.pad(n.Pos)
	guardTpl(n.Pipe)
	p.write("{{" + word + " " + n.Pipe.String() + "}}")
	if word == "range" {
		p.write("{{" + fnStep + "}}")
	}
	p.list(n.List)
	if n.ElseList != nil {
		p.write("{{else}}")
		p.list(n.ElseList)
	}
	p.write("{{end}}")
}

// text prints text. What would begin an action together with what follows is
// printed by an action of its own.
func (p *printer) text(n *parse.TextNode) {
	p.pad(n.Pos)
	line := p.lineOf(n.Pos)
	rest := string(n.Text)
	var b strings.Builder
	for {
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		end := i
		if end > 0 && rest[end-1] == '\r' {
			end--
		}
		b.WriteString(rest[:end])
		if p.marks {
			fmt.Fprintf(&b, "%c%d%c", markOpen, line, markClose)
		}
		b.WriteString(rest[end : i+1])
		rest = rest[i+1:]
		line++
		if p.marks {
			fmt.Fprintf(&b, "%c>%d%c", markOpen, line, markClose)
		}
	}
	if body, ok := strings.CutSuffix(rest, "{"); ok {
		rest = body + `{{"{"}}`
	}
	b.WriteString(rest)
	p.write(b.String())
}

// guardTpl hands the first argument of every call of tpl to the function that
// rewrites it.
func guardTpl(n parse.Node) {
	switch n := n.(type) {
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			guardTpl(c)
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			guardTpl(a)
		}
		if id, ok := n.Args[0].(*parse.IdentifierNode); ok && id.Ident == "tpl" && len(n.Args) > 1 {
			inner := &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(fnTpl), n.Args[1]}}
			n.Args[1] = &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{inner}}
		}
	case *parse.ChainNode:
		guardTpl(n.Node)
	}
}

// rendered is what a template file rendered, without marks.
type rendered struct {
	file  int // -1: unknown
	text  []byte
	lines []int // line of the template for each line of the text; 0 unknown
}

// unmark takes the marks out. A line without one was made within an action,
// whose line the next mark tells; where a line begins in the template's text,
// that is its line.
func unmark(s string) rendered {
	r := rendered{file: -1}
	var b strings.Builder
	pending := 0
	for l := range strings.SplitAfterSeq(s, "\n") {
		at, begins := 0, false
		clean := mark.ReplaceAllStringFunc(l, func(m string) string {
			m = strings.Trim(m, "\uE010\uE011")
			if id, ok := strings.CutPrefix(m, "@"); ok {
				if n, err := strconv.Atoi(id); err == nil && r.file < 0 {
					r.file = n
				}
			} else if n, err := strconv.Atoi(strings.TrimPrefix(m, ">")); err == nil && (at == 0 || !begins) {
				begins = strings.HasPrefix(m, ">")
				if at == 0 || begins {
					at = n
				}
			}
			return ""
		})
		b.WriteString(clean)
		r.lines = append(r.lines, at)
		pending++
		if at > 0 {
			for i := len(r.lines) - pending; i < len(r.lines); i++ {
				r.lines[i] = at
			}
			pending = 0
		}
	}
	last := 0
	for i, n := range r.lines { // after the last mark, the last line is nearest
		if n == 0 {
			r.lines[i] = last
		} else {
			last = n
		}
	}
	r.text = []byte(b.String())
	return r
}

func (r *rendered) line(n int) int {
	if n < 1 || n > len(r.lines) || r.lines[n-1] == 0 {
		return 1
	}
	return r.lines[n-1]
}

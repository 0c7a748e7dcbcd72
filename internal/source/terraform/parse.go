package terraform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// block and body are one parsed construct, whichever syntax it came in.
type block struct {
	typ      string
	labels   []string
	body     *body
	file     string
	line     int
	endLine  int
	comments []source.Comment

	perInstance tristate // whether it depends on each, count or self; see perInstance
}

type body struct {
	attrs  map[string]*attr
	blocks []*block // in source order
}

type attr struct {
	name string
	expr hclsyntax.Expression
	file string
	line int

	perInstance tristate
}

func (b *block) at() estate.Location {
	return estate.Location{File: b.file, Line: b.line, EndLine: b.endLine}
}

func (a *attr) at() estate.Location { return location(a.file, a.line) }

// first returns the first nested block of that type, or nil.
func (b *body) first(typ string) *block {
	for _, x := range b.blocks {
		if x.typ == typ {
			return x
		}
	}
	return nil
}

// sorted returns the attributes in source order.
func (b *body) sorted() []*attr {
	out := make([]*attr, 0, len(b.attrs))
	for _, a := range b.attrs {
		out = append(out, a)
	}
	slices.SortFunc(out, func(x, y *attr) int {
		return cmp.Or(cmp.Compare(x.line, y.line), strings.Compare(x.name, y.name))
	})
	return out
}

// parsed is one file's content.
type parsed struct {
	name   string
	blocks []*block
	gaps   []source.Gap
	calls  map[string]bool // functions called
	size   int             // bytes of source
}

// parseFile parses one configuration file. It never fails: what is wrong
// becomes a gap, and what could be read beside it is kept.
func parseFile(t *tree, name string, b *budget) *parsed {
	p := &parsed{name: name, calls: map[string]bool{}}
	src, err := t.read(name, maxConfigFile)
	p.size = len(src)
	if err == nil {
		src, err = textOf(src)
	}
	if err == nil {
		err = guardTokens(src)
	}
	if err != nil {
		p.broken(0, err.Error(), "")
		return p
	}
	if strings.HasSuffix(name, ".json") {
		p.json(src)
	} else {
		p.native(src)
	}
	p.instrument(b)
	return p
}

func (p *parsed) broken(line int, what, mend string) {
	if mend == "" {
		mend = "correct the file, then run again; what stands in it may be missing from the result"
	}
	p.gaps = append(p.gaps, source.Gap{
		Kind:  "file",
		What:  fmt.Sprintf("%s: %s", p.name, what),
		Mend:  mend,
		At:    location(p.name, line),
		Fatal: true,
	})
}

func (p *parsed) native(src []byte) {
	start := hcl.Pos{Line: 1, Column: 1}
	tokens, _ := hclsyntax.LexConfig(src, p.name, start)
	if line := tooDeep(tokens); line > 0 {
		p.broken(line, "is nested too deeply to be read", "flatten the expression or block at this line")
		return
	}
	f, diags := hclsyntax.ParseConfig(src, p.name, start)
	if diags.HasErrors() {
		d := firstError(diags)
		p.broken(subjectLine(diags), "syntax error: "+lowerFirst(d.Summary), "")
	}
	if f == nil {
		return
	}
	if b, ok := f.Body.(*hclsyntax.Body); ok {
		p.blocks = p.convert(b).blocks
	}
	attachComments(p.blocks, commentsOf(tokens))
}

func (p *parsed) convert(in *hclsyntax.Body) *body {
	out := &body{}
	if len(in.Attributes) > 0 {
		out.attrs = make(map[string]*attr, len(in.Attributes))
		for name, a := range in.Attributes {
			out.attrs[name] = &attr{name: name, expr: a.Expr, file: p.name, line: a.SrcRange.Start.Line}
		}
	}
	for _, b := range in.Blocks {
		out.blocks = append(out.blocks, &block{
			typ:     b.Type,
			labels:  b.Labels,
			body:    p.convert(b.Body),
			file:    p.name,
			line:    b.TypeRange.Start.Line,
			endLine: b.CloseBraceRange.End.Line,
		})
	}
	return out
}

func (p *parsed) instrument(b *budget) {
	var walk func(typ string, x *body)
	walk = func(typ string, x *body) {
		for name, a := range x.attrs {
			if typ == "variable" && name == "type" {
				continue // a type only looks like an expression
			}
			if err := instrument(a.expr, b, func(fn string) { p.calls[fn] = true }); err != nil {
				p.broken(a.line, err.Error(), "")
				delete(x.attrs, name)
			}
		}
		for _, n := range x.blocks {
			walk(n.typ, n.body)
		}
	}
	for _, n := range p.blocks {
		walk(n.typ, n.body)
	}
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// Package manifest turns Kubernetes documents, in YAML or JSON, into native
// resources. What the readers of plain manifests, charts and overlays share is
// here: parsing under bounds, lines, comments, references between objects, and
// the care that secret values are not kept. Only those readers import it.
package manifest

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// MaxFile bounds a file of objects.
const MaxFile = 32 << 20

// Documents come from anybody. An alias may stand for a document's whole
// content, and that again for another's, so what counts is the size of the
// expanded value.
const (
	maxDepth     = 200
	maxValues    = 1_000_000 // in one document, aliases expanded
	maxDocBytes  = 32 << 20  // of text in one document, aliases expanded
	maxDocuments = 50_000    // in one file
)

// Options say how text becomes resources.
type Options struct {
	// File is the name locations carry.
	File string
	// Root and Lines of every resource yielded.
	Root string
	// Line maps a line of the text to one of File; nil keeps it.
	Line func(int) int
	// Placeholders makes ${NAME} and {{ name }} in values unknown: text that
	// some other tool fills in before it is applied.
	Placeholders bool
	// Namespace is what a chart was rendered for, chosen for want of a better
	// one. An object that names it is treated as one that names none.
	Namespace string
	// Scan looks for credentials in text at a path, as Secret objects have
	// them. Its findings, never the values, are kept. Nil: not looked for.
	Scan func(path, text string) []string
}

// A Problem is something that could not be read. Its kind is that of a
// [source.Gap].
type Problem struct {
	Kind  string
	Line  int
	What  string
	Mend  string
	Fatal bool // broken, as against written for another tool or too large
}

// Gap is the problem as a gap of the file.
func (p Problem) Gap(file string) source.Gap {
	return source.Gap{Kind: p.Kind, What: file + ": " + p.What, Mend: p.Mend, At: estate.Location{File: file, Line: p.Line}, Fatal: p.Fatal}
}

const (
	template = "template" // kinds
	broken   = "file"
	limit    = "limit"

	smaller = "split it into smaller files"
)

// Read yields every object of the text, and what could not be read of it.
func Read(src []byte, opt Options, yield func(*source.Resource), problem func(Problem)) {
	if i := strings.IndexByte(string(src[:min(len(src), 1<<16)]), 0); i >= 0 {
		problem(Problem{Kind: broken, Line: 1, What: "it is no text", Mend: "save it as UTF-8", Fatal: true})
		return
	}
	if isJSON(src) {
		readJSON(src, opt, yield, problem)
		return
	}
	chunks := split(src)
	if len(chunks) > maxDocuments {
		problem(Problem{Kind: limit, Line: chunks[maxDocuments].line, What: fmt.Sprintf("it has more than %d documents; the rest is not assessed", maxDocuments), Mend: smaller})
		chunks = chunks[:maxDocuments]
	}
	templates := 0
	for _, c := range chunks {
		if err := c.read(opt, yield, problem); err != nil {
			if err.Kind == template {
				if templates++; templates > 1 {
					continue // one line for a file is enough
				}
			}
			problem(*err)
		}
	}
}

func (c *chunk) read(opt Options, yield func(*source.Resource), problem func(Problem)) *Problem {
	root, err := c.parse()
	var p *Problem
	switch {
	case err != nil:
		p = &Problem{Kind: broken, Line: c.line + err.line - 1, What: "it is not valid YAML: " + err.what, Mend: "mend the document; the others of the file were read", Fatal: true}
	case root != nil:
		p = c.objects(root, opt, yield, problem)
	}
	if p == nil || p.Kind != broken {
		return p
	}
	if line, mark := templateMark(c.text); mark != "" { // which is why it makes no sense
		return unrendered(c.line+line, mark)
	}
	return p
}

func unrendered(line int, mark string) *Problem {
	return &Problem{
		Kind: template, Line: line,
		What: fmt.Sprintf("it is text for a template engine (%q) as it stands; objects in it are not assessed", mark),
		Mend: "render it first and assess the result",
	}
}

// objects yields the document's object, or those of the list it is.
func (c *chunk) objects(root *yaml.Node, opt Options, yield func(*source.Resource), problem func(Problem)) *Problem {
	b := builder{values: maxValues, bytes: maxDocBytes, placeholders: opt.Placeholders}
	body, lines, err := b.document(root)
	if err != nil {
		p := &Problem{Kind: broken, Line: c.line, What: err.Error(), Mend: "mend the document; the others of the file were read", Fatal: true}
		if e, ok := errors.AsType[*nodeError](err); ok {
			p.Line = c.line + e.line - 1
			if e.limit {
				p.Kind, p.Mend, p.Fatal = limit, smaller, false
			}
		}
		return p
	}
	if body == nil {
		return nil
	}
	for _, d := range b.twice {
		problem(Problem{Kind: broken, Line: c.line + d.line - 1, What: fmt.Sprintf("key %q is written twice", d.key), Mend: "keep one of them; until then its value counts as unknown"})
	}
	comments := c.comments(root)
	var emit func(body map[string]any, n *yaml.Node, lines map[string]int, from, to, depth int)
	emit = func(body map[string]any, n *yaml.Node, lines map[string]int, from, to, depth int) {
		kind, _ := body["kind"].(string)
		items, isList := body["items"].([]any)
		if isList && strings.HasSuffix(kind, "List") && depth < 3 {
			c.items(body, items, n, to, depth, emit)
			return
		}
		r := resource(body, opt)
		if r == nil {
			return
		}
		c.place(r, lines, comments, from, to, opt)
		yield(r)
	}
	emit(body, root, lines, 1, c.lines, 0)
	return nil
}

// items emits the objects of a list. One that does not say what it is, is what
// the list's name says.
func (c *chunk) items(list map[string]any, items []any, n *yaml.Node, to, depth int, emit func(map[string]any, *yaml.Node, map[string]int, int, int, int)) {
	nodes := sequence(n, "items")
	for i, it := range items {
		body, ok := it.(map[string]any)
		if !ok {
			continue
		}
		if _, ok := body["kind"].(string); !ok {
			body["kind"] = strings.TrimSuffix(list["kind"].(string), "List")
		}
		if _, ok := body["apiVersion"].(string); !ok {
			body["apiVersion"] = list["apiVersion"]
		}
		if i >= len(nodes) {
			emit(body, nil, nil, c.lines, to, depth+1)
			continue
		}
		end := to
		if i+1 < len(nodes) {
			end = nodes[i+1].Line - 1
		}
		node := follow(nodes[i])
		lines := map[string]int{}
		collect(node, "", lines, 0, new(int))
		emit(body, node, lines, nodes[i].Line, max(end, nodes[i].Line), depth+1)
	}
}

// place says where the resource stands. Lines of the document become lines of
// the file.
func (c *chunk) place(r *source.Resource, lines map[string]int, comments []source.Comment, from, to int, opt Options) {
	at := func(line int) int {
		line = min(line, c.lines) + c.line - 1 // YAML knows breaks of lines that nobody else counts
		if opt.Line != nil {
			line = opt.Line(line)
		}
		return line
	}
	start := from
	if from == 1 {
		start = min(c.start, to)
	}
	r.Location.File = opt.File
	r.Location.Line = at(start)
	r.Location.EndLine = max(at(to), r.Location.Line)
	for p, line := range lines {
		lines[p] = at(line)
	}
	r.Lines = lines
	first := sort.Search(len(comments), func(i int) bool { return comments[i].Line >= from })
	for _, k := range comments[first:] {
		if k.Line > to {
			break
		}
		r.Comments = append(r.Comments, source.Comment{Text: k.Text, Line: at(k.Line)})
	}
	r.Comments = append(r.Comments, annotated(r)...)
}

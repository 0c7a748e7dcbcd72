package cloudformation

import (
	"path"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

const (
	typeStack       = "AWS::CloudFormation::Stack"
	typeApplication = "AWS::Serverless::Application"
)

// child is the stack a resource nests, or nil when it nests none that can be
// read.
func (st *stack) child(e *entry) *stack {
	if e.child != nil || e.opening {
		return e.child
	}
	var where string
	switch e.node.get("Type").str() {
	case typeStack:
		where = "TemplateURL"
	case typeApplication:
		where = "Location"
	default:
		return nil
	}
	e.opening = true // stays so when there is none, which is then told once
	props := e.node.get("Properties")
	file := st.childFile(e, props.get(where))
	if file == "" {
		return nil
	}
	if st.rd.visit != nil {
		st.rd.visit(file)
		return nil
	}
	child := st.nest(e, file)
	if child == nil {
		return nil
	}
	for _, m := range props.get("Parameters").entries() {
		v := e.scope.eval(m.val)
		if l, ok := v.([]any); ok && firstOpen(l) == nil { // the stack takes texts
			v = e.scope.joined(",", l, m.line)
		}
		child.given[m.name] = v
	}
	child.open()
	e.child = child
	return child
}

// childFile finds the template of a nested stack among the local files, or
// says why it is not read.
func (st *stack) childFile(e *entry, n *node) string {
	if asset, ok := e.node.get("Metadata").get("aws:asset:path").scalar(); ok && strings.HasSuffix(asset, ".json") {
		return path.Join(path.Dir(st.file), asset) // the CDK writes beside it where the template is
	}
	at := location(st.file, e.line)
	missing := func(what string) string {
		st.rd.gap(source.Gap{
			Kind: "module", What: "the nested stack " + clip(e.id) + " is not read: " + what,
			Mend: "keep its template beside this one and refer to it by a relative path", At: at,
		})
		return ""
	}
	if n == nil {
		return missing("it names no template")
	}
	if n.kind == mapNode && n.get("ApplicationId") != nil {
		return missing("its application comes from a repository")
	}
	v := e.scope.eval(n)
	text, ok := v.(string)
	if !ok {
		if o, isOpen := v.(*open); isOpen {
			return missing("where its template stands is not known (" + shown(o.text) + ")")
		}
		return missing("where its template stands is no text")
	}
	if strings.Contains(text, "://") {
		return missing("its template " + clip(text) + " is not a local file")
	}
	file := path.Join(path.Dir(st.file), strings.ReplaceAll(text, `\`, "/"))
	if path.IsAbs(text) {
		return missing("its template " + clip(text) + " is not named by a relative path")
	}
	if fi, err := st.rd.files.root.Stat(file); err == nil && fi.IsDir() {
		for _, name := range []string{"template.yaml", "template.yml", "template.json"} {
			if _, err := st.rd.files.root.Stat(path.Join(file, name)); err == nil {
				return path.Join(file, name)
			}
		}
	}
	return file
}

// nest opens a nested template.
func (st *stack) nest(e *entry, file string) *stack {
	rd, at := st.rd, location(st.file, e.line)
	told := func(kind, what string) *stack {
		rd.gap(source.Gap{
			Kind: kind, What: "the nested stack " + clip(e.id) + " is not read: " + what,
			Mend: "correct the path of its template, or add the file", At: at,
		})
		return nil
	}
	for outer := e.scope.st; outer != nil; outer = outer.outer {
		if outer.file == file {
			return told("module", file+" nests itself")
		}
	}
	if st.depth+1 > maxStackDeep {
		return told("limit", "stacks are nested too deeply")
	}
	if rd.stacks >= maxStacks {
		return told("limit", "there are too many nested stacks")
	}
	if _, err := rd.files.rel(file); err != nil {
		return told("module", "its template "+err.Error())
	}
	doc := rd.parsed[file]
	if doc == nil {
		src, err := rd.files.read(file, maxFile)
		if err != nil {
			return told("module", "its template "+clip(file)+" cannot be opened")
		}
		doc = parse(file, src)
		rd.parsed[file] = doc
		for _, g := range doc.gaps {
			rd.gap(g)
		}
	}
	child := rd.newStack(file, doc)
	child.outer, child.depth = st, st.depth+1
	child.prefix = st.prefix + e.id + e.suffix() + "/"
	child.calls = append(append([]estate.Location{}, st.calls...), at)
	child.given = map[string]any{}
	return child
}

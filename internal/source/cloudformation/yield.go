package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// yield yields the resources of the stack and of those nested in it.
func (st *stack) yield() {
	if st.doc.root == nil {
		return
	}
	if st.entries == nil {
		st.open()
	}
	if st.rd.visit == nil {
		st.keptSecret()
	}
	for _, e := range st.entries {
		st.rd.at = location(st.file, e.line)
		if t := e.existence(); t.known && !t.holds {
			continue
		}
		if st.rd.visit == nil {
			st.resource(e)
		}
		if child := st.child(e); child != nil {
			child.yield()
			child.report()
		}
	}
	if st.rd.visit == nil {
		st.implicit()
	}
}

// resource yields one resource of the template.
func (st *stack) resource(e *entry) {
	typ, ok := e.node.get("Type").scalar()
	if !ok && e.node.kind == mapNode && len(e.node.members) == 1 && strings.Contains(e.node.members[0].name, "::") {
		e.scope.eval(e.node) // a macro, or another tool's tag: tells that it is not read
		return
	}
	if t := e.node.get("Type"); t != nil && t.kind == mapNode && len(t.members) == 1 {
		tool := strings.TrimPrefix(t.members[0].name, foreign)
		st.rd.gap(source.Gap{
			Kind: "module", What: "what " + clip(e.id) + " is, " + clip(tool) + " decides, which is none of CloudFormation's; it is not read",
			Mend: "assess what the tool that knows it makes of the template", At: location(st.file, e.line),
		})
		return
	}
	if !ok || !strings.Contains(typ, "::") {
		st.rd.gap(source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: the resource %s has no type", st.file, clip(e.id)),
			Mend: "give the resource a Type", At: location(st.file, e.line), Fatal: true,
		})
		return
	}
	if strings.HasSuffix(typ, "::MODULE") {
		st.rd.gap(source.Gap{
			Kind: "module", What: "the module " + clip(typ) + " of " + clip(e.id) + " stands in a registry, and what it makes is not read",
			Mend: "assess the processed template: aws cloudformation get-template --template-stage Processed", At: location(st.file, e.line),
		})
		return
	}
	props := e.properties()
	if n := e.node.get("Fn::Transform"); n != nil {
		for _, one := range n.list() {
			e.macro = "a macro"
			if name, ok := one.get("Name").scalar(); ok {
				e.macro = "the macro " + clip(name)
			}
			e.scope.macro(one, one.line)
		}
	}
	if st.serverless {
		defer st.embedded(e)
	}
	if strings.HasPrefix(typ, "AWS::Serverless::") {
		st.serverlessResource(e, typ, props)
		return
	}
	st.put(e, made{id: e.id, typ: typ, props: props, lines: e.lines()})
}

// made is one resource as it is yielded. It differs from what the template
// says where SAM makes several resources of one.
type made struct {
	id, typ string
	props   map[string]any
	lines   map[string]int
	perhaps bool // whether it is made is not known
}

// properties evaluates the resource's properties.
func (e *entry) properties() map[string]any {
	n := e.node.get("Properties")
	if n == nil {
		return map[string]any{}
	}
	st := e.scope.st
	st.rd.mixed = ""
	v := e.scope.eval(n)
	e.macro = st.rd.mixed
	if o, ok := v.(*open); ok && n.get("Fn::Transform") != nil {
		e.macro = strings.TrimSuffix(o.reason, " is not read")
	}
	switch v := v.(type) {
	case map[string]any:
		return v
	case nil, absent:
	case *open:
		st.rd.gap(source.Gap{
			Kind: "resource", What: "the properties of " + clip(e.id) + " are not known: " + v.reason,
			Mend: "write the properties out", At: location(st.file, n.line),
		})
	default:
		st.rd.mistake(n.line, "the properties of %s are no mapping", clip(e.id))
	}
	return map[string]any{}
}

// besides are what a resource has beside its properties that checks may read.
var besides = []string{"DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "Metadata"}

// put yields a resource that the entry makes.
func (st *stack) put(e *entry, m made) {
	if st.made[m.id] {
		return
	}
	st.made[m.id] = true
	suffix := e.suffix()
	if m.perhaps {
		suffix = "[*]"
	}
	end, comments := st.doc.comments.span(e.line, e.node.end)
	x := exporter{rd: st.rd}
	r := &source.Resource{
		Dialect: estate.CloudFormation, Type: m.typ, Address: st.prefix + m.id + suffix, Name: m.id, Provider: "aws",
		Root: st.rd.file, Account: known(st.rd.info.account), Region: known(st.rd.info.region),
		Body: x.body(m.props), Calls: st.calls, Lines: m.lines,
		Location: estate.Location{File: st.file, Line: e.line, EndLine: end}, Comments: comments,
	}
	for _, key := range besides {
		n := e.node.get(key)
		if _, taken := r.Body[key]; n == nil || taken {
			continue
		}
		v := e.scope.eval(n)
		if key == "Metadata" {
			r.Comments = append(slices.Clip(r.Comments), skips(n)...)
			if path, ok := n.get("aws:cdk:path").scalar(); ok && m.id == e.id && path != "" {
				r.Name = strings.TrimSuffix(path, "/Resource")
			}
		}
		if v = x.value(v, key); v != nil {
			r.Body[key] = v
		}
	}
	r.Set = make(map[string]bool, len(r.Body))
	for k, v := range r.Body {
		if v != nil {
			r.Set[k] = true
		}
	}
	r.Refs = x.refs
	r.Partial, r.PartialWhy = st.partial(e)
	st.rd.sink.Resource(r)
}

// partial tells whether a macro may write more into the resource than stands
// there.
func (st *stack) partial(e *entry) (bool, string) {
	macro := e.macro
	if st.rewritten != "" {
		macro = "the macro " + clip(st.rewritten)
	}
	if macro == "" {
		return false, ""
	}
	return true, macro + " may write it"
}

func known(s string) string {
	if strings.HasPrefix(s, "unknown-") {
		return ""
	}
	return s
}

// skips reads the waivers that other tools keep in metadata.
func skips(metadata *node) []source.Comment {
	var out []source.Comment
	add := func(form string, list *node, reason string) {
		for _, n := range list.list() {
			if id, ok := n.get("id").scalar(); ok && len(out) < maxRefs {
				out = append(out, source.Comment{Text: form + "=" + id + ":" + n.get(reason).str(), Line: n.line})
			}
		}
	}
	add("checkov:skip", metadata.get("checkov").get("skip"), "comment")
	add("cfn_nag:skip", metadata.get("cfn_nag").get("rules_to_suppress"), "reason")
	return out
}

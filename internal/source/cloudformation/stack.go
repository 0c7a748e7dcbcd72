package cloudformation

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// stack is one template with the parameters it is deployed with.
type stack struct {
	rd     *reader
	file   string
	doc    *document
	prefix string // of addresses: "Network/" inside the nested stack Network
	calls  []estate.Location
	depth  int
	outer  *stack // the stack that nests this one

	given      map[string]any // values for parameters
	params     map[string]any
	conditions map[string]truth
	entries    []*entry // resources in source order, loops unrolled
	byID       map[string]*entry
	undeclared map[string]int  // names referred to, and where first
	made       map[string]bool // logical ids yielded
	serverless bool            // the template uses the SAM transform
	globals    map[string]any  // of SAM, evaluated; nil until asked for
	apis       implicitAPIs
	rewritten  string // the macro that may have changed every resource
}

// entry is one resource of a template.
type entry struct {
	id    string
	node  *node
	line  int // of the logical id
	scope scope
	open  bool // one that stands for all a loop makes, which are not known

	exists  *truth // under its condition; nil until decided
	child   *stack // of a nested stack
	opening bool   // the child is being made
	macro   string // the one that may write more into it
}

func (rd *reader) newStack(file string, doc *document) *stack {
	rd.stacks++
	st := &stack{
		rd: rd, file: file, doc: doc, params: map[string]any{}, conditions: map[string]truth{},
		byID: map[string]*entry{}, undeclared: map[string]int{}, made: map[string]bool{},
	}
	return st
}

// open prepares the stack's resources. It is apart from newStack because loops
// need parameters.
func (st *stack) open() {
	st.transforms()
	for _, m := range st.doc.root.get("Resources").entries() {
		switch {
		case strings.HasPrefix(m.name, forEach):
			scope{st: st}.each(m, func(in scope, body member) { st.declareLooped(in, body, false) },
				func(in scope, body member) { st.declareLooped(in, body, true) })
		case m.name == "Fn::Transform":
			scope{st: st}.macro(m.val, m.line)
		default:
			st.declare(&entry{id: m.name, node: m.val, line: m.line, scope: scope{st: st}})
		}
	}
}

func (st *stack) declare(e *entry) {
	if st.byID[e.id] == nil {
		st.byID[e.id] = e
		st.entries = append(st.entries, e)
	}
}

// declareLooped declares a resource of a loop; open says that the loop's
// values are not known.
func (st *stack) declareLooped(in scope, body member, isOpen bool) {
	id := body.name
	switch v := in.looped(body.name).(type) {
	case string:
		id = alphanumeric(v)
	case *open:
		isOpen = true
		id = alphanumeric(withoutHoles(v.text))
	}
	st.declare(&entry{id: id, node: body.val, line: body.line, scope: in, open: isOpen})
}

func withoutHoles(text string) string {
	var b strings.Builder
	for rest := text; ; {
		before, after, found := strings.Cut(rest, source.HoleOpen)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, rest, _ = strings.Cut(after, source.HoleClose)
	}
}

// harmless transforms change nothing that is not evaluated here, or only add
// resources of their own.
var harmless = map[string]bool{
	"AWS::LanguageExtensions": true, "AWS::SecretsManager-2020-07-23": true, "AWS::SecretsManager-2024-09-16": true,
	"AWS::CodeDeployBlueGreen": true, "AWS::CodeStar": true, "AWS::ServiceCatalog": true,
}

const transformSAM = "AWS::Serverless-2016-10-31"

// transforms looks at what the template is put through before deployment.
func (st *stack) transforms() {
	for _, m := range append([]member{{val: st.doc.root}}, st.doc.root.entries()...) {
		if n := m.val.get("Fn::Transform"); n != nil && m.name != "Resources" {
			scope{st: st}.macro(n, n.line)
		}
	}
	for _, n := range st.doc.root.get("Transform").list() {
		name, ok := n.scalar()
		switch {
		case ok && name == transformSAM:
			st.serverless = true
		case ok && harmless[name]:
		case ok:
			st.rewritten = name
			scope{st: st}.macro(&node{kind: mapNode, line: n.line, members: []member{{"Name", n.line, n}}}, n.line)
		case n.get("Fn::Transform") != nil:
			scope{st: st}.macro(n.get("Fn::Transform"), n.line)
		default:
			if name, _ := n.get("Name").scalar(); name != include {
				st.rewritten = name
			}
			scope{st: st}.macro(n, n.line)
		}
	}
}

// existence decides the resource's condition.
func (e *entry) existence() truth {
	if e.exists == nil {
		t := isTrue
		if name, ok := e.node.get("Condition").scalar(); ok {
			t = e.scope.st.condition(name, e.line)
		}
		e.exists = &t
	}
	return *e.exists
}

// suffix marks an address that stands for perhaps none or several.
func (e *entry) suffix() string {
	if e.open || !e.existence().known {
		return "[*]"
	}
	return ""
}

func (st *stack) declares(name string) bool { return st.byID[name] != nil }

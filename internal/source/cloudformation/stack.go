package cloudformation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
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
			scope{st: st}.macro(&node{kind: mapNode, line: n.line, members: []member{{"Name", n.line, n}}}, n.line)
		case n.get("Fn::Transform") != nil:
			scope{st: st}.macro(n.get("Fn::Transform"), n.line)
		default:
			scope{st: st}.macro(n, n.line)
		}
	}
}

// yield yields the resources of the stack and of those nested in it.
func (st *stack) yield() {
	if st.doc.root == nil {
		return
	}
	if st.entries == nil {
		st.open()
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

// address is how references name a resource of this stack.
func (st *stack) address(id string) string {
	if strings.Contains(st.prefix, "[*]") {
		return strings.ReplaceAll(st.prefix, "[*]", "") + id
	}
	return st.prefix + id
}

// reference is what a resource comes to for others: known after deployment.
func (st *stack) reference(name, attr string, line int) any {
	e := st.byID[name]
	base := name
	if e == nil {
		if id, part, ok := strings.Cut(name, "."); ok && st.declares(id) { // SAM: Api.Stage, Function.Version
			base, attr, e = id, part, st.byID[id]
		}
	}
	address := st.address(base)
	why := address + "." + attr + " is known after deployment"
	if attr == "Ref" {
		why = address + " is known after deployment"
	}
	if e == nil {
		if _, have := st.undeclared[base]; !have {
			st.undeclared[base] = line
		}
	} else if t := e.existence(); t.known && !t.holds {
		why = base + " is not made, as its condition does not hold"
	}
	return &open{
		reason: why, notNull: true, exact: true, text: hole(address + "." + attr),
		refs: []source.Ref{{Address: address, Attribute: attr}},
	}
}

// attribute is Fn::GetAtt.
func (st *stack) attribute(name, attr string, line int) any {
	e := st.byID[name]
	output, isOutput := strings.CutPrefix(attr, "Outputs.")
	if e != nil && attr == echoed {
		if v, ok := st.echo(e); ok {
			return v
		}
	}
	if e == nil || !isOutput {
		return st.reference(name, attr, line)
	}
	if child := st.child(e); child != nil {
		return child.output(output, line)
	}
	return st.reference(name, attr, line)
}

// echoed is the attribute that is the property of the same name: a network's
// range. Whether a rule lets in the network or the world depends on it.
const echoed = "CidrBlock"

// echo evaluates the property that an attribute repeats. The result is false
// where nothing is written, or the property leads back to the attribute.
func (st *stack) echo(e *entry) (any, bool) {
	rd := st.rd
	rd.depth++
	defer func() { rd.depth-- }()
	n := e.node.get("Properties").get(echoed)
	if t := e.existence(); n == nil || rd.depth > maxDepth || t.known && !t.holds {
		return nil, false
	}
	v := e.scope.eval(n)
	_, isText := v.(string)
	_, isOpen := v.(*open)
	return v, isText || isOpen
}

// output evaluates an output of a nested stack.
func (st *stack) output(name string, line int) any {
	rd := st.rd
	rd.depth++
	defer func() { rd.depth-- }()
	if rd.depth > maxDepth {
		return unknown("outputs depend on one another in too long a chain", "…")
	}
	s, n := st.looked("Outputs", name)
	if n == nil {
		rd.mistake(line, "the nested stack %s has no output %s", clip(strings.TrimSuffix(st.prefix, "/")), clip(name))
		return unknown("the nested stack has no such output", name)
	}
	v := s.eval(n.get("Value"))
	if c, ok := n.get("Condition").scalar(); ok {
		if t := st.condition(c, n.line); !t.known {
			return rd.either(v, absent{}, t.why)
		}
	}
	return v
}

// looked finds an entry of a section, perhaps one that a loop makes.
func (st *stack) looked(section, name string) (scope, *node) {
	s := scope{st: st}
	in := st.doc.root.get(section)
	n := in.get(name)
	if n != nil {
		return s, n
	}
	for _, m := range in.entries() {
		if strings.HasPrefix(m.name, forEach) {
			scope{st: st}.each(m, func(in scope, body member) {
				if key, ok := in.looped(body.name).(string); ok && n == nil && (key == name || alphanumeric(key) == name) {
					n, s = body.val, in
				}
			}, nil)
		}
	}
	return s, n
}

// report tells what is referred to and not declared.
func (st *stack) report() {
	names := slices.SortedFunc(maps.Keys(st.undeclared), func(a, b string) int {
		return cmp.Or(st.undeclared[a]-st.undeclared[b], strings.Compare(a, b))
	})
	for _, name := range names {
		if st.made[name] || st.serverless && st.generated(name) {
			continue
		}
		st.rd.at = location(st.file, st.undeclared[name])
		st.rd.mistake(st.undeclared[name], "%s is referred to, but neither a parameter nor a resource of the template", clip(name))
	}
}

// generated guesses whether SAM makes a resource of that name with a hash in it.
func (st *stack) generated(name string) bool {
	if strings.HasPrefix(name, "Serverless") {
		return true
	}
	return slices.ContainsFunc(st.entries, func(e *entry) bool {
		return strings.HasPrefix(name, e.id) && strings.HasPrefix(e.node.get("Type").str(), "AWS::Serverless::")
	})
}

// pseudo gives the value of a pseudo parameter.
func (st *stack) pseudo(name string) (any, bool) {
	if !strings.HasPrefix(name, "AWS::") {
		return nil, false
	}
	info := st.rd.info
	known := ""
	switch name {
	case "AWS::NoValue":
		return absent{}, true
	case "AWS::Partition":
		known = partition(info.region)
	case "AWS::URLSuffix":
		known = "amazonaws.com"
		if partition(info.region) == "aws-cn" {
			known += ".cn"
		}
	case "AWS::Region":
		known = info.region
	case "AWS::AccountId":
		known = info.account
	case "AWS::StackName":
		if st.depth == 0 {
			known = info.name
		}
	case "AWS::StackId", "AWS::NotificationARNs":
	default:
		return nil, false
	}
	if known != "" {
		return known, true
	}
	return &open{reason: name + " is not known before deployment", notNull: name != "AWS::NotificationARNs", exact: true, text: hole(name)}, true
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
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
	switch v := e.scope.eval(n).(type) {
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
	st.rd.sink.Resource(r)
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

// lines records where each property is first written.
func (e *entry) lines() map[string]int {
	into := map[string]int{}
	for _, m := range e.node.get("Properties").entries() {
		linesOf(m, "", into)
	}
	for _, key := range besides {
		for _, m := range e.node.entries() {
			if m.name == key {
				put(into, key, m.line)
			}
		}
	}
	if line, ok := into["Tags"]; ok {
		put(into, "tags", line)
	}
	return into
}

func put(into map[string]int, path string, line int) {
	if old, have := into[path]; !have || line < old {
		into[path] = line
	}
}

// maxLines bounds the paths of one resource whose lines are kept.
const maxLines = 5_000

func linesOf(m member, prefix string, into map[string]int) {
	if len(into) >= maxLines {
		return
	}
	path := prefix + m.name
	put(into, path, m.line)
	linesIn(m.val, path+".", into)
}

// linesIn walks to where the members of a value are written, through lists and
// both sides of Fn::If.
func linesIn(n *node, prefix string, into map[string]int) {
	switch {
	case n == nil || len(prefix) > 500:
	case n.kind == listNode:
		for _, x := range n.items {
			linesIn(x, prefix, into)
		}
	case n.kind == mapNode && len(n.members) == 1 && (n.members[0].name == "Ref" || strings.HasPrefix(n.members[0].name, "Fn::")):
		if items, ok := args(n.members[0].val, 3, 3); ok && n.members[0].name == "Fn::If" {
			linesIn(items[1], prefix, into)
			linesIn(items[2], prefix, into)
		}
	case n.kind == mapNode:
		for _, m := range n.members {
			linesOf(m, prefix, into)
		}
	}
}

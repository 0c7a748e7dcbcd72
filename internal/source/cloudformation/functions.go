package cloudformation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// intrinsicNames are the functions of the template language, and those that
// only decide conditions.
var intrinsicNames = map[string]bool{
	"Ref": true, "Fn::GetAtt": true, "Fn::Sub": true, "Fn::Join": true, "Fn::Select": true, "Fn::Split": true,
	"Fn::FindInMap": true, "Fn::Base64": true, "Fn::Cidr": true, "Fn::GetAZs": true, "Fn::ImportValue": true,
	"Fn::If": true, "Fn::Transform": true, "Fn::Length": true, "Fn::ToJsonString": true,
	"Fn::And": true, "Fn::Or": true, "Fn::Not": true, "Fn::Equals": true, "Condition": true,
	"Fn::Contains": true, "Fn::EachMemberEquals": true, "Fn::EachMemberIn": true, "Fn::RefAll": true,
	"Fn::ValueOf": true, "Fn::ValueOfAll": true, // of rules, which are not read
	"Fn::GetStackOutput": true,
}

// scope is where an expression stands: in a stack, perhaps inside loops.
type scope struct {
	st    *stack
	loops *loop
}

// loop is one variable of Fn::ForEach.
type loop struct {
	outer *loop
	name  string
	value any
}

func (s scope) loop(name string) (any, bool) {
	for l := s.loops; l != nil; l = l.outer {
		if l.name == name {
			return l.value, true
		}
	}
	return nil, false
}

// eval gives a node's value.
func (s scope) eval(n *node) any {
	rd := s.st.rd
	if n == nil {
		return nil
	}
	rd.step(len(n.text))
	rd.depth++
	defer func() { rd.depth-- }()
	if rd.depth > maxDepth {
		rd.gap(source.Gap{
			Kind: "limit", What: "values depend on one another in too long a chain", Mend: "shorten the chain", At: location(s.st.file, n.line),
		})
		return unknown("depends on too long a chain of values", "…")
	}
	switch n.kind {
	case boolNode:
		return n.text == "true"
	case numberNode:
		return numberOf(n.text)
	case textNode:
		return s.looped(n.text)
	case listNode:
		return s.items(n)
	case mapNode:
		return s.object(n)
	}
	return nil
}

func (s scope) items(n *node) any {
	out := make([]any, 0, len(n.items))
	for _, x := range n.items {
		if v := s.eval(x); v != any(absent{}) {
			out = append(out, v)
		}
	}
	return out
}

func (s scope) object(n *node) any {
	if len(n.members) == 1 {
		name := n.members[0].name
		if name == "Ref" || strings.HasPrefix(name, "Fn::") && !strings.HasPrefix(name, forEach) {
			return s.call(name, n.members[0].val, n.line)
		}
	}
	out := make(map[string]any, len(n.members))
	for _, m := range n.members {
		switch {
		case strings.HasPrefix(m.name, forEach):
			s.each(m, func(in scope, body member) {
				if key, ok := in.looped(body.name).(string); ok {
					out[key] = in.eval(body.val)
				}
			}, nil)
			continue
		case m.name == "Fn::Transform":
			s.mixed(m)
			continue
		}
		name := m.name
		if s.loops != nil {
			if key, ok := s.looped(name).(string); ok {
				name = key
			}
		}
		if v := s.eval(m.val); v != any(absent{}) {
			out[name] = v
		}
	}
	return out
}

// call evaluates an intrinsic function.
func (s scope) call(name string, arg *node, line int) any {
	s.st.rd.at = location(s.st.file, line)
	switch name {
	case "Ref":
		return s.ref(arg, line)
	case "Fn::GetAtt":
		return s.getAtt(arg, line)
	case "Fn::Sub":
		return s.sub(arg, line)
	case "Fn::Join":
		return s.join(arg, line)
	case "Fn::Select":
		return s.pick(arg, line)
	case "Fn::Split":
		return s.split(arg, line)
	case "Fn::FindInMap":
		return s.findInMap(arg, line)
	case "Fn::Base64":
		return s.eval(arg) // people read the text, and so do checks
	case "Fn::Cidr":
		return s.cidr(arg, line)
	case "Fn::GetAZs":
		return &open{reason: "the availability zones of a region are known after deployment", notNull: true, text: hole("Fn::GetAZs")}
	case "Fn::ImportValue":
		return s.imported(arg)
	case "Fn::GetStackOutput":
		return &open{reason: "comes from another stack", notNull: true, text: hole("Fn::GetStackOutput")}
	case "Fn::If":
		return s.choose(arg, line)
	case "Fn::Transform":
		return s.macro(arg, line)
	case "Fn::Length":
		return s.length(arg, line)
	case "Fn::ToJsonString":
		return s.st.rd.jsonText(s.eval(arg))
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals":
		t := s.decide(&node{kind: mapNode, line: line, members: []member{{name, line, arg}}})
		if t.known {
			return t.holds
		}
		return &open{reason: t.why, notNull: true, text: hole(t.why), options: []string{"true", "false"}}
	}
	if tag, ok := strings.CutPrefix(name, foreign); ok {
		return s.assembled(tag, line)
	}
	return s.bad(line, "the function %s is not one Demarc knows", clip(name))
}

// assembled stands for what another tool puts in the place of its own tags.
func (s scope) assembled(tag string, line int) any {
	what := "the tag !" + clip(tag) + " is none of CloudFormation's; what it brings in is not read"
	s.st.rd.gap(source.Gap{
		Kind: "expression", What: what, Mend: "assess what the tool that knows the tag makes of the template", At: location(s.st.file, line),
	})
	return unknown(what, "!"+tag)
}

// bad notes a mistaken expression and gives the value that stands for it.
func (s scope) bad(line int, format string, args ...any) any {
	s.st.rd.at = location(s.st.file, line)
	s.st.rd.mistake(line, format, args...)
	return unknown(fmt.Sprintf(format, args...), "?")
}

// args gives the items of a function's argument, when there are as many.
func args(n *node, least, most int) ([]*node, bool) {
	if n == nil || n.kind != listNode || len(n.items) < least || len(n.items) > most {
		return nil, false
	}
	return n.items, true
}

func (s scope) ref(arg *node, line int) any {
	name, ok := s.name(arg)
	if !ok {
		return s.bad(line, "Ref takes a name")
	}
	if v, ok := s.loop(name); ok {
		return v
	}
	if v, ok := s.st.pseudo(name); ok {
		return v
	}
	if v, ok := s.st.parameter(name); ok {
		return v
	}
	return s.st.reference(name, "Ref", line)
}

// name evaluates what must be a name; inside loops it may hold variables.
func (s scope) name(arg *node) (string, bool) {
	if arg == nil {
		return "", false
	}
	v := s.eval(arg)
	name, ok := textual(v)
	return name, ok && name != ""
}

func (s scope) getAtt(arg *node, line int) any {
	if arg != nil && arg.kind == textNode {
		arg = splitAttribute(arg)
	}
	if arg == nil || arg.kind != listNode || len(arg.items) < 2 {
		return s.bad(line, "Fn::GetAtt takes a resource and an attribute")
	}
	name, ok := s.name(arg.items[0])
	if !ok {
		return s.bad(line, "Fn::GetAtt takes the name of a resource")
	}
	var attr []string
	for _, x := range arg.items[1:] {
		v, ok := s.name(x)
		if !ok {
			v = ""
		}
		attr = append(attr, v)
	}
	return s.st.attribute(name, strings.Join(attr, "."), line)
}

func (s scope) pick(arg *node, line int) any {
	items, ok := args(arg, 2, 2)
	if !ok {
		return s.bad(line, "Fn::Select takes an index and a list")
	}
	index := s.eval(items[0])
	list := s.eval(items[1])
	if o, ok := list.(*open); ok {
		text := o.text
		if partly(text) || !strings.HasPrefix(text, source.HoleOpen) {
			text = hole("Fn::Select")
		}
		return &open{reason: o.reason, refs: o.refs, notNull: o.notNull, text: text}
	}
	l, isList := list.([]any)
	if !isList {
		return s.bad(line, "Fn::Select takes an index and a list")
	}
	if o, ok := index.(*open); ok {
		return &open{reason: o.reason, text: o.text, refs: refsIn(l, o.refs)}
	}
	text, _ := textual(index)
	i, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || i < 0 || i >= len(l) {
		return s.bad(line, "Fn::Select asks for item %s of a list of %d", clip(text), len(l))
	}
	return l[i]
}

func (s scope) length(arg *node, line int) any {
	switch l := s.eval(arg).(type) {
	case []any:
		return number{float64(len(l)), strconv.Itoa(len(l))}
	case *open:
		return &open{reason: l.reason, refs: l.refs, notNull: true, text: hole("Fn::Length")}
	}
	return s.bad(line, "Fn::Length takes a list")
}

func (s scope) imported(arg *node) any {
	what := "a value another stack exports"
	switch v := s.eval(arg).(type) {
	case *open:
		return &open{reason: "imported from another stack (" + shown(v.text) + ")", notNull: true, text: hole("Fn::ImportValue"), refs: v.refs}
	default:
		if text, ok := textual(v); ok && text != "" {
			what = text
		}
	}
	return &open{reason: "imported from another stack (" + clip(what) + ")", notNull: true, text: hole("Fn::ImportValue." + clip(what))}
}

func (s scope) choose(arg *node, line int) any {
	items, ok := args(arg, 3, 3)
	if !ok {
		return s.bad(line, "Fn::If takes a condition and two values")
	}
	t := s.condition(items[0])
	switch {
	case t.known && t.holds:
		return s.eval(items[1])
	case t.known:
		return s.eval(items[2])
	}
	return s.st.rd.either(s.eval(items[1]), s.eval(items[2]), t.why)
}

// mixed is a macro beside other entries of an object, to which it adds.
func (s scope) mixed(m member) {
	for _, one := range m.val.list() {
		s.macro(one, one.line)
		name, _ := one.get("Name").scalar()
		s.st.rd.mixed = "the macro " + clip(name)
		if name == include {
			s.st.rd.mixed = "what " + include + " brings in"
		}
	}
}

// include brings in a piece of a template, which cannot change the rest.
const include = "AWS::Include"

// macro stands for what a macro would put in its place.
func (s scope) macro(arg *node, line int) any {
	name, _ := arg.get("Name").scalar()
	what := "the macro " + clip(name)
	mend := "assess the processed template: aws cloudformation get-template --template-stage Processed"
	if name == include {
		what = "a template snippet that AWS::Include brings in"
		if at, ok := textual(s.eval(arg.get("Parameters").get("Location"))); ok && at != "" {
			what += " from " + clip(at)
		}
		mend = "write the snippet into the template, or " + mend
	}
	s.st.rd.gap(source.Gap{Kind: "expression", What: what + " is not read", Mend: mend, At: location(s.st.file, line)})
	return unknown(what+" is not read", "Fn::Transform")
}

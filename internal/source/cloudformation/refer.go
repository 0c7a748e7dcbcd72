package cloudformation

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

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

// Package testestate makes up AWS estates of any size for tests and
// benchmarks: the same resources as a Terraform plan and as a tree of Terraform
// configuration. What it writes depends on the number of resources alone.
//
// An estate is made of stacks, each an application with its network, storage,
// database and so on. Half of them stand in the root module, half are instances
// of modules. Some stacks are configured well, others badly.
package testestate

import (
	"encoding/json"
	"fmt"
	"strings"
)

// moduleCount is how many modules share the stacks that are not in the root.
const moduleCount = 4

// layout is how the resources of an estate are spread.
type layout struct {
	full    int // whole stacks
	partial int // resources of a last stack, in the root
}

func plan(n int) layout {
	size := len(stack(scope{}))
	return layout{full: n / size, partial: n % size}
}

// roots are the stacks that stand in the root module.
func (l layout) roots() []scope {
	var out []scope
	for i := 0; i < l.full; i += 2 {
		out = append(out, scope{index: i, root: true})
	}
	if l.partial > 0 {
		out = append(out, scope{index: l.full, root: true, size: l.partial})
	}
	return out
}

// instances are the stacks made by one module.
func (l layout) instances(module int) []scope {
	var out []scope
	for i := 1; i < l.full; i += 2 {
		if (i/2)%moduleCount == module {
			out = append(out, scope{index: i, module: moduleName(module)})
		}
	}
	return out
}

func moduleName(m int) string { return fmt.Sprintf("app%d", m) }

// scope is where a stack stands.
type scope struct {
	index  int
	root   bool
	module string // the call's name
	size   int    // how many of its resources there are, if not all
}

// title is the stack's own name, and its key among a module's instances.
func (s scope) title() string { return fmt.Sprintf("s%05d", s.index) }

// label is the label of the stack's resource of that name.
func (s scope) label(name string) string {
	if s.root {
		return name + "_" + s.title()
	}
	return name
}

// bad reports whether the stack has the flaw of that number.
func (s scope) bad(flaw int) bool { return (s.index*7+flaw)%5 == 0 }

func (s scope) resources() []resource {
	rs := stack(s)
	if s.size > 0 {
		rs = rs[:s.size]
	}
	return rs
}

// resource is one resource with the arguments its configuration writes.
type resource struct {
	typ, name string
	args      body
	computed  []string // attributes known after apply
	absent    []string // further arguments, not set
}

// address is the resource's address inside its module.
func (r resource) address(s scope) string { return r.typ + "." + s.label(r.name) }

// body is a list of arguments: name, value, name, value … A value is a string,
// bool, int, []string, map[string]string, or one of the types below.
type body []any

func (b body) each(f func(name string, value any)) {
	for i := 0; i+1 < len(b); i += 2 {
		f(b[i].(string), b[i+1])
	}
}

// named is a string that begins with the stack's title.
type named string

// ref is a reference to an attribute of another resource of the stack:
// "aws_kms_key.key.arn".
type ref string

// refs is a list of such references.
type refs []ref

// variable is a reference to a variable of the module, or the expression that
// stands for it in the root.
type variable struct{ name, inRoot string }

// document is a JSON document, with an optional ref in place of each @.
type document struct {
	text string
	refs []ref
}

func (r ref) in(s scope) string {
	parts := strings.SplitN(string(r), ".", 3)
	return parts[0] + "." + s.label(parts[1]) + "." + parts[2]
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("testestate: " + err.Error()) // only ever our own literals
	}
	return b
}

package arm

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
)

// nested is the template that a deployment resource deploys, or nil when it
// cannot be read; a gap then says why.
func (e *evaluator) nested(i *instance) *scope {
	if i == nil || i.deployed {
		if i == nil {
			return nil
		}
		return i.deploy
	}
	i.deployed = true
	if i.decl.existing {
		return nil
	}
	at := i.env.line(i.decl.node).at
	props := i.decl.node.get("properties")
	if i.decl.scope.depth >= maxNested {
		e.limit(at, fmt.Sprintf("deployments nest deeper than %d levels; the rest is not assessed", maxNested))
		return nil
	}
	var s *scope
	inner := strings.EqualFold(props.get("expressionEvaluationOptions").str("scope"), "inner")
	t := props.get("template")
	if t != nil && t.kind == '"' { // a template in a variable, as Bicep leaves one it has loaded
		v := e.node(i.env.line(t), t)
		if _, ok := v.(map[string]any); !ok {
			e.gap("module", at, "which template the deployment deploys is not known", "write the template, or link to it by a relative path")
			return nil
		}
		t, inner = e.asNode(v, t.line), true // its expressions have been left as they are
	}
	if t != nil && t.kind == '{' {
		s = newScope(i.decl.scope.file, t)
		if inner {
			s.env.at = at
			s.env.quiet = i.env.quiet
		} else {
			s.env = i.env
		}
	} else if s = e.linked(i, props, at); s == nil {
		return nil
	} else {
		s.env.quiet = i.env.quiet
	}
	e.deployTo(i, s)
	i.deploy = s
	return s
}

// asNode turns a value back into a part of a template, all of which stands on
// one line.
func (e *evaluator) asNode(v any, line int) *node {
	e.step(1)
	e.grow(160)
	n := &node{line: line, end: line}
	switch x := v.(type) {
	case string:
		n.kind, n.text = '"', x
	case float64:
		n.kind, n.number = '0', x
	case bool:
		n.kind = 'f'
		if x {
			n.kind = 't'
		}
	case []any:
		n.kind = '['
		for _, el := range x {
			n.values = append(n.values, e.asNode(el, line))
		}
	case map[string]any:
		n.kind = '{'
		for _, k := range sortedKeys(x) {
			n.names, n.values = append(n.names, k), append(n.values, e.asNode(x[k], line))
		}
	case *unknown:
		n.open = x
	default:
		n.kind = 'n'
	}
	return n
}

// deployTo gives a nested template its parameters and its place.
func (e *evaluator) deployTo(i *instance, s *scope) {
	outer, n := i.decl.scope, i.decl.node
	s.outer, s.nested, s.depth, s.perhaps = outer, true, outer.depth+1, i.perhaps
	name := i.decl.symbol + i.suffix
	if i.decl.symbol == "" {
		name = shown(textOf(i.name))
		if _, known := i.name.(string); !known {
			name += i.suffix
		}
	}
	s.path = outer.path + name + "/"
	s.calls = append(slices.Clip(outer.calls), estate.Location{File: outer.file.shown, Line: n.line, EndLine: n.end})
	s.subscription, s.group = outer.subscription, outer.group
	if v := e.field(i.env, n, "subscriptionId"); v != nil {
		s.subscription = v
	}
	if v := e.field(i.env, n, "resourceGroup"); v != nil {
		s.group = v
	}
	s.elsewhere = n.get("scope") != nil
	params := n.get("properties").get("parameters")
	if params == nil {
		return
	}
	for k, name := range params.names {
		p := params.values[k]
		g := given{node: p.get("value"), env: i.env.line(p)}
		if g.node == nil && p.get("reference") == nil {
			continue
		}
		s.given[strings.ToLower(name)] = g
	}
}

const mendLinked = "deploy it from a file beside the template (relativePath), or assess that template too"

// linked is a template in a file of its own.
func (e *evaluator) linked(i *instance, props *node, at estate.Location) *scope {
	link := props.get("templateLink")
	if link == nil {
		e.gap("module", at, "the deployment has no template", "write template or templateLink")
		return nil
	}
	if link.get("id") != nil {
		e.gap("module", at, "the deployment's template is a template spec, which is not in the sources", "export it: az ts export, and assess that template too")
		return nil
	}
	rel := ""
	switch v := e.field(i.env, link, "relativePath").(type) {
	case string:
		rel = v
	case nil:
		if u, ok := e.field(i.env, link, "uri").(*unknown); ok {
			rel = u.beside
		}
		if rel == "" {
			e.gap("module", at, "the deployment's template is elsewhere, at an address", mendLinked)
			return nil
		}
	default:
		e.gap("module", at, "which file the deployment's template is in is not known", mendLinked)
		return nil
	}
	outer := i.decl.scope
	to := path.Join(path.Dir(outer.file.path), strings.ReplaceAll(rel, `\`, "/"))
	if slices.Contains(outer.files(), to) {
		e.gap("module", at, "the template deploys itself", "break the circle")
		return nil
	}
	f, err := e.load(to)
	if err != nil {
		e.gap("module", at, fmt.Sprintf("the template %q that the deployment links to cannot be read: %s", clip(rel, 200), err), mendLinked)
		return nil
	}
	e.links[to] = true
	return newScope(f, f.node)
}

// files are those of the template and of the ones that deploy it.
func (s *scope) files() []string {
	var out []string
	for ; s != nil; s = s.outer {
		out = append(out, s.file.path)
	}
	return out
}

// deployment is the one deployment that targets lead to, or nil.
func (e *evaluator) deployment(v env, ts []target) *instance {
	if len(ts) != 1 {
		return nil
	}
	if d := ts[0].decl; d != nil {
		if !d.isDeployment() {
			return nil
		}
		e.expandDecl(d)
	} else if !strings.HasPrefix(ts[0].key, deploymentType+"|") {
		return nil
	} else if v.s != nil {
		v.s.all(func(d *decl) {
			if d.isDeployment() {
				e.expandDecl(d)
			}
		})
	}
	found, _ := e.find(ts[0])
	if len(found) != 1 || !found[0].decl.isDeployment() {
		return nil
	}
	return found[0]
}

var errTooLarge = errors.New("it is larger than 16 MiB")

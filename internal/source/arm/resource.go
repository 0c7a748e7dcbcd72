package arm

import (
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// decl is a resource as the template declares it.
type decl struct {
	scope    *scope
	parent   *decl // around it
	symbol   string
	typ      string
	node     *node
	existing bool

	expanded  int // 0: not yet, 1: under way, 2: done
	instances []*instance
	children  []*decl
}

// instance is one resource that a declaration makes.
type instance struct {
	decl    *decl
	parent  *instance
	env     env
	typ     string
	name    any // full: srv/rule
	address string
	suffix  string // [0] of a symbolic name's copy loop
	perhaps int    // whether it is made is open so many times over

	deploy   *scope // of a deployment whose template was read
	deployed bool   // tried already

	within   bool     // written in the resource around it, not beside it
	unfolded []string // lists in it whose members became resources of their own

	again  []*instance // the same resource, as other templates deploy it again
	before *instance   // that it deploys again
}

const deploymentType = "microsoft.resources/deployments"

func (d *decl) isDeployment() bool { return strings.EqualFold(d.typ, deploymentType) }

// declare lists the resources of a template.
func (e *evaluator) declare(s *scope) {
	if s.declared {
		return
	}
	s.declared = true
	e.declareIn(s, nil, s.node.get("resources"), 0)
}

func (e *evaluator) declareIn(s *scope, parent *decl, list *node, depth int) {
	if list == nil || depth > 10 {
		return
	}
	for i, n := range list.values {
		d := &decl{scope: s, parent: parent, node: n}
		if list.kind == '{' {
			d.symbol = list.names[i]
			s.symbols[strings.ToLower(d.symbol)] = d
		}
		typ := n.get("type")
		if n.kind != '{' || typ == nil || typ.kind != '"' || typ.text == "" {
			if imported := n.get("import"); imported == nil {
				e.gap("resource", s.env.line(n).at, "a resource has no type", "write its type")
			}
			continue
		}
		d.typ = d.fullType(textOf(e.text(s.env.line(typ), typ.text)))
		ex := n.get("existing")
		d.existing = ex != nil && ex.kind == 't'
		if parent != nil {
			parent.children = append(parent.children, d)
		} else {
			s.decls = append(s.decls, d)
		}
		e.declareIn(s, d, n.get("resources"), depth+1)
	}
}

// fullType puts a nested resource's type behind that of the one around it.
func (d *decl) fullType(typ string) string {
	typ = shown(strings.Trim(typ, "/"))
	if i := strings.LastIndexByte(typ, '@'); i > 0 { // Bicep's spelling, in extensible resources
		typ = typ[:i]
	}
	if d.parent == nil || strings.Contains(typ, ".") && strings.Contains(typ, "/") && !strings.HasPrefix(strings.ToLower(typ), "providers/") {
		return typ
	}
	return d.parent.typ + "/" + typ
}

// all calls f for every declaration of a scope, outer ones first.
func (s *scope) all(f func(*decl)) {
	var walk func([]*decl)
	walk = func(ds []*decl) {
		for _, d := range ds {
			f(d)
			walk(d.children)
		}
	}
	walk(s.decls)
}

// expand finds out which resources a template makes, and those of the
// templates nested in it.
func (e *evaluator) expand(s *scope) {
	e.declare(s)
	s.all(e.expandDecl)
	s.all(func(d *decl) {
		if !d.isDeployment() {
			return
		}
		for _, i := range d.instances {
			if inner := e.nested(i); inner != nil {
				e.expand(inner)
			}
		}
	})
}

func (e *evaluator) expandDecl(d *decl) {
	if d.expanded != 0 {
		return
	}
	d.expanded = 1
	defer func() { d.expanded = 2 }()
	if d.parent == nil {
		e.expandIn(d, nil, d.scope.env)
		return
	}
	e.expandDecl(d.parent)
	for _, p := range d.parent.instances {
		e.expandIn(d, p, p.env)
	}
	if len(d.parent.instances) == 0 {
		// Azure makes a child also where the condition of its parent is false:
		// then the parent is there already.
		e.expandIn(d, e.absentParent(d.parent), d.scope.env)
	}
}

// absentParent stands for a parent that this template does not make.
func (e *evaluator) absentParent(d *decl) *instance {
	if c := d.node.get("copy"); c != nil {
		return nil // made no times, and with it its children
	}
	var up *instance
	if d.parent != nil {
		if up = e.absentParent(d.parent); up == nil {
			return nil
		}
	}
	i := &instance{decl: d, parent: up, env: d.scope.env.line(d.node)}
	e.identify(i)
	return i
}

// expandIn makes the instances that a declaration has within one parent.
func (e *evaluator) expandIn(d *decl, parent *instance, v env) {
	if d.parent != nil && parent == nil {
		return
	}
	v = v.line(d.node)
	c := d.node.get("copy")
	if c == nil || c.kind != '{' {
		e.instance(d, parent, v, "", false)
		return
	}
	name := textOf(e.field(v, c, "name"))
	n, open := e.count(v, c)
	if open != nil {
		open.reason = "how often the copy loop runs is not known"
		e.instance(d, parent, v.in(loop{name, &unknown{reason: open.reason, notNull: true, label: "copyIndex('" + name + "')"}}), "", true)
		return
	}
	for i := range n {
		e.instance(d, parent, v.in(loop{name, float64(i)}), "["+strconv.Itoa(i)+"]", false)
	}
}

// field evaluates one member of an object; nil when it is not written.
func (e *evaluator) field(v env, n *node, name string) any {
	m := n.get(name)
	if m == nil {
		return nil
	}
	return e.node(v.line(m), m)
}

// instance makes one resource unless its condition is false.
func (e *evaluator) instance(d *decl, parent *instance, v env, suffix string, open bool) {
	i := &instance{decl: d, parent: parent, env: v, suffix: suffix, perhaps: d.scope.perhaps}
	if open {
		i.perhaps++
	}
	if c := d.node.get("condition"); c != nil {
		switch x := e.node(v.line(c), c).(type) {
		case bool:
			if !x {
				return
			}
		case string:
			if strings.EqualFold(x, "false") {
				return
			}
		case *unknown:
			i.perhaps++
			i.env.quiet = true
		}
	}
	if e.instances++; e.instances > maxInstances {
		panic(stopped{errInstances})
	}
	e.identify(i)
	d.instances = append(d.instances, i)
	key := keyOf(i.typ, textOf(i.name))
	e.index[key] = append(e.index[key], i)
	if named := keyOf("", textOf(i.name)); d.symbol == "" {
		e.index[named] = append(e.index[named], i)
	}
}

// identify finds an instance's full name and its type. What extends another
// resource through .../providers/ is of the extension's type.
func (e *evaluator) identify(i *instance) {
	i.typ = i.decl.typ
	n := i.decl.node.get("name")
	if n == nil {
		i.name = opaque("no name is written", "name")
	} else {
		i.name = e.node(i.env.line(n), n)
	}
	switch i.name.(type) {
	case string, *unknown, float64:
	default:
		i.name = opaque("the name is no text", "name")
	}
	if i.parent == nil || i.typ != i.parent.typ && !strings.HasPrefix(i.typ, i.parent.typ+"/") {
		return
	}
	up := i.parent.name
	if strings.HasPrefix(strings.ToLower(textOf(i.name)), strings.ToLower(textOf(up))+"/") {
		return // written in full already
	}
	i.name = partial(textOf(up)+"/"+textOf(i.name), up, i.name)
}

// extension splits the type and name of what extends another resource:
// Microsoft.Storage/storageAccounts/providers/locks named st/Microsoft.X/l.
func extension(typ, name string) (ownType, ownName, ofType, ofName string, ok bool) {
	at := strings.LastIndex(strings.ToLower(typ), "/providers/")
	if at < 0 {
		return typ, name, "", "", false
	}
	ofType, rest := typ[:at], typ[at+len("/providers/"):]
	parts := splitText(name)
	of := strings.Count(ofType, "/")
	if strings.Contains(rest, ".") || len(parts) < of+2 || of < 1 { // the namespace stands in the type or is missing
		return typ, name, "", "", false
	}
	return parts[of] + "/" + rest, strings.Join(parts[of+1:], "/"), ofType, strings.Join(parts[:of], "/"), true
}

// skipped are members of a resource that say how it is deployed, not what it
// is.
var skipped = map[string]bool{
	"copy": true, "condition": true, "dependson": true, "resources": true, "comments": true, "metadata": true,
	"existing": true, "import": true, "asserts": true,
}

// spelled is how the members of a resource are written, whatever their case
// in a template.
var spelled = func() map[string]string {
	m := map[string]string{}
	for _, s := range []string{
		"type", "apiVersion", "name", "location", "tags", "sku", "kind", "identity", "properties", "plan", "zones", "scope",
		"extendedLocation", "managedBy", "eTag", "scale",
	} {
		m[strings.ToLower(s)] = s
	}
	return m
}()

// address gives an instance the name reports call it by.
func (e *evaluator) address(i *instance) {
	d := i.decl
	if i.before = e.deployedBefore(i); i.before != nil {
		i.before.again = append(i.before.again, i)
		i.address = i.before.address
		return
	}
	text := shown(i.typ + "/" + textOf(i.name))
	if d.symbol != "" {
		text = d.scope.path + d.symbol + i.suffix
		if d.parent != nil && d.scope.symbols[strings.ToLower(d.symbol)] != d { // children of two parents may share a name
			text = d.scope.path + d.parent.symbol + "/" + d.symbol + i.suffix
		}
	}
	text += strings.Repeat("[*]", i.perhaps)
	if e.taken[text] && d.scope.path != "" {
		text = d.scope.path + text
	}
	base := text
	for n := e.again[base]; e.taken[text]; n++ { // two of them, of which conditions make one
		text = base + "#" + strconv.Itoa(n+2)
		e.again[base] = n + 1
	}
	e.taken[text] = true
	i.address = text
}

// emit yields the resources of a scope and of the templates nested in it.
func (e *evaluator) emit(s *scope) {
	e.keptSecret(s)
	s.all(func(d *decl) {
		for _, i := range d.instances {
			if i.deploy != nil {
				e.emit(i.deploy)
				continue
			}
			if d.isDeployment() || i.before != nil {
				continue // a gap tells of a deployment, the first of what was deployed twice
			}
			r := e.resource(i)
			for _, other := range i.again {
				agree(r, e.resource(other))
			}
			e.sink.Resource(r)
		}
	})
}

func (e *evaluator) addresses(s *scope) {
	s.all(func(d *decl) {
		for _, i := range d.instances {
			if i.deploy != nil {
				e.addresses(i.deploy)
				continue
			}
			e.address(i)
		}
	})
}

// resource makes what the sink gets of an instance.
func (e *evaluator) resource(i *instance) *source.Resource {
	d, f := i.decl, i.decl.scope.file
	typ, name, ofType, ofName, extends := extension(i.typ, textOf(i.name))
	r := &source.Resource{
		Dialect:  estate.ARM,
		Type:     shown(typ),
		Address:  i.address,
		Name:     d.symbol,
		Data:     d.existing,
		Provider: "azure",
		Root:     e.root,
		Body:     make(map[string]any, len(d.node.names)+1),
		Set:      map[string]bool{},
		Location: estate.Location{File: f.shown, Line: d.node.line, EndLine: d.node.end},
		Calls:    d.scope.calls,
		Lines:    map[string]int{},
	}
	if r.Name == "" {
		parts := splitText(name)
		r.Name = shown(parts[len(parts)-1])
	}
	if s, ok := d.scope.subscription.(string); ok {
		r.Account = strings.ToLower(s)
	}
	c := &converter{e: e, r: r}
	for k, v := range e.object(i.env, d.node, skipped) {
		if s, ok := spelled[strings.ToLower(k)]; ok {
			k = s
		}
		r.Set[k] = true
		if k != "name" && k != "type" && k != "scope" {
			r.Body[k] = c.value(v, k)
		}
	}
	withoutUnfolded(r, i.unfolded)
	r.Body["type"], r.Set["type"] = r.Type, true
	r.Body["name"] = c.value(partial(name, i.name), "name")
	delete(r.Refs, "name")                                                            // a name made of another resource's does not refer to it
	if parts := splitText(name); len(parts) > 1 && len(strings.Split(typ, "/")) > 2 { // what it is called within its parent
		if own := parts[len(parts)-1]; own != "" && !strings.Contains(own, source.HoleOpen) {
			r.Body["label"] = own
		}
	}
	c.around(i, extends, ofType, ofName)
	if s, ok := r.Body["location"].(string); ok {
		r.Region = region(s)
	}
	for k, n := range members(d.node) {
		if s, ok := spelled[strings.ToLower(k)]; ok {
			k = s
		}
		c.lines(n, k)
	}
	r.Comments = comments(f, d)
	return r
}

func members(n *node) map[string]*node {
	m := make(map[string]*node, len(n.names))
	for i, name := range n.names {
		if !skipped[strings.ToLower(name)] {
			m[name] = n.values[i]
		}
	}
	return m
}

// region is a location's name as Azure's own tools write it: West Europe and
// westeurope are one.
func region(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }

// around notes what the resource is part of: "parent" for a child, "scope" for
// an extension.
func (c *converter) around(i *instance, extends bool, ofType, ofName string) {
	name := textOf(i.name)
	if extends {
		c.belongs("scope", i, ofType, ofName)
		c.belongs("parent", i, ofType, ofName)
		return
	}
	if n := i.decl.node.get("scope"); n != nil {
		v := c.e.node(i.env.line(n), n)
		c.r.Body["scope"], c.r.Set["scope"] = c.value(v, "scope"), true
		if s := textOf(v); !strings.Contains(s, "/providers/") { // relative, as Bicep writes it
			if d, nth := i.decl.scope.symbol(s); d != nil {
				c.refer("scope", []target{{decl: d, nth: nth}})
			} else {
				c.refer("scope", targetOf(s))
			}
		}
	}
	if typ, names := strings.Split(i.typ, "/"), splitText(name); len(typ) > 2 && len(names) > 1 {
		c.belongs("parent", i, strings.Join(typ[:len(typ)-1], "/"), strings.Join(names[:len(names)-1], "/"))
	}
}

func (c *converter) belongs(path string, i *instance, typ, name string) {
	if i.parent != nil && i.parent.address != "" {
		c.addRef(path, source.Ref{Address: i.parent.address})
	} else {
		c.refer(path, []target{{key: keyOf(typ, name)}})
	}
	if _, ok := c.r.Body[path]; !ok {
		c.r.Body[path] = c.value(partial(name, i.name), path)
	}
}

// comments are those that stand above or in the resource but in none nested
// in it, and what its metadata tells scanners to skip.
func comments(f *file, d *decl) []source.Comment {
	nested := map[int]bool{}
	for _, k := range d.children {
		for _, c := range f.text.inside(k.node.line, k.node.end) {
			nested[c.line] = true
		}
	}
	var out []source.Comment
	for _, c := range f.text.inside(d.node.line, d.node.end) {
		if !nested[c.line] {
			out = append(out, source.Comment{Text: c.text, Line: c.line})
		}
	}
	skips := d.node.get("metadata").get("checkov").get("skip")
	if skips == nil {
		return out
	}
	for _, s := range skips.values {
		if id := s.str("id"); id != "" {
			out = append(out, source.Comment{Text: "checkov:skip=" + id + ":" + clip(s.str("comment"), 500), Line: s.line})
		}
	}
	return out
}

package tfplan

import (
	"slices"
	"strings"
)

// configuration is what is kept of a plan's configuration section.
type configuration struct {
	root      *module
	providers map[string]*provider // by provider_config_key
	variables map[string]any       // the root module's, as the plan was made with

	shapes map[string]*shape
	paths  map[string]string
}

func newConfiguration() *configuration {
	return &configuration{
		root:      &module{},
		providers: map[string]*provider{},
		variables: map[string]any{},
		shapes:    map[string]*shape{},
		paths:     map[string]string{},
	}
}

// module is one module call of the configuration, or the root.
type module struct {
	parent    *module
	depth     int
	name      string
	calls     map[string]*module
	args      map[string]*expression // arguments of the call, in the parent's terms
	outputs   map[string]*expression
	defaults  map[string]any // of its variables, if short
	resources map[string]*configured

	varTargets, outTargets map[string][]target // answers so far
}

// configured is a resource block of the configuration.
type configured struct {
	shape    *shape
	refs     []argRef
	forEach  []string // references of count or for_each
	provider string
}

// argRef is one reference made by the argument at a path.
type argRef struct{ path, ref string }

// shape is which arguments a block writes. Most blocks of a type share one.
type shape struct {
	args  map[string]written // by path without indices
	names []string           // top-level ones, sorted
}

// written tells how often a path was written: more than once under repeated
// blocks.
type written struct {
	times int
	block bool
}

// expression is an expression outside of resources.
type expression struct {
	refs     []string
	constant any
}

// constLimit bounds the constants kept for finding regions and accounts.
const constLimit = 256

// configuration reads the configuration section.
func (s *scanner) configuration(c *configuration) error {
	return s.fields(func(name string) error {
		switch name {
		case "provider_config":
			return s.fields(func(key string) error {
				p, err := s.provider()
				c.providers[key] = p
				return err
			})
		case "root_module":
			return s.module(c, c.root)
		}
		return s.skip()
	})
}

func (s *scanner) module(c *configuration, m *module) error {
	if m.depth > maxDepth {
		return s.tooDeep()
	}
	return s.fields(func(name string) error {
		switch name {
		case "resources":
			m.resources = map[string]*configured{}
			return s.elements(func() error { return s.configured(c, m) })
		case "outputs":
			m.outputs = map[string]*expression{}
			return s.fields(func(out string) error {
				return s.fields(func(field string) error {
					if field != "expression" {
						return s.skip()
					}
					e, err := s.expression()
					m.outputs[out] = e
					return err
				})
			})
		case "variables":
			m.defaults = map[string]any{}
			return s.fields(func(v string) error {
				return s.fields(func(field string) error {
					if field != "default" {
						return s.skip()
					}
					d, err := s.short()
					m.defaults[v] = d
					return err
				})
			})
		case "module_calls":
			m.calls = map[string]*module{}
			return s.fields(func(call string) error { return s.moduleCall(c, m, call) })
		}
		return s.skip()
	})
}

func (s *scanner) moduleCall(c *configuration, parent *module, name string) error {
	m := &module{parent: parent, depth: parent.depth + 1, name: name, args: map[string]*expression{}}
	parent.calls[name] = m
	return s.fields(func(field string) error {
		switch field {
		case "expressions":
			return s.fields(func(arg string) error {
				e, err := s.expression()
				m.args[arg] = e
				return err
			})
		case "module":
			return s.module(c, m)
		}
		return s.skip()
	})
}

// expression reads an expression with its references and, if short, its
// constant value.
func (s *scanner) expression() (*expression, error) {
	e := &expression{}
	if s.dec.PeekKind() != '{' {
		return e, s.skip()
	}
	return e, s.fields(func(name string) (err error) {
		switch name {
		case "references":
			e.refs, err = s.references()
			return err
		case "constant_value":
			e.constant, err = s.short()
			return err
		}
		return s.skip()
	})
}

func (s *scanner) references() ([]string, error) {
	if s.dec.PeekKind() != '[' {
		return nil, s.skip()
	}
	var refs []string
	err := s.elements(func() error {
		ref, err := s.text()
		if ref != "" {
			refs = append(refs, ref)
		}
		return err
	})
	return longest(refs), err
}

// short reads a string or a list of few strings, and skips anything else.
func (s *scanner) short() (any, error) {
	switch s.dec.PeekKind() {
	case '"':
		v, err := s.text()
		if len(v) > constLimit {
			return nil, err
		}
		return v, err
	case '[':
		var list []any
		err := s.elements(func() error {
			v, err := s.text()
			if v != "" && len(v) <= constLimit && len(list) < 8 {
				list = append(list, v)
			}
			return err
		})
		return list, err
	}
	return nil, s.skip()
}

// configured reads one element of a module's resources.
func (s *scanner) configured(c *configuration, m *module) error {
	if s.dec.PeekKind() != '{' {
		return s.skip()
	}
	res := &configured{}
	var mode, typ, label string
	b := shapeBuilder{c: c, s: s, res: res}
	err := s.fields(func(name string) (err error) {
		switch name {
		case "mode":
			mode, err = s.text()
		case "type":
			typ, err = s.text()
		case "name":
			label, err = s.text()
		case "provider_config_key":
			res.provider, err = s.text()
		case "expressions":
			err = b.block(make([]byte, 0, 128), maxDepth)
		case "for_each_expression", "count_expression":
			var e *expression
			e, err = s.expression()
			res.forEach = e.refs
		default:
			err = s.skip()
		}
		return err
	})
	res.shape = b.shape()
	res.refs = slices.Clip(res.refs)
	m.resources[resourceKey(mode, typ, label)] = res
	return err
}

// resourceKey is a resource's address inside its module, without key.
func resourceKey(mode, typ, name string) string {
	if mode == "data" {
		return "data." + typ + "." + name
	}
	return typ + "." + name
}

// shapeBuilder collects the arguments of one resource block while reading its
// expressions.
type shapeBuilder struct {
	c    *configuration
	s    *scanner
	res  *configured
	args []writtenPath
	key  []byte
}

type writtenPath struct {
	path  string
	block bool
}

// block reads the expressions of a block, whose path is given.
func (b *shapeBuilder) block(path []byte, depth int) error {
	if depth == 0 {
		return b.s.tooDeep()
	}
	if b.s.dec.PeekKind() != '{' {
		return b.s.skip()
	}
	return b.s.fields(func(name string) error {
		return b.argument(join(path, name), depth-1)
	})
}

// argument reads what stands at a path: an expression, a block or several.
func (b *shapeBuilder) argument(path []byte, depth int) error {
	switch b.s.dec.PeekKind() {
	case '[':
		return b.s.elements(func() error {
			b.add(path, true)
			return b.block(path, depth)
		})
	case '{':
		return b.object(path, depth)
	}
	b.add(path, false)
	return b.s.skip()
}

// object reads an expression, or a block that may stand only once: the one has
// nothing but constant_value and references.
func (b *shapeBuilder) object(path []byte, depth int) error {
	if depth == 0 {
		return b.s.tooDeep()
	}
	at, block := len(b.args), false
	b.add(path, false)
	err := b.s.fields(func(name string) error {
		switch {
		case name == "constant_value":
			return b.s.skip()
		case name == "references" && b.s.dec.PeekKind() == '[':
			refs, err := b.s.references()
			for _, ref := range refs {
				b.res.refs = append(b.res.refs, argRef{b.args[at].path, ref})
			}
			return err
		}
		block = true
		return b.argument(join(path, name), depth-1)
	})
	b.args[at].block = block
	return err
}

func (b *shapeBuilder) add(path []byte, block bool) {
	p, ok := b.c.paths[string(path)]
	if !ok {
		p = string(path)
		b.c.paths[p] = p
	}
	b.args = append(b.args, writtenPath{p, block})
}

// shape is the shape collected, shared with the blocks that have the same.
func (b *shapeBuilder) shape() *shape {
	for _, a := range b.args {
		b.key = append(append(b.key, a.path...), 0)
		if a.block {
			b.key = append(b.key, 1)
		}
	}
	if sh := b.c.shapes[string(b.key)]; sh != nil {
		return sh
	}
	sh := &shape{args: map[string]written{}}
	for _, a := range b.args {
		w := sh.args[a.path]
		sh.args[a.path] = written{w.times + 1, w.block || a.block}
		if w.times == 0 && !strings.Contains(a.path, ".") {
			sh.names = append(sh.names, a.path)
		}
	}
	slices.Sort(sh.names)
	b.c.shapes[string(b.key)] = sh
	return sh
}

// join appends a name to a path in the spare room behind it: a sibling may
// overwrite what was appended, never the path itself.
func join(path []byte, name string) []byte {
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

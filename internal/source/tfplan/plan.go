package tfplan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// outline is what the first pass over a plan finds out.
type outline struct {
	format          string
	config          *configuration // nil when the plan has none, or a broken one
	changes, values section        // resource_changes and planned_values
	keyed           *addressSet
	variables       map[string]any
	incomplete      string
}

// section is where a top-level value begins.
type section struct {
	offset int64
	line   int
	found  bool
}

// plan reads a plan in two passes, since what its resources mean stands behind
// them, in the configuration.
func (r *reader) plan() error {
	o := outline{keyed: newAddressSet(), variables: map[string]any{}}
	first := r.outline(&o)
	if r.ctx.Err() != nil {
		return first
	}
	if err := supported(o.format); err != nil {
		return err
	}
	var second error
	switch {
	case o.changes.found:
		second = r.changes(&o)
	case o.values.found:
		second = r.plannedValues(&o)
	}
	if first != nil {
		return first
	}
	r.setups(o.config)
	if second == nil && o.incomplete != "" {
		r.sink.Gap(source.Gap{
			Kind: "resource", What: r.shown + ": " + o.incomplete, At: estate.Location{File: r.shown},
			Mend: "plan again without -target, and mend what made the plan fail",
		})
	}
	return second
}

// outline is the first pass.
func (r *reader) outline(o *outline) error {
	s, err := r.scan(0, 1)
	if err != nil {
		return err
	}
	return s.fields(func(name string) (err error) {
		switch name {
		case "format_version":
			o.format, err = s.text()
			if err == nil {
				err = supported(o.format)
			}
		case "variables":
			err = s.variables(o.variables)
		case "planned_values":
			o.values = s.section()
			err = s.skip()
		case "resource_changes":
			o.changes = s.section()
			err = s.elements(func() error { return s.keyedAddress(o.keyed) })
		case "configuration":
			c := newConfiguration()
			c.variables = o.variables
			if err = s.configuration(c); err == nil {
				o.config = c
			}
		case "errored", "complete", "deferred_changes":
			err = s.incomplete(name, o)
		default:
			err = s.skip()
		}
		return err
	})
}

func (s *scanner) section() section {
	offset, line := s.ahead()
	return section{offset, line, true}
}

// variables reads the values of the root module's variables, as far as they
// are short.
func (s *scanner) variables(into map[string]any) error {
	if s.dec.PeekKind() != '{' {
		return s.skip()
	}
	return s.fields(func(name string) error {
		return s.fields(func(field string) error {
			if field != "value" {
				return s.skip()
			}
			v, err := s.short()
			if v != nil {
				into[name] = v
			}
			return err
		})
	})
}

func (s *scanner) keyedAddress(set *addressSet) error {
	if s.dec.PeekKind() != '{' {
		return s.skip()
	}
	return s.fields(func(name string) error {
		if name != "address" {
			return s.skip()
		}
		addr, err := s.text()
		if strings.HasSuffix(addr, "]") {
			set.add(addr)
		}
		return err
	})
}

// incomplete notes what a plan says of its own completeness.
func (s *scanner) incomplete(name string, o *outline) error {
	if name == "deferred_changes" {
		n := 0
		err := s.elements(func() error { n++; return s.skip() })
		if n > 0 {
			o.incomplete = fmt.Sprintf("the plan leaves %d changes for later", n)
		}
		return err
	}
	is, err := s.boolean()
	switch {
	case name == "errored" && is:
		o.incomplete = "the plan ended with an error, so that resources may be missing"
	case name == "complete" && !is && o.incomplete == "":
		o.incomplete = "the plan does not cover everything: it was made with -target, or defers changes"
	}
	return err
}

// supported checks a document's format_version.
func supported(version string) error {
	major, _, _ := strings.Cut(version, ".")
	switch major {
	case "0", "1":
		return nil
	case "":
		return &InputError{What: "it has no format_version", Mend: showMend, Offset: -1}
	}
	return &InputError{
		What: fmt.Sprintf("its format_version %q is not supported; Demarc reads 0.x and 1.x", shorten(version)),
		Mend: "look for a newer Demarc", Offset: -1,
	}
}

// changes is the second pass: resource_changes.
func (r *reader) changes(o *outline) error {
	s, err := r.scan(o.changes.offset, o.changes.line)
	if err != nil {
		return err
	}
	return s.elements(func() error {
		_, line := s.ahead()
		if s.dec.PeekKind() != '{' {
			r.oddResource(line, "an element of resource_changes is no object")
			return s.skip()
		}
		s.limit = s.offset() + r.maxResource
		return r.change(s, o, line)
	})
}

// native is a resource as the documents describe it.
type native struct {
	address, module, mode, typ, name, provider string
	body, unknown                              map[string]any
	line                                       int
}

func (r *reader) change(s *scanner, o *outline, line int) error {
	n := native{line: line}
	var actions []string
	deposed := false
	err := s.fields(func(name string) (err error) {
		switch name {
		case "deposed":
			deposed = true
			err = s.skip()
		case "change":
			actions, err = s.change(&n)
		default:
			err = s.describe(name, &n)
		}
		return err
	})
	if err != nil || deposed || gone(actions) {
		return err
	}
	if n.body == nil {
		r.oddResource(line, "a resource to be created or kept has no values")
		return nil
	}
	r.emit(&n, o, true)
	return nil
}

// gone reports whether the resource will not be there after the plan.
func gone(actions []string) bool {
	return !slices.ContainsFunc(actions, func(a string) bool { return a != "delete" && a != "forget" })
}

// describe reads a member that tells which resource it is.
func (s *scanner) describe(name string, n *native) (err error) {
	switch name {
	case "address":
		n.address, err = s.text()
	case "module_address":
		n.module, err = s.text()
	case "mode":
		n.mode, err = s.text()
	case "type":
		n.typ, err = s.text()
	case "name":
		n.name, err = s.text()
	case "provider_name":
		n.provider, err = s.text()
	default:
		err = s.skip()
	}
	return err
}

func (s *scanner) change(n *native) (actions []string, err error) {
	err = s.fields(func(name string) (err error) {
		switch {
		case name == "actions":
			err = s.elements(func() error {
				a, err := s.text()
				actions = append(actions, a)
				return err
			})
		case name == "after" && s.dec.PeekKind() == '{':
			n.body, err = s.attributes(n.typ)
		case name == "after_unknown" && s.dec.PeekKind() == '{':
			n.unknown, err = s.object(maxDepth, 8)
		default:
			err = s.skip()
		}
		return err
	})
	return actions, err
}

// attributes reads a resource's attributes, of which those of a type have about
// the same number.
func (s *scanner) attributes(typ string) (map[string]any, error) {
	body, err := s.object(maxDepth, s.sizes[typ])
	if len(s.sizes) < 1<<12 {
		s.sizes[typ] = len(body)
	}
	return body, err
}

// emit hands a resource over. changed tells that n.unknown says what is not
// known; otherwise values left out are.
func (r *reader) emit(n *native, o *outline, changed bool) {
	if n.typ == "" || n.name == "" || n.address == "" {
		r.oddResource(n.line, "a resource without address, type or name")
		return
	}
	res := &source.Resource{
		Dialect: estate.Terraform, Type: n.typ, Address: n.address, Name: n.name, Data: n.mode == "data",
		Provider: providerName(n.provider, n.typ), Root: r.shown, Body: n.body,
		Location: estate.Location{File: r.shown, Line: n.line},
	}
	var p *provider
	if c := o.lookup(n); c == nil {
		m := marker{}
		m.mark(n.body, make([]byte, 0, 64), n.unknown, origin{plain: true})
	} else {
		p = o.config.provider(c.provider)
		o.merge(res, n, c, changed)
	}
	res.Account, res.Region = place(res.Body)
	if p != nil && res.Account == "" {
		res.Account = p.account
	}
	if p != nil && res.Region == "" {
		res.Region = p.place
	}
	if p != nil && len(p.tags) > 0 {
		defaultTags(res.Body, n.unknown, p.tags)
	}
	r.sink.Resource(res)
}

// lookup finds a resource's block in the configuration.
func (o *outline) lookup(n *native) *configured {
	if o.config == nil {
		return nil
	}
	m := o.config.module(n.module)
	if m == nil {
		return nil
	}
	return m.resources[resourceKey(n.mode, n.typ, n.name)]
}

// merge adds what the configuration tells of a resource.
func (o *outline) merge(res *source.Resource, n *native, c *configured, changed bool) {
	m := marker{shape: c.shape}
	if changed {
		m.mark(n.body, make([]byte, 0, 64), n.unknown, origin{times: 1})
	} else {
		m.omitted(n.body)
	}
	res.Set = make(map[string]bool, len(c.shape.names))
	for _, name := range c.shape.names {
		switch {
		case strings.HasSuffix(name, "_wo"):
			res.Set[name] = true
			n.body[name] = &source.Unknown{Reason: "write-only argument"}
		case n.body[name] != nil:
			res.Set[name] = true
		}
	}
	in := instance{mod: o.config.module(n.module), path: n.module}
	_, in.ends = modulePath(n.module)
	if strings.HasSuffix(n.address, "]") {
		own := strings.TrimPrefix(strings.TrimPrefix(n.address, n.module), ".")
		in.key = strings.TrimPrefix(own, resourceKey(n.mode, n.typ, n.name))
	}
	res.Refs = in.references(c, o.keyed)
	serviceAccounts(res, in.mod, c)
}

// defaultTags works out tags_all when it is known only after apply, although
// the tags are not.
func defaultTags(body, unknown, tags map[string]any) {
	if _, ok := unknown["tags_all"]; !ok || body["tags_all"] != nil {
		return
	}
	own, ok := body["tags"].(map[string]any)
	if !ok && body["tags"] != nil {
		return
	}
	all := maps.Clone(tags)
	maps.Copy(all, own)
	body["tags_all"] = all
}

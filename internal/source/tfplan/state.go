package tfplan

import (
	"fmt"
	"strconv"
)

// state reads what terraform show -json says of a state.
func (r *reader) state() error {
	s, err := r.scan(0, 1)
	if err != nil {
		return err
	}
	versioned := false
	err = s.fields(func(name string) error {
		switch name {
		case "format_version":
			v, err := s.text()
			if err != nil {
				return err
			}
			versioned = true
			return supported(v)
		case "values":
			return r.rootModule(s, &outline{})
		}
		return s.skip()
	})
	if err == nil && !versioned {
		return supported("")
	}
	return err
}

// plannedValues reads a plan that has no resource_changes.
func (r *reader) plannedValues(o *outline) error {
	s, err := r.scan(o.values.offset, o.values.line)
	if err != nil {
		return err
	}
	return r.rootModule(s, o)
}

// rootModule reads a values representation, of a state or of planned_values.
func (r *reader) rootModule(s *scanner, o *outline) error {
	if s.dec.PeekKind() == 'n' {
		return s.skip()
	}
	return s.fields(func(name string) error {
		if name != "root_module" {
			return s.skip()
		}
		return r.module(s, o, maxDepth)
	})
}

// module reads a module instance with its children.
func (r *reader) module(s *scanner, o *outline, depth int) error {
	if depth == 0 {
		return s.tooDeep()
	}
	return s.fields(func(name string) (err error) {
		switch name {
		case "resources":
			err = s.elements(func() error { return r.valuesResource(s, o) })
		case "child_modules":
			err = s.elements(func() error { return r.module(s, o, depth-1) })
		default:
			err = s.skip()
		}
		return err
	})
}

func (r *reader) valuesResource(s *scanner, o *outline) error {
	_, line := s.ahead()
	if s.dec.PeekKind() != '{' {
		r.oddResource(line, "an element of resources is no object")
		return s.skip()
	}
	s.limit = s.offset() + r.maxResource
	n := native{line: line}
	err := s.fields(func(name string) (err error) {
		switch {
		case name == "values" && s.dec.PeekKind() == '{':
			n.body, err = s.attributes(n.typ)
		default:
			err = s.describe(name, &n)
		}
		return err
	})
	if err != nil {
		return err
	}
	if n.body == nil {
		n.body = map[string]any{}
	}
	n.module = moduleOf(n.address)
	r.emit(&n, o, false)
	return nil
}

// moduleOf is the module instance part of a resource's address.
func moduleOf(addr string) string {
	_, ends := modulePath(addr)
	if len(ends) == 0 {
		return ""
	}
	return addr[:ends[len(ends)-1]]
}

// rawState reads a state file as Terraform keeps it.
func (r *reader) rawState() error {
	s, err := r.scan(0, 1)
	if err != nil {
		return err
	}
	versioned := false
	err = s.fields(func(name string) error {
		switch name {
		case "version":
			v, err := s.value(1)
			if err != nil {
				return err
			}
			versioned = true
			if v != 4.0 {
				return s.errorHere("file", fmt.Sprintf("its version is %v; Demarc reads version 4", printable(v)),
					"run terraform show -json > state.json with the Terraform that wrote it")
			}
			return nil
		case "resources":
			return s.elements(func() error { return r.rawResource(s) })
		}
		return s.skip()
	})
	if err == nil && !versioned {
		return &InputError{What: "it has no version", Mend: "run terraform show -json > state.json", Offset: -1}
	}
	return err
}

func printable(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return "no number"
}

// rawInstance is one element of a raw resource's instances.
type rawInstance struct {
	key  string // as it stands in the address
	body map[string]any
	line int
	skip bool // deposed: about to be destroyed
}

func (r *reader) rawResource(s *scanner) error {
	_, line := s.ahead()
	if s.dec.PeekKind() != '{' {
		r.oddResource(line, "an element of resources is no object")
		return s.skip()
	}
	var n native
	var instances []rawInstance
	err := s.fields(func(name string) (err error) {
		switch name {
		case "module":
			n.module, err = s.text()
		case "provider":
			n.provider, err = s.text()
		case "instances":
			err = s.elements(func() error {
				s.limit = s.offset() + r.maxResource
				in, err := s.rawInstance()
				if err == nil {
					instances = append(instances, in)
				}
				return err
			})
		default:
			err = s.describe(name, &n)
		}
		return err
	})
	// What was read before an error stays, if it is clear whose it was.
	if n.typ != "" && n.name != "" && n.mode != "" || err == nil {
		r.rawInstances(n, line, instances)
	}
	return err
}

func (r *reader) rawInstances(n native, line int, instances []rawInstance) {
	if n.typ == "" || n.name == "" {
		r.oddResource(line, "a resource without type or name")
		return
	}
	base := resourceKey(n.mode, n.typ, n.name)
	if n.module != "" {
		base = n.module + "." + base
	}
	for _, in := range instances {
		if in.skip {
			continue
		}
		if in.body == nil {
			r.oddResource(in.line, "an instance without attributes")
			continue
		}
		one := n
		one.address, one.body, one.line = base+in.key, in.body, in.line
		r.emit(&one, &outline{}, false)
	}
}

func (s *scanner) rawInstance() (rawInstance, error) {
	var in rawInstance
	_, in.line = s.ahead()
	return in, s.fields(func(name string) (err error) {
		switch {
		case name == "index_key":
			var v any
			if v, err = s.value(1); err == nil {
				in.key = instanceKey(v)
			}
		case name == "deposed":
			in.skip = true
			err = s.skip()
		case name == "attributes" && s.dec.PeekKind() == '{':
			in.body, err = s.attributes("")
		default:
			err = s.skip()
		}
		return err
	})
}

func instanceKey(v any) string {
	switch v := v.(type) {
	case float64:
		return "[" + strconv.FormatFloat(v, 'f', -1, 64) + "]"
	case string:
		return quoteKey(v)
	}
	return ""
}

package tfplan

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// provider is a provider configuration.
type provider struct {
	region, role, accounts *expression
	tags                   map[string]any // constant default tags
	module                 string         // the module it stands in, without keys
	args                   map[string]*expression
	line                   int

	settled        bool
	account, place string // what region and account come to
}

// provider reads one member of provider_config.
func (s *scanner) provider() (*provider, error) {
	p := &provider{args: map[string]*expression{}}
	_, p.line = s.ahead()
	return p, s.fields(func(name string) error {
		switch name {
		case "module_address":
			var err error
			p.module, err = s.text()
			return err
		case "expressions":
			return s.fields(func(arg string) (err error) {
				switch arg {
				case "region":
					p.region, err = s.expression()
				case "allowed_account_ids":
					p.accounts, err = s.expression()
				case "assume_role":
					err = s.blocks(func(field string) (err error) {
						if field != "role_arn" {
							return s.skip()
						}
						p.role, err = s.expression()
						return err
					})
				case "default_tags":
					err = s.blocks(func(field string) error {
						if field != "tags" {
							return s.skip()
						}
						return s.constantMap(&p.tags)
					})
				case "kubernetes": // of the helm provider: a block once, an object now
					err = s.within(func(field string) (err error) {
						if field != "host" {
							return s.skip()
						}
						p.args["kubernetes.host"], err = s.expression()
						return err
					})
				default:
					p.args[arg], err = s.expression()
				}
				return err
			})
		}
		return s.skip()
	})
}

// setups yields the provider configurations with the texts that are written
// out in them, which may be credentials.
func (r *reader) setups(c *configuration) {
	if c == nil {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(c.providers)) {
		p := c.providers[key]
		c.settle(p)
		body := map[string]any{}
		for arg, e := range p.args {
			if text := c.written(e, c.module(p.module), 0); text != "" {
				body[arg] = text
			}
		}
		refs := c.leading(p)
		if len(body) == 0 && len(refs) == 0 {
			continue
		}
		local := key[strings.LastIndexByte(key, ':')+1:]
		name, _, _ := strings.Cut(local, ".")
		address := "provider." + local
		if p.module != "" {
			address = p.module + "." + address
		}
		r.sink.Resource(&source.Resource{
			Dialect: estate.Terraform, Type: "provider", Setup: true, Address: address, Name: local, Provider: name,
			Root: r.shown, Account: p.account, Body: body, Refs: refs, Location: estate.Location{File: r.shown, Line: p.line},
		})
	}
}

// leading are the resources that a provider's arguments lead to, such as the
// cluster whose objects it manages.
func (c *configuration) leading(p *provider) map[string][]source.Ref {
	m := c.module(p.module)
	if m == nil {
		return nil
	}
	in := instance{mod: m, path: p.module}
	_, in.ends = modulePath(p.module)
	var out map[string][]source.Ref
	for _, arg := range []string{"host", "kubernetes.host"} {
		e := p.args[arg]
		if e == nil {
			continue
		}
		for _, t := range m.targets(e.refs, nil) {
			if out == nil {
				out = map[string][]source.Ref{}
			}
			out[arg] = append(out[arg], source.Ref{Address: in.address(t), Attribute: t.attribute})
		}
	}
	return out
}

// written is the text that the configuration itself writes for an expression:
// a constant, or a variable's default that nobody replaced.
func (c *configuration) written(e *expression, m *module, depth int) string {
	if e == nil || m == nil || depth > maxDepth {
		return ""
	}
	if s, ok := e.constant.(string); ok || len(e.refs) != 1 {
		return s
	}
	ref := parseReference(e.refs[0])
	if ref.head.name != "var" || ref.rest != "" {
		return ""
	}
	name := ref.name.name
	byDefault, _ := m.defaults[name].(string)
	switch {
	case m.parent == nil && c.variables[name] != nil && c.variables[name] != byDefault:
		return "" // given when the plan was made
	case m.parent != nil && m.args[name] != nil:
		return c.written(m.args[name], m.parent, depth+1)
	}
	return byDefault
}

// within reads the members of a single object, or of the blocks of one type.
func (s *scanner) within(f func(name string) error) error {
	if s.dec.PeekKind() == '{' {
		return s.fields(f)
	}
	return s.blocks(f)
}

// blocks reads the blocks of one type, of whose members f is called.
func (s *scanner) blocks(f func(name string) error) error {
	if s.dec.PeekKind() != '[' {
		return s.skip()
	}
	return s.elements(func() error {
		if s.dec.PeekKind() != '{' {
			return s.skip()
		}
		return s.fields(f)
	})
}

func (s *scanner) constantMap(into *map[string]any) error {
	if s.dec.PeekKind() != '{' {
		return s.skip()
	}
	return s.fields(func(name string) error {
		if name != "constant_value" || s.dec.PeekKind() != '{' {
			return s.skip()
		}
		m, err := s.object(maxDepth, 0)
		*into = m
		return err
	})
}

// provider finds a resource's provider configuration and settles what it comes
// to. A module without a configuration of its own inherits its caller's.
func (c *configuration) provider(key string) *provider {
	for {
		if p := c.providers[key]; p != nil {
			c.settle(p)
			return p
		}
		mod, local, ok := strings.Cut(key, ":")
		if !ok {
			return &provider{}
		}
		if i := strings.LastIndex(mod, "module."); i > 0 {
			key = strings.TrimSuffix(mod[:i], ".") + ":" + local
		} else {
			key = local
		}
	}
}

func (c *configuration) settle(p *provider) {
	if p.settled {
		return
	}
	p.settled = true
	mod := c.module(p.module)
	if mod == nil {
		return
	}
	if r := c.constant(p.region, mod, 0); regionPattern.MatchString(r) {
		p.place = r
	}
	p.account = accountOf(c.constant(p.role, mod, 0))
	if a := c.constant(p.accounts, mod, 0); p.account == "" && accountPattern.MatchString(a) {
		p.account = a
	}
}

// module finds a module by its path, with or without keys.
func (c *configuration) module(path string) *module {
	m := c.root
	calls, _ := modulePath(path)
	for _, call := range calls {
		if m = m.calls[call.name]; m == nil {
			return nil
		}
	}
	return m
}

// constant is the string an expression has: its constant, or the value of the
// one variable it consists of. Terraform tells only which variables an
// expression uses, so the caller must check that the result looks right.
func (c *configuration) constant(e *expression, m *module, depth int) string {
	if e == nil || depth > maxDepth {
		return ""
	}
	if s := single(e.constant); s != "" || len(e.refs) != 1 {
		return s
	}
	ref := parseReference(e.refs[0])
	if ref.head.name != "var" || ref.rest != "" {
		return ""
	}
	if m.parent == nil {
		return single(c.variables[ref.name.name])
	}
	if arg := m.args[ref.name.name]; arg != nil {
		return c.constant(arg, m.parent, depth+1)
	}
	return single(m.defaults[ref.name.name])
}

// single is a string, or the only element of a list.
func single(v any) string {
	if list, ok := v.([]any); ok && len(list) == 1 {
		v = list[0]
	}
	s, _ := v.(string)
	return s
}

var (
	regionPattern  = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d$`)
	accountPattern = regexp.MustCompile(`^\d{12}$`)
)

// accountOf and regionOf take an ARN apart.
func accountOf(arn string) string {
	if _, account := splitARN(arn); accountPattern.MatchString(account) {
		return account
	}
	return ""
}

func splitARN(arn string) (region, account string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	return parts[3], parts[4]
}

// place tells a resource's account and region from its own attributes.
func place(body map[string]any) (account, region string) {
	if arn, ok := body["arn"].(string); ok {
		region, account = splitARN(arn)
		if !digits12(account) {
			account = ""
		}
	}
	if r, ok := body["region"].(string); ok && r != region && regionPattern.MatchString(r) {
		region = r
	}
	return account, region
}

func digits12(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 12
}

// providerName is the last part of a provider's source address, which state
// files wrap in provider["…"].
func providerName(source, typ string) string {
	if i := strings.IndexByte(source, '"'); i >= 0 {
		source, _, _ = strings.Cut(source[i+1:], `"`)
	}
	if source == "" {
		name, _, _ := strings.Cut(typ, "_")
		return name
	}
	return source[strings.LastIndexByte(source, '/')+1:]
}

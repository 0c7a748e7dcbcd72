package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// providerConfig is one provider block inside one module instance.
type providerConfig struct {
	region  string
	account string
	tags    cty.Value // default_tags.tags, or NilVal
	sketch  cty.Value
}

// provider finds the configuration that ref ("aws", "aws.west") means inside
// m: its own block, what the call passes, or for a default one the caller's.
func (m *module) provider(ev *evaluator, ref string) *providerConfig {
	if p := m.provided[ref]; p != nil {
		return p
	}
	p := m.findProvider(ev, ref)
	m.provided[ref] = p
	return p
}

func (m *module) findProvider(ev *evaluator, ref string) *providerConfig {
	if m.call != nil {
		if a := m.call.block.body.attrs["providers"]; a != nil {
			if passed, ok := passedProvider(a.expr, ref); ok {
				return m.parent.provider(ev, passed)
			}
		}
	}
	if b := m.def.providers[ref]; b != nil {
		p := &providerConfig{}
		m.provided[ref] = p // a provider configured by its own resources finds itself empty
		p.read(ev, m, b)
		return p
	}
	if m.parent != nil && !strings.Contains(ref, ".") {
		return m.parent.provider(ev, ref)
	}
	return &providerConfig{}
}

// passedProvider looks ref up in a call's `providers` argument.
func passedProvider(e hclsyntax.Expression, ref string) (string, bool) {
	obj, ok := unwrap(e).(*hclsyntax.ObjectConsExpr)
	if !ok {
		return "", false
	}
	for _, item := range obj.Items {
		if providerRef(literalKey(item.KeyExpr)) == ref {
			return providerRef(item.ValueExpr), true
		}
	}
	return "", false
}

// providerRef reads `aws.west`, also when written as a string.
func providerRef(e hclsyntax.Expression) string {
	if s, ok := literalString(e); ok {
		return s
	}
	t, diags := hcl.AbsTraversalForExpr(unwrap(e))
	if diags.HasErrors() {
		return ""
	}
	ref := t.RootName()
	if len(t) > 1 {
		if a, ok := t[1].(hcl.TraverseAttr); ok {
			ref += "." + a.Name
		}
	}
	return ref
}

// unsecret are arguments of a provider block in which no credential can stand.
var unsecret = map[string]bool{
	"alias": true, "version": true, "region": true, "default_tags": true, "features": true, "profile": true,
	"allowed_account_ids": true, "forbidden_account_ids": true, "assume_role": true,
}

// emitSetups yields the module's provider blocks that may hold a credential,
// then those of the modules it calls.
func (m *module) emitSetups(ev *evaluator) {
	for _, key := range slices.Sorted(maps.Keys(m.def.providers)) {
		if b := m.def.providers[key]; len(b.labels) > 0 {
			m.emitSetup(ev, key, b)
		}
	}
	for _, b := range m.def.calls {
		if c := m.child(b.labels[0]); len(c.insts) > 0 {
			c.insts[0].emitSetups(ev) // a module with providers of its own cannot be repeated
		}
	}
}

func (m *module) emitSetup(ev *evaluator, key string, b *block) {
	args := argumentsOf(b.body, unsecret)
	if len(args) == 0 {
		return
	}
	ev.budget.check()
	out := &source.Resource{
		Dialect: estate.Terraform, Type: "provider", Setup: true,
		Address: m.prefix() + "provider." + key, Name: key, Provider: b.labels[0],
		Root: ev.rootDir, Account: m.provider(ev, key).account,
		Body: make(map[string]any, len(args)), Set: make(map[string]bool, len(args)),
		Location: b.at(), Calls: m.calls, Lines: map[string]int{}, Comments: b.comments, CallComments: m.waivers,
	}
	linesOf(b.body, "", unsecret, out.Lines)
	c := converter{b: ev.budget}
	for _, a := range args {
		if x := c.value(ev.argument(m.scope(), a), cty.NilVal, a.name, ""); x != nil {
			out.Body[a.name], out.Set[a.name] = x, true
		}
	}
	out.Refs = c.refs
	ev.sink.Resource(out)
}

func (p *providerConfig) read(ev *evaluator, m *module, b *block) {
	s, outer := m.scope(), ev.at
	defer func() { ev.at = outer }()
	str := func(names ...string) string {
		for _, name := range names {
			if a := b.body.attrs[name]; a != nil {
				if text := ev.knownString(s, a); text != "" {
					return text
				}
			}
		}
		return ""
	}
	p.region = str("region")
	switch b.labels[0] {
	case "aws":
		p.account = ev.awsAccount(s, b)
	case "awscc":
		p.account = ev.assumedAccount(s, b)
	case "azurerm", "azapi":
		p.account = str("subscription_id")
	case "github":
		p.account = str("owner", "organization")
	default:
		p.account = str("project", "account_id", "subscription_id")
	}
	tags := b.body.first("default_tags")
	if tags == nil {
		return
	}
	if a := tags.body.attrs["tags"]; a != nil {
		ev.at = a.at()
		p.tags = ev.value(s, a.expr)
		if !p.tags.IsWhollyKnown() {
			p.sketch = ev.sketch(s, a.expr)
		}
	}
}

// knownString evaluates an attribute to a string, or "" when it is unknown.
func (ev *evaluator) knownString(s *scope, a *attr) string {
	ev.at = a.at()
	v, _ := ev.value(s, a.expr).Unmark()
	str, err := convert.Convert(v, cty.String)
	if err != nil || !str.IsKnown() || str.IsNull() {
		return ""
	}
	return str.AsString()
}

// awsAccount reads the account from the guard against the wrong one, or from
// the role assumed.
func (ev *evaluator) awsAccount(s *scope, b *block) string {
	if a := b.body.attrs["allowed_account_ids"]; a != nil {
		ev.at = a.at()
		v, _ := ev.value(s, a.expr).UnmarkDeep()
		if v.IsWhollyKnown() && !v.IsNull() && v.CanIterateElements() && v.LengthInt() == 1 {
			for it := v.ElementIterator(); it.Next(); {
				_, e := it.Element()
				if id, err := convert.Convert(e, cty.String); err == nil && !id.IsNull() {
					return id.AsString()
				}
			}
		}
	}
	return ev.assumedAccount(s, b)
}

// assumedAccount reads the account from the role that is assumed: a block of
// the aws provider, an object of the awscc provider.
func (ev *evaluator) assumedAccount(s *scope, b *block) string {
	account := ""
	if a := b.body.attrs["assume_role"]; a != nil {
		ev.at = a.at()
		v, _ := ev.value(s, a.expr).UnmarkDeep()
		if v.IsKnown() && !v.IsNull() && v.Type().IsObjectType() && v.Type().HasAttribute("role_arn") {
			if role := v.GetAttr("role_arn"); role.IsKnown() && !role.IsNull() && role.Type() == cty.String {
				account = accountOf(role.AsString())
			}
		}
	}
	for _, n := range b.body.blocks {
		if n.typ != "assume_role" && n.typ != "assume_role_with_web_identity" {
			continue
		}
		if a := n.body.attrs["role_arn"]; a != nil {
			if id := accountOf(ev.knownString(s, a)); id != "" {
				account = id
			}
		}
	}
	return account
}

// accountOf is the account in an ARN, or empty.
func accountOf(text string) string {
	if arn := strings.Split(text, ":"); len(arn) >= 6 && arn[0] == "arn" {
		return arn[4]
	}
	return ""
}

// config is the provider configuration the resource uses.
func (i *instance) config(ev *evaluator) *providerConfig {
	ref := providerName(i.r.typ)
	if a := i.r.block.body.attrs["provider"]; a != nil {
		if written := providerRef(a.expr); written != "" {
			ref = written
		}
	}
	return i.r.m.provider(ev, ref)
}

// configure fills what the resource has from its provider's configuration.
func (i *instance) configure(ev *evaluator, out *source.Resource, c *converter) {
	p := i.config(ev)
	out.Region, out.Account = p.region, p.account
	if out.Provider != "aws" || out.Data {
		return
	}
	if region, ok := out.Body["region"].(string); ok && region != "" {
		out.Region = region
	}
	own, written := out.Body["tags"]
	if p.tags == cty.NilVal {
		if written && own != nil {
			all := c.value(i.attr(ev, i.r.argNamed["tags"]), i.tagSketch(ev), "tags_all", "")
			out.Body["tags_all"] = all
		}
		return
	}
	base := c.value(p.tags, p.sketch, "tags_all", "")
	if !written || own == nil {
		out.Body["tags_all"] = base
		return
	}
	all := c.value(i.attr(ev, i.r.argNamed["tags"]), i.tagSketch(ev), "tags_all", "")
	out.Body["tags_all"] = mergeTags(base, all)
}

func (i *instance) tagSketch(ev *evaluator) cty.Value {
	a := i.r.argNamed["tags"]
	if a == nil || i.attr(ev, a).IsWhollyKnown() {
		return cty.NilVal
	}
	t, s := i.thunk(a)
	return ev.argumentSketch(t, s, a)
}

// mergeTags lays the resource's own tags over the provider's. When one side
// is unknown as a whole, so is the result.
func mergeTags(base, own any) any {
	b, ok := base.(map[string]any)
	if !ok {
		if base == nil {
			return own
		}
		return base
	}
	o, ok := own.(map[string]any)
	if !ok {
		return own
	}
	out := maps.Clone(b)
	maps.Copy(out, o)
	return out
}

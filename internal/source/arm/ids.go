package arm

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// keyOf is what the index knows a resource by.
func keyOf(typ, name string) string { return strings.ToLower(typ + "|" + name) }

// resourceID makes the id of a resource: type and names, before them perhaps
// the subscription and resource group, if they are others.
func resourceID(e *evaluator, v env, name string, args []any) any {
	at := -1
	for i, a := range args {
		if s, ok := a.(string); ok && strings.Contains(s, "/") {
			at = i
			break
		}
	}
	if at < 0 || at == len(args)-1 || at > 2 {
		return e.idUnknown(name, args)
	}
	typ := strings.Trim(args[at].(string), "/")
	var prefix []any
	switch {
	case name == "tenantresourceid":
	case name == "managementgroupresourceid":
		prefix = []any{"/providers/Microsoft.Management/managementGroups/", opaque(deployedWhere, "managementGroup().name")}
	case name == "subscriptionresourceid" || v.s.scheme() == bySubscription:
		prefix = []any{"/subscriptions/", e.subscriptionID(v)}
		if at == 1 {
			prefix[1] = args[0]
		}
	default:
		sub, group := e.subscriptionID(v), v.s.group
		switch at {
		case 1:
			group = args[0]
		case 2:
			sub, group = args[0], args[1]
		}
		prefix = []any{"/subscriptions/", sub, "/resourceGroups/", group}
	}
	return e.id(v, prefix, typ, args[at+1:])
}

// id joins the prefix with "/providers/", type and names alternating.
func (e *evaluator) id(v env, prefix []any, typ string, names []any) any {
	segments := strings.Split(typ, "/")
	parts := append(prefix, "/providers/"+segments[0])
	if len(names) == 1 { // one text of several segments
		if whole := splitText(textOf(names[0])); len(whole) == len(segments)-1 && len(whole) > 1 {
			names = nil
			for _, w := range whole {
				names = append(names, w)
			}
		}
	}
	if len(names) != len(segments)-1 {
		return e.wrong(v, "the id of a "+clip(typ, 80)+" takes another number of names")
	}
	var own []string
	for i, n := range names {
		parts = append(parts, "/"+segments[i+1]+"/", n)
		own = append(own, textOf(n))
	}
	out := e.joined(v, "", parts)
	if u, ok := out.(*unknown); ok {
		return u.withTargets([]target{{key: keyOf(typ, strings.Join(own, "/")), attr: "id"}})
	}
	return out
}

func (e *evaluator) idUnknown(name string, args []any) any {
	u := derived(callLabel(name, args), args...)
	u.notNull = true
	return u
}

func extensionResourceID(e *evaluator, v env, name string, args []any) any {
	typ, ok := args[1].(string)
	if !ok {
		return e.idUnknown(name, args)
	}
	return e.id(v, []any{args[0]}, typ, args[2:])
}

func (e *evaluator) subscriptionID(v env) any { return v.s.subscription }

const (
	byGroup = iota
	bySubscription
)

// scheme tells at what level the template deploys.
func (s *scope) scheme() int {
	schema := strings.ToLower(s.node.str("$schema"))
	if strings.Contains(schema, "/subscriptiondeploymenttemplate.json") {
		return bySubscription
	}
	return byGroup
}

func subscription(_ *evaluator, v env, _ string, _ []any) any {
	id := v.s.subscription
	return map[string]any{
		"subscriptionId": id,
		"id":             labelled("subscription().id", partial("/subscriptions/"+textOf(id), id)),
		"tenantId":       opaque(deployedWhere, "subscription().tenantId"),
		"displayName":    opaque(deployedWhere, "subscription().displayName"),
	}
}

func resourceGroup(_ *evaluator, v env, _ string, _ []any) any {
	location := opaque(deployedWhere, v.s.groupLabel("location"))
	location.notNull = true
	return map[string]any{
		"name":       v.s.group,
		"id":         labelled(v.s.groupLabel("id"), partial("/subscriptions/"+textOf(v.s.subscription)+"/resourceGroups/"+textOf(v.s.group), v.s.subscription, v.s.group)),
		"location":   location,
		"tags":       opaque(deployedWhere, v.s.groupLabel("tags")),
		"type":       "Microsoft.Resources/resourceGroups",
		"managedBy":  opaque(deployedWhere, v.s.groupLabel("managedBy")),
		"properties": opaque(deployedWhere, v.s.groupLabel("properties")),
	}
}

// labelled calls a value that is not known by a shorter expression.
func labelled(label string, v any) any {
	if u, ok := v.(*unknown); ok {
		u.label = label
	}
	return v
}

// groupLabel tells what of which resource group is not known.
func (s *scope) groupLabel(what string) string {
	if name, ok := s.group.(string); ok {
		return "resourceGroup('" + name + "')." + what
	}
	return "resourceGroup()." + what
}

// pointed finds which resource an argument of reference or list* means: by
// symbolic name, by id, or by name.
func (e *evaluator) pointed(v env, arg any) []target {
	switch x := arg.(type) {
	case *unknown:
		if len(x.targets) > 0 {
			return withoutAttributes(x.targets)
		}
		if ts := targetOf(textOf(x)); ts != nil {
			return ts
		}
		return []target{{key: keyOf("", textOf(x))}}
	case string:
		if d, nth := v.s.symbol(x); d != nil {
			return []target{{decl: d, nth: nth}}
		}
		if ts := targetOf(x); ts != nil {
			return ts
		}
		return []target{{key: keyOf("", x)}}
	}
	return nil
}

func withoutAttributes(ts []target) []target {
	out := make([]target, 0, len(ts))
	for _, t := range ts {
		t.attr = ""
		out = append(out, t)
	}
	return out
}

// symbol is the declaration of a symbolic name, of which a copy loop's
// instances are called name[0] and so on.
func (s *scope) symbol(name string) (d *decl, nth string) {
	name, nth, copied := strings.Cut(strings.ToLower(name), "[")
	if copied {
		nth = "[" + nth
	}
	return s.symbols[name], nth
}

// targetOf reads a resource's id, whole or relative (Microsoft.X/type/name).
func targetOf(id string) []target {
	segments := splitText(strings.Trim(id, "/"))
	for i, segment := range slices.Backward(segments) { // an extension's id holds its resource's
		if strings.EqualFold(segment, "providers") {
			segments = segments[i+1:]
			break
		}
	}
	if len(segments) < 3 || !strings.Contains(segments[0], ".") || strings.Contains(segments[0], source.HoleOpen) || len(segments) > 20 {
		return nil
	}
	typ, name, n := segments[0], "", (len(segments)-1)/2
	for i := range n {
		typ += "/" + segments[1+2*i]
		name += "/" + segments[2+2*i]
	}
	return []target{{key: keyOf(typ, name[1:]), attr: strings.Join(segments[1+2*n:], "/")}}
}

// find returns the instances a target means. Where the very resource is not
// declared it is the one around it, since a subnet may be written in its
// network; attr then begins with what is meant of it.
func (e *evaluator) find(t target) (found []*instance, attr string) {
	if t.decl != nil {
		for _, i := range t.decl.instances {
			if i.suffix == t.nth {
				return []*instance{i}, t.attr
			}
		}
		return t.decl.instances, t.attr
	}
	if found = e.index[t.key]; len(found) > 0 {
		return found, t.attr
	}
	typ, name, _ := strings.Cut(t.key, "|")
	types, names := strings.Split(typ, "/"), splitText(name)
	for n := len(names) - 1; n > 0 && len(types) == len(names)+1; n-- {
		types, names = types[:n+1], names[:n]
		if found = e.index[strings.Join(types, "/")+"|"+strings.Join(names, "/")]; len(found) > 0 {
			_, rest, _ := strings.Cut(typ, strings.Join(types, "/")+"/")
			return found, rest
		}
	}
	return nil, ""
}

// reference is the runtime state of a resource.
func reference(e *evaluator, v env, name string, args []any) any {
	u := derived(callLabel(name, args), args[0])
	u.reason, u.targets, u.secret = "known after deployment", e.pointed(v, args[0]), false
	u.notNull, u.runtime = true, true
	if i := e.deployment(v, u.targets); i != nil && name == "reference" {
		u.deploy = i
	}
	return u
}

// secretMember matches members of a resource's runtime state that are keys.
var secretMember = regexp.MustCompile(`(?i)^(?:(?:primary|secondary)(?:[a-z]+)?(?:key|connectionstring)|password|adminpassword|clientsecret|accesskey)$`)

// resourceInfo is what the template says of a resource, by symbolic name.
func resourceInfo(e *evaluator, v env, name string, args []any) any {
	u := derived(callLabel(name, args), args...)
	u.reason, u.targets = "known after deployment", e.pointed(v, args[0])
	return u
}

// listSecrets is list* and getSecret: keys that Azure hands out.
func listSecrets(e *evaluator, v env, name string, args []any) any {
	u := derived(callLabel(name, args), args[0])
	u.reason, u.secret, u.notNull = "a secret, known after deployment", true, true
	u.targets = nil
	for _, t := range e.pointed(v, args[0]) {
		t.attr = name
		u.targets = append(u.targets, t)
	}
	return u
}

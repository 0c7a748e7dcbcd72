package testestate

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
)

const awsProvider = "registry.terraform.io/hashicorp/aws"

// WritePlan writes the plan that creates an estate of n resources, as
// `terraform show -json` does: on a single line.
func WritePlan(w io.Writer, n int) error {
	p := planWriter{w: bufio.NewWriterSize(w, 1<<16), layout: plan(n)}
	p.text(`{"format_version":"1.2","terraform_version":"1.11.4","variables":{"region":{"value":"eu-central-1"}},"planned_values":`)
	p.plannedValues()
	p.text(`,"resource_changes":[`)
	p.changes()
	p.text(`],"configuration":`)
	p.configuration()
	p.text(`,"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}` + "\n")
	return p.w.Flush()
}

type planWriter struct {
	w      *bufio.Writer // keeps its first error
	layout layout
}

func (p planWriter) text(s string) { _, _ = p.w.WriteString(s) }
func (p planWriter) json(v any)    { _, _ = p.w.Write(mustJSON(v)) }

// list separates what write writes for each of a sequence with commas.
func list[T any](p planWriter, seq iter.Seq[T], write func(T)) {
	sep := ""
	for v := range seq {
		p.text(sep)
		write(v)
		sep = ","
	}
}

// placed is a resource and where it stands.
type placed struct {
	scope
	resource
}

func in(scopes ...scope) iter.Seq[placed] {
	return func(yield func(placed) bool) {
		for _, s := range scopes {
			for _, r := range s.resources() {
				if !yield(placed{s, r}) {
					return
				}
			}
		}
	}
}

func (l layout) everything() iter.Seq[placed] {
	scopes := l.roots()
	for m := range moduleCount {
		scopes = append(scopes, l.instances(m)...)
	}
	return in(scopes...)
}

func (s scope) path() string {
	if s.root {
		return ""
	}
	return fmt.Sprintf("module.%s[%q]", s.module, s.title())
}

func (r placed) identity() map[string]any {
	addr := r.address(r.scope)
	if path := r.path(); path != "" {
		addr = path + "." + addr
	}
	return map[string]any{
		"address": addr, "mode": "managed", "type": r.typ, "name": r.label(r.name), "provider_name": awsProvider,
	}
}

func (p planWriter) plannedValues() {
	resource := func(r placed) {
		v := r.identity()
		v["schema_version"], v["sensitive_values"] = 1, map[string]any{"tags": map[string]any{}}
		v["values"], _ = r.values()
		p.json(v)
	}
	p.text(`{"root_module":{"resources":[`)
	list(p, in(p.layout.roots()...), resource)
	p.text(`],"child_modules":[`)
	sep := ""
	for m := range moduleCount {
		for _, s := range p.layout.instances(m) {
			p.text(sep + `{"resources":[`)
			list(p, in(s), resource)
			p.text(`],"address":`)
			p.json(s.path())
			p.text("}")
			sep = ","
		}
	}
	p.text(`]}}`)
}

func (p planWriter) changes() {
	list(p, p.layout.everything(), func(r placed) {
		v := r.identity()
		if path := r.path(); path != "" {
			v["module_address"] = path
		}
		after, unknown := r.values()
		v["change"] = map[string]any{
			"actions": []string{"create"}, "before": nil, "after": after, "after_unknown": unknown,
			"before_sensitive": false, "after_sensitive": map[string]any{"tags": map[string]any{}},
		}
		p.json(v)
	})
}

// values gives a resource's after and after_unknown.
func (r placed) values() (after, unknown map[string]any) {
	after, unknown = r.args.values(r.scope)
	for _, name := range r.absent {
		after[name] = nil
	}
	for _, name := range r.computed {
		if name == "tags_all" {
			after[name] = after["tags"]
			continue
		}
		unknown[name] = true
	}
	return after, unknown
}

func (b body) values(s scope) (after, unknown map[string]any) {
	after, unknown = map[string]any{}, map[string]any{}
	b.each(func(name string, value any) {
		switch v := value.(type) {
		case ref:
			if known := v.known(s); known != "" {
				after[name] = known
			} else {
				unknown[name] = true
			}
		case refs, variable:
			unknown[name] = true
		case named:
			after[name] = s.title() + string(v)
		case document:
			if len(v.refs) > 0 {
				unknown[name] = true
			} else {
				after[name] = v.text
			}
		case body:
			a, u := v.values(s)
			after[name], unknown[name] = []any{a}, []any{u}
		default:
			after[name] = v
		}
	})
	return after, unknown
}

// known is the value of a reference to a name another resource was given, which
// a plan knows.
func (r ref) known(s scope) string {
	typ, rest, _ := strings.Cut(string(r), ".")
	label, attribute, _ := strings.Cut(rest, ".")
	if attribute != "name" {
		return ""
	}
	for _, other := range stack(s) {
		if other.typ == typ && other.name == label {
			after, _ := other.args.values(s)
			known, _ := after[attribute].(string)
			return known
		}
	}
	return ""
}

func (p planWriter) configuration() {
	p.text(`{"provider_config":{"aws":`)
	p.json(map[string]any{"name": "aws", "full_name": awsProvider, "expressions": map[string]any{
		"region":              map[string]any{"references": []string{"var.region"}},
		"allowed_account_ids": map[string]any{"constant_value": []string{"123456789012"}},
		"default_tags":        []any{map[string]any{"tags": constant(map[string]string{"ManagedBy": "terraform"})}},
	}})
	p.text(`},"root_module":{"resources":[`)
	list(p, in(p.layout.roots()...), p.configured)
	p.text(`],"module_calls":{`)
	sep := ""
	for m := range moduleCount {
		if scopes := p.layout.instances(m); len(scopes) > 0 {
			p.text(sep)
			p.moduleCall(m, scopes)
			sep = ","
		}
	}
	p.text(`},"variables":{"region":{"default":"eu-central-1"}}}}`)
}

func (p planWriter) moduleCall(m int, scopes []scope) {
	p.json(moduleName(m))
	p.text(`:{"source":`)
	p.json("./modules/" + moduleName(m))
	p.text(`,"expressions":`)
	p.json(map[string]any{
		"name":       references("each.key"),
		"log_bucket": references("aws_s3_bucket.data_s00000.id", "aws_s3_bucket.data_s00000"),
	})
	p.text(`,"for_each_expression":{},"module":{"outputs":{"topic":{"expression":`)
	p.json(references("aws_sns_topic.events.arn", "aws_sns_topic.events"))
	p.text(`}},"resources":[`)
	list(p, in(scopes[0]), p.configured)
	p.text(`],"variables":{"name":{},"log_bucket":{}}}}`)
}

func (p planWriter) configured(r placed) {
	p.json(map[string]any{
		"address": r.address(r.scope), "mode": "managed", "type": r.typ, "name": r.label(r.name),
		"provider_config_key": "aws", "schema_version": 1, "expressions": r.args.expressions(r.scope),
	})
}

func constant(v any) map[string]any            { return map[string]any{"constant_value": v} }
func references(list ...string) map[string]any { return map[string]any{"references": list} }

func (b body) expressions(s scope) map[string]any {
	out := map[string]any{}
	b.each(func(name string, value any) { out[name] = expression(value, s) })
	return out
}

func expression(value any, s scope) any {
	switch v := value.(type) {
	case ref:
		return references(withPrefix(v.in(s))...)
	case refs:
		return references(allPrefixes(v, s)...)
	case document:
		if len(v.refs) == 0 {
			return map[string]any{} // jsonencode without references
		}
		return references(allPrefixes(v.refs, s)...)
	case variable:
		if s.root {
			return references(withPrefix(v.inRoot)...)
		}
		return references("var." + v.name)
	case named:
		if s.root {
			return constant(s.title() + string(v))
		}
		return references("var.name")
	case body:
		return []any{v.expressions(s)}
	}
	return constant(value)
}

func allPrefixes(rs []ref, s scope) []string {
	var out []string
	for _, r := range rs {
		out = append(out, withPrefix(r.in(s))...)
	}
	return out
}

// withPrefix lists a reference the way Terraform does: itself, then its
// resource.
func withPrefix(r string) []string { return []string{r, r[:strings.LastIndexByte(r, '.')]} }

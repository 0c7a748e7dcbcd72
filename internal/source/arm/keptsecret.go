package arm

import (
	"path"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// keptSecret yields the deployment of a template itself where the template
// tells what should be kept secret: in the default of a parameter, which
// whoever reads the template reads, or in an output, which stays in the history
// of deployments for whoever may look there.
func (e *evaluator) keptSecret(s *scope) {
	k := &keeping{e: e, s: s, lines: map[string]int{}}
	parameters, outputs := k.parameters(), k.outputs()
	if len(parameters) == 0 && len(outputs) == 0 {
		return
	}
	r := &source.Resource{
		Dialect: estate.ARM, Type: "Microsoft.Resources/deployments", Address: s.path + "template", Name: path.Base(s.file.shown), Provider: "azure",
		Root: e.root, Calls: s.calls, Lines: k.lines, Set: map[string]bool{"properties": true},
		Body: map[string]any{
			"type": "Microsoft.Resources/deployments", "name": path.Base(s.file.shown),
			"properties": map[string]any{"template": map[string]any{"parameters": parameters, "outputs": outputs}},
		},
		Location: estate.Location{File: s.file.shown, Line: k.first, EndLine: k.last},
	}
	if sub, ok := s.subscription.(string); ok {
		r.Account = strings.ToLower(sub)
	}
	e.sink.Resource(r)
}

// keeping gathers what one template tells.
type keeping struct {
	e           *evaluator
	s           *scope
	lines       map[string]int
	first, last int
}

func (k *keeping) note(section, name string, n *node) {
	at := "properties.template." + section
	k.lines[at+"."+name] = n.line
	for _, path := range []string{at, "properties.template"} {
		if k.lines[path] == 0 {
			k.lines[path] = n.line
		}
	}
	if k.first == 0 || n.line < k.first {
		k.first = n.line
	}
	k.last = max(k.last, n.end)
}

// parameters are the defaults of secure types that stand in clear, under that
// type's name: it tells those who look for credentials that the author calls it
// one. The names of users, which many keep secret as well, are none.
func (k *keeping) parameters() map[string]any {
	out := map[string]any{}
	all := k.s.node.get("parameters")
	if all == nil || all.kind != '{' {
		return out
	}
	for i, name := range all.names {
		k.e.step(1)
		def := all.values[i]
		typ, d := strings.ToLower(k.s.parameterType(def)), def.get("defaultValue")
		if !strings.HasPrefix(typ, "secure") || !hardcoded(d) || d.kind != '"' && d.kind != '{' || namesUser.MatchString(name) {
			continue
		}
		value := (&converter{e: k.e, r: &source.Resource{}}).value(k.e.node(k.s.env, d), name)
		if typ == "securestring" {
			value = map[string]any{"secureString": value}
		}
		out[name] = value
		k.note("parameters", name, def)
	}
	return out
}

// outputs are those of no secure type that hold a key which Azure hands out, or
// a parameter of a secure type.
func (k *keeping) outputs() map[string]any {
	out := map[string]any{}
	all := k.s.node.get("outputs")
	if all == nil || all.kind != '{' {
		return out
	}
	for i, name := range all.names {
		k.e.step(1)
		def := all.values[i]
		if v := def.get("value"); v == nil || strings.HasPrefix(strings.ToLower(k.s.parameterType(def)), "secure") || def.get("copy") != nil {
			continue
		}
		if what := k.secretIn(k.e.node(k.s.env.line(def), def.get("value")), 0); what != "" {
			out[name] = &source.Unknown{Reason: "a secret, known after deployment", NotNull: true, Text: source.HoleOpen + "secret(" + what + ")" + source.HoleClose}
			k.note("outputs", name, def)
		}
	}
	return out
}

const maxOutputDepth = 16

// secretIn is the expression of the first secret in an output's value, or "".
func (k *keeping) secretIn(v any, depth int) string {
	if depth > maxOutputDepth {
		return ""
	}
	k.e.step(1)
	switch x := v.(type) {
	case *unknown:
		if x.secret {
			return k.told(x)
		}
	case []any:
		for _, el := range x {
			if what := k.secretIn(el, depth+1); what != "" {
				return what
			}
		}
	case map[string]any:
		for _, name := range sortedKeys(x) {
			if what := k.secretIn(x[name], depth+1); what != "" {
				return what
			}
		}
	}
	return ""
}

// told is the expression in an unknown that gives a secret away.
func (k *keeping) told(u *unknown) string {
	said := u.label
	if u.text != "" {
		said = u.text
	}
	if m := handedOut.FindString(said); m != "" {
		return m
	}
	for _, m := range ofParameter.FindAllStringSubmatch(said, -1) {
		typ := k.s.parameterType(k.s.node.get("parameters").get(m[1]))
		if strings.HasPrefix(strings.ToLower(typ), "secure") && !namesUser.MatchString(m[1]) {
			return m[0]
		}
	}
	return ""
}

var (
	// namesUser matches parameters that hold who somebody is, not what proves it.
	namesUser = regexp.MustCompile(`(?i)(user|name|login|email|mail|id|account)$`)
	// handedOut matches calls of functions that hand out keys, and keys in what
	// reference() tells of a resource.
	handedOut = regexp.MustCompile(`(?i)\b(?:list[a-z]+|getSecret|[a-z]+ of reference)\([^)\x{E001}]*\)?`)
	// ofParameter matches the whole of a parameter or a member of it: what is
	// merely made from one, as a hash is, tells nothing.
	ofParameter = regexp.MustCompile(`(?:^|/|\x{E000})parameters\('([^']+)'\)`)
)

package normalise

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/secretobject"
	"github.com/demarc-sec/demarc/internal/source"
)

// holders are Terraform types that hold a Kubernetes object, by the argument
// in which it stands.
var holders = map[string]string{
	"kubernetes_manifest": "manifest",
	"kubectl_manifest":    "yaml_body",
}

// maxManifest and maxManifestValues bound an object written as text, aliases
// expanded.
const (
	maxManifest       = 1 << 20
	maxManifestValues = 100_000
)

// held is the object of Kubernetes or Azure that a resource of Terraform holds,
// as a resource of its own type, or the resource itself where it holds none
// that can be read.
func (n *Normaliser) held(r *source.Resource) *source.Resource {
	if r.Data {
		return r
	}
	if r.Type == "azapi_resource" || r.Type == updateOfAzure {
		return heldOfAzure(r)
	}
	if strings.HasPrefix(r.Type, controlled) {
		return n.heldOfCloudControl(r)
	}
	argument := holders[r.Type]
	if argument == "" {
		return r
	}
	var body map[string]any
	switch x := r.Body[argument].(type) {
	case map[string]any:
		body = x
	case string:
		body = manifestText(x)
	case *source.Unknown:
		body = manifestText(x.Text)
	}
	version, _ := body["apiVersion"].(string)
	kind, _ := body["kind"].(string)
	if version == "" || kind == "" {
		return r
	}
	out := *r
	out.Type = objectType(version, kind)
	out.Body = body
	secretobject.Hide(out.Type, body, n.mapper.scan)
	out.Set = make(map[string]bool, len(body))
	for k := range body {
		out.Set[k] = true
	}
	out.Lines, out.Refs, out.Names = map[string]int{}, nil, map[string]string{}
	for p, line := range r.Lines {
		if inner, ok := strings.CutPrefix(p, argument+"."); ok {
			out.Lines[inner], out.Names[inner] = line, p
		}
	}
	for p, refs := range r.Refs {
		if inner, ok := strings.CutPrefix(p, argument+"."); ok {
			if out.Refs == nil {
				out.Refs = map[string][]source.Ref{}
			}
			out.Refs[inner] = refs
		}
	}
	return &out
}

// objectType is an object's group and kind, as the catalogue calls types of
// Kubernetes.
func objectType(version, kind string) string {
	group, _, ok := strings.Cut(version, "/")
	switch {
	case !ok:
		group = "core"
	case group == "extensions" && (kind == "Ingress" || kind == "NetworkPolicy"):
		group = "networking.k8s.io"
	case group == "extensions":
		group = "apps"
	}
	return group + "/" + kind
}

var (
	errManifest = errors.New("too large")
	errOpen     = errors.New("a key is not known")
)

// manifestText reads an object written in YAML, or returns nil. Unknown parts
// may stand in it between hole marks; where one of them is a value, or part of
// one, the value is unknown.
func manifestText(text string) map[string]any {
	if text == "" || len(text) > maxManifest {
		return nil
	}
	holes := holesOf(text)
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(holes.text), &root); err != nil || len(root.Content) != 1 {
		return nil
	}
	left := maxManifestValues
	v, err := holes.plain(root.Content[0], &left, 0)
	if err != nil {
		return nil
	}
	m, _ := v.(map[string]any)
	return m
}

// holes are the unknown parts of a text, by their number, which stands in the
// text instead: what a part was to come from may hold anything that means
// something in YAML.
type holes struct {
	text  string
	parts []string
}

func holesOf(text string) *holes {
	h := &holes{text: text}
	if !strings.Contains(text, source.HoleOpen) {
		return h
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, source.HoleOpen)
		b.WriteString(before)
		if !ok {
			break
		}
		part, after, _ := strings.Cut(rest, source.HoleClose)
		b.WriteString(source.HoleOpen + strconv.Itoa(len(h.parts)) + source.HoleClose)
		h.parts = append(h.parts, part)
		text = after
	}
	h.text = b.String()
	return h
}

// hole matches a numbered one.
var hole = regexp.MustCompile(source.HoleOpen + `(\d{1,7})` + source.HoleClose)

// fill puts the parts back. The result is false when there are none in the text.
func (h *holes) fill(text string) (string, bool) {
	if len(h.parts) == 0 || !strings.Contains(text, source.HoleOpen) {
		return text, false
	}
	return hole.ReplaceAllStringFunc(text, func(m string) string {
		n, err := strconv.Atoi(strings.Trim(m, source.HoleOpen+source.HoleClose))
		if err != nil || n >= len(h.parts) {
			return m
		}
		return source.HoleOpen + h.parts[n] + source.HoleClose
	}), true
}

// plain makes the values of a source body of nodes.
func (h *holes) plain(node *yaml.Node, left *int, depth int) (any, error) {
	if *left--; *left < 0 || depth > deepest {
		return nil, errManifest
	}
	switch node.Kind {
	case yaml.AliasNode:
		return h.plain(node.Alias, left, depth+1)
	case yaml.MappingNode:
		m := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			v, err := h.plain(node.Content[i+1], left, depth+1)
			if err != nil {
				return nil, err
			}
			key, open := h.fill(node.Content[i].Value)
			if open {
				return nil, errOpen
			}
			m[key] = v
		}
		return m, nil
	case yaml.SequenceNode:
		l := make([]any, 0, len(node.Content))
		for _, c := range node.Content {
			v, err := h.plain(c, left, depth+1)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		return l, nil
	}
	if text, open := h.fill(node.Value); open {
		return &source.Unknown{Reason: "depends on a value that is not known", NotNull: true, Text: text}, nil
	}
	var v any
	if err := node.Decode(&v); err != nil {
		return node.Value, nil //nolint:nilerr // what is no value of its kind is text
	}
	if f, ok := number(v); ok {
		if _, isText := v.(string); !isText {
			return f, nil
		}
	}
	switch v.(type) {
	case nil, bool, string:
		return v, nil
	}
	return node.Value, nil
}

package normalise

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

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
		if len(x) > maxManifest {
			return r
		}
		body = manifestText(x)
	}
	version, _ := body["apiVersion"].(string)
	kind, _ := body["kind"].(string)
	if version == "" || kind == "" {
		return r
	}
	out := *r
	out.Type = objectType(version, kind)
	out.Body = body
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

var errManifest = errors.New("too large")

// manifestText reads an object written in YAML, or returns nil.
func manifestText(text string) map[string]any {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil || len(root.Content) != 1 {
		return nil
	}
	left := maxManifestValues
	v, err := plain(root.Content[0], &left, 0)
	if err != nil {
		return nil
	}
	m, _ := v.(map[string]any)
	return m
}

// plain makes the values of a source body of nodes.
func plain(node *yaml.Node, left *int, depth int) (any, error) {
	if *left--; *left < 0 || depth > deepest {
		return nil, errManifest
	}
	switch node.Kind {
	case yaml.AliasNode:
		return plain(node.Alias, left, depth+1)
	case yaml.MappingNode:
		m := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			v, err := plain(node.Content[i+1], left, depth+1)
			if err != nil {
				return nil, err
			}
			m[node.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		l := make([]any, 0, len(node.Content))
		for _, c := range node.Content {
			v, err := plain(c, left, depth+1)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		return l, nil
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

// Package secretobject takes the values out of objects of Kubernetes whose
// purpose is to hold secrets, in whatever source they stand: a manifest, a
// chart, a resource of Terraform. What a scan of the values finds stays, as
// where and what kind; the values go no further than this.
package secretobject

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/source"
)

// applied holds the whole object once more, as kubectl last applied it.
const applied = "kubectl.kubernetes.io/last-applied-configuration"

const (
	// Found is the key of a body under which stands where credentials were
	// found in values that are not kept, each as "path: rule".
	Found = "_secrets"
	// Written is the key under which stands whether the object holds a value:
	// unknown where all it holds comes from elsewhere.
	Written = "_secret_written"
)

// maxDepth bounds how deep a configuration of encryption is looked into.
const maxDepth = 200

// Hide takes the values out of an object of the given type (group/Kind) if its
// purpose is to hold secrets. A nil scan finds nothing, and says so.
func Hide(native string, body map[string]any, scan func(path, text string) []string) {
	h := hider{scan: scan}
	switch native {
	case "core/Secret":
		h.values(body, "data", true)
		h.values(body, "stringData", false)
		h.annotations(body["metadata"])
	case "apiserver.config.k8s.io/EncryptionConfiguration":
		h.keys(body, "", 0)
	default:
		return
	}
	switch {
	case h.held:
		body[Written] = true
	case h.open:
		body[Written] = &source.Unknown{Reason: "what the secret holds comes from elsewhere"}
	default:
		body[Written] = false
	}
	switch {
	case !h.held && !h.open:
		body[Found] = []any{}
	case scan == nil:
		body[Found] = &source.Unknown{Reason: "secrets were not looked for"}
	default:
		slices.Sort(h.found)
		found := []any{}
		for _, f := range slices.Compact(h.found) {
			found = append(found, f)
		}
		body[Found] = found
	}
}

func secretValue() *source.Unknown {
	return &source.Unknown{Reason: "secret value", NotNull: true}
}

type hider struct {
	scan  func(path, text string) []string
	found []string
	held  bool // a value stands there
	open  bool // a value comes from elsewhere
}

// annotations hides the copy of the object among them.
func (h *hider) annotations(meta any) {
	m, _ := meta.(map[string]any)
	if notes, ok := m["annotations"].(map[string]any); ok && notes[applied] != nil {
		notes[applied] = secretValue()
	}
}

func (h *hider) values(body map[string]any, under string, encoded bool) {
	m, ok := body[under].(map[string]any)
	if !ok {
		switch x := body[under].(type) {
		case string: // no mapping, but perhaps the secret
			if x != "" {
				h.note(under, x, encoded)
				body[under] = secretValue()
			}
		case *source.Unknown:
			h.open = true
		}
		return
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch x := m[k].(type) {
		case nil:
		case string:
			if x == "" {
				continue
			}
			h.note(under+"."+k, x, encoded)
			m[k] = secretValue()
		case *source.Unknown:
			h.unknown(under+"."+k, x)
			m[k] = secretValue()
		default:
			h.held = true
			m[k] = secretValue()
		}
	}
}

// unknown scans what is known of a value: a connection string of which only the
// host comes from elsewhere holds its password all the same.
func (h *hider) unknown(path string, x *source.Unknown) {
	h.open = true
	if h.scan == nil || x.Text == "" {
		return
	}
	if found := h.scan(path, x.Text); len(found) > 0 {
		h.held = true
		h.found = append(h.found, found...)
	}
}

// keys hides what stands under "secret" anywhere below v.
func (h *hider) keys(v any, path string, depth int) {
	if depth > maxDepth {
		return
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			h.keys(e, path, depth+1)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			at := strings.TrimPrefix(path+"."+k, ".")
			if s, ok := x[k].(string); ok && k == "secret" && s != "" {
				h.note(at, s, false)
				x[k] = secretValue()
				continue
			}
			h.keys(x[k], at, depth+1)
		}
	}
}

// note scans a value. An encoded one is scanned as the text it stands for.
func (h *hider) note(path, value string, encoded bool) {
	h.held = true
	if h.scan == nil {
		return
	}
	if encoded {
		raw, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\n", "", "\r", "", " ", "").Replace(value))
		if err != nil || !utf8.Valid(raw) {
			return
		}
		value = strings.TrimSpace(string(raw))
	}
	h.found = append(h.found, h.scan(path, value)...)
}

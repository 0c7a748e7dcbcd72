package manifest

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

// hideSecrets takes the values out of objects whose purpose is to hold
// secrets. What a scan of them found stays, as where and what kind.
func hideSecrets(r *source.Resource, scan func(path, text string) []string) {
	h := hider{scan: scan}
	switch r.Type {
	case "core/Secret":
		h.values(r.Body, "data", true)
		h.values(r.Body, "stringData", false)
		each(r.Body, "metadata.annotations", func(v any) {
			if m, ok := v.(map[string]any); ok && m[applied] != nil {
				m[applied] = secretValue()
			}
		})
	case "apiserver.config.k8s.io/EncryptionConfiguration":
		h.keys(r.Body, "", 0)
	default:
		return
	}
	switch {
	case !h.held:
		r.Body[FoundSecrets] = []any{}
	case scan == nil:
		r.Body[FoundSecrets] = &source.Unknown{Reason: "secrets were not looked for"}
	default:
		slices.Sort(h.found)
		found := []any{}
		for _, f := range slices.Compact(h.found) {
			found = append(found, f)
		}
		r.Body[FoundSecrets] = found
	}
}

func secretValue() *source.Unknown {
	return &source.Unknown{Reason: "secret value", NotNull: true}
}

type hider struct {
	scan  func(path, text string) []string
	found []string
	held  bool
}

func (h *hider) values(body map[string]any, under string, encoded bool) {
	m, ok := body[under].(map[string]any)
	if !ok {
		if s, ok := body[under].(string); ok && s != "" { // no mapping, but perhaps the secret
			h.note(under, s, encoded)
			body[under] = secretValue()
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
		default:
			h.held = true
			m[k] = secretValue()
		}
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
			at := join(path, k)
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
